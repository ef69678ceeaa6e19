"""Calendar windows and the decision whether a reservation fits. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum


class Period(StrEnum):
    """How long a limit counts before it starts anew; TOTAL never does."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


class Unit(StrEnum):
    """What is counted: thousandths of a credit, or millionths of a dollar."""

    CREDIT = "credit"
    DOLLAR = "dollar"


class Scope(StrEnum):
    """Whom a limit binds."""

    PERSON = "person"
    ROLE = "role"
    GUILD = "guild"
    EVERYONE = "everyone"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` of `unit` per `period` for one scope."""

    scope: Scope
    scope_id: str
    unit: Unit
    period: Period
    amount: int


def window(period: Period, now: datetime, zone: tzinfo) -> tuple[str, str]:
    """Return the first and last calendar day ("2026-11-21") of the window of `now` in the guild's zone."""
    today = now.astimezone(zone).date()
    match period:
        case Period.DAY:
            first, last = today, today
        case Period.WEEK:
            first = today - timedelta(days=today.weekday())
            last = first + timedelta(days=6)
        case Period.MONTH:
            first = today.replace(day=1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case _:
            first, last = date(1970, 1, 1), date(9999, 12, 31)
    return first.isoformat(), last.isoformat()


def resets_at(period: Period, now: datetime, zone: tzinfo) -> datetime | None:
    """Return when the window that `now` falls into ends, or None if it never does."""
    if period is Period.TOTAL:
        return None
    last = date.fromisoformat(window(period, now, zone)[1]) + timedelta(days=1)
    return datetime(last.year, last.month, last.day, tzinfo=zone)
