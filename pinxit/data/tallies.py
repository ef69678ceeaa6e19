"""How much goes on in a guild: what waits and runs, what ended lately, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.job import JobState

if TYPE_CHECKING:
    from pinxit.domain.ports import Tx

LANES = (
    "SELECT COALESCE(SUM(queued), 0) AS queued, COALESCE(SUM(running), 0) AS running FROM lane WHERE guild_id = :guild"
)
ENDED = """
    SELECT state, COUNT(*) AS n FROM job
    WHERE guild_id = :guild AND ended_ms >= :since AND ended_ms IS NOT NULL AND deleted_ms IS NULL
    GROUP BY state
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """Jobs of a guild: those that wait and run now, and those that ended since a moment; deleted ones are left out."""

    queued: int
    running: int
    succeeded: int
    failed: int
    cancelled: int


def tally_in(tx: Tx, guild: str, since_ms: int) -> Tally:
    """Count a guild's jobs, inside a transaction of the caller."""
    lanes = tx.one(LANES, guild=guild)
    ended = {row["state"]: int(row["n"]) for row in tx.all(ENDED, guild=guild, since=since_ms)}
    return Tally(
        queued=int(lanes["queued"]) if lanes is not None else 0,
        running=int(lanes["running"]) if lanes is not None else 0,
        succeeded=ended.get(JobState.SUCCEEDED.value, 0),
        failed=ended.get(JobState.FAILED.value, 0),
        cancelled=ended.get(JobState.CANCELLED.value, 0),
    )
