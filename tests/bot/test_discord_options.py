"""Options of commands, read by the rules of flags; and the names and texts that Discord shows of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from discord.app_commands import locale_str

from pinxit.bot.discord import slash_looking, slash_painting, slash_pictures
from pinxit.bot.discord.options import draft_of, image_of
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import new_id
from pinxit.domain.request import Enhance, Lora
from pinxit.wording import SLASH, SLASH_NAMES, Slash, say_slash
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from discord import app_commands

COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (
    slash_painting.imagine,
    slash_painting.inpaint,
    slash_painting.blend,
    slash_pictures.vary,
    slash_pictures.upscale,
    slash_pictures.outpaint,
    slash_pictures.recreate,
    slash_pictures.describe,
    slash_pictures.inspect,
    slash_pictures.report,
    slash_looking.cancel,
    slash_looking.history,
    slash_looking.queue,
    slash_looking.favourites,
    slash_looking.models,
    slash_looking.loras,
    slash_looking.styles,
    slash_looking.help_,
)
# discord.com/developers/docs/interactions/application-commands, "Application Command Naming", read 2026-11.
NAME = re.compile(r"[-_'\w]{1,32}")
MOST_CHARS = 100


def test_every_option_becomes_its_field() -> None:
    said: dict[str, str | float | None] = {
        "negative": "text, watermark",
        "model": "sdxl",
        "style": "watercolor",
        "aspect": "3:2",
        "count": 4,
        "steps": 20,
        "guidance": 7.5,
        "sampler": "euler a",
        "seed": 4_294_967_295,
        "strength": 0.25,
        "lora": "ink:0.8, paper",
        "enhance": "llm",
    }

    draft = draft_of(said, private=False)

    assert draft.negative_prompt == "text, watermark"
    assert (draft.model, draft.style, draft.sampler) == ("sdxl", "watercolor", "euler a")
    assert (draft.aspect, draft.count, draft.steps) == ((3, 2), 4, 20)
    assert (draft.guidance_scale, draft.seed, draft.strength) == (7.5, 4_294_967_295, 0.25)
    assert draft.loras == (Lora("ink", 0.8), Lora("paper"))
    assert (draft.enhance, draft.private) == (Enhance.LLM, False)


def test_an_option_that_was_left_out_says_nothing() -> None:
    draft = draft_of({"count": None, "style": None})

    assert (draft.count, draft.style, draft.private) == (None, None, None)


def test_a_size_is_two_fields() -> None:
    draft = draft_of({"size": "1216x832"})

    assert (draft.width_px, draft.height_px) == (1216, 832)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("aspect", "wide"),
        ("size", "1216"),
        ("strength", 1.5),
        ("guidance", float("nan")),
        ("guidance", -1.0),
        ("guidance", 1e12),
        ("seed", -2),
        ("seed", 2**32),
        ("enhance", "much"),
    ],
)
def test_a_wrong_value_is_refused_by_the_options_name(option: str, value: str | float) -> None:
    with pytest.raises(Refused) as refused:
        draft_of({option: value})

    assert refused.value.code is Code.FLAG_VALUE
    assert refused.value.facts["flag"] == option
    assert refused.value.facts["allowed"]


def test_flags_inside_an_option_are_no_flags() -> None:
    draft = draft_of({"negative": "fog --seed 7"})

    assert (draft.negative_prompt, draft.seed) == ("fog --seed 7", None)


def test_what_was_typed_instead_of_chosen_is_no_picture() -> None:
    with pytest.raises(Refused) as refused:
        image_of("the one with the fox")

    assert refused.value.code is Code.IMAGE_UNKNOWN
    assert image_of(None) is None
    known = new_id(FakeClock().now())
    assert image_of(known) == known


@pytest.mark.parametrize("language", list(SLASH))
def test_every_text_is_there_in_every_language(language: str) -> None:
    assert set(SLASH[language]) == set(Slash)
    assert all(text.strip() for text in SLASH[language].values())


@pytest.mark.parametrize("language", list(SLASH))
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_names_and_texts_of_commands_are_what_discord_takes(
    command: app_commands.Command[Any, ..., Any], language: str
) -> None:
    names = SLASH_NAMES[language]
    options = [parameter.name for parameter in command.parameters]
    shown = [names.get(name, name) for name in options]

    for name in (names.get(command.name, command.name), *shown):
        assert NAME.fullmatch(name), name
        assert name == name.lower()
    assert len(set(shown)) == len(shown), shown
    for text in (command._locale_description, *(parameter.locale_description for parameter in command.parameters)):  # noqa: SLF001 - what is sent, and nothing public tells it
        assert isinstance(text, locale_str)
        about = text.extras["slash"]
        assert 0 < len(SLASH[language][about]) <= MOST_CHARS, about


def test_names_of_commands_are_different_in_every_language() -> None:
    for names in SLASH_NAMES.values():
        shown = [names.get(command.name, command.name) for command in COMMANDS]
        assert len(set(shown)) == len(shown)


def test_people_s_words_in_a_text_are_no_blanks() -> None:
    said = say_slash("de", Slash.PICTURE_CHOICE, {"prompt": "{seed} a fox", "seed": 7})

    assert said == "{seed} a fox · Seed 7"
