"""Make one person of two accounts: a code from the one, sent from the other."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from pinxit.data.linking import Guessing
from pinxit.domain.caller import ANONYMOUS
from pinxit.domain.errors import Code, Refused

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import PersonId

MINUTES = 10
CODE_CHARS = 8
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # Without those that are taken for one another: I 1 L O 0.
_GUESSING = Guessing(most=5, within=timedelta(minutes=MINUTES))


async def offer(caller: Caller, studio: Studio) -> str:
    """Return a code that makes whoever redeems it the caller; it serves once, for ten minutes, the last one alone.

    Raises Refused (KEY_MISSING): who is anybody.
    """
    _check_is_one(caller)
    code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_CHARS))
    now = studio.clock.now()
    await studio.store.linking.offer(_digest(code), caller.person, now, now + timedelta(minutes=MINUTES))
    return code


async def redeem(code: str, caller: Caller, studio: Studio) -> PersonId:
    """Make everything of the caller a part of the person who was given the code, and return that person.

    Accounts, keys, jobs, pictures, favourites, grants and bookings move; name and settings are taken over where the
    other has none. No limit is escaped: what both have used is added up, and of two bans or limits the stricter one
    stays. Raises Refused: LINK_WRONG, LOGIN_TRIES (wrong five times within ten minutes), LINK_SELF, LINK_NOTHING,
    JOBS_RUNNING (of either), KEY_MISSING.
    """
    _check_is_one(caller)
    return await studio.store.linking.redeem(_digest(code), caller.person, studio.clock.now(), _GUESSING)


def _check_is_one(caller: Caller) -> None:
    if caller.person == ANONYMOUS.person:
        raise Refused(Code.KEY_MISSING)


def _digest(code: str) -> str:
    """Return what is stored of a code, whatever its case and the blanks and dashes that people put in."""
    said = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(f"link:{said}".encode("utf-8", "surrogatepass")).hexdigest()
