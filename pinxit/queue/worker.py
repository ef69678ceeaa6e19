"""The worker: claims a batch, works it off, claims the next; in the server, in a child process or far away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from pinxit.domain.errors import Refused
from pinxit.domain.ports import no_steps
from pinxit.queue.batch import Batch
from pinxit.queue.holding import Bench, Pace, hold
from pinxit.queue.stopping import Stopping, first
from pinxit.queue.verdict import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pinxit.domain.generator import Generator
    from pinxit.domain.ids import PoolName, WorkerId
    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Broker, Clock, Steps
    from pinxit.queue.generator_loop import GeneratorLoop
    from pinxit.queue.rush import Rush

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0  # Between claims while the server is away.


class Worker:
    """One slot of a pool: one batch at a time.

    `loop`: of the generator, from `hosted`. `loaded`: names the models in its memory, which the queue then prefers.
    `rush`: the answers of this program, which go first; None: it answers nobody.
    """

    def __init__(
        self,
        worker: WorkerId,
        pool: PoolName,
        *,
        broker: Broker,
        generator: Generator,
        loop: GeneratorLoop,
        clock: Clock,
        pace: Pace | None = None,
        steps: Steps = no_steps,
        loaded: Callable[[], Sequence[str]] = tuple,
        rush: Rush | None = None,
    ) -> None:
        self._pool = pool
        self._bench = Bench(worker, broker, generator, loop, clock, steps, pace or Pace(), rush)
        self._loaded = loaded
        self._stopping = Stopping(clock)

    def stop(self, run_s: float = 20.0) -> None:
        """Claim nothing more; `run` returns as soon as the batch is done, or given back after `run_s` seconds.

        Called again with 0, it gives the batch back at once.
        """
        self._stopping.ask(run_s)

    async def run(self) -> None:
        """Work until asked to stop.

        Raises Refused where the server does not take the worker's key, and Stuck where the generator does not stop
        and its process has to be replaced; all jobs have been ended or given back then.
        """
        while not self._stopping.is_asked:
            self._bench.loop.check()
            leases = await self._claim()
            if leases:
                await self._work(leases)

    async def _claim(self) -> Sequence[Lease]:
        """Return the next batch; none if there is none or a stop was asked for."""
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_asked:
            try:
                return await self._ask()
            except Refused:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the next claim may succeed
                self._say_no_claim(error, pause_s)
            await first(self._bench.clock.sleep(pause_s), self._stopping.asked())
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        return ()

    def _say_no_claim(self, error: Exception, pause_s: float) -> None:
        # A server that stops refuses claims on purpose, and its own workers stop with it.
        say = log.debug if self._stopping.is_asked else log.warning
        say("no claim; trying again", worker=self._bench.worker, error=as_text(error), pause_s=pause_s)

    async def _ask(self) -> Sequence[Lease]:
        bench = self._bench
        claim = asyncio.ensure_future(
            bench.broker.claim(
                bench.worker,
                self._pool,
                most=max(1, bench.generator.capabilities.max_batch),
                loaded=self._loaded(),
                wait_s=bench.pace.wait_s,
            )
        )
        try:
            await first(asyncio.wait({claim}), self._stopping.asked())
        finally:
            # A claim that is cancelled gives back what it was about to take.
            claim.cancel()
            await asyncio.wait({claim})
        return () if claim.cancelled() else claim.result()

    async def _work(self, leases: Sequence[Lease]) -> None:
        try:
            async with hold(leases, self._bench, self._stopping) as holding:
                stuck = await Batch(self._bench, holding, self._stopping).run()
        except Exception:
            # A bug of ours, not of the generator: the leases run out, and the slot must live on.
            log.exception("the worker failed", worker=self._bench.worker, jobs=[lease.job for lease in leases])
            await self._bench.clock.sleep(FIRST_PAUSE_S)
        else:
            if stuck is not None:
                self._bench.loop.abandon(stuck)
