from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code, ConfigError, Refused
from pinxit.domain.generator import Capabilities
from pinxit.domain.guild_rules import NamedStyle, style_key
from pinxit.domain.request import Role
from pinxit.generators.sketch.styles import STYLES
from pinxit.generators.sketch.words import read
from pinxit.prompt.styles import find, load_styles, read_styles, styled
from pinxit.wording import LANGUAGES
from tests.builders import a_png, a_request

INK = NamedStyle("Our Ink", "in our ink", "colour, blur", aspect=(3, 2), steps=40, guidance_scale=5.0)


def test_at_least_48_styles_are_shipped_and_each_is_found_by_its_name() -> None:
    styles = load_styles()

    assert len(styles) >= 48
    assert all(find(style.name, {}, styles) is style and style.about for style in styles.values())


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_each_language_says_what_every_shipped_style_is(language: str) -> None:
    shipped = {style.name: style.about for style in load_styles().values()}
    said = LANGUAGES[language].styles

    assert list(said) == list(shipped)
    assert [name for name, about in said.items() if not about.strip() or about == shipped[name]] == []


@pytest.mark.parametrize("name", ["watercolour", "WATER-COLOUR", "water_colour", "Watercolor", " water color "])
def test_case_signs_and_spelling_of_a_name_do_not_matter(name: str) -> None:
    assert find(name, {}, load_styles()).name == "Watercolour"


def test_a_guilds_own_style_comes_before_a_shipped_one() -> None:
    ours = NamedStyle("Noir", "as we like it")

    assert find("noir", {"noir": ours}, load_styles()) is ours


def test_an_unknown_style_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(Refused) as caught:
        find("wotercolour", {style_key(INK.name): INK}, load_styles())

    assert caught.value.code is Code.STYLE_UNKNOWN
    assert (caught.value.facts["field"], caught.value.facts["value"]) == ("style", "wotercolour")
    assert caught.value.facts["nearest"] == "Watercolour"
    allowed = caught.value.facts["allowed"]
    assert isinstance(allowed, list)
    assert allowed[0] == "Our Ink"


@pytest.mark.parametrize("name", ["", "  ", "§§", "x" * 5000])
def test_no_name_at_all_is_refused_too(name: str) -> None:
    with pytest.raises(Refused) as caught:
        find(name, {}, load_styles())

    assert caught.value.code is Code.STYLE_UNKNOWN


def test_a_style_fills_in_what_the_draft_leaves_open() -> None:
    filled = styled(Draft("a fox"), INK)

    assert (filled.suffix, filled.negative_prompt) == ("in our ink", "colour, blur")
    assert (filled.aspect, filled.steps, filled.guidance_scale) == ((3, 2), 40, 5.0)
    assert filled.prompt == "a fox"


def test_a_style_takes_back_nothing_that_the_person_said() -> None:
    said = Draft("a fox", negative_prompt="Blur, rain", width_px=512, height_px=512, steps=9, guidance_scale=1.0)

    filled = styled(said, INK)

    assert filled == dataclasses.replace(said, suffix="in our ink", negative_prompt="Blur, rain, colour")


@pytest.mark.parametrize(
    "said",
    [
        Draft("a fox", width_px=512),
        Draft("a fox", aspect=(1, 1)),
        Draft("a fox", sources=(SourceDraft(Role.IMAGE, data=a_png(3)),)),
    ],
)
def test_a_shape_that_is_there_already_decides(said: Draft) -> None:
    assert styled(said, INK).aspect == said.aspect


def test_a_suggestion_is_kept_to_what_the_generator_can_do() -> None:
    filled = styled(Draft("a fox"), INK, Capabilities(max_steps=8, negative_prompt=False))

    assert (filled.steps, filled.negative_prompt) == (8, None)


def test_a_draft_in_a_style_stays_as_it_is_when_it_is_styled_again() -> None:
    once = styled(Draft("a fox"), INK)

    assert styled(dataclasses.replace(once, steps=None), INK).steps is None
    assert styled(once, INK) is once


