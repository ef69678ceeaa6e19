"""The real store without an event loop: every call has taken effect when it returns, and time is a number."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pinxit.data import migrate
from pinxit.data.images import NewImage
from pinxit.data.job_rows import route_to_json
from pinxit.data.sqlite import SqliteTx
from pinxit.data.store import Numbers, Store, store_over
from pinxit.data.submitting import NewDelivery, NewJob
from pinxit.data.times import EPOCH
from pinxit.domain.ids import BootId, ImageId, JobId, PoolName, WorkerId
from pinxit.domain.job import Beat, Ended, Lease, Order, Outcome, RouteStep
from pinxit.domain.request import Request, request_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence

    from pinxit.data.ending import Result
    from pinxit.data.jobs import Changed
    from pinxit.data.submitting import Submitted
    from pinxit.domain.ports import Tx

T = TypeVar("T")

START_MS = 1_763_700_000_000
BOOT = BootId("boot-1")
POOL = PoolName("gpu")


class InstantDatabase:
    """SQLite in memory as a `Database` whose calls never wait."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        with closing(sqlite3.connect(":memory:")) as empty:
            empty.deserialize(_empty())
            empty.backup(self._connection)
        self.tx = SqliteTx(self._connection)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work`, all or nothing."""
        self._connection.execute("SAVEPOINT work")
        try:
            return work(self.tx)
        except BaseException:
            self._connection.execute("ROLLBACK TO work")
            raise
        finally:
            self._connection.execute("RELEASE work")

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work`."""
        return work(self.tx)

    def listen(self) -> list[str]:
        """Return a list that every statement from now on is added to, with its values."""
        heard: list[str] = []
        self._connection.set_trace_callback(heard.append)
        return heard

    def count_steps(self) -> Callable[[], int]:
        """Count the instructions that SQLite's machine executes from now on, in tens."""
        counted = itertools.count()

        def step() -> int:
            next(counted)
            return 0

        self._connection.set_progress_handler(step, 10)
        return lambda: next(counted)

    def dump(self) -> Iterator[str]:
        """Return the whole database as SQL."""
        return self._connection.iterdump()

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()


@cache
def _empty() -> bytes:
    """Return the database with nothing in it yet: to make it anew for each test takes ten times as long."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for script in migrate.scripts().values():
            for statement in migrate.statements(script):
                connection.execute(statement)
        return connection.serialize()


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that never waits."""
    with closing(coroutine):
        try:
            coroutine.send(None)
        except StopIteration as stopped:
            result: T = stopped.value
            return result
    raise AssertionError("the coroutine waited")


def a_step(pool: str = POOL, cost_s: float = 1.0, key: str = "key", **changes: Any) -> RouteStep:  # noqa: ANN401 - fields of RouteStep
    """Return one step of a route."""
    return RouteStep(PoolName(pool), cost_s, key, **changes)


_numbers = itertools.count()


def new_job(*route: RouteStep, **changes: Any) -> NewJob:  # noqa: ANN401 - fields of NewJob
    """Return a job for `submit` under a fresh id; ids sort in the order of the calls."""
    steps = route or (a_step(),)
    job = f"job-{next(_numbers):09d}"
    values: dict[str, Any] = {
        "id": job,
        "group": job,
        "guild": "guild-1",
        "person": "person-1",
        "platform": "test",
        "route": route_to_json(steps),
        "first": {
            "pool": steps[0].pool,
            "cost_s": steps[0].cost_s,
            "batch_key": steps[0].batch_key,
            "model": steps[0].model,
        },
        "request": request_to_json(Request("a red fox", 64, 64, 7, count=changes.get("count", 1))),
        "count": 1,
        "priority": 1,
        "credits_milli": 100,
        "dollars_micro": 0,
        "deadline_s": 300.0,
        "private": False,
        "now_ms": START_MS,
        "deliveries": (NewDelivery(f"{job}-d", "test", "channel", "{}"),),
    }
    return NewJob(**(values | changes))


