"""What the loopback Discord lets the bot do in a channel, against the worked order of Discord's permissions page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from tests.platforms.discord import rights
from tests.platforms.discord.entities import ChannelType, Overwrite
from tests.platforms.discord.logged_in import logged_in
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.state import State

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Guild, Member


def bits(**names: bool) -> int:
    return discord.Permissions(**names).value


SEND, SEE, FILES = bits(send_messages=True), bits(view_channel=True), bits(attach_files=True)


def a_member(state: State, guild: Guild, permissions: int = 0) -> Member:
    role = state.role(guild, "painters", permissions)
    return state.join(guild, state.user("ada"), roles=[role.id])


def test_the_members_own_overwrite_comes_after_the_roles_and_those_after_everyone() -> None:
    state = State()
    guild = state.guild()
    ada = a_member(state, guild)
    channel = state.channel(guild)

    steps = (
        (Overwrite(guild.id, is_role=True, deny=SEND), False),
        (Overwrite(ada.roles[0], is_role=True, allow=SEND), True),
        (Overwrite(ada.user_id, is_role=False, deny=SEND), False),
    )
    for overwrite, may in steps:
        channel.overwrites.insert(0, overwrite)  # The order in the list means nothing.
        assert rights.has(rights.in_channel(guild, ada, channel), send_messages=True) is may


def test_among_roles_what_one_allows_no_other_denies() -> None:
    state = State()
    guild = state.guild()
    ada = a_member(state, guild)
    other = state.role(guild, "other")
    ada.roles.append(other.id)
    overwrites = [Overwrite(ada.roles[0], is_role=True, allow=SEND), Overwrite(other.id, is_role=True, deny=SEND)]
    assert rights.has(rights.in_channel(guild, ada, state.channel(guild, overwrites=overwrites)), send_messages=True)


def test_administrators_and_owners_are_never_denied() -> None:
    state = State()
    guild = state.guild()
    admin = a_member(state, guild, bits(administrator=True))
    channel = state.channel(guild, overwrites=[Overwrite(guild.id, is_role=True, deny=SEE)])
    assert rights.in_channel(guild, admin, channel) == rights.ALL
    assert rights.in_channel(guild, guild.members[guild.owner_id], channel) == rights.ALL


def test_who_does_not_see_may_nothing_and_who_may_not_send_sends_no_files() -> None:
    state = State()
    guild = state.guild()
    ada = a_member(state, guild)
    unseen = state.channel(guild, overwrites=[Overwrite(guild.id, is_role=True, deny=SEE)])
    silent = state.channel(guild, overwrites=[Overwrite(guild.id, is_role=True, deny=SEND)])
    assert rights.in_channel(guild, ada, unseen) == 0
    left = rights.in_channel(guild, ada, silent)
    assert not rights.has(left, attach_files=True)
    assert rights.has(left, view_channel=True, add_reactions=True)


@pytest.mark.parametrize(
    ("deny", "code"),
    [
        (SEE, 50001),
        (SEND, 50013),
        (FILES, 50013),
        (0, None),
    ],
)
async def test_a_denied_post_has_discords_code(deny: int, code: int | None) -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        guild = server.state.guild()
        channel = server.state.channel(guild, overwrites=[Overwrite(guild.id, is_role=True, deny=deny)])
        there = client.get_partial_messageable(int(channel.id))
        file = discord.File(__file__, "x.txt")
        if code is None:
            await there.send("x", file=file)
        else:
            with pytest.raises(discord.Forbidden) as told:
                await there.send("x", file=file)
            assert told.value.code == code
        assert not server.problems


async def test_embeds_without_the_permission_are_dropped_without_a_word() -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        guild = server.state.guild()
        deny = Overwrite(guild.id, is_role=True, deny=bits(embed_links=True))
        there = client.get_partial_messageable(int(server.state.channel(guild, overwrites=[deny]).id))
        assert (await there.send("x", embed=discord.Embed(title="t"))).embeds == []


async def test_places_where_the_bot_cannot_write() -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        state = server.state
        guild = state.guild()
        text = state.channel(guild)
        locked = state.thread(text)
        locked.archived = locked.locked = True
        closed = state.user("closed", dms_open=False)
        places = {
            "1": 10003,
            state.channel(guild, type=ChannelType.FORUM).id: 50008,
            locked.id: 50083,
            state.dm(state.bot.id, closed.id).id: 50007,
            state.dm(state.owner.id, closed.id).id: 50001,
            state.channel(state.guild("foreign", with_bot=False)).id: 50001,
        }
        for place, code in places.items():
            with pytest.raises(discord.HTTPException) as told:
                await client.get_partial_messageable(int(place)).send("x")
            assert told.value.code == code
        assert not state.messages
        assert not server.problems


async def test_a_thread_asks_for_its_own_permission_and_wakes_up() -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        guild = server.state.guild()
        deny = Overwrite(guild.id, is_role=True, deny=SEND)
        thread = server.state.thread(server.state.channel(guild, overwrites=[deny]))
        thread.archived = True
        await client.get_partial_messageable(int(thread.id)).send("x")
        assert not thread.archived


async def test_foreign_messages_need_manage_messages() -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        guild = server.state.guild()
        there = client.get_partial_messageable(int(server.state.channel(guild).id))
        message = await there.send("x")
        server.state.messages[str(message.id)].author_id = server.state.owner.id
        with pytest.raises(discord.Forbidden) as told:
            await message.delete()
        assert told.value.code == 50013

        server.state.role(guild, "more", bits(manage_messages=True))
        guild.members[server.state.bot.id].roles.append(list(guild.roles)[-1])
        await message.delete()
        assert server.state.message(str(message.id)) is None
