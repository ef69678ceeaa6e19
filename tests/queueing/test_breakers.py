"""A generator that fails again and again is left alone: its jobs go on, and one at a time tries whether it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.domain.breaker import FAILURES, FIRST_REST_S, Circuit
from pinxit.domain.errors import Broken, Code, Refused
from pinxit.domain.generator import Made
from pinxit.domain.job import JobState
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


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[WorkerRoom]:
    async with open_worker_room(tmp_path) as room:
        yield room


class Provider:
    """Paints while it is well; `asked` counts every call that reaches it."""

    def __init__(self, room: WorkerRoom, name: str = "provider") -> None:
        self.is_well = False
        self.asked: list[JobId] = []
        self.error: Exception = Broken("the provider answers with 500")
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
    jobs = [await room.submit("provider", None, "spare") for _ in range(FAILURES + 3)]

    async with room.working(provider.generator), room.working(Plain("spare", {}, room.clock)):
        done = [await room.until(job, JobState.SUCCEEDED) for job in jobs]

    assert provider.asked == jobs[:FAILURES]
    assert breakers.circuit("provider") is Circuit.OPEN
    assert [attempt.generator for attempt in done[-1].attempts] == ["provider", "spare"]
    assert "left alone until" in done[-1].attempts[0].message
    assert f"after {FAILURES} failures in a row" in done[-1].attempts[0].message
    assert done[-1].attempts[0].seconds == 0


async def test_one_job_tries_whether_it_is_back_and_its_success_lets_all_through(room: WorkerRoom) -> None:
    breakers, provider = watched(room), Provider(room)
    for _ in range(FAILURES):
        await room.submit("provider", None, "spare")
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
        for _ in range(FAILURES):
            await room.until(await room.submit("provider", None, "spare"), JobState.SUCCEEDED)
        await room.pass_by(FIRST_REST_S)
        await room.until(await room.submit("provider", None, "spare"), JobState.SUCCEEDED)
        assert len(provider.asked) == FAILURES + 1
        await room.pass_by(FIRST_REST_S)
        await room.until(await room.submit("provider", None, "spare"), JobState.SUCCEEDED)

    assert len(provider.asked) == FAILURES + 1
    assert breakers.circuit("provider") is Circuit.OPEN


async def test_a_job_with_nowhere_else_to_go_waits_for_it(room: WorkerRoom) -> None:
    watched(room)
    provider = Provider(room)
    async with room.working(provider.generator):
        for _ in range(FAILURES):
            await room.until(await room.submit("provider"), JobState.FAILED)
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
