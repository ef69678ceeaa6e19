"""A queue and its workers under a fake clock: everything real but the time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pinxit.data.blobs import LocalBlobs
from pinxit.data.store import Numbers, open_store
from pinxit.domain.errors import Unavailable
from pinxit.domain.ids import BootId, JobId, PoolName, worker_id
from pinxit.domain.ports import no_steps
from pinxit.domain.request import request_to_json
from pinxit.queue.broker import LocalBroker
from pinxit.queue.events import Events
from pinxit.queue.generator_loop import Stuck, hosted
from pinxit.queue.queue import Queue
from pinxit.queue.worker import Worker
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators_for_tests import Plain
from tests.queueing.world import a_step, new_job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path

    from pinxit.data.store import Store
    from pinxit.domain.generator import Failed, Generator, Made, Prepared, Task, Watch
    from pinxit.domain.ids import ImageId, SourceId, WorkerId
    from pinxit.domain.job import Beat, Ended, Job, JobState, Lease, Order
    from pinxit.domain.ports import Broker
    from pinxit.domain.request import Json, Request

    Script = Callable[[Sequence[Task], Watch], AsyncIterator[Made | Failed | Prepared]]

STEP_S = 0.5
MOST_S = 1000.0


class Scripted(Plain):
    """Does what a function says."""

    def __init__(self, script: Script, clock: FakeClock, name: str = "scripted", **options: Json) -> None:
        super().__init__(name, options, clock)
        self.generate = script  # type: ignore[method-assign,assignment]  # that is its purpose


@dataclass
class WorkerRoom:
    """A whole queue. `deaths`: how often a worker's process would have been replaced."""

    store: Store
    blobs: LocalBlobs
    events: Events
    queue: Queue
    clock: FakeClock
    broker: LocalBroker
    steps: list[str] = field(default_factory=list)
    deaths: int = 0

    async def submit(
        self,
        pool: str,
        request: Request | None = None,
        *rest: str,
        dollars_micro: int = 0,
        **changes: Any,  # noqa: ANN401 - fields of NewJob
    ) -> JobId:
        """Queue a job whose route is `pool` and the `rest`, each at the price of `dollars_micro`."""
        await self.store.open_pools([pool, *rest])
        request = request or a_request()
        new = new_job(
            *(a_step(name, dollars_micro=dollars_micro) for name in (pool, *rest)),
            **{"request": request_to_json(request), "count": request.count, "deliveries": (), "now_ms": 0, **changes},
        )
        await self.queue.submit([new])
        return JobId(new.id)

    def note(self, step: str) -> None:
        """Note that a worker has come so far."""
        self.steps.append(step)

    @asynccontextmanager
    async def working(self, generator: Generator, *, broker: Broker | None = None) -> AsyncIterator[Worker]:
        """Let a worker run the pool of the generator's name; its process is replaced when it must be."""
        started: asyncio.Queue[Worker] = asyncio.Queue()
        stopping = asyncio.Event()

        async def process() -> None:
            async with hosted(generator) as loop:
                worker = Worker(
                    worker_id(BootId("boot"), generator.name),
                    PoolName(generator.name),
                    broker=broker or self.broker,
                    generator=generator,
                    loop=loop,
                    clock=self.clock,
                    steps=self.note,
                )
                started.put_nowait(worker)
                await worker.run()

        async def supervise() -> None:
            while not stopping.is_set():
                try:
                    await process()
                    break
                except Stuck:
                    self.deaths += 1

        async with asyncio.TaskGroup() as group:
            running = group.create_task(supervise())
            worker = await started.get()
            yield worker
            stopping.set()
            while not started.empty():
                worker = started.get_nowait()
            worker.stop(0)
            await self.while_time_passes(running)

    async def job(self, job: JobId) -> Job:
        """Return a job as it is stored."""
        found = await self.store.jobs.job(job)
        assert found is not None
        return found

    async def until(self, job: JobId, state: JobState) -> Job:
        """Let time pass until a job is in a state."""
        for _ in range(int(MOST_S / STEP_S)):
            found = await self.job(job)
            if found.state is state:
                return found
            await self.pass_by(STEP_S)
        raise AssertionError(f"the job is not {state} after {MOST_S} s")

    async def while_time_passes(self, running: asyncio.Task[Any]) -> None:
        """Let time pass until a task is done."""
        for _ in range(int(MOST_S / STEP_S)):
            if running.done():
                return
            await self.pass_by(STEP_S)
        raise AssertionError(f"{running} is not done after {MOST_S} s")

    async def pass_by(self, seconds: float) -> None:
        """Let time pass in small steps; whoever waits for a file or the database is waited for."""
        for _ in range(max(1, round(seconds / STEP_S))):
            await self.clock.advance(STEP_S)
            for _ in range(4):
                await self.store.database.write(lambda _: None)
                await asyncio.to_thread(int)
                await self.clock.advance(0)
            for changed in await self.store.jobs.tick(self.clock.now()):
                await self.queue.announce(changed)


@asynccontextmanager
async def open_worker_room(folder: Path, numbers: Numbers | None = None) -> AsyncIterator[WorkerRoom]:
    """Open an empty queue without workers."""
    # One thread for all files, so that waiting for it is waiting for whoever came before.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    async with open_store(folder / "pinxit.db", numbers or Numbers()) as store:
        blobs, events, clock = LocalBlobs(folder / "files", steps=no_steps), Events(), FakeClock()
        queue = Queue(store, blobs, events, clock, steps=no_steps)
        broker = LocalBroker(store, blobs, events, clock, steps=no_steps)
        yield WorkerRoom(store, blobs, events, queue, clock, broker)


class CutOff:
    """A Broker behind a line that can be cut, like the server's while it starts anew."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.is_cut_off = False

    @property
    def _line(self) -> Broker:
        if self.is_cut_off:
            raise Unavailable("the line is cut")
        return self._broker

    async def claim(
        self, worker: WorkerId, pool: PoolName, *, most: int, loaded: Sequence[str] = (), wait_s: float = 0.0
    ) -> Sequence[Lease]:
        return await self._line.claim(worker, pool, most=most, loaded=loaded, wait_s=wait_s)

    async def beat(self, worker: WorkerId, beats: Sequence[Beat]) -> Mapping[JobId, Order]:
        return await self._line.beat(worker, beats)

    async def fetch_source(self, lease: Lease, source: SourceId) -> bytes:
        return await self._line.fetch_source(lease, source)

    async def put_image(self, lease: Lease, made: Made) -> ImageId:
        return await self._line.put_image(lease, made)

    async def finish(self, lease: Lease, ended: Ended) -> None:
        await self._line.finish(lease, ended)

    async def release(self, worker: WorkerId, leases: Sequence[Lease]) -> None:
        await self._line.release(worker, leases)
