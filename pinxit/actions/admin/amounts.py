"""Amounts and periods as people type them: `12`, `1.5`, `12/day`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.quota import Period, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

    E = TypeVar("E", bound=StrEnum)

MOST = 10**15  # A billion dollars in millionths, and far from where SQLite's integers end.
_SCALE = {Unit.CREDIT: 1000, Unit.DOLLAR: 1_000_000}
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")  # A thousand in English, and one in German.
_NUMBER = re.compile(r"\$?\s*([0-9]{1,12}(?:[.,][0-9]{1,6})?)\s*\$?")


def read_amount(text: str, unit: Unit) -> int:
    """Return "12" or "1.5" in thousandths of a credit or millionths of a dollar. Raises Refused.

    "1,5" is as good, and "1,000" is refused: nobody knows which of two amounts it is.
    """
    number = _NUMBER.fullmatch(text.strip())
    if number is None or _THOUSANDS.fullmatch(number[1]):
        raise Refused(Code.FIELD_TYPE, field="amount", value=shown(text), allowed=["a number such as 7.5"])
    amount = Decimal(number[1].replace(",", ".")) * _SCALE[unit]
    if amount != int(amount) or amount > MOST:
        least = Decimal(1) / _SCALE[unit]
        allowed = [f"{least} to {MOST // _SCALE[unit]}"]
        raise Refused(Code.FIELD_RANGE, field="amount", value=shown(text), allowed=allowed)
    return int(amount)


def read_quota(text: str, unit: Unit = Unit.CREDIT) -> tuple[int, Period]:
    """Return "12/day" as amount and period; the word `total` is a limit in all. Raises Refused."""
    amount, slash, period = text.partition("/")
    if not slash:
        raise Refused(Code.FIELD_MISSING, field="period", allowed=[f"12/{each.value}" for each in Period])
    return read_amount(amount, unit), one_of(Period, "period", period.strip().casefold())


def one_of(kind: type[E], field: str, value: str, possible: Iterable[E] | None = None) -> E:
    """Return the choice that a text names. Raises Refused with those that are possible (None: all)."""
    known = {each.value: each for each in (kind if possible is None else possible)}
    if value not in known:
        near = nearest(value, known)
        raise Refused(Code.FIELD_CHOICE, field=field, value=shown(value), nearest=near, allowed=list(known))
    return known[value]
