"""What happens now, in this process: the last progress of each job, and who waits to hear of a change.

Nothing here is kept: whoever listens reads the row first, so a lost event costs a moment and never a job.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.ids import JobId

DELIVERIES = "deliveries"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running job is: 0 … 1, with a JPEG of at most 256 px if its generator shows one."""

    fraction: float = 0.0
    preview: bytes | None = None


class Events:
    """The switchboard of one process; used only on its event loop."""

    def __init__(self) -> None:
        self._progress: dict[JobId, Progress] = {}
        self._listeners: dict[str, set[asyncio.Event]] = {}

    def progress(self, job: JobId) -> Progress:
        """Return a job's last progress."""
        return self._progress.get(job, Progress())

    def advance(self, job: JobId, fraction: float, preview: bytes | None) -> None:
        """Note progress; a missing preview keeps the one before."""
        before = self.progress(job)
        after = Progress(fraction, before.preview if preview is None else preview)
        if after != before:
            self._progress[job] = after
            self.wake(job)

    def ended(self, job: JobId) -> None:
        """Forget a job's progress, since its attempt is over, and tell whoever follows it."""
        self._progress.pop(job, None)
        self.wake(job)

    def wake(self, topic: str) -> None:
        """Tell everybody who listens to a job, a pool or the deliveries that something changed."""
        for heard in self._listeners.get(topic, ()):
            heard.set()

    @contextmanager
    def listen(self, *topics: str) -> Iterator[asyncio.Event]:
        """Give an event that is set at every change of these topics; clear it, look, wait again."""
        heard = asyncio.Event()
        for topic in topics:
            self._listeners.setdefault(topic, set()).add(heard)
        try:
            yield heard
        finally:
            for topic in topics:
                listeners = self._listeners[topic]
                listeners.discard(heard)
                if not listeners:
                    del self._listeners[topic]


async def heard_within(heard: asyncio.Event, seconds: float) -> bool:
    """Wait until something is heard, at most `seconds`; False if nothing was."""
    try:
        async with asyncio.timeout(seconds):
            await heard.wait()
    except TimeoutError:
        return False
    return True
