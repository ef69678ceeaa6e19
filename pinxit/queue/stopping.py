"""How something that runs for long is asked to stop: first politely, then at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from pinxit.domain.ports import Clock


class Stopping:
    """A wish to stop, which may become more urgent."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s = float("inf")
        self._asked = asyncio.Event()
        self._changed = asyncio.Event()

    @property
    def is_asked(self) -> bool:
        """Tell whether nothing new is to be begun."""
        return self._asked.is_set()

    def ask(self, within_s: float) -> None:
        """Begin nothing new, and end what runs within `within_s` seconds. A later call can only shorten that."""
        self._until_s = min(self._until_s, self._clock.monotonic() + within_s)
        self._asked.set()
        self._changed.set()

    async def asked(self) -> None:
        """Return as soon as nothing new is to be begun."""
        await self._asked.wait()

    async def time_is_up(self) -> None:
        """Return as soon as whatever still runs must end."""
        await self._asked.wait()
        while (left_s := self._until_s - self._clock.monotonic()) > 0:
            self._changed.clear()
            await first(self._changed.wait(), self._clock.sleep(left_s))


async def first(*works: Coroutine[Any, Any, object]) -> None:
    """Run all until one of them is done, then cancel the rest and wait for them. Raises what a finished one raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in done:
        task.result()
