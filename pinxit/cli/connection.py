"""Finding the running server, or else owning the run-time folder oneself."""

from __future__ import annotations

import contextlib
import json
import os
import time
from base64 import b64encode
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinxit.data.lock import Taken, hold, owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pinxit.config import Settings
    from pinxit.data.lock import Owner

FILE = "server.json"
_LOOK_S = 0.1
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is. `authorization`: the header that opens it, or None where this machine is trusted."""

    url: str
    authorization: str | None = None


def address(url: str, token: str | None, password: str | None = None) -> Address:
    """Return the address with what opens it: the token, else the operator's password where loopback is not trusted."""
    if token:
        return Address(url, f"Bearer {token}")
    if password and urlsplit(url).hostname not in ("127.0.0.1", "::1", "localhost"):
        return Address(url, "Basic " + b64encode(f"pinxit:{password}".encode()).decode())
    return Address(url)


@contextmanager
def announced(var: Path, url: str) -> Iterator[None]:
    """Tell other commands where this server is, until the block ends."""
    path, part = var / FILE, var / f".{FILE}.part"
    part.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    part.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def server_of(var: Path, holder: Owner) -> str | None:
    """Return the URL of the server that holds the folder, or None if its holder announces none."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        said = json.loads((var / FILE).read_text(encoding="utf-8"))
        # A server that was killed leaves its file behind.
        if said["pid"] == holder.pid:
            return str(said["url"])
    return None


def running_server(var: Path) -> str | None:
    """Return the URL of the server that runs over this folder now, or None."""
    holder = owner(var)
    return None if holder is None else server_of(var, holder)


@contextmanager
def server_or_folder(
    settings: Settings,
    doing: str,
    *,
    token: str | None = None,
    waiting: Callable[[str], None] = lambda _: None,
    patience_s: float = _PATIENCE_S,
) -> Iterator[Address | None]:
    """Give the running server's address, or None with the folder held for this process.

    Waits for a holder that is neither: a server that starts, another command. `waiting` is told once, in a sentence.
    Raises Taken after `patience_s` seconds, ConfigError.
    """
    until_s = time.monotonic() + patience_s
    with ExitStack() as stack:
        yield _found(settings, doing, token, stack, waiting, until_s)


def _found(
    settings: Settings, doing: str, token: str | None, stack: ExitStack, waiting: Callable[[str], None], until_s: float
) -> Address | None:
    var, told = settings.var, False
    while True:
        holder = owner(var)
        if holder is None:
            with contextlib.suppress(Taken):  # Somebody was faster; look who.
                stack.enter_context(hold(var, doing))
                return None
        elif (url := server_of(var, holder)) is not None:
            password = settings.web.password.get_secret_value() if settings.web.password else None
            return address(url, token, password)
        elif time.monotonic() > until_s:
            raise Taken(var, holder)
        elif not told:
            waiting(f"{var} is in use by process {holder.pid}; waiting until it is free …")
            told = True
        time.sleep(_LOOK_S)
