"""What the store takes in: full durable submits, each with a key, a delivery, quota and ledger, by many callers."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from benchmarks.crowd import NUMBERS, POOL, Crowd
from benchmarks.disk import watched
from benchmarks.sample import Sample
from benchmarks.table import Line, on_disk
from pinxit.data.store import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from benchmarks.scale import Scale
    from pinxit.data.jobs import Jobs
    from pinxit.data.submitting import NewJob

CALLERS = (1, 16, 64)
GOAL_CALLERS = 16
GOAL_PER_S = 4000
MOST_PER_S = 15_000  # So many are made before the clock starts; more than any machine has taken in so far.


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Submit into an empty store, for each number of callers anew."""
    for callers in CALLERS:
        jobs = Crowd(scale.guilds).jobs(int(scale.submit_s * MOST_PER_S))
        with watched(folder, scale) as disk:
            async with open_store(folder / f"submit-{callers}.db", NUMBERS) as store:
                await store.open_pools([POOL])
                per_s, sample = await submits(store.jobs, jobs, callers, scale.submit_s)
        line = Line(f"durable submits, {callers} at once", f"{per_s:,.0f}/s, {sample}")
        if callers == GOAL_CALLERS:
            line = Line(line.what, line.measured, f"≥ {GOAL_PER_S:,}/s", per_s >= GOAL_PER_S)
        yield on_disk(line, disk)


async def submits(jobs: Jobs, news: list[NewJob], callers: int, seconds: float) -> tuple[float, Sample]:
    """Let so many callers submit one job after the other; return jobs per second and what each caller waited."""
    left = iter(news)
    sample = Sample()
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(callers):
            group.create_task(_caller(jobs, left, began + seconds, sample))
    return len(sample.seconds) / (time.perf_counter() - began), sample


async def _caller(jobs: Jobs, left: Iterator[NewJob], until: float, sample: Sample) -> None:
    for new in left:
        began = time.perf_counter()
        await jobs.submit([new])
        ended = time.perf_counter()
        sample.add(ended - began)
        if ended > until:
            break
