"""Start the hostile test chat as a process of its own, and be sure that it ends."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class RunningChat:
    """A chat that listens. `process` may be killed at will; its log stays."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def running_chat(log: Path, *options: str) -> Iterator[RunningChat]:
    """Run a chat on `log` with chat_server's `options`; it ends with the block, or with this process.

    Blocks the caller for the part of a second that the start takes. Raises RuntimeError if the chat does not start.
    """
    command = [sys.executable, "-m", "tests.platforms.chat_server", "--log", str(log), *options]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("The test chat did not start; its own words are above.")
            yield RunningChat(f"http://127.0.0.1:{json.loads(line)['port']}", log, process)
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
