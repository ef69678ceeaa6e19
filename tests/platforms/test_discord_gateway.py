"""The loopback gateway, spoken to by an unmodified discord.py client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from tests.platforms.discord import gateway_events
from tests.platforms.discord.entities import Event
from tests.platforms.discord.people import person
from tests.platforms.discord.plain_client import PlainClient, connected
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server
        assert not server.problems


async def test_a_client_gets_ready_and_its_servers(server: DiscordServer) -> None:
    guild = server.state.guild("atelier")
    channel = server.state.channel(guild, "pictures")
    thread = server.state.thread(channel, "night")
    server.state.guild("elsewhere", with_bot=False)

    async with connected(server, PlainClient()) as client:
        assert [one.name for one in client.guilds] == ["atelier"]
        assert client.application_id == int(server.state.application_id)
        found = client.get_guild(int(guild.id))
        assert found is not None
        assert [one.name for one in found.text_channels] == ["pictures"]
        assert [one.id for one in found.threads] == [int(thread.id)]
        assert server.gateway.identifies == 1


async def test_two_shards_share_the_servers_between_them(server: DiscordServer) -> None:
    shares: tuple[set[str], set[str]] = (set(), set())
    while not all(shares):
        guild = server.state.guild()
        shares[int(guild.id) >> 22 & 1].add(guild.id)
        server.state.clock.advance(0.001)  # Shards are told by the milliseconds of an id.

    async with connected(server, PlainClient(shard_count=2)) as client:
        assert {str(one.id) for one in client.guilds} == shares[0] | shares[1]
        assert server.gateway.identifies == 2

    assert await guilds_of(server, 0) == shares[0]
    assert await guilds_of(server, 1) == shares[1]


async def guilds_of(server: DiscordServer, shard: int) -> set[str]:
    """Identify as one of two shards and return the ids of the servers it is told of."""
    hello = {"token": server.token, "intents": 0, "properties": {}, "shard": [shard, 2]}
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{server.gateway.url}?v=10") as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": hello})
        return {guild["id"] for guild in (await socket.receive_json())["d"]["guilds"]}


async def test_a_dropped_connection_resumes_and_hears_what_it_missed(server: DiscordServer) -> None:
    guild = server.state.guild()
    channel = server.state.channel(guild)
    ada = person(server.state, "ada", guild=guild)

    async with connected(server, PlainClient()) as client:
        server.gateway.drop(resumable=True)
        await ada.say(channel, "said while nobody listened")
        await server.gateway.connected()

        messages = await client.until("message")

        assert [one.author.name for one in messages] == ["ada"]
        assert (server.gateway.identifies, server.gateway.resumes) == (1, 1)


async def test_a_reconnect_asked_for_politely_resumes_too(server: DiscordServer) -> None:
    async with connected(server, PlainClient()):
        server.gateway.drop(resumable=True, politely=True)
        await server.gateway.connected()

        assert (server.gateway.identifies, server.gateway.resumes) == (1, 1)


@pytest.mark.parametrize("politely", [True, False])
async def test_a_lost_session_identifies_anew(server: DiscordServer, *, politely: bool) -> None:
    server.state.guild()
    async with connected(server, PlainClient()) as client:
        server.gateway.drop(resumable=False, politely=politely)
        await server.gateway.connected()
        await client.until("ready", 2)

        assert (server.gateway.identifies, server.gateway.resumes) == (2, 0)
        assert server.gateway.refused_resumes == (0 if politely else 1)
        assert len(client.guilds) == 1


async def test_a_wrong_token_and_a_privileged_intent_close_with_their_codes(server: DiscordServer) -> None:
    async def code(token: str, intents: int) -> int | None:
        async with aiohttp.ClientSession() as session, session.ws_connect(f"{server.gateway.url}?v=10") as socket:
            assert (await socket.receive_json())["op"] == 10
            await socket.send_json({"op": 2, "d": {"token": token, "intents": intents, "properties": {}}})
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
            return socket.close_code

    assert await code("wrong", 0) == 4004
    assert await code(server.token, gateway_events.MESSAGE_CONTENT) == 4014
    assert await code(server.token, 1 << 30) == 4013
    server.gateway.allowed_intents = gateway_events.MESSAGE_CONTENT
    assert server.gateway.close_codes == [4004, 4014, 4013]


async def test_discord_py_says_that_an_intent_is_not_allowed(server: DiscordServer) -> None:
    with pytest.raises(ExceptionGroup) as failed:
        async with connected(server, PlainClient(intents=discord.Intents(message_content=True))):
            pytest.fail("it got ready")

    assert failed.group_contains(discord.PrivilegedIntentsRequired)


async def test_servers_come_and_go_while_it_runs(server: DiscordServer) -> None:
    async with connected(server, PlainClient()) as client:
        guild = server.state.guild("new")
        server.gateway.joined(guild)
        await client.until("guild_join")
        assert [one.name for one in client.guilds] == ["new"]

        server.gateway.kicked(guild)
        await client.until("guild_remove")
        assert not client.guilds
        assert server.state.bot.id not in guild.members


async def test_channels_come_and_go_while_it_runs(server: DiscordServer) -> None:
    guild = server.state.guild()
    async with connected(server, PlainClient()) as client:
        channel = server.state.channel(guild, "new")
        server.gateway.opened(channel)
        (opened,) = await client.until("guild_channel_create")
        server.gateway.closed(channel)
        (closed,) = await client.until("guild_channel_delete")

        assert (opened.id, closed.id) == (int(channel.id), int(channel.id))
        assert channel.id not in server.state.channels


async def test_the_words_of_a_message_are_for_whom_they_concern(server: DiscordServer) -> None:
    guild = server.state.guild()
    channel = server.state.channel(guild)
    ada = person(server.state, "ada", guild=guild)

    async with connected(server, PlainClient()) as client:
        first = await ada.say(channel, "among ourselves")
        await ada.say(channel, f"<@{server.state.bot.id}> paint this", reply_to=first)
        await ada.say(ada.dm, "between us two")
        aside, asked, direct = await client.until("message", 3)

    assert aside.content == ""
    assert asked.content.endswith("paint this")
    assert asked.reference.resolved.content == ""
    assert direct.content == "between us two"


def test_an_event_without_its_intent_is_kept_back() -> None:
    messages = gateway_events.GUILD_MESSAGES

    assert gateway_events.is_covered("MESSAGE_CREATE", in_guild=True, intents=messages)
    assert not gateway_events.is_covered("MESSAGE_CREATE", in_guild=False, intents=messages)
    assert not gateway_events.is_covered("MESSAGE_REACTION_ADD", in_guild=True, intents=messages)
    assert not gateway_events.is_covered("SOMETHING_NEW", in_guild=True, intents=gateway_events.EVERY_INTENT)
    assert gateway_events.is_covered("INTERACTION_CREATE", in_guild=False, intents=0)


def test_a_bot_with_the_message_content_intent_reads_everything() -> None:
    data = {"author": {"id": "1"}, "mentions": [], "content": "hello", "embeds": [{}]}
    event = Event("MESSAGE_CREATE", data, guild_id="7")

    with_intent = gateway_events.as_read(event, bot_id="2", intents=gateway_events.MESSAGE_CONTENT)
    without = gateway_events.as_read(event, bot_id="2", intents=0)

    assert with_intent == data
    assert (without["content"], without["embeds"]) == ("", [])
    assert data["content"] == "hello"
