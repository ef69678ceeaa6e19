"""A claim searches; it never scans or sorts, and it costs the same with ten thousand jobs waiting as with a hundred."""

from __future__ import annotations

import pytest

from pinxit.data import allowances, rationing
from pinxit.data.allowances import NewGrant
from pinxit.data.claiming import CANDIDATES, CLAIMABLE, HEAD
from pinxit.data.ledger import Booking, Kind
from pinxit.data.store import Numbers
from pinxit.data.submitting import Waiting
from pinxit.domain.ids import new_id
from pinxit.domain.job import Beat, Outcome
from pinxit.domain.quota import Limit, Period, Scope, Unit
from tests.queueing.world import START_MS, Queue, a_step, at_once, new_job

# As many rows as there are generators, workers and running jobs (which alone are in that index).
SMALL = (
    "SCAN pool",
    "SCAN worker",
    "SCAN job USING INDEX job_lease",
    "SCAN CONSTANT",
    "SCAN 4 CONSTANT ROWS",
    "SCAN 2 CONSTANT ROWS",
)

VALUES = {
    "pool": "gpu",
    "guild": "guild-1",
    "key": "key",
    "priority": 1,
    "tag": 4.0,
    "most": 8,
    "look": 64,
}


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (CLAIMABLE, "lane_claimable"),
        (HEAD, "job_head"),
        (CANDIDATES, "job_batch"),
    ],
)
def test_a_claim_searches_in_an_index_without_sorting(sql: str, index: str) -> None:
    plan = [row["detail"] for row in _planned(Queue(), sql)]

    assert any(f"INDEX {index}" in step for step in plan), plan
    assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan), plan


def test_no_statement_of_a_jobs_way_scans_a_table_that_grows() -> None:
    queue = Queue()
    queue.submit(new_job(), new_job())
    heard = queue.database.listen()
    later = new_job(idem="key", digest="digest")
    queue.submit(later)
    queue.cancel(later.id)
    first, second = queue.claim(most=2)
    queue.beat("worker", Beat(first.job, first.fence, sent=True))
    queue.paint_and_succeed(first)
    queue.end(second, Outcome.TEMPORARY)
    queue.now_ms += 400_000
    queue.tick()
    queue.claim()
    queue.now_ms += 400_000
    queue.tick()
    moving = len(heard)
    queue.take_over("boot-2")
    at_once(queue.store.jobs.job(first.job))
    at_once(queue.store.jobs.jobs_of_group("group"))
    at_once(queue.store.images.sources(first.job))
    at_once(queue.store.deliveries.due(queue.now))
    at_once(queue.store.deliveries.of_job(first.job))
    at_once(queue.store.deliveries.open())
    at_once(queue.store.deliveries.next_due_at_ms())
    at_once(queue.store.lines.in_lane(second.job))
    at_once(queue.store.keys.find("secret", queue.now))

    plans = _plans(queue, heard)
    assert any("INDEX job_lease" in plan for plan in plans)
    assert any("INDEX job_retry" in plan for plan in plans)
    assert {plan for plan in plans if plan.startswith("SCAN") and not plan.startswith(SMALL)} == set()
    # What is read of one job is sorted when it has been found.
    assert {plan for plan in _plans(queue, heard[:moving]) if "TEMP B-TREE" in plan} == set()


def test_looking_at_the_whole_queue_reads_indexes_that_hold_just_that() -> None:
    queue = Queue()
    queue.submit(new_job())
    heard = queue.database.listen()
    at_once(queue.store.lines.lanes())
    at_once(queue.store.jobs.states())
    at_once(queue.store.deliveries.states())

    indexes = {plan.split("INDEX ")[1].split()[0].rstrip(":") for plan in _plans(queue, heard) if "INDEX" in plan}
    tables = {plan for plan in _plans(queue, heard) if "SCAN" in plan and "INDEX" not in plan}
    assert {"lane_busy", "job_ended", "delivery_ended"} <= indexes
    assert {plan for plan in tables if " job:" in plan or " lane:" in plan or " delivery:" in plan} == set()


