"""Who may not ask: bans of persons, in one guild or everywhere, and of whole guilds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data.times import from_ms, moment, to_ms
from pinxit.domain.facts import is_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ports import Database, Tx

PERSON, GUILD = "person", "guild"  # What a ban's `scope` can be.
ENDLESS_MS = 2**62

ACTIVE = """
    SELECT scope, scope_id, guild_id, reason, set_by, created_ms, until_ms FROM ban
    WHERE scope = 'person' AND scope_id = :person AND guild_id = '' AND COALESCE(until_ms, :endless) > :now
    UNION ALL
    SELECT scope, scope_id, guild_id, reason, set_by, created_ms, until_ms FROM ban
    WHERE scope = 'person' AND scope_id = :person AND guild_id = :guild AND COALESCE(until_ms, :endless) > :now
    UNION ALL
    SELECT scope, scope_id, guild_id, reason, set_by, created_ms, until_ms FROM ban
    WHERE scope = 'guild' AND scope_id = :guild AND guild_id = '' AND COALESCE(until_ms, :endless) > :now
"""  # With IN ('', :guild) SQLite sorts the two into a table first, four times as slow; every submit pays for it.


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban. `guild`: where a person's holds; "" is everywhere, and so it is for a guild's own.

    `until_at`: None is without end.
    """

    scope: str
    scope_id: str
    guild: str
    reason: str
    set_by: str
    created_at: datetime
    until_at: datetime | None


def active_ban(tx: Tx, person: str, guild: str, now_ms: int) -> Mapping[str, Any] | None:
    """Return the row of the ban that keeps this person from asking in this guild now, the longest; None: no ban does.

    The row has `scope` (person or guild), `reason` and `until_ms` (None: without end).
    """
    rows = tx.all(ACTIVE, person=person, guild=guild, now=now_ms, endless=ENDLESS_MS)
    return max(rows, key=lambda row: ENDLESS_MS if row["until_ms"] is None else row["until_ms"], default=None)


def put_ban(tx: Tx, ban: Ban) -> None:
    """Write a ban; one of the same person or guild at the same place is replaced."""
    tx.run(
        """
        INSERT INTO ban (scope, scope_id, guild_id, reason, set_by, created_ms, until_ms)
        VALUES (:scope, :scope_id, :guild, :reason, :set_by, :now, :until)
        ON CONFLICT (scope, scope_id, guild_id) DO UPDATE
        SET reason = :reason, set_by = :set_by, created_ms = :now, until_ms = :until
        """,
        scope=ban.scope,
        scope_id=ban.scope_id,
        guild=ban.guild,
        reason=ban.reason,
        set_by=ban.set_by,
        now=to_ms(ban.created_at),
        until=None if ban.until_at is None else to_ms(ban.until_at),
    )


def is_known(tx: Tx, scope: str, scope_id: str) -> bool:
    """Tell whether there is such a person or guild, so that a slip of the pen bans nobody."""
    if not is_text(scope_id):  # No database takes every string that JSON can say.
        return False
    table = {PERSON: "person", GUILD: "guild"}[scope]
    return tx.one(f"SELECT 1 AS one FROM {table} WHERE id = :id", id=scope_id) is not None  # noqa: S608 - one of two words


def lift_ban(tx: Tx, scope: str, scope_id: str, guild: str, now_ms: int) -> bool:
    """End a ban; False if there was none, or none any more. One that has run out goes as well."""
    row = tx.one(
        """
        DELETE FROM ban WHERE scope = :scope AND scope_id = :scope_id AND guild_id = :guild RETURNING until_ms
        """,
        scope=scope,
        scope_id=scope_id,
        guild=guild,
    )
    return row is not None and (row["until_ms"] is None or row["until_ms"] > now_ms)


class Bans:
    """Reading the bans."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def active(self, guild: str | None, now_ms: int, most: int = 500) -> Sequence[Ban]:
        """Return the bans that hold now, the newest first. `guild`: those of this guild alone; None: all there are."""

        def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            return tx.all(
                """
                SELECT scope, scope_id, guild_id, reason, set_by, created_ms, until_ms FROM ban
                WHERE COALESCE(until_ms, :endless) > :now AND (CAST(:guild AS TEXT) IS NULL OR guild_id = :guild)
                ORDER BY created_ms DESC, scope_id LIMIT :most
                """,
                guild=guild,
                now=now_ms,
                endless=ENDLESS_MS,
                most=most,
            )

        return [ban_from_row(row) for row in await self._database.read(work)]


def ban_from_row(row: Mapping[str, Any]) -> Ban:
    """Read a row of bans."""
    return Ban(
        row["scope"],
        row["scope_id"],
        row["guild_id"],
        row["reason"],
        row["set_by"],
        from_ms(row["created_ms"]),
        moment(row["until_ms"]),
    )
