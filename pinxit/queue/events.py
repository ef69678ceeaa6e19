"""What happens now, in this process: the last progress of each job, and who waits to hear of a change.

Nothing here is kept: whoever listens reads the row first, so a lost event costs a moment and never a job.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.ids import GuildId, JobId

DELIVERIES = "deliveries"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running job is: 0 … 1, with a JPEG of at most 256 px if its generator shows one."""

    fraction: float = 0.0
    preview: bytes | None = None


@dataclass(slots=True)
class Heard:
    """What somebody who follows everything has heard since the last `take`.

    `changed`: topics whose rows are worth a look, with the guild where the teller knew it. `advanced`: jobs of which
    only the progress is new.
    """

    any: asyncio.Event = field(default_factory=asyncio.Event)
    changed: dict[str, GuildId | None] = field(default_factory=dict)
    advanced: set[JobId] = field(default_factory=set)

    def note(self, topic: str, guild: GuildId | None) -> None:
        """Note a change."""
        self.changed[topic] = guild or self.changed.get(topic)
        self.any.set()

    def take(self) -> tuple[dict[str, GuildId | None], set[JobId]]:
        """Return (changed, advanced) and start anew."""
        changed, advanced = self.changed, self.advanced
        self.changed, self.advanced = {}, set()
        self.any.clear()
        return changed, advanced


class Events:
    """The switchboard of one process; used only on its event loop."""

    def __init__(self) -> None:
        self._progress: dict[JobId, Progress] = {}
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._followers: list[Heard] = []

    def progress(self, job: JobId) -> Progress:
        """Return a job's last progress."""
        return self._progress.get(job, Progress())

    def advance(self, job: JobId, fraction: float, preview: bytes | None) -> None:
        """Note progress; a missing preview keeps the one before."""
        before = self.progress(job)
        after = Progress(fraction, before.preview if preview is None else preview)
        if after != before:
            self._progress[job] = after
            self._tell(job)
            for follower in self._followers:
                follower.advanced.add(job)
                follower.any.set()

    def ended(self, job: JobId) -> None:
        """Forget a job's progress, since its attempt is over, and tell whoever follows it."""
        self._progress.pop(job, None)
        self.wake(job)

    def wake(self, topic: str) -> None:
        """Tell everybody who listens to a job, a pool or the deliveries that something changed."""
        self._tell(topic)
        for follower in self._followers:
            follower.note(topic, None)

    def changed(self, guild: GuildId, job: JobId) -> None:
        """Tell that a job of this guild is new, has changed, or has gone."""
        self._tell(job)
        for follower in self._followers:
            follower.note(job, guild)

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

    @contextmanager
    def follow(self) -> Iterator[Heard]:
        """Collect every change of every topic until the block ends: for one who shows many jobs to many people."""
        follower = Heard()
        self._followers.append(follower)
        try:
            yield follower
        finally:
            self._followers.remove(follower)

    def _tell(self, topic: str) -> None:
        for heard in self._listeners.get(topic, ()):
            heard.set()


async def heard_within(heard: asyncio.Event, seconds: float) -> bool:
    """Wait until something is heard, at most `seconds`; False if nothing was."""
    try:
        async with asyncio.timeout(seconds):
            await heard.wait()
    except TimeoutError:
        return False
    return True
