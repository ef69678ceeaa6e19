"""Where a waiting job stands, estimated from the lanes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.delivery import Place
from pinxit.domain.job import JobState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pinxit.domain.delivery import Card
    from pinxit.domain.ids import GuildId


@dataclass(frozen=True, slots=True)
class LaneLoad:
    """A lane as the estimate sees it.

    `backlog_s`: estimated seconds of its waiting jobs. `charged_s`: what its guild has been charged here so far.
    """

    guild: GuildId
    vtime: float
    weight: float
    queued: int
    running: int
    backlog_s: float
    charged_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Waiter:
    """The job: what its own guild has before it, and its own estimate in seconds."""

    guild: GuildId
    ahead: int
    ahead_s: float
    cost_s: float


def estimate(waiter: Waiter, lanes: Iterable[LaneLoad], workers: int) -> Place:
    """Estimate how many jobs run before this one and when it is done, were nobody else to come.

    Another lane is served before this job as long as its vtime is below the job's own start tag. Half of what runs
    now is taken to be done already.
    """
    own_vtime, own_weight = 0.0, 1.0
    others = []
    running_s = 0.0
    for lane in lanes:
        if lane.guild == waiter.guild:
            own_vtime, own_weight = lane.vtime, lane.weight
        else:
            others.append(lane)
        mean_s = lane.backlog_s / lane.queued if lane.queued else waiter.cost_s
        running_s += lane.running * mean_s / 2
    start_tag = own_vtime + waiter.ahead_s / own_weight
    ahead, ahead_s = float(waiter.ahead), waiter.ahead_s
    for lane in others:
        before_s = min(lane.backlog_s, max(0.0, (start_tag - lane.vtime) * lane.weight))
        if lane.backlog_s > 0:
            ahead += lane.queued * before_s / lane.backlog_s
        ahead_s += before_s
    eta_s = (ahead_s + running_s) / max(1, workers) + waiter.cost_s
    return Place(round(ahead), round(eta_s, 1))


def remaining_s(card: Card, now: datetime) -> float | None:
    """Return about how many seconds a job still needs, None once it has ended."""
    job = card.job
    if job.state.is_final:
        return None
    if card.place is not None:
        return card.place.eta_s
    cost_s = job.route[job.step].cost_s
    if job.state is JobState.RUNNING:
        return round(cost_s * (1 - card.progress), 1)
    pause_s = 0.0 if job.run_at is None else max(0.0, (job.run_at - now).total_seconds())
    return round(pause_s + cost_s, 1)
