"""The serial writer of one message: placeholder, progress, final, and again where it must be.

The order is what makes it safe. The final is marked done only after the platform has shown it, so a crash shows it
again instead of never. An edit is idempotent, so again is harmless. Progress is sent by the same writer and awaited
before the final, so it cannot overtake it; if a progress edit's outcome is unknown (time-out, lost answer, a crash
with one in flight), the final is shown once more after `settle_s`, which is longer than a late edit can take.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from pinxit.domain.delivery import Card, DeliveryState, Done, Gone, Later, Shown, Urgency
from pinxit.domain.job import JobState
from pinxit.queue.events import heard_within

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from pinxit.data.store import Store
    from pinxit.domain.delivery import Answer, Delivery
    from pinxit.domain.ids import BootId, DeliveryId
    from pinxit.domain.job import Job
    from pinxit.domain.ports import Clock, Platform, Steps
    from pinxit.queue.events import Events
    from pinxit.queue.queue import Queue
    from pinxit.queue.sender import Sender

log = structlog.get_logger(__name__)

_STUMBLE_MOST_S = 120.0  # Between two tries of what an error of ours ends: it does not mend itself.

T = TypeVar("T")

# Writers that read at the same time: the start of a program with thousands of open messages must not keep those waiting
# who ask for something now, and whose reads stand in the same line.
LOOK_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Patience:
    """`settle_s`: how late an edit may still land. `place_s`: how often a waiting job's place is shown anew.

    `give_up_s`: how long a final is tried. `look_s`: how often the outbox is read though nobody woke us.
    """

    settle_s: float = 15.0
    place_s: float = 15.0
    give_up_s: float = 24 * 3600.0
    look_s: float = 2.0


class Writer:
    """Writes the messages of one platform."""

    def __init__(
        self,
        store: Store,
        queue: Queue,
        events: Events,
        clock: Clock,
        platform: Platform,
        sender: Sender,
        *,
        boot: BootId,
        patience: Patience,
        steps: Steps,
        looking: asyncio.Semaphore | None = None,
    ) -> None:
        """Prepare. `looking`: how many writers read at once, whichever platform is theirs; None: a few of this one."""
        self._looking = looking or asyncio.Semaphore(LOOK_AT_ONCE)
        self._store = store
        self._queue = queue
        self._events = events
        self._clock = clock
        self._platform = platform
        self._sender = sender
        self._boot = boot
        self._patience = patience
        self._steps = steps

    async def write(self, found: Delivery) -> None:
        """Write one message until it shows its job's end, or can be shown nowhere. `found`: its row as it was read."""
        delivery_id, unknown = found.id, False
        if found.message_id is None:
            # Before anything is read for it: what people wait for goes first.
            await self._platform.ready(found)
        stumbles, first_s = 0, 0.0
        while True:
            began_s = self._clock.monotonic()
            try:
                if stumbles and began_s - first_s > self._patience.give_up_s:
                    reason = f"given up after {stumbles} failures of ours"
                    return await self._store.deliveries.dead(delivery_id, self._clock.now(), reason)
                return await self._write(delivery_id, unknown=unknown)
            except Exception:
                # One message's trouble is not the others'. Whatever was in flight when it came may still land.
                if not stumbles or self._clock.monotonic() - began_s > _STUMBLE_MOST_S:
                    stumbles, first_s = 0, self._clock.monotonic()
                stumbles += 1
                log.exception("delivery stumbled", delivery=delivery_id, times=stumbles)
                unknown = True
            await self._clock.sleep(min(_STUMBLE_MOST_S, self._patience.look_s * 2.0 ** min(stumbles - 1, 10)))

    async def _write(self, delivery_id: DeliveryId, *, unknown: bool) -> None:
        while True:
            async with self._looking:
                delivery = await self._store.deliveries.delivery(delivery_id)
                if delivery is None or delivery.state in (DeliveryState.DONE, DeliveryState.DEAD):
                    return
                job = await self._store.jobs.job(delivery.job)
            if job is None:
                return
            # Kept here because our own first edit overwrites the row's mark of a dead program's edits.
            unknown = unknown or (delivery.edited_by is not None and delivery.edited_by != self._boot)
            wait_s = (delivery.next_at - self._clock.now()).total_seconds()
            if wait_s > 0 and (delivery.message_id is None or delivery.state is DeliveryState.DUE):
                await self._clock.sleep(wait_s)
            elif delivery.message_id is None:
                await _uncut(self._place(delivery, job))
                unknown = False  # What may still land late was meant for a message that is lost.
            elif delivery.state is DeliveryState.DUE:
                unknown = await _uncut(self._show_final(delivery, job, unknown=unknown))
            else:
                unknown = await self._follow(delivery, unknown=unknown)

    async def _place(self, delivery: Delivery, job: Job) -> None:
        """Create the message, showing whatever is true now.

        A final is shown by an edit afterwards all the same: a platform that knows the nonce answers with the message
        of an earlier creation and leaves its text as it was.
        """
        urgency = Urgency.FINAL if job.state.is_final else Urgency.PLACEHOLDER
        card = await self._queue.card(job)
        async with self._sender.slot(urgency):
            self._steps("delivery.before_place")
            answer = await self._platform.place(delivery, card)
            self._steps("delivery.after_place")
        if isinstance(answer, Shown):
            await self._store.deliveries.placed(delivery, answer.message_id, self._clock.now(), answer.channel)
            self._steps("delivery.after_note")
        elif isinstance(answer, Gone) and answer.channel:
            await self._bury(delivery, answer.reason)
        elif isinstance(answer, Gone):
            # The nonce led to a message that is not there any more.
            await self._replace(delivery)
        else:
            await self._put_off(delivery, job, answer)

    async def _show_final(self, delivery: Delivery, job: Job, *, unknown: bool) -> bool:
        """Edit the message to the job's end. Returns whether an edit may still land late."""
        async with self._sender.slot(Urgency.FINAL):
            # What was hidden or deleted while this waited for its turn must not be shown.
            job = await self._store.jobs.job(job.id) or job
            self._steps("delivery.before_final")
            answer = await self._platform.show(delivery, Card(job, 1.0), Urgency.FINAL)
            self._steps("delivery.after_final")
        if isinstance(answer, Later):
            await self._put_off(delivery, job, answer)
            return unknown
        if isinstance(answer, Done) and unknown:
            at = self._clock.now() + timedelta(seconds=self._patience.settle_s)
            await self._store.deliveries.repeat(delivery.id, at)
        elif isinstance(answer, Done):
            await self._store.deliveries.done(delivery.id, self._clock.now(), revision=delivery.revision)
            self._steps("delivery.after_done")
        elif delivery.reopened_at is not None:
            # What was to be taken away or corrected is not there any more, and nothing is to take its place.
            await self._store.deliveries.done(delivery.id, self._clock.now(), revision=delivery.revision)
        elif answer.channel:
            await self._bury(delivery, answer.reason)
        else:
            await self._replace(delivery)
        return False

    async def _follow(self, delivery: Delivery, *, unknown: bool) -> bool:
        """Show progress until the job ends. Returns whether an edit may still land late."""
        shown: Card | None = None
        with self._events.listen(delivery.job) as heard:
            while True:
                heard.clear()
                async with self._looking:
                    job = await self._store.jobs.job(delivery.job)
                    if job is None or job.state.is_final:
                        return unknown
                    card = await self._queue.card(job)
                if card != shown and not self._sender.is_busy():
                    answer, delivery = await _uncut(self._show_progress(delivery, card))
                    shown = card
                    if isinstance(answer, Gone):
                        await self._replace(delivery)
                        return False
                    if isinstance(answer, Later):
                        unknown = unknown or answer.unknown
                        await self._pause(delivery, answer.after_s)
                await self._pause(delivery, self._platform.budget.progress_s)
                await heard_within(heard, self._patience.place_s if job.state is JobState.QUEUED else 60.0)

    async def _show_progress(self, delivery: Delivery, card: Card) -> tuple[Answer, Delivery]:
        if delivery.edited_by != self._boot:
            # Before the first edit, so that the next program knows that one may be in flight.
            await self._store.deliveries.editing(delivery.id, self._boot)
            fresh = await self._store.deliveries.delivery(delivery.id)
            delivery = fresh or delivery
        async with self._sender.slot(Urgency.PROGRESS):
            self._steps("delivery.before_progress")
            answer = await self._platform.show(delivery, card, Urgency.PROGRESS)
            self._steps("delivery.after_progress")
        return answer, delivery

    async def _pause(self, delivery: Delivery, seconds: float) -> None:
        """Keep a platform's distance between two edits, unless the job ends meanwhile: finals do not wait for it."""
        until = self._clock.monotonic() + seconds
        with self._events.listen(delivery.job) as heard:
            while (left_s := until - self._clock.monotonic()) > 0:
                heard.clear()
                job = await self._store.jobs.job(delivery.job)
                if job is None or job.state.is_final:
                    return
                await heard_within(heard, left_s)

    async def _replace(self, delivery: Delivery) -> None:
        """Have a new message created for one that is gone: the first at once, the next ones later each time."""
        after_s = _backoff_s(delivery.creation) if delivery.creation else 0.0
        await self._store.deliveries.lost(delivery.id, self._clock.now() + timedelta(seconds=after_s))

    async def _put_off(self, delivery: Delivery, job: Job, answer: Later) -> None:
        """Note when a call is to be tried again, later each time; give a final up at last."""
        now = self._clock.now()
        since_at = max((at for at in (job.ended_at, delivery.reopened_at) if at is not None), default=now)
        tried_s = (now - since_at).total_seconds()
        if tried_s > self._patience.give_up_s:
            await self._bury(delivery, f"given up after {tried_s:.0f} s: {answer.reason}")
            return
        after_s = answer.after_s if answer.named else max(answer.after_s, _backoff_s(delivery.tries))
        await self._store.deliveries.later(delivery.id, now + timedelta(seconds=after_s), answer.reason)

    async def _bury(self, delivery: Delivery, reason: str) -> None:
        log.warning("a result can be shown nowhere", delivery=delivery.id, job=delivery.job, reason=reason)
        await self._store.deliveries.dead(delivery.id, self._clock.now(), reason)


def _backoff_s(times: int) -> float:
    return min(60.0, 0.25 * 2.0 ** min(times, 10))


async def _uncut(call: Coroutine[Any, Any, T]) -> T:
    """Run a call together with the note of its answer to the end, though we be cancelled meanwhile."""
    task = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
