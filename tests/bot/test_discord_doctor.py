from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from pinxit.__main__ import Pinxit
from pinxit.bot.discord.checks import check_discord, invite_link, least_permissions
from pinxit.config.tree import DiscordSettings
from pinxit.domain.checkup import State
from tests.bot.living import settings_for

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from pinxit.domain.checkup import Check
    from tests.platforms.discord.server import DiscordServer

TOKEN = "MTAx.very.secret"
APPLICATION = {
    "id": "101",
    "name": "pinxit",
    "bot_public": True,
    "bot_require_code_grant": False,
    "interactions_endpoint_url": None,
    "integration_types_config": {"0": {}, "1": {}},
}
SERVER = {"id": "201", "name": "atelier", "permissions": str(least_permissions().value)}


@asynccontextmanager
async def discord_with(
    application: Mapping[str, Any] = APPLICATION, servers: tuple[Mapping[str, Any], ...] = (SERVER,), status: int = 200
) -> AsyncIterator[DiscordSettings]:
    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return web.json_response({"code": 0, "message": "401: Unauthorized"}, status=401)
        after = int(request.query.get("after", "0"))
        page = [server for server in servers if int(server["id"]) > after][: int(request.query.get("limit", "200"))]
        said = {"/users/@me": {"id": "101", "username": "pinxit"}, "/applications/@me": application}
        return web.json_response(said.get(request.path, page), status=status)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield DiscordSettings(token=SecretStr(TOKEN), api_url=f"http://{host}:{port}")
    finally:
        await runner.cleanup()


def worst(checks: list[Check]) -> Check:
    return max(checks, key=lambda check: list(State).index(check.state))


async def looked_at(settings: DiscordSettings) -> list[Check]:
    return list(await check_discord(settings))


async def test_a_bot_that_is_set_up_is_well_and_has_an_invite_link() -> None:
    async with discord_with() as settings:
        checks = await looked_at(settings)

    assert {check.state for check in checks} == {State.GOOD}
    assert any(invite_link("101") in check.message for check in checks)
    assert "in 1 server" in checks[-1].message


async def test_the_invite_asks_for_six_permissions_and_two_scopes() -> None:
    link = invite_link("101")

    assert "client_id=101" in link
    assert "scope=bot+applications.commands" in link
    assert link.endswith(f"permissions={(1 << 10) | (1 << 11) | (1 << 14) | (1 << 15) | (1 << 16) | (1 << 38)}")


async def test_without_a_token_nothing_is_asked() -> None:
    assert await check_discord(DiscordSettings()) == ()


async def test_a_wrong_token_is_a_finding_that_does_not_show_it() -> None:
    async with discord_with() as settings:
        checks = await looked_at(settings.model_copy(update={"token": SecretStr("wrong.secret")}))

    assert [(check.state, "token is not valid" in check.message) for check in checks] == [(State.BAD, True)]
    assert "wrong.secret" not in repr(checks)


@pytest.mark.parametrize(
    ("changes", "state", "about"),
    [
        ({"interactions_endpoint_url": "https://example.org/hook"}, State.BAD, "Interactions Endpoint URL"),
        ({"integration_types_config": {"1": {}}}, State.BAD, "Guild Install"),
        ({"integration_types_config": {"0": {}}}, State.ODD, "User Install"),
        ({"bot_require_code_grant": True}, State.BAD, "code grant"),
    ],
)
async def test_a_wrong_switch_of_the_application_is_named_with_its_cure(
    changes: dict[str, Any], state: State, about: str
) -> None:
    async with discord_with({**APPLICATION, **changes}) as settings:
        found = worst(await looked_at(settings))

    assert found.state is state
    assert about in f"{found.message} {found.cure}"
    assert found.cure


async def test_each_server_that_lacks_permissions_is_named_with_them() -> None:
    poor = {"id": "202", "name": "gallery", "permissions": str(least_permissions().value & ~(1 << 15))}
    owner = {"id": "203", "name": "museum", "permissions": str(1 << 3)}

    async with discord_with(servers=(SERVER, poor, owner)) as settings:
        found = worst(await looked_at(settings))

    assert found.state is State.ODD
    assert found.message == "permissions are missing in 1 of 3 servers: gallery (attach files)"


async def test_more_servers_than_a_page_holds_are_all_counted() -> None:
    many = tuple({**SERVER, "id": str(1000 + number)} for number in range(450))

    async with discord_with(servers=many) as settings:
        checks = await looked_at(settings)

    assert "in 450 servers" in checks[-1].message


async def test_a_bot_in_no_server_is_told_to_be_invited() -> None:
    async with discord_with(servers=()) as settings:
        found = worst(await looked_at(settings))

    assert (found.state, found.cure) == (State.ODD, "open the invite link above")


@pytest.mark.parametrize(("status", "about"), [(500, "status 500"), (429, "too often"), (404, "discord.api_url")])
async def test_an_answer_that_is_none_is_a_finding(status: int, about: str) -> None:
    async with discord_with(status=status) as settings:
        checks = await looked_at(settings)

    assert about in f"{checks[0].message} {checks[0].cure}"
    assert TOKEN not in json.dumps([check.message for check in checks])


async def test_a_server_that_is_not_there_is_a_finding() -> None:
    async with discord_with() as settings:
        pass

    checks = await looked_at(settings)

    assert [check.state for check in checks] == [State.BAD]
    assert "cannot be reached" in checks[0].message


async def test_the_program_asks_the_discord_of_its_settings(server: DiscordServer, tmp_path: Path) -> None:
    server.state.guild("atelier")
    settings = settings_for(server, tmp_path)

    checks = list(await Pinxit().platform_checks(settings))
    none = await Pinxit().platform_checks(settings.model_copy(update={"discord": DiscordSettings()}))

    assert {check.state for check in checks} <= {State.GOOD, State.ODD}
    assert any("/oauth2/authorize?client_id=" in check.message for check in checks)
    assert any("in 1 server" in check.message or "of 1 server" in check.message for check in checks)
    assert server.token not in repr(checks)
    assert none == ()
