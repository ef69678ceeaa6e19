"""Child processes are kept running, kept in order, and do not outlive their parent. Real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from pinxit.data.keys import KeyScope
from pinxit.domain.errors import Code
from pinxit.domain.ids import BootId, PoolName, worker_id
from pinxit.domain.job import JobState
from pinxit.queue import children
from pinxit.queue.children import Child, Children
from pinxit.queue.clock import SystemClock
from pinxit.queue.generator_loop import hosted
from pinxit.queue.worker import Worker
from tests.contracts.shop import open_shop
from tests.contracts.worker_server import serve, worker_app
from tests.fakes import FakeClock
from tests.generators_for_tests import Plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.domain.ids import JobId
    from tests.contracts.shop import Shop

ROOT = Path(__file__).parents[2]
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}
PATIENCE_S = 30.0  # Far beyond what any test needs, on any machine.

# Says a word on a connection that stays open until the process is gone.
CALL = "import socket, sys, os, time, signal; line = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
STAYS = CALL + "line.sendall(b'here'); time.sleep(600)"
STOPS = (
    CALL + "signal.signal(15, lambda *_: (line.sendall(b'bye'), os._exit(0))); line.sendall(b'here'); time.sleep(600)"
)
DEAF = CALL + (
    "signal.signal(15, signal.SIG_IGN); os.fork(); line = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
    "line.sendall(b'here'); time.sleep(600)"
)
DIES_WITH_US = "from pinxit.queue.children import die_with_parent; die_with_parent()\n" + STAYS.replace(
    "time.sleep", "os.fork(); time.sleep"
)
PARENT = """
import asyncio, sys
from pinxit.queue.children import Child, Children
from pinxit.queue.clock import SystemClock
child = Child("child", [sys.executable, "-c", sys.argv[1], sys.argv[2]], __import__("os").environ)
asyncio.run(Children([child], SystemClock()).run())
"""


class Switchboard:
    """Hears from processes: what they say, and when they are gone."""

    def __init__(self) -> None:
        self.calls: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
        self.port = 0

    async def hear(self, word: bytes = b"here") -> asyncio.StreamReader:
        """Return the line of the next process that says `word`."""
        async with asyncio.timeout(PATIENCE_S):
            line = await self.calls.get()
            assert await line.readexactly(len(word)) == word
        return line


async def gone(line: asyncio.StreamReader) -> bytes:
    """Return the last words of a process as soon as it is gone."""
    async with asyncio.timeout(PATIENCE_S):
        try:
            return await line.read()
        except ConnectionResetError:
            return b""


@pytest.fixture
async def board() -> AsyncIterator[Switchboard]:
    board = Switchboard()
    writers = []

    def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        board.calls.put_nowait(reader)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    board.port = server.sockets[0].getsockname()[1]
    async with server:
        yield board
        for writer in writers:
            writer.close()


def a_child(board: Switchboard, program: str, last_heard_s: float | None = None) -> Child:
    return Child("child", [sys.executable, "-c", program, str(board.port)], ENV, lambda: last_heard_s)


@asynccontextmanager
async def running(children: Children) -> AsyncIterator[None]:
    """Run the children; leaving cancels them, which kills."""
    run = asyncio.ensure_future(children.run())
    try:
        yield
    finally:
        run.cancel()
        await asyncio.wait({run})
    if not run.cancelled():
        run.result()


async def test_a_child_that_ends_is_started_again_after_growing_pauses() -> None:
    class Pauses(FakeClock):
        """Notes how long somebody wants to sleep, and lets nobody wait but who looks at a child."""

        async def sleep(self, seconds: float) -> None:
            if seconds == children.LOOK_S:
                await asyncio.Event().wait()
            pauses.append(seconds)
            if len(pauses) == 7:
                enough.set()
                await asyncio.Event().wait()

    pauses: list[float] = []
    enough = asyncio.Event()
    broken = Child("broken", ["/bin/false"], {})
    missing = Child("missing", ["/nowhere/at/all"], {})
    for child in (broken, missing):
        pauses.clear()
        enough.clear()
        async with running(Children([child], Pauses())), asyncio.timeout(PATIENCE_S):
            await enough.wait()
        assert pauses == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(("last_heard_s", "silent_after_s"), [(None, 300), (-1.0, 300), (50.0, 140)])
async def test_a_silent_child_is_killed_and_replaced(
    board: Switchboard, last_heard_s: float | None, silent_after_s: float
) -> None:
    clock = FakeClock()
    silent = "a child process is silent and is killed"
    async with running(Children([a_child(board, STAYS, last_heard_s)], clock)):
        line = await board.hear()
        await clock.sleepers(1)
        with capture_logs() as lines:
            await clock.advance(silent_after_s - 1)
            assert silent not in [event["event"] for event in lines]
            await clock.advance(children.LOOK_S + 1)
            assert silent in [event["event"] for event in lines]
        await gone(line)
        await clock.sleepers(1)
        await clock.advance(1)
        await board.hear()


async def test_children_are_asked_to_stop_and_may_finish(board: Switchboard) -> None:
    kept = Children([a_child(board, STOPS), a_child(board, STOPS)], FakeClock())
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(kept.run())
        lines = [await board.hear() for _ in range(2)]
        kept.stop()

    assert [await gone(line) for line in lines] == [b"bye", b"bye"]


async def test_a_child_that_does_not_stop_is_killed_with_what_it_started(board: Switchboard) -> None:
    clock = FakeClock()
    kept = Children([a_child(board, DEAF)], clock)
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(kept.run())
        line, other = await board.calls.get(), await board.calls.get()
        third = await board.calls.get()
        kept.stop(25.0)
        await clock.sleepers(2)
        await clock.advance(26)

    for each in (line, other, third):
        await gone(each)


async def test_children_and_theirs_die_with_a_parent_that_was_killed(board: Switchboard) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, DIES_WITH_US, str(board.port), env=ENV, stderr=asyncio.subprocess.DEVNULL
    )
    line = await board.hear()

    parent.send_signal(signal.SIGKILL)
    await parent.wait()

    await gone(line)  # The grandchild holds the same line, so it is gone too.


async def test_what_blocks_or_exits_in_a_child_takes_nothing_else_down(tmp_path: Path) -> None:
    class Hurried(SystemClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds / 20)

    async with open_shop(tmp_path, lease_s=1.0) as shop:
        await shop.store.open_pools(["blocks", "exits", "plain"])
        _, token = await shop.store.keys.create("worker", [KeyScope.WORKER], shop.clock.now())
        env = {**ENV, "PINXIT_WORKER_TOKEN": token, "PINXIT_WORKER_BOOT": "boot"}
        async with serve(worker_app(shop.local, shop.store.keys, shop.clock)) as url:
            kinds = [
                Child(kind, [sys.executable, "-m", "tests.queueing.child_worker", url, kind, kind], env)
                for kind in ("blocks", "exits")
            ]
            bad = [await shop.submit(pool=kind, deadline_s=0.5) for kind in ("blocks", "exits")]
            generator = Plain("plain", {}, shop.clock)
            async with (
                running(Children(kinds, Hurried())),
                hosted(generator) as loop,
                asyncio.TaskGroup() as group,
            ):
                worker = Worker(
                    worker_id(BootId("boot"), "plain"),
                    PoolName("plain"),
                    broker=shop.local,
                    generator=generator,
                    loop=loop,
                    clock=shop.clock,
                )
                group.create_task(worker.run())
                good = []
                async with asyncio.timeout(PATIENCE_S):
                    while not all([(await shop.job(job)).state is JobState.FAILED for job in bad]):
                        good.append(await shop.submit(pool="plain"))
                        await until_succeeded(shop, good[-1])
                        await shop.pass_by(0)
                        await wake(shop, bad)
                worker.stop()

        blocked, exited = [await shop.job(job) for job in bad]

    assert (blocked.error_code, blocked.tries) == (Code.TIMED_OUT, 3)
    assert (exited.error_code, exited.tries) == (Code.TRIES_SPENT, 3)
    assert good


async def until_succeeded(shop: Shop, job: JobId) -> None:
    with shop.events.listen(job) as heard:
        while (await shop.job(job)).state is not JobState.SUCCEEDED:
            await heard.wait()
            heard.clear()


async def wake(shop: Shop, jobs: list[JobId]) -> None:
    """Cut the pauses between tries short, as long as no lease could be cut short with them."""
    states = {(await shop.job(job)).state for job in jobs}
    if JobState.WAITING in states and JobState.RUNNING not in states:
        await shop.pass_by(10)
