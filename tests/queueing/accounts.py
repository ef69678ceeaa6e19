"""What each guild was given, counted by the test itself: from who was claimed, when, and when it ended.

Nothing here reads what the queue has counted. The words are those of docs/decisions/0003-fairness.md.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.fairness import Rules


@dataclass(slots=True)
class Account:
    """A guild in a pool. `lifts`: what it was raised by, in seconds ÷ weight; `running`: attempts without an end."""

    weight: float
    cap: int
    queued: int = 0
    ended_s: float = 0.0
    lifts: float = 0.0
    running: list[int] = field(default_factory=list)

    @property
    def is_claimable(self) -> bool:
        return self.queued > 0 and len(self.running) < self.cap


@dataclass(slots=True)
class _Batch:
    """A worker's call. `mark_ms`: up to when its time is shared out."""

    began_ms: int
    mark_ms: int
    members: set[int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far claimable guilds were apart at most, and how far they may be. `error`: ε; `largest`: c_max ÷ w."""

    apart: float
    bound: float
    error: float
    largest: float


class Accounts:
    """The accounts of one pool."""

    def __init__(self, rules: Rules, guilds: Mapping[str, tuple[float, int]]) -> None:
        self.of = {name: Account(weight, cap) for name, (weight, cap) in guilds.items()}
        self.worker_s = 0.0
        self._rules = rules
        self._front = 0.0
        self._estimates: list[float] = []
        self._real: list[float] = []
        self._guilds: list[str] = []
        self._batches: list[_Batch] = []
        self._in_batch: list[_Batch] = []
        self._moments: list[list[tuple[bool, float, float, tuple[int, ...]]]] = []

    @property
    def is_anyone_claimable(self) -> bool:
        return any(account.is_claimable for account in self.of.values())

    def start(self, guild: str) -> float:
        """Return where the guild's next job starts: what it was charged and is estimated to be, and its lifts."""
        account = self.of[guild]
        running_s = sum(self._estimates[attempt] for attempt in account.running)
        return account.lifts + (account.ended_s + running_s) / account.weight

    def entered(self, guild: str) -> None:
        """Note one more waiting job."""
        if not self.of[guild].queued:
            self._lift(guild)
        self.of[guild].queued += 1
        self._note()

    def left(self, guild: str) -> None:
        """Note that a waiting job was cancelled."""
        self.of[guild].queued -= 1
        self._note()

    def claimed(self, jobs: list[tuple[str, float]], now_ms: int) -> list[int]:
        """Note a batch of (guild, estimated seconds) and return the numbers of its attempts."""
        self._front = max(
            self._front, min(self.start(guild) for guild, account in self.of.items() if account.is_claimable)
        )
        attempts = list(range(len(self._estimates), len(self._estimates) + len(jobs)))
        batch = _Batch(now_ms, now_ms, set(attempts))
        for (guild, estimate_s), attempt in zip(jobs, attempts, strict=True):
            self._estimates.append(estimate_s)
            self._real.append(0.0)
            self._guilds.append(guild)
            self._in_batch.append(batch)
            self.of[guild].queued -= 1
            self.of[guild].running.append(attempt)
            assert len(self.of[guild].running) <= self.of[guild].cap, "a cap was passed"
        self._batches.append(batch)
        self._note()
        return attempts

    def ended(self, attempt: int, at_ms: int, *, free: bool = False) -> None:
        """Note the end of an attempt at the moment from which its worker was free again; `free`: it was given back."""
        batch, guild = self._in_batch[attempt], self._guilds[attempt]
        total_s = sum(self._estimates[member] for member in batch.members)
        passed_s = max(0, at_ms - batch.mark_ms) / 1000
        for member in batch.members:
            self._real[member] += passed_s * self._estimates[member] / total_s
        batch.mark_ms = max(batch.mark_ms, at_ms)
        batch.members.discard(attempt)
        self.worker_s += passed_s
        account = self.of[guild]
        if len(account.running) >= account.cap:
            self._lift(guild)
        account.running.remove(attempt)
        if free:
            self.worker_s -= self._real[attempt]
            self._real[attempt] = 0.0
        account.ended_s += self._real[attempt]
        self._note()

    def verdict(self) -> Verdict:
        """Judge every moment so far, once all attempts have ended."""
        assert not any(account.running for account in self.of.values())
        apart = error = 0.0
        for moment in self._moments:
            claimable = [
                ended + sum(self._real[attempt] for attempt in running) / weight
                for is_claimable, ended, weight, running in moment
                if is_claimable
            ]
            apart = max(apart, max(claimable, default=0.0) - min(claimable, default=0.0))
            for _, _, weight, running in moment:
                off_s = sum(abs(self._real[attempt] - self._estimates[attempt]) for attempt in running)
                error = max(error, off_s / weight)
        largest = max(
            (self._real[attempt] / self.of[guild].weight for attempt, guild in enumerate(self._guilds)), default=0.0
        )
        bound = self._rules.credit_s + self._rules.slack_s + largest + 2 * error
        return Verdict(apart, bound, error, largest)

    def real_s(self, guild: str) -> float:
        """Return all the seconds that the guild's ended attempts occupied and were charged."""
        by_guild: defaultdict[str, float] = defaultdict(float)
        for attempt, name in enumerate(self._guilds):
            by_guild[name] += self._real[attempt]
        return by_guild[guild]

    def occupied_s(self) -> list[float]:
        """Return how long each batch occupied its worker, in the order of the claims."""
        return [(batch.mark_ms - batch.began_ms) / 1000 for batch in self._batches]

    def _lift(self, guild: str) -> None:
        least = self._front - self._rules.credit_s
        self.of[guild].lifts += max(0.0, least - self.start(guild))

    def _note(self) -> None:
        self._moments.append(
            [
                (
                    account.is_claimable,
                    account.lifts + account.ended_s / account.weight,
                    account.weight,
                    tuple(account.running),
                )
                for account in self.of.values()
            ]
        )
