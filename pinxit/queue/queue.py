"""The queue as everybody but a worker sees it: submit, cancel, and where a job stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.delivery import Card, Place
from pinxit.domain.ids import GuildId, JobId
from pinxit.domain.job import JobState
from pinxit.domain.place import LaneLoad, Waiter, estimate
from pinxit.queue.aftermath import follow_up
from pinxit.queue.events import DELIVERIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.data.audit import Entry
    from pinxit.data.jobs import Changed
    from pinxit.data.lines import LaneRow
    from pinxit.data.store import Store
    from pinxit.data.submitting import NewJob, Submitted
    from pinxit.domain.ids import PoolName
    from pinxit.domain.job import Job
    from pinxit.domain.ports import Blobs, Clock, Steps
    from pinxit.queue.events import Events

HEARD_WITHIN_S = 60.0  # A worker that claimed, long-polled or beat in this time counts for an estimate.


class Queue:
    """Everything but the workers' side; `Ticker` refreshes its picture of the lanes once a second."""

    def __init__(self, store: Store, blobs: Blobs, events: Events, clock: Clock, *, steps: Steps) -> None:
        self._store = store
        self._blobs = blobs
        self._events = events
        self._clock = clock
        self._steps = steps
        self._lanes: Mapping[PoolName, Sequence[LaneLoad]] = {}
        self._workers: Mapping[PoolName, int] = {}

    async def submit(self, jobs: Sequence[NewJob]) -> Sequence[Submitted]:
        """Take in jobs, all or none; they are durable when this returns. Raises Refused."""
        self._steps("submit.before_commit")
        submitted = await self._store.jobs.submit(jobs)
        self._steps("submit.after_commit")
        for job in jobs:
            self._events.changed(GuildId(job.guild), JobId(job.id))
        for pool in {job.first["pool"] for job in jobs}:
            self._events.wake(pool)
        if any(job.deliveries for job in jobs):
            self._events.wake(DELIVERIES)
        return submitted

    async def cancel(self, job: JobId, entry: Entry | None = None) -> JobState:
        """Cancel a job that waits; ask a running one to stop (then RUNNING is returned). Raises Refused.

        `entry`: what the books note of it, where it is an admin's act.
        """
        changed = await self._store.jobs.cancel(job, self._clock.now(), entry)
        await self.announce(changed)
        return changed.state

    async def announce(self, changed: Changed) -> None:
        """Tell everybody that a job moved without its worker, and delete the files that nobody will see."""
        await follow_up(changed, self._events, self._blobs)

    async def place(self, job: JobId) -> Place | None:
        """Return about where a waiting job stands, by the lanes of the last second; None if it does not wait."""
        own = await self._store.lines.in_lane(job)
        if own is None:
            return None
        waiter = Waiter(own.guild, own.ahead, own.ahead_s, own.cost_s)
        return estimate(waiter, self._lanes.get(own.pool, ()), self._workers.get(own.pool, 0))

    def expected(self, pool: PoolName, guild: GuildId, cost_s: float) -> Place:
        """Return about where a job would stand that came now, by the lanes of the last second; reads memory."""
        lanes = self._lanes.get(pool, ())
        own = next((lane for lane in lanes if lane.guild == guild), None)
        ahead, ahead_s = (0, 0.0) if own is None else (own.queued, own.backlog_s)
        return estimate(Waiter(guild, ahead, ahead_s, cost_s), lanes, self._workers.get(pool, 0))

    async def card(self, job: Job) -> Card:
        """Return what a message shows of a job now."""
        place = None
        if job.state is JobState.QUEUED:
            # One that was claimed since it was read has nobody before it.
            place = await self.place(job.id) or Place(0, job.route[job.step].cost_s)
        progress = 1.0 if job.state.is_final else self._events.progress(job.id).fraction
        return Card(job, progress, place)

    async def look(self) -> None:
        """Take a new picture of the lanes and of the workers that were heard lately."""
        lanes: dict[PoolName, list[LaneLoad]] = {}
        for row in await self._store.lines.lanes():
            lanes.setdefault(row.pool, []).append(_load(row))
        workers: dict[PoolName, int] = {}
        now = self._clock.now()
        for worker in await self._store.workers.all():
            if (now - worker.seen_at).total_seconds() < HEARD_WITHIN_S:
                workers[worker.pool] = workers.get(worker.pool, 0) + 1
        self._lanes, self._workers = lanes, workers

    def lanes(self) -> Mapping[PoolName, Sequence[LaneLoad]]:
        """Return the last picture of the lanes, by pool and vtime."""
        return self._lanes

    def workers(self) -> Mapping[PoolName, int]:
        """Return how many workers of each pool were heard lately."""
        return self._workers


def _load(row: LaneRow) -> LaneLoad:
    return LaneLoad(row.guild, row.vtime, row.weight, row.queued, row.running, row.backlog_s, row.charged_s)
