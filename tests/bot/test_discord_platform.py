"""How a job's message is kept up to date, and what is left of it in the end."""

from __future__ import annotations

import dataclasses
import io
import random
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from PIL import Image as Pillow

from pinxit.domain.delivery import Card, Done, Gone, Later, Urgency
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.job import JobState
from pinxit.queue.events import Events
from tests.bot.delivery_room import Room, a_room, files, final, progress, words
from tests.builders import NOW_AT, a_request
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.posting import remove
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.actions.studio import Studio


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with a_room() as opened:
        yield opened


async def test_the_final_comes_by_the_token_with_every_original(room: Room) -> None:
    address, _, message = room.asked()
    assert message is not None
    job = room.finished(request=a_request(count=4))

    done = await final(room, room.shown(room.delivery(job, address), message.id), job)

    assert done == Done()
    assert len(files(room, message.id)) == 4
    contents = [one.content for one in room.server.state.attachments.values()]
    assert contents == [room.shelf.files[image.path] for image in job.images]
    assert room.server.log[-1].route is Route.FOLLOW_UP_MESSAGE


@pytest.mark.parametrize("old_s", [14 * 60.0 + 1, 20 * 60.0])
async def test_a_token_that_is_old_is_not_used_and_the_bot_edits_itself(room: Room, old_s: float) -> None:
    address, _, message = room.asked()
    assert message is not None
    job = room.finished()
    room.server.clock.advance(old_s)

    done = await final(room, room.shown(room.delivery(job, address), message.id), job)

    assert done == Done()
    assert room.server.log[-1].route is Route.MESSAGE
    assert len(files(room, message.id)) == 1


@pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015)])
async def test_a_token_that_is_refused_is_tried_once(room: Room, status: int, code: int) -> None:
    address, _, message = room.asked()
    assert message is not None
    room.server.faults.add("PATCH", Route.FOLLOW_UP_MESSAGE, Fault(Kind.STATUS, status=status, code=code), times=None)
    job = room.waiting(state=JobState.RUNNING, started_at=NOW_AT)
    delivery = room.shown(room.delivery(job, address), message.id)

    answers = [await progress(room, delivery, job) for _ in range(3)]

    assert answers == [Done()] * 3
    assert len(room.server.log.of("PATCH", Route.FOLLOW_UP_MESSAGE)) == 1


async def test_a_message_is_not_edited_before_there_is_something_new(room: Room) -> None:
    address, interaction, message = room.asked()
    assert message is not None
    room.acks.expect(interaction.id)
    room.acks.answered(interaction.id, message.id)
    job = room.waiting()
    delivery = await room.placed(job, address)
    before = len(room.server.log)

    same = await room.platform.show(delivery, Card(job), Urgency.PROGRESS)
    calls = len(room.server.log) - before
    new = await progress(room, delivery, job, 0.7)

    assert (same, calls, new) == (Done(), 0, Done())
    assert len(room.server.log) == before + 1


async def test_progress_shows_the_preview_and_the_final_takes_it_away(room: Room) -> None:
    events = Events()
    room.platform.bind(_with(events))
    running = room.waiting(state=JobState.RUNNING, started_at=NOW_AT)
    delivery = await room.placed(running, room.address())
    events.advance(running.id, 0.5, b"\xff\xd8\xff jpeg")

    await progress(room, delivery, running)
    shown = files(room, delivery.message_id)
    failed = dataclasses.replace(running, state=JobState.FAILED, error_code="timed_out", ended_at=NOW_AT)
    await final(room, delivery, failed)

    assert shown == [f"preview-{running.id}.jpg"]
    assert files(room, delivery.message_id) == []


async def test_a_message_that_somebody_deleted_is_gone(room: Room) -> None:
    job = room.finished()
    delivery = await room.placed(job, room.address())
    remove(room.server.state, room.in_channel()[0])

    assert await final(room, delivery, job) == Gone("the message is gone (10008)")


async def test_an_edit_whose_answer_was_lost_is_later_and_unknown_and_again_is_harmless(room: Room) -> None:
    address, _, message = room.asked()
    assert message is not None
    job = room.finished()
    delivery = room.shown(room.delivery(job, address), message.id)
    room.server.faults.add("PATCH", Route.FOLLOW_UP_MESSAGE, Kind.LOST)

    lost = await final(room, delivery, job)
    again = await final(room, delivery, job)

    assert isinstance(lost, Later)
    assert lost.unknown
    assert again == Done()
    assert len(files(room, message.id)) == 1


