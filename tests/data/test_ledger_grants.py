"""Grants pay when a window is spent, and get back what was not needed."""

from __future__ import annotations

import pytest

from pinxit.data import books
from pinxit.domain.job import Beat, Outcome
from pinxit.domain.quota import Unit
from tests.data.till import HOUR_MS, a_queue, ask, fail, grant, limit, refusal, remaining


def test_grants_pay_when_the_window_is_spent_and_the_soonest_expiring_first() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100)
    never = grant(queue, "person", "person-1", 100)
    later = grant(queue, "person", "person-1", 100, hours=200)
    soon = grant(queue, "person", "person-1", 100, hours=2)

    ask(queue, 100)
    assert remaining(queue) == {never: 100, later: 100, soon: 100}
    ask(queue, 150)
    assert remaining(queue) == {never: 100, later: 50, soon: 0}
    assert refusal(queue, 200).facts["granted"] == 150
    ask(queue, 150)
    assert remaining(queue) == {never: 0, later: 0, soon: 0}
    assert books.verify(queue.tx) == []


def test_a_grant_that_has_expired_pays_for_nothing() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 0, "total")
    grant(queue, "person", "person-1", 100, hours=1)

    queue.now_ms += HOUR_MS - 1
    ask(queue, 50)
    queue.now_ms += 1

    assert refusal(queue, 50).facts["granted"] is None


def test_what_a_grant_paid_leaves_the_next_window_whole() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 300, "month")
    limit(queue, "person", "person-1", 100)
    grant(queue, "person", "person-1", 500)

    ask(queue, 400)  # 100 of the day, 300 granted.

    assert remaining(queue) == {"grant-0": 200}
    queue.now_ms += 24 * HOUR_MS
    ask(queue, 100)
    assert remaining(queue) == {"grant-0": 200}


def test_a_refund_gives_grants_back_before_the_window() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 200)
    grant(queue, "person", "person-1", 200, hours=1)
    grant(queue, "person", "person-1", 300)
    ask(queue, 600, count=4)
    assert remaining(queue) == {"grant-0": 0, "grant-1": 100}

    (lease,) = queue.claim()
    queue.paint(lease, 0)
    queue.paint(lease, 1)
    queue.end(lease, Outcome.REFUSED)

    row = queue.row("SELECT state, made FROM job")
    paid = 600 * row["made"] // 4
    # 600 - paid come back: first what the younger grant gave, then the older.
    assert remaining(queue) == {"grant-0": min(200, 600 - paid - 200), "grant-1": 300}
    assert books.verify(queue.tx) == []


@pytest.mark.parametrize(
    ("scope", "scope_id", "helps"),
    [
        ("person", "person-1", {"person": True, "member": True, "guild": False, "everyone": False}),
        ("member", "guild-1/person-1", {"person": False, "member": True, "guild": False, "everyone": False}),
        ("guild", "guild-1", {"person": False, "member": False, "guild": True, "everyone": False}),
        ("member", "guild-2/person-1", {"member": False}),
        ("person", "person-2", {"person": False}),
    ],
)
def test_a_grant_lifts_its_own_windows_only(scope: str, scope_id: str, helps: dict[str, bool]) -> None:
    ids = {"person": "person-1", "member": "guild-1/person-1", "guild": "guild-1", "everyone": ""}
    for limited, is_lifted in helps.items():
        queue = a_queue()
        limit(queue, limited, ids[limited], 0)
        grant(queue, scope, scope_id, 100)

        if is_lifted:
            ask(queue, 100)
        else:
            refusal(queue, 100)
        assert books.verify(queue.tx) == []


def test_one_persons_grant_pays_once_for_the_limit_everywhere_and_the_one_here() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100)
    limit(queue, "member", "guild-1/person-1", 50)
    limit(queue, "guild", "guild-1", 80)
    grant(queue, "person", "person-1", 60)
    grant(queue, "member", "guild-1/person-1", 100, hours=1)
    grant(queue, "guild", "guild-1", 500)

    ask(queue, 150)  # 50 too much for the person, 100 for the member, 70 for the guild.

    assert remaining(queue) == {"grant-0": 10, "grant-1": 50, "grant-2": 430}
    fail(queue)
    assert remaining(queue) == {"grant-0": 60, "grant-1": 100, "grant-2": 500}
    assert books.verify(queue.tx) == []


def test_a_refund_in_part_frees_no_window_while_a_grant_is_owed_something() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100)
    limit(queue, "member", "guild-1/person-1", 50)
    grant(queue, "person", "person-1", 50)
    grant(queue, "member", "guild-1/person-1", 100, hours=1)
    ask(queue, 150, count=5)  # 50 of the person's grant; for the member 50 more of its own.
    assert remaining(queue) == {"grant-0": 0, "grant-1": 50}

    (lease,) = queue.claim()
    for index in range(3):
        queue.paint(lease, index)
    queue.end(lease, Outcome.REFUSED)  # Three are kept, 60 come back.

    assert queue.row("SELECT made FROM job") == {"made": 3}
    assert remaining(queue) == {"grant-0": 50, "grant-1": 60}
    windows = queue.rows("SELECT scope, used - drawn AS net FROM usage WHERE scope IN ('person', 'member')")
    assert {row["scope"]: row["net"] for row in windows} == {"person": 90, "member": 50}
    assert books.verify(queue.tx) == []


def test_dollars_that_a_call_really_cost_stay_paid_for_by_the_grant() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 0, "total", "dollar")
    grant(queue, "person", "person-1", 100, unit=Unit.DOLLAR)
    ask(queue, dollars_micro=80)

    (lease,) = queue.claim()
    queue.beat(lease.worker, Beat(lease.job, lease.fence, sent=True))
    queue.paint(lease, 0)
    queue.end(lease, Outcome.SUCCEEDED, dollars_micro=30)

    assert remaining(queue) == {"grant-0": 70}
    usage = queue.row("SELECT used, drawn FROM usage WHERE scope = 'person' AND unit = 'dollar'")
    assert usage == {"used": 30, "drawn": 30}
    assert refusal(queue, dollars_micro=80).facts["granted"] == 70
    assert books.verify(queue.tx) == []
