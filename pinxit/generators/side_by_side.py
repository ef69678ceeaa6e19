"""Several calls at once, whose results are handed on as they come."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Iterable

T = TypeVar("T")


async def results(calls: Iterable[Coroutine[Any, Any, T]]) -> AsyncGenerator[T, None]:
    """Yield what each call returns, first come first, for `contextlib.aclosing`.

    `calls`: all begin with the first step; a generator of them, so that none waits in vain for a step that never comes.
    A call that raises ends it with that error. However it ends, what still runs is cancelled and waited for.
    """
    # No TaskGroup: around a yield, it would cancel its caller in the midst of something else.
    running = set[asyncio.Task[T]]()
    ended = asyncio.Queue[asyncio.Task[T]]()
    try:
        for call in calls:
            task = asyncio.create_task(call)
            running.add(task)
            task.add_done_callback(running.discard)  # With its picture, which others keep now.
            task.add_done_callback(ended.put_nowait)
        for _ in range(len(running)):
            yield (await ended.get()).result()
    finally:
        await _stop(running)


async def _stop(running: set[asyncio.Task[T]]) -> None:
    """Cancel all of them and return when all have ended. Raises CancelledError, but not before."""
    for task in running:
        task.cancel()
    cancelled: asyncio.CancelledError | None = None
    while running:
        try:
            await asyncio.wait(running)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
