"""Credits and dollars, whose they are, and when there are new ones, as the sentences about quotas say them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pinxit.domain.quota import Period, Unit
from pinxit.wording.calendar import DayWords, clock, write_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.errors import Fact

_SCALE = {Unit.CREDIT: 1000, Unit.DOLLAR: 1_000_000}


@dataclass(frozen=True, slots=True)
class AmountWords:
    """How one language writes amounts. `at`, `on`: with `{time}` and `{day}`.

    `words`: what a form writes for a fact, such as `whose` for "guild".
    """

    days: DayWords
    point: str
    credit: tuple[str, str]
    dollar: str
    at: str
    on: str
    words: Mapping[str, Mapping[str, str]]


def write_amount(words: AmountWords, form: str, fact: Fact, facts: Mapping[str, Fact]) -> str | None:
    """Return a fact in one of the forms `amount sum sums reset` or of the language's `words`, or None for others.

    The amounts are in thousandths of a credit or millionths of a dollar, as the fact `unit` says.
    """
    match form, fact:
        case (("amount" | "sum" | "sums"), int(amount)):
            return _amount(words, form, amount, facts.get("unit"))
        case "reset", str(moment):
            with suppress(ValueError):  # What a worker elsewhere sends is said as it came, rather than not at all.
                return _reset(words, datetime.fromisoformat(moment), facts.get("period"))
        case _, str(name) if form in words.words:
            return words.words[form].get(name, name)
    return None


def _amount(words: AmountWords, form: str, amount: int, unit: Fact) -> str:
    if unit == Unit.DOLLAR:
        whole, _, cents = f"{Decimal(amount) / _SCALE[Unit.DOLLAR]:.6f}".partition(".")
        # A picture may cost less than a cent.
        return words.dollar.format(f"{whole}{words.point}{cents.rstrip('0').ljust(2, '0')}")
    number = f"{amount / _SCALE[Unit.CREDIT]:.3f}".rstrip("0").rstrip(".").replace(".", words.point)
    one, many = words.credit
    match form:
        case "sum":
            return f"{number} {one if number == '1' else many}"
        case "sums":
            return f"{number} {many}"
    return number


def _reset(words: AmountWords, moment: datetime, period: Fact) -> str:
    """Write a moment of the guild's own clock; the next midnight needs no date."""
    if period == Period.DAY:
        return words.at.format(time=clock(moment))
    return words.on.format(day=write_day(words.days, moment), time=clock(moment))
