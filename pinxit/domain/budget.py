"""What the operator lets a provider cost. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from pinxit.domain.quota import Period, resets_at

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Budget:
    """The most millionths of a dollar per calendar day and month, in UTC as providers bill; None: no limit."""

    day_micro: int | None = None
    month_micro: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a provider has cost today and this month. `reserved_micro`: what the calls that run now may cost."""

    day_micro: int = 0
    month_micro: int = 0
    reserved_micro: int = 0

    def more(self, reserved_micro: int) -> Spent:
        """Return the same with a further call running."""
        return Spent(self.day_micro, self.month_micro, self.reserved_micro + reserved_micro)


def left_micro(budget: Budget, spent: Spent) -> int | None:
    """Return what a further call may cost; None: anything. Below 0 where calls cost more than was reckoned."""
    each = [
        limit - used - spent.reserved_micro
        for limit, used in ((budget.day_micro, spent.day_micro), (budget.month_micro, spent.month_micro))
        if limit is not None
    ]
    return min(each, default=None)


def back_at(budget: Budget, spent: Spent, price_micro: int, now: datetime) -> datetime | None:
    """Return when a call of this price fits again, or None: now, or in no day and month at all.

    Calls that run now count as if they cost what was reckoned.
    """
    used = {Period.DAY: (budget.day_micro, spent.day_micro), Period.MONTH: (budget.month_micro, spent.month_micro)}
    full = [
        period
        for period, (limit, micro) in used.items()
        if limit is not None and micro + spent.reserved_micro + price_micro > limit
    ]
    if not full or any((used[period][0] or 0) < price_micro for period in full):
        return None
    return resets_at(Period.MONTH if Period.MONTH in full else Period.DAY, now, UTC)
