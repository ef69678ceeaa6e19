"""Answers that people wait for go first: what can wait a moment does, when many ask at once."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Chats give three seconds for an answer. Painting is put off for less, and once: a rush that goes on holds nobody up.
LONGEST_S = 1.0


class Rush:
    """Counts answers under way. Used on one event loop."""

    def __init__(self) -> None:
        self._under_way = 0
        self._over = asyncio.Event()
        self._over.set()
        self._until_s = 0.0

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count one more while the block lasts."""
        if not self._under_way:
            self._until_s = asyncio.get_running_loop().time() + LONGEST_S
            self._over.clear()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._over.set()

    async def over(self) -> None:
        """Return when nobody waits for an answer, or the rush has lasted for `LONGEST_S`."""
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
