"""The driver's hand on the processes under test: start, kill, stop, wake, and know how each ended."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.crash.host import Life

if TYPE_CHECKING:
    import signal
    from collections.abc import Sequence
    from types import TracebackType

    from tests.crash.remote_worker import Shift

ROOT = Path(__file__).parents[2]
_START_S = 60.0


@dataclasses.dataclass(frozen=True, slots=True)
class Child:
    """A process under test. `ended`: its exit code, negative for a signal. `stopped`: SIGSTOP has taken effect."""

    pid: int
    ended: asyncio.Future[int]
    stopped: asyncio.Event

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless it has ended."""
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def end(self, within_s: float) -> int | None:
        """Return its exit code when it has ended, or None if it still lives after `within_s`."""
        await asyncio.wait({self.ended}, timeout=within_s)
        return self.ended.result() if self.ended.done() else None


class Nursery:
    """The fork server, for `async with`. `package`: the folder that holds the `pinxit` to be tested.

    `descriptors`: what the children inherit. Whatever happens, nothing of it outlives the block.
    """

    def __init__(self, folder: Path, *, package: Path = ROOT, descriptors: Sequence[int] = ()) -> None:
        self._folder = folder
        self._package = package
        self._descriptors = descriptors
        self._born: deque[asyncio.Future[int]] = deque()
        self._children: dict[int, Child] = {}

    async def __aenter__(self) -> Self:
        # One thread of BLAS: a process with threads of libraries must not fork.
        env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": f"{self._package}{os.pathsep}{ROOT}"}
        log = (self._folder / "nursery.log").open("ab")
        with log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "tests.crash.nursery", str(self._folder)),
                cwd=self._folder,
                env=env,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                pass_fds=self._descriptors,
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(_START_S):
            first = await self._process.stdout.readline()
        if not first:
            await self._process.wait()
            raise RuntimeError((self._folder / "nursery.log").read_text(encoding="utf-8"))
        package = Path(json.loads(first)["package"])
        assert package.parent == self._package, f"{package} is not the package to be tested"
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._listening

    def kill(self) -> None:
        """Kill the fork server itself; its children must follow it."""
        self._process.kill()

    async def bear(self, plan: Life | Shift) -> Child:
        """Start a process under test."""
        assert self._process.stdin is not None
        role = "host" if isinstance(plan, Life) else "worker"
        born: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._born.append(born)
        self._process.stdin.write(json.dumps({"role": role, "plan": dataclasses.asdict(plan)}).encode() + b"\n")
        return self._children[await born]

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "born" in said:
                pid = said["born"]
                self._children[pid] = Child(pid, asyncio.get_running_loop().create_future(), asyncio.Event())
                self._born.popleft().set_result(pid)
            elif "stopped" in said:
                self._children[said["stopped"]].stopped.set()
            else:
                self._children.pop(said["ended"]).ended.set_result(said["status"])
        for born in self._born:
            born.set_exception(RuntimeError("the nursery is closed; see nursery.log"))
