"""Reactions to results, by people on a loopback Discord."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.favourite import favourites
from pinxit.actions.report import REPORTS
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import PersonId
from pinxit.domain.request import Mode
from tests.bot.living import living
from tests.bot.painted import is_final, jobs_of, painted, settled
from tests.platforms.discord.entities import Overwrite
from tests.platforms.discord.people import Person, person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.server import DiscordServer

MANAGE_MESSAGES, SEND_MESSAGES = 1 << 13, 1 << 11


@pytest.fixture
def ben(server: DiscordServer, guild: Guild) -> Person:
    """Give another member without any special right."""
    return person(server.state, "ben", guild=guild)


@pytest.fixture
def mod(server: DiscordServer, guild: Guild) -> Person:
    """Give a member who may delete other people's messages; ask for it before the program, which learns of roles."""
    return person(server.state, "mod", guild=guild, permissions=MANAGE_MESSAGES)


async def test_a_reroll_is_the_reactors_own_and_answers_the_message(
    program: Living, channel: Channel, ada: Person, ben: Person
) -> None:
    first = await painted(ada, channel)

    await ben.react(first, "🔁")
    second = await another(ben, channel, first)

    assert second.json["message_reference"]["message_id"] == first.id
    assert ben.mention in second.content
    assert not second.json["mentions"]  # It is named, and not called.
    assert (await jobs_of(program.studio))[0].person == f"discord:{ben.id}"


async def test_the_same_reaction_within_ten_seconds_is_one(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)

    for _ in range(3):
        for emoji in ("🔁", "✉️"):
            await ada.react(first, emoji)
            await ada.unreact(first, emoji)
    await ada.react(first, "❤️")
    await another(ada, channel, first)
    await kept(program, ada, 1)
    await settled(program)

    assert len(await jobs_of(program.studio)) == 2
    assert len(ada.messages(ada.dm)) == 1


async def test_a_favourite_is_kept_and_taken_back_with_the_reaction(
    program: Living, channel: Channel, ada: Person
) -> None:
    first = await painted(ada, channel)

    await ada.react(first, "❤")
    await kept(program, ada, 1)
    await ada.unreact(first, "❤")
    await kept(program, ada, 0)
    await ada.react(first, "❤️")  # Within the ten seconds: the last word counts.
    await kept(program, ada, 1)


async def test_only_the_requester_and_moderators_delete_by_reaction(
    server: DiscordServer, channel: Channel, ada: Person, ben: Person, mod: Person, program: Living
) -> None:
    first, second = await painted(ada, channel), await painted(ada, channel)

    await ben.react(first, "❌")
    told = await ben.find(ben.dm)
    assert first.is_there
    await mod.react(first, "❌")
    await server.state.wait_for(lambda: not first.is_there)
    await ada.react(second, "❌")
    await server.state.wait_for(lambda: not second.is_there)

    assert told.text
    assert not await jobs_of(program.studio)


async def test_originals_come_by_direct_message(channel: Channel, ada: Person, ben: Person, program: Living) -> None:
    first = await painted(ada, channel, count=2)

    await ben.react(first, "✉️")
    files = await ben.find(ben.dm, lambda message: message.attachments)

    assert len(files.attachments) == 2
    assert len(await jobs_of(program.studio)) == 1


async def test_a_number_upscales_that_picture(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel, count=2)

    await ada.react(first, "2️⃣")
    await another(ada, channel, first)

    upscaled, job = await jobs_of(program.studio)
    assert upscaled.request.mode is Mode.UPSCALE
    assert upscaled.parent_image == job.images[1].id


async def test_a_picture_that_is_not_there_is_said_directly(channel: Channel, ada: Person, program: Living) -> None:
    first = await painted(ada, channel)

    await ada.react(first, "4️⃣")

    assert (await ada.find(ada.dm)).text
    assert len(await jobs_of(program.studio)) == 1


async def test_a_warning_sign_reports(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)
    image = (await jobs_of(program.studio))[0].images[0].id

    with program.studio.events.listen(REPORTS) as heard:
        await ada.react(first, "⚠️")
        async with asyncio.timeout(10):
            await heard.wait()

    assert await program.studio.store.reports.is_open(image)


async def test_closed_direct_messages_are_the_end_of_it(
    server: DiscordServer, guild: Guild, channel: Channel, ada: Person, program: Living
) -> None:
    first = await painted(ada, channel)
    shut = person(server.state, "shut", guild=guild, dms_open=False)

    await shut.react(first, "❌")
    await shut.react(first, "🔁")
    await another(ada, channel, first)

    assert not shut.messages(shut.dm)
    assert first.is_there
    assert len(await jobs_of(program.studio)) == 2


async def test_bots_and_messages_of_others_are_not_looked_at(
    server: DiscordServer, guild: Guild, channel: Channel, ada: Person, program: Living
) -> None:
    first = await painted(ada, channel)
    robot = Person(server.state, server.state.user("robot", bot=True))
    robot.join(guild)
    other = await ada.say(channel, "hello")

    await robot.react(first, "🔁")
    await ada.react(other, "🔁")
    await ada.react(first, "👍")
    await ada.react(first, "❤️")
    await kept(program, ada, 1)
    await settled(program)

    assert len(await jobs_of(program.studio)) == 1


async def test_old_messages_work_after_a_restart(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path):
        first = await painted(ada, channel)
    async with living(server, tmp_path) as program:
        await ada.react(first, "🔁")
        await another(ada, channel, first)

        assert len(await jobs_of(program.studio)) == 2


async def test_the_operator_chooses_the_reactions(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, discord='reactions = ["🌟=favourite"]') as program:
        first = await painted(ada, channel)
        await ada.react(first, "🔁")
        await ada.react(first, "🌟")
        await kept(program, ada, 1)

        assert len(await jobs_of(program.studio)) == 1


async def test_where_the_bot_may_not_write_nothing_is_painted(
    server: DiscordServer, guild: Guild, ada: Person, tmp_path: Path
) -> None:
    silenced = Overwrite(server.state.bot.id, is_role=False, deny=SEND_MESSAGES)
    quiet = server.state.channel(guild, "quiet", overwrites=[silenced])
    async with living(server, tmp_path) as program:
        first = await painted(ada, quiet)  # Answers to commands are Discord's own messages.

        await ada.react(first, "🔁")

        assert "may not write" in (await ada.find(ada.dm)).text
        assert len(await jobs_of(program.studio)) == 1


async def test_in_a_direct_chat_reactions_and_buttons_work_alike(program: Living, ada: Person) -> None:
    first = await painted(ada, ada.dm)

    await ada.react(first, "🔁")
    second = await another(ada, ada.dm, first)
    await (await ada.press(second, "Reroll")).wait(is_final)

    assert len(await jobs_of(program.studio)) == 3


async def another(who: Person, channel: Channel, first: Seen) -> Seen:
    """Wait for a result that is not this one."""
    return await who.find(channel, lambda message: message.id != first.id and is_final(message))


async def kept(program: Living, who: Person, count: int) -> None:
    """Wait until the person keeps so many pictures."""
    caller = replace(OPERATOR, person=PersonId(f"discord:{who.id}"))
    async with asyncio.timeout(10):
        while len((await favourites(caller, program.studio)).items) != count:
            pass  # Nothing tells of favourites, so they are looked at again and again.
