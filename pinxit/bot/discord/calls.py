"""One call of Discord's API, bounded in time: its result, or what is to become of the message now.

discord.py 2.7.1 waits and tries again by itself where it understands the answer: a 429 that Discord itself sent (it has
a `Via`), and 500, 502, 504. It gives up at once on every other 429, on 503 and, on Linux, on a connection that was
reset, so those come back from here as `Later`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

import aiohttp
import discord
import structlog

from pinxit.domain.delivery import Later

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pinxit.bot.discord.invalid_requests import InvalidRequests

log = structlog.get_logger(__name__)

T = TypeVar("T")

_SLOWEST_BYTES_S = 256 * 1024  # So that a large file over a thin line is not given up on for ever.
_AGAIN_S = 1.0
_NAMED_S = 60.0  # Where a rate limit says no time: that is Cloudflare, and it means it.
_LONGEST_S = 3600.0
_LOGIN_S = 300.0
_STILL_S = 60.0


class End(Enum):
    """What a call that failed means for the message.

    LATER      the same call may work later
    TOKEN      the interaction's token opens nothing any more; the bot itself may still
    MESSAGE    the message is not there any more, or not ours to change
    CHANNEL    nothing can be written there: it is gone, or we may not
    ARCHIVED   the thread is put away; only a new message wakes it
    CLOSED     the person takes no direct messages from us
    LARGE      the files are larger than Discord takes
    INVALID    Discord finds fault with what the message says
    """

    LATER = "later"
    TOKEN = "token"  # noqa: S105 - a name
    MESSAGE = "message"
    CHANNEL = "channel"
    ARCHIVED = "archived"
    CLOSED = "closed"
    LARGE = "large"
    INVALID = "invalid"


# discord.com/developers/docs/topics/opcodes-and-status-codes, "JSON Error Codes", read 2026-11.
_ENDS = {
    10003: (End.CHANNEL, "the channel is gone"),
    10004: (End.CHANNEL, "the server is gone, or we were sent away"),
    10008: (End.MESSAGE, "the message is gone"),
    10013: (End.CLOSED, "the person is gone"),
    10015: (End.TOKEN, "the interaction is not known any more"),
    10062: (End.TOKEN, "the interaction is not known any more"),
    20016: (End.LATER, "the channel is in slow mode"),
    30046: (End.LATER, "an old message was edited too often"),
    40005: (End.LARGE, "the files are too large"),
    50001: (End.CHANNEL, "we may not see the channel"),
    50005: (End.MESSAGE, "the message is another's"),
    50007: (End.CLOSED, "the person takes no direct messages from us"),
    50013: (End.CHANNEL, "we lack a permission in the channel"),
    50027: (End.TOKEN, "the interaction's token has expired"),
    50083: (End.ARCHIVED, "the thread is archived"),
    50278: (End.CLOSED, "the person shares no server with us"),
    130000: (End.LATER, "Discord is overloaded"),
    160005: (End.CHANNEL, "the thread is locked"),
}
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_LARGE, _TOO_MANY, _SERVER_ERROR = 401, 403, 404, 413, 429, 500


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a call came to nothing. `after_s`, `unknown`, `named`: as a Later has them, for the end LATER."""

    end: End
    reason: str
    after_s: float = _AGAIN_S
    unknown: bool = False
    named: bool = False

    def later(self) -> Later:
        """Return the answer that has the call tried again."""
        return Later(self.after_s, self.reason, unknown=self.unknown, named=self.named)


