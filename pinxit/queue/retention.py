"""Let go of what is too old, a little at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from pinxit.domain.ports import no_steps
from pinxit.queue.aftermath import drop_images
from pinxit.queue.events import DELIVERIES

if TYPE_CHECKING:
    from pinxit.data.store import Store
    from pinxit.domain.ports import Blobs, Clock, Steps
    from pinxit.queue.events import Events

log = structlog.get_logger(__name__)

AT_ONCE = 20  # Jobs of one tick: deleting their files must not keep the next tick waiting.
EVERY_S = 60.0  # How long it rests when there is nothing more to do; settings are in days.


class Retention:
    """Deletes ended jobs that are older than the installation or their guild wants to keep.

    `days`: of the installation; None: for ever.
    """

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        events: Events,
        clock: Clock,
        *,
        days: int | None = None,
        steps: Steps = no_steps,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._events = events
        self._clock = clock
        self._days = days
        self._steps = steps
        self._next_s = 0.0

    async def tick(self) -> int:
        """Delete a few jobs if it is time, and return how many. Call it as often as you like."""
        if self._clock.monotonic() < self._next_s:
            return 0
        await self._store.tickets.sweep(self._clock.now())
        deleted = await self._store.retention.delete(self._days, self._clock.now(), AT_ONCE)
        self._steps("retention.after_commit")
        # After the commit: a death in between leaves files that no row names, which the sweep takes.
        await drop_images(deleted.images, self._blobs)
        for path in deleted.sources:
            await self._blobs.delete(path)
        for guild, job in deleted.jobs:
            self._events.changed(guild, job)
        if deleted.jobs:
            self._events.wake(DELIVERIES)
            log.info("deleted jobs whose time was over", jobs=len(deleted.jobs))
        if len(deleted.jobs) < AT_ONCE:
            self._next_s = self._clock.monotonic() + EVERY_S
        return len(deleted.jobs)
