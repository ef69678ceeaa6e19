"""What changes in a channel, told to everybody who has it open.

One task hears of every change in the process and reads the rows. A message is rendered once for each language and
handed to all, so a thousand pages on one channel cost little more than one. Whatever is lost on the way is found again
by the page's next `resync` or by `check_s`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from pinxit.actions.channels import channels
from pinxit.actions.history import HistoryQuery, history
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.ids import GuildId, JobId, is_id
from pinxit.domain.job import JobState
from pinxit.web.closing import CLOSING
from pinxit.web.console.herald import Herald
from pinxit.web.console.hub import WINDOW, Hub
from pinxit.web.console.subscriber import RESYNC, Subscriber, block

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from types import TracebackType
    from typing import Self

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.queue.events import Heard
    from pinxit.web.console.rendering import Rendering
    from pinxit.web.console.visitors import Visitor

log = structlog.get_logger(__name__)

_MOST_FOREIGN = 10_000  # Jobs remembered to be of channels that nobody looks at.
_MOST_PLACES = 20  # Waiting jobs of a channel whose place is looked up again each time: the next in line.
_CROWD = 250  # So many pages on one channel make the feed as slow again: sending to each of them takes time.


@dataclass(frozen=True, slots=True)
class FeedPace:
    """Seconds. `least_s`: between two rounds of news; what happens meanwhile is told by the later one.

    `place_s`: how often waiting jobs' places are looked up again. `news_s`: how often other channels' unread marks
    are told. `check_s`: how often a channel's messages are compared with the rows. `heartbeat_s`: the longest silence.
    """

    least_s: float = 0.2
    place_s: float = 3.0
    news_s: float = 2.0
    check_s: float = 60.0
    heartbeat_s: float = 15.0


class Feed:
    """Follows the process's events for as long as the block of its `async with` lasts.

    `most`: streams at once, of all people together; 1,000 on one channel were measured.
    """

    def __init__(self, studio: Studio, rendering: Rendering, *, pace: FeedPace | None = None, most: int = 2000) -> None:
        self.pace = pace or FeedPace()
        self._studio = studio
        self._herald = Herald(studio, rendering)
        self._most = most
        self._hubs: dict[GuildId, Hub] = {}
        self._foreign: OrderedDict[str, None] = OrderedDict()
        self._news = asyncio.Event()
        self._is_closed = False
        self._seats = 0
        self._tasks = asyncio.TaskGroup()
        self._running: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin to follow."""
        await self._tasks.__aenter__()
        work = (self._follow(), self._keep_places(), self._tell_news(), self._check(), self._close())
        self._running = [self._tasks.create_task(each) for each in work]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every stream and stop following."""
        self._end()
        for task in self._running:
            task.cancel()
        await self._tasks.__aexit__(kind, error, trace)

    @property
    def is_closed(self) -> bool:
        """Tell whether the server is stopping, so that streams are to end."""
        return self._is_closed

    @asynccontextmanager
    async def subscribe(self, visitor: Visitor, seen: str, heard: asyncio.Event) -> AsyncIterator[Subscriber]:
        """Follow the channel that the visitor looks at. `seen`: the digest of what the page shows.

        `heard` is set whenever there is something to take.
        """
        guild = visitor.guild
        subscriber = Subscriber(visitor.caller, visitor.locale, heard)
        if guild not in self._hubs:
            self._hubs[guild] = Hub(guild)
            self._foreign.clear()
        hub = self._hubs[guild]
        with self.seat():
            hub.subscribers.add(subscriber)
            try:
                await self._load(hub)
                if not hub.has_seen(subscriber, seen):
                    subscriber.tell("resync", "", RESYNC)
                if self._is_closed:
                    subscriber.end()
                yield subscriber
            finally:
                hub.subscribers.discard(subscriber)
                if not hub.subscribers and self._hubs.get(guild) is hub:
                    del self._hubs[guild]

    @contextmanager
    def seat(self) -> Iterator[None]:
        """Count one stream."""
        self._seats += 1
        try:
            yield
        finally:
            self._seats -= 1

    def check_room(self) -> None:
        """Return if one more may listen. Raises Refused (STREAMS_FULL), Unavailable (the server is stopping)."""
        if self._is_closed:
            raise Unavailable("the server is stopping")
        if self._seats >= self._most:
            raise Refused(Code.STREAMS_FULL)

    def tell_news(self) -> None:
        """Have unread marks told anew: somebody has read."""
        self._news.set()

    async def _load(self, hub: Hub) -> None:
        """Read the newest messages, once for all who come at the same time.

        Changes that come meanwhile are told as they come, since the subscribers are in already.
        """
        async with hub.loading:
            if not hub.is_loaded:
                page = await history(HistoryQuery(guild=hub.guild, most=WINDOW), OPERATOR, self._studio)
                hub.load(page.jobs, is_all=page.older is None)

    async def _follow(self) -> None:
        with self._studio.events.follow() as heard:
            while True:
                await heard.any.wait()
                if not self._hubs:
                    heard.take()
                    self._foreign.clear()
                try:
                    await self._round(heard)
                except Exception:
                    # The pages find what they missed at the next look.
                    log.exception("the feed stumbled")
                crowd = max((len(hub.subscribers) for hub in self._hubs.values()), default=0)
                await self._studio.clock.sleep(self.pace.least_s * (1 + crowd / _CROWD))

    async def _round(self, heard: Heard) -> None:
        changed, advanced = heard.take()
        if any(guild is not None for guild in changed.values()):
            self._news.set()
        wanted = {
            JobId(topic): guild
            for topic, guild in changed.items()
            if (guild is None or guild in self._hubs) and topic not in self._foreign and is_id(topic)
        }
        if wanted:
            await self._look(wanted)
        for hub in list(self._hubs.values()):
            for job in [hub.alive[job] for job in advanced if job in hub.alive]:
                await self._herald.tell_status(hub, job)

    async def _look(self, wanted: Mapping[JobId, GuildId | None]) -> None:
        """Read jobs that have changed and tell their channels."""
        jobs = await self._studio.store.history.named(list(wanted))
        for job in reversed(jobs):
            hub = self._hubs.get(job.guild)
            if hub is not None:
                await self._herald.tell(hub, job)
                if job.state.is_final:
                    self._news.set()
            elif not job.state.is_final:
                self._foreign[job.id] = None
                if len(self._foreign) > _MOST_FOREIGN:
                    self._foreign.popitem(last=False)
        for gone in wanted.keys() - {job.id for job in jobs}:
            for hub in list(self._hubs.values()):
                self._herald.remove(hub, gone)

    async def _keep_places(self) -> None:
        """Tell waiting jobs' places and times as they go by."""
        while True:
            await self._studio.clock.sleep(self.pace.place_s)
            for hub in list(self._hubs.values()):
                waiting = [job for _, job in sorted(hub.alive.items()) if job.state is not JobState.RUNNING]
                try:
                    for job in waiting[:_MOST_PLACES]:
                        await self._herald.tell_status(hub, job)
                except Exception:
                    log.exception("places cannot be told", guild=hub.guild)

    async def _tell_news(self) -> None:
        """Tell those who may see other channels how much is unread there."""
        while True:
            await self._news.wait()
            self._news.clear()
            people: dict[Caller, list[Subscriber]] = {}
            for hub in self._hubs.values():
                for subscriber in hub.subscribers:
                    if subscriber.caller.is_trusted:  # Nobody else has another channel.
                        people.setdefault(subscriber.caller, []).append(subscriber)
            try:
                for caller, listening in people.items():
                    found = await channels(caller, self._studio)
                    data = block("channels", {"unread": {channel.guild: channel.unread for channel in found}})
                    for subscriber in listening:
                        subscriber.tell("channels", "", data)
            except Exception:
                log.exception("unread marks cannot be told")
            await self._studio.clock.sleep(self.pace.news_s)

    async def _check(self) -> None:
        """Compare what the pages have with the rows, because an event may have been lost."""
        while True:
            await self._studio.clock.sleep(self.pace.check_s)
            for hub in list(self._hubs.values()):
                try:
                    await self._compare(hub)
                except Exception:
                    log.exception("a channel cannot be checked", guild=hub.guild)

    async def _compare(self, hub: Hub) -> None:
        before = set(hub.known)
        page = await history(HistoryQuery(guild=hub.guild, most=WINDOW), OPERATOR, self._studio)
        there = {job.id for job in page.jobs}
        oldest = min(there, default="") if page.older is not None else ""
        for gone in before - there:
            if gone >= oldest:
                self._herald.remove(hub, gone)
        for job in page.jobs:
            await self._herald.tell(hub, job)

    async def _close(self) -> None:
        with self._studio.events.listen(CLOSING) as closing:
            await closing.wait()
            self._end()

    def _end(self) -> None:
        self._is_closed = True
        for hub in self._hubs.values():
            for subscriber in hub.subscribers:
                subscriber.end()
