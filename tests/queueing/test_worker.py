"""A worker does its jobs, ends each one once, and hears what is asked of it."""

# ruff: noqa: ARG001 - a script takes what a generator takes

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pinxit.data.submitting import NewSource
from pinxit.domain.errors import Broken, Code, Refused
from pinxit.domain.generator import Failed, Made, Prepared, Task
from pinxit.domain.ids import PoolName, SourceId, WorkerId
from pinxit.domain.job import JobState, Outcome
from pinxit.domain.request import Role, Source
from tests.builders import a_png, a_request
from tests.generators_for_tests import Partial, Plain, Slow
from tests.queueing.worker_room import CutOff, Scripted, WorkerRoom, open_worker_room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from pinxit.domain.generator import Watch
    from pinxit.domain.job import Lease


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[WorkerRoom]:
    async with open_worker_room(tmp_path) as room:
        yield room


def an_image(task: Task, index: int = 0) -> Made:
    return Made(task.job, index, a_png(index), "image/png", 64, 64, index, "a red fox")


async def test_a_job_gets_its_images(room: WorkerRoom) -> None:
    job = await room.submit("plain", a_request(count=3, seed=2**32 - 1))

    async with room.working(Plain("plain", {}, room.clock)):
        done = await room.until(job, JobState.SUCCEEDED)

    assert [image.seed for image in done.images] == [2**32 - 1, 0, 1]
    assert room.steps == ["generate.before", "generate.during", "generate.after", "finish.before", "finish.after"]


