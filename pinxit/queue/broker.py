"""The one Broker: what workers ask, answered from store, files and events. `http_broker` is its proxy."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from pinxit.data.jobs import Changed
from pinxit.data.workers import Worker
from pinxit.domain.breaker import Circuit
from pinxit.domain.errors import Broken, Code, LeaseLost, Refused, Unavailable
from pinxit.domain.ids import PersonId, PoolName, boot_of
from pinxit.domain.job import PREPARE, Ended, Order, Outcome
from pinxit.queue.aftermath import drop_images, follow_up, record_path
from pinxit.queue.breakers import Breakers
from pinxit.queue.bugs import told_as_broken
from pinxit.queue.developing import develop
from pinxit.queue.events import heard_within
from pinxit.queue.judging import judge
from pinxit.queue.screening import screened
from pinxit.queue.turned_away import left_alone, without_room

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.data.store import Store
    from pinxit.data.submitting import NewSource
    from pinxit.domain.generator import Made
    from pinxit.domain.ids import ImageId, JobId, SourceId, WorkerId
    from pinxit.domain.job import Beat, Lease
    from pinxit.domain.ports import Blobs, Clock, Screen, Steps
    from pinxit.queue.events import Events
    from pinxit.queue.rush import Rush

log = structlog.get_logger(__name__)

SEEN_EVERY = timedelta(seconds=10)  # How often a claiming worker's row is written.
STOPPING = "stopping"
FREED = "freed"


class LocalBroker:
    """The Broker in the owner process."""

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        events: Events,
        clock: Clock,
        *,
        steps: Steps,
        shares_room: bool = False,
        kinds: Mapping[str, str] | None = None,
        screen: Screen | None = None,
        rush: Rush | None = None,
        breakers: Breakers | None = None,
    ) -> None:
        """`shares_room`: the pools of this program share a cap, so that an end in one may let another start.

        `kinds`: what each pool's generator was built from, for the record in the files. `screen`: who looks at every
        picture before it is shown; None: nobody. `rush`: answers that go before new jobs; None: there are none.
        `breakers`: whom to leave alone; None: a set of its own.
        """
        self._store = store
        self._blobs = blobs
        self._events = events
        self._clock = clock
        self._steps = steps
        self._seen: dict[WorkerId, datetime] = {}
        self._heard_s: dict[WorkerId, float] = {}
        self._pool_of: dict[WorkerId, PoolName] = {}
        self._held: dict[WorkerId, set[JobId]] = {}
        self._shares_room = shares_room
        self._kinds = kinds or {}
        self._screen = screen
        self._rush = rush
        self._breakers = breakers or Breakers(clock)
        self._stopping = False

    def last_heard(self, worker: WorkerId) -> float | None:
        """Return the monotonic moment at which a worker of this boot last claimed or beat, or None."""
        return self._heard_s.get(worker)

    def stop(self) -> None:
        """Give out no more jobs; what is out can still be finished."""
        self._stopping = True
        self._events.wake(STOPPING)

    async def claim(
        self, worker: WorkerId, pool: PoolName, *, most: int, loaded: Sequence[str] = (), wait_s: float = 0.0
    ) -> Sequence[Lease]:
        """Take up to `most` compatible jobs; wait up to `wait_s` seconds for the first one. Raises Unavailable."""
        self._pool_of[worker] = pool
        await self._note(worker, loaded)
        await self._drop_forgotten(worker)
        until = self._clock.monotonic() + wait_s
        with self._events.listen(pool, FREED, STOPPING) as heard:
            while True:
                if self._stopping:
                    msg = "the server is stopping; claim again when it is back"
                    raise Unavailable(msg)
                heard.clear()
                if self._rush is not None:
                    await self._rush.over()
                leases: Sequence[Lease] = ()
                if not self._breakers.is_probed(pool):
                    claimed, leases = await self._claim(worker, pool, most, loaded)
                    if claimed and not leases:  # Their jobs have gone on; the next in line may be one that can run.
                        continue
                left_s = until - self._clock.monotonic()
                if leases or left_s <= 0:
                    break
                await heard_within(heard, left_s)
        self._held[worker] = {lease.job for lease in leases}
        for lease in leases:
            self._events.wake(lease.job)
        return leases

    async def beat(self, worker: WorkerId, beats: Sequence[Beat]) -> Mapping[JobId, Order]:
        """Renew the leases, pass progress on, and return what is to become of each job."""
        await self._note(worker)
        orders = await self._store.jobs.beat(worker, beats, self._clock.now())
        alive = [beat for beat in beats if orders[beat.job] is not Order.LOST]
        if (pool := self._pool_of.get(worker)) is not None:
            self._breakers.heard(pool, [beat.job for beat in alive])
        for beat in alive:
            # Nobody has looked at a half-finished picture.
            self._events.advance(beat.job, beat.progress, None if self._screen is not None else beat.preview)
        return orders

    async def fetch_source(self, lease: Lease, source: SourceId) -> bytes:
        """Return the bytes of one of the job's sources. Raises LeaseLost, Refused."""
        row = await self._store.images.source(lease, source)
        if row is None or row.path is None:
            raise Refused(Code.SOURCE_MISSING, field="sources")
        try:
            return await self._blobs.get(row.path)
        except FileNotFoundError as error:
            raise Refused(Code.SOURCE_MISSING, field="sources") from error

    async def put_image(self, lease: Lease, made: Made) -> ImageId:
        """Store one image durably under a fresh id, marked as what it is, with a thumbnail and a record beside it.

        Raises LeaseLost, Broken (no picture, nobody asked for it, or a bug of ours).
        """
        with told_as_broken(lease):
            return await self._put_image(lease, made)

    async def _put_image(self, lease: Lease, made: Made) -> ImageId:
        if not 0 <= made.index < lease.request.count:
            raise Broken(f"the generator made image {made.index} of {lease.request.count}")
        sources = await self._sources_of(lease)
        kind = self._kinds.get(lease.pool, "")
        developed = await asyncio.to_thread(develop, lease, made, sources, self._clock.now(), kind=kind)
        image = developed.row
        await self._blobs.put(image.path, developed.data)
        self._steps("put.after_image")
        if developed.thumbnail is not None and image.thumbnail_path is not None:
            await self._blobs.put(image.thumbnail_path, developed.thumbnail)
            self._steps("put.after_thumbnail")
        await self._blobs.put(record_path(image.path), developed.record)
        self._steps("put.after_file")
        # Once per picture: one that is there from a call whose answer was lost was looked at then.
        if self._screen is not None and not await self._store.images.is_stored(lease, made.index):
            image = replace(image, finding=await screened(self._screen, developed.data, image.media_type))
            self._steps("put.screened")
        try:
            judged = await judge(lease, image, developed.data, self._store, self._blobs)
            if judged.verdict is not None:
                self._steps("put.judged")
            kept = await self._store.images.add(lease, image, judged.verdict)
        except LeaseLost:
            await drop_images([image.path], self._blobs)
            raise
        self._steps("put.after_row")
        if kept != image.id:
            await drop_images([image.path], self._blobs)
        elif judged.sent is not None:
            await self._blobs.delete(judged.sent)
        self._events.wake(lease.job)
        return kept

    async def finish(self, lease: Lease, ended: Ended) -> None:
        """End the attempt. Raises LeaseLost."""
        await self._end(lease, ended, was_asked=lease.pool != PREPARE and bool(lease.missing))

    async def _end(self, lease: Lease, ended: Ended, *, was_asked: bool) -> None:
        """End the attempt. `was_asked`: its generator was, so that the end tells how that one is."""
        self._steps("finish.before_commit")
        if ended.code == Code.MODERATED and lease.pool != PREPARE:
            # Whoever asked did nothing wrong here: another generator may take the same prompt.
            ended = replace(ended, facts={"generator": lease.pool, **ended.facts})
        result = await self._store.jobs.end(lease, ended, self._clock.now())
        self._steps("finish.after_commit")
        if was_asked:  # Told twice, an end counts once, as the second one finds no lease.
            self._breakers.note(lease.pool, ended, lease.job, PersonId(result.person))
        self._held.get(lease.worker, set()).discard(lease.job)
        log.info("attempt ended", job=lease.job, pool=lease.pool, outcome=str(ended.outcome), state=str(result.state))
        await follow_up(
            Changed(lease.job, result.state, PoolName(result.pool), result.dropped), self._events, self._blobs
        )
        # The lane here has left its cap, wherever the job has gone.
        self._events.wake(lease.pool)
        if self._shares_room:
            self._events.wake(FREED)

    async def release(self, worker: WorkerId, leases: Sequence[Lease]) -> None:
        """Give jobs back unpunished."""
        for lease in leases:
            try:
                await self.finish(lease, Ended(Outcome.RELEASED, message="the worker is stopping"))
            except LeaseLost:
                continue
        if leases:
            log.info("worker gave its jobs back", worker=worker, jobs=len(leases))

    async def _sources_of(self, lease: Lease) -> Sequence[tuple[NewSource, bytes | None]]:
        """Return what the job is painted from, with its bytes where they are still there."""
        if not lease.request.sources:
            return ()
        found: list[tuple[NewSource, bytes | None]] = []
        for source in await self._store.images.sources(lease.job):
            try:
                data = None if source.path is None else await self._blobs.get(source.path)
            except FileNotFoundError:
                data = None
            found.append((source, data))
        return found

    async def _claim(
        self, worker: WorkerId, pool: PoolName, most: int, loaded: Sequence[str]
    ) -> tuple[Sequence[Lease], Sequence[Lease]]:
        """Return what was claimed, and what of it may be worked off. Nothing is left over where the caller is gone."""
        claiming = asyncio.ensure_future(self._claim_admitted(worker, pool, most, loaded))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            # Nobody hears of these leases any more, so they would have to run out first.
            await self.release(worker, (await claiming)[1])
            raise

    async def _claim_admitted(
        self, worker: WorkerId, pool: PoolName, most: int, loaded: Sequence[str]
    ) -> tuple[Sequence[Lease], Sequence[Lease]]:
        if self._breakers.circuit(pool) is Circuit.HALF_OPEN:
            most = 1
        boot, now = boot_of(worker), self._clock.now()
        claimed = await self._store.jobs.claim(worker, boot, pool, most=most, loaded=loaded, now=now)
        for lease, back_at in claimed.without_room:
            await self._turn_away(lease, without_room(lease, back_at))
        everything = [*claimed.leases, *(lease for lease, _ in claimed.without_room)]
        return everything, await self._admitted(claimed.leases)

    async def _admitted(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        """Return the leases that may be worked off, and end the others: their jobs go on elsewhere, or wait."""
        admitted: list[Lease] = []
        for lease in leases:
            if (rest := self._breakers.rest(lease.pool)) is not None:
                await self._turn_away(lease, left_alone(lease, rest, self._clock.now()))
            elif self._breakers.is_probed(lease.pool):  # By a worker that claimed at the same time.
                await self._turn_away(lease, Ended(Outcome.RELEASED, message="another job tries the generator first"))
            else:
                self._breakers.let_through(lease.pool, lease.job)
                admitted.append(lease)
        return admitted

    async def _turn_away(self, lease: Lease, ended: Ended) -> None:
        with suppress(LeaseLost):
            await self._end(lease, ended, was_asked=False)

    async def _drop_forgotten(self, worker: WorkerId) -> None:
        """End at once what a worker still holds that asks for more: one slot works off one batch at a time."""
        if not self._held.pop(worker, None):
            return
        for changed in await self._store.jobs.drop_silent(worker, self._clock.now()):
            log.warning("a worker has forgotten its job", worker=worker, job=changed.job, state=str(changed.state))
            await follow_up(changed, self._events, self._blobs)

    async def _note(self, worker: WorkerId, loaded: Sequence[str] = ()) -> None:
        """Note that a worker is alive; one that outlived the server is known again at its next claim."""
        self._heard_s[worker] = self._clock.monotonic()
        now, pool = self._clock.now(), self._pool_of.get(worker)
        last = self._seen.get(worker)
        if pool is not None and (last is None or now - last > SEEN_EVERY):
            self._seen[worker] = now
            boot = boot_of(worker)
            await self._store.workers.seen(Worker(worker, boot, pool, not boot, now), loaded)
