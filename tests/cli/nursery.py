"""A process that has imported the whole program once and forks itself for each command, which then starts in no time.

    python -P -m tests.cli.nursery DESCRIPTOR

reads requests from that socket, each one JSON {"words": […], "folder": …, "env": {…}} with four descriptors: standard
input, output and error, and a socket on which it answers {"pid": …} and at the end {"status": …}, negative for a
signal. Each child leads a process group of its own.
The children die with it, and it ends when the socket closes.
Linux only (prctl).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any

import pinxit.app  # noqa: F401 - what takes most of a command's time
from pinxit.__main__ import main
from tests.cli import batch

_PR_SET_PDEATHSIG = 1  # Linux, prctl(2)
_MOST_BYTES = 1_000_000


def serve(control: socket.socket) -> bool:
    """Fork a child for each request. Return True in a child that has become what was asked for, False at the end."""
    heard, wake = socket.socketpair()
    for end in (heard, wake):
        end.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    alive: dict[int, socket.socket] = {}
    while True:
        readable, _, _ = select.select([control, heard], [], [])
        if heard in readable:
            heard.recv(4096)
            _bury(alive)
        if control in readable:
            request, descriptors, _, _ = socket.recv_fds(control, _MOST_BYTES, 4)
            if not request:
                return False
            parent = os.getpid()
            pid = os.fork()
            if not pid:
                for other in (control, heard, wake, *alive.values()):
                    other.close()
                _become(json.loads(request), descriptors, parent)
                return True
            *standard, answers = descriptors
            for descriptor in standard:
                os.close(descriptor)
            alive[pid] = socket.socket(fileno=answers)
            _say(alive[pid], {"pid": pid})


def _become(wanted: dict[str, Any], descriptors: list[int], parent: int) -> None:
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
    for descriptor in descriptors:
        os.close(descriptor)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["env"])
    sys.argv = wanted["words"]


def _bury(alive: dict[int, socket.socket]) -> None:
    for pid in list(alive):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with alive.pop(pid) as answers:
                _say(answers, {"status": os.waitstatus_to_exitcode(status)})


def _say(answers: socket.socket, answer: dict[str, int]) -> None:
    with contextlib.suppress(BrokenPipeError):  # Nobody waits for it any more.
        answers.sendall(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    gc.freeze()  # A search for garbage would copy what the children share.
    if serve(socket.socket(fileno=int(sys.argv[1]))):
        batch.main() if sys.argv[0] == "batch" else main()
