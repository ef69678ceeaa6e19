from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pinxit.domain.budget import Budget, Spent, back_at, left_micro

NOW = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
BOTH = Budget(day_micro=5_000_000, month_micro=20_000_000)


@pytest.mark.parametrize(
    ("budget", "spent", "left"),
    [
        (Budget(), Spent(10, 10, 10), None),
        (BOTH, Spent(), 5_000_000),
        (BOTH, Spent(1_000_000, 19_500_000), 500_000),
        (BOTH, Spent(1_000_000, 1_000_000, reserved_micro=3_000_000), 1_000_000),
        (BOTH, Spent(6_000_000, 6_000_000), -1_000_000),
    ],
)
def test_the_tighter_window_decides_what_is_left(budget: Budget, spent: Spent, left: int | None) -> None:
    assert left_micro(budget, spent) == left


@pytest.mark.parametrize(
    ("spent", "price_micro", "at"),
    [
        (Spent(), 1, None),
        (Spent(5_000_000, 5_000_000), 1, datetime(2026, 11, 22, tzinfo=UTC)),
        (Spent(4_000_000, 4_000_000, reserved_micro=1_000_000), 1, datetime(2026, 11, 22, tzinfo=UTC)),
        (Spent(0, 20_000_000), 1, datetime(2026, 12, 1, tzinfo=UTC)),
        (Spent(5_000_000, 20_000_000), 1, datetime(2026, 12, 1, tzinfo=UTC)),
        (Spent(), 5_000_001, None),  # It fits in no day.
    ],
)
def test_it_says_when_a_call_fits_again(spent: Spent, price_micro: int, at: datetime | None) -> None:
    assert back_at(BOTH, spent, price_micro, NOW) == at