def test_a_style_that_only_avoids_something_adds_no_words() -> None:
    filled = styled(Draft("a fox", style="bright"), NamedStyle("bright", "", "murk"))

    assert (filled.style, filled.suffix, filled.negative_prompt) == (None, "", "murk")


def test_a_style_that_is_in_words_is_read_from_them_and_its_name_is_not() -> None:
    assert read(a_request(style="Tapestry", suffix="woven, dots of wool")).style_words == ("pointillism",)


@pytest.mark.parametrize("style", load_styles().values(), ids=lambda style: style.name)
def test_a_shipped_style_gives_the_sketch_a_look_and_changes_nothing_of_the_scene(style: NamedStyle) -> None:
    plain = read(a_request(prompt="a lighthouse by the sea"))

    seen = read(a_request(prompt="a lighthouse by the sea", suffix=style.suffix))

    assert seen.style_words
    same = ("things", "places", "time", "weather", "season", "sky_extras", "land_colour", "sky_colour", "without")
    assert [getattr(seen, name) for name in same] == [getattr(plain, name) for name in same]


def test_every_style_that_the_sketch_has_itself_and_is_shipped_too_looks_alike_in_words() -> None:
    shipped = load_styles()
    both = {style_key(name): name for name in STYLES if style_key(name) in shipped}

    assert len(both) >= 20
    for key, name in both.items():
        assert read(a_request(suffix=shipped[key].suffix)).style_words[0] == name


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[style", "s.toml: this is no TOML"),
        ("", "s.toml: there is no style"),
        ("style = 3", "s.toml: there is no style"),
        ("style = [3]", "s.toml: style 1 is no table"),
        ("[[style]]\nname = 'A'", "s.toml: style 1 has no suffix"),
        ("[[style]]\nsuffix = 'a'", "s.toml: style 1 has no name"),
        ("[[style]]\nname = '--'\nsuffix = 'a'", "s.toml: style 1 is called '--'; use letters or digits"),
        ("[[style]]\nname = 'A'\nsuffix = 'a'\nstep = 3", "s.toml: style 1 has 'step', which no style has"),
        ("[[style]]\nname = 'A'\nsuffix = 7", "s.toml: style 1: suffix is 7; write a text"),
        ("[[style]]\nname = 'A'\nsuffix = 'a'\nsteps = 2.5", "s.toml: style 1: steps is 2.5; write a whole number"),
        ("[[style]]\nname = 'A'\nsuffix = 'a'\nsteps = true", "s.toml: style 1: steps is True; write a whole number"),
        ("[[style]]\nname = 'A'\nsuffix = 'a'\naspect = [3]", "s.toml: style 1: aspect is [3]; write two whole"),
        ("[[style]]\nname = 'A'\nsuffix = 'a'\nguidance_scale = '7'", "guidance_scale is '7'; write a number"),
        (
            "[[style]]\nname = 'A b'\nsuffix = 'a'\n[[style]]\nname = 'a-B'\nsuffix = 'b'",
            "s.toml: style 2 is called a-B, as an earlier one is; give it another name",
        ),
    ],
)
def test_a_wrong_file_of_styles_is_told_in_sentences(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_styles(text, "s.toml")

    assert len(caught.value.problems) == 1
    assert problem in caught.value.problems[0]


def test_a_file_of_styles_tells_all_its_problems_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        read_styles("[[style]]\nname = 'A'\n[[style]]\nsuffix = 'b'\nsteps = 0", "s.toml")

    assert len(caught.value.problems) == 3


def test_the_page_of_styles_lists_every_shipped_one() -> None:
    page = (Path(__file__).parents[2] / "docs/styles.md").read_text("utf-8")
    rows = [
        f"| {style.name} | {style.about} | {'' if style.aspect is None else '{}:{}'.format(*style.aspect)} |"
        for style in load_styles().values()
    ]

    assert page.endswith("\n".join(["|---|---|---|", *rows, ""]))
    watercolour = load_styles()["watercolour"]
    for line in ("name", "suffix", "negative", "about"):
        assert f'{line} = "{getattr(watercolour, line)}"' in page
    assert f"`a lighthouse by the sea, {watercolour.suffix}`" in page
