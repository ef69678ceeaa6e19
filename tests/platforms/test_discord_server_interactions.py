"""The loopback Discord's rules of interactions: three seconds, one answer, fifteen minutes, who sees it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from tests.platforms.discord.entities import Interaction, InteractionType
from tests.platforms.discord.routes import Route
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Json = dict[str, Any]
_SAY = {"type": 4, "data": {"content": "x"}}
_EPHEMERAL = 64


class Counter:
    """A server, a guild's channel, ada, and plain HTTP."""

    def __init__(self, server: DiscordServer, web: aiohttp.ClientSession) -> None:
        self.server = server
        self.state = server.state
        self._web = web
        self.guild = self.state.guild()
        self.channel = self.state.channel(self.guild)
        self.ada = self.state.user("ada")
        self.state.join(self.guild, self.ada)

    def asks(self, kind: InteractionType = InteractionType.COMMAND, message_id: str | None = None) -> Interaction:
        return self.state.interaction(kind, self.ada.id, self.channel, message_id=message_id)

    async def answer(self, asked: Interaction, body: Json = _SAY) -> tuple[int, Json]:
        return await self.call("POST", f"/interactions/{asked.id}/{asked.token}/callback?with_response=1", body)

    async def by_token(self, method: str, asked: Interaction, what: str, body: Json | None = None) -> tuple[int, Json]:
        return await self.call(method, f"/webhooks/{self.server.application_id}/{asked.token}{what}", body)

    async def call(self, method: str, path: str, body: Json | None, token: str | None = None) -> tuple[int, Json]:
        headers = {} if token is None else {"Authorization": f"Bot {token}"}
        async with self._web.request(method, self.server.api_url + path, json=body, headers=headers) as answer:
            said: Json = await answer.json() if answer.status != 204 else {}
            return answer.status, said


@asynccontextmanager
async def counter(*, problems: int = 0) -> AsyncIterator[Counter]:
    async with DiscordServer() as server, aiohttp.ClientSession() as web:
        yield Counter(server, web)
        assert len(server.problems) == problems, server.problems


async def test_an_answer_makes_a_message_that_the_bot_may_edit_for_ever() -> None:
    async with counter() as at:
        asked = at.asks()
        status, said = await at.answer(asked)

        message_id = said["resource"]["message"]["id"]
        assert (status, said["interaction"]["response_message_id"]) == (200, message_id)
        at.server.clock.advance(16 * 60)
        path = f"/channels/{at.channel.id}/messages/{message_id}"
        assert (await at.call("PATCH", path, {"content": "y"}, at.server.token))[0] == 200


async def test_nobody_waits_longer_than_three_seconds() -> None:
    async with counter() as at:
        asked = at.asks()
        at.server.clock.advance(3.1)
        status, said = await at.answer(asked)
        assert (status, said["code"]) == (404, 10062)


async def test_an_interaction_is_answered_once() -> None:
    async with counter() as at:
        asked = at.asks()
        await at.answer(asked)
        status, said = await at.answer(asked)
        assert (status, said["code"]) == (400, 40060)
        assert len(at.state.messages) == 1


async def test_a_token_lives_for_fifteen_minutes_and_only_after_an_answer() -> None:
    async with counter() as at:
        asked = at.asks()
        assert (await at.by_token("POST", asked, "", {"content": "early"}))[1]["code"] == 10015
        await at.answer(asked)

        at.server.clock.advance(14.9 * 60)
        assert (await at.by_token("PATCH", asked, "/messages/@original", {"content": "in time"}))[0] == 200
        at.server.clock.advance(0.2 * 60)
        status, said = await at.by_token("PATCH", asked, "/messages/@original", {"content": "late"})
        assert (status, said["code"]) == (401, 50027)
        assert at.server.invalid_requests == 1


