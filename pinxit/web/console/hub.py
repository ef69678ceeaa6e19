"""What is known of one channel while somebody looks at it: its newest messages and what runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from pinxit.web.console.rendering import digest, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pinxit.domain.ids import GuildId, JobId, PersonId
    from pinxit.domain.job import Job
    from pinxit.web.console.subscriber import Subscriber

SHOWN = 15  # Messages of a page; with four pictures each, the first load stays below 150 kB unpacked.
WINDOW = 60  # Messages kept in mind: private ones of others may stand between those of a page.
_MOST_KNOWN = 4 * WINDOW


@dataclass(frozen=True, slots=True)
class Known:
    """A message as the open pages have it."""

    version: str
    person: PersonId
    private: bool


@dataclass(slots=True)
class Hub:
    """A channel. `known`: by job; `alive`: jobs that have not ended, as they were last read; `said`: their status."""

    guild: GuildId
    subscribers: set[Subscriber] = field(default_factory=set)
    known: dict[JobId, Known] = field(default_factory=dict)
    alive: dict[JobId, Job] = field(default_factory=dict)
    said: dict[JobId, str] = field(default_factory=dict)
    holds_all: bool = False
    is_loaded: bool = False
    loading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def load(self, jobs: Iterable[Job], *, is_all: bool) -> None:
        """Take in the newest messages; what is known already came later and stays."""
        for job in jobs:
            if job.id not in self.known:
                self.learn(job)
        self.holds_all, self.is_loaded = is_all, True

    def learn(self, job: Job) -> bool:
        """Take in a job as it is now, and tell whether its message must be shown anew."""
        now = Known(version_of(job), job.person, job.private)
        before = self.known.get(job.id)
        self.known[job.id] = now
        if job.state.is_final:
            self.alive.pop(job.id, None)
            self.said.pop(job.id, None)
        else:
            self.alive[job.id] = job
        if len(self.known) > _MOST_KNOWN:
            self._forget()
        return before != now

    def forget(self, job: JobId) -> Known | None:
        """Take out a message that is not there any more, and return what it was."""
        self.alive.pop(job, None)
        self.said.pop(job, None)
        return self.known.pop(job, None)

    def has_seen(self, subscriber: Subscriber, seen: str) -> bool:
        """Tell whether a page that shows `seen` has nothing to catch up on."""
        visible = (
            (job, known.version)
            for job, known in sorted(self.known.items(), reverse=True)
            if subscriber.may_see(known.person, private=known.private)
        )
        newest = list(islice(visible, SHOWN))
        return (len(newest) == SHOWN or self.holds_all) and digest(newest) == seen

    def locales(self) -> Mapping[str, list[Subscriber]]:
        """Return who listens, by language."""
        listening: dict[str, list[Subscriber]] = {}
        for subscriber in self.subscribers:
            listening.setdefault(subscriber.locale, []).append(subscriber)
        return listening

    def _forget(self) -> None:
        """Drop the oldest messages that have ended; the hub then no longer holds all of a channel."""
        for job in sorted(self.known)[: -2 * WINDOW]:
            if job not in self.alive:
                del self.known[job]
        self.holds_all = False
