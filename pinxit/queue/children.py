"""Child processes in which generators run that the server does not trust with its own life.

A child is started again when it ends, killed when it falls silent, and dies with its parent: its standard input is a
pipe whose other end only the parent holds, so that even SIGKILL of the parent is heard as the end of that input. Linux
could send a signal instead (prctl PR_SET_PDEATHSIG), but it does so when the parent's *thread* ends, and only there.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from asyncio.subprocess import PIPE
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from pinxit.queue.stopping import Stopping, first

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable, Mapping, Sequence

    from pinxit.domain.ports import Clock

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
STEADY_S = 60.0  # A child that lived so long was well, and its next start is not put off.
LOOK_S = 5.0
STDERR = 2


@dataclass(frozen=True, slots=True)
class Child:
    """How a child is started, and how it is known to live.

    `env`: its whole environment. `last_heard`: the monotonic moment of its last sign of life, None if there was none.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    last_heard: Callable[[], float | None] = lambda: None


class Children:
    """Keeps every child running until asked to stop.

    `silent_s`: how long one may say nothing; a claim is a sign of life and lasts at most 30 s. `start_s`: the same
    for one that has said nothing yet, since imports and models take their time.
    """

    def __init__(
        self, children: Sequence[Child], clock: Clock, *, silent_s: float = 90.0, start_s: float = 300.0
    ) -> None:
        self._children = children
        self._clock = clock
        self._silent_s = silent_s
        self._start_s = start_s
        self._stopping = Stopping(clock)

    def stop(self, within_s: float = 25.0) -> None:
        """Ask all children to stop; `run` returns when they have, or were killed after `within_s` seconds."""
        self._stopping.ask(within_s)

    async def run(self) -> None:
        """Start the children and look after them until `stop`. Cancelled, it kills them."""
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(self._keep(child))

    async def _keep(self, child: Child) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_asked:
            started_s = self._clock.monotonic()
            await self._run_once(child)
            if self._clock.monotonic() - started_s >= STEADY_S:
                pause_s = FIRST_PAUSE_S
            await first(self._clock.sleep(pause_s), self._stopping.asked())
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    async def _run_once(self, child: Child) -> None:
        """Start a child and return when it has ended."""
        try:
            process = await asyncio.create_subprocess_exec(
                *child.argv,
                env=child.env,
                stdin=PIPE,
                stdout=STDERR,  # Whatever it prints belongs into our log, and not into a command's output.
                stderr=STDERR,
                start_new_session=True,  # A group of its own: Ctrl-C reaches us only, and a kill its children too.
            )
        except OSError as error:
            log.error("a child process cannot be started", child=child.name, error=str(error))  # noqa: TRY400 - it says all
            return
        log.info("a child process has started", child=child.name, pid=process.pid)
        try:
            await first(
                process.wait(), self._silent(child, self._clock.monotonic()), self._told_to_stop(child, process)
            )
        finally:
            # What it has started itself is in its group and goes with it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        say = log.info if self._stopping.is_asked else log.warning
        say("a child process has ended", child=child.name, pid=process.pid, status=process.returncode)

    async def _silent(self, child: Child, started_s: float) -> None:
        """Return when the child has been silent for too long."""
        while True:
            await self._clock.sleep(LOOK_S)
            heard_s = child.last_heard()
            # What was heard before the start came from the child before this one.
            has_spoken = heard_s is not None and heard_s > started_s
            until_s = (heard_s or 0.0) + self._silent_s if has_spoken else started_s + self._start_s
            if self._clock.monotonic() > until_s:
                log.error("a child process is silent and is killed", child=child.name)
                return

    async def _told_to_stop(self, child: Child, process: Process) -> None:
        """Ask the child to stop when we are, and return when it may take no longer."""
        await self._stopping.asked()
        with suppress(ProcessLookupError):
            process.terminate()
        await self._stopping.time_is_up()
        log.warning("a child process does not stop and is killed", child=child.name)


def die_with_parent() -> None:
    """Make this process, started by `Children`, end as soon as its parent is gone, however that died.

    A thread reads standard input, so it does not matter what the event loop is blocked by. Nothing is given back: the
    next program ends what this one's workers held.
    """
    threading.Thread(target=_wait_for_parents_end, name="parent-watch", daemon=True).start()


def _wait_for_parents_end() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
