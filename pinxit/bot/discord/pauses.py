"""A limit for each call's time that does not run while discord.py keeps a pause which Discord asked for.

To cut it off there would be worse than to wait: for a pause of everything (a global rate limit) discord.py 2.7.1 shuts
a gate in front of all calls, and only the call that heard of it opens it again, after its own pause.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# A longer pause than this is no pause but an error (the client's `max_ratelimit_timeout`, which takes no less).
LONGEST_S = 30.0


class Pauses:
    """Which calls are under way, so that whoever hears a pause can give its call the time. For one event loop."""

    def __init__(self) -> None:
        self._calls: dict[asyncio.Task[Any], tuple[asyncio.Timeout, float]] = {}

    @asynccontextmanager
    async def within(self, seconds: float) -> AsyncIterator[None]:
        """End the block after so many seconds, and those of the pauses meanwhile. Raises TimeoutError."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a call is made in a task")
        async with asyncio.timeout(seconds) as limit:
            self._calls[task] = limit, seconds
            try:
                yield
            finally:
                del self._calls[task]

    def heard(self, pause_s: float) -> None:
        """Give the call that this task is making its whole time anew, behind a pause."""
        task = asyncio.current_task()
        known = None if task is None else self._calls.get(task)
        if known is not None:
            limit, seconds = known
            limit.reschedule(asyncio.get_running_loop().time() + min(pause_s, LONGEST_S) + seconds)
