"""Spans of time, and shares, as sentences say them."""

from __future__ import annotations

import math
from dataclasses import dataclass

_MINUTE_S, _HOUR_S = 60, 3600
_FINELY = 90  # So many seconds, or minutes, are told before the next larger unit is.


@dataclass(frozen=True, slots=True)
class SpanWords:
    """How one language writes them, `{}` being the number. `longer`: what stands for more than anybody waits."""

    seconds: str
    minutes: str
    hours: str
    longer: str
    percent: str


def write_duration(words: SpanWords, seconds: float) -> str:
    """Return about how long something takes."""
    if not seconds < 100 * _HOUR_S:
        return words.longer
    if seconds < _MINUTE_S:
        return words.seconds.format(max(1, round(seconds)))
    if seconds < _HOUR_S:
        return words.minutes.format(round(seconds / _MINUTE_S))
    return words.hours.format(round(seconds / _HOUR_S))


def write_wait(words: SpanWords, seconds: float) -> str:
    """Return how long to wait, rounded up: who comes back then is not too early."""
    if not seconds < 100 * _HOUR_S:
        return words.longer
    if seconds >= _FINELY * _MINUTE_S:
        return write_duration(words, _HOUR_S * math.ceil(seconds / _HOUR_S))
    if seconds > _FINELY:
        return words.minutes.format(math.ceil(seconds / _MINUTE_S))
    return words.seconds.format(max(1, math.ceil(seconds)))


def write_share(words: SpanWords, share: float) -> str:
    """Return 0.5 as "50 %"."""
    return words.percent.format(f"{100 * share:.0f}")
