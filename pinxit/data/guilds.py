"""Guilds: what they are called, and what each person has not read there yet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data.many import rows_among
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.guild_rules import GuildRules, read_rules
from pinxit.domain.ids import GuildId, JobId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ids import PersonId
    from pinxit.domain.ports import Database, Tx
    from pinxit.domain.request import Json

UNREAD_MOST = 99  # Nobody reads a larger number beside a name, and counting on costs time.

CHANNELS = """
    SELECT g.id, g.name, g.platform,
        (SELECT j.id FROM job j
            WHERE j.guild_id = g.id AND j.deleted_ms IS NULL AND (j.private = 0 OR j.person_id = :person)
            ORDER BY j.id DESC LIMIT 1) AS newest,
        (SELECT COUNT(*) FROM (
            SELECT 1 AS one FROM job j
            WHERE j.guild_id = g.id AND j.deleted_ms IS NULL AND (j.private = 0 OR j.person_id = :person)
                AND j.id > COALESCE((SELECT m.job_id FROM read_mark m
                    WHERE m.person_id = :person AND m.guild_id = g.id), '')
            LIMIT :most) AS news) AS unread
    FROM guild g WHERE g.deleted_ms IS NULL
    ORDER BY newest DESC NULLS LAST, g.id LIMIT :guilds
"""
CHANNEL = CHANNELS.replace("WHERE g.deleted", "WHERE g.id = :only AND g.deleted")


@dataclass(frozen=True, slots=True)
class GuildRow:
    """A guild as one person sees it. `unread`: jobs since the person's mark, at most 99. `newest`: its last job."""

    id: GuildId
    name: str
    platform: str
    unread: int
    newest: JobId | None


@dataclass(frozen=True, slots=True)
class GuildRecord:
    """A guild as its admins see it. `running_cap`: None: the operator's. `settings`: of other versions as well."""

    id: GuildId
    platform: str
    name: str
    locale: str
    time_zone: str
    weight: float
    running_cap: int | None
    is_paused: bool
    settings: Mapping[str, Json]


class Guilds:
    """Rows of guilds and of read marks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen_by(self, person: PersonId, only: GuildId | None = None, most: int = 500) -> Sequence[GuildRow]:
        """Return the guilds with the newest jobs first, at most `most`. `only`: this one, if it is there."""

        def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            if only is not None:
                return tx.all(CHANNEL, person=person, only=only, most=UNREAD_MOST, guilds=1)
            return tx.all(CHANNELS, person=person, most=UNREAD_MOST, guilds=most)

        return [
            GuildRow(
                GuildId(row["id"]),
                row["name"],
                row["platform"],
                row["unread"],
                None if row["newest"] is None else JobId(row["newest"]),
            )
            for row in await self._database.read(work)
        ]

    async def make(self, wanted: str, name: str, platform: str, now: datetime) -> GuildId | None:
        """Make a guild under the wanted id, or with a number behind it; None if its platform has this name already."""

        def work(tx: Tx) -> GuildId | None:
            rows = tx.all("SELECT id, name FROM guild WHERE platform = :platform", platform=platform)
            if name.casefold() in {row["name"].casefold() for row in rows}:
                return None
            # Names of other scripts are all alike in an id.
            for guild in (wanted, *(f"{wanted}-{number}" for number in range(2, len(rows) + 3))):
                made = tx.run(
                    """
                    INSERT INTO guild (id, platform, name, created_ms) VALUES (:id, :platform, :name, :now)
                    ON CONFLICT (id) DO NOTHING
                    """,
                    id=guild,
                    platform=platform,
                    name=name,
                    now=to_ms(now),
                )
                if made:
                    return GuildId(guild)
            return None

        return await self._database.write(work)

    async def mark_read(self, person: PersonId, guild: GuildId, up_to: JobId) -> None:
        """Note that a person has read a guild's jobs up to this one; a mark never goes back."""
        await self._database.write(
            lambda tx: tx.run(
                """
                INSERT INTO read_mark (person_id, guild_id, job_id) VALUES (:person, :guild, :job)
                ON CONFLICT (person_id, guild_id) DO UPDATE SET job_id = :job WHERE read_mark.job_id < :job
                """,
                person=person,
                guild=guild,
                job=up_to,
            )
        )

    async def rules(self, guild: GuildId) -> tuple[GuildRules, str]:
        """Return (what the guild's admins decided, its time zone); nothing decided and UTC where there is no guild."""
        sql = "SELECT settings, time_zone FROM guild WHERE id = :id"
        row = await self._database.read(lambda tx: tx.one(sql, id=guild))
        return (GuildRules(), "UTC") if row is None else (read_rules(_read(row["settings"])), row["time_zone"])

    async def record(self, guild: GuildId) -> GuildRecord | None:
        """Return a guild as its admins see it, or None."""
        return await self._database.read(lambda tx: find_guild(tx, guild))

    async def names(self, guilds: Sequence[GuildId]) -> Mapping[GuildId, str]:
        """Return what each of these guilds is called; without a name that is the id."""
        sql = "SELECT id, name FROM guild WHERE id IN (:values)"
        rows = await self._database.read(lambda tx: rows_among(tx, sql, guilds))
        known = {GuildId(row["id"]): row["name"] for row in rows}
        return {guild: known.get(guild) or guild for guild in guilds}


def find_guild(tx: Tx, guild: GuildId) -> GuildRecord | None:
    """Return a guild as its admins see it, or None, inside a transaction of the caller."""
    row = tx.one(
        """
        SELECT id, platform, name, locale, time_zone, weight, running_cap, paused, settings FROM guild WHERE id = :id
        """,
        id=guild,
    )
    if row is None:
        return None
    return GuildRecord(
        id=GuildId(row["id"]),
        platform=row["platform"],
        name=row["name"],
        locale=row["locale"],
        time_zone=row["time_zone"],
        weight=row["weight"],
        running_cap=row["running_cap"],
        is_paused=bool(row["paused"]),
        settings=_read(row["settings"]),
    )


def founded_guild(tx: Tx, guild: GuildId, platform: str | None, now_ms: int) -> GuildRecord:
    """Return a guild for an act of its admin, and make it if it is not there yet.

    `platform`: of an admin who stands in it; None: nobody does, so that it must be there. Raises Refused
    (GUILD_UNKNOWN).
    """
    if not is_text(guild):  # No database takes every string that JSON can say.
        raise Refused(Code.GUILD_UNKNOWN, field="guild", value=shown(guild))
    if platform is not None:
        tx.run(
            """
            INSERT INTO guild (id, platform, created_ms) VALUES (:id, :platform, :now) ON CONFLICT (id) DO NOTHING
            """,
            id=guild,
            platform=platform,
            now=now_ms,
        )
    found = find_guild(tx, guild)
    if found is None:
        raise Refused(Code.GUILD_UNKNOWN, field="guild", value=shown(guild))
    return found


def write_guild(tx: Tx, record: GuildRecord) -> None:
    """Store what a guild is called, its language and time zone, and its settings as a whole."""
    tx.run(
        """
        UPDATE guild SET name = :name, locale = :locale, time_zone = :zone, settings = :settings WHERE id = :id
        """,
        name=record.name,
        locale=record.locale,
        zone=record.time_zone,
        settings=json.dumps(record.settings, ensure_ascii=False),
        id=record.id,
    )


def _read(settings: str) -> dict[str, Json]:
    # Nearly every guild has decided nothing, and everybody waits for this.
    read: dict[str, Json] = {} if settings == "{}" else json.loads(settings)
    return read
