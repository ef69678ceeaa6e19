"""One batch in a worker's hands: its generator runs, its images are stored, and every job ends exactly once."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

import structlog

from pinxit.domain.errors import Broken, LeaseLost, PinxitError, Refused
from pinxit.domain.generator import Failed, Made, Prepared, Task
from pinxit.domain.job import Ended, Outcome
from pinxit.queue import wire
from pinxit.queue.verdict import as_text, clean, ended_without
from pinxit.queue.watching import BatchWatch, Held, Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ids import SourceId
    from pinxit.queue.generator_loop import Running
    from pinxit.queue.holding import Bench, Holding
    from pinxit.queue.stopping import Stopping

log = structlog.get_logger(__name__)

PUTS = 4  # Images on their way at once; the generator waits with the next one, so that memory stays bounded.


class Batch:
    """Leases from claim to end. Used once."""

    def __init__(self, bench: Bench, holding: Holding, stopping: Stopping) -> None:
        self._bench = bench
        self._holding = holding
        self._stopping = stopping
        self._storing: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(PUTS)

    async def run(self) -> Running | None:
        """Work until every job is about to end. Return what still runs though nobody wants it, or None."""
        tasks = await self._tasks()
        if not tasks:
            return None
        self._bench.steps("generate.before")
        bench = self._bench
        watch = BatchWatch(self._holding.jobs, bench.loop, self._holding.send, bench.steps, bench.rush)
        running = self._bench.loop.start(self._pump(tasks, watch))
        reaper = self._holding.watch(self._reap(running))
        try:
            either: list[asyncio.Future[Any]] = [running.over, reaper]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            running.cancel()
        self._bench.steps("generate.after")
        while self._storing:
            await asyncio.wait(self._storing)
        self._end_rest(running.over.result() if running.over.done() else None)
        return None if running.over.done() else running

    async def _tasks(self) -> Sequence[Task]:
        """Return what is to be made, sources included; jobs that need nothing made, or cannot be made, end here."""
        tasks = []
        for held in self._holding.jobs.values():
            if not held.missing:  # An attempt before this one stored the last image and died with the news.
                self._holding.end(held, Ended(Outcome.SUCCEEDED))
                continue
            sources = await self._sources(held)
            if held.cancelled:
                self._holding.end(held, held.cancelled_end())
            if sources is None or not held.is_wanted():
                continue
            lease, indices = held.lease, tuple(sorted(held.missing))
            tasks.append(Task(lease.job, lease.request, indices, sources, lease.upstream_id))
        return tasks

    async def _sources(self, held: Held) -> Mapping[SourceId, bytes] | None:
        """Return the bytes of a job's sources; None if it ends without them."""
        if not self._bench.generator.capabilities.takes_sources:
            return {}
        broker, lease = self._bench.broker, held.lease
        sources = {}
        try:
            for source in lease.request.sources:
                fetch = functools.partial(broker.fetch_source, lease, source.id)
                sources[source.id] = await self._holding.insist(held, fetch)
        except LeaseLost:
            self._holding.forget(held)
            return None
        except PinxitError as error:
            self._holding.fail(held, error)
            return None
        return sources

    async def _pump(self, tasks: Sequence[Task], watch: BatchWatch) -> None:
        """Run the generator, on its own loop."""
        stream = self._bench.generator.generate(tasks, watch)
        try:
            async for item in stream:
                await self._bench.loop.home(functools.partial(self._accept, item))
        except SystemExit as error:
            # It would end the whole loop, and with it the batches of others.
            msg = "the generator asked to exit"
            raise RuntimeError(msg) from error
        finally:
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()

    async def _accept(self, item: object) -> None:
        """Take what the generator yields and store it while the generator goes on."""
        await self._room.acquire()
        if self._holding.is_closed:
            raise LeaseLost
        storing = self._holding.work(self._take(item))
        self._storing.add(storing)
        storing.add_done_callback(self._taken)

    def _taken(self, storing: asyncio.Task[None]) -> None:
        self._storing.discard(storing)
        self._room.release()

    async def _take(self, item: object) -> None:
        held = self._holding.jobs.get(item.job) if isinstance(item, Made | Failed | Prepared) else None
        if held is None:
            log.error("the generator yields what nobody asked for", generator=self._name, kind=type(item).__name__)
        elif isinstance(item, Failed):
            self._holding.fail(held, item.error)
        elif isinstance(item, Prepared):
            self._holding.end(held, Ended(Outcome.ADVANCED, request=item.request))
        elif isinstance(item, Made):
            await self._store(held, item)

    async def _store(self, held: Held, made: Made) -> None:
        if made.index not in held.missing:
            log.warning("the generator yields an image twice or unasked", generator=self._name, job=made.job)
            return
        try:
            if held.is_wanted():
                made = _sound(made)
                await self._holding.insist(held, lambda: self._bench.broker.put_image(held.lease, made))
        except LeaseLost:
            self._holding.forget(held)
        except (Broken, Refused) as error:
            self._holding.end(held, Ended(Outcome.BROKEN, message=as_text(error)))
        held.missing.discard(made.index)
        if not held.missing:
            self._holding.end(held, held.cancelled_end() if held.cancelled else Ended(Outcome.SUCCEEDED))

    async def _reap(self, running: Running) -> None:
        """Return once the generator has had its chances to stop with what nobody wants any more."""
        half_s = self._bench.pace.grace_s / 2
        await self._holding.unwanted.wait()
        if not self._stopping.is_asked:
            await self._bench.clock.sleep(half_s)
        running.cancel()
        await self._bench.clock.sleep(half_s)
        log.error("the generator does not stop", generator=self._name, jobs=list(self._holding.jobs))

    def _end_rest(self, error: BaseException | None) -> None:
        """End what the generator left without a word, or with an error for the whole batch."""
        for held in self._holding.jobs.values():
            if held.phase is not Phase.LIVE:
                continue
            if held.cancelled:
                self._holding.end(held, held.cancelled_end())
            elif error is None:
                self._holding.end(held, ended_without(len(held.missing), held.lease.request.count))
            else:
                self._holding.fail(held, error)

    @property
    def _name(self) -> str:
        return self._bench.generator.name


def _sound(made: Made) -> Made:
    """Return an image whose fields every server takes. Raises Broken: the generator filled them wrongly."""
    head = dataclasses.replace(made, data=b"", prompt=clean(made.prompt))
    try:
        return dataclasses.replace(wire.read(Made, wire.write(head)), data=bytes(made.data))
    except (Refused, TypeError, ValueError) as error:
        msg = f"the generator yields an image with a wrong field: {as_text(error)}"
        raise Broken(msg) from error