class Calls:
    """Makes the calls, and sends less or nothing where Discord turns too much down.

    `timeout_s`: what a call has, besides the time for its files and the pauses that Discord asks for.
    """

    def __init__(self, invalid: InvalidRequests, *, timeout_s: float = 30.0) -> None:
        self._invalid = invalid
        self._timeout_s = timeout_s
        self._is_locked_out = False

    async def tried(
        self,
        what: str,
        call: Callable[[], Awaitable[T]],
        *,
        by_token: bool = False,
        can_wait: bool = False,
        size_bytes: int = 0,
    ) -> T | Trouble:
        """Return what the call returns, or why it came to nothing; bounded in time.

        `what`: for the log. `by_token`: the call has an interaction's token and not ours. `can_wait`: progress, which
        is left out where Discord is displeased.
        """
        if self._invalid.is_still:
            return Trouble(End.LATER, "Discord turns too many requests down", _STILL_S, named=True)
        if can_wait and self._invalid.is_careful:
            return Trouble(End.LATER, "Discord turns many requests down", _STILL_S, named=True)
        try:
            async with self._invalid.pauses.within(self._timeout_s + size_bytes / _SLOWEST_BYTES_S):
                result = await call()
        except discord.RateLimited as error:
            trouble = Trouble(End.LATER, "rate limited", error.retry_after, named=True)
        except discord.HTTPException as error:
            trouble = trouble_of(error, by_token=by_token)
            self._tell_lockout(error, by_token=by_token)
        except aiohttp.ClientConnectorError as error:
            trouble = Trouble(End.LATER, f"no connection to Discord: {type(error).__name__}")
        except (OSError, aiohttp.ClientError) as error:  # TimeoutError is an OSError.
            trouble = Trouble(End.LATER, f"no answer from Discord: {type(error).__name__}", unknown=True)
        else:
            self._is_locked_out = self._is_locked_out and by_token
            return result
        say = log.info if trouble.end in (End.LATER, End.TOKEN) else log.warning
        say("a call to Discord came to nothing", what=what, end=trouble.end.value, reason=trouble.reason)
        return trouble

    def _tell_lockout(self, error: discord.HTTPException, *, by_token: bool) -> None:
        if error.status != _UNAUTHORIZED or by_token or self._is_locked_out:
            return
        self._is_locked_out = True
        log.error("Discord refuses our token: make a new one, put it into PINXIT_DISCORD__TOKEN, and start again")


def trouble_of(error: discord.HTTPException, *, by_token: bool) -> Trouble:
    """Return what an answer of Discord's that is not a success means; pure."""
    if error.status == _TOO_MANY and error.code != 30046:  # noqa: PLR2004 - in the table above
        return Trouble(End.LATER, "rate limited", _named_s(error), named=True)
    if error.status >= _SERVER_ERROR:
        return Trouble(End.LATER, f"Discord answers {error.status}", unknown=True)
    if error.code in _ENDS:
        end, reason = _ENDS[error.code]
        after_s = _NAMED_S if end is End.LATER else _AGAIN_S
        return Trouble(end, f"{reason} ({error.code})", after_s)
    said = f"Discord answers {error.status} ({error.code})"
    if error.status == _UNAUTHORIZED:
        return Trouble(End.TOKEN, said) if by_token else Trouble(End.LATER, "the token was refused", _LOGIN_S)
    if error.status == _TOO_LARGE:
        return Trouble(End.LARGE, said)
    if error.status == _NOT_FOUND and by_token:
        return Trouble(End.TOKEN, said)
    if error.status in (_FORBIDDEN, _NOT_FOUND):
        # Without a code it is not Discord itself that answers, but something on the way there.
        return Trouble(End.CHANNEL, said) if error.code else Trouble(End.LATER, said, _NAMED_S)
    return Trouble(End.INVALID, f"{said}: {_faults(error)}")


def _named_s(error: discord.HTTPException) -> float:
    named = error.response.headers.get("Retry-After", "")
    try:
        return min(_LONGEST_S, max(_AGAIN_S, float(named)))
    except ValueError:
        return _NAMED_S


def _faults(error: discord.HTTPException) -> str:
    """Return which fields are at fault, without what stands in them, which may be somebody's words."""
    places = [line.removeprefix("In ").partition(":")[0] for line in error.text.splitlines() if line.startswith("In ")]
    return ", ".join(places[:5]) or "no field named"
