"""The loopback Discord's REST, asked by the real discord.py: account, messages, nonces, files, limits."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest
from PIL import Image

from tests.platforms.discord.logged_in import logged_in
from tests.platforms.discord.openapi import openapi
from tests.platforms.discord.routes import Route
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.discord.entities import Channel, Guild

_ROOT = Path(__file__).parents[2]
_DOCUMENT = Path(__file__).parent / "discord" / "discord_openapi.json"


class Desk:
    """A server with one guild and channel, and a client at its REST; `there` is the channel as the client sees it."""

    def __init__(self, server: DiscordServer, client: discord.Client) -> None:
        self.server = server
        self.client = client
        self.guild: Guild = server.state.guild()
        self.channel: Channel = server.state.channel(self.guild)
        self.there = client.get_partial_messageable(int(self.channel.id))

    def shown(self, message: discord.Message) -> dict[str, Any]:
        return self.server.state.messages[str(message.id)].json


@asynccontextmanager
async def desk(*, problems: int = 0) -> AsyncIterator[Desk]:
    async with DiscordServer() as server, logged_in(server) as client:
        yield Desk(server, client)
        assert len(server.problems) == problems, server.problems


def a_file(name: str = "a.png", content: bytes | None = None, description: str | None = None) -> discord.File:
    written = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(written, "PNG")
    return discord.File(io.BytesIO(content or written.getvalue()), name, description=description)


async def test_what_a_bot_reads_of_itself_and_its_servers() -> None:
    async with desk() as at:
        assert str((await at.client.application_info()).id) == at.server.application_id
        guild = await at.client.fetch_guild(int(at.guild.id))
        assert guild.name == at.guild.name
        assert [one.id for one in await guild.fetch_channels()] == [int(at.channel.id)]
        assert [one.name async for one in at.client.fetch_guilds()] == [at.guild.name]
        assert (await guild.fetch_member(int(at.server.state.bot.id))).bot
        assert (await at.client.fetch_user(int(at.server.state.owner.id))).name == "owner"


async def test_leaving_a_server_is_told_while_the_bot_still_hears_of_it() -> None:
    async with desk() as at:
        heard: list[tuple[str, bool]] = []
        bot_id = at.server.state.bot.id
        at.server.state.listeners.append(lambda event: heard.append((event.name, bot_id in at.guild.members)))
        await (await at.client.fetch_guild(int(at.guild.id))).leave()

        assert heard == [("GUILD_DELETE", True)]
        with pytest.raises(discord.Forbidden):
            await at.client.fetch_guild(int(at.guild.id))


async def test_a_wrong_token_is_refused() -> None:
    async with DiscordServer() as server:
        with pytest.raises(discord.LoginFailure):
            async with logged_in(server, "wrong"):
                pass
        assert server.invalid_requests == 1


async def test_the_same_nonce_gives_the_first_message_unchanged_for_some_minutes() -> None:
    async with desk() as at:
        first = await at.there.send("one", nonce="n1")
        again = await at.there.send("two", nonce="n1")
        assert (again.id, again.content) == (first.id, "one")
        assert [call.shown is not None for call in at.server.log.of("POST", Route.MESSAGES)] == [True, False]

        at.server.clock.advance(600)
        other = await at.there.send("three", nonce="n1")
        assert at.server.log.messages_by_nonce() == {"n1": {str(first.id), str(other.id)}}
        assert other.id != first.id


async def test_another_edits_nothing_and_the_author_does() -> None:
    async with desk() as at:
        message = await at.there.send("one")
        await message.edit(content="two")
        assert at.shown(message)["content"] == "two"

        foreign = at.server.state.messages[str(message.id)]
        foreign.author_id = at.server.state.owner.id
        with pytest.raises(discord.Forbidden) as told:
            await message.edit(content="three")
        assert told.value.code == 50005


async def test_an_edit_without_attachments_keeps_them_and_a_list_keeps_only_its_own() -> None:
    async with desk() as at:
        message = await at.there.send(files=[a_file("a.png", description="alt"), a_file("b.png")])
        assert [one.description for one in message.attachments] == ["alt", None]
        assert (message.attachments[0].width, message.attachments[0].height) == (8, 4)

        kept = await message.edit(content="still two")
        assert [one.filename for one in kept.attachments] == ["a.png", "b.png"]
        fewer = await kept.edit(attachments=[kept.attachments[1], a_file("c.png")])
        assert [one.filename for one in fewer.attachments] == ["b.png", "c.png"]
        assert await fewer.attachments[0].read() == await message.attachments[1].read()


async def test_a_file_shown_by_an_embed_is_no_attachment() -> None:
    async with desk() as at:
        embed = discord.Embed(description="d").set_image(url="attachment://a.png")
        message = await at.there.send(embed=embed, files=[a_file("a.png"), a_file("b.png")])

        assert [one.filename for one in message.attachments] == ["b.png"]
        assert message.embeds[0].image.width == 8
        async with aiohttp.ClientSession() as web, web.get(str(message.embeds[0].image.url)) as picture:
            assert picture.content_type == "image/png"


async def test_components_come_back_numbered_and_reactions_counted() -> None:
    async with desk() as at:
        view = discord.ui.View().add_item(discord.ui.Button(label="V1", emoji="🔁", custom_id="px1:vary:j:0"))
        view.add_item(discord.ui.Select(custom_id="px1:change:j:", options=[discord.SelectOption(label="x")]))
        view.stop()
        message = await at.there.send("x", view=view)
        await message.add_reaction("❤️")

        found = await at.there.fetch_message(message.id)
        assert [one.me for one in found.reactions] == [True]
        assert [row["id"] for row in at.shown(found)["components"]] == [1, 3]
        assert at.server.log.messages_by_job() == {"j": {str(message.id)}}
        assert at.server.log.finals() == {str(message.id): 1}
        await message.delete()
        with pytest.raises(discord.NotFound) as told:
            await at.there.fetch_message(message.id)
        assert told.value.code == 10008


_LONG = "x" * 4000
_TWICE = {"type": 2, "style": 2, "label": "x", "custom_id": "twice"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": ""}, 50006),
        ({"content": "   "}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"content": "😀" * 1001}, 50035),
        ({"embeds": [{"description": "x" * 4097}]}, 50035),
        ({"embeds": [{"description": _LONG}, {"description": _LONG}]}, 50035),
        ({"embeds": [{"title": "x"}] * 11}, 50035),
        ({"content": "x", "components": [{"type": 1, "components": [_TWICE, _TWICE]}]}, 50035),
        ({"content": "x", "components": [{"type": 1, "components": [_TWICE | {"custom_id": "x" * 101}]}]}, 50035),
        ({"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 2}]}]}, 50035),
        ({"content": "x", "nonce": "x" * 26}, 50035),
        ({"content": 7}, 50035),
        ({"content": "x", "attachments": [{"id": 3, "filename": "x"}]}, 50035),
    ],
)
async def test_a_wrong_message_is_refused_as_discord_does(body: dict[str, Any], code: int) -> None:
    async with desk(problems=1) as at:
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=int(at.channel.id))
        with pytest.raises(discord.HTTPException) as told:
            await at.client.http.request(route, json=body)

        assert (told.value.status, told.value.code) == (400, code)
        assert not at.server.state.messages


async def test_a_reply_to_what_is_gone_is_refused_unless_it_may_be_gone() -> None:
    async with desk() as at:
        gone = discord.MessageReference(message_id=1, channel_id=int(at.channel.id), fail_if_not_exists=True)
        with pytest.raises(discord.HTTPException) as told:
            await at.there.send("x", reference=gone)
        assert told.value.code == 50035

        gone.fail_if_not_exists = False
        assert (await at.there.send("x", reference=gone)).reference is None


async def test_a_deleted_channel_takes_its_messages_along() -> None:
    async with desk() as at:
        message = await at.there.send("x")
        at.server.gateway.closed(at.channel)
        with pytest.raises(discord.NotFound) as told:
            await message.edit(content="y")
        assert told.value.code == 10003
        assert at.server.state.message(str(message.id)) is None


async def test_a_file_over_the_limit_is_too_large() -> None:
    async with desk() as at:
        at.guild.attachment_size_limit = 100
        await at.there.send(file=a_file("a.bin", b"x" * 100))
        with pytest.raises(discord.HTTPException) as told:
            await at.there.send(file=a_file("a.bin", b"x" * 101))
        assert (told.value.status, told.value.code) == (413, 40005)


async def test_commands_are_replaced_as_a_whole_and_keep_their_ids() -> None:
    async with desk(problems=3) as at:
        commands = discord.http.Route(
            "PUT", "/applications/{application_id}/commands", application_id=at.server.application_id
        )
        one = {"name": "one", "description": "One", "options": [{"type": 3, "name": "a", "description": "A"}]}
        first = await at.client.http.request(commands, json=[one])
        second = await at.client.http.request(commands, json=[one | {"description": "Other"}, {"name": "M", "type": 3}])

        assert first[0]["id"] == second[0]["id"]
        assert [command["type"] for command in at.server.state.commands[""]] == [1, 3]
        for wrong in ({"name": "Upper", "description": "x"}, {"name": "two"}, one | {"options": one["options"] * 2}):  # type: ignore[operator]  # a list
            with pytest.raises(discord.HTTPException) as told:
                await at.client.http.request(commands, json=[wrong])
            assert told.value.code == 50035


async def test_a_route_that_is_not_there_is_not_found() -> None:
    async with desk() as at:
        with pytest.raises(discord.NotFound):
            await at.client.http.request(discord.http.Route("POST", "/auth/logout"))


async def test_a_wrong_answer_of_ours_is_a_problem_too() -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        assert not server.problems
        server.state.bot.avatar = 7  # type: ignore[assignment]  # wrong on purpose
        await client.application_info()
        assert "bot.avatar" in server.problems[0]


async def test_every_operation_of_the_document_is_served() -> None:
    async with DiscordServer() as server, aiohttp.ClientSession() as web:
        for route, method in openapi().operations:
            path = route.replace("{", "").replace("}", "")
            async with web.request(method, server.api_url + path):
                assert server.log[-1].route == route

        assert {str(one) for one in Route} - {"*", "/attachments"} == {route for route, _ in openapi().operations}


def test_the_document_is_what_the_script_cuts() -> None:
    cut = subprocess.run(
        [sys.executable, _ROOT / "scripts" / "discord-openapi", _DOCUMENT], capture_output=True, check=True, timeout=60
    )
    assert json.loads(cut.stdout) == json.loads(_DOCUMENT.read_text("utf-8"))
