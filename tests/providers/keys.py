"""The keys that the providers' servers ask for: made up, and never to be mistaken for anything else."""

from __future__ import annotations

import base64
import hashlib
import re

MARK = "k3y-that-nobody-may-see"


def a_key(kind: str) -> str:
    """Return the one key of a kind's server."""
    return f"{kind}-{MARK}-{hashlib.sha256(kind.encode()).hexdigest()[:8]}"


def as_basic(login: str) -> str:
    """Return what HTTP makes of user:password."""
    return base64.b64encode(login.encode()).decode("ascii")


def _within(shift: int) -> str:
    """Return what is sure to stand in the base64 of a text that holds MARK behind 3n + `shift` other bytes."""
    whole = as_basic("-" * shift + MARK)
    return whole[(shift * 8 + 5) // 6 : (len(MARK) + shift) * 8 // 6]


_HELD = re.compile("|".join(map(re.escape, (MARK, *map(_within, range(3))))))


def is_in(text: str) -> bool:
    """Tell whether a text holds any of the keys, as it is or in base64."""
    return _HELD.search(text) is not None


def around(text: str) -> str:
    """Return the words around the first key in a text, "" where there is none."""
    found = _HELD.search(text)
    return text[max(0, found.start() - 100) : found.end() + 40] if found else ""
