"""When a call to a provider is made again, and how long is waited before."""

from __future__ import annotations

import email.utils
import itertools
import re
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from pinxit.domain.errors import Temporary
    from pinxit.domain.ports import Clock

T = TypeVar("T")

LONGEST_PAUSE_S = 30.0  # Who is to wait longer gives the job back: its place can be used by others meanwhile.
_FIRST_PAUSE_S = 0.5
_SECONDS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a call is made again (`times`, the first try not counted), and after which answers.

    `pauses_s`: exact pauses, which heed neither jitter nor Retry-After; None: half a second, doubled each time, of
    which chance takes up to half away, and never less than Retry-After.
    """

    times: int = 3
    pauses_s: tuple[float, ...] | None = None
    statuses: frozenset[int] = frozenset({408, 425, 429, 500, 502, 503, 504})


class Later(Exception):
    """A try failed in a way that another try may cure; `error` is what the caller gets if there is none."""

    def __init__(self, error: Temporary) -> None:
        super().__init__(str(error))
        self.error = error


async def again(
    attempt: Callable[[float], Awaitable[T]],
    retry: Retry,
    *,
    timeout_s: float,
    clock: Clock,
    chance: Callable[[], float],
    places: AbstractAsyncContextManager[object] | None = None,
) -> T:
    """Return what `attempt(left_s)` returns, tried again while it raises Later, inside `timeout_s` for all of it.

    `left_s`: what the try may take. `chance`: a number from 0 to 1 for the jitter. `places`: entered for each try; the
    time does not run while one is waited for. Raises the last Later's error as soon as no try is left, or its pause
    would end after the deadline or be longer than LONGEST_PAUSE_S.
    """
    end_s = clock.monotonic() + timeout_s
    for number in itertools.count():
        asked_s = clock.monotonic()
        async with places or nullcontext():
            began_s = clock.monotonic()
            end_s += began_s - asked_s
            try:
                return await attempt(end_s - began_s)
            except Later as later:
                error = later.error
        pause_s = _pause_s(retry, number, error.retry_after_s, chance)
        if pause_s is None or pause_s > LONGEST_PAUSE_S or pause_s >= end_s - clock.monotonic():
            raise error
        await clock.sleep(pause_s)
    raise AssertionError("itertools.count ends never")


def _pause_s(retry: Retry, number: int, retry_after_s: float | None, chance: Callable[[], float]) -> float | None:
    if number >= retry.times:
        return None
    if retry.pauses_s is not None:
        return retry.pauses_s[number] if number < len(retry.pauses_s) else None
    pause_s = _FIRST_PAUSE_S * 2.0**number * (1 - chance() / 2)
    return max(pause_s, retry_after_s or 0.0)


def retry_after_s(text: str, now: datetime) -> float | None:
    """Read a Retry-After header, in seconds or as a date, into seconds from now; None for anything else.

    Source: RFC 9110, 10.2.3; some providers send fractions of seconds.
    """
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # The latter for years and offsets that no calendar has.
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
