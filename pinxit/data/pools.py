"""Each guild's share of the pools, what is paused, and which jobs an admin may want to stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data import lanes
from pinxit.domain.ids import GuildId, JobId, PoolName
from pinxit.domain.job import JobState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinxit.domain.fairness import Rules
    from pinxit.domain.ports import Database, Tx


@dataclass(frozen=True, slots=True)
class Paused:
    """The pools and the guilds whose jobs wait until somebody resumes them."""

    pools: frozenset[PoolName]
    guilds: frozenset[GuildId]


class Pools:
    """Rows of pools, and of lanes as far as admins move them. What ends in `_in` runs in the caller's transaction."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._database = database
        self._rules = rules

    def open_in(self, tx: Tx, pools: Iterable[str]) -> None:
        """Make sure that these pools exist, and let every lane go by the caps of now."""
        for pool in pools:
            lanes.open_pool(tx, pool)
        lanes.follow(tx, None, self._rules)

    def share_in(self, tx: Tx, guild: GuildId, **changed: float | None) -> None:
        """Change a guild's `weight`, `running_cap` or `paused`, and its lanes with it."""
        for column, value in changed.items():
            tx.run(_SET[column], guild=guild, value=value)
        lanes.follow(tx, guild, self._rules)

    def pause_in(self, tx: Tx, pool: PoolName | None, *, paused: bool) -> Sequence[PoolName]:
        """Pause or resume a pool (None: all that there are), and return those that were not so before."""
        rows = tx.all(
            """
            UPDATE pool SET paused = :paused
            WHERE paused <> :paused AND (CAST(:pool AS TEXT) IS NULL OR pool = :pool) RETURNING pool
            """,
            pool=pool,
            paused=int(paused),
        )
        return sorted(PoolName(row["pool"]) for row in rows)

    async def names(self) -> Sequence[PoolName]:
        """Return every pool there is."""
        rows = await self._database.read(lambda tx: tx.all("SELECT pool FROM pool ORDER BY pool"))
        return [PoolName(row["pool"]) for row in rows]

    async def paused(self) -> Paused:
        """Return what is paused."""

        def work(tx: Tx) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
            return tx.all("SELECT pool FROM pool WHERE paused = 1"), tx.all("SELECT id FROM guild WHERE paused = 1")

        pools, guilds = await self._database.read(work)
        return Paused(
            frozenset(PoolName(row["pool"]) for row in pools), frozenset(GuildId(row["id"]) for row in guilds)
        )

    async def stoppable(self, guild: GuildId | None, person: str | None, *, also_running: bool) -> Sequence[JobId]:
        """Return the jobs of a guild and a person (None: of any) that have not ended, waiting ones first.

        Of the waiting ones those that would have come last are first: cancelling one moves up only what is behind it.
        """

        def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            return tx.all(_STOPPABLE, guild=guild, person=person, running=int(also_running))

        return [JobId(row["id"]) for row in await self._database.read(work)]


_SET = {
    "weight": "UPDATE guild SET weight = :value WHERE id = :guild",
    "running_cap": "UPDATE guild SET running_cap = :value WHERE id = :guild",
    "paused": "UPDATE guild SET paused = :value WHERE id = :guild",
}

# Each part reads an index that holds only jobs of its state.
_STOPPABLE = """
    SELECT id, 1 AS place, tag FROM job
    WHERE state = 'queued' AND (CAST(:guild AS TEXT) IS NULL OR guild_id = :guild)
        AND (CAST(:person AS TEXT) IS NULL OR person_id = :person)
    UNION ALL
    SELECT id, 2, tag FROM job
    WHERE state = 'waiting' AND (CAST(:guild AS TEXT) IS NULL OR guild_id = :guild)
        AND (CAST(:person AS TEXT) IS NULL OR person_id = :person)
    UNION ALL
    SELECT id, 3, tag FROM job
    WHERE :running = 1 AND state = 'running' AND (CAST(:guild AS TEXT) IS NULL OR guild_id = :guild)
        AND (CAST(:person AS TEXT) IS NULL OR person_id = :person)
    ORDER BY place, tag DESC
"""


def may_stop(tx: Tx, job: JobId, *, also_running: bool) -> bool:
    """Tell whether a job still waits, or runs where that counts: it may have moved since it was listed."""
    row = tx.one("SELECT state FROM job WHERE id = :id", id=job)
    if row is None:
        return False
    state = JobState(row["state"])
    return not state.is_final and (also_running or state is not JobState.RUNNING)
