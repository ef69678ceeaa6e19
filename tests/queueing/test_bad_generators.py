"""Whatever a generator does, its job ends in words and its neighbours do not notice."""

# ruff: noqa: ARG001 - a script takes what a generator takes

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.errors import Code
from pinxit.domain.generator import Made, Task
from pinxit.domain.job import JobState, Outcome
from pinxit.queue.generator_loop import hosted
from tests.builders import a_png, a_request
from tests.fakes import FakeClock
from tests.generators_for_tests import Blocks, Fickle, GivesUp, Hangs, Plain, Raises, Refuses
from tests.queueing.worker_room import Scripted, WorkerRoom, open_worker_room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from pinxit.domain.generator import Watch
    from pinxit.domain.ids import JobId
    from tests.queueing.worker_room import Script


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[WorkerRoom]:
    async with open_worker_room(tmp_path) as room:
        yield room


def an_image(task: Task, index: int = 0) -> Made:
    return Made(task.job, index, a_png(index), "image/png", 64, 64, index, "a red fox")


async def yields_nothing(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
    for task in batch[1:]:
        yield an_image(task)


async def exits(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
    yield an_image(batch[0], index=5)
    raise SystemExit(3)


async def cancels_itself(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
    yield an_image(batch[0], index=5)
    raise asyncio.CancelledError


async def yields_nonsense(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
    yield batch[0]  # type: ignore[misc]  # that is its misbehaviour


def is_no_generator(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
    return None  # type: ignore[return-value]  # that is its misbehaviour


@pytest.mark.parametrize("script", [yields_nothing, exits, cancels_itself, yields_nonsense, is_no_generator])
async def test_what_fails_three_times_without_a_reason_fails(room: WorkerRoom, script: Script) -> None:
    job = await room.submit("scripted")

    async with room.working(Scripted(script, room.clock)):
        failed = await room.until(job, JobState.FAILED)

    assert (failed.error_code, failed.tries) == (Code.TRIES_SPENT, 3)
    assert [attempt.outcome for attempt in failed.attempts] == [Outcome.DIED] * 3


@pytest.mark.parametrize(
    ("kind", "code", "message", "deaths"),
    [
        (Raises, Code.TRIES_SPENT, "the generator failed with RuntimeError; see the worker's log", 0),
        (Blocks, Code.TIMED_OUT, "not done after 40 s", 3),
        (Hangs, Code.TIMED_OUT, "not done after 40 s", 3),
    ],
)
async def test_a_bad_generator_takes_nothing_else_down(
    room: WorkerRoom, kind: type[Plain], code: Code, message: str, deaths: int
) -> None:
    bad, good = await room.submit("bad", deadline_s=40.0), await room.submit("good")

    async with room.working(kind("bad", {}, room.clock)), room.working(Plain("good", {}, room.clock)):
        await room.until(good, JobState.SUCCEEDED)
        failed = await room.until(bad, JobState.FAILED)
        after = await room.until(await room.submit("good"), JobState.SUCCEEDED)

    assert (failed.error_code, failed.tries, room.deaths) == (code, 3, deaths)
    assert [attempt.message for attempt in failed.attempts] == [message] * 3
    assert after.images


async def test_a_blocked_generator_keeps_its_lease_until_the_deadline(room: WorkerRoom) -> None:
    job = await room.submit("bad", deadline_s=100.0)

    async with room.working(Blocks("bad", {}, room.clock)):
        await room.pass_by(90)
        before = await room.job(job)
        await room.until(job, JobState.WAITING)

    assert (before.state, before.tries) == (JobState.RUNNING, 0)


async def test_a_hanging_generator_inside_the_server_is_left_behind(room: WorkerRoom) -> None:
    released = asyncio.Event()

    async def hangs_once(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        while batch[0].request.prompt == "hang" and not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue
        yield an_image(batch[0])

    hanging = await room.submit("scripted", a_request(prompt="hang"), deadline_s=5.0)
    async with room.working(Scripted(hangs_once, room.clock)):
        await room.until(hanging, JobState.WAITING)
        other = await room.until(await room.submit("scripted"), JobState.SUCCEEDED)
        released.set()

    assert other.images
    assert (await room.job(hanging)).images == ()


async def test_later_is_tried_later_and_the_broken_and_the_refused_never(room: WorkerRoom) -> None:
    later, broken, refused = [await room.submit(pool) for pool in ("later", "broken", "refused")]

    async with (
        room.working(Fickle("later", {"times": 2, "retry_after_s": 60.0}, room.clock)),
        room.working(GivesUp("broken", {}, room.clock)),
        room.working(Refuses("refused", {}, room.clock)),
    ):
        done = await room.until(later, JobState.SUCCEEDED)
        failed = await room.until(broken, JobState.FAILED)
        moderated = await room.until(refused, JobState.FAILED)

    assert [attempt.outcome for attempt in done.attempts] == [Outcome.TEMPORARY, Outcome.TEMPORARY, Outcome.SUCCEEDED]
    assert (done.attempts[1].started_at - done.attempts[0].started_at).total_seconds() >= 60
    assert (failed.error_code, len(failed.attempts), failed.attempts[0].message) == (
        Code.GENERATOR_FAILED,
        1,
        "out of order",
    )
    assert (moderated.error_code, moderated.error_facts) == (
        Code.MODERATED,
        {"generator": "refused", "reason": "violence"},
    )


async def test_a_picture_that_cannot_be_used_is_the_generators_failure(room: WorkerRoom) -> None:
    async def wrong(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        yield replace(an_image(batch[0]), **wrongs[batch[0].job])

    wrongs: dict[JobId, dict[str, Any]] = {
        await room.submit("scripted"): wrong_fields
        for wrong_fields in ({"data": b"oops"}, {"seed": 2**80}, {"seed": "7"}, {"recipe": {"a": object()}})
    }
    async with room.working(Scripted(wrong, room.clock)):
        failed = [await room.until(job, JobState.FAILED) for job in wrongs]

    assert [job.attempts[0].outcome for job in failed] == [Outcome.BROKEN] * 4


async def test_text_that_no_database_takes_is_cleaned(room: WorkerRoom) -> None:
    async def rewrites(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        yield Made(batch[0].job, 0, a_png(), "image/png", 64, 64, 7, "a fox\x00 and \ud83e")

    job = await room.submit("scripted")
    async with room.working(Scripted(rewrites, room.clock)):
        done = await room.until(job, JobState.SUCCEEDED)

    assert done.images[0].prompt == "a fox� and �"


async def test_a_generator_in_a_thread_of_its_own_ends_without_a_word() -> None:
    generator = Plain("plain", {}, FakeClock())
    generator.capabilities = replace(generator.capabilities, runs_inline=False)

    for _ in range(20):  # It once failed as often as the loop was closed before it was stopped a second time.
        async with hosted(generator):
            pass
