"""The bot's life: logging in, losing the connection, errors in handlers, and leaving in order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from pinxit.bot.discord.bot import DiscordBot
from pinxit.bot.discord.endpoints import proxy_of, use_endpoints
from pinxit.config.tree import DiscordSettings
from pinxit.domain.delivery import Later
from pinxit.domain.errors import ConfigError
from pinxit.queue.clock import SystemClock
from tests.bot.living import NOBODY_PAINTS, living, settings_for
from tests.fakes import FakeClock
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.delivery import Card, Delivery
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer

SMALL: dict[str, Any] = {"size": "96x64"}


async def test_only_what_is_needed_is_heard_and_kept(program: Living, server: DiscordServer) -> None:
    client = program.bot.client
    heard = client.intents

    assert {name for name, is_on in heard if is_on} == {
        "guilds",
        "guild_messages",
        "guild_reactions",
        "dm_messages",
        "dm_reactions",
    }
    assert server.state.session.intents == heard.value
    assert list(client.cached_messages) == []
    assert client.allowed_mentions is not None
    assert client.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_a_wrong_token_stops_the_start_with_a_sentence(program: Living, server: DiscordServer) -> None:
    settings = DiscordSettings(token="wrong", api_url=server.api_url, gateway_url=server.gateway_url)  # type: ignore[arg-type]  # pydantic makes a secret of it

    async with DiscordBot(settings, SystemClock()) as bot, asyncio.timeout(10):
        with pytest.raises(ConfigError) as wrong:
            await bot.run(program.studio, asyncio.Event(), asyncio.Event())

    assert "discord.token" in str(wrong.value)
    assert "wrong" not in str(wrong.value)


async def test_discord_may_be_away_at_the_start(program: Living, server: DiscordServer, tmp_path: Path) -> None:
    server.faults.add("GET", Route.USER_ME, Kind.RESET, times=None)
    clock, started, stop = FakeClock(), asyncio.Event(), asyncio.Event()
    settings = settings_for(server, tmp_path).discord
    async with DiscordBot(settings, clock) as bot, asyncio.TaskGroup() as tasks:
        platform = bot.platform(program.studio.blobs)
        running = tasks.create_task(bot.run(program.studio, stop, started))
        async with asyncio.timeout(30):
            await started.wait()
            await clock.sleepers()
            answer = await platform.place(_nothing(), _no_card())

            server.faults.clear()
            await clock.advance(2.0)
            await bot.client.wait_until_ready()

        assert isinstance(answer, Later)
        await bot.close()
        await running


async def test_a_dropped_connection_loses_no_command(
    program: Living,  # noqa: ARG001 - it must be alive
    server: DiscordServer,
    channel: Channel,
    ada: Person,
) -> None:
    server.gateway.drop(resumable=True)

    used = await ada.slash(channel, "imagine", prompt="a red fox", **SMALL)
    seen = await used.wait(lambda message: message.text, timeout_s=20)

    assert seen.is_there


async def test_a_token_that_is_revoked_later_ends_the_bot_and_nothing_else(
    program: Living, server: DiscordServer
) -> None:
    with capture_logs() as lines:
        server.gateway.close(4004)
        async with asyncio.timeout(20):
            while not any("ended the connection" in line["event"] for line in lines):  # noqa: ASYNC110 - a log has none
                await asyncio.sleep(0)

    assert any(line["log_level"] == "error" and line.get("code") == 4004 for line in lines)
    assert not program.stop.is_set()
    platform = program.bot.platform(program.studio.blobs)
    assert isinstance(await platform.place(_nothing(), _no_card()), Later)


async def test_an_error_of_ours_is_told_with_a_number_that_the_log_names(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS) as life:
        life.bot.client.desk.open(_Broken())  # type: ignore[arg-type]  # what is wrong with it is the point
        with capture_logs() as lines:
            seen = await (await ada.slash(channel, "history")).wait()

    (failed,) = [line for line in lines if line["event"] == "a handler failed"]
    assert failed["correlation_id"] in seen.text.replace("\\", "")
    assert seen.is_ephemeral


async def test_a_command_of_another_version_is_answered(program: Living, channel: Channel, ada: Person) -> None:
    program.bot.client.tree.remove_command("styles")

    seen = await (await ada.slash(channel, "styles")).wait()

    assert seen.is_ephemeral
    assert "/styles" in seen.text


async def test_an_answer_that_is_lost_leaves_the_job_its_message(
    program: Living,  # noqa: ARG001 - it must be alive
    server: DiscordServer,
    channel: Channel,
    ada: Person,
) -> None:
    server.faults.add("POST", Route.CALLBACK, Kind.LOST)

    used = await ada.slash(channel, "imagine", prompt="a red fox", **SMALL)
    seen = await used.wait(lambda message: message.attachments, timeout_s=20)

    assert "a red fox" in seen.text
    assert len(ada.messages(channel)) == 1


async def test_the_bot_leaves_when_what_is_being_answered_is_answered(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    held = asyncio.Event()
    server.faults.add("POST", Route.CALLBACK, Fault(Kind.SLOW, hold=held))
    async with living(server, tmp_path, NOBODY_PAINTS) as life:
        used = await ada.slash(channel, "help")
        await server.state.wait_for(lambda: server.faults.struck[Kind.SLOW])
        closing = asyncio.create_task(life.bot.close())
        await asyncio.sleep(0)

        assert life.bot.client.desk.is_stopping
        assert not life.bot.client.is_closed()
        held.set()
        await closing

    assert used.message.is_ephemeral


def test_addresses_are_those_of_the_settings() -> None:
    settings = DiscordSettings(
        api_url="http://127.0.0.1:1/api/v10/",
        gateway_url="ws://127.0.0.1:1/gateway",
        cdn_url="http://127.0.0.1:1/cdn",
    )

    use_endpoints(settings)

    assert discord.http.Route("GET", "/users/@me").url == "http://127.0.0.1:1/api/v10/users/@me"
    assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:1/gateway"
    assert discord.Asset.BASE == "http://127.0.0.1:1/cdn"


async def test_everything_goes_through_the_proxy_with_its_password(server: DiscordServer, tmp_path: Path) -> None:
    seen: list[tuple[str, str | None]] = []

    async def pass_on(request: web.BaseRequest) -> web.Response:
        seen.append((str(request.url), request.headers.get("Proxy-Authorization")))
        return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401)

    proxy = web.ServerRunner(web.Server(pass_on))
    await proxy.setup()
    await web.TCPSite(proxy, "127.0.0.1", 0).start()
    port = proxy.addresses[0][1]
    settings = settings_for(server, tmp_path, discord=f'proxy = "http://ada:secret@127.0.0.1:{port}"').discord
    async with DiscordBot(settings, SystemClock()) as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.client.login("token")
    await proxy.cleanup()

    assert seen == [(f"{server.api_url}/users/@me", "Basic YWRhOnNlY3JldA==")]
    assert proxy_of(DiscordSettings()) is None


class _Broken:
    """A studio without anything in it."""


def _nothing() -> Delivery:
    return None  # type: ignore[return-value]  # never looked at


def _no_card() -> Card:
    return None  # type: ignore[return-value]  # never looked at
