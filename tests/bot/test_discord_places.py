"""Who asks on Discord, and where: servers, threads, direct chats, other people's servers, rights and languages."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import discord
import pytest

from pinxit.actions.asking import Room
from pinxit.bot.discord.address import Address
from pinxit.bot.discord.places import Spot, asker_of, asker_without_answer, known_asker, language, spot_of
from tests.platforms.discord import wire
from tests.platforms.discord.entities import ChannelType, Overwrite
from tests.platforms.discord.people import person

if TYPE_CHECKING:
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer


async def heard(program: Living, who: Person, channel: Channel) -> Interaction:
    """Return the interaction as the client sees it when somebody asks for help in the channel."""
    client = program.bot.client
    coming = asyncio.create_task(client.wait_for("interaction", timeout=10))
    await asyncio.sleep(0)
    await (await who.slash(channel, "help")).acknowledged()
    interaction: Interaction = await coming
    return interaction


def address_of(asker: Asker) -> Address:
    assert asker.target is not None
    return Address.read(json.loads(asker.target.address))


async def test_in_a_server_the_server_pays(program: Living, guild: Guild, channel: Channel, ada: Person) -> None:
    asker = await asker_of(await heard(program, ada, channel), program.studio, command="/help")

    target, address = asker.target, address_of(asker)
    assert asker.caller.guild == f"discord:{guild.id}"
    assert asker.caller.person == f"discord:{ada.id}"
    assert not asker.caller.is_moderator
    assert target is not None
    assert (target.channel, target.room, target.within_s, target.is_adult) == (
        channel.id,
        Room.ONE_PRIVATE,
        None,
        False,
    )
    assert address.token
    assert address.can_post
    assert target.further is not None
    further = Address.read(json.loads(target.further.address))
    assert (further.token, further.interaction, further.command) == ("", "", "/help")
    assert (await program.studio.store.guilds.names([asker.caller.guild]))[asker.caller.guild] == "atelier"


async def test_roles_count_for_limits(
    program: Living, server: DiscordServer, guild: Guild, channel: Channel, ada: Person
) -> None:
    gold = server.state.role(guild, "gold")
    guild.members[ada.id].roles.append(gold.id)
    server.state.emit("GUILD_ROLE_CREATE", {"guild_id": guild.id, "role": wire.role_json(gold)}, guild_id=guild.id)

    spot = spot_of(await heard(program, ada, channel))

    assert spot.roles == (gold.id,)


async def test_whoever_may_manage_the_server_is_a_moderator(
    program: Living, server: DiscordServer, guild: Guild, channel: Channel
) -> None:
    for may, deleting, is_moderator in (
        (discord.Permissions(manage_guild=True), False, True),
        (discord.Permissions(administrator=True), False, True),
        (discord.Permissions(manage_messages=True), False, False),
        (discord.Permissions(manage_messages=True), True, True),
        (discord.Permissions.none(), True, False),
    ):
        boss = person(server.state, "boss", guild=guild, permissions=may)

        spot = spot_of(await heard(program, boss, channel), deleting=deleting)

        assert spot.is_moderator is is_moderator, may


async def test_rights_in_somebody_else_s_server_mean_nothing(program: Living, server: DiscordServer) -> None:
    elsewhere = server.state.guild("elsewhere", with_bot=False)
    room = server.state.channel(elsewhere, "talk")
    eve = person(
        server.state, "eve", guild=elsewhere, own_install=True, permissions=discord.Permissions(administrator=True)
    )

    asker = await asker_of(await heard(program, eve, room), program.studio)

    assert asker.caller.guild == f"discord:dm:{eve.id}"
    assert not asker.caller.is_moderator
    assert asker.caller.roles == ()
    assert asker.target is not None
    assert asker.target.further is None
    assert (asker.target.room, asker.target.within_s) == (Room.ONE, 600.0)


async def test_in_a_direct_chat_the_person_pays(program: Living, ada: Person) -> None:
    asker = await asker_of(await heard(program, ada, ada.dm), program.studio)

    assert asker.caller.guild == f"discord:dm:{ada.id}"
    assert asker.target is not None
    assert (asker.target.channel, asker.target.room, asker.target.is_adult) == (ada.dm.id, Room.ANY, None)
    assert address_of(asker).can_post


async def test_a_channel_where_the_bot_may_not_write_is_answered_in_only(
    program: Living, server: DiscordServer, guild: Guild, channel: Channel, ada: Person
) -> None:
    closed = discord.Permissions(send_messages=True).value
    own = next(role for role in guild.roles.values() if role.bot_id == server.state.bot.id)
    channel.overwrites.append(Overwrite(own.id, is_role=True, deny=closed))

    spot = spot_of(await heard(program, ada, channel))

    assert not spot.can_post


async def test_an_age_restricted_channel_is_known_and_so_are_its_threads(
    program: Living, server: DiscordServer, guild: Guild, ada: Person
) -> None:
    adult = server.state.channel(guild, "adult", nsfw=True)
    thread = server.state.thread(adult)
    tame = server.state.channel(guild, "tame")
    for one in (adult, thread, tame):
        server.gateway.opened(one)

    found = [(await _spot(program, ada, one)).is_adult for one in (adult, thread, tame)]

    assert found == [True, True, False]


async def test_a_post_in_a_forum_is_a_place_as_any(
    program: Living, server: DiscordServer, guild: Guild, ada: Person
) -> None:
    forum = server.state.channel(guild, "forum", type=ChannelType.FORUM)
    post = server.state.thread(forum, "my fox")
    for one in (forum, post):
        server.gateway.opened(one)

    spot = await _spot(program, ada, post)

    assert spot.channel == post.id
    assert spot.can_post


async def test_everybody_reads_the_place_s_language_and_each_their_own(
    program: Living, server: DiscordServer, guild: Guild, channel: Channel
) -> None:
    guild.locale = "de"
    kim = person(server.state, "kim", guild=guild, locale="en-US")

    asker = await asker_of(await heard(program, kim, channel), program.studio)

    assert asker.locale == "en"
    assert address_of(asker).locale == "de"


async def test_looking_something_up_notes_nobody(program: Living, channel: Channel, ada: Person) -> None:
    interaction = await heard(program, ada, channel)
    await program.studio.store.database.write(lambda tx: tx.run("DELETE FROM account"))

    asker = await known_asker(interaction, program.studio)

    rows = await program.studio.store.database.read(lambda tx: tx.all("SELECT * FROM account"))
    assert asker.caller.person == f"discord:{ada.id}"
    assert asker.target is None
    assert not rows


async def test_a_reaction_has_no_token(program: Living) -> None:
    spot = Spot(user="1", name="ada", channel="2", guild="3", is_shared=True)

    asker = await asker_without_answer(spot, program.studio, key="r1", reply_to="4")

    address = address_of(asker)
    assert (address.token, address.interaction, address.reply_to) == ("", "", "4")
    assert asker.key == "r1"


@pytest.mark.parametrize(("locale", "ours"), [("de", "de"), ("en-GB", "en"), ("fr", "en"), ("", "en")])
def test_every_locale_has_a_language(locale: str, ours: str) -> None:
    assert language(locale) == ours


async def _spot(program: Living, who: Person, channel: Channel) -> Spot:
    return spot_of(await heard(program, who, channel))
