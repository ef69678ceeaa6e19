"""Days and times of day as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.wording import language_of
from pinxit.wording.calendar import clock, write_day

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["clock", "day"]


def day(locale: str, moment: datetime) -> str:
    """Return "21 November 2026" or "21. November 2026"; an unknown language reads English."""
    return write_day(language_of(locale).amounts.days, moment)
