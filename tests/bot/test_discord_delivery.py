"""A job's end reaches its message once, across restarts, dead tokens and people who delete things."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pinxit.actions.admin.quota import QuotaWish, set_quota
from pinxit.actions.delete import delete_image
from pinxit.domain.caller import OPERATOR
from tests.bot.living import NOBODY_PAINTS, living
from tests.bot.painted import is_final, jobs_of, painted

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.actions.studio import Studio
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer

OLD_S = 16 * 60.0


async def noted(studio: Studio) -> None:
    """Return when the outbox knows the message of the newest job, so that it outlasts the token."""
    job = (await jobs_of(studio))[0]
    async with asyncio.timeout(10):
        while not await studio.store.deliveries.messages_of(job.id):
            continue


async def test_the_next_program_finishes_the_message_that_the_last_one_began(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS):
        used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64")
        await used.acknowledged()
    async with living(server, tmp_path):
        seen = await used.wait(is_final)

    assert [one.id for one in server.state.messages_in(channel.id)] == [seen.id]
    assert server.log.finals()[seen.id] == 1


async def test_an_answer_whose_token_died_meanwhile_is_edited_by_the_bot_itself(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS) as life:
        used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64")
        await used.acknowledged()
        await noted(life.studio)
    server.clock.advance(OLD_S)
    async with living(server, tmp_path):
        seen = await used.wait(is_final)

    assert [one.id for one in server.state.messages_in(channel.id)] == [seen.id]


async def test_a_private_answer_whose_token_died_meanwhile_comes_directly(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    state = server.state
    async with living(server, tmp_path, NOBODY_PAINTS):
        used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64", private=True)
        await used.acknowledged()
    server.clock.advance(OLD_S)
    async with living(server, tmp_path):
        chat = state.dm(state.bot.id, ada.id)
        await state.wait_for(lambda: any(one.json["attachments"] for one in state.messages_in(chat.id)))

    assert len(state.messages_in(chat.id)) == 1
    assert all(one.only_for == ada.id for one in state.messages_in(channel.id))


async def test_every_wish_of_a_burst_gets_its_end_in_its_own_message_once(
    server: DiscordServer,
    program: Living,  # noqa: ARG001 - what answers
    channel: Channel,
    ada: Person,
) -> None:
    used = await asyncio.gather(
        *(ada.slash(channel, "imagine", prompt=f"fox {number}", size="64x64") for number in range(12))
    )
    seen = [await one.wait(is_final) for one in used]

    assert len({one.id for one in seen}) == 12
    assert set(server.log.finals().values()) == {1}
    assert all(len(messages) == 1 for messages in server.log.messages_by_job().values())


async def test_further_jobs_of_one_wish_get_messages_of_their_own_that_say_who_asked(
    server: DiscordServer,
    program: Living,  # noqa: ARG001 - what answers
    channel: Channel,
    ada: Person,
) -> None:
    used = await ada.slash(channel, "imagine", prompt="a {red, blue} fox", size="64x64")
    await used.wait(is_final)
    state = server.state
    await state.wait_for(lambda: sum(bool(one.json["attachments"]) for one in state.messages_in(channel.id)) == 2)

    first, second = state.messages_in(channel.id)
    assert first.json["content"] == ""
    assert second.json["content"] == f"<@{ada.id}> used /imagine"


async def test_a_result_says_what_its_requester_has_left_by_the_limit_of_their_role(
    server: DiscordServer, guild: Guild, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    role = server.state.role(guild, "painters")
    guild.members[ada.id].roles.append(role.id)
    async with living(server, tmp_path) as life:
        await painted(ada, channel)  # From then on the server is known here.
        wish = QuotaWish("role", f"discord:{guild.id}/{role.id}", "credit", "day", 12_000)
        await set_quota(wish, OPERATOR, life.studio)

        seen = await painted(ada, channel)

    assert "of 12 left today" in seen.text


async def test_a_picture_that_is_deleted_later_is_taken_out_of_its_message(
    server: DiscordServer, program: Living, channel: Channel, ada: Person
) -> None:
    seen = await painted(ada, channel, count=2)
    job = (await jobs_of(program.studio))[0]

    await delete_image(job.images[0].id, OPERATOR, program.studio)

    message = server.state.messages[seen.id]
    await server.state.wait_for(lambda: len(message.json["attachments"]) == 1)
    assert message.json["attachments"][0]["filename"] == f"pinxit-{job.images[1].id}.png"


async def test_a_deleted_job_takes_its_message_along(
    server: DiscordServer,
    program: Living,  # noqa: ARG001 - what answers
    channel: Channel,
    ada: Person,
) -> None:
    seen = await painted(ada, channel)

    await ada.press(seen, "🗑️")

    await server.state.wait_for(lambda: server.state.message(seen.id) is None)
