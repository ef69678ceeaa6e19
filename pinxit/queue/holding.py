"""Jobs in a worker's hands: they are kept alive, hear what becomes of them, and end exactly once."""

from __future__ import annotations

import asyncio
import dataclasses
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from pinxit.data.jobs import GRACE_S
from pinxit.domain.errors import Broken, LeaseLost, PinxitError, Refused
from pinxit.domain.job import Ended, Order, Outcome
from pinxit.queue.verdict import as_text, ended_by
from pinxit.queue.watching import Held, Phase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence

    from pinxit.domain.generator import Generator
    from pinxit.domain.ids import WorkerId
    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Broker, Clock, Steps
    from pinxit.queue.generator_loop import GeneratorLoop
    from pinxit.queue.rush import Rush
    from pinxit.queue.stopping import Stopping

T = TypeVar("T")

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0  # A server restart takes less than 2 s.
_CUT_OFF = (Outcome.CANCELLED, Outcome.TIMED_OUT, Outcome.DIED)
RELEASE_S = 5.0  # How long a stopping worker tries to give its jobs back.


@dataclasses.dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker speaks, and how patient it is. All in seconds.

    `beat_s`: between two signs of life. `news_s`: the shortest time between two when there is progress to tell; what
    people wait for is then seen, and a cancel heard, soon. `wait_s`: how long a claim waits for a job. `grace_s`: how
    long a generator may go on with what nobody wants any more; after half of it, it is cancelled.
    """

    beat_s: float = 5.0
    news_s: float = 0.4
    wait_s: float = 20.0
    grace_s: float = 10.0


@dataclasses.dataclass(frozen=True, slots=True)
class Bench:
    """What a worker works with; the same for all its batches. `rush`: of its loop; None: nobody is answered there."""

    worker: WorkerId
    broker: Broker
    generator: Generator
    loop: GeneratorLoop
    clock: Clock
    steps: Steps
    pace: Pace
    rush: Rush | None = None


@asynccontextmanager
async def hold(leases: Sequence[Lease], bench: Bench, stopping: Stopping) -> AsyncIterator[Holding]:
    """Keep leases alive for the body, and wait after it until every job has ended."""
    async with asyncio.TaskGroup() as group:
        holding = Holding(leases, bench, stopping, group)
        try:
            yield holding
            await holding.settled.wait()
        finally:
            holding.close()


class Holding:
    """The jobs of one batch. `unwanted`: nobody wants anything of it any more; `settled`: every job has ended."""

    def __init__(self, leases: Sequence[Lease], bench: Bench, stopping: Stopping, group: asyncio.TaskGroup) -> None:
        now_s = bench.clock.monotonic()
        self._bench = bench
        self._stopping = stopping
        self._group = group
        self._watchers: list[asyncio.Task[None]] = []
        self.jobs = {lease.job: Held(lease, now_s + lease.deadline_s + GRACE_S, set(lease.missing)) for lease in leases}
        self.unwanted = asyncio.Event()
        self.settled = asyncio.Event()
        self.is_closed = False
        self.watch(self._beat())
        self.watch(self._release_on_stop())
        for held in self.jobs.values():
            self.watch(self._time_out(held))

    def close(self) -> None:
        """Stop watching; what has begun to be told goes on."""
        self.is_closed = True
        for watcher in self._watchers:
            watcher.cancel()

    def work(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start what must be done before the batch is over."""
        return self._group.create_task(work)

    def watch(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start what is cancelled when every job has ended."""
        watcher = self._group.create_task(work)
        self._watchers.append(watcher)
        return watcher

    async def _beat(self) -> None:
        pause_s = self._bench.pace.beat_s
        while True:
            await self._rest(pause_s)
            asked = [held for held in self.jobs.values() if held.phase is not Phase.GONE]
            beats = [held.beat() for held in asked]
            try:
                orders = await self._bench.broker.beat(self._bench.worker, beats)
            except Exception as error:  # noqa: BLE001 - whatever it is, the leases run out meanwhile
                log.warning("a beat failed", worker=self._bench.worker, error=as_text(error))
                for held, beat in zip(asked, beats, strict=True):
                    held.untold(beat)
                pause_s = min(self._bench.pace.beat_s, 1.0)
                continue
            pause_s = self._bench.pace.beat_s
            for held in asked:
                self._obey(held, orders.get(held.lease.job, Order.KEEP))

    async def _rest(self, longest_s: float) -> None:
        """Return when the next sign of life is due: after `longest_s`, or sooner with news."""
        clock, news_s = self._bench.clock, self._bench.pace.news_s
        due_s = clock.monotonic() + longest_s
        while (left_s := due_s - clock.monotonic()) > 0:
            await clock.sleep(min(left_s, news_s))
            if any(held.has_news for held in self.jobs.values() if held.phase is not Phase.GONE):
                return

    async def send(self, held: Held, upstream_id: str | None) -> None:
        """Make a call durable that may be billed. Raises LeaseLost: then it must not be made."""
        if not held.is_wanted():
            raise LeaseLost(held.lease.job)
        beat = dataclasses.replace(held.beat(), sent=True, upstream_id=upstream_id)
        orders = await self.insist(held, lambda: self._bench.broker.beat(self._bench.worker, [beat]))
        self._obey(held, orders.get(held.lease.job, Order.LOST))
        if upstream_id is None and not held.is_wanted():
            held.forgone = True
            raise LeaseLost(held.lease.job)
        held.billed = True

    def _obey(self, held: Held, order: Order) -> None:
        if held.phase is Phase.GONE or self.is_closed:
            return
        if order is Order.LOST:
            log.info("the job is no longer ours", job=held.lease.job)
            self.forget(held)
        elif order is Order.CANCEL and held.is_wanted():
            held.cancelled = True
            self._look()
            self.watch(self._end_cancelled(held))

    async def _end_cancelled(self, held: Held) -> None:
        await self._bench.clock.sleep(self._bench.pace.grace_s)
        self.end(held, held.cancelled_end())

    async def _time_out(self, held: Held) -> None:
        await self._bench.clock.sleep(held.lease.deadline_s)
        self.end(held, Ended(Outcome.TIMED_OUT, message=f"not done after {held.lease.deadline_s:g} s"))

    async def _release_on_stop(self) -> None:
        await self._stopping.time_is_up()
        self._release([held for held in self.jobs.values() if held.phase is Phase.LIVE])

    def fail(self, held: Held, error: BaseException) -> None:
        """End a job as the error of its generator says."""
        job = held.lease.job
        if held.phase is not Phase.LIVE:
            return
        if not isinstance(error, PinxitError):
            log.error("the generator failed", job=job, generator=self._bench.generator.name, exc_info=error)
        if held.cancelled:
            self.end(held, held.cancelled_end())
        elif (ended := ended_by(error)) is not None:
            self.end(held, ended)
        else:
            # Another job of the batch was lost; this one is whole, and its turn comes again.
            self._release([held])

    def end(self, held: Held, ended: Ended) -> None:
        """Begin to tell how a job ended, unless it has ended already."""
        if held.phase is Phase.LIVE:
            if held.charged_micro is not None:
                # One of several calls may be in the air while the others have said what they cost.
                open_calls = ended.unanswered or ended.outcome in _CUT_OFF
                ended = dataclasses.replace(ended, dollars_micro=held.charged_micro, unanswered=open_calls)
            held.phase = Phase.ENDING
            self._look()
            self.work(self._finish(held, ended))

    async def _finish(self, held: Held, ended: Ended) -> None:
        self._bench.steps("finish.before")
        try:
            await self.insist(held, lambda: self._bench.broker.finish(held.lease, ended))
        except LeaseLost:
            log.info("the job ended without us", job=held.lease.job, outcome=str(ended.outcome))
        except (Broken, Refused):
            log.exception("the server does not take the end of a job", job=held.lease.job)
        self._bench.steps("finish.after")
        self.forget(held)

    def _release(self, some: Sequence[Held]) -> None:
        """Begin to give jobs back unpunished."""
        for held in some:
            held.phase = Phase.ENDING
            held.until_s = min(held.until_s, self._bench.clock.monotonic() + RELEASE_S)
            self.work(self._give_back(held))
        self._look()

    async def _give_back(self, held: Held) -> None:
        broker, lease = self._bench.broker, held.lease
        with suppress(LeaseLost, Broken, Refused):
            if (charged := held.charged_micro) is None:
                await self.insist(held, lambda: broker.release(self._bench.worker, [lease]))
            else:
                message = "the worker is stopping"
                told = Ended(Outcome.RELEASED, message=message, dollars_micro=charged, unanswered=True)
                await self.insist(held, lambda: broker.finish(lease, told))
        self.forget(held)

    def forget(self, held: Held) -> None:
        """Let a job go without a word: it is not ours any more, or all is said."""
        held.phase = Phase.GONE
        self._look()

    def _look(self) -> None:
        if not any(held.is_wanted() for held in self.jobs.values()):
            self.unwanted.set()
        if all(held.phase is Phase.GONE for held in self.jobs.values()):
            self.settled.set()

    async def insist(self, held: Held, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until the server answers. Raises what it answers, and LeaseLost when no lease can last that long."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return await ask()
            except (LeaseLost, Refused, Broken):
                raise
            except Exception as error:  # noqa: BLE001 - a full disk, a restart, a lost answer: each may pass
                log.warning("the server does not answer", job=held.lease.job, error=as_text(error))
            if held.phase is Phase.GONE or self._bench.clock.monotonic() + pause_s > held.until_s:
                raise LeaseLost(held.lease.job)
            await self._bench.clock.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
