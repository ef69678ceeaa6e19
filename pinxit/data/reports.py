"""Reports of pictures: who found what wrong, and what became of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data import audit
from pinxit.data.deletions import Deleted, delete_image_in
from pinxit.data.image_rows import images_from_rows
from pinxit.data.many import rows_among
from pinxit.data.reopening import reopen_in
from pinxit.data.report_cards import found_in, redraw_in
from pinxit.data.times import from_ms, to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.guild_rules import read_rules
from pinxit.domain.ids import GuildId, ImageId, PersonId, new_id
from pinxit.domain.request import request_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.image import Image
    from pinxit.domain.image_rules import ImageRules
    from pinxit.domain.ports import Database, Tx

A_DAY_MS = 86_400_000

# One row per picture: its first open report speaks for all of them.
_OPEN = """
    SELECT MIN(r.id) AS id, r.image_id, r.guild_id, 0 AS handled_ms FROM report r JOIN image i ON i.id = r.image_id
    WHERE r.handled_ms IS NULL AND (CAST(:guild AS TEXT) IS NULL OR r.guild_id = :guild) AND i.private <= :private
    GROUP BY r.image_id, r.guild_id ORDER BY 1 LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody reports. `guild`: the picture's, whose admins decide."""

    image: ImageId
    guild: GuildId
    reporter: PersonId
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a picture, with all that is to be known to decide.

    `id`: of the first report of the picture; to handle it is to handle them all. `count`: how many persons reported
    it, `reasons` what they said, `reporters` who they are, each in the order of their reports. `picture.person` is who
    asked for it, `prompt` what for; `picture.prompt` is what was made of that and painted. `state`: open, or what
    `handled_by` (None: nobody) made of it.
    """

    id: str
    guild: GuildId
    picture: Image
    prompt: str
    reasons: tuple[str, ...]
    reporters: tuple[PersonId, ...]
    count: int
    created_at: datetime
    state: str = "open"
    handled_by: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A report that a chat has not been told of. `channel`: as the guild's platform names it."""

    report: str
    guild: GuildId
    platform: str
    channel: str
    image: ImageId


class Reports:
    """Rows of reports."""

    def __init__(self, database: Database, house: ImageRules) -> None:
        self._database = database
        self._house = house

    async def add(self, new: NewReport, now: datetime, most_a_day: int) -> tuple[str, bool]:
        """Note a report and return (its id, whether it is new); who reported the picture before said it already.

        Raises Refused: REPORTS_FULL (the person has sent `most_a_day` within 24 hours), IMAGE_GONE.
        """
        return await self._database.write(lambda tx: _add(tx, new, to_ms(now), most_a_day))

    async def open(self, guild: GuildId | None, most: int, *, also_private: bool = True) -> Sequence[Report]:
        """Return the open reports, one for each picture, the oldest first. `guild`: None: of all guilds.

        `also_private`: of private pictures, too.
        """

        def work(tx: Tx) -> list[Report]:
            rows = tx.all(_OPEN, guild=guild, most=most, private=int(also_private))
            return _reports(tx, rows, self._house)

        return await self._database.read(work)

    async def one(self, report: str) -> Report | None:
        """Return an open report; None: there is none of this id, or it has been handled."""
        found = await self.told(report)
        return found if found is not None and found.state == "open" else None

    async def told(self, report: str) -> Report | None:
        """Return a report, handled or not, with those that were handled with it; None: there is none of this id."""
        sql = """
            SELECT id, image_id, guild_id, COALESCE(handled_ms, 0) AS handled_ms FROM report WHERE id = :report
        """
        found = await self._database.read(lambda tx: _reports(tx, tx.all(sql, report=report), self._house))
        return found[0] if found else None

    async def is_open(self, image: ImageId) -> bool:
        """Tell whether somebody has reported this picture and nobody has decided."""
        sql = "SELECT 1 AS one FROM report WHERE image_id = :image AND handled_ms IS NULL LIMIT 1"
        return await self._database.read(lambda tx: tx.one(sql, image=image)) is not None

    async def close(self, report: Report, state: str, entry: audit.Entry, now: datetime, *, hide: bool) -> bool:
        """End all open reports of a picture, hide it where asked, and note the act; False: somebody was faster."""

        def work(tx: Tx) -> bool:
            if not _close(tx, report, state, entry, to_ms(now)):
                return False
            if hide:
                tx.run("UPDATE image SET hidden = 1 WHERE id = :image", image=report.picture.id)
                reopen_in(tx, report.picture.job, to_ms(now))
            return True

        return await self._database.write(work)

    async def delete(self, report: Report, entry: audit.Entry, now: datetime) -> Deleted | None:
        """End all open reports of a picture, delete it and note the act; None: somebody was faster."""

        def work(tx: Tx) -> Deleted | None:
            if not _close(tx, report, "deleted", entry, to_ms(now)):
                return None
            return delete_image_in(tx, report.picture.id, to_ms(now))

        return await self._database.write(work)

    async def unhide(self, image: ImageId, entry: audit.Entry, now: datetime) -> None:
        """Show a hidden picture again and note the act."""

        def work(tx: Tx) -> None:
            sql = "UPDATE image SET hidden = 0 WHERE id = :image AND hidden = 1 RETURNING job_id"
            for row in tx.all(sql, image=image):
                audit.note(tx, entry, to_ms(now))
                reopen_in(tx, row["job_id"], to_ms(now))

        await self._database.write(work)

    async def undelivered(self, platform: str, after: str = "", most: int = 50) -> Sequence[Undelivered]:
        """Return the pictures that this platform's chats are still to be told of, by their first report, oldest first.

        Only in guilds that named a channel for it, and not of private pictures, which a channel of theirs would show to
        others. Call `delivered` once the channel has it; more reports of a picture
        that it knows are no news. `after`: the last report of the page before this one.
        """

        def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            return tx.all(
                """
                SELECT MIN(r.id) AS id, r.guild_id, r.image_id, g.platform, g.settings FROM report r
                JOIN guild g ON g.id = r.guild_id JOIN image i ON i.id = r.image_id AND i.private = 0
                WHERE r.delivered_ms IS NULL AND r.handled_ms IS NULL AND g.platform = :platform
                    AND g.settings LIKE '%"reports_channel"%' AND NOT EXISTS (
                        SELECT 1 FROM report told
                        WHERE told.image_id = r.image_id AND told.handled_ms IS NULL AND told.delivered_ms IS NOT NULL)
                GROUP BY r.guild_id, r.image_id, g.platform, g.settings
                HAVING MIN(r.id) > :after ORDER BY 1 LIMIT :most
                """,
                platform=platform,
                after=after,
                most=most,
            )

        rows = [
            (row, read_rules(json.loads(row["settings"])).reports_channel) for row in await self._database.read(work)
        ]
        return [
            Undelivered(row["id"], GuildId(row["guild_id"]), row["platform"], channel, ImageId(row["image_id"]))
            for row, channel in rows
            if channel
        ]

    async def delivered(self, report: str, now: datetime, message: tuple[str, str] | None = None) -> None:
        """Note that a chat has been told of a report, and with it of the picture's others.

        `message`: by which message, as (channel, message id); None: by none, since it cannot be told or need not be.
        """
        sql = """
            UPDATE report SET delivered_ms = :now WHERE delivered_ms IS NULL
                AND image_id = (SELECT image_id FROM report WHERE id = :id)
        """

        def work(tx: Tx) -> None:
            tx.run(sql, now=to_ms(now), id=report)
            if message is not None:
                found_in(tx, report, *message)

        await self._database.write(work)


