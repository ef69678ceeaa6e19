"""Which generators cannot be had just now: left alone after failures, or without room in their budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.budget import Budget, Spent, back_at, left_micro
from pinxit.domain.errors import Code, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinxit.actions.studio import Studio


@dataclass(frozen=True, slots=True)
class Away:
    """What is known at `now_at`. `until`: of the generators that are left alone. `spent`: of those with a budget."""

    now_at: datetime
    until: Mapping[str, datetime] = field(default_factory=dict)
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    spent: Mapping[str, Spent] = field(default_factory=dict)

    def refusal(self, generator: str, dollars_micro: int) -> Refused | None:
        """Return why a generator cannot be asked for something of this price, or None if it can."""
        if generator in self.until:
            return Refused(Code.GENERATOR_RESTING, generator=generator, until=self.until[generator].isoformat())
        budget, spent = self.budgets.get(generator), self.spent.get(generator)
        if budget is None or spent is None or not dollars_micro:
            return None
        left = left_micro(budget, spent)
        if left is None or dollars_micro <= left:
            return None
        back = back_at(budget, spent, dollars_micro, self.now_at)
        return Refused(Code.BUDGET_SPENT, generator=generator, until=None if back is None else back.isoformat())


async def look_away(studio: Studio) -> Away:
    """Return which generators cannot be had now. Reads the database only where there are budgets."""
    now = studio.clock.now()
    rests = {name: rest.until for name in studio.generators if (rest := studio.breakers.rest(name)) is not None}
    budgets = {name: budget for name, budget in studio.house.budgets.items() if name in studio.generators}
    spent = await studio.store.jobs.spent(budgets, now) if budgets else {}
    return Away(now, rests, budgets, spent)
