"""One run of a program: a text into its standard input, what it prints out of it, and no process left behind."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Temporary
from pinxit.generators.script import keeper

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from pathlib import Path

    from pinxit.domain.ports import Clock

LOOK_S = 0.5  # How often it is asked whether anybody still wants the picture.
COMPLAINT_BYTES = 64 * 1024  # Of standard error; the rest is read and thrown away, since progress bars are long.
_STDOUT, _STDERR = 1, 2
_SIGNALLED = 128


@dataclass(frozen=True, slots=True)
class Program:
    """How a program is started. `env`: its whole environment. `folder`: where it runs; None: where we do.

    `scratch`: a folder that goes with it where it is ended, or we are; one that ends by itself leaves it to us.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    scratch: Path
    folder: Path | None = None
    timeout_s: float = 120.0
    most_bytes: int = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended: status 0 is well, `output` and `complaints` are what it wrote to its two outputs."""

    status: int
    output: bytes
    complaints: str


async def run(program: Program, said: bytes, clock: Clock, is_cancelled: Callable[[], bool]) -> Ended | None:
    """Run the program once and return how it ended, or None if nobody wants it any more.

    However this returns, the program is gone, and so is everything that it has started.
    Raises Temporary (too slow, killed by a signal) and Broken (cannot be started, says too much).
    """
    lifeline, ours = os.pipe()
    try:
        talk = _Talk(program.most_bytes)
        transport = await _start(program, talk, lifeline)
        try:
            talk.say(transport, said)
            await _first(
                talk.ended(), talk.flooded.wait(), clock.sleep(program.timeout_s), _unwanted(is_cancelled, clock)
            )
            is_over = talk.is_over
        finally:
            os.close(ours)
            ours = -1
            await talk.exited()
            transport.close()
        return _judge(program, talk, transport.get_returncode() or 0, is_over=is_over, is_cancelled=is_cancelled)
    finally:
        os.close(lifeline)
        if ours >= 0:
            os.close(ours)


async def _start(program: Program, talk: _Talk, lifeline: int) -> asyncio.SubprocessTransport:
    try:
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: talk,
            *(sys.executable, "-I", "-S", str(keeper.__file__), str(lifeline), str(program.scratch)),
            *program.argv,
            env=dict(program.env),
            cwd=program.folder,
            pass_fds=(lifeline,),
            start_new_session=True,  # Ctrl-C reaches us only, and we end it in our own order.
        )
    except OSError as error:
        reason = error.strerror
        raise Broken(f"{program.name}: the program cannot be started ({reason}); look at its path") from error
    return transport


def _judge(
    program: Program, talk: _Talk, status: int, *, is_over: bool, is_cancelled: Callable[[], bool]
) -> Ended | None:
    if talk.flooded.is_set():
        most = program.most_bytes
        raise Broken(f"{program.name}: the program wrote more than {most} bytes; make it smaller, or raise most_bytes")
    if not is_over and is_cancelled():
        return None
    if not is_over:
        limit = f"{program.timeout_s:g} s"
        raise Temporary(
            f"{program.name}: the program took more than {limit} and was ended; it may, with more timeout_s"
        )
    if status > _SIGNALLED:
        raise Temporary(f"{program.name}: the program was killed by signal {status - _SIGNALLED}")
    return Ended(status, bytes(talk.output), talk.complaints.decode("utf-8", "replace"))


class _Talk(asyncio.SubprocessProtocol):
    """Keeps what a program writes, up to a limit, and hears when it is gone and all its pipes are closed.

    Not asyncio's streams: those stop reading when nobody takes, and then never hear the end.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._exited, self._gone = asyncio.Event(), asyncio.Event()
        self.output, self.complaints = bytearray(), bytearray()
        self.flooded = asyncio.Event()

    @property
    def is_over(self) -> bool:
        return self._gone.is_set()

    def say(self, transport: asyncio.SubprocessTransport, said: bytes) -> None:
        """Write all of it; a program that does not listen is none the worse."""
        pipe = transport.get_pipe_transport(0)
        if isinstance(pipe, asyncio.WriteTransport):
            pipe.write(said)
            pipe.close()

    async def ended(self) -> None:
        await self._gone.wait()

    async def exited(self) -> None:
        """Return when the keeper is gone, though one that escaped it (not on Linux) may still hold a pipe."""
        await self._exited.wait()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == _STDERR:
            self.complaints += data[: COMPLAINT_BYTES - len(self.complaints)]
        elif len(self.output) + len(data) > self._most_bytes:
            self.flooded.set()
        else:
            self.output += data

    def process_exited(self) -> None:
        self._exited.set()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it ended says the status
        self._gone.set()


async def _unwanted(is_cancelled: Callable[[], bool], clock: Clock) -> None:
    while not is_cancelled():
        await clock.sleep(LOOK_S)


async def _first(*works: Coroutine[None, None, object]) -> None:
    """Run all until one of them is done, then end the rest."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
