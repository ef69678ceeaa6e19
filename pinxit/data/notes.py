"""Small things to remember over a restart, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.domain.ports import Database

_PREFIX = "note:"  # So that no name can be the version's.


class Notes:
    """Rows of `meta` that are not the version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, name: str) -> str:
        """Return what was noted under this name, "" for nothing."""
        sql = "SELECT value FROM meta WHERE key = :key"
        row = await self._database.read(lambda tx: tx.one(sql, key=_PREFIX + name))
        return "" if row is None else str(row["value"])

    async def keep(self, name: str, value: str) -> None:
        """Note a value in the place of the earlier one."""
        await self._database.write(
            lambda tx: tx.run(
                "INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value",
                key=_PREFIX + name,
                value=value,
            )
        )
