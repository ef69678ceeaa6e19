"""The named points at which a crash could separate one step from the next, and who kills the program there."""

from __future__ import annotations

import itertools
import os
import re
import signal
from pathlib import Path

import pinxit

# In the server's own process the torture passes every one of them; a worker elsewhere passes its own.
POINTS = (
    "submit.before_commit",
    "submit.after_commit",
    "prepare.begin",
    "prepare.fetched",
    "prepare.end",
    "generate.before",
    "generate.during",
    "generate.after",
    "file.before_rename",
    "file.after",
    "file.after_delete",
    "put.after_image",
    "put.after_thumbnail",
    "put.after_file",
    "put.judged",
    "put.after_row",
    "finish.before",
    "finish.before_commit",
    "finish.after_commit",
    "finish.after",
    "delivery.before_place",
    "delivery.after_place",
    "delivery.after_note",
    "delivery.before_progress",
    "delivery.after_progress",
    "delivery.before_final",
    "delivery.after_final",
    "delivery.after_done",
    "delete.before_commit",
    "delete.after_commit",
)
# Nobody's everyday: `test_rare.py` kills at each of them.
RARE_POINTS = (
    "mydata.before_commit",
    "mydata.after_commit",
    "mydata.before_end",
    "mydata.after_end",
    "report.before_commit",
    "report.after_commit",
    "retention.after_commit",
    "put.screened",
)
WORKER_POINTS = ("generate.before", "generate.during", "generate.after", "finish.before", "finish.after")

_CALL = re.compile(r'[Ss]teps\(\s*"([^"]+)"')


def points_in_source() -> set[str]:
    """Return every point that the package names."""
    root = Path(pinxit.__file__).parent
    return {point for file in root.rglob("*.py") for point in _CALL.findall(file.read_text(encoding="utf-8"))}


class Killer:
    """Steps that end this process with SIGKILL at one point: `crash_at` is "finish.after_commit:2" for its second time.

    Just before, a line with the point is added to the file `notes`. With ":stop" behind it the process is not killed
    but stopped (SIGSTOP), to be woken by somebody else. An empty `crash_at` does nothing.
    """

    def __init__(self, crash_at: str, notes: str) -> None:
        self._point, times, stop = (*crash_at.split(":"), "1", "")[:3] if crash_at else ("", "1", "")
        self._times = int(times)
        self._signal = signal.SIGSTOP if stop == "stop" else signal.SIGKILL
        self._notes = notes
        self._passed = itertools.count(1)  # Points are passed on several threads; this counts in one step.

    def __call__(self, step: str) -> None:
        """Return, or never."""
        if step != self._point or next(self._passed) != self._times:
            return
        if self._signal is signal.SIGKILL:
            notes = os.open(self._notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(notes, f"{step}\n".encode())
        os.kill(os.getpid(), self._signal)
