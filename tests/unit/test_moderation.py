from __future__ import annotations

import pytest
from aiohttp import web

from pinxit.domain.image_rules import Finding
from pinxit.prompt.moderation import Moderator
from pinxit.prompt.text_filter import Found, TextFilter
from tests.builders import a_png
from tests.providers.slow_server import SlowServer


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("a gore scene", "gore"),
        ("GORE", "gore"),
        ("a scene, gore.", "Gore"),
        ("ｇｏｒｅ", "gore"),  # noqa: RUF001 - full width is the case
        ("go\u200bre", "gore"),
        ("go\u00adre", "gore"),
        ("\u202egore\u202c", "gore"),
        ("red_gore_scene", "gore"),
        ("naked   Emperor", "naked emperor"),
        ("naked-emperor", "naked emperor"),
        ("naked\nemperor", "Naked Emperor!"),
        ("STRASSE", "straße"),
        ("cafe\u0301 noir", "café"),
        ("кровь на снегу", "Кровь"),
    ],
)
def test_a_blocked_word_is_found_however_it_is_written(text: str, blocked: str) -> None:
    assert TextFilter.compile(["unrelated", blocked]).find(text) == Found(blocked)


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("a class of assassins", "ass"),
        ("Gorecki's symphony", "gore"),
        ("a naked tree and an emperor", "naked emperor"),
        ("emperor naked", "naked emperor"),
        ("a red fox", ""),
        ("a red fox!", "!"),
        ("", "!"),
        ("", "gore"),
    ],
)
def test_only_whole_words_and_phrases_are_refused(text: str, blocked: str) -> None:
    assert TextFilter.compile([blocked]).find(text) is None


def test_without_blocked_words_everything_is_taken() -> None:
    assert TextFilter.compile([]).find("gore") is None


async def test_a_picture_that_sexualizes_minors_is_flagged_whatever_the_server_says() -> None:
    async def answer(_: web.Request) -> web.Response:
        results = [{"flagged": False, "categories": {"sexual/minors": True, "violence": False}}]
        return web.json_response({"id": "modr-1", "model": "m", "results": results})

    async with (
        SlowServer({"/v1/moderations": answer}) as server,
        Moderator(f"{server.url}/v1", None, "m", 5.0) as moderator,
    ):
        finding = await moderator.check_image(a_png(3), "image/png")

    assert finding == Finding(is_flagged=True, categories=("sexual/minors",))
