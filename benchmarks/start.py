"""From a submit to its start, when nobody else asks and a worker waits."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from benchmarks.crowd import NUMBERS, POOL, Crowd
from benchmarks.disk import watched
from benchmarks.sample import Sample
from benchmarks.table import Line, on_disk
from pinxit.data.blobs import LocalBlobs
from pinxit.data.store import open_store
from pinxit.domain.ids import BootId, worker_id
from pinxit.domain.job import Ended, Outcome
from pinxit.domain.ports import no_steps
from pinxit.queue.broker import LocalBroker
from pinxit.queue.clock import SystemClock
from pinxit.queue.events import Events
from pinxit.queue.queue import Queue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from benchmarks.scale import Scale

WORKER = worker_id(BootId("bench"), "gpu-1")
GOAL_P99_MS = 5.0
PAUSE_S = 0.005  # Until the worker that has ended a job has asked for the next and found none.


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Submit one job at a time to a worker that long-polls the broker."""
    with watched(folder, scale) as disk:
        sample = await starts(folder, scale.starts)
    line = Line("submit → start, idle queue", str(sample), f"p99 ≤ {GOAL_P99_MS:g} ms", sample.p99_ms <= GOAL_P99_MS)
    yield on_disk(line, disk)


async def starts(folder: Path, count: int) -> Sample:
    """Return what passed each time between calling submit and having the lease."""
    clock, events, sample = SystemClock(), Events(), Sample()
    blobs = LocalBlobs(folder / "files", steps=no_steps)
    async with open_store(folder / "start.db", NUMBERS) as store:
        await store.open_pools([POOL])
        queue = Queue(store, blobs, events, clock, steps=no_steps)
        broker = LocalBroker(store, blobs, events, clock, steps=no_steps)
        for new in Crowd(guilds=1).jobs(count):
            async with asyncio.TaskGroup() as group:
                claim = group.create_task(_claim(broker))
                await asyncio.sleep(PAUSE_S)
                began = time.perf_counter()
                await queue.submit([new])
                sample.add(await claim - began)
    return sample


async def _claim(broker: LocalBroker) -> float:
    (lease,) = await broker.claim(WORKER, POOL, most=1, wait_s=30.0)
    started = time.perf_counter()
    await broker.finish(lease, Ended(Outcome.REFUSED))
    return started