async def test_an_ephemeral_answer_is_for_one_person_and_not_for_the_bots_own_way() -> None:
    async with counter() as at:
        asked = at.asks()
        _, said = await at.answer(asked, {"type": 4, "data": {"content": "x", "flags": _EPHEMERAL}})
        message = at.state.messages[said["resource"]["message"]["id"]]

        assert at.state.sees(at.ada.id, message)
        assert not at.state.sees(at.state.owner.id, message)
        path = f"/channels/{at.channel.id}/messages/{message.id}"
        assert (await at.call("PATCH", path, {"content": "y"}, at.server.token))[1]["code"] == 10008
        assert (await at.by_token("PATCH", asked, "/messages/@original", {"content": "y"}))[0] == 200
        assert message.json["flags"] & _EPHEMERAL


async def test_the_first_follow_up_ends_the_thinking() -> None:
    async with counter() as at:
        asked = at.asks()
        _, said = await at.answer(asked, {"type": 5, "data": {"flags": _EPHEMERAL}})
        assert said["interaction"]["response_message_loading"]

        _, first = await at.by_token("POST", asked, "", {"content": "here"})
        _, second = await at.by_token("POST", asked, "", {"content": "and here"})

        assert first["id"] == said["interaction"]["response_message_id"] != second["id"]
        assert first["flags"] == _EPHEMERAL
        assert asked.follow_ups == [second["id"]]


async def test_a_pressed_message_is_the_original() -> None:
    async with counter() as at:
        asked = at.asks()
        _, said = await at.answer(asked)
        message_id = said["resource"]["message"]["id"]
        pressed = at.asks(InteractionType.COMPONENT, message_id)
        await at.answer(pressed, {"type": 7, "data": {"content": "pressed"}})

        assert pressed.original_id == message_id
        assert at.state.messages[message_id].json["content"] == "pressed"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (InteractionType.COMMAND, {"type": 7, "data": {"content": "x"}}),
        (InteractionType.COMMAND, {"type": 8, "data": {"choices": []}}),
        (InteractionType.AUTOCOMPLETE, _SAY),
        (InteractionType.AUTOCOMPLETE, {"type": 8, "data": {"choices": [{"name": "x", "value": "x"}] * 26}}),
        (InteractionType.AUTOCOMPLETE, {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "x"}]}}),
        (InteractionType.MODAL, {"type": 9, "data": {"custom_id": "m", "title": "t", "components": []}}),
        (InteractionType.COMMAND, {"type": 9, "data": {"custom_id": "m", "title": "t" * 46, "components": []}}),
        (InteractionType.COMMAND, {"type": 4, "data": {"content": "x" * 2001}}),
        (InteractionType.COMMAND, {"type": 99}),
        (InteractionType.COMMAND, {}),
    ],
)
async def test_a_wrong_answer_is_refused_and_the_interaction_stays_open(kind: InteractionType, body: Json) -> None:
    async with counter(problems=1) as at:
        asked = at.asks(kind)
        status, said = await at.answer(asked, body)
        assert (status, said["code"]) == (400, 50035)
        assert asked.answered_s is None


async def test_who_installed_the_bot_for_themselves_gets_five_follow_ups_and_no_public_ones_where_not_allowed() -> None:
    async with counter() as at:
        asked = at.asks()
        asked.payload = {"authorizing_integration_owners": {"1": at.ada.id}, "member": {"permissions": "0"}}
        _, said = await at.answer(asked)
        assert said["interaction"]["response_message_ephemeral"]

        codes = [(await at.by_token("POST", asked, "", {"content": "x"}))[0] for _ in range(6)]
        assert codes == [200, 200, 200, 200, 200, 400]


async def test_the_log_tells_what_each_call_showed() -> None:
    async with counter() as at:
        asked = at.asks()
        await at.answer(asked)
        await at.by_token("PATCH", asked, "/messages/@original", {"content": "y"})
        await at.by_token("DELETE", asked, "/messages/@original")

        calls = at.server.log.of("PATCH", Route.ORIGINAL)
        assert [(one.status, one.message_id, one.interaction_id) for one in calls] == [
            (200, asked.original_id, asked.id)
        ]
        assert [one.shown and one.shown["content"] for one in at.server.log] == ["x", "y", None]
        assert at.state.message(asked.original_id) is None
