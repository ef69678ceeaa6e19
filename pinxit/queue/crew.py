"""The workers of one pool that live in this process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from pinxit.domain.ids import PoolName, worker_id
from pinxit.domain.ports import no_steps
from pinxit.queue.generator_loop import Stuck, hosted
from pinxit.queue.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.domain.generator import Generator
    from pinxit.domain.ids import BootId
    from pinxit.domain.ports import Broker, Clock, Steps
    from pinxit.queue.holding import Pace
    from pinxit.queue.rush import Rush

log = structlog.get_logger(__name__)


class Crew:
    """`count` workers over one generator. `build` makes the generator, and makes it anew if it got stuck."""

    def __init__(
        self,
        pool: str,
        build: Callable[[], Generator],
        count: int,
        *,
        broker: Broker,
        clock: Clock,
        boot: BootId,
        pace: Pace,
        steps: Steps = no_steps,
        rush: Rush | None = None,
    ) -> None:
        self._pool = PoolName(pool)
        self._build = build
        self._count = count
        self._broker = broker
        self._clock = clock
        self._boot = boot
        self._pace = pace
        self._steps = steps
        self._rush = rush
        self._workers: list[Worker] = []
        self._is_stopping = False

    def stop(self, run_s: float) -> None:
        """Claim nothing more; what runs has `run_s` seconds to end, then it is given back."""
        self._is_stopping = True
        for worker in self._workers:
            worker.stop(run_s)

    async def run(self) -> None:
        """Work until asked to stop."""
        while not self._is_stopping:
            generator = self._build()
            async with hosted(generator) as loop:
                self._workers = [
                    Worker(
                        worker_id(self._boot, self._pool, number),
                        self._pool,
                        broker=self._broker,
                        generator=generator,
                        loop=loop,
                        clock=self._clock,
                        pace=self._pace,
                        steps=self._steps,
                        rush=self._rush,
                    )
                    for number in range(self._count)
                ]
                try:
                    async with asyncio.TaskGroup() as workers:
                        for worker in self._workers:
                            workers.create_task(worker.run())
                except* Stuck:
                    # Its thread is lost until the program ends; the pool goes on with a new one.
                    log.error("a generator in this process does not stop; starting it anew", pool=self._pool)  # noqa: TRY400
