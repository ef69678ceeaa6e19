"""Texts on Discord that somebody made on purpose to break the message around them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.bot.discord.address import Address
from pinxit.bot.discord.drawing import draw
from pinxit.bot.discord.texts import DESCRIPTION_MOST, escape, size
from pinxit.chat.cards import view
from pinxit.config import load
from pinxit.domain.delivery import Card
from pinxit.domain.errors import Code
from pinxit.wording import allowed, say
from tests.builders import NOW_AT, a_finished_job

if TYPE_CHECKING:
    from pathlib import Path

TURNED = ("\u202e", "\u202d", "\u2066", "\u2067", "\u2068")


@pytest.mark.parametrize("sign", [*TURNED, "\u2028", "\u2029", "\x85", "\x9b"])
def test_no_sign_turns_the_rest_of_a_line_around_or_ends_it(sign: str) -> None:
    assert escape(f"a fox{sign}in snow") == "a foxin snow"


def test_what_is_written_from_the_right_stays_as_it_was_written() -> None:
    words = "شاهین در برف\u200c، שועל\u200f"

    assert escape(words) == words


def test_notes_full_of_emoji_fit_into_a_message() -> None:
    shown = view(Card(a_finished_job()), "en", NOW_AT)
    loud = replace(shown, prompt="🦊" * 900, notes=("🎨" * 190,) * 6, error="🔥" * 480)

    drawn = draw(loud, Address(user="1", interaction="1"), locale="en")

    assert size(drawn.embed.description or "") <= DESCRIPTION_MOST


def test_no_part_of_a_proxys_password_is_logged(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[discord]\nproxy = "http://Big:s3cr%40t-one@Proxy.example:3128/"\n')

    secrets = load({}, file, {"var": tmp_path / "var"}).secrets()

    assert {"s3cr%40t-one", "s3cr@t-one"} <= secrets


@pytest.mark.parametrize(
    "english", ["a number", "an image file, such as PNG, JPEG or WebP", "an https:// address of a public host"]
)
def test_what_is_possible_is_said_in_german(english: str) -> None:
    assert allowed("de", english) != english
    assert english not in say("de", Code.FIELD_TYPE, {"field": "strength", "value": "x", "allowed": [english]})


def test_a_german_card_writes_its_numbers_with_a_comma() -> None:
    drawn = draw(view(Card(a_finished_job()), "de", NOW_AT), Address(user="1", interaction="1"), locale="de")

    assert "0,1 s" in (drawn.embed.description or "")
    assert "." not in (drawn.embed.description or "").replace("0.0", "")
