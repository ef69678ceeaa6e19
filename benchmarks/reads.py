"""Looking a job up: all its statements in one trip to a reader thread, or a trip for each of them."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.claims import BATCH, work_off
from benchmarks.crowd import Crowd, waiting
from benchmarks.sample import Sample
from benchmarks.table import Line
from pinxit.data.job_rows import load_job
from pinxit.domain.image_rules import ImageRules

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.scale import Scale
    from pinxit.data.store import Store
    from pinxit.domain.ids import JobId
    from pinxit.domain.ports import Tx

    Look = Callable[[JobId], Awaitable[object]]

Statement = tuple[str, dict[str, object]]
CLAIMS = 50
CALLERS = 16
READERS = 2  # As many as the store opens, for both ways.


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Look finished jobs up: one after the other, and many at once."""
    path = folder / "reads.db"
    async with waiting(path, Crowd(guilds=20), CLAIMS * BATCH) as store:
        jobs = (await work_off(store, CLAIMS)).jobs
        lookups = {job: await statements(store, job) for job in jobs}
        rounds = [jobs[number % len(jobs)] for number in range(scale.reads)]
        yield Line("lookup of a job", str(await looks(store.jobs.job, rounds)))
        ours = await looks(_one_trip(store, lookups), rounds)
        yield Line("  its 3 statements on a snapshot, 1 trip", str(ours))
        if importlib.util.find_spec("aiosqlite") is None:
            yield Line("  the same by aiosqlite", "not measured: pip install aiosqlite")
            return
        for has_snapshot, what in ((False, "3 trips"), (True, "5 with a snapshot")):
            async with aiosqlite_trips(path, lookups, has_snapshot=has_snapshot) as look:
                theirs = await looks(look, rounds)
            p50, many = theirs.alone.p50_ms / ours.alone.p50_ms, theirs.per_s / ours.per_s
            yield Line(f"  the same by aiosqlite, {what}", f"{theirs} ({p50:.1f} ×; {many:.2f} ×)")


@dataclass(frozen=True, slots=True)
class Looks:
    """What lookups took with one caller, and how many a second many callers had."""

    alone: Sample
    per_s: float

    def __str__(self) -> str:
        return f"p50 {self.alone.p50_ms:.2f} ms; {CALLERS} callers {self.per_s:,.0f}/s"


async def looks(look: Look, jobs: Sequence[JobId]) -> Looks:
    """Look these jobs up twice."""
    alone = Sample()
    await _looked(look, iter(jobs), alone)
    left, began = iter(jobs), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(CALLERS):
            group.create_task(_looked(look, left, Sample()))
    return Looks(alone, len(jobs) / (time.perf_counter() - began))


async def _looked(look: Look, left: Iterator[JobId], sample: Sample) -> None:
    for job in left:
        began = time.perf_counter()
        await look(job)
        sample.add(time.perf_counter() - began)


class Heard:
    """A transaction that notes its statements."""

    def __init__(self, tx: Tx, statements: list[Statement]) -> None:
        self._tx = tx
        self._statements = statements

    def all(self, sql: str, **values: object) -> Sequence[Mapping[str, Any]]:
        """Return every row."""
        self._statements.append((sql, values))
        return self._tx.all(sql, **values)

    def one(self, sql: str, **values: object) -> Mapping[str, Any] | None:
        """Return the first row, or None."""
        self._statements.append((sql, values))
        return self._tx.one(sql, **values)

    def run(self, sql: str, **values: object) -> int:
        """Return how many rows the statement changed."""
        self._statements.append((sql, values))
        return self._tx.run(sql, **values)


async def statements(store: Store, job: JobId) -> list[Statement]:
    """Return the statements of one lookup."""
    heard: list[Statement] = []
    await store.database.read(lambda tx: load_job(Heard(tx, heard), job, ImageRules()))
    return heard


def _one_trip(store: Store, lookups: Mapping[JobId, list[Statement]]) -> Look:
    async def look(job: JobId) -> object:
        return await store.database.read(lambda tx: [tx.all(sql, **values) for sql, values in lookups[job]])

    return look


@asynccontextmanager
async def aiosqlite_trips(
    path: Path, lookups: Mapping[JobId, list[Statement]], *, has_snapshot: bool
) -> AsyncIterator[Look]:
    """Look up through aiosqlite, which takes each statement to its connection's thread and back.

    A transaction keeps its connection for itself; lone statements of many callers share one.
    """
    import aiosqlite  # noqa: PLC0415 - not one of our dependencies

    async with AsyncExitStack() as stack:
        free: asyncio.Queue[aiosqlite.Connection] = asyncio.Queue()
        opened = []
        for _ in range(READERS):
            connection = await stack.enter_async_context(aiosqlite.connect(path, isolation_level=None))
            connection.row_factory = aiosqlite.Row
            opened.append(connection)
            free.put_nowait(connection)
        turns = itertools.cycle(opened)

        async def look(job: JobId) -> None:
            connection = await free.get() if has_snapshot else next(turns)
            if has_snapshot:
                await connection.execute("BEGIN")
            for sql, values in lookups[job]:
                await connection.execute_fetchall(sql, values)
            if has_snapshot:
                await connection.execute("COMMIT")
                free.put_nowait(connection)

        yield look
