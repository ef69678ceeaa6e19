"""Where a job's message goes on Discord, and where when that way is closed; what is private stays private."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Any

import discord
import pytest

from pinxit.domain.delivery import Card, Done, Gone, Later, Shown
from tests.bot.delivery_room import Room, a_room, files, final, words
from tests.platforms.discord.entities import Overwrite
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.posting import remove
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


OLD_S = 16 * 60.0


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with a_room() as opened:
        yield opened


def calls_to_messages(room: Room) -> int:
    return len([one for one in room.server.log if one.route not in {Route.USER_ME, Route.OAUTH_APPLICATION}])


async def test_the_answer_to_the_interaction_is_the_message_without_any_call(room: Room) -> None:
    address, interaction, message = room.asked()
    assert message is not None
    room.acks.expect(interaction.id)
    job = room.waiting()

    placing = asyncio.ensure_future(room.platform.place(room.delivery(job, address), Card(job)))
    await asyncio.sleep(0)
    room.acks.answered(interaction.id, message.id)

    assert await placing == Shown(message.id)
    assert calls_to_messages(room) == 0


async def test_after_a_restart_the_answer_is_found_by_the_token(room: Room) -> None:
    address, _, message = room.asked()
    assert message is not None
    job = room.waiting()

    answer = await room.platform.place(room.delivery(job, address), Card(job))

    assert answer == Shown(message.id)
    assert "⏳" in words(room, message.id)
    assert [one.id for one in room.in_channel()] == [message.id]


async def test_a_promise_is_kept_in_plain_words_where_discord_finds_fault_with_the_card(room: Room) -> None:
    address, _, message = room.asked()
    assert message is not None
    room.server.faults.add("PATCH", Route.ORIGINAL, Fault(Kind.STATUS, status=400, code=50035))
    job = room.waiting()

    answer = await room.platform.place(room.delivery(job, address), Card(job))

    assert answer == Shown(message.id)
    assert "Discord" in words(room, message.id)
    assert [one.id for one in room.in_channel()] == [message.id]


@pytest.mark.parametrize("known", [True, False])
async def test_a_deleted_jobs_answer_is_taken_away_though_nothing_was_shown_in_it(room: Room, known: bool) -> None:  # noqa: FBT001 - of the table
    address, interaction, message = room.asked()
    assert message is not None
    if known:
        room.acks.expect(interaction.id)
        room.acks.answered(interaction.id, message.id)
    job = dataclasses.replace(room.finished(), is_deleted=True, images=())
    room.server.faults.add("DELETE", Route.ORIGINAL, Kind.RESET, times=2)  # aiohttp tries one again

    later = await room.platform.place(room.delivery(job, address), Card(job))
    gone = await room.platform.place(room.delivery(job, address), Card(job))

    assert isinstance(later, Later)
    assert isinstance(gone, Gone)
    assert gone.channel
    assert room.in_channel() == []


async def test_an_interaction_that_was_never_answered_gets_a_message_of_the_bots_own(room: Room) -> None:
    address, interaction, _ = room.asked(answered=False)
    room.acks.expect(interaction.id)
    room.acks.failed(interaction.id)

    delivery = await room.placed(room.waiting(), address)

    assert room.json(delivery.message_id)["content"] == f"<@{room.ada.id}> used /imagine"
    assert room.json(delivery.message_id)["mentions"] == []


async def test_a_message_of_its_own_is_created_once_however_often_it_is_asked_for(room: Room) -> None:
    job = room.waiting()
    delivery = room.delivery(job, room.address())
    room.server.faults.add("POST", Route.MESSAGES, Kind.LOST)

    lost = await room.platform.place(delivery, Card(job))
    found = await room.platform.place(delivery, Card(job))

    assert isinstance(lost, Later)
    assert lost.unknown
    assert found == Shown(room.in_channel()[0].id)
    assert len(room.in_channel()) == 1


async def test_a_new_message_for_a_lost_one_is_a_new_one(room: Room) -> None:
    job = room.waiting()
    first = await room.placed(job, room.address())
    remove(room.server.state, room.in_channel()[0])

    second = await room.placed(job, room.address(), id=first.id, creation=1)

    assert second.message_id != first.message_id


async def test_a_reply_answers_its_message_and_stands_alone_where_that_is_gone(room: Room) -> None:
    first = await room.placed(room.waiting(), room.address())
    address = room.address(reply_to=first.message_id)

    replying = await room.placed(room.waiting(), address)
    remove(room.server.state, room.in_channel()[0])
    alone = await room.placed(room.waiting(), address)

    reference: Any = room.json(replying.message_id)["message_reference"]
    assert reference["message_id"] == first.message_id
    assert "message_reference" not in room.json(alone.message_id)


async def test_a_reply_without_the_permission_to_read_stands_alone(room: Room) -> None:
    first = await room.placed(room.waiting(), room.address())
    deny = discord.Permissions(read_message_history=True).value
    room.channel.overwrites.append(Overwrite(room.guild.id, is_role=True, deny=deny))

    alone = await room.placed(room.waiting(), room.address(reply_to=first.message_id))

    assert "message_reference" not in room.json(alone.message_id)


async def test_nothing_is_lost_before_the_login_and_after_the_end(room: Room) -> None:
    job = room.finished()
    delivery = await room.placed(job, room.address())
    await room.client.close()

    placed = await room.platform.place(room.delivery(job, room.address()), Card(job))
    shown = await final(room, delivery, job)

    assert isinstance(placed, Later)
    assert isinstance(shown, Later)
    assert len(room.in_channel()) == 1


async def test_nobody_waits_for_an_answer_that_was_given_up(room: Room) -> None:
    room.acks.expect("1")
    room.acks.failed("1")
    room.acks.answered("1", "2")
    room.acks.expect("3")
    room.acks.forget("3")

    assert await room.acks.given("1") is None
    assert await room.acks.given("3") is None
    assert await room.acks.given("4") is None


@pytest.mark.parametrize("answered", [True, False])
async def test_a_private_result_goes_to_the_person_and_never_to_the_channel(room: Room, answered: bool) -> None:  # noqa: FBT001 - of the table
    address, _, _ = room.asked(ephemeral=True, answered=answered)
    room.server.clock.advance(OLD_S)
    job = room.finished(private=True)

    delivery = await room.placed(job, address)
    done = await final(room, delivery, job)

    assert done == Done()
    assert room.in_channel() == []
    assert [one.id for one in room.in_dm()] == [delivery.message_id]
    assert len(files(room, delivery.message_id)) == 1


async def test_a_private_result_waits_in_history_where_no_direct_message_is_taken(room: Room) -> None:
    room.ada.dms_open = False
    job = room.finished(private=True)

    answer = await room.platform.place(room.delivery(job, room.address()), Card(job))

    assert isinstance(answer, Gone)
    assert answer.channel
    assert room.in_channel() == []


async def test_an_ephemeral_answer_whose_token_has_died_is_followed_by_a_direct_message(room: Room) -> None:
    address, _, message = room.asked(ephemeral=True)
    assert message is not None
    job = room.finished(private=True)
    room.server.clock.advance(OLD_S)

    gone = await final(room, room.shown(room.delivery(job, address), message.id), job)
    delivery = await room.placed(job, address, creation=1)

    assert gone == Gone("the message is gone (10008)")
    assert delivery.channel != room.channel.id
    assert room.in_channel() == []


async def test_a_private_job_asked_for_by_a_reaction_goes_to_the_person_from_the_start(room: Room) -> None:
    delivery = await room.placed(room.waiting(private=True), room.address())

    assert [one.id for one in room.in_dm()] == [delivery.message_id]
    assert room.in_channel() == []


async def test_without_permission_the_result_comes_directly_and_says_so(room: Room) -> None:
    deny = discord.Permissions(send_messages=True).value
    room.channel.overwrites.append(Overwrite(room.guild.id, is_role=True, deny=deny))
    job = room.finished()

    delivery = await room.placed(job, room.address())
    done = await final(room, delivery, job)

    assert done == Done()
    assert room.json(delivery.message_id)["content"] == "I could not write where you asked, so here it is."
    assert len(files(room, delivery.message_id)) == 1


async def test_a_deleted_channel_and_a_kicked_bot_lead_to_the_person(room: Room) -> None:
    del room.server.state.channels[room.channel.id]
    first = await room.placed(room.waiting(), room.address())
    room.server.state.channels[room.channel.id] = room.channel
    del room.guild.members[room.server.state.bot.id]
    second = await room.placed(room.waiting(), room.address())

    assert [one.id for one in room.in_dm()] == [first.message_id, second.message_id]


async def test_where_the_bot_is_no_member_it_never_tries_to_write(room: Room) -> None:
    address, _, message = room.asked()
    assert message is not None
    address = dataclasses.replace(address, can_post=False, guild="")
    job = room.finished()
    room.server.clock.advance(OLD_S)

    delivery = await room.placed(job, address)

    assert room.server.log.of("POST", Route.MESSAGES)[0].path["channel_id"] == delivery.channel
    assert [one.id for one in room.in_dm()] == [delivery.message_id]


async def test_a_permission_that_is_lost_meanwhile_is_no_end(room: Room) -> None:
    job = room.finished()
    delivery = await room.placed(job, room.address())
    deny = discord.Permissions(view_channel=True).value
    room.channel.overwrites.append(Overwrite(room.guild.id, is_role=True, deny=deny))

    gone = await final(room, delivery, job)
    again = await room.placed(job, room.address(), creation=1)

    assert isinstance(gone, Gone)
    assert not gone.channel
    assert again.channel != room.channel.id


async def test_an_archived_thread_is_woken_by_a_new_message(room: Room) -> None:
    thread = room.server.state.thread(room.channel)
    job = room.finished()
    delivery = await room.placed(job, room.address(), channel=thread.id)
    thread.archived = True

    gone = await final(room, delivery, job)
    again = await room.placed(job, room.address(), channel=thread.id, creation=1)

    assert isinstance(gone, Gone)
    assert await final(room, again, job) == Done()
    assert len(files(room, again.message_id)) == 1
    assert not thread.archived


async def test_a_locked_thread_leads_to_the_person(room: Room) -> None:
    thread = room.server.state.thread(room.channel)
    thread.archived = thread.locked = True

    delivery = await room.placed(room.waiting(), room.address(), channel=thread.id)

    assert [one.id for one in room.in_dm()] == [delivery.message_id]
