"""A whole queue without a worker, for tests of Brokers."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pinxit.data.blobs import LocalBlobs
from pinxit.data.store import Numbers, open_store
from pinxit.domain.ids import JobId, PoolName
from pinxit.domain.ports import no_steps
from pinxit.domain.request import request_to_json
from pinxit.queue.broker import LocalBroker
from pinxit.queue.clock import SystemClock
from pinxit.queue.events import Events
from pinxit.queue.queue import Queue
from tests.builders import a_request
from tests.queueing.world import a_step, new_job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.data.store import Store
    from pinxit.domain.job import Job
    from pinxit.domain.request import Request

POOL = PoolName("pool-1")


@dataclass(frozen=True)
class Shop:
    """A whole queue without a worker."""

    store: Store
    blobs: LocalBlobs
    events: Events
    queue: Queue
    clock: SystemClock
    local: LocalBroker

    async def submit(self, request: Request | None = None, *, pool: str = POOL, **changes: Any) -> JobId:  # noqa: ANN401 - fields of NewJob
        """Queue a job and return its id."""
        request = request or a_request()
        new = new_job(
            a_step(pool), request=request_to_json(request), count=request.count, deliveries=(), now_ms=0, **changes
        )
        await self.queue.submit([new])
        return JobId(new.id)

    async def job(self, job: JobId) -> Job:
        """Return a job as it is stored."""
        found = await self.store.jobs.job(job)
        assert found is not None
        return found

    async def pass_by(self, seconds: float) -> None:
        """Let the queue believe that so much time has passed."""
        for changed in await self.store.jobs.tick(self.clock.now() + timedelta(seconds=seconds)):
            await self.queue.announce(changed)


@asynccontextmanager
async def open_shop(folder: Path, lease_s: float = 30.0) -> AsyncIterator[Shop]:
    """Open an empty queue in a folder."""
    async with open_store(folder / "pinxit.db", Numbers(lease_s=lease_s)) as store:
        await store.open_pools([POOL])
        blobs, events, clock = LocalBlobs(folder / "files", steps=no_steps), Events(), SystemClock()
        queue = Queue(store, blobs, events, clock, steps=no_steps)
        yield Shop(store, blobs, events, queue, clock, LocalBroker(store, blobs, events, clock, steps=no_steps))
