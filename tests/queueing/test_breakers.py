"""A generator that fails again and again is left alone: its jobs go on, and one at a time tries whether it is back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.breaker import FAILURES, FIRST_REST_S, Circuit
from pinxit.domain.errors import Broken, Code, LeaseLost, Refused
from pinxit.domain.generator import Made
from pinxit.domain.ids import PoolName, WorkerId
from pinxit.domain.job import Beat, Ended, JobState, Outcome
from pinxit.queue.breakers import Breakers
from pinxit.queue.broker import LocalBroker
from tests.builders import a_png
from tests.generators_for_tests import Plain
from tests.queueing.worker_room import Scripted, WorkerRoom, open_worker_room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from pinxit.domain.generator import Task, Watch
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Lease


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[WorkerRoom]:
    async with open_worker_room(tmp_path) as room:
        yield room


class Provider:
    """Paints while it is well; `asked` counts every call that reaches it."""

    def __init__(self, room: WorkerRoom, name: str = "provider") -> None:
        self.is_well = False
        self.asked: list[JobId] = []
        self.error: Exception = Broken("the provider answers with what nobody understands")
        self.generator = Scripted(self._paint, room.clock, name)

    async def _paint(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:  # noqa: ARG002 - as a generator has it
        for task in batch:
            self.asked.append(task.job)
            if not self.is_well:
                raise self.error
            yield Made(task.job, 0, a_png(), "image/png", 64, 64, 7, "a red fox")


def watched(room: WorkerRoom) -> Breakers:
    """Return the circuits that the room's broker keeps from now on."""
    breakers = Breakers(room.clock)
    room.broker = LocalBroker(room.store, room.blobs, room.events, room.clock, steps=lambda _: None, breakers=breakers)
    return breakers


async def test_after_five_failures_in_a_row_the_jobs_go_on_without_asking(room: WorkerRoom) -> None:
    breakers, provider = watched(room), Provider(room)
    jobs = [await room.submit("provider", None, "spare", person=f"person-{n}") for n in range(FAILURES + 3)]

    async with room.working(provider.generator), room.working(Plain("spare", {}, room.clock)):
        done = [await room.until(job, JobState.SUCCEEDED) for job in jobs]

    assert provider.asked == jobs[:FAILURES]
    assert breakers.circuit("provider") is Circuit.OPEN
    assert [attempt.generator for attempt in done[-1].attempts] == ["provider", "spare"]
    assert "left alone until" in done[-1].attempts[0].message
    assert f"after {FAILURES} failures in a row" in done[-1].attempts[0].message
    assert done[-1].attempts[0].seconds < 1


async def test_one_job_tries_whether_it_is_back_and_its_success_lets_all_through(room: WorkerRoom) -> None:
    breakers, provider = watched(room), Provider(room)
    for number in range(FAILURES):
        await room.submit("provider", None, "spare", person=f"person-{number}")
    async with room.working(provider.generator), room.working(Plain("spare", {}, room.clock)):
        last = await room.submit("provider", None, "spare")
        await room.until(last, JobState.SUCCEEDED)
        provider.is_well = True
        await room.pass_by(FIRST_REST_S)
        assert breakers.circuit("provider") is Circuit.HALF_OPEN
        jobs = [await room.submit("provider", None, "spare") for _ in range(3)]
        done = [await room.until(job, JobState.SUCCEEDED) for job in jobs]

    assert [job.attempts[-1].generator for job in done] == ["provider"] * 3
    assert breakers.circuit("provider") is Circuit.CLOSED
    assert breakers.rest("provider") is None


async def test_a_failed_probe_doubles_the_rest(room: WorkerRoom) -> None:
    breakers, provider = watched(room), Provider(room)
    async with room.working(provider.generator), room.working(Plain("spare", {}, room.clock)):
        for number in range(FAILURES):
            job = await room.submit("provider", None, "spare", person=f"person-{number}")
            await room.until(job, JobState.SUCCEEDED)
        await room.pass_by(FIRST_REST_S)
        await room.until(await room.submit("provider", None, "spare", person="another"), JobState.SUCCEEDED)
        assert len(provider.asked) == FAILURES + 1
        await room.pass_by(FIRST_REST_S)
        await room.until(await room.submit("provider", None, "spare"), JobState.SUCCEEDED)

    assert len(provider.asked) == FAILURES + 1
    assert breakers.circuit("provider") is Circuit.OPEN


async def test_a_job_with_nowhere_else_to_go_waits_for_it(room: WorkerRoom) -> None:
    watched(room)
    provider = Provider(room)
    async with room.working(provider.generator):
        for number in range(FAILURES):
            await room.until(await room.submit("provider", person=f"person-{number}"), JobState.FAILED)
        job = await room.submit("provider")
        waiting = await room.until(job, JobState.WAITING)
        assert waiting.attempts[0].message.startswith("left alone")
        provider.is_well = True
        await room.until(job, JobState.SUCCEEDED)


async def test_one_that_never_comes_back_fails_the_job_with_its_sentence(room: WorkerRoom) -> None:
    watched(room)
    provider = Provider(room)
    provider.error = Broken("nobody is let in just now", rest_s=1800.0)
    async with room.working(provider.generator):
        await room.until(await room.submit("provider"), JobState.FAILED)
        failed = await room.until(await room.submit("provider"), JobState.FAILED)

    assert len(provider.asked) == 1
    assert failed.error_code == Code.GENERATOR_RESTING
    assert failed.error_facts["generator"] == "provider"
    assert str(failed.error_facts["until"]).startswith("20")


