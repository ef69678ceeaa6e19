from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.prompt.flags import FLAGS, Flag, merge, parse
from tests.prompt.counting import grows_linearly


def refusal(text: str) -> Refused:
    with pytest.raises(Refused) as refused:
        parse(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "prompt", "fields"),
    [
        ("a red fox in snow --ar 3:2 --seed 7", "a red fox in snow", {"aspect": (3, 2), "seed": 7}),
        ("--ar 3:2 a red fox --seed 7 in snow", "a red fox in snow", {"aspect": (3, 2), "seed": 7}),
        ("fox --size 768x512 --n 4", "fox", {"width_px": 768, "height_px": 512, "count": 4}),
        ("fox --size=768×512 --n=4", "fox", {"width_px": 768, "height_px": 512, "count": 4}),
        ("fox --steps = 30 --cfg 7.5", "fox", {"steps": 30, "guidance_scale": 7.5}),
        ("fox --cfg 7,5", "fox", {"guidance_scale": 7.5}),
        ("fox --seed -1", "fox", {"seed": -1}),
        ("fox --seed random", "fox", {"seed": -1}),
        ("fox --seed 4294967295", "fox", {"seed": 2**32 - 1}),
        ("fox --AR 3:2", "fox", {"aspect": (3, 2)}),
        ("fox --model sdxl", "fox", {"model": "sdxl"}),
        ('fox --model "stable diffusion" big', "fox big", {"model": "stable diffusion"}),
        ('fox --no "text, watermark" in snow', "fox in snow", {"negative_prompt": "text, watermark"}),
        ("fox --no text, watermark --seed 7", "fox", {"negative_prompt": "text, watermark", "seed": 7}),
        ("fox --no “text, watermark” in snow", "fox in snow", {"negative_prompt": "text, watermark"}),
        ("fox --no „Text“ im Schnee", "fox im Schnee", {"negative_prompt": "Text"}),
        ('fox --no "a --seed 5" --n 2', "fox", {"negative_prompt": "a --seed 5", "count": 2}),
        ("fox --style low poly --strength 0,4", "fox", {"style": "low poly", "strength": 0.4}),
        ("a --tile pattern --private", "a pattern", {"tile": True, "private": True}),
        ("a --public pattern", "a pattern", {"private": False}),
        ("fox --sampler Euler a --n 2", "fox", {"sampler": "Euler a", "count": 2}),
        ("fox\n--seed 7\nsnow", "fox snow", {"seed": 7}),
        ("fox —ar 3:2 –seed 7", "fox", {"aspect": (3, 2), "seed": 7}),
    ],
)
def test_flags_are_read_anywhere_and_leave_the_prompt(text: str, prompt: str, fields: dict[str, Any]) -> None:
    assert parse(text) == Draft(prompt=prompt, typed=text, **fields)


@pytest.mark.parametrize(
    "text",
    [
        "a fox -- running",
        "a fox — running, by night",
        "a fox —running",
        "well--known fox",
        "a fox --- in snow",
        "a fox --5",
        'a sign that says "--stop"',
        "a fox --",
        "émile's fox 🦊, 1:2",
        "",
    ],
)
def test_dashes_that_are_no_flags_are_text(text: str) -> None:
    assert parse(text) == Draft(prompt=text, typed=text)


def test_an_unknown_flag_is_named_with_the_nearest_and_all_known() -> None:
    error = refusal("fox --sede 7")

    assert error.code is Code.FLAG_UNKNOWN
    assert error.facts["flag"] == "--sede"
    assert error.facts["nearest"] == "--seed"
    assert error.facts["allowed"] == [f"--{flag.name}" for flag in FLAGS]


