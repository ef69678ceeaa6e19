"""Guilds that try to get more than their share, and workers that claim, finish, fail and hang."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pinxit.data.store import Numbers
from pinxit.data.submitting import Waiting
from pinxit.domain.fairness import Rules
from pinxit.domain.job import JobState, Lease, Outcome
from tests.queueing.accounts import Accounts, Verdict
from tests.queueing.world import Queue, a_step, new_job

if TYPE_CHECKING:
    from collections.abc import Sequence

LEASE_S = 12.0
POOLS = ("first", "second")
# Ends that occupy a worker and are charged; the queue's own ends (silence) come with the lease.
ENDS = (Outcome.REFUSED, Outcome.REFUSED, Outcome.BROKEN, Outcome.TEMPORARY, Outcome.TIMED_OUT, Outcome.RELEASED)


@dataclass(frozen=True, slots=True)
class Guild:
    """How one guild behaves. `depth`: jobs it keeps waiting while it is there; `there`: in which phases it is.

    `costs_s`: what its jobs are estimated at; `error`: how many times longer or shorter they may take.
    `hangs`: how many of its jobs of a hundred never answer; `two_pools`: its jobs go through both pools.
    """

    weight: float
    cap: int
    depth: int
    there: tuple[bool, ...]
    costs_s: tuple[float, ...]
    keys: int
    persons: int = 1
    error: float = 1.0
    hangs: int = 0
    two_pools: bool = False
    cancels: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """Who plays, by which rules. `exact`: every attempt takes what it was estimated at."""

    rules: Rules
    guilds: tuple[Guild, ...]
    workers: int
    most: int
    phase_s: int
    seed: int
    exact: bool
    models: bool = False


@st.composite
def worlds(draw: st.DrawFn, *, exact: bool) -> World:
    """Draw a world. Small numbers in the rules make the bound tight, so that a short game can break it."""
    phases = 4
    seconds = st.sampled_from((0.5, 1.0, 2.0, 4.0))
    guild = st.builds(
        Guild,
        weight=st.sampled_from((1.0, 1.0, 2.0, 4.0)),
        cap=st.sampled_from((1, 2, 8, 8)),
        depth=st.sampled_from((1, 4, 12)),
        there=st.tuples(*[st.booleans()] * phases),
        costs_s=st.lists(seconds, min_size=1, max_size=2).map(tuple),
        keys=st.sampled_from((1, 2, 5)),
        persons=st.sampled_from((1, 3)),
        error=st.just(1.0) if exact else st.sampled_from((1.0, 3.0, 10.0)),
        hangs=st.sampled_from((0, 0, 30, 100)),
        two_pools=st.sampled_from((False,) if exact else (False, True)),
        cancels=st.sampled_from((0, 0, 20)),
    )
    return World(
        rules=Rules(
            credit_s=draw(st.sampled_from((0.0, 1.0, 5.0))),
            slack_s=draw(st.sampled_from((0.0, 1.0, 5.0))),
            person_slack_s=draw(st.sampled_from((0.0, 4.0))),
            batch_s=draw(st.sampled_from((4.0, 10.0))),
        ),
        guilds=tuple(draw(st.lists(guild, min_size=2, max_size=6) | _patient())),
        workers=draw(st.integers(1, 4)),
        most=draw(st.sampled_from((1, 8))),
        phase_s=draw(st.sampled_from((10, 30))),
        seed=draw(st.integers(0, 2**16)),
        exact=exact,
        models=draw(st.booleans()),
    )


@st.composite
def _patient(draw: st.DrawFn) -> list[Guild]:
    """Draw a guild that holds itself at its cap while another runs ahead, and a crowd that comes when it is behind."""
    always, late = (True,) * 4, (False, False, True, True)
    cost_s = draw(st.sampled_from((0.5, 1.0)))
    crowd = draw(st.integers(2, 4))
    patient = Guild(1.0, 1, 4, always, (cost_s,), 1)
    ahead = Guild(1.0, 8, 12, always, (cost_s,), 1)
    return [patient, ahead, *[Guild(4.0, 8, 12, late, (cost_s,), 1)] * crowd]


@dataclass(slots=True)
class _Busy:
    """A worker's batch: who ends when, and how. No outcome: nobody ever hears of it."""

    worker: str
    pool: str
    plan: list[tuple[int, Lease, Outcome | None]]