async def test_what_a_person_may_not_ask_for_is_no_failure_of_the_generator(room: WorkerRoom) -> None:
    breakers, provider = watched(room), Provider(room)
    provider.error = Refused(Code.MODERATED)
    async with room.working(provider.generator):
        for _ in range(FAILURES + 1):
            await room.until(await room.submit("provider"), JobState.FAILED)

    assert len(provider.asked) == FAILURES + 1
    assert breakers.circuit("provider") is Circuit.CLOSED


async def test_what_fails_for_one_person_alone_takes_it_away_from_nobody(room: WorkerRoom) -> None:
    breakers, provider = watched(room), Provider(room)
    async with room.working(provider.generator):
        for _ in range(FAILURES + 1):
            await room.until(await room.submit("provider"), JobState.FAILED)

    assert len(provider.asked) == FAILURES + 1
    assert breakers.circuit("provider") is Circuit.CLOSED


async def half_open(room: WorkerRoom, breakers: Breakers) -> None:
    breakers.note("provider", Ended(Outcome.BROKEN, retry_after_s=10.0))
    await room.clock.advance(10.0)


async def claim(room: WorkerRoom, worker: str, most: int = 1) -> Sequence[Lease]:
    return await room.broker.claim(WorkerId(f"boot:{worker}.0"), PoolName("provider"), most=most)


async def test_others_keep_their_place_while_one_job_tries(room: WorkerRoom) -> None:
    breakers = watched(room)
    jobs = [await room.submit("provider") for _ in range(3)]
    await half_open(room, breakers)

    probe = await claim(room, "a", most=3)
    others = await claim(room, "b")
    await room.broker.finish(probe[0], Ended(Outcome.CANCELLED))
    after = await claim(room, "b")

    assert [lease.job for lease in probe] == jobs[:1]
    assert not others
    assert [lease.job for lease in after] == jobs[1:2]
    assert len((await room.job(jobs[2])).attempts) == 0


async def test_two_that_claim_at_once_are_not_both_let_through(room: WorkerRoom) -> None:
    breakers = watched(room)
    jobs = [await room.submit("provider") for _ in range(2)]
    await half_open(room, breakers)

    both = await asyncio.gather(claim(room, "a"), claim(room, "b"))

    assert sorted(len(leases) for leases in both) == [0, 1]
    found = [await room.job(job) for job in jobs]
    assert sorted(job.state for job in found) == [JobState.QUEUED, JobState.RUNNING]
    assert [job.tries for job in found] == [0, 0]


async def test_a_probe_whose_worker_died_is_not_awaited_for_long(room: WorkerRoom) -> None:
    breakers = watched(room)
    for _ in range(2):
        await room.submit("provider")
    await half_open(room, breakers)

    (probe,) = await claim(room, "a")
    await room.clock.advance(40.0)
    await room.broker.beat(probe.worker, [Beat(probe.job, probe.fence)])
    await room.clock.advance(40.0)
    assert breakers.is_probed("provider")
    await room.clock.advance(30.0)

    assert not breakers.is_probed("provider")


async def test_the_end_of_another_job_says_nothing_of_the_probe(room: WorkerRoom) -> None:
    breakers = watched(room)
    for _ in range(2):
        await room.submit("provider")
    (early,) = await claim(room, "a")
    await half_open(room, breakers)
    await claim(room, "b")

    await room.broker.release(early.worker, [early])

    assert breakers.is_probed("provider")


async def test_an_end_that_is_told_twice_counts_once(room: WorkerRoom) -> None:
    breakers = watched(room)
    job = await room.submit("provider", None, "spare")
    (lease,) = await claim(room, "a")

    await room.broker.finish(lease, Ended(Outcome.TEMPORARY))
    for _ in range(FAILURES):
        with pytest.raises(LeaseLost):
            await room.broker.finish(lease, Ended(Outcome.TEMPORARY))

    assert lease.job == job
    assert breakers.circuit("provider") is Circuit.CLOSED


async def test_a_source_that_is_gone_says_nothing_of_the_generator(room: WorkerRoom) -> None:
    breakers = watched(room)
    await room.submit("provider")
    await half_open(room, breakers)
    (lease,) = await claim(room, "a")

    await room.broker.finish(lease, Ended(Outcome.REFUSED, Code.SOURCE_MISSING))

    assert breakers.circuit("provider") is Circuit.HALF_OPEN


async def test_a_worker_that_is_stopped_while_jobs_are_turned_away_leaves_none_behind(room: WorkerRoom) -> None:
    jobs = [await room.submit("provider", None, "spare") for _ in range(4)]
    breakers = Breakers(room.clock)
    breakers.note("provider", Ended(Outcome.BROKEN, retry_after_s=10.0))
    reached = asyncio.Event()
    room.broker = LocalBroker(
        room.store, room.blobs, room.events, room.clock, steps=lambda _: reached.set(), breakers=breakers
    )

    claiming = asyncio.create_task(claim(room, "a", most=4))
    await reached.wait()
    claiming.cancel()
    with pytest.raises(asyncio.CancelledError):
        await claiming

    assert {(await room.job(job)).state for job in jobs} == {JobState.QUEUED}


async def test_a_call_that_can_be_polled_is_still_known_after_a_rest(room: WorkerRoom) -> None:
    breakers = watched(room)
    await room.submit("provider")
    (lease,) = await claim(room, "a")
    await room.broker.beat(lease.worker, [Beat(lease.job, lease.fence, sent=True, upstream_id="prediction-1")])
    await room.broker.finish(lease, Ended(Outcome.DIED))
    breakers.note("provider", Ended(Outcome.BROKEN, retry_after_s=10.0))
    await room.pass_by(2.0)
    assert not await claim(room, "a")
    await room.pass_by(10.0)

    (again,) = await claim(room, "a")

    assert (again.attempt, again.upstream_id) == (3, "prediction-1")
