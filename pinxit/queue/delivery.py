"""Bring every job's end to its message: read the outbox and keep one writer for each message."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from pinxit.queue.events import DELIVERIES, heard_within
from pinxit.queue.message_writer import LOOK_AT_ONCE, Patience, Writer
from pinxit.queue.sender import Sender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.data.store import Store
    from pinxit.domain.delivery import Delivery
    from pinxit.domain.ids import BootId, DeliveryId
    from pinxit.domain.ports import Clock, Platform, Steps
    from pinxit.queue.events import Events
    from pinxit.queue.queue import Queue
    from pinxit.queue.rush import Rush

log = structlog.get_logger(__name__)


class DeliveryLoop:
    """Finds rows of the outbox and keeps one writer task for each."""

    def __init__(
        self,
        store: Store,
        queue: Queue,
        events: Events,
        clock: Clock,
        platforms: Mapping[str, Platform],
        *,
        boot: BootId,
        patience: Patience,
        steps: Steps,
        rush: Rush | None = None,
    ) -> None:
        """`rush`: answers that go before new messages; None: there are none."""
        self._store = store
        self._rush = rush
        self._events = events
        self._clock = clock
        self._patience = patience
        self._tasks: dict[DeliveryId, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        looking = asyncio.Semaphore(LOOK_AT_ONCE)
        self._writer_of = {
            name: Writer(
                store,
                queue,
                events,
                clock,
                platform,
                Sender(platform.budget.at_once),
                boot=boot,
                patience=patience,
                steps=steps,
                looking=looking,
            )
            for name, platform in platforms.items()
        }

    async def run(self) -> None:
        """Deliver until `stop`; then finish the calls in flight and return."""
        looked_s, newest = float("-inf"), ""
        async with asyncio.TaskGroup() as writers:
            with self._events.listen(DELIVERIES) as heard:
                while not self._stopping.is_set():
                    heard.clear()
                    if self._rush is not None:
                        await self._rush.over()
                        if self._stopping.is_set():
                            break
                    try:
                        if self._clock.monotonic() - looked_s >= self._patience.look_s:
                            looked_s, newest = self._clock.monotonic(), ""
                        await self._start_due(writers)
                        newest = await self._start_open(writers, newest)
                    except Exception:
                        # The rows are still there at the next look.
                        log.exception("the outbox cannot be read")
                    await heard_within(heard, self._patience.look_s)
            for task in self._tasks.values():
                task.cancel()

    def stop(self) -> None:
        """Start no further call; `run` returns when those in flight have ended."""
        self._stopping.set()
        self._events.wake(DELIVERIES)

    async def _start_due(self, writers: asyncio.TaskGroup) -> None:
        """Take up the finals that no writer has brought: those of a dead program, in the main."""
        last, now = None, self._clock.now()
        while page := await self._store.deliveries.due(now, last):
            for delivery in page:
                self._start(writers, delivery)
            last = page[-1]

    async def _start_open(self, writers: asyncio.TaskGroup, newest: str) -> str:
        """Take up the living jobs' messages from behind the newest one known, and return the newest one now.

        Waking for one new job must not read all that wait; one that was committed out of order is found by the next
        look.
        """
        while page := await self._store.deliveries.open(newest):
            for delivery in page:
                self._start(writers, delivery)
            newest = page[-1].id
        return newest

    def _start(self, writers: asyncio.TaskGroup, delivery: Delivery) -> None:
        writer = self._writer_of.get(delivery.platform)
        if writer is None or delivery.id in self._tasks:
            return
        task = writers.create_task(writer.write(delivery), name=f"delivery {delivery.id}")
        self._tasks[delivery.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(delivery.id, None))
