"""Ten-line stand-ins for our own ports."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

_TURNS = 20  # Loop turns after each waking: enough for a few awaits and a TaskGroup between two sleeps.


class FakeClock:
    """A Clock whose time moves only in `advance`, and wakes sleepers in the order of their deadlines.

    Only what runs on this event loop is waited for. Where a thread or a socket takes part, await its effect, or
    `sleepers(n)`, before the next `advance`.
    """

    def __init__(self, now: datetime = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)) -> None:
        self._start_at = now
        self._passed_s = 0.0
        self._sleeping: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._changed = asyncio.Condition()

    def now(self) -> datetime:
        """Return the fake moment."""
        return self._start_at + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        """Return the seconds advanced so far."""
        return self._passed_s

    async def sleep(self, seconds: float) -> None:
        """Return once `advance` has passed `seconds`; at once, after a turn of the loop, if that is not positive."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleeping, (self._passed_s + seconds, next(self._order), woken))
        async with self._changed:
            self._changed.notify_all()
        await woken

    async def advance(self, seconds: float) -> None:
        """Let `seconds` pass, stopping at every deadline on the way; who sleeps again meanwhile is woken again."""
        end_s = self._passed_s + seconds
        await _settle()
        while self._sleeping and self._sleeping[0][0] <= end_s:
            deadline_s, _, woken = heapq.heappop(self._sleeping)
            if woken.done():  # Its sleeper was cancelled.
                continue
            self._passed_s = deadline_s
            woken.set_result(None)
            await _settle()
        self._passed_s = end_s
        await _settle()

    async def sleepers(self, at_least: int = 1) -> None:
        """Return when so many tasks sleep."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.sleeping >= at_least)

    @property
    def sleeping(self) -> int:
        """Return how many tasks sleep now."""
        return sum(not woken.done() for _, _, woken in self._sleeping)


async def _settle() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
