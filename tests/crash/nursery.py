"""A process that has imported everything once and forks the processes under test, so that a life starts in no time.

    python -P -m tests.crash.nursery FOLDER

reads one JSON object a line, {"role": "host" | "worker", "plan": {…}}, and answers {"born": pid}; when a child is
stopped, {"stopped": pid}; when it has ended, {"ended": pid, "status": …}: its exit code, negative for a signal. The
first line names the package that it imported. What the children write lies in FOLDER/<role>.log. They die with it, and
it ends when its standard input closes.
Linux only (prctl).
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pinxit
import pinxit.generators.sketch  # Every life paints with one code, though somebody may edit it meanwhile.
from tests.crash import host, remote_worker

if TYPE_CHECKING:
    from collections.abc import Mapping

_PR_SET_PDEATHSIG = 1  # Linux, prctl(2)


def run(folder: Path) -> None:
    """Serve until standard input closes, then kill whoever still lives."""
    heard, wake = socket.socketpair()
    for end in (heard, wake):
        end.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    alive: set[int] = set()
    _say({"package": str(Path(pinxit.__file__).parent)})
    said = b""
    while True:
        readable, _, _ = select.select([0, heard.fileno()], [], [])
        if heard.fileno() in readable:
            heard.recv(4096)
            _bury(alive)
        if 0 in readable:
            part = os.read(0, 65536)
            if not part:
                break
            *lines, said = (said + part).split(b"\n")
            for line in lines:
                pid = _bear(json.loads(line), folder)
                alive.add(pid)
                _say({"born": pid})
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _bear(wanted: Mapping[str, Any], folder: Path) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            _become(wanted, folder)
            code = 0
    except BaseException:  # noqa: BLE001 - nothing of the parent's stack may run on in the child
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _become(wanted: Mapping[str, Any], folder: Path) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(folder / f"{wanted['role']}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if wanted["role"] == "host":
        host.live(host.Life(**wanted["plan"]))
    else:
        remote_worker.work(remote_worker.Shift(**wanted["plan"]))


def _bury(alive: set[int]) -> None:
    for pid in list(alive):
        changed, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if changed and os.WIFSTOPPED(status):
            _say({"stopped": pid})
        elif changed:
            alive.discard(pid)
            _say({"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def _say(line: Mapping[str, object]) -> None:
    os.write(1, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    run(Path(sys.argv[1]))
