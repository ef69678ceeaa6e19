"""What comes beside the result: a mention for who waited long, and the originals by direct message."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.delivery import Done
from pinxit.domain.errors import Code, Refused
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.job import JobState
from pinxit.wording import Slash
from tests.bot.delivery_room import Room, a_room, files, final
from tests.builders import NOW_AT, a_request
from tests.platforms.discord.faults import Kind
from tests.platforms.discord.posting import remove
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.domain.job import Job


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with a_room() as opened:
        yield opened


def slow(room: Room, **changes: object) -> Job:
    return room.finished(ended_at=NOW_AT + timedelta(seconds=61), **changes)


async def test_who_waited_long_is_mentioned_once_and_nobody_else_is() -> None:
    async with a_room(mention_after_s=60.0) as room:
        job = slow(room)
        delivery = await room.placed(job, room.address())

        for _ in range(2):
            await final(room, delivery, job)

        result, mention = room.in_channel()
        asked = room.server.log.of("POST", Route.MESSAGES)[1].body
        assert mention.json["content"] == f"<@{room.ada.id}>, it is ready."
        assert mention.json["message_reference"]["message_id"] == result.id
        assert asked["allowed_mentions"] == {"parse": [], "users": [int(room.ada.id)]}


async def test_who_waited_long_for_nothing_is_not_told_that_it_is_ready() -> None:
    async with a_room(mention_after_s=60.0) as room:
        job = slow(room, state=JobState.FAILED, error_code="internal")
        delivery = await room.placed(job, room.address())

        await final(room, delivery, job)

        assert room.in_channel()[1].json["content"] == f"<@{room.ada.id}>, it could not be painted."


async def test_a_mention_whose_answer_was_lost_comes_once() -> None:
    async with a_room(mention_after_s=60.0) as room:
        job = slow(room)
        delivery = await room.placed(job, room.address())
        room.server.faults.add("POST", Route.MESSAGES, Kind.LOST)

        assert await final(room, delivery, job) == Done()

        assert len(room.in_channel()) == 2


@pytest.mark.parametrize("why", ["quick", "private", "cancelled", "off", "shown before"])
async def test_nobody_is_mentioned_without_need(why: str) -> None:
    async with a_room(mention_after_s=None if why == "off" else 60.0) as room:
        changes: dict[str, dict[str, object]] = {
            "private": {"private": True},
            "cancelled": {"state": JobState.CANCELLED},
        }
        job = room.finished() if why == "quick" else slow(room, **changes.get(why, {}))
        delivery = await room.placed(job, room.address())
        if why == "shown before":
            delivery = dataclasses.replace(delivery, reopened_at=NOW_AT)

        assert await final(room, delivery, job) == Done()

        assert len(room.in_channel()) + len(room.in_dm()) == 1


async def test_a_result_that_is_gone_is_not_pointed_at() -> None:
    async with a_room(mention_after_s=60.0) as room:
        job = slow(room)
        delivery = await room.placed(job, room.address())

        # Somebody deletes the result between its last edit and the mention.
        def vanish(_: object) -> bool:
            remove(room.server.state, room.in_channel()[0])
            return False

        room.server.faults.add("POST", Route.MESSAGES, Kind.RESET, when=vanish)

        assert await final(room, delivery, job) == Done()

        assert room.in_channel() == []


async def test_originals_come_directly_however_many_messages_they_need(room: Room) -> None:
    job = room.finished(request=a_request(count=4))

    said = await room.platform.send_files(job, room.ada.id, "en")

    assert said is Slash.SENT_FILES
    assert [len(files(room, one.id)) for one in room.in_dm()] == [4]


async def test_originals_for_somebody_who_takes_no_messages_are_refused_in_words(room: Room) -> None:
    room.ada.dms_open = False

    with pytest.raises(Refused) as refused:
        await room.platform.send_files(room.finished(), room.ada.id, "en")

    assert refused.value.code is Code.DM_CLOSED


async def test_there_are_no_originals_of_what_is_withheld(room: Room) -> None:
    job = room.finished()
    withheld = dataclasses.replace(job.images[0], shown=ImageRule.WITHHOLD)

    with pytest.raises(Refused) as refused:
        await room.platform.send_files(dataclasses.replace(job, images=(withheld,)), room.ada.id, "en")

    assert refused.value.code is Code.NO_PICTURE_YET
    assert room.in_dm() == []
