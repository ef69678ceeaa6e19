"""Whatever Discord's gateway does, the bot comes back, and the rest of the program never notices."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import discord
import pytest
from aiohttp import web
from structlog.testing import capture_logs
from yarl import URL

from pinxit.bot.discord.bot import DiscordBot
from pinxit.bot.discord.connecting import Connection
from tests.bot.living import settings_for
from tests.bot.painted import painted
from tests.fakes import FakeClock
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.bot.discord.client import DiscordClient
    from pinxit.data.notes import Notes
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer


@pytest.fixture
async def shut_gateway() -> AsyncIterator[str]:
    """Give the address of a gateway that takes every connection and closes it before it has said a word."""

    async def shut(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close(code=1001)
        return socket

    app = web.Application()
    app.router.add_get("/gateway", shut)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"ws://127.0.0.1:{runner.addresses[0][1]}/gateway"
    await runner.cleanup()


async def test_a_gateway_that_hangs_up_before_its_first_word_ends_nothing(
    program: Living, server: DiscordServer, channel: Channel, ada: Person, shut_gateway: str
) -> None:
    before, good = server.gateway.identifies, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(shut_gateway)
    with capture_logs() as lines:
        shard = program.bot.client.get_shard(0)
        assert shard is not None
        await shard.reconnect()
        async with asyncio.timeout(20):
            while not any("begun anew" in line["event"] for line in lines):  # noqa: ASYNC110 - a log has none
                await asyncio.sleep(0)
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = good

    await server.state.wait_for(lambda: server.gateway.identifies > before, 20)
    seen = await painted(ada, channel)
    later = await ada.press(seen, "Reroll")

    assert (await later.wait(lambda message: message.text, timeout_s=20)).is_there
    assert not server.problems


async def test_a_gateway_that_is_away_at_the_start_is_tried_once_a_turn(
    program: Living, server: DiscordServer, tmp_path: Path, shut_gateway: str
) -> None:
    async with beginning(program, server, tmp_path, gateway_url=shut_gateway) as (bot, clock), asyncio.timeout(30):
        with capture_logs() as lines:
            while not any("begun anew" in line["event"] for line in lines):  # noqa: ASYNC110 - a log has none
                await asyncio.sleep(0)
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(server.gateway_url)
        await clock.advance(2.0)
        await bot.client.wait_until_ready()
        assert len(bot.client.shards) == 1


@pytest.mark.parametrize("route", [Route.USER_ME, Route.GATEWAY_BOT])
@pytest.mark.parametrize("kind", [Kind.RESET, Kind.HUNG_UP, Kind.BLOCKED])
async def test_trouble_while_logging_in_is_waited_out(
    program: Living, server: DiscordServer, tmp_path: Path, kind: Kind, route: Route
) -> None:
    server.faults.add("GET", route, Fault(kind), times=None)
    async with beginning(program, server, tmp_path) as (bot, clock), asyncio.timeout(30):
        for pause_s in (2.0, 4.0):
            await clock.sleepers()
            await clock.advance(pause_s)
        await clock.sleepers()
        server.faults.clear()
        await clock.advance(8.0)
        await bot.client.wait_until_ready()


async def test_the_last_connections_of_a_day_are_not_used_up(
    program: Living, server: DiscordServer, tmp_path: Path
) -> None:
    before, server.state.session_starts = server.gateway.identifies, 10
    async with beginning(program, server, tmp_path) as (bot, clock), asyncio.timeout(30):
        await clock.sleepers()
        assert server.gateway.identifies == before
        await clock.advance(14_400.0)
        await bot.client.wait_until_ready()


async def test_who_is_away_for_minutes_is_not_left_to_discord_pys_patience() -> None:
    clock, client = FakeClock(), Deaf()
    connection = Connection(cast("DiscordClient", client), clock, cast("Notes", None))
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(connection.keep("token", asyncio.Event()))
        await clock.advance(90.0)
        client.is_cut = True
        await clock.advance(119.0)
        assert client.lives == 1
        await clock.advance(20.0)
        keeping.cancel()

    assert client.lives == 2


class Deaf:
    """A client whose gateway stays away, once it is cut off. `lives`: how often it was begun."""

    application_id = None

    def __init__(self) -> None:
        self.lives = 1
        self.is_cut = False
        self.shards = {0: self}
        self.http = self

    def is_closed(self) -> bool:
        """Tell whether it is, as a client (never) and as a shard."""
        return self.is_cut

    async def get_bot_gateway(self) -> tuple[int, str, dict[str, int]]:
        """Return what Discord tells."""
        return 1, "", {"remaining": 500, "reset_after": 1000}

    async def login(self, _token: str) -> None:
        """Log in."""

    async def connect(self) -> None:
        """Never end."""
        await asyncio.Event().wait()

    async def reopen(self) -> None:
        """Begin anew."""
        self.lives += 1
        self.is_cut = False


@asynccontextmanager
async def beginning(
    program: Living, server: DiscordServer, folder: Path, **changes: object
) -> AsyncIterator[tuple[DiscordBot, FakeClock]]:
    """Start one more bot whose time stands still; it is closed at the end."""
    settings = settings_for(server, folder).discord.model_copy(update=changes)
    clock, started, stop = FakeClock(), asyncio.Event(), asyncio.Event()
    async with DiscordBot(settings, clock) as bot, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(bot.run(program.studio, stop, started))
        yield bot, clock
        await bot.close()
        await running
