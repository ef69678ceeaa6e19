"""What must happen though nobody asks: take over at start, end what went silent, wake what paused, sweep files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from pinxit.data.blobs import LocalBlobs
    from pinxit.data.store import Store
    from pinxit.domain.ids import BootId
    from pinxit.domain.ports import Clock
    from pinxit.queue.queue import Queue
    from pinxit.queue.retention import Retention

log = structlog.get_logger(__name__)

TICK_S = 1.0
SWEEP_AFTER = timedelta(hours=1)  # Younger files may belong to an upload or an attempt that is not written yet.


class Ticker:
    """The queue's heartbeat, one per owner process."""

    def __init__(
        self,
        store: Store,
        blobs: LocalBlobs,
        queue: Queue,
        clock: Clock,
        boot: BootId,
        retention: Retention | None = None,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._queue = queue
        self._clock = clock
        self._boot = boot
        self._retention = retention

    async def take_over(self) -> None:
        """Give back what a dead program's own workers held, and sweep files that no row names. Call before `run`."""
        for changed in await self._store.jobs.take_over(self._boot, self._clock.now()):
            log.warning("the program died with this job", job=changed.job, state=str(changed.state))
            await self._queue.announce(changed)
        # The paths are read first: a file that is written meanwhile is younger than an hour anyway.
        keep = await self._store.images.paths()
        swept = await self._blobs.sweep(keep, self._clock.now() - SWEEP_AFTER)
        if swept:
            log.info("swept files that no row names", files=swept)
        await self._queue.look()

    async def run(self) -> None:
        """Tick once a second until cancelled."""
        while True:
            await self._clock.sleep(TICK_S)
            try:
                await self.tick()
            except Exception:
                # A full disk fails one tick, not the program: the next one finds the same work.
                log.exception("a tick failed")

    async def tick(self) -> None:
        """End attempts whose lease ran out, wake jobs whose pause is over, look at the lanes, let go of old jobs."""
        for changed in await self._store.jobs.tick(self._clock.now()):
            log.info("moved by the tick", job=changed.job, state=str(changed.state))
            await self._queue.announce(changed)
        await self._queue.look()
        if self._retention is not None:
            await self._retention.tick()
