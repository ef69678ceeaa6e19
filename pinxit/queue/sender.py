"""One platform's calls: a few at once, finals before placeholders, progress only where nothing else waits."""

from __future__ import annotations

import asyncio
import heapq
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.domain.delivery import Urgency


class Sender:
    """Hands out a platform's few slots by urgency."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = 0

    @asynccontextmanager
    async def slot(self, urgency: Urgency) -> AsyncIterator[None]:
        """Wait for a slot; the most urgent waiter gets the next one, the earlier of two equals."""
        await self._take(urgency)
        try:
            yield
        finally:
            self._give_back()

    def is_busy(self) -> bool:
        """Tell whether a call would have to wait, so that progress is dropped instead."""
        return self._free == 0 or bool(self._waiting)

    async def _take(self, urgency: Urgency) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._waiting, (urgency, self._count, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()
            raise

    def _give_back(self) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
