"""Answers that are lost, doubled or taken away: each job still ends in one message, and in no message for ever."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import TYPE_CHECKING

import pytest

from pinxit.bot.discord.acks import Given
from pinxit.bot.discord.address import Address
from pinxit.domain.delivery import Card, Done, Gone, Later, Shown
from tests.bot.delivery_room import Room, a_room, final
from tests.bot.living import NOBODY_PAINTS, living
from tests.bot.painted import is_final, jobs_of, painted, settled
from tests.platforms.discord.faults import Kind
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with a_room() as opened:
        yield opened


async def test_a_server_that_hangs_up_on_the_answer_is_no_failure_of_ours(
    server: DiscordServer,
    program: Living,  # noqa: ARG001 - what answers
    channel: Channel,
    ada: Person,
) -> None:
    server.faults.add("POST", Route.CALLBACK, Kind.HUNG_UP)

    await ada.slash(channel, "imagine", prompt="a red fox", size="64x64")
    state = server.state
    await state.wait_for(lambda: any(one.json["attachments"] for one in state.messages_in(channel.id)))

    (shown,) = state.messages_in(channel.id)
    assert shown.only_for is None
    assert shown.json["content"] == f"<@{ada.id}> used /imagine"


async def test_an_interaction_that_comes_twice_is_one_job_in_one_message(
    server: DiscordServer, program: Living, channel: Channel, ada: Person
) -> None:
    used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64")
    ada.send(used.interaction.payload)
    seen = await used.wait(is_final)
    await settled(program)

    assert [one.code for one in server.log.of("POST", Route.CALLBACK)] == [0]
    assert [one.id for one in server.state.messages_in(channel.id)] == [seen.id]
    assert len(await jobs_of(program.studio)) == 1


async def test_a_button_that_works_once_is_not_refused_because_its_press_comes_twice(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS):
        foxes = "a {red|grey|white|black|young|old|tame|wild|quick|slow} fox --size 64x64"
        asked = await (await ada.slash(channel, "imagine", prompt=foxes)).wait()
        used = await ada.press(asked, "Paint them")
        ada.send(used.interaction.payload)
        seen = await used.wait()

    assert "fox" in seen.text
    assert not seen.is_ephemeral


async def test_who_waits_for_an_answer_hears_it_though_the_interaction_came_again(room: Room) -> None:
    room.acks.expect("1")
    waiting = asyncio.ensure_future(room.acks.given("1"))
    await asyncio.sleep(0)

    room.acks.expect("1")
    room.acks.answered("1", "2")

    assert await waiting == Given("2")


async def test_nobodys_message_waits_for_the_answer_to_a_command_that_thinks(room: Room) -> None:
    room.acks.expect("1", hurries=False)
    room.acks.expect("2")
    room.acks.answered("2", "3")

    waiting = asyncio.ensure_future(room.acks.quiet("2"))
    for _ in range(10):
        await asyncio.sleep(0)

    assert waiting.done()
    room.acks.forget("1")
    room.acks.expect("4")
    still = asyncio.ensure_future(room.acks.quiet("2"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert not still.done()
    room.acks.forget("4")
    await still


async def test_a_message_that_is_taken_away_again_and_again_is_not_put_there_for_ever(room: Room) -> None:
    job = room.finished()
    delivery = room.delivery(job, room.address())

    places = [await room.platform.place(dataclasses.replace(delivery, creation=lost), Card(job)) for lost in range(7)]

    assert len(room.in_channel()) == 3
    assert len(room.in_dm()) == 3
    assert all(isinstance(one, Shown) for one in places[:6])
    assert isinstance(places[6], Gone)
    assert places[6].channel


async def test_an_ephemeral_message_of_a_deleted_job_is_not_left_because_of_a_bad_line(room: Room) -> None:
    address, _, message = room.asked(ephemeral=True)
    assert message is not None
    deleted = dataclasses.replace(room.finished(private=True), is_deleted=True, images=())
    delivery = room.shown(room.delivery(deleted, address), message.id)
    room.server.faults.add("DELETE", Route.FOLLOW_UP_MESSAGE, Kind.RESET, times=2)  # aiohttp tries one again

    later, done = await final(room, delivery, deleted), await final(room, delivery, deleted)

    assert isinstance(later, Later)
    assert done == Done()
    assert room.server.state.message(message.id) is None


async def test_a_private_picture_that_its_owner_deletes_is_gone_from_their_eyes(
    server: DiscordServer,
    program: Living,  # noqa: ARG001 - what answers
    channel: Channel,
    ada: Person,
) -> None:
    seen = await painted(ada, channel, private=True)

    used = await ada.press(seen, "🗑️")
    await used.acknowledged()

    left = server.state.message(seen.id)
    assert left is None or left.json["attachments"] == []
    assert left is None or left.json["embeds"] == []


async def test_a_tokens_age_is_measured_with_one_clock(
    server: DiscordServer, program: Living, channel: Channel, ada: Person
) -> None:
    server.clock.advance(3600.0)  # Ours is an hour behind Discord's.

    await painted(ada, channel)
    (job,) = await jobs_of(program.studio)
    (delivery,) = await program.studio.store.deliveries.of_job(job.id)

    assert Address.read(delivery.target).asked_s <= program.studio.clock.now().timestamp()