class Queue:
    """The queue's rows over `InstantDatabase`, with the time as an attribute."""

    def __init__(self, numbers: Numbers | None = None, *pools: str) -> None:
        self.numbers = numbers or Numbers()
        self.database = InstantDatabase()
        self.tx = self.database.tx
        self.store = self.over(self.numbers)
        self.now_ms = START_MS
        at_once(self.store.open_pools(pools or (POOL,)))

    def over(self, numbers: Numbers) -> Store:
        """Return the same rows run by other numbers."""
        return store_over(self.database, numbers)

    @property
    def now(self) -> datetime:
        """Return the moment."""
        return EPOCH + timedelta(milliseconds=self.now_ms)

    def guild(self, guild: str, weight: float = 1.0, cap: int | None = None) -> None:
        """Make a guild with numbers of its own."""
        self.tx.run(
            "INSERT INTO guild (id, weight, running_cap, created_ms) VALUES (:id, :weight, :cap, 0)",
            id=guild,
            weight=weight,
            cap=cap,
        )

    def submit(self, *jobs: NewJob) -> Sequence[Submitted]:
        """Submit a group."""
        return at_once(self.store.jobs.submit(jobs))

    def claim(
        self, worker: str = "worker", pool: str = POOL, *, most: int = 1, loaded: Sequence[str] = (), boot: str = BOOT
    ) -> Sequence[Lease]:
        """Claim a batch."""
        return at_once(
            self.store.jobs.claim(
                WorkerId(worker), BootId(boot), PoolName(pool), most=most, loaded=loaded, now=self.now
            )
        ).leases

    def beat(self, worker: str, *beats: Beat) -> Mapping[JobId, Order]:
        """Renew leases."""
        return at_once(self.store.jobs.beat(WorkerId(worker), beats, self.now))

    def end(self, lease: Lease, outcome: Outcome, **changes: Any) -> Result:  # noqa: ANN401 - fields of Ended
        """End an attempt."""
        return at_once(self.store.jobs.end(lease, Ended(outcome, **changes), self.now))

    def paint(self, lease: Lease, index: int = 0, image: str | None = None) -> ImageId:
        """Note an image of the lease as stored."""
        return at_once(self.store.images.add(lease, a_new_image(lease, index, image)))

    def paint_and_succeed(self, lease: Lease) -> Result:
        """Store every missing image and end."""
        for index in lease.missing:
            self.paint(lease, index)
        return self.end(lease, Outcome.SUCCEEDED)

    def cancel(self, job: str) -> Changed:
        """Cancel a job."""
        return at_once(self.store.jobs.cancel(JobId(job), self.now))

    def tick(self) -> Sequence[Changed]:
        """End lapsed attempts and wake what waited."""
        return at_once(self.store.jobs.tick(self.now))

    def take_over(self, boot: str) -> Sequence[Changed]:
        """Start the next program."""
        return at_once(self.store.jobs.take_over(BootId(boot), self.now))

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Return rows as dicts."""
        return [dict(row) for row in self.tx.all(sql, **values)]

    def row(self, sql: str, **values: object) -> dict[str, Any]:
        """Return the only row."""
        (row,) = self.rows(sql, **values)
        return row


def a_new_image(lease: Lease, index: int = 0, image: str | None = None) -> NewImage:
    """Return an image of a lease; unless named, its id tells job, attempt and index."""
    name = image or f"{lease.job}.{lease.attempt}.{index}"
    return NewImage(
        id=ImageId(name),
        index=index,
        path=f"images/{name}.png",
        media_type="image/png",
        width_px=64,
        height_px=64,
        size_bytes=100,
        sha256="0" * 64,
        pixels_sha256="1" * 64,
        seed=7 + index,
        prompt=lease.request.prompt,
        generator=lease.pool,
        model="",
        model_hash="",
        recipe={"steps": 20},
        created_at=EPOCH,
    )
