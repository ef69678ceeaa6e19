"""Whose turn it is: every pool's lanes, with what each guild has been charged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.ids import GuildId, PoolName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.place import LaneLoad


@dataclass(frozen=True, slots=True)
class LaneView:
    """One guild's line. `charged_s`: seconds of workers that it has been charged so far.

    `share`: of charged ÷ weight among the lanes of its pool that are shown, 0 … 1: equal ones are fair. Of a guild that
    the caller may not know, `name` is empty and `guild` is a number.
    """

    guild: GuildId
    name: str
    weight: float
    queued: int
    running: int
    charged_s: float
    share: float


@dataclass(frozen=True, slots=True)
class PoolView:
    """One generator's lanes, those that have waiting or running jobs, in the order of their turns.

    `workers`: how many were heard lately.
    """

    pool: PoolName
    queued: int
    running: int
    workers: int
    lanes: tuple[LaneView, ...]


async def queue_view(caller: Caller, studio: Studio) -> tuple[PoolView, ...]:
    """Return every pool as the queue saw it at its last look, at most a second ago."""
    lanes, workers = studio.queue.lanes(), studio.queue.workers()
    guilds = sorted({lane.guild for pool in lanes.values() for lane in pool})
    known = [guild for guild in guilds if caller.is_trusted or guild == caller.guild]
    names = await studio.store.guilds.names(known)
    hidden = {guild: f"other-{number}" for number, guild in enumerate(guilds, 1) if guild not in names}
    pools = dict.fromkeys([*(PoolName(name) for name in studio.generators), *lanes])
    return tuple(
        PoolView(
            pool=pool,
            queued=sum(lane.queued for lane in lanes.get(pool, ())),
            running=sum(lane.running for lane in lanes.get(pool, ())),
            workers=workers.get(pool, 0),
            lanes=_lanes(lanes.get(pool, ()), names, hidden),
        )
        for pool in pools
    )


def _lanes(
    lanes: Sequence[LaneLoad], names: Mapping[GuildId, str], hidden: Mapping[GuildId, str]
) -> tuple[LaneView, ...]:
    total = sum(lane.charged_s / lane.weight for lane in lanes)
    return tuple(
        LaneView(
            guild=GuildId(hidden.get(lane.guild, lane.guild)),
            name=names.get(lane.guild, ""),
            weight=lane.weight,
            queued=lane.queued,
            running=lane.running,
            charged_s=lane.charged_s,
            share=lane.charged_s / lane.weight / total if total > 0 else 0.0,
        )
        for lane in lanes
    )
