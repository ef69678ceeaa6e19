"""What a provider says that a call cost, believed only within reason."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.domain.request import Json

_MOST_DOLLARS = 100.0  # A hundred times the dearest picture; more would empty a month's budget by one wrong answer.


def told_micro(amount: Json, dollars: float) -> int | None:
    """Return what an answer says that a call cost, in millionths of a dollar; None for what is not to be believed.

    `amount`: of whatever the provider counts, such as credits or seconds, each of `dollars`. Pure.
    """
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return None
    try:
        cost = amount * dollars
    except OverflowError:  # JSON knows whole numbers of any length.
        return None
    return round(cost * 1_000_000) if math.isfinite(cost) and 0 <= cost <= _MOST_DOLLARS else None
