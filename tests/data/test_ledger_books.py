"""What is booked is booked once, what is forgiven is forgiven for one scope, and verify sees every harm."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinxit.data import books, ledger, quotas, rationing, settling
from pinxit.data.ledger import Booking, Kind
from pinxit.data.migrate import migrate
from pinxit.data.sqlite import SqliteTx, connect
from pinxit.domain.job import Beat, Outcome
from pinxit.domain.quota import Period, Scope, Unit
from tests.data.till import HOUR_MS, NOW_MS, a_queue, ask, fail, grant, limit, refusal, remaining

if TYPE_CHECKING:
    from tests.queueing.world import Queue

FIXTURES = Path(__file__).parent / "fixtures"


def test_the_books_of_an_older_version_add_up_with_their_new_counters(tmp_path: Path) -> None:
    path = tmp_path / "pinxit.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript((FIXTURES / "version_1.sql").read_text(encoding="utf-8"))

    migrate(path)

    with closing(connect(path, read_only=True)) as connection:
        tx = SqliteTx(connection)
        assert books.verify(tx) == []
        members = tx.all("SELECT scope_id, used FROM usage WHERE scope = 'member' ORDER BY scope_id")
    assert [(row["scope_id"], row["used"]) for row in members] == [
        ("guild-0/person-0", 100),
        ("guild-0/person-2", 100),
        ("guild-1/person-1", 100),
        ("guild-1/person-3", 100),
    ]


def test_reserving_settling_and_refunding_again_changes_nothing() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100)
    grant(queue, "person", "person-1", 500)
    done = ask(queue, 300, dollars_micro=40)
    (lease,) = queue.claim()
    queue.beat(lease.worker, Beat(lease.job, lease.fence, sent=True))
    queue.paint_and_succeed(lease)
    waiting = ask(queue, 100)
    before = list(queue.database.dump())

    asking = quotas.Asking("person-1", "guild-1", rationing.zone_of(queue.tx, "guild-1"), queue.now_ms)
    for job in (done, waiting):
        quotas.reserve(queue.tx, job, asking, {Unit.CREDIT: 100, Unit.DOLLAR: 7})
    job_row, attempt = queue.row("SELECT * FROM job WHERE id = :id", id=done), queue.row("SELECT * FROM attempt")
    for made in (0, 1):
        settling.settle(queue.tx, job_row, made, queue.now_ms + 1)
    settling.book_dollars(
        queue.tx,
        job_row,
        attempt,
        outcome=Outcome.SUCCEEDED,
        charged_micro=99,
        answered=True,
        price_micro=40,
        now_ms=queue.now_ms + 1,
    )

    assert list(queue.database.dump()) == before


def forgive(queue: Queue, scope: Scope, scope_id: str, unit: Unit = Unit.CREDIT, number: int = 0) -> int:
    person, guild = {
        Scope.PERSON: (scope_id, ""),
        Scope.MEMBER: ("person-1", "guild-1"),
        Scope.GUILD: ("", scope_id),
        Scope.EVERYONE: ("", ""),
    }[scope]
    booking = Booking(f"reset-{number}", 0, Kind.ADJUST, unit, 0, person, guild, "", queue.now_ms)
    return rationing.forgive(queue.tx, scope, scope_id, unit, booking)


@pytest.mark.parametrize(
    ("scope", "scope_id"),
    [("person", "person-1"), ("member", "guild-1/person-1"), ("guild", "guild-1"), ("everyone", "")],
)
@pytest.mark.parametrize("period", list(Period))
def test_a_reset_frees_every_window_of_one_scope_and_no_other(scope: str, scope_id: str, period: str) -> None:
    queue = a_queue()
    others = {"person": "person-1", "member": "guild-1/person-1", "guild": "guild-1", "everyone": ""}
    del others[scope]
    for days in (400, 20, 3, 0):  # Last year, this month, this week, today
        queue.now_ms = NOW_MS - days * 24 * HOUR_MS
        ask(queue, 100)
        (lease,) = queue.claim()
        queue.paint_and_succeed(lease)
    limit(queue, scope, scope_id, 100, period)

    refusal(queue)
    assert forgive(queue, Scope(scope), scope_id) == 400
    ask(queue)
    refusal(queue)

    for other, other_id in others.items():
        used = ledger.used_since(queue.tx, Scope(other), other_id, Unit.CREDIT, "0000")
        assert used == 500
    assert books.verify(queue.tx) == []


def test_a_reset_leaves_reserved_what_open_jobs_reserved() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 300)
    grant(queue, "person", "person-1", 100)
    ask(queue, 100)
    (lease,) = queue.claim()
    queue.paint_and_succeed(lease)
    ask(queue, 300)  # 200 of the window, 100 granted; it waits.

    assert forgive(queue, Scope.PERSON, "person-1") == 100
    assert refusal(queue, 101).facts["used"] == 200
    fail(queue)

    assert ledger.used_since(queue.tx, Scope.PERSON, "person-1", Unit.CREDIT, "0000") == 0
    assert forgive(queue, Scope.PERSON, "person-1", number=1) == 0
    assert remaining(queue) == {"grant-0": 100}
    assert books.verify(queue.tx) == []


@pytest.mark.parametrize(
    ("harm", "sees"),
    [
        ("UPDATE usage SET used = used + 1 WHERE scope = 'member'", "member guild-1/person-1"),
        ("UPDATE usage SET drawn = drawn + 1 WHERE scope = 'person'", "drawn"),
        ("UPDATE allowance SET remaining = remaining - 1", "left"),
        ("UPDATE allowance SET amount = amount + 1, remaining = remaining + 1", "granted"),
        ("UPDATE ledger SET amount = amount - 1 WHERE kind = 'settle'", "booked"),
        ("UPDATE ledger SET amount = amount - 1 WHERE kind = 'reserve'", "reserved"),
        ("UPDATE ledger SET person_id = 'person-9' WHERE kind = 'settle'", "somebody else"),
        ("UPDATE ledger SET day = '2026-01-01' WHERE kind = 'reserve'", "another day"),
        ("DELETE FROM ledger WHERE kind = 'settle'", "settled 0 times"),
        ("UPDATE job SET made = 1, count = 2", "booked"),
        ("DELETE FROM job", "belongs to no job"),
        ("UPDATE ledger SET amount = 5000 WHERE kind = 'draw'", "drawn from grants"),
    ],
)
def test_verify_sees_every_kind_of_harm(harm: str, sees: str) -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100)
    grant(queue, "person", "person-1", 500)
    ask(queue, 300)
    (lease,) = queue.claim()
    queue.paint_and_succeed(lease)
    assert books.verify(queue.tx) == []

    queue.tx.run(harm)

    assert any(sees in sentence for sentence in books.verify(queue.tx)), books.verify(queue.tx)
