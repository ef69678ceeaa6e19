"""The event loop that a generator lives on: the worker's own, or one in a thread that it may block."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from pinxit.domain.errors import LeaseLost

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from pinxit.domain.generator import Generator

T = TypeVar("T")

log = structlog.get_logger(__name__)

JOIN_S = 1.0
CLOSE_S = 5.0  # How long a generator may take to let go of its connections and memory.


class Stuck(Exception):
    """A generator neither ends nor lets itself be cancelled, so its process has to be replaced.

    Whoever catches this leaves by `os._exit(EXIT_STUCK)`: Python's own exit would wait for the generator's threads.
    """


EXIT_STUCK = 75  # EX_TEMPFAIL of BSD's sysexits.h: the user is invited to try again.


class Running:
    """A piece of work on a generator's loop, seen from the worker's loop.

    `over`: set on the worker's loop when the work has really ended, to what it raised or None.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> None:
        self._home = asyncio.get_running_loop()
        self._loop = loop
        self._task: asyncio.Task[None] | None = None
        self.over: asyncio.Future[BaseException | None] = self._home.create_future()
        loop.call_soon_threadsafe(self._begin, work)

    def cancel(self) -> None:
        """Ask the work to end; whether it does is up to the work."""
        with contextlib.suppress(RuntimeError):  # The loop is closed, so nothing runs there.
            self._loop.call_soon_threadsafe(self._cancel)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = self._loop.create_task(work)
        self._task.add_done_callback(self._tell)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _tell(self, task: asyncio.Task[None]) -> None:
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        with contextlib.suppress(RuntimeError):  # The worker's loop is closed: nobody wants to know any more.
            self._home.call_soon_threadsafe(self._settle, error)

    def _settle(self, error: BaseException | None) -> None:
        if not self.over.done():
            self.over.set_result(error)


class GeneratorLoop:
    """Runs a generator's work. Made by `hosted`, on the worker's loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, thread: threading.Thread | None) -> None:
        self._home = asyncio.get_running_loop()
        self._loop = loop
        self._thread = thread
        self._abandoned: list[Running] = []

    def start(self, work: Coroutine[Any, Any, None]) -> Running:
        """Begin a piece of work. The caller keeps what is returned until it is over or abandoned."""
        return Running(self._loop, work)

    def check(self) -> None:
        """Raise Stuck if the generator has taken its thread down."""
        if self._thread is not None and not self._thread.is_alive():
            msg = "the generator has ended its thread; the process starts anew"
            raise Stuck(msg)

    def abandon(self, running: Running) -> None:
        """Give up work that does not end. Raises Stuck where the generator has a process to be replaced."""
        if self._thread is not None:
            msg = "the generator does not stop; the process starts anew"
            raise Stuck(msg)
        # A task that nobody holds may be collected in the middle of its work.
        self._abandoned.append(running)
        log.error("a generator inside the server does not stop and is left behind", left_behind=len(self._abandoned))

    async def home(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run `work` on the worker's loop and return its result; called on the generator's loop."""
        if self._loop is self._home:
            return await work()
        if self._home.is_closed():
            raise LeaseLost
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(), self._home))


@asynccontextmanager
async def hosted(generator: Generator) -> AsyncIterator[GeneratorLoop]:
    """Give the loop for a generator, shared by all its workers in this process, and close the generator at the end.

    One that `runs_inline` lives on the caller's loop. Any other gets a thread: what it blocks is its own loop, while
    the worker goes on beating and ends the job at its deadline.
    """
    if generator.capabilities.runs_inline:
        loop = GeneratorLoop(asyncio.get_running_loop(), None)
        try:
            yield loop
        finally:
            await _close(generator, loop)
        return
    thread = _Thread(generator.name)
    own = GeneratorLoop(await thread.started(), thread)
    try:
        yield own
        await _close(generator, own)
        thread.stop()
        await asyncio.to_thread(thread.join, JOIN_S)
    finally:
        # A blocked thread is left to the end of the process; it is a daemon.
        thread.stop()


async def _close(generator: Generator, loop: GeneratorLoop) -> None:
    closing = loop.start(generator.aclose())
    done, _ = await asyncio.wait({closing.over}, timeout=CLOSE_S)
    error = closing.over.result() if done else TimeoutError()
    if error is not None:
        closing.cancel()
        log.warning("the generator did not close", generator=generator.name, error=type(error).__name__)


class _Thread(threading.Thread):
    """A daemon thread with an event loop."""

    def __init__(self, name: str) -> None:
        super().__init__(name=f"generator-{name}", daemon=True)
        self._home = asyncio.get_running_loop()
        self._loop: asyncio.Future[asyncio.AbstractEventLoop] = self._home.create_future()
        # Not `_stop`, which threading.Thread has itself and asks for when it is joined.
        self._halt: Callable[[], object] = lambda: None

    async def started(self) -> asyncio.AbstractEventLoop:
        self.start()
        return await self._loop

    def stop(self) -> None:
        with contextlib.suppress(RuntimeError):  # Stopped before.
            self._halt()

    def run(self) -> None:
        asyncio.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        self._halt = lambda: loop.call_soon_threadsafe(stopped.set)
        self._home.call_soon_threadsafe(self._loop.set_result, loop)
        await stopped.wait()
