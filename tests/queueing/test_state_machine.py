"""Whatever happens, in whatever order: no job is lost, none is doubled, and every counter is exact."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pinxit.data.store import Numbers
from pinxit.data.submitting import NewDelivery, Waiting
from pinxit.domain.errors import Code, LeaseLost, Refused
from pinxit.domain.fairness import Rules
from pinxit.domain.job import Beat, JobState, Lease, Order, Outcome
from pinxit.domain.retry import Policy
from tests.queueing.effort import effort
from tests.queueing.invariants import (
    Known,
    assert_counters,
    assert_money,
    assert_outbox_and_images,
    assert_states,
)
from tests.queueing.world import Queue, a_step, new_job

POOLS = ("first", "second")
ROUTES = {
    "one": (a_step("first", 2.0, "key", dollars_micro=40),),
    "other": (a_step("second", 1.0, "key"),),
    "two": (a_step("first", 2.0, "key", dollars_micro=40), a_step("second", 5.0, "key", dollars_micro=90)),
    "free": (a_step("second", 0.0, "key"),),
}
WAITING = Waiting(per_person=5, per_guild=8, total=12)
POLICY = Policy(tries=3, program_deaths=4, alone_from=2)
# Ends that a worker answers for, and what each does to a job that has nothing to go on to and no image.
FAULTS = (Outcome.TEMPORARY, Outcome.TIMED_OUT, Outcome.DIED)
CREDITS_MILLI = 300
QUOTA_MILLI = 2400

some = st.integers(0, 10_000)


class StateMachine(RuleBasedStateMachine):
    """Persons, workers, programs and clocks that do as they please."""

    @initialize()
    def start(self) -> None:
        self.queue = Queue(Numbers(rules=Rules(running_cap=3), policy=POLICY, waiting=WAITING, lease_s=30.0), *POOLS)
        self.queue.guild("guild-0", 2.0, 2)
        self.queue.tx.run(
            "INSERT INTO quota (scope, scope_id, unit, period, amount, set_ms) "
            "VALUES ('person', 'person-0', 'credit', 'total', :amount, 0)",
            amount=QUOTA_MILLI,
        )
        self.jobs: dict[str, Known] = {}
        self.keys: dict[str | None, str] = {}
        self.digests: dict[str | None, str] = {}
        self.lost: list[Lease] = []
        self.boot = 0

    def teardown(self) -> None:
        if hasattr(self, "queue"):
            self.queue.database.close()

    # What persons do --------------------------------------------------------------------------------------------

    @rule(
        number=st.integers(1, 3),
        guild=some,
        person=some,
        route=st.sampled_from(sorted(ROUTES)),
        priority=st.integers(0, 2),
    )
    def submit(self, number: int, guild: int, person: int, route: str, priority: int) -> None:
        who = {"guild": f"guild-{guild % 3}", "person": f"person-{person % 4}"}
        jobs = [self._new(route, priority=priority, count=1 + index, **who) for index in range(number)]
        waiting = Counter(known.person for known in self.jobs.values() if known.state is JobState.QUEUED)
        in_guild = Counter(known.guild for known in self.jobs.values() if known.state is JobState.QUEUED)
        fits = (
            waiting[who["person"]] + number <= WAITING.per_person
            and in_guild[who["guild"]] + number <= WAITING.per_guild
            and waiting.total() + number <= WAITING.total
        )
        used = sum(
            row["used"]
            for row in self.queue.rows(
                "SELECT used FROM usage WHERE scope = 'person' AND scope_id = 'person-0' AND unit = 'credit'"
            )
        )
        affords = who["person"] != "person-0" or used + number * CREDITS_MILLI <= QUOTA_MILLI

        if not (fits and affords):
            full = {Code.FULL_PERSON, Code.FULL_GUILD, Code.FULL_ALL}
            with pytest.raises(Refused) as refused:
                self.queue.submit(*jobs)
            assert refused.value.code in (full if affords else full | {Code.QUOTA_SPENT})
            return

        submitted = self.queue.submit(*jobs)

        assert all(each.is_new for each in submitted)
        for job in jobs:
            self.jobs[job.id] = Known(job.guild, job.person, job.count)

    @rule(key=st.integers(0, 3), digest=st.sampled_from(("one", "other")), person=some)
    def submit_with_a_key(self, key: int, digest: str, person: int) -> None:
        job = self._new(
            "one",
            idem=f"key-{key}",
            digest=digest,
            guild="guild-1",
            person=f"person-{1 + person % 3}",
        )
        before = self.keys.get(job.idem)
        if before is not None and self.digests[job.idem] != job.digest:
            with pytest.raises(Refused) as refused:
                self.queue.submit(job)
            assert refused.value.code is Code.IDEMPOTENCY_MISMATCH
            return
        if before is not None:
            (submitted,) = self.queue.submit(job)
            assert (submitted.id, submitted.is_new) == (before, False)
            return
        with contextlib.suppress(Refused):  # Full; the rule above holds when that may be.
            (submitted,) = self.queue.submit(job)
            assert (submitted.id, submitted.is_new) == (job.id, True)
            self.keys[job.idem], self.digests[job.idem] = job.id, job.digest
            self.jobs[job.id] = Known(job.guild, job.person, job.count)

    @precondition(lambda self: self.jobs)
    @rule(which=some)
    def cancel(self, which: int) -> None:
        job, known = self._pick(which)
        if known.state.is_final:
            with pytest.raises(Refused):
                self.queue.cancel(job)
            return
        changed = self.queue.cancel(job)
        if known.state is JobState.RUNNING:
            known.has_cancel = True
            assert changed.state is JobState.RUNNING
        else:
            self._final(job, known, JobState.CANCELLED, changed.dropped)

    # What workers do --------------------------------------------------------------------------------------------

    @rule(worker=st.integers(0, 2), pool=st.sampled_from(POOLS), most=st.integers(1, 8))
    def claim(self, worker: int, pool: str, most: int) -> None:
        name = f"worker-{worker}"
        boot = "" if worker == 2 else f"boot-{self.boot}"
        leases = self.queue.claim(name, pool, most=most, boot=boot)
        assert len({lease.job for lease in leases}) == len(leases) <= most
        for lease in leases:
            known = self.jobs[lease.job]
            assert known.state is JobState.QUEUED
            assert set(lease.missing) == set(range(known.count)) - known.images
            if known.deaths >= POLICY.alone_from:
                assert len(leases) == 1
            known.state, known.lease = JobState.RUNNING, lease
        if not leases:
            assert not self.queue.rows(
                "SELECT 1 FROM lane WHERE pool = :pool AND queued > 0 AND running < cap", pool=pool
            )

    @rule(which=some, old=some, call=st.sampled_from(("none", "sent", "answered")))
    def beat(self, which: int, old: int, call: str) -> None:
        lease = self._lease(which, old)
        if lease is None:
            return
        beat = Beat(lease.job, lease.fence, sent=call != "none", upstream_id="upstream" if call == "answered" else None)
        order = self.queue.beat(lease.worker, beat)[lease.job]
        if not self._is_live(lease):
            assert order is Order.LOST
        else:
            assert order is (Order.CANCEL if self.jobs[lease.job].has_cancel else Order.KEEP)

    @rule(which=some, old=some, index=some)
    def paint(self, which: int, old: int, index: int) -> None:
        lease = self._lease(which, old)
        if lease is None:
            return
        known = self.jobs[lease.job]
        position = index % known.count
        if not self._is_live(lease):
            with pytest.raises(LeaseLost):
                self.queue.paint(lease, position)
            return
        first = self.queue.paint(lease, position)
        assert self.queue.paint(lease, position, image=f"{lease.job}.again") == first
        known.images.add(position)

    @rule(
        which=some,
        old=some,
        outcome=st.sampled_from(Outcome),
        said=st.fixed_dictionaries(
            {
                "dollars_micro": st.none() | st.integers(0, 50),
                "retry_after_s": st.none() | st.just(0.0),
                "unanswered": st.booleans(),
            }
        ),
    )
    def end(self, which: int, old: int, outcome: Outcome, said: dict[str, Any]) -> None:
        lease = self._lease(which, old)
        if lease is None:
            return
        if not self._is_live(lease):
            with pytest.raises(LeaseLost):
                self.queue.end(lease, outcome, **said)
            return
        result = self.queue.end(lease, outcome, **said)
        self._ended(lease, outcome, result.state, result.dropped)

    @rule(which=some)
    def paint_all_and_succeed(self, which: int) -> None:
        lease = self._lease(which, 0)
        if lease is None or not self._is_live(lease):
            return
        self.jobs[lease.job].images.update(lease.missing)
        result = self.queue.paint_and_succeed(lease)
        self._ended(lease, Outcome.SUCCEEDED, result.state, result.dropped)
        assert result.state is (JobState.CANCELLED if self.jobs[lease.job].has_cancel else JobState.SUCCEEDED)

    # What time and death do ---------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from((-86_400, -5, 1, 31, 31, 400, 86_400)))
    def move_the_clock(self, seconds: int) -> None:
        self.queue.now_ms += seconds * 1000

    @rule()
    def tick(self) -> None:
        for changed in self.queue.tick():
            known = self.jobs[changed.job]
            if known.lease is not None:
                row = self.queue.row(
                    "SELECT outcome FROM attempt WHERE job_id = :job ORDER BY number DESC LIMIT 1", job=changed.job
                )
                assert row["outcome"] in {Outcome.DIED, Outcome.TIMED_OUT}
                self._ended(known.lease, Outcome(row["outcome"]), changed.state, changed.dropped)
            else:
                assert known.state is JobState.WAITING
                known.state = changed.state
                assert changed.state is JobState.QUEUED

    @rule()
    def kill_the_program(self) -> None:
        self.boot += 1
        inside = {
            job for job, known in self.jobs.items() if known.lease is not None and known.lease.worker != "worker-2"
        }
        changed = self.queue.take_over(f"boot-{self.boot}")
        assert {each.job for each in changed} == inside
        for each in changed:
            lease = self.jobs[each.job].lease
            assert lease is not None
            self._ended(lease, Outcome.PROGRAM_DIED, each.state, each.dropped)

    # The same in a row, so that a short game reaches the end of patience ------------------------------------------

    @rule(pool=st.sampled_from(POOLS))
    def every_worker_goes_silent(self, pool: str) -> None:
        self.claim(2, pool, 8)
        for _ in range(2):
            self.move_the_clock(400)
            self.tick()

    @rule(pool=st.sampled_from(POOLS))
    def the_program_dies_at_work(self, pool: str) -> None:
        self.claim(0, pool, 8)
        self.kill_the_program()

    @rule(which=some, outcome=st.sampled_from(Outcome))
    def a_zombie_meets_its_own_job_again(self, which: int, outcome: Outcome) -> None:
        old = self._lease(which, 0)
        if old is None or not self._is_live(old):
            return
        result = self.queue.end(old, Outcome.RELEASED)
        self._ended(old, Outcome.RELEASED, result.state, result.dropped)
        self.claim(int(old.worker.removeprefix("worker-")), old.pool, 8)

        # The worker is the same, so only the fence tells the two attempts apart.
        with pytest.raises(LeaseLost):
            self.queue.paint(old)
        with pytest.raises(LeaseLost):
            self.queue.end(old, outcome)
        assert self.queue.beat(old.worker, Beat(old.job, old.fence))[old.job] is Order.LOST

    # What must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def every_job_is_in_exactly_one_state(self) -> None:
        assert_states(self.queue, self.jobs, POLICY)

    @invariant()
    def counters_are_exact_and_caps_are_kept(self) -> None:
        assert_counters(self.queue)

    @invariant()
    def money_adds_up(self) -> None:
        assert_money(self.queue, self.jobs, CREDITS_MILLI)

    @invariant()
    def finals_are_due_and_images_are_kept_or_dropped(self) -> None:
        assert_outbox_and_images(self.queue, self.jobs)

    # How the test keeps its own record ------------------------------------------------------------------------------

    def _new(self, route: str, **changes: Any) -> Any:  # noqa: ANN401 - fields of NewJob
        steps = ROUTES[route]
        job = new_job(*steps, credits_milli=CREDITS_MILLI, dollars_micro=130, now_ms=self.queue.now_ms, **changes)
        assert job.deliveries == (NewDelivery(f"{job.id}-d", "test", "channel", "{}"),)
        assert json.loads(job.route)
        return job

    def _pick(self, which: int) -> tuple[str, Known]:
        job = sorted(self.jobs)[which % len(self.jobs)]
        return job, self.jobs[job]

    def _lease(self, which: int, old: int) -> Lease | None:
        """Return a live lease, or in one of four cases one that was lost, best of a job that its worker has again."""
        live = [known.lease for known in self.jobs.values() if known.lease is not None]
        if self.lost and (old % 4 == 3 or not live):
            workers = {lease.job: lease.worker for lease in live}
            again = [lease for lease in self.lost if workers.get(lease.job) == lease.worker]
            return (again or self.lost)[which % len(again or self.lost)]
        return live[which % len(live)] if live else None

    def _is_live(self, lease: Lease) -> bool:
        return self.jobs[lease.job].lease == lease

    def _ended(self, lease: Lease, outcome: Outcome, state: JobState, dropped: tuple[str, ...]) -> None:
        known = self.jobs[lease.job]
        self.lost.append(lease)
        known.lease = None
        row = self.queue.row("SELECT * FROM job WHERE id = :job", job=lease.job)
        went_on = row["pool"] != lease.pool
        if known.has_cancel or outcome is Outcome.CANCELLED:
            assert state is JobState.CANCELLED
        elif outcome is Outcome.PROGRAM_DIED and row["error_code"] != Code.BILLED_CALL_LOST:
            known.deaths += 1
        elif outcome in FAULTS and not went_on and row["error_code"] != Code.BILLED_CALL_LOST:
            known.tries += 1
        if outcome is Outcome.REFUSED or (outcome is Outcome.SUCCEEDED and len(known.images) == known.count):
            assert state.is_final
        if outcome is Outcome.RELEASED and not known.has_cancel and row["error_code"] != Code.BILLED_CALL_LOST:
            assert state is JobState.QUEUED
        assert state is not JobState.SUCCEEDED or known.images
        if state.is_final:
            self._final(lease.job, known, state, dropped)
        else:
            assert not dropped
            known.state = state

    def _final(self, job: str, known: Known, state: JobState, dropped: tuple[str, ...]) -> None:
        known.state = state
        if state is not JobState.SUCCEEDED:
            assert len(dropped) == len(known.images)
            known.images.clear()
        else:
            assert not dropped
        assert self.queue.row("SELECT made FROM job WHERE id = :job", job=job)["made"] == len(known.images)


TestStateMachine = StateMachine.TestCase
TestStateMachine.settings = effort(120, steps=40)
