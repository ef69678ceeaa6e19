"""Which workers there are, and when each was heard last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data.times import from_ms, to_ms
from pinxit.domain.ids import BootId, PoolName, WorkerId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pinxit.domain.ports import Database


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as it introduced itself. `boot`: of the program it lives and dies with; empty for a remote one."""

    id: WorkerId
    boot: BootId
    pool: PoolName
    is_remote: bool
    seen_at: datetime


class Workers:
    """Rows of workers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self, worker: Worker, loaded: Sequence[str] = ()) -> None:
        """Note that a worker is there."""
        await self._database.write(
            lambda tx: tx.run(
                """
                INSERT INTO worker (id, boot, pool, is_remote, loaded, started_ms, seen_ms)
                VALUES (:id, :boot, :pool, :remote, :loaded, :now, :now)
                ON CONFLICT (id) DO UPDATE SET seen_ms = :now, boot = :boot, pool = :pool, loaded = :loaded
                """,
                id=worker.id,
                boot=worker.boot,
                pool=worker.pool,
                remote=int(worker.is_remote),
                loaded=json.dumps(list(loaded)),
                now=to_ms(worker.seen_at),
            )
        )

    async def all(self) -> Sequence[Worker]:
        """Return every worker we know of, by pool."""
        rows = await self._database.read(lambda tx: tx.all("SELECT * FROM worker ORDER BY pool, id"))
        return [
            Worker(
                WorkerId(row["id"]),
                BootId(row["boot"]),
                PoolName(row["pool"]),
                bool(row["is_remote"]),
                from_ms(row["seen_ms"]),
            )
            for row in rows
        ]