async def test_images_of_a_failed_attempt_stay_and_only_the_missing_are_made(room: WorkerRoom) -> None:
    asked: list[tuple[int, ...]] = []

    async def one_each(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        asked.append(batch[0].indices)
        yield an_image(batch[0], batch[0].indices[0])
        raise ValueError

    job = await room.submit("scripted", a_request(count=3))
    async with room.working(Scripted(one_each, room.clock)):
        done = await room.until(job, JobState.SUCCEEDED)

    assert asked == [(0, 1, 2), (1, 2), (2,)]
    assert len({image.id for image in done.images}) == 3


async def test_a_part_succeeds_where_the_rest_is_given_up(room: WorkerRoom) -> None:
    job = await room.submit("partial", a_request(count=3))

    async with room.working(Partial("partial", {"first": 2}, room.clock)):
        done = await room.until(job, JobState.SUCCEEDED)

    assert (len(done.images), done.error_code) == (2, Code.TRIES_SPENT)


async def test_one_failed_job_of_a_batch_does_not_hurt_the_others(room: WorkerRoom) -> None:
    async def second_fails(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made | Failed]:
        sizes.append(len(batch))
        yield an_image(batch[0])
        yield Failed(batch[1].job, Broken("no"))
        yield an_image(batch[2])

    sizes: list[int] = []
    jobs = [await room.submit("scripted") for _ in range(3)]
    async with room.working(Scripted(second_fails, room.clock, max_batch=3)):
        await room.until(jobs[0], JobState.SUCCEEDED)
        await room.until(jobs[1], JobState.FAILED)
        await room.until(jobs[2], JobState.SUCCEEDED)

    assert sizes == [3]


async def test_a_cancelled_job_of_a_batch_leaves_and_the_others_go_on(room: WorkerRoom) -> None:
    cancelled = asyncio.Event()
    seen: list[list[bool]] = []

    async def slow(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        await cancelled.wait()
        await room.clock.sleep(6)  # A beat, so that the worker knows.
        seen.append([watch.is_cancelled(task.job) for task in batch])
        for task in batch:
            yield an_image(task)

    jobs = [await room.submit("scripted") for _ in range(2)]
    async with room.working(Scripted(slow, room.clock, max_batch=2)):
        await room.until(jobs[0], JobState.RUNNING)
        await room.queue.cancel(jobs[0])
        cancelled.set()
        gone = await room.until(jobs[0], JobState.CANCELLED)
        kept = await room.until(jobs[1], JobState.SUCCEEDED)

    assert seen == [[True, False]]
    assert (len(gone.images), len(kept.images)) == (0, 1)
    assert gone.attempts[0].outcome is Outcome.CANCELLED


async def test_a_generator_deaf_to_a_cancel_is_cancelled_and_the_slot_goes_on(room: WorkerRoom) -> None:
    async def deaf(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        if batch[0].request.prompt == "wait":
            await asyncio.Event().wait()
        yield an_image(batch[0])

    job = await room.submit("scripted", a_request(prompt="wait"))
    async with room.working(Scripted(deaf, room.clock)):
        await room.until(job, JobState.RUNNING)
        await room.queue.cancel(job)
        await room.pass_by(5 + 5 + 1)  # A beat, and half the grace.
        state = (await room.job(job)).state
        await room.until(await room.submit("scripted"), JobState.SUCCEEDED)

    assert state is JobState.CANCELLED


async def test_a_job_that_is_no_longer_ours_is_dropped(room: WorkerRoom) -> None:
    told: list[bool] = []

    async def watches(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        while not watch.is_cancelled(batch[0].job):
            await room.clock.sleep(1)
        told.append(True)
        yield an_image(batch[0])

    job = await room.submit("scripted")
    deaf = CutOff(room.broker)
    async with room.working(Scripted(watches, room.clock), broker=deaf):
        await room.until(job, JobState.RUNNING)
        deaf.is_cut_off = True
        await room.until(job, JobState.WAITING)  # Its lease ran out.
        deaf.is_cut_off = False
        await room.pass_by(2)

    assert told
    assert (await room.job(job)).images == ()


async def test_a_server_that_comes_back_loses_nothing(room: WorkerRoom) -> None:
    async def makes_two(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        yield an_image(batch[0], 0)
        flaky.is_cut_off = True
        yield an_image(batch[0], 1)

    flaky = CutOff(room.broker)
    job = await room.submit("scripted", a_request(count=2))
    async with room.working(Scripted(makes_two, room.clock), broker=flaky):
        await room.until(job, JobState.RUNNING)
        await room.pass_by(15)
        flaky.is_cut_off = False
        done = await room.until(job, JobState.SUCCEEDED)

    assert (len(done.images), len(done.attempts)) == (2, 1)


async def test_a_worker_claims_again_when_the_server_is_back(room: WorkerRoom) -> None:
    line = CutOff(room.broker)
    line.is_cut_off = True
    job = await room.submit("plain")

    async with room.working(Plain("plain", {}, room.clock), broker=line):
        await room.pass_by(60)
        line.is_cut_off = False
        await room.pass_by(10)

    assert (await room.job(job)).state is JobState.SUCCEEDED


async def test_progress_and_preview_are_told_by_the_next_beat(room: WorkerRoom) -> None:
    async def shows(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        for fraction in (0.1, float("nan"), 0.5, 7.0):
            watch.progress(batch[0].job, fraction, b"preview" if fraction == 0.5 else None)
        watch.progress(batch[0].job, 0.75, bytes(10_000_000))
        await room.clock.sleep(10)
        yield an_image(batch[0])

    job = await room.submit("scripted")
    flaky = CutOff(room.broker)
    async with room.working(Scripted(shows, room.clock), broker=flaky):
        await room.until(job, JobState.RUNNING)
        flaky.is_cut_off = True
        await room.pass_by(5.5)
        flaky.is_cut_off = False
        await room.pass_by(1.5)
        progress = room.events.progress(job)
        await room.until(job, JobState.SUCCEEDED)

    assert (progress.fraction, progress.preview) == (0.75, b"preview")


async def test_progress_is_told_within_a_second_and_a_cancel_heard_as_soon(room: WorkerRoom) -> None:
    heard = asyncio.Event()

    async def paints(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        for step in range(1, 100):
            watch.progress(batch[0].job, step / 100)
            await room.clock.sleep(0.2)
            if watch.is_cancelled(batch[0].job):
                heard.set()
                return
        yield an_image(batch[0])

    job = await room.submit("scripted")
    async with room.working(Scripted(paints, room.clock)):
        await room.until(job, JobState.RUNNING)
        await room.pass_by(1)
        fraction = room.events.progress(job).fraction
        await room.queue.cancel(job)
        await room.pass_by(1)
        is_heard = heard.is_set()

    assert 0 < fraction < 0.2
    assert is_heard


async def test_a_call_is_durable_before_it_leaves_and_polled_after_a_death(room: WorkerRoom) -> None:
    polled: list[str | None] = []

    async def buys(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        polled.append(batch[0].upstream_id)
        if batch[0].upstream_id is None:
            await watch.sent(batch[0].job, None)
            await watch.sent(batch[0].job, "call-1")
            raise ValueError
        yield an_image(batch[0])

    job = await room.submit("scripted")
    async with room.working(Scripted(buys, room.clock)):
        await room.until(job, JobState.SUCCEEDED)

    assert polled == [None, "call-1"]


async def test_a_call_for_a_cancelled_job_is_not_made_and_not_booked(room: WorkerRoom) -> None:
    called: list[str] = []

    async def buys(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        await room.queue.cancel(batch[0].job)
        await watch.sent(batch[0].job, None)
        called.append(batch[0].job)
        yield an_image(batch[0])

    job = await room.submit("scripted", dollars_micro=5000)
    async with room.working(Scripted(buys, room.clock)):
        await room.until(job, JobState.CANCELLED)

    assert called == []
    booked = await room.store.database.read(lambda tx: tx.one("SELECT sent_ms, dollars_micro FROM attempt"))
    assert booked is not None
    assert booked["dollars_micro"] == 0


async def test_sources_are_brought_and_a_missing_one_is_refused(room: WorkerRoom) -> None:
    brought: list[bytes] = []

    async def reads(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        brought.extend(batch[0].sources.values())
        yield an_image(batch[0])

    await room.blobs.put("sources/1.png", a_png(3))
    rows = NewSource("s1", "image", path="sources/1.png"), NewSource("s2", "image")
    there, gone = [
        await room.submit("scripted", a_request(sources=(Source(SourceId(row.id), Role.IMAGE),)), sources=(row,))
        for row in rows
    ]
    async with room.working(Scripted(reads, room.clock)):
        await room.until(there, JobState.SUCCEEDED)
        failed = await room.until(gone, JobState.FAILED)

    assert brought == [a_png(3)]
    assert failed.error_code == Code.SOURCE_MISSING


async def test_a_prepared_job_goes_on_with_its_new_request(room: WorkerRoom) -> None:
    async def prepares(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Prepared]:
        yield Prepared(batch[0].job, a_request(enhanced="a fiery fox"))

    job = await room.submit("scripted", None, "plain")
    async with room.working(Scripted(prepares, room.clock)), room.working(Plain("plain", {}, room.clock)):
        done = await room.until(job, JobState.SUCCEEDED)

    assert done.images[0].prompt == "a fiery fox"
    assert done.tries == 0


async def test_images_of_an_attempt_that_died_before_its_end_are_enough(room: WorkerRoom) -> None:
    job = await room.submit("plain")
    (lease,) = await room.broker.claim(WorkerId(":dead"), PoolName("plain"), most=1)
    image = await room.broker.put_image(lease, an_image(Task(job, lease.request, (0,))))
    await room.pass_by(40)

    async with room.working(Plain("plain", {}, room.clock)):
        done = await room.until(job, JobState.SUCCEEDED)

    assert [kept.id for kept in done.images] == [image]
    assert "generate.before" not in room.steps


async def test_a_stopping_worker_ends_its_batch_and_claims_no_other(room: WorkerRoom) -> None:
    first, second = await room.submit("slow"), await room.submit("slow")

    async with room.working(Slow("slow", {"seconds": 10.0}, room.clock)) as worker:
        await room.until(first, JobState.RUNNING)
        worker.stop(20.0)
        await room.pass_by(30)

    assert (await room.job(first)).state is JobState.SUCCEEDED
    assert (await room.job(second)).state is JobState.QUEUED


@pytest.mark.parametrize("is_hurried", [False, True])
async def test_a_stopping_worker_gives_back_what_takes_too_long(room: WorkerRoom, *, is_hurried: bool) -> None:
    job = await room.submit("slow")

    async with room.working(Slow("slow", {"seconds": 100.0}, room.clock)) as worker:
        await room.until(job, JobState.RUNNING)
        worker.stop(20.0)
        await room.pass_by(10)
        if is_hurried:
            worker.stop(0.0)
        await room.pass_by(2)
        early = await room.job(job)
        await room.pass_by(10)

    back = await room.job(job)
    assert (early.state is JobState.QUEUED) is is_hurried
    assert (back.state, back.tries, back.attempts[0].outcome) == (JobState.QUEUED, 0, Outcome.RELEASED)


async def test_a_worker_whose_key_is_refused_says_so(room: WorkerRoom) -> None:
    class Locked(CutOff):
        async def claim(self, *_: object, **__: object) -> Sequence[Lease]:
            raise Refused(Code.KEY_INVALID)

    with pytest.RaisesGroup(Refused, flatten_subgroups=True):
        async with room.working(Plain("plain", {}, room.clock), broker=Locked(room.broker)):
            await asyncio.Event().wait()
