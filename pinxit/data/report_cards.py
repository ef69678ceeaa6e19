"""The messages in which a chat was told of reports: a change marks them stale in the transaction that makes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.domain.ids import PersonId
    from pinxit.domain.ports import Database, Tx


@dataclass(frozen=True, slots=True)
class ReportCard:
    """The message about a report, by the platform's ids.

    `message`: None: a life before this one died while it posted it, so it may be there or not. `wanted`: the change up
    to which it is written once it says what is so now.
    """

    report: str
    channel: str
    message: str | None
    wanted: int


class ReportCards:
    """Rows of messages about reports, for as long as something of theirs may change."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, report: str, platform: str, channel: str) -> str | None:
        """Note that a report is about to be posted into a channel.

        Return the channel where a try before this one may have left a message that nobody knows of; None: nowhere.
        Look there, then `move` it.
        """

        def work(tx: Tx) -> str | None:
            before = tx.one("SELECT channel FROM report_card WHERE report_id = :report", report=report)
            if before is None:
                tx.run(_BEGUN, report=report, platform=platform, channel=channel)
                return None
            return str(before["channel"])

        return await self._database.write(work)

    async def move(self, report: str, channel: str) -> None:
        """Note that a report is about to be posted here, as it was not found where it was about to be posted before."""
        sql = "UPDATE report_card SET channel = :channel WHERE report_id = :report AND message_id IS NULL"
        await self._database.write(lambda tx: tx.run(sql, channel=channel, report=report))

    async def found(self, report: str, channel: str, message: str) -> None:
        """Note which message tells of a report, where that is not known yet."""
        sql = """
            UPDATE report_card SET channel = :channel, message_id = :message
            WHERE report_id = :report AND message_id IS NULL
        """
        await self._database.write(lambda tx: tx.run(sql, channel=channel, message=message, report=report))

    async def stale(self, platform: str, after: str = "", most: int = 50) -> Sequence[ReportCard]:
        """Return messages that say what is not so any more, the oldest first; call `written` or `forget` for each.

        `after`: the last report of the page before this one.
        """
        rows = await self._database.read(
            lambda tx: tx.all(
                """
                SELECT report_id, channel, message_id, wanted FROM report_card
                WHERE wanted > written AND platform = :platform AND report_id > :after ORDER BY report_id LIMIT :most
                """,
                platform=platform,
                after=after,
                most=most,
            )
        )
        return [ReportCard(row["report_id"], row["channel"], row["message_id"], row["wanted"]) for row in rows]

    async def written(self, card: ReportCard) -> None:
        """Note what a message says now; it stays stale if something changed while it was being written."""
        await self._database.write(
            lambda tx: tx.run(
                "UPDATE report_card SET written = :wanted WHERE report_id = :report AND written < :wanted",
                report=card.report,
                wanted=card.wanted,
            )
        )

    async def forget(self, report: str) -> None:
        """Drop the row of a message that is not there, cannot be written, or has nothing left to change."""
        await self._database.write(
            lambda tx: tx.run("DELETE FROM report_card WHERE report_id = :report", report=report)
        )


_BEGUN = """
    INSERT INTO report_card (report_id, image_id, platform, channel)
    SELECT id, image_id, CAST(:platform AS TEXT), CAST(:channel AS TEXT) FROM report WHERE id = :report
"""


def found_in(tx: Tx, report: str, channel: str, message: str) -> None:
    """Note which message was posted for a report."""
    sql = "UPDATE report_card SET channel = :channel, message_id = :message WHERE report_id = :report"
    tx.run(sql, channel=channel, message=message, report=report)


def redraw_in(tx: Tx, image: str) -> None:
    """Have every message about a picture written anew."""
    tx.run("UPDATE report_card SET wanted = wanted + 1 WHERE image_id = :image", image=image)


def redraw_of_person_in(tx: Tx, person: PersonId) -> None:
    """Have every message written anew that names a person, or quotes them: call it before they are renamed."""
    tx.run(
        """
        UPDATE report_card SET wanted = wanted + 1
        WHERE image_id IN (SELECT image_id FROM report WHERE reporter_id = :person OR handled_by = :person)
        """,
        person=person,
    )
