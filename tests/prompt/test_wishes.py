from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinxit.domain.errors import Code, Refused
from pinxit.domain.hints import Hint
from pinxit.prompt.wildcards import Wildcards
from pinxit.prompt.wishes import Wish, read
from tests.prompt.counting import grows_linearly

if TYPE_CHECKING:
    from collections.abc import Callable

WILDCARDS = Wildcards({"animal": ("fox", "owl", "hare", "lynx"), "place": ("a wood", "a {big, small} city", "__x__")})
PIECES: tuple[str, ...] = (
    "{",
    "}",
    "{",
    "}",
    ",",
    "|",
    "\\",
    "__",
    "animal",
    "__animal__",
    "__place__",
    "a",
    "b",
    " ",
    "--seed 3",
    "=",
)
PIECES += ("--n 2", "--repeat 2", "--raw", "--no ", '"', "--ar ", "3:2", "<lora:a:", "1>", "—", "--v 6", "--x", "--s 9")
TYPED = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=15).map("".join))


def prompts(text: str, seed: int = 7) -> list[str]:
    return [wish.draft.prompt for wish in read(text, WILDCARDS, seed)]


def refusal(text: str, most: int = 40) -> Refused:
    with pytest.raises(Refused) as refused:
        read(text, WILDCARDS, 7, most)
    return refused.value


def untyped(wish: Wish) -> Wish:
    return Wish(dataclasses.replace(wish.draft, typed=""))


def test_a_text_without_choices_is_one_wish_as_it_was_typed() -> None:
    (wish,) = read("a {red} fox { in snow --seed 7", WILDCARDS, 7)

    assert (wish.draft.prompt, wish.draft.typed) == ("a {red} fox { in snow", "a {red} fox { in snow --seed 7")
    assert wish.hints == ()


def test_each_choice_is_a_wish_that_was_typed_alone() -> None:
    wishes = read("{red, blue} fox --ar {1:1, 3:2} --v 6", WILDCARDS, 7)

    assert [wish.draft.typed for wish in wishes] == [
        "red fox --ar 1:1 --v 6",
        "red fox --ar 3:2 --v 6",
        "blue fox --ar 1:1 --v 6",
        "blue fox --ar 3:2 --v 6",
    ]
    assert [wish.draft.aspect for wish in wishes] == [(1, 1), (3, 2)] * 2
    assert {told.hint for wish in wishes for told in wish.hints} == {Hint.NO_FLAG_OF_OURS}


def test_wildcards_are_drawn_apart_for_every_job_and_the_same_for_the_same_seed() -> None:
    text = "{1,2,3,4,5,6,7,8} __animal__"

    assert prompts(text) == prompts(text)
    assert len({prompt.split()[1] for prompt in prompts(text)}) > 2
    assert prompts(text) != prompts(text, seed=8)


def test_an_unknown_wildcard_stays_and_is_told_with_the_nearest() -> None:
    (wish,) = read("an __animl__ --s 250", WILDCARDS, 7)

    assert wish.draft.prompt == "an __animl__"
    assert [(told.hint, told.facts["value"]) for told in wish.hints] == [
        (Hint.STYLIZE, 250),
        (Hint.WILDCARD_UNKNOWN, "__animl__"),
    ]
    assert wish.hints[1].facts["nearest"] == "__animal__"


def test_raw_leaves_braces_and_wildcards_as_they_are() -> None:
    typed = read(r"{red, blue} __animal__ \{a\} --raw", WILDCARDS, 7)
    named = read(r"{red, blue} __animal__ \{a\}", WILDCARDS, 7, raw=True)

    assert [wish.draft.prompt for wish in (*typed, *named)] == [r"{red, blue} __animal__ \{a\}"] * 2


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("fox --repeat 3", [None] * 3),
        ("fox --repeat 3 --seed random", [-1] * 3),
        ("fox --repeat 3 --seed 7", [7, 8, 9]),
        ("fox --r 3 --seed 7 --n 4", [7, 11, 15]),
        ("fox --r 2 --seed 4294967295", [4294967295, 0]),
        ("fox --repeat 1 --seed 7", [7]),
        ("{fox, owl} --repeat {1, 2} --seed 7", [7, 7, 8, 7, 7, 8]),
    ],
)
def test_repetitions_are_jobs_whose_seeds_follow_one_another(text: str, seeds: list[int | None]) -> None:
    wishes = read(text, WILDCARDS, 7)

    assert [wish.draft.seed for wish in wishes] == seeds
    assert {wish.draft.repeat for wish in wishes} == {None}