async def test_a_file_that_cannot_be_read_now_is_later(room: Room) -> None:
    job = room.finished()
    delivery = await room.placed(job, room.address())
    room.shelf.broken.add(job.images[0].path)

    later = await final(room, delivery, job)
    room.shelf.broken.clear()

    assert isinstance(later, Later)
    assert not later.unknown
    assert await final(room, delivery, job) == Done()


async def test_files_that_are_too_large_after_all_go_smaller(room: Room) -> None:
    file = io.BytesIO()
    Pillow.frombytes("RGB", (512, 512), random.Random(7).randbytes(512 * 512 * 3)).save(file, "PNG")  # noqa: S311 - pixels
    job = room.finished()
    image = dataclasses.replace(job.images[0], size_bytes=len(file.getvalue()))
    room.shelf.files[image.path] = file.getvalue()
    job = dataclasses.replace(job, images=(image,))
    delivery = await room.placed(job, room.address())
    room.server.faults.add("PATCH", Route.MESSAGE, Fault(Kind.STATUS, status=413, code=40005), times=2)

    assert await final(room, delivery, job) == Done()
    assert len(files(room, delivery.message_id)) == 1
    (sent,) = room.server.state.attachments.values()
    assert len(sent.content) < image.size_bytes / 3

    room.server.faults.add("PATCH", Route.MESSAGE, Fault(Kind.STATUS, status=413, code=40005), times=3)
    assert await final(room, delivery, job) == Done()
    assert "/history" in words(room, delivery.message_id)


async def test_a_final_that_discord_finds_fault_with_is_shown_plainly(room: Room) -> None:
    job = room.finished()
    delivery = await room.placed(job, room.address())
    room.server.faults.add("PATCH", Route.MESSAGE, Fault(Kind.STATUS, status=400, code=50035))

    assert await final(room, delivery, job) == Done()
    assert "/history" in words(room, delivery.message_id)


async def test_a_placeholder_that_discord_finds_fault_with_is_shown_plainly(room: Room) -> None:
    room.server.faults.add("POST", Route.MESSAGES, Fault(Kind.STATUS, status=400, code=50035))

    delivery = await room.placed(room.waiting(), room.address())

    assert "/history" in words(room, delivery.message_id)


async def test_a_withheld_picture_is_taken_out(room: Room) -> None:
    job = room.finished(request=a_request(count=2))
    delivery = await room.placed(job, room.address())
    await final(room, delivery, job)
    first, second = job.images
    hidden = dataclasses.replace(first, shown=ImageRule.WITHHOLD, is_hidden=True)
    job = dataclasses.replace(job, images=(hidden, second))

    await final(room, delivery, job)

    assert files(room, delivery.message_id) == [f"pinxit-{second.id}.png"]
    assert "withheld" in words(room, delivery.message_id)


async def test_a_deleted_job_takes_its_message_along_and_again_is_harmless(room: Room) -> None:
    job = room.finished()
    delivery = await room.placed(job, room.address())
    deleted = dataclasses.replace(job, is_deleted=True, images=())

    answers = [await final(room, delivery, deleted) for _ in range(2)]

    assert answers == [Done(), Done()]
    assert room.in_channel() == []


async def test_a_deleted_job_takes_its_ephemeral_answer_along_by_the_token(room: Room) -> None:
    address, _, message = room.asked(ephemeral=True)
    assert message is not None
    deleted = dataclasses.replace(room.finished(private=True), is_deleted=True, images=())

    done = await final(room, room.shown(room.delivery(deleted, address), message.id), deleted)

    assert done == Done()
    assert room.server.state.message(message.id) is None


async def test_a_job_deleted_before_it_was_shown_is_never_shown(room: Room) -> None:
    deleted = dataclasses.replace(room.finished(), is_deleted=True, images=())

    answer = await room.platform.place(room.delivery(deleted, room.address()), Card(deleted))

    assert isinstance(answer, Gone)
    assert answer.channel
    assert room.in_channel() == []


def _with(events: Events) -> Studio:
    """Return the part of a studio that progress is read from."""
    return cast("Studio", SimpleNamespace(events=events))