def test_the_cost_of_a_claim_does_not_grow_with_the_jobs_that_wait() -> None:
    few, many = _steps_of_a_claim(jobs=100), _steps_of_a_claim(jobs=3000)

    assert many <= few * 1.2


def test_limits_grants_bans_and_cooldowns_are_found_by_indexes() -> None:
    queue = Queue()
    for scope, scope_id in (("person", "person-1"), ("role", "guild-1/vip"), ("guild", "guild-1")):
        rationing.set_limit(queue.tx, Limit(Scope(scope), scope_id, Unit.CREDIT, Period.WEEK, 0), 50, "admin", 0)
    for scope, scope_id in (("person", "person-1"), ("guild", "guild-1")):
        new = NewGrant(f"grant-{scope}", Scope(scope), scope_id, Unit.CREDIT, 500, None, "", "admin")
        allowances.grant(queue.tx, new, queue.now_ms)
    heard = queue.database.listen()
    job = new_job(roles=("vip",), person_cooldown_s=60, guild_cooldown_s=60)
    queue.submit(job)
    queue.cancel(job.id)

    plans = _plans(queue, heard)
    assert any("INDEX allowance_open" in plan for plan in plans)
    assert {plan for plan in plans if plan.startswith("SCAN") and not plan.startswith(SMALL)} == set()


@pytest.mark.parametrize("scope", [Scope.PERSON, Scope.MEMBER, Scope.GUILD, Scope.EVERYONE])
def test_a_reset_reads_open_jobs_and_none_that_have_ended(scope: Scope) -> None:
    queue = Queue()
    queue.submit(new_job())
    heard = queue.database.listen()
    reset = Booking("reset", 0, Kind.ADJUST, Unit.CREDIT, 0, "person-1", "guild-1", "", queue.now_ms)
    rationing.forgive(queue.tx, scope, "guild-1/person-1", Unit.CREDIT, reset)

    indexes = {plan.split(":")[0] for plan in _plans(queue, heard) if " job " in plan.split(":")[0]}
    assert indexes == {f"SCAN job USING INDEX job_{index}" for index in ("line", "lease", "retry")}


def test_a_cooldown_reads_the_last_seconds_only() -> None:
    few, many = _steps_of_a_cooldown(before=20), _steps_of_a_cooldown(before=500)

    assert many <= few * 1.2


def _plans(queue: Queue, heard: list[str]) -> set[str]:
    return {
        f"{row['detail']}: {' '.join(sql.split())}"
        for sql in dict.fromkeys(heard)
        if sql.lstrip().startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))
        for row in queue.rows(f"EXPLAIN QUERY PLAN {sql}")
    }


def _planned(queue: Queue, sql: str) -> list[dict[str, str]]:
    return queue.rows(f"EXPLAIN QUERY PLAN {sql}", **VALUES)


def _steps_of_a_cooldown(before: int) -> int:
    """Count the steps of a submit after so many of the same person, all of them long ago."""
    queue = Queue(Numbers(waiting=Waiting(per_person=10_000, per_guild=10_000, total=100_000)))
    for number in range(before):
        queue.now_ms = START_MS + 100_000 * number
        queue.submit(new_job(id=new_id(queue.now), now_ms=queue.now_ms, deliveries=()))
    queue.now_ms += 100_000
    steps = queue.database.count_steps()

    queue.submit(
        new_job(id=new_id(queue.now), now_ms=queue.now_ms, deliveries=(), person_cooldown_s=60.0, guild_cooldown_s=60.0)
    )

    return steps()


def _steps_of_a_claim(jobs: int) -> int:
    """Count the steps of SQLite's own machine, which no other load on this computer changes."""
    queue = Queue(Numbers(waiting=Waiting(per_person=10_000, per_guild=10_000, total=100_000)))
    for number in range(jobs):
        queue.submit(
            new_job(a_step(key=f"key-{number % 2}"), guild=f"guild-{number % 20}", person=f"person-{number % 60}")
        )
    steps = queue.database.count_steps()

    leases = queue.claim(most=8)

    assert len(leases) == 8
    return steps()
