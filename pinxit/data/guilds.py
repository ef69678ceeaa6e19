"""Guilds: what they are called, and what each person has not read there yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data.many import rows_among
from pinxit.data.times import to_ms
from pinxit.domain.ids import GuildId, JobId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ids import PersonId
    from pinxit.domain.ports import Database, Tx

UNREAD_MOST = 99  # Nobody reads a larger number beside a name, and counting on costs time.

CHANNELS = """
    SELECT g.id, g.name, g.platform,
        (SELECT MAX(j.id) FROM job j WHERE j.guild_id = g.id) AS newest,
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

    async def names(self, guilds: Sequence[GuildId]) -> Mapping[GuildId, str]:
        """Return what each of these guilds is called; without a name that is the id."""
        sql = "SELECT id, name FROM guild WHERE id IN (:values)"
        rows = await self._database.read(lambda tx: rows_among(tx, sql, guilds))
        known = {GuildId(row["id"]): row["name"] for row in rows}
        return {guild: known.get(guild) or guild for guild in guilds}