def test_images_that_nobody_counted_are_counted_for_the_seeds_too() -> None:
    assert [wish.draft.seed for wish in read("fox --seed 7", WILDCARDS, 7, repeat=2, count=4)] == [7, 11]


@pytest.mark.parametrize(("repeat", "code"), [(2, Code.FIELD_CONFLICT), (0, Code.FIELD_RANGE), (-3, Code.FIELD_RANGE)])
def test_a_repetition_beside_the_text_must_make_sense_and_agree(repeat: int, code: Code) -> None:
    with pytest.raises(Refused) as refused:
        read("fox --repeat 3", WILDCARDS, 7, repeat=repeat)

    assert refused.value.code is code
    assert len(read("fox --repeat 3", WILDCARDS, 7, repeat=3)) == 3


def test_every_repetition_draws_its_own_wildcards() -> None:
    assert len(set(prompts("__animal__ --repeat 12"))) > 2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("{a,b}" * 30, 2**30),
        ("{a,b}" * 1000, 10**12),
        ("{a,b,c} --repeat 14", 42),
        ("fox --repeat 41", 41),
        ("fox --repeat 999999999999", 999999999999),
        ("{" + "a," * 40 + "}", 41),
    ],
)
def test_too_many_jobs_are_counted_and_refused_without_being_made(text: str, count: int) -> None:
    error = refusal(text)

    assert (error.code, error.facts["count"], error.facts["limit"]) == (Code.TOO_MANY_JOBS, count, 40)


def test_exactly_as_many_as_are_possible_are_made() -> None:
    assert len(read("{a,b} --repeat 20", WILDCARDS, 7)) == 40


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{a --sede 1, b}", Code.FLAG_UNKNOWN),
        ("fox --ar {1:1, wide}", Code.FLAG_VALUE),
        ("{a\x00, b}", Code.TEXT_INVALID),
        ('{a, b} --no "open', Code.FLAG_VALUE),
    ],
)
def test_what_is_wrong_in_one_of_them_refuses_all(text: str, code: Code) -> None:
    assert refusal(text).code is code


@given(TYPED, st.integers(0, 2**32 - 1))
def test_any_text_gives_wishes_or_is_refused_and_each_is_one_wish_when_typed_again(text: str, seed: int) -> None:
    try:
        wishes = read(text, WILDCARDS, seed, most=6)
    except Refused:
        return
    assert 1 <= len(wishes) <= 6
    for wish in wishes:
        (again,) = read(wish.draft.typed, WILDCARDS, seed + 1)
        assert untyped(again) == untyped(wish)


@pytest.mark.parametrize(
    "hostile",
    [
        lambda n: "{" * n,
        lambda n: "{a," * n,
        lambda n: "{a," * n + "}" * n,
        lambda n: "__" * n,
        lambda n: "__a__ " * n,
        lambda n: "__animal__ " * n,
        lambda n: "(" * n,
        lambda n: "<lora:" * n,
        lambda n: "<lora:a:1>" * n,
        lambda n: "--v 6 " * n,
        lambda n: "--no " * n,
        lambda n: "--lora a " * n,
        lambda n: "--lora " + '"' * n,
        lambda n: "—s " * n,
        lambda n: "—s" + " " * n,
        lambda n: "\\" * n + "--seed 7",
        lambda n: "{a,b}" * n,
    ],
)
def test_hostile_text_takes_linear_time(hostile: Callable[[int], str]) -> None:
    assert grows_linearly(lambda count: read(hostile(count), WILDCARDS, 7))


@pytest.mark.parametrize("text", ["{" * 100_000, "{a," * 50_000, "__" * 50_000, "(" * 100_000])
def test_a_hundred_thousand_signs_are_one_wish(text: str) -> None:
    (wish,) = read(text, WILDCARDS, 7)

    assert wish.draft.prompt == text
