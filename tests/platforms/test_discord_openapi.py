"""The quick judgement of Discord's document and jsonschema's agree, on right bodies and on bent ones."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.platforms.discord import wire
from tests.platforms.discord.composing import Sent, Where, composed
from tests.platforms.discord.openapi import openapi
from tests.platforms.discord.posting import Origin, post
from tests.platforms.discord.routes import Route
from tests.platforms.discord.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator

_BENT: tuple[Any, ...] = (None, True, 0, -1, 2**40, 1.5, "", "x" * 5000, "😀", "12", [], {}, [1, 1])
_BODY: dict[str, Any] = {
    "content": "x",
    "embeds": [{"title": "t", "description": "d", "color": 3, "image": {"url": "https://a.b/c"}, "fields": []}],
    "components": [
        {"type": 1, "components": [{"type": 2, "style": 2, "label": "V1", "custom_id": "a", "emoji": {"name": "🔁"}}]},
        {"type": 1, "components": [{"type": 3, "custom_id": "b", "options": [{"label": "x", "value": "x"}]}]},
    ],
    "attachments": [{"id": 0, "filename": "a.png", "description": "alt"}],
    "allowed_mentions": {"parse": [], "users": ["1"]},
    "nonce": "n",
    "enforce_nonce": True,
}
_COMMANDS = [
    {
        "name": "a",
        "type": 1,
        "description": "b",
        "name_localizations": {"de": "c"},
        "contexts": [0, 1],
        "options": [{"type": 3, "name": "d", "description": "e", "choices": [{"name": "f", "value": "g"}]}],
    }
]


def _answers() -> Iterator[tuple[Route, str, str, Any]]:
    state = State()
    guild = state.guild()
    channel = state.channel(guild)
    body = copy.deepcopy(_BODY) | {"attachments": []}
    message = post(state, channel, composed(state, Sent(body), Where(channel.id, 100)), Origin(state.bot.id))
    yield Route.MESSAGE, "get", "200", wire.message_json(state, message)
    yield Route.GUILD, "get", "200", wire.guild_json(guild)
    yield Route.CHANNEL, "get", "200", wire.channel_json(state, channel)


def _bodies() -> Iterator[tuple[Route, str, str, Any]]:
    yield Route.MESSAGES, "post", "", _BODY
    yield Route.CALLBACK, "post", "", {"type": 4, "data": {**_BODY, "nonce": None}}
    yield Route.COMMANDS, "put", "", _COMMANDS
    yield from _answers()


def _bent(body: Any, random: Random) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy with one value anywhere in it replaced, taken away or doubled."""
    bent = copy.deepcopy(body)
    places = list(_places(bent))
    inside, key = random.choice(places)
    match random.randrange(4):
        case 0 if isinstance(inside, dict):
            del inside[key]
        case 1 if isinstance(inside, list):
            inside *= 45
        case _:
            inside[key] = random.choice(_BENT)
    return bent


def _places(node: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any JSON
    for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


@pytest.mark.parametrize(("route", "method", "status", "body"), list(_bodies()))
def test_both_judgements_agree(route: Route, method: str, status: str, body: object) -> None:
    pair = openapi().pair(route, method, status)
    assert pair is not None
    assert pair.fits(body)
    assert pair.slow.is_valid(body)

    random = Random(f"{route} {method}")  # noqa: S311 - repeatable, not secret
    wrong = 0
    for _ in range(250):
        bent = _bent(body, random)
        assert pair.fits(bent) is pair.slow.is_valid(bent), bent
        wrong += not pair.fits(bent)
    assert 25 < wrong < 250


def test_every_word_of_the_document_is_known() -> None:
    for route, method in openapi().operations:
        for status in ("", "200", "201", "204", "400", "429"):
            openapi().pair(route, method, status)
