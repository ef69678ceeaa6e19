"""People who spend, fail, cancel and ask again, all at once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pinxit.data import allowances, quotas, settling
from pinxit.data.store import Numbers, Store
from pinxit.data.submitting import Waiting
from pinxit.data.times import from_ms
from pinxit.domain.errors import LeaseLost, Refused
from pinxit.domain.fairness import Rules
from pinxit.domain.ids import BootId, JobId, PoolName, WorkerId, new_id
from pinxit.domain.job import Beat, Ended, Outcome
from pinxit.domain.quota import Scope, Unit
from tests.queueing.world import START_MS, a_new_image, a_step, new_job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Tx

POOL = PoolName("gpu")
NUMBERS = Numbers(
    rules=Rules(running_cap=64), waiting=Waiting(per_person=10_000, per_guild=10_000, total=100_000), lease_s=3600.0
)
TIME_ZONES = {"guild-0": "Europe/Berlin", "guild-1": "Pacific/Auckland"}
ROLES: Mapping[str, tuple[str, ...]] = {"person-2": ("vip",), "person-3": ("vip", "old")}
PERSONS = tuple(f"person-{number}" for number in range(8))
# Scope, id, unit, period and amount.
LIMITS = (
    ("person", "person-0", "credit", "day", 3000),
    ("person", "person-1", "credit", "week", 9000),
    ("person", "person-5", "dollar", "day", 200),
    ("role", "guild-0/everyone", "dollar", "day", 200),
    ("role", "guild-1/everyone", "dollar", "week", 900),
    ("member", "guild-0/person-4", "credit", "day", 1500),
    ("role", "guild-0/everyone", "credit", "day", 2500),
    ("role", "guild-0/vip", "credit", "day", 4000),
    ("role", "guild-0/old", "credit", "day", 100),
    ("role", "guild-1/everyone", "credit", "month", 40_000),
    ("guild", "guild-0", "credit", "day", 16_000),
    ("guild", "guild-1", "credit", "week", 90_000),
    ("guild", "guild-1", "dollar", "day", 800),
    ("everyone", "", "credit", "day", 30_000),
    ("person", "person-6", "credit", "total", 30_000),
)
_STEP_MS = 1_500_000  # How much time passes from one request to the next.


async def prepare(store: Store) -> None:
    """Make guilds and limits."""
    await store.open_pools([POOL])

    def work(tx: Tx) -> None:
        for guild, zone in TIME_ZONES.items():
            tx.run("INSERT INTO guild (id, time_zone, created_ms) VALUES (:id, :zone, 0)", id=guild, zone=zone)
        for scope, scope_id, unit, period, amount in LIMITS:
            tx.run(
                "INSERT INTO quota (scope, scope_id, unit, period, amount, set_ms)"
                " VALUES (:scope, :scope_id, :unit, :period, :amount, 0)",
                scope=scope,
                scope_id=scope_id,
                unit=unit,
                period=period,
                amount=amount,
            )

    await store.database.write(work)


class Spenders:
    """Who does all that. `boot`: this life of the program. `say`: told what has been made durable."""

    def __init__(self, store: Store, random: Random, boot: str, now_ms: int, say: Callable[[str], None]) -> None:
        self._store = store
        self._random = random
        self._boot = BootId(boot)
        self._say = say
        self._numbers = itertools.count()
        self.now_ms = now_ms
        self.refused = 0

    async def spend(self, sequences: int, at_once: int) -> None:
        """Go through so many requests with what becomes of them."""
        left = iter(range(sequences))

        async def one_after_another() -> None:
            for _ in left:
                await self._sequence()

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_another())

    async def take_over(self) -> None:
        """End what the life before left running."""
        await self._store.jobs.take_over(self._boot, from_ms(self.now_ms))

    async def _sequence(self) -> None:
        self.now_ms += _STEP_MS
        random = self._random
        if random.random() < 0.08:
            await self._grant()
        if random.random() < 0.01:  # An admin moves the guild to another country.
            zone = random.choice(("Europe/Berlin", "America/New_York", "UTC"))
            await self._store.database.write(
                lambda tx: tx.run("UPDATE guild SET time_zone = :zone WHERE id = 'guild-0'", zone=zone)
            )
        if random.random() < 0.03:
            await self._store.jobs.tick(from_ms(self.now_ms))
        jobs = self._jobs()
        try:
            await self._store.jobs.submit(jobs)
        except Refused:
            self.refused += 1
            jobs = []
        for job in jobs:
            self._say(job.id)
            if random.random() < 0.1:  # The same reservation once more.
                asking = quotas.Asking(job.person, job.guild, ZoneInfo("UTC"), self.now_ms)
                with contextlib.suppress(Refused):
                    await self._store.database.write(
                        lambda tx, job=job, asking=asking: quotas.reserve(  # type: ignore[misc]  # a loop's variables
                            tx, job.id, asking, {Unit.CREDIT: 77, Unit.DOLLAR: 7}
                        )
                    )
            if random.random() < 0.15:
                with contextlib.suppress(Refused):
                    await self._store.jobs.cancel(JobId(job.id), from_ms(self.now_ms))
        claimed = await self._store.jobs.claim(
            WorkerId(f"worker-{next(self._numbers)}"),
            self._boot,
            POOL,
            most=random.randint(1, 3),
            loaded=(),
            now=from_ms(self.now_ms),
        )
        for lease in claimed.leases:
            with contextlib.suppress(LeaseLost, Refused):
                await self._work(lease)

    def _jobs(self) -> list[Any]:
        random = self._random
        person, guild = random.choice(PERSONS), random.choice(tuple(TIME_ZONES))
        group = new_id(from_ms(self.now_ms))
        jobs = []
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            dollars = random.choice((0, 0, 40, 150))
            job = new_job(
                a_step(POOL, dollars_micro=dollars),
                group=group,
                person=person,
                guild=guild,
                count=random.randint(1, 4),
                credits_milli=random.choice((100, 300, 700, 1200)),
                dollars_micro=dollars,
                now_ms=self.now_ms,
                deliveries=(),
                roles=ROLES.get(person, ()),
            )
            jobs.append(replace(job, id=new_id(from_ms(self.now_ms))))
        return jobs

    async def _work(self, lease: Lease) -> None:
        random, store = self._random, self._store
        fate = random.random()
        if fate < 0.1:
            return  # Nobody ends it but the next life.
        if fate < 0.2:
            await store.jobs.cancel(lease.job, from_ms(self.now_ms))
        if random.random() < 0.5:
            sent = Beat(lease.job, lease.fence, sent=True, upstream_id=random.choice((None, f"call-{lease.job}")))
            await store.jobs.beat(lease.worker, [sent], from_ms(self.now_ms))
        for index in lease.missing:
            if random.random() < 0.7:
                await store.images.add(lease, a_new_image(lease, index))
        outcome = random.choice(
            (Outcome.SUCCEEDED, Outcome.SUCCEEDED, Outcome.BROKEN, Outcome.RELEASED, Outcome.TEMPORARY, Outcome.REFUSED)
        )
        dollars = random.choice((None, None, 0, 30))
        result = await store.jobs.end(lease, Ended(outcome, dollars_micro=dollars), from_ms(self.now_ms))
        if result.state.is_final and random.random() < 0.2:  # The same settlement once more, and another one.
            made = random.randint(0, 1)

            def again(tx: Tx) -> None:
                job = tx.one("SELECT * FROM job WHERE id = :id", id=lease.job)
                assert job is not None
                settling.settle(tx, job, made, self.now_ms)

            await store.database.write(again)

    async def _grant(self) -> None:
        random = self._random
        scope = random.choice((Scope.PERSON, Scope.MEMBER, Scope.GUILD))
        guild, person = random.choice(tuple(TIME_ZONES)), random.choice(PERSONS)
        whose = {Scope.PERSON: person, Scope.MEMBER: f"{guild}/{person}", Scope.GUILD: guild}[scope]
        hours = random.choice((None, 2, 30))
        new = allowances.NewGrant(
            id=new_id(from_ms(self.now_ms)),
            scope=scope,
            scope_id=whose,
            unit=random.choice((Unit.CREDIT, Unit.DOLLAR)),
            amount=random.choice((100, 900, 3000)),
            expires_ms=None if hours is None else self.now_ms + hours * 3_600_000,
            note="",
            set_by="operator",
        )
        await self._store.database.write(lambda tx: allowances.grant(tx, new, self.now_ms))


async def moment_of(store: Store) -> int:
    """Return when the last request was made."""
    row = await store.database.read(lambda tx: tx.one("SELECT MAX(created_ms) AS last FROM job"))
    return START_MS if row is None or row["last"] is None else int(row["last"])
