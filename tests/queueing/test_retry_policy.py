"""What becomes of a job when an attempt ends: the decision by itself, and as the store carries it out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinxit.data.store import Numbers
from pinxit.domain.errors import Code
from pinxit.domain.job import PREPARE, Beat, JobState, Lease, Outcome
from pinxit.domain.request import Request
from pinxit.domain.retry import LONGEST_PAUSE_S, Policy, Record, decide
from tests.queueing.effort import effort
from tests.queueing.world import Queue, a_step, new_job

FRESH = Record(
    tries=0, program_deaths=0, lost_calls=0, made=0, count=2, has_next=False, cancel_wanted=False, call_lost=False
)
POLICY = Policy()


@pytest.mark.parametrize("outcome", [Outcome.TEMPORARY, Outcome.TIMED_OUT, Outcome.DIED])
def test_the_third_try_that_goes_wrong_is_the_last(outcome: Outcome) -> None:
    first = decide(outcome, FRESH, POLICY)
    second = decide(outcome, replace(FRESH, tries=first.tries), POLICY)
    third = decide(outcome, replace(FRESH, tries=second.tries), POLICY)

    assert [first.state, second.state, third.state] == [JobState.WAITING, JobState.WAITING, JobState.FAILED]
    assert third.code is (Code.TIMED_OUT if outcome is Outcome.TIMED_OUT else Code.TRIES_SPENT)
    assert 0 < first.pause_s < second.pause_s


def test_a_release_costs_no_try_however_often_it_happens() -> None:
    record = FRESH
    for _ in range(50):
        step = decide(Outcome.RELEASED, record, POLICY)
        assert (step.state, step.tries, step.program_deaths) == (JobState.QUEUED, 0, 0)
        record = replace(record, tries=step.tries, program_deaths=step.program_deaths)


def test_deaths_of_the_program_are_counted_apart_and_isolate_the_job() -> None:
    record, steps = FRESH, []
    for _ in range(POLICY.program_deaths):
        steps.append(decide(Outcome.PROGRAM_DIED, record, POLICY))
        record = replace(record, program_deaths=steps[-1].program_deaths)

    assert [step.alone for step in steps[:-1]] == [False] + [True] * 8
    assert {step.tries for step in steps} == {0}
    assert {step.state for step in steps[:-1]} == {JobState.QUEUED}
    assert (steps[-1].state, steps[-1].code) == (JobState.FAILED, Code.PROGRAM_DEATHS)


@pytest.mark.parametrize("outcome", [Outcome.TEMPORARY, Outcome.BROKEN])
def test_a_generator_that_cannot_hands_the_job_on_without_a_try(outcome: Outcome) -> None:
    step = decide(outcome, replace(FRESH, has_next=True), POLICY)

    assert (step.state, step.advance, step.tries) == (JobState.QUEUED, True, 0)


@pytest.mark.parametrize("outcome", [Outcome.BROKEN, Outcome.REFUSED])
def test_images_that_exist_stay_with_their_generator(outcome: Outcome) -> None:
    step = decide(outcome, replace(FRESH, has_next=True, made=1), POLICY)

    assert step.state is JobState.SUCCEEDED
    assert not step.advance
    assert step.code is not None


def test_a_refusal_never_goes_on_to_another_generator() -> None:
    step = decide(Outcome.REFUSED, replace(FRESH, has_next=True), POLICY)

    assert (step.state, step.code, step.advance) == (JobState.FAILED, Code.MODERATED, False)


@pytest.mark.parametrize("outcome", Outcome)
def test_whoever_cancelled_is_obeyed_whatever_the_attempt_says(outcome: Outcome) -> None:
    step = decide(outcome, replace(FRESH, cancel_wanted=True, made=2), POLICY)

    assert step.state is JobState.CANCELLED


@pytest.mark.parametrize(
    ("asked_s", "pause_s"), [(20.0, 20.0), (86_400.0, LONGEST_PAUSE_S), (float("inf"), LONGEST_PAUSE_S)]
)
def test_a_pause_that_the_generator_names_is_kept_within_reason(asked_s: float, pause_s: float) -> None:
    assert decide(Outcome.TEMPORARY, FRESH, POLICY, asked_s).pause_s == pause_s


@pytest.mark.parametrize("outcome", [Outcome.DIED, Outcome.TIMED_OUT, Outcome.PROGRAM_DIED, Outcome.RELEASED])
def test_a_billed_call_without_an_answer_is_made_again_once(outcome: Outcome) -> None:
    first = decide(outcome, replace(FRESH, call_lost=True), POLICY)
    second = decide(outcome, replace(FRESH, call_lost=True, lost_calls=first.lost_calls, tries=first.tries), POLICY)

    assert not first.state.is_final
    assert (second.state, second.code) == (JobState.FAILED, Code.BILLED_CALL_LOST)


@effort(200)
@given(
    outcomes=st.lists(st.sampled_from([o for o in Outcome if o is not Outcome.RELEASED]), min_size=30, max_size=30),
    steps=st.integers(1, 4),
)
def test_every_job_ends(outcomes: list[Outcome], steps: int) -> None:
    record, left = FRESH, steps
    for outcome in outcomes:
        step = decide(outcome, replace(record, has_next=left > 1), POLICY)
        left -= step.advance
        if step.state.is_final or left == 0:
            return
        record = replace(record, tries=step.tries, program_deaths=step.program_deaths, lost_calls=step.lost_calls)
    raise AssertionError("thirty bad ends, and the job lives")


# The same in the store --------------------------------------------------------------------------------------------


def test_a_job_that_was_there_at_two_deaths_of_the_program_runs_alone() -> None:
    queue = Queue()
    jobs = [new_job(), new_job()]
    queue.submit(*jobs)
    for boot in range(2):
        assert len(queue.claim(most=8, boot=f"boot-{boot}")) == 2
        queue.take_over(f"boot-{boot + 1}")

    assert [len(queue.claim(most=8)) for _ in range(3)] == [1, 1, 0]


def test_a_released_job_keeps_its_place_and_is_not_charged() -> None:
    queue = Queue()
    first, second = new_job(), new_job(person="person-2")
    queue.submit(first, second)
    lease = _claim_one(queue)
    queue.now_ms += 5_000
    before = queue.row("SELECT vtime, charged_s FROM lane")

    queue.end(lease, Outcome.RELEASED)

    assert queue.row("SELECT vtime, charged_s FROM lane") == {"vtime": before["vtime"] - 1.0, "charged_s": 0.0}
    assert _claim_one(queue).job == first.id


def test_a_step_along_the_route_changes_pool_cost_and_model_and_charges_the_first() -> None:
    queue = Queue(None, PREPARE, "gpu")
    job = new_job(a_step(PREPARE, 1.0, "prepare"), a_step("gpu", 7.0, "gpu-key", model="m", changes={"steps": 30}))
    queue.submit(job)
    lease = _claim_one(queue, PREPARE)
    queue.now_ms += 3_000

    queue.end(lease, Outcome.ADVANCED, request=Request("a red fox, sharp", 64, 64, 7))

    assert queue.row("SELECT charged_s FROM lane WHERE pool = 'prepare'")["charged_s"] == 3.0
    assert queue.row("SELECT vtime, backlog_s FROM lane WHERE pool = 'gpu'") == {"vtime": 0.0, "backlog_s": 7.0}
    row = queue.row("SELECT state, step, cost_s, batch_key, model, tries FROM job")
    assert row == {"state": "queued", "step": 1, "cost_s": 7.0, "batch_key": "gpu-key", "model": "m", "tries": 0}
    painted = _claim_one(queue, "gpu").request
    assert (painted.prompt, painted.steps) == ("a red fox, sharp", 30)


def test_a_worker_that_says_advanced_at_the_end_of_the_route_has_not_done_its_part() -> None:
    queue = Queue()
    queue.submit(new_job())

    result = queue.end(_claim_one(queue), Outcome.ADVANCED)

    assert result.state is JobState.FAILED


def test_a_failure_in_prepare_ends_the_job() -> None:
    queue = Queue(None, PREPARE, "gpu")
    queue.submit(new_job(a_step(PREPARE), a_step("gpu")))

    assert queue.end(_claim_one(queue, PREPARE), Outcome.BROKEN).state is JobState.FAILED


def test_a_retry_paints_only_what_is_missing_and_pays_for_what_exists() -> None:
    queue = Queue()
    job = new_job(count=3, credits_milli=1000)
    queue.submit(job)
    lease = _claim_one(queue)
    queue.paint(lease, 1)
    queue.end(lease, Outcome.TEMPORARY, retry_after_s=5.0)
    assert queue.tick() == []
    queue.now_ms += 5_000
    queue.tick()

    again = _claim_one(queue)
    assert again.missing == (0, 2)
    assert queue.end(again, Outcome.BROKEN).state is JobState.SUCCEEDED

    assert queue.row("SELECT SUM(amount) AS s FROM ledger WHERE unit = 'credit'")["s"] == 333
    assert queue.row("SELECT made, error_code FROM job") == {"made": 1, "error_code": Code.GENERATOR_FAILED}


def test_an_id_to_poll_outlives_an_attempt_that_was_released_before_it_could_poll() -> None:
    queue = Queue()
    queue.submit(new_job())
    first = _claim_one(queue)
    queue.beat("worker", Beat(first.job, first.fence, sent=True, upstream_id="upstream-7"))
    queue.take_over("boot-2")
    second = _claim_one(queue)
    queue.end(second, Outcome.RELEASED)

    third = _claim_one(queue)
    queue.end(third, Outcome.TEMPORARY, retry_after_s=0.0)
    queue.tick()
    fourth = _claim_one(queue)

    assert [lease.upstream_id for lease in (first, second, third, fourth)] == [None, "upstream-7", "upstream-7", None]


def test_an_unanswered_call_is_booked_at_its_estimate_and_marked() -> None:
    queue = Queue()
    queue.submit(new_job(a_step(dollars_micro=40), dollars_micro=40))
    lease = _claim_one(queue)
    queue.beat("worker", Beat(lease.job, lease.fence, sent=True))
    queue.now_ms += 31_000
    queue.tick()

    rows = queue.rows("SELECT kind, amount, uncertain FROM ledger WHERE unit = 'dollar' ORDER BY at_ms, kind")

    assert rows == [
        {"kind": "reserve", "amount": 40, "uncertain": 0},
        {"kind": "settle", "amount": 40, "uncertain": 1},
    ]


def test_a_beat_renews_a_lease_up_to_the_deadline_and_no_further() -> None:
    queue = Queue(Numbers(lease_s=30.0))
    queue.submit(new_job(deadline_s=60.0))
    lease = _claim_one(queue)
    for _ in range(7):
        queue.now_ms += 10_000
        queue.beat("worker", Beat(lease.job, lease.fence))
        queue.tick()

    queue.now_ms += 1
    changed = queue.tick()

    assert [each.state for each in changed] == [JobState.WAITING]
    assert queue.row("SELECT outcome, accrued_s FROM attempt") == {"outcome": "timed_out", "accrued_s": 70.0}


@pytest.mark.parametrize("jump_s", [86_400, 31_536_000])
def test_a_clock_that_jumps_ahead_charges_nobody_for_the_jump(jump_s: int) -> None:
    queue = Queue(Numbers(lease_s=30.0))
    queue.submit(new_job())
    lease = _claim_one(queue)
    queue.now_ms += jump_s * 1000

    queue.paint_and_succeed(lease)

    assert queue.row("SELECT charged_s FROM lane")["charged_s"] == 30.0


def test_jobs_estimated_at_nothing_are_charged_like_others() -> None:
    queue = Queue()
    queue.submit(new_job(a_step(cost_s=0.0)), new_job(a_step(cost_s=0.0)))
    leases = queue.claim(most=2)
    queue.now_ms += 8_000

    for lease in leases:
        queue.paint_and_succeed(lease)

    assert len(leases) == 2
    assert queue.row("SELECT charged_s, vtime FROM lane") == {"charged_s": 8.0, "vtime": 8.0}


def _claim_one(queue: Queue, pool: str = "gpu") -> Lease:
    (lease,) = queue.claim(pool=pool, boot="boot-1")
    return lease
