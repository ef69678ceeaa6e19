"""The audit and the bans are read by searching: their tables grow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pinxit.data.audit import Asked, Entry, count_since, newest, note
from pinxit.data.bans import ACTIVE
from pinxit.data.times import to_ms
from tests.queueing.world import Queue

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def plans(queue: Queue, statements: Sequence[str]) -> set[str]:
    return {row["detail"] for sql in statements for row in queue.rows(f"EXPLAIN QUERY PLAN {sql}")}


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (Asked(), "sqlite_autoindex_audit_1"),
        (Asked(guild="guild-1"), "audit_guild_id"),
        (Asked(actor="anna"), "audit_actor"),
        (Asked(act="ban.set"), "audit_act"),
        (Asked(since_at=NOON, until_at=NOON), "sqlite_autoindex_audit_1"),
        (Asked(guild="guild-1", before="x"), "audit_guild_id"),
    ],
)
def test_a_page_of_the_audit_is_a_range_of_an_index(asked: Asked, index: str) -> None:
    queue = Queue()
    heard = queue.database.listen()

    newest(queue.tx, asked, 50)

    (plan,) = plans(queue, list(heard))
    assert f"INDEX {index}" in plan


def test_whether_somebody_is_banned_or_blocked_too_often_is_searched() -> None:
    queue = Queue()
    heard = queue.database.listen()
    count_since(queue.tx, "anna", "prompt.blocked", to_ms(NOON), 6)
    queue.tx.all(ACTIVE, person="anna", guild="guild-1", now=0, endless=2**62)

    found = plans(queue, list(heard))

    assert not any(plan.startswith("SCAN") and "SUBQUERY" not in plan and "rows" not in plan for plan in found), found
    assert not any("TEMP B-TREE" in plan for plan in found), found


def test_rows_of_one_millisecond_have_ids_of_their_own_and_a_period_takes_its_bounds_exactly() -> None:
    queue = Queue()
    for offset_ms in (-1, 0, 0, 1):
        note(queue.tx, Entry("anna", f"at {offset_ms}"), to_ms(NOON) + offset_ms)

    since = newest(queue.tx, Asked(since_at=NOON), 10)
    until = newest(queue.tx, Asked(until_at=NOON), 10)

    assert [row.entry.act for row in since] == ["at 1", "at 0", "at 0"]
    assert [row.entry.act for row in until] == ["at -1"]
    assert since[-1].noted_at == NOON
