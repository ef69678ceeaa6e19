"""Processes from the nursery, with those parts of `subprocess.Popen` that tests use."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import TextIO

ROOT = Path(__file__).parents[2]


class Born:
    """A process. `stdout`, `stderr`: what it writes, where a pipe was asked for. `returncode`: None until known."""

    def __init__(self, answers: socket.socket, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self._answers = answers
        self._lock = threading.Lock()  # A watchdog may ask from its own thread.
        self._said = b""
        answer = self._answer()
        if "pid" not in answer:
            answers.close()
            raise ChildProcessError("the nursery is gone; what it wrote on standard error says why")
        self.pid = int(answer["pid"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for stream in (self.stdout, self.stderr):
            if stream is not None:
                stream.close()
        self.wait()
        self._answers.close()

    def poll(self) -> int | None:
        """Return how it ended, or None."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended. Raises subprocess.TimeoutExpired."""
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired("pinxit", timeout or 0.0)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Let it die at once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self) -> tuple[str, str]:
        """Return the rest of what it writes, once it has ended."""
        assert self.stdout is not None
        assert self.stderr is not None
        said: list[str] = []
        reader = threading.Thread(target=lambda stream: said.append(stream.read()), args=(self.stderr,))
        reader.start()
        printed = self.stdout.read()
        reader.join()
        self.wait()
        return printed, said[0]

    def _ended(self, within_s: float | None) -> int | None:
        if self.returncode is None:
            select.select([self._answers], [], [], within_s)
        with self._lock:
            if self.returncode is None and select.select([self._answers], [], [], 0.0)[0]:
                self.returncode = int(self._answer()["status"])
            return self.returncode

    def fileno(self) -> int:
        """Return what can be read once it has ended, for a loop to watch."""
        return self._answers.fileno()

    def _answer(self) -> Any:  # noqa: ANN401 - JSON
        while b"\n" not in self._said:
            part = self._answers.recv(4096)
            if not part:  # The nursery is gone, and its children with it.
                return {"status": -signal.SIGKILL}
            self._said += part
        line, _, self._said = self._said.partition(b"\n")
        return json.loads(line)


@dataclass(frozen=True, slots=True)
class Nursery:
    """The way to the process that forks."""

    control: socket.socket

    def bear(
        self, words: Sequence[str], folder: Path, env: Mapping[str, str], descriptors: tuple[int, int, int]
    ) -> socket.socket:
        """Start a process that reads and writes there, and return the socket for `Born`."""
        answers, theirs = socket.socketpair()
        request = json.dumps({"words": list(words), "folder": str(folder), "env": dict(env)}).encode()
        with theirs:
            socket.send_fds(self.control, [request], [*descriptors, theirs.fileno()])
        return answers


@contextmanager
def nursery(env: Mapping[str, str]) -> Iterator[Nursery]:
    """Have a nursery for the time of the block."""
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    argv = [sys.executable, "-P", "-m", "tests.cli.nursery", str(theirs.fileno())]
    one_thread = {"OPENBLAS_NUM_THREADS": "1"}  # Who has several cannot fork well.
    with (
        control,
        subprocess.Popen(
            argv,
            cwd=ROOT,
            env={**env, **one_thread},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        ) as process,
    ):
        theirs.close()
        try:
            yield Nursery(control)
        finally:
            control.close()
            process.wait(60)
