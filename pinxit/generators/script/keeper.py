"""Run one program, and end it with everything that it has started as soon as nobody holds the other end of a pipe.

Started by file name, in a Python without site packages: `keeper.py LIFELINE_FD SCRATCH PROGRAM ARGUMENT…`. The program
has the keeper's standard streams and environment; the folder SCRATCH goes with a program that was ended, since whoever
held the lifeline may be dead. The end of the lifeline is heard however its holder died. Linux's
PR_SET_PDEATHSIG alone would not do: it speaks when a *thread* of the parent ends, and reaches one process only. Here it
guards the keeper's own death, and orphans in groups of their own come back to the keeper (PR_SET_CHILD_SUBREAPER).

Ends with the program's status, or 128 + the signal that ended it, as shells do.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # Linux, prctl(2)
_IS_LINUX = sys.platform == "linux"
_SIGNALLED = 128


def main(lifeline: int, scratch: str, argv: list[str]) -> int:
    """Run the program to its end, or to the end of the lifeline, and return its status."""
    keeper = os.getpid()
    if _IS_LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)

    def die_with_keeper() -> None:
        if _IS_LINUX:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:  # It died before the line above.
            os._exit(1)

    # No thread runs yet, so what happens between fork and exec cannot meet a lock that nobody gives back.
    program = subprocess.Popen(argv, start_new_session=True, preexec_fn=die_with_keeper)  # noqa: S603, PLW1509 - an operator's own program; no thread yet
    is_abandoned = threading.Event()
    threading.Thread(target=_end_with, args=(lifeline, program.pid, is_abandoned), daemon=True).start()
    # Not reaped before its group is killed: until then nobody else can have its number.
    os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)
    _kill(program.pid)
    status = program.wait()
    _reap()
    if is_abandoned.is_set():
        import shutil  # noqa: PLC0415 - 10 ms that a run which ends by itself does without

        shutil.rmtree(scratch, ignore_errors=True)
    return status if status >= 0 else _SIGNALLED - status


def _end_with(lifeline: int, group: int, is_abandoned: threading.Event) -> None:
    while os.read(lifeline, 1):
        pass
    is_abandoned.set()
    # Only `main` reaps: two that do so take each other's children away, and one leaves while some still live.
    _kill(group)


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _reap() -> None:
    """Kill and reap whatever is left below this process. Each that ends hands its own children over to it."""
    while True:
        for child in _children():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    found: list[int] = []
    for task in os.listdir("/proc/self/task") if _IS_LINUX else []:  # noqa: PTH208 - a glob trips over a thread that ends
        with contextlib.suppress(OSError):
            found += [int(number) for number in Path(f"/proc/self/task/{task}/children").read_text("ascii").split()]
    return found


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
    except OSError as error:
        sys.stderr.write(f"the program cannot be started: {error.strerror}\n")
        sys.exit(126)
