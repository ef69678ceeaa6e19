"""Answers that people wait for go first: what can wait a moment does, when many ask at once."""

from __future__ import annotations

import asyncio
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Chats give three seconds for an answer. Painting is put off for less, and once: a rush that goes on holds nobody up.
LONGEST_S = 1.0
# From so many on an answer says the least that it can: each that says more would keep those behind it waiting.
CROWD = 16


class Rush:
    """Counts answers under way. Used on one event loop. `longest_s`: how long others wait at most.

    Python's search for garbage waits as well, for the whole process: one of all that is in memory takes as long as
    some fifty answers.
    """

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._under_way = 0
        self._over = asyncio.Event()
        self._over.set()
        self._until_s = 0.0
        self._collecting: asyncio.TimerHandle | None = None

    @property
    def is_crowded(self) -> bool:
        """Tell whether so many wait for an answer that whatever can be said later is."""
        return self._under_way >= CROWD

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count one more while the block lasts."""
        if not self._under_way:
            loop = asyncio.get_running_loop()
            self._until_s = loop.time() + self._longest_s
            self._over.clear()
            if gc.isenabled():
                gc.disable()
                self._collecting = loop.call_at(self._until_s, self._collect)
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._over.set()
                self._collect()

    async def over(self) -> None:
        """Return when nobody waits for an answer, or the rush has lasted too long."""
        if self._over.is_set():
            return
        left_s = self._until_s - asyncio.get_running_loop().time()
        if left_s <= 0:
            return
        try:
            async with asyncio.timeout(left_s):
                await self._over.wait()
        except TimeoutError:
            pass

    def _collect(self) -> None:
        """Let the garbage be looked for again."""
        if self._collecting is not None:
            self._collecting.cancel()
            self._collecting = None
            gc.enable()
