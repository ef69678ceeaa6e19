"""What each provider has cost by day and what its running calls may still cost, so that budgets are never overdrawn."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from pinxit.data.times import from_ms
from pinxit.domain.budget import Spent, back_at, left_micro
from pinxit.domain.quota import Period, window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.budget import Budget
    from pinxit.domain.ports import Tx


def note(tx: Tx, provider: str, dollars_micro: int, now_ms: int) -> None:
    """Add what a call cost, or was found to have cost less (below 0), to the day of this moment."""
    tx.run(
        """
        INSERT INTO spending (provider, day, dollars_micro) VALUES (:provider, :day, :dollars)
        ON CONFLICT (provider, day) DO UPDATE SET dollars_micro = spending.dollars_micro + :dollars
        """,
        provider=provider,
        day=_day(Period.DAY, now_ms),
        dollars=dollars_micro,
    )


def spent(tx: Tx, provider: str, now_ms: int) -> Spent:
    """Return what a provider has cost and what its running calls may cost by their quotes."""
    row = tx.one(
        """
        SELECT CAST(COALESCE(SUM(dollars_micro), 0) AS BIGINT) AS month,
            CAST(COALESCE(SUM(CASE WHEN day >= :day THEN dollars_micro ELSE 0 END), 0) AS BIGINT) AS today
        FROM spending WHERE provider = :provider AND day >= :month
        """,
        provider=provider,
        day=_day(Period.DAY, now_ms),
        month=_day(Period.MONTH, now_ms),
    )
    return Spent(row["today"] if row else 0, row["month"] if row else 0, _reserved(tx, provider))


def without_room(
    tx: Tx, provider: str, budget: Budget, claimed: Sequence[Mapping[str, Any]], now_ms: int
) -> Mapping[str, datetime | None]:
    """Return the jobs just claimed (rows as claimed) that have no room in the budget, by id, with when they have some.

    None: in no day and month at all. Called in the claim's own transaction. Their attempts are noted as making
    nothing, so that they reserve nothing.
    """
    taken = spent(tx, provider, now_ms)
    over: dict[str, datetime | None] = {}
    for row in reversed(claimed):
        left = left_micro(budget, taken)
        price = price_micro(row)
        if left is not None and left < 0 < price:
            taken = taken.more(-price)
            over[row["id"]] = back_at(budget, taken, price, from_ms(now_ms))
            tx.run(
                "UPDATE attempt SET asked = 0 WHERE job_id = :job AND number = :number",
                job=row["id"],
                number=row["attempt"],
            )
    return over


def differences(tx: Tx) -> Sequence[str]:
    """Return a sentence for each provider whose days do not add up to its rows in the ledger."""
    rows = tx.all(
        """
        SELECT provider, CAST(SUM(kept) AS BIGINT) AS kept, CAST(SUM(booked) AS BIGINT) AS booked FROM (
            SELECT provider, dollars_micro AS kept, 0 AS booked FROM spending
            UNION ALL
            SELECT provider, 0, amount FROM ledger WHERE provider <> '' AND unit = 'dollar'
        ) AS both_sides
        GROUP BY provider HAVING SUM(kept) <> SUM(booked) ORDER BY provider
        """
    )
    return [f"provider {row['provider']}: {row['kept']} spent by day ≠ {row['booked']} in the ledger" for row in rows]


def _reserved(tx: Tx, provider: str) -> int:
    """Return what the calls in the air may cost; those that are polled were booked by an attempt before."""
    rows = tx.all(
        """
        SELECT j.route, j.step, j.count, a.asked - a.polled AS asked FROM job j
        JOIN attempt a ON a.job_id = j.id AND a.number = j.attempt
        WHERE j.state = 'running' AND j.pool = :pool
        """,
        pool=provider,
    )
    return sum(price_micro(row) for row in rows)


def price_micro(row: Mapping[str, Any]) -> int:
    """Return what an attempt (fields `route` as JSON, `step`, `count`, `asked`) costs by its quote, rounded up."""
    step = json.loads(row["route"])[row["step"]]
    return -(-int(step["dollars_micro"]) * int(row["asked"]) // int(row["count"]))


def _day(period: Period, now_ms: int) -> str:
    return window(period, from_ms(now_ms), UTC)[0]