def _add(tx: Tx, new: NewReport, now_ms: int, most_a_day: int) -> tuple[str, bool]:
    before = tx.one(
        "SELECT id FROM report WHERE image_id = :image AND reporter_id = :reporter",
        image=new.image,
        reporter=new.reporter,
    )
    if before is not None:
        return before["id"], False
    sent = tx.one(
        "SELECT COUNT(*) AS n FROM report WHERE reporter_id = :reporter AND created_ms > :since",
        reporter=new.reporter,
        since=now_ms - A_DAY_MS,
    )
    if sent is not None and sent["n"] >= most_a_day:
        raise Refused(Code.REPORTS_FULL, limit=most_a_day)
    report = new_id(from_ms(now_ms))
    is_noted = tx.run(
        """
        INSERT INTO report (id, image_id, reporter_id, guild_id, reason, state, created_ms)
        SELECT CAST(:id AS TEXT), id, CAST(:reporter AS TEXT), CAST(:guild AS TEXT), CAST(:reason AS TEXT), 'open',
            CAST(:now AS BIGINT)
        FROM image WHERE id = :image AND state <> 'deleted'
        """,
        id=report,
        image=new.image,
        reporter=new.reporter,
        guild=new.guild,
        reason=new.reason,
        now=now_ms,
    )
    if not is_noted:
        raise Refused(Code.IMAGE_GONE, image=new.image)
    return report, True


def _close(tx: Tx, report: Report, state: str, entry: audit.Entry, now_ms: int) -> bool:
    closed = tx.run(
        """
        UPDATE report SET state = :state, handled_ms = :now, handled_by = :by
        WHERE image_id = :image AND handled_ms IS NULL
        """,
        state=state,
        now=now_ms,
        by=entry.actor,
        image=report.picture.id,
    )
    if closed:
        audit.note(tx, entry, now_ms)
        redraw_in(tx, report.picture.id)
    return closed > 0


def _reports(tx: Tx, rows: Sequence[Mapping[str, Any]], house: ImageRules) -> list[Report]:
    wanted = [row["image_id"] for row in rows]
    images = rows_among(tx, "SELECT * FROM image WHERE id IN (:values)", wanted)
    pictures = {image.id: image for image in images_from_rows(tx, images, house)}
    said = rows_among(tx, "SELECT * FROM report WHERE image_id IN (:values) ORDER BY id", wanted)
    jobs = rows_among(
        tx, "SELECT id, request FROM job WHERE id IN (:values)", [image.job for image in pictures.values()]
    )
    prompts = {row["id"]: request_from_json(row["request"]).prompt for row in jobs}
    found = []
    for row in rows:
        picture = pictures.get(row["image_id"])
        together = (row["image_id"], row["handled_ms"])
        own = [each for each in said if (each["image_id"], each["handled_ms"] or 0) == together]
        if picture is None or not own:
            continue
        found.append(
            Report(
                id=row["id"],
                guild=GuildId(row["guild_id"]),
                picture=picture,
                prompt=prompts.get(picture.job, ""),
                reasons=tuple(each["reason"] for each in own if each["reason"]),
                reporters=tuple(PersonId(each["reporter_id"]) for each in own),
                count=len(own),
                created_at=from_ms(own[0]["created_ms"]),
                state=own[0]["state"],
                handled_by=PersonId(own[0]["handled_by"]) if own[0]["handled_by"] else None,
            )
        )
    return found
