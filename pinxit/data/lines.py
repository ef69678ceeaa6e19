"""What the lines look like: rows for a snapshot, and one job's place in its own lane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.ids import GuildId, JobId, PoolName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Database, Tx


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane with waiting or running jobs.

    `backlog_s`: estimated seconds of the waiting ones. `charged_s`: what the guild has been charged here so far.
    """

    pool: PoolName
    guild: GuildId
    vtime: float
    weight: float
    queued: int
    running: int
    backlog_s: float
    charged_s: float = 0.0


@dataclass(frozen=True, slots=True)
class InLane:
    """One waiting job in its lane: jobs and estimated seconds of its own guild before it, and its own estimate."""

    pool: PoolName
    guild: GuildId
    ahead: int
    ahead_s: float
    cost_s: float


class Lines:
    """Reading the queue without touching it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lanes(self) -> Sequence[LaneRow]:
        """Return every lane that has waiting or running jobs, by pool and vtime."""
        rows = await self._database.read(
            lambda tx: tx.all(
                """
                SELECT pool, guild_id, vtime, weight, queued, running, backlog_s, charged_s FROM lane
                WHERE queued > 0 OR running > 0 ORDER BY pool, vtime, guild_id
                """
            )
        )
        return [
            LaneRow(
                PoolName(row["pool"]),
                GuildId(row["guild_id"]),
                row["vtime"],
                row["weight"],
                row["queued"],
                row["running"],
                row["backlog_s"],
                row["charged_s"],
            )
            for row in rows
        ]

    async def in_lane(self, job: JobId) -> InLane | None:
        """Return where a waiting job stands among its own guild's, or None if it does not wait in line."""

        def work(tx: Tx) -> InLane | None:
            own = tx.one(
                "SELECT pool, guild_id, priority, tag, cost_s FROM job WHERE id = :id AND state = 'queued'", id=job
            )
            if own is None:
                return None
            before = tx.one(
                """
                SELECT COUNT(*) AS n, COALESCE(SUM(cost_s), 0) AS cost_s FROM job
                WHERE pool = :pool AND guild_id = :guild AND state = 'queued'
                    AND (priority, tag, id) < (:priority, :tag, :id)
                """,
                pool=own["pool"],
                guild=own["guild_id"],
                priority=own["priority"],
                tag=own["tag"],
                id=job,
            )
            assert before is not None  # noqa: S101 - an aggregate has one row
            return InLane(PoolName(own["pool"]), GuildId(own["guild_id"]), before["n"], before["cost_s"], own["cost_s"])

        return await self._database.read(work)

    async def pools(self) -> Mapping[PoolName, tuple[int, int]]:
        """Return (waiting, running) of every pool."""
        rows = await self._database.read(lambda tx: tx.all("SELECT pool, queued, running FROM pool"))
        return {PoolName(row["pool"]): (row["queued"], row["running"]) for row in rows}
