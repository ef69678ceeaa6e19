from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinxit.domain.draft import Draft
from pinxit.domain.facts import is_text
from pinxit.domain.job import Priority
from pinxit.domain.request import Enhance, Lora
from pinxit.prompt.flags import parse
from pinxit.prompt.midjourney import guided
from pinxit.prompt.render import render
from pinxit.prompt.wildcards import Wildcards
from pinxit.prompt.wishes import read

WILDCARDS = Wildcards({"animal": ("fox",)})
PIECES: tuple[str, ...] = (
    "--seed 7",
    "--",
    "—",
    "seed",
    '"',
    "“",
    "”",
    "«",
    "»",
    "„",
    "{",
    "}",
    ",",
    "|",
    "\\",
    "__",
    "animal",
    "_",
)
PIECES += ("<lora:", "ink", ":", ">", "0.5", "(", ")", "\n", " ", "\u2003", "ä", "🦊", "--no", "=", "--raw", "-", "a")
WORDS = (
    st.one_of(st.text(max_size=30), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
    .filter(is_text)
    .map(str.strip)
)
SOME_WORDS = WORDS.filter(bool)
WHOLE = st.integers(-(10**12) + 1, 10**12 - 1)
NUMBER = st.integers(0, 30 * 10**6).map(lambda millionths: millionths / 10**6)
SIDE = st.integers(1, 999_999)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Draw a draft of everything that flags can say."""

    def maybe(values: st.SearchStrategy[Any]) -> Any:  # noqa: ANN401 - any field's value
        return draw(st.none() | values)

    width_px, height_px = maybe(st.tuples(SIDE, SIDE)) or (None, None)
    stylize, chaos = maybe(st.integers(0, 1000)), maybe(st.integers(0, 100))
    lora = st.builds(Lora, SOME_WORDS, NUMBER.map(lambda weight: weight - 15).map(lambda weight: round(weight, 6)))
    return guided(
        Draft(
            prompt=draw(WORDS),
            negative_prompt=maybe(SOME_WORDS),
            model=maybe(SOME_WORDS),
            width_px=width_px,
            height_px=height_px,
            aspect=maybe(st.tuples(SIDE, SIDE)),
            count=maybe(WHOLE),
            seed=maybe(st.integers(-1, 2**32 - 1)),
            steps=maybe(WHOLE),
            guidance_scale=maybe(NUMBER) if (stylize, chaos) == (None, None) else None,
            sampler=maybe(SOME_WORDS),
            strength=maybe(st.integers(0, 10**6).map(lambda millionths: millionths / 10**6)),
            style=maybe(SOME_WORDS),
            loras=tuple(draw(st.lists(lora, max_size=3))),
            tile=maybe(st.just(value=True)),
            enhance=maybe(st.sampled_from(Enhance)),
            local=draw(st.booleans()),
            private=maybe(st.booleans()),
            priority=maybe(st.sampled_from(Priority)),
            raw=draw(st.booleans()),
            repeat=maybe(st.integers(1, 10**12 - 1)),
            stylize=stylize,
            chaos=chaos,
            dry_run=draw(st.booleans()),
            confirmed=draw(st.booleans()),
        )
    )


def untyped(draft: Draft) -> Draft:
    return dataclasses.replace(draft, typed="")


@given(drafts())
def test_what_is_rendered_is_parsed_back_equal(draft: Draft) -> None:
    assert untyped(parse(render(draft))) == draft


@given(drafts())
def test_what_is_rendered_asks_for_this_one_job(draft: Draft) -> None:
    once = dataclasses.replace(draft, repeat=None)

    (wish,) = read(render(once), WILDCARDS, seed=1)

    assert untyped(wish.draft) == once


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join).filter(is_text))
def test_whatever_was_typed_can_be_rendered_and_parsed_again(text: str) -> None:
    try:
        draft = parse(text)
    except Exception:  # noqa: BLE001 - refusals are another test's
        return
    assert untyped(parse(render(draft))) == untyped(draft)


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        (Draft(prompt="a fox, — in (snow:1.2) {by night} a_b"), "a fox, — in (snow:1.2) {by night} a_b"),
        (Draft(prompt="a fox --seed 7"), r"a fox \--seed 7"),
        (Draft(prompt="{red, blue}"), r"\{red, blue}"),
        (Draft(prompt="{red, blue}", raw=True), "{red, blue} --raw"),
        (Draft(prompt="an __animal__"), r"an \__animal\__"),
        (Draft(prompt="<lora:x:1>"), r"\<lora:x:1>"),
        (Draft(prompt="", seed=-1, private=False), "--seed random --public"),
        (
            Draft(prompt="a", model="sd-xl/1.0", style="low poly", sampler="euler", guidance_scale=7.5),
            'a --cfg 7.5 --sampler euler --model sd-xl/1.0 --style "low poly"',
        ),
        (Draft(prompt="a", negative_prompt='a "sign"'), 'a --no “a "sign"”'),
        (Draft(prompt="a", stylize=250, guidance_scale=6.3), "a --stylize 250"),
        (Draft(prompt="a", stylize=250, guidance_scale=5.0), "a --cfg 5"),
        (Draft(prompt="a", loras=(Lora("ink", 0.8), Lora("my fog"))), 'a --lora ink:0.8 --lora "my fog"'),
        (Draft(prompt="a", width_px=64, strength=0.000001), "a --strength 0.000001"),
    ],
)
def test_a_draft_is_written_as_a_person_would(draft: Draft, text: str) -> None:
    assert render(draft) == text
