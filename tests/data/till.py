"""A queue with limits and grants, and short ways to spend."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pinxit.data import allowances
from pinxit.data.allowances import NewGrant
from pinxit.data.store import Numbers
from pinxit.data.submitting import Waiting
from pinxit.data.times import to_ms
from pinxit.domain.errors import Refused
from pinxit.domain.ids import new_id
from pinxit.domain.job import Outcome
from pinxit.domain.quota import Scope, Unit
from tests.queueing.world import Queue, a_step, new_job

NOW_MS = to_ms(datetime(2026, 11, 21, 22, 30, tzinfo=UTC))  # 23:30 in Berlin
HOUR_MS = 3_600_000
ROOMY = Numbers(waiting=Waiting(per_person=1000, per_guild=1000, total=1000))


def a_queue(time_zone: str = "Europe/Berlin") -> Queue:
    queue = Queue(ROOMY)
    queue.now_ms = NOW_MS
    queue.tx.run("INSERT INTO guild (id, time_zone, created_ms) VALUES ('guild-1', :zone, 0)", zone=time_zone)
    return queue


def limit(queue: Queue, scope: str, scope_id: str, amount: int, period: str = "day", unit: str = "credit") -> None:
    queue.tx.run(
        "INSERT INTO quota (scope, scope_id, unit, period, amount, set_ms)"
        " VALUES (:scope, :scope_id, :unit, :period, :amount, 0)",
        scope=scope,
        scope_id=scope_id,
        unit=unit,
        period=period,
        amount=amount,
    )


def ask(queue: Queue, credits_milli: int = 100, **changes: Any) -> str:  # noqa: ANN401 - fields of NewJob
    """Submit a job and return its id."""
    job = new_job(
        a_step(dollars_micro=changes.get("dollars_micro", 0)),
        credits_milli=credits_milli,
        now_ms=queue.now_ms,
        **{"id": new_id(queue.now), **changes},
    )
    queue.submit(job)
    return job.id


def refusal(queue: Queue, credits_milli: int = 100, **changes: Any) -> Refused:  # noqa: ANN401 - fields of NewJob
    before = list(queue.database.dump())
    with pytest.raises(Refused) as refused:
        ask(queue, credits_milli, **changes)
    assert list(queue.database.dump()) == before, "a refusal leaves nothing behind"
    return refused.value


def grant(
    queue: Queue, scope: str, scope_id: str, amount: int, hours: float | None = None, unit: Unit = Unit.CREDIT
) -> str:
    expires_ms = None if hours is None else queue.now_ms + int(hours * HOUR_MS)
    name = f"grant-{len(remaining(queue))}"
    new = NewGrant(name, Scope(scope), scope_id, unit, amount, expires_ms, "", "operator")
    allowances.grant(queue.tx, new, queue.now_ms)
    return name


def remaining(queue: Queue) -> dict[str, int]:
    return {row["id"]: row["remaining"] for row in queue.rows("SELECT id, remaining FROM allowance")}


def fail(queue: Queue) -> None:
    """Let the next job in line fail for good."""
    (lease,) = queue.claim()
    queue.end(lease, Outcome.REFUSED)
