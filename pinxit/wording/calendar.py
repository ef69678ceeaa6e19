"""Days and times of day in the words of one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class DayWords:
    """How one language writes a day. `day`: with `{day}`, `{month}` and `{year}`. `months`: from January on."""

    day: str
    months: tuple[str, ...]


def write_day(words: DayWords, moment: datetime) -> str:
    """Return "21 November 2026"."""
    return words.day.format(day=moment.day, month=words.months[moment.month - 1], year=moment.year)


def clock(moment: datetime) -> str:
    """Return "14:05"."""
    return f"{moment:%H:%M}"
