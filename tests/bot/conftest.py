"""A loopback Discord with one server and one channel, and our program alive on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.bot.living import Living, living
from tests.platforms.discord.people import person
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person


@pytest.fixture(autouse=True)
def discord_addresses() -> Iterator[None]:
    """Let discord.py forget afterwards where a test's Discord was."""
    before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE)
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    """Give a Discord of this test's own; nothing that the bot sent to it, and nothing it said, may have been wrong."""
    async with DiscordServer() as running:
        yield running
        assert not running.problems, running.problems


@pytest.fixture
def guild(server: DiscordServer) -> Guild:
    """Give a server to which the bot was added with what the invitation asks for."""
    return server.state.guild("atelier")


@pytest.fixture
def channel(server: DiscordServer, guild: Guild) -> Channel:
    """Give a channel where everybody may write."""
    return server.state.channel(guild, "pictures")


@pytest.fixture
def ada(server: DiscordServer, guild: Guild) -> Person:
    """Give a member without any special right."""
    return person(server.state, "ada", guild=guild)


@pytest.fixture
def chief(server: DiscordServer, guild: Guild) -> Person:
    """Give somebody who may manage the server."""
    return person(server.state, "chief", guild=guild, permissions=discord.Permissions(manage_guild=True))


@pytest.fixture
def desk(server: DiscordServer, guild: Guild) -> Channel:
    """Give the channel for reports."""
    return server.state.channel(guild, "reports")


@pytest.fixture
async def program(server: DiscordServer, channel: Channel, tmp_path: Path) -> AsyncIterator[Living]:  # noqa: ARG001 - the channel must be there before the bot comes
    """Give the program, alive, with the sketch as its painter."""
    async with living(server, tmp_path) as life:
        yield life
