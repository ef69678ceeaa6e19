"""The run-time folder has one owner at a time: a lock that dies with its process, however that dies."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE = "lock"
_TRIES, _PAUSE_S = 25, 0.02  # `owner` looks by locking for a moment itself; that must not turn anybody away.


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a run-time folder. `doing`: the command, such as `run`. `pid` is 0 where it cannot be read."""

    pid: int
    doing: str


class Taken(ConfigError):
    """Another process holds the folder."""

    def __init__(self, var: Path, owner: Owner) -> None:
        super().__init__([_sentence(var, owner)])
        self.owner = owner


@contextmanager
def hold(var: Path, doing: str) -> Iterator[None]:
    """Own the run-time folder, made if it is not there, until the block ends. Waits half a second at most.

    `doing`: the command, for those who find the folder taken. Raises Taken, ConfigError.
    """
    descriptor = _open(var)
    try:
        _lock(descriptor, var)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {doing}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)  # The file stays: a name that came and went would let two processes lock two files.


def owner(var: Path) -> Owner | None:
    """Return who holds the folder now, or None. Changes nothing. Raises ConfigError where it cannot be read."""
    try:
        descriptor = os.open(var / FILE, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError([f"{var} cannot be read ({error.strerror}); check its owner and its rights"]) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor)
    finally:
        os.close(descriptor)
    return None


def _open(var: Path) -> int:
    try:
        var.mkdir(parents=True, exist_ok=True)
        return os.open(var / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        cure = "name a folder that can be written with --var, or change its rights"
        raise ConfigError([f"{var} cannot be used ({error.strerror}); {cure}"]) from error


def _lock(descriptor: int, var: Path) -> None:
    for last in (*[False] * (_TRIES - 1), True):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if last:
                raise Taken(var, _read(descriptor)) from None
            time.sleep(_PAUSE_S)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                raise
            cure = "name a folder on a local disk with --var"
            raise ConfigError([f"{var} is on a disk that has no locks ({error.strerror}); {cure}"]) from error
        else:
            return


def _read(descriptor: int) -> Owner:
    pid, _, doing = os.pread(descriptor, 200, 0).decode(errors="replace").strip().partition(" ")
    with contextlib.suppress(ValueError):
        return Owner(int(pid), doing)
    return Owner(0, "")


def _sentence(var: Path, owner: Owner) -> str:
    who = f"process {owner.pid}" if owner.pid else "another process"
    doing = f" (pinxit {owner.doing})" if owner.doing else ""
    return f"{var} is in use by {who}{doing}; stop that one, or name another folder with --var"