class Game:
    """One world played on one queue, second by second."""

    def __init__(self, world: World, queue_type: type[Queue] = Queue) -> None:
        self.world = world
        waiting = Waiting(per_person=10_000, per_guild=10_000, total=100_000)
        self.queue = queue_type(Numbers(rules=world.rules, waiting=waiting, lease_s=LEASE_S), *POOLS)
        self.guilds = {f"guild-{number}": guild for number, guild in enumerate(world.guilds)}
        for name, guild in self.guilds.items():
            self.queue.guild(name, guild.weight, guild.cap)
        sizes = {name: (guild.weight, guild.cap) for name, guild in self.guilds.items()}
        self.accounts = {pool: Accounts(world.rules, sizes) for pool in POOLS}
        self._random = random.Random(world.seed)  # noqa: S311 - a game, not a secret
        self._guild_of: dict[str, str] = {}
        self._cost_of: dict[str, float] = {}
        self._hangs: set[str] = set()
        self._waiting: dict[str, list[str]] = {name: [] for name in self.guilds}
        self._attempts: dict[str, tuple[str, int, int]] = {}  # Running job: its pool, attempt and end of lease.
        self._busy: list[_Busy] = []

    def play(self) -> list[Verdict]:
        """Play every phase, let all running attempts end, and judge each pool."""
        start_ms = self.queue.now_ms
        for phase in range(len(self.world.guilds[0].there)):
            until_ms = start_ms + (phase + 1) * self.world.phase_s * 1000
            while self.queue.now_ms < until_ms:
                self._submit(phase)
                self._cancel()
                self._claim()
                self._pass(until_ms)
        while self._busy:
            self._pass(self.queue.now_ms + int(LEASE_S * 1000))
        self.queue.now_ms += int(LEASE_S * 1000) + 1
        self._tick()
        return [self.accounts[pool].verdict() for pool in POOLS]

    def _submit(self, phase: int) -> None:
        for name, guild in self.guilds.items():
            if not guild.there[phase]:
                continue
            while len(self._waiting[name]) < guild.depth:
                self._submit_one(name, guild)

    def _submit_one(self, name: str, guild: Guild) -> None:
        hangs = self._random.randrange(100) < guild.hangs
        # A job that is known to hang is estimated at the lease that it will hold, and shares no call.
        cost_s = LEASE_S if hangs and self.world.exact else self._random.choice(guild.costs_s)
        number = self._random.randrange(guild.keys)
        key = "hang" if hangs else f"key-{number}"
        model = f"model-{number % 2}" if self.world.models else ""
        steps = [a_step(pool, cost_s, key, model=model) for pool in (POOLS if guild.two_pools else POOLS[:1])]
        person = f"{name}-{self._random.randrange(guild.persons)}"
        job = new_job(*steps, guild=name, person=person, now_ms=self.queue.now_ms, deliveries=())
        self.queue.submit(job)
        if hangs:
            self._hangs.add(job.id)
        self._guild_of[job.id], self._cost_of[job.id] = name, cost_s
        self._entered(job.id, POOLS[0])

    def _cancel(self) -> None:
        for name, guild in self.guilds.items():
            if self._waiting[name] and self._random.randrange(100) < guild.cancels:
                job = self._random.choice(self._waiting[name])
                pool = self.queue.row("SELECT pool FROM job WHERE id = :id", id=job)["pool"]
                self.queue.cancel(job)
                self._waiting[name].remove(job)
                self.accounts[pool].left(name)

    def _claim(self) -> None:
        for number in range(self.world.workers):
            worker = f"worker-{number}"
            if any(busy.worker == worker for busy in self._busy):
                continue
            pool = POOLS[1] if number == 1 and any(guild.two_pools for guild in self.world.guilds) else POOLS[0]
            loaded = (f"model-{self._random.randrange(2)}",) if self.world.models else ()
            leases = self.queue.claim(worker, pool, most=self.world.most, loaded=loaded)
            if leases:
                self._begin(worker, pool, leases)
            else:
                assert not self.accounts[pool].is_anyone_claimable, "a worker stays idle while somebody waits"

    def _begin(self, worker: str, pool: str, leases: Sequence[Lease]) -> None:
        jobs = [(self._guild_of[lease.job], self._cost_of[lease.job]) for lease in leases]
        lapse_ms = self.queue.now_ms + int(LEASE_S * 1000)
        for lease, attempt in zip(leases, self.accounts[pool].claimed(jobs, self.queue.now_ms), strict=True):
            self._attempts[lease.job] = pool, attempt, lapse_ms
            self._waiting[self._guild_of[lease.job]].remove(lease.job)
        self._busy.append(_Busy(worker, pool, self._plan(leases, lapse_ms)))

    def _plan(self, leases: Sequence[Lease], lapse_ms: int) -> list[tuple[int, Lease, Outcome | None]]:
        if any(lease.job in self._hangs for lease in leases):
            return [(lapse_ms, lease, None) for lease in leases]
        seconds = [self._cost_of[lease.job] * self._factor(lease.job) for lease in leases]
        if self.world.exact:
            end_ms = self.queue.now_ms + round(sum(seconds) * 1000)
            return [(end_ms, lease, self._random.choice(ENDS[:5])) for lease in leases]
        plan: list[tuple[int, Lease, Outcome | None]] = []
        end_ms = self.queue.now_ms
        for lease, real_s in zip(leases, seconds, strict=True):
            end_ms = min(lapse_ms - 1, end_ms + round(real_s * 1000))
            going_on = self.guilds[self._guild_of[lease.job]].two_pools and lease.pool == POOLS[0]
            plan.append((end_ms, lease, Outcome.ADVANCED if going_on else self._random.choice(ENDS)))
        return plan

    def _factor(self, job: str) -> float:
        error = self.guilds[self._guild_of[job]].error
        return self._random.choice((error, 1.0, 1 / error))

    def _pass(self, until_ms: int) -> None:
        """Let time pass to the next end of an attempt, at most a second, and end what ends there."""
        next_ms = min((end_ms for busy in self._busy for end_ms, _, _ in busy.plan), default=until_ms)
        self.queue.now_ms = max(self.queue.now_ms, min(next_ms, until_ms, self.queue.now_ms + 1000))
        for busy in list(self._busy):
            for end_ms, lease, outcome in list(busy.plan):
                if end_ms > self.queue.now_ms:
                    continue
                busy.plan.remove((end_ms, lease, outcome))
                if outcome is not None:
                    self._end(lease, outcome)
            if not busy.plan:
                self._busy.remove(busy)
        self._tick()

    def _end(self, lease: Lease, outcome: Outcome) -> None:
        result = self.queue.end(lease, outcome)
        pool, attempt, _ = self._attempts.pop(lease.job)
        self.accounts[pool].ended(attempt, self.queue.now_ms, free=outcome is Outcome.RELEASED)
        if result.state is JobState.QUEUED:
            self._entered(lease.job, result.pool)

    def _tick(self) -> None:
        for changed in self.queue.tick():
            if changed.job in self._attempts:
                pool, attempt, lapse_ms = self._attempts.pop(changed.job)
                self.accounts[pool].ended(attempt, lapse_ms)
            if changed.state is JobState.QUEUED:
                self._entered(changed.job, changed.pool)

    def _entered(self, job: str, pool: str) -> None:
        self._waiting[self._guild_of[job]].append(job)
        self.accounts[pool].entered(self._guild_of[job])
