"""Whose turn it is: start-time fair queueing by guild, paid in seconds, at claim.

A lane is one guild's line in a pool. Its `vtime` is what the guild has been charged, in seconds ÷ weight; the lane with
the least leads. The leader's first job decides what fits into the batch; the batch is filled only from lanes
within `slack_s` of the leader, so sharing a GPU call never buys a guild more than the bound allows.

Bound: in one pool, among guilds with a claimable job, charged seconds ÷ weight differ by at most
credit + slack + c_max / w_min, plus the estimation error of running jobs; docs/decisions/0003-fairness.md proves it.

Source: Goyal, Vin, Cheng, "Start-time Fair Queueing", SIGCOMM 1996; the batch rule and the credit are our own.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pinxit.domain.ids import GuildId, JobId, PersonId


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of fairness, seconds of a worker's time where not said otherwise.

    `credit_s`: how far behind a guild that returns may start, so what idling can earn at most.
    `slack_s`: how far from the leader a guild may be and still share its batch, or lead because its model is loaded.
    `person_slack_s`: the same inside a guild, between persons. `batch_s`: estimated length of a batch at most.
    `look`: how many lanes are looked at to fill a batch. `running_cap`: how many jobs of a guild run at once in a pool,
    unless the guild has a number of its own.
    """

    credit_s: float = 20.0
    slack_s: float = 20.0
    person_slack_s: float = 4.0
    batch_s: float = 16.0
    look: int = 64
    running_cap: int = 4


@dataclass(frozen=True, slots=True)
class Lane:
    """A guild with a claimable job in a pool. `room`: how many more of its jobs may run now."""

    guild: GuildId
    vtime: float
    weight: float
    room: int


@dataclass(frozen=True, slots=True)
class Head:
    """The first job of a lane: (priority, tag, id) is least. A job that must run alone has a key of its own."""

    batch_key: str
    model: str
    priority: int
    tag: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A waiting job that fits the batch. `cost_s`: estimated seconds."""

    job: JobId
    person: PersonId
    cost_s: float
    tag: float


@dataclass(frozen=True, slots=True)
class Taken:
    """One job of the chosen batch."""

    guild: GuildId
    candidate: Candidate


class Line(Protocol):
    """What the choice may look up; one indexed search each."""

    def head(self, guild: GuildId) -> Head:
        """Return the first job of a claimable lane."""

    def candidates(self, guild: GuildId, head: Head, up_to_tag: float, most: int) -> Sequence[Candidate]:
        """Return the guild's first jobs with the head's batch key and priority and a tag of at most `up_to_tag`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A batch. `front`: the least vtime among claimable lanes, which is what the pool's clock is raised to."""

    front: float
    taken: tuple[Taken, ...]


def choose(
    lanes: Sequence[Lane], line: Line, *, most: int, rules: Rules, loaded: Collection[str] = ()
) -> Choice | None:
    """Choose the next batch, or None if no lane is claimable.

    `lanes`: the claimable ones by (vtime, guild), the first `rules.look` of them. `loaded`: models in the worker's
    memory. Pure but for the look-ups; at most one head per lane within slack and one search per lane.
    """
    if not lanes:
        return None
    front = lanes[0].vtime
    leader, head = _leader(lanes, line, rules, loaded)
    taken: list[Taken] = []
    total_s = 0.0
    found: dict[GuildId, Sequence[Candidate]] = {}
    used: dict[GuildId, int] = {}
    # The leader's own first job goes first, whatever its vtime; ties go to the older lane in the given order.
    order = [
        (lane.vtime if lane is not leader else float("-inf"), place, lane)
        for place, lane in enumerate(lanes)
        if lane.vtime <= front + rules.slack_s
    ]
    heapq.heapify(order)
    while order and len(taken) < most:
        _, place, lane = heapq.heappop(order)
        if lane.guild not in found:
            found[lane.guild] = _fitting(lane, leader, head, line, rules, most)
        k = used.get(lane.guild, 0)
        if k >= min(lane.room, len(found[lane.guild])):
            continue
        candidate = found[lane.guild][k]
        if taken and total_s + candidate.cost_s > rules.batch_s:
            break
        taken.append(Taken(lane.guild, candidate))
        total_s += candidate.cost_s
        used[lane.guild] = k + 1
        charged = sum(item.cost_s for item in found[lane.guild][: k + 1])
        tag = lane.vtime + charged / lane.weight
        if tag <= front + rules.slack_s:
            heapq.heappush(order, (tag, place, lane))
    return Choice(front, tuple(taken))


def entry_vtime(vtime: float, pool_vtime: float, rules: Rules) -> float:
    """Return where a lane starts that becomes claimable: idle time earns at most the credit."""
    return max(vtime, pool_vtime - rules.credit_s)


def _leader(lanes: Sequence[Lane], line: Line, rules: Rules, loaded: Collection[str]) -> tuple[Lane, Head]:
    first = line.head(lanes[0].guild)
    if first.model in loaded or not loaded:
        return lanes[0], first
    for lane in lanes[1:]:
        if lane.vtime > lanes[0].vtime + rules.slack_s:
            break
        head = line.head(lane.guild)
        if head.model in loaded:
            return lane, head
    return lanes[0], first


def _fitting(lane: Lane, leader: Lane, head: Head, line: Line, rules: Rules, most: int) -> Sequence[Candidate]:
    """Return the lane's jobs that may ride along: same key, and no job of its own line is overtaken by much."""
    own = head if lane is leader else line.head(lane.guild)
    wanted = Head(head.batch_key, own.model, own.priority, own.tag)
    return line.candidates(lane.guild, wanted, own.tag + rules.person_slack_s, min(most, lane.room))