@pytest.mark.parametrize("flag", [flag for flag in FLAGS if not flag.is_switch], ids=lambda flag: flag.name)
def test_a_flag_without_its_value_is_refused_with_what_it_takes(flag: Flag) -> None:
    for text in (f"fox --{flag.name}", f"fox --{flag.name} --seed 7", f"fox --{flag.name}="):
        error = refusal(text if "seed" not in flag.name else "fox --seed --n 2")

        assert (error.code, error.facts["flag"]) == (Code.FLAG_VALUE, f"--{flag.name}")
        assert error.facts["allowed"] == list(flag.allowed)


@pytest.mark.parametrize(
    "flag",
    [
        "tile=yes",
        "strength 1.5",
        "ar 3",
        "ar 0:2",
        "ar 3:2:1",
        "ar wide",
        "size 768",
        "size 768x",
        "size -1x5",
        "seed 4294967296",
        "seed -2",
        "seed 1.5",
        "seed ٣",
        "seed 1_0",
        f"seed {'9' * 5000}",
        "n two",
        "n 1e3",
        "steps 1.0",
        "cfg nan",
        "cfg inf",
        "cfg -1",
        "cfg 1e5",
        'no ""',
        'no "never closed',
        'model "  "',
    ],
)
def test_a_wrong_value_is_shown_shortened_with_what_is_allowed(flag: str) -> None:
    error = refusal(f"a secret fox --{flag}")

    assert error.code is Code.FLAG_VALUE
    assert error.facts["allowed"]
    assert len(str(error.facts["value"])) <= 40
    assert "secret" not in str(error)


def test_a_flag_given_twice_is_refused_even_with_the_same_value() -> None:
    error = refusal("fox --seed 7 --SEED 7")

    assert (error.code, error.facts["flag"]) == (Code.FLAG_TWICE, "--seed")


@pytest.mark.parametrize("text", ["fox --private --public", "fox --public --tile --private"])
def test_private_and_public_at_once_is_refused(text: str) -> None:
    error = refusal(text)

    assert error.code is Code.FIELD_CONFLICT
    assert error.facts == {"field": "private", "value": "--private", "other": "--public", "allowed": []}


@pytest.mark.parametrize("character", ["\ud800", "\x00", "\x1b", "\x85", "\x7f"])
def test_characters_that_no_file_can_hold_are_refused(character: str) -> None:
    assert refusal(f"a fox{character}").code is Code.TEXT_INVALID


@pytest.mark.parametrize("piece", ["-", "-- ", "— ", "—x ", '"', "--x", "--no ", "--v 6 ", "—s 1 "])
def test_hostile_text_takes_linear_time_and_gets_a_short_answer(piece: str) -> None:
    assert grows_linearly(lambda count: parse("--no " + piece * count))
    assert grows_linearly(lambda count: parse(piece * count))
    try:
        parse(piece * 100_000)
    except Refused as refused:
        assert len(str(refused)) < 500  # noqa: PT017 - a refusal is one of two right answers here


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        draft = parse(text)
    except Refused:
        return
    assert draft.typed == text


def test_merge_fills_what_the_flags_left_open() -> None:
    flags = parse("a fox --seed 7 --ar 3:2")
    fields = Draft(prompt="", steps=30, seed=7, local=True, options={"a": 1})

    merged = merge(flags, fields)

    assert merged == Draft(
        prompt="a fox", typed=flags.typed, seed=7, aspect=(3, 2), steps=30, local=True, options={"a": 1}
    )


def test_merge_refuses_a_field_that_both_name_differently() -> None:
    with pytest.raises(Refused) as refused:
        merge(parse("a fox --size 512x512"), Draft(prompt="", width_px=768))
    with pytest.raises(Refused):
        merge(parse("a fox --private"), Draft(prompt="", private=False))

    assert refused.value.code is Code.FIELD_CONFLICT
    assert refused.value.facts == {"field": "width", "value": "512", "other": "768", "allowed": []}


def test_a_seed_of_zero_is_a_seed() -> None:
    with pytest.raises(Refused):
        merge(parse("a fox --seed 0"), Draft(prompt="", seed=1))
