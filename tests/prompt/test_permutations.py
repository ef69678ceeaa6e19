from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinxit.prompt.permutations import COUNT_LIMIT, choices
from tests.prompt.counting import grows_linearly

if TYPE_CHECKING:
    from collections.abc import Callable

BRACED = st.text(alphabet="ab {}|,\\", max_size=40)


def texts(text: str) -> list[str]:
    written = choices(text)
    return [written.pick(index) for index in range(written.count)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{red, blue} car in {rain, snow}",
            ["red car in rain", "red car in snow", "blue car in rain", "blue car in snow"],
        ),
        ("a {b|c} d", ["a b d", "a c d"]),
        ("{red, dark red | blue}", ["red, dark red", "blue"]),
        ("{a, {b, c} d}", ["a", "b d", "c d"]),
        ("{a, {b|c, d}}", ["a", "b", "c, d"]),
        ("{{a, b}, {c, d}} e", ["a e", "b e", "c e", "d e"]),
        ("fox --ar {1:1, 3:2}", ["fox --ar 1:1", "fox --ar 3:2"]),
        ("{a --seed 1, b --seed 2} fox", ["a --seed 1 fox", "b --seed 2 fox"]),
        ("a {very,} big fox", ["a very big fox", "a  big fox"]),
        (r"{a\, b, c}", [r"a\, b", "c"]),
        ("{ {a, b} }", ["{ a }", "{ b }"]),
        ("{a, {b} , c}", ["a", "{b}", "c"]),
        ("a } {b, c", ["a } {b, c"]),
        ("a { {b, c}", ["a { b", "a { c"]),
    ],
)
def test_choices_become_texts_the_first_varying_slowest(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "a, b | c", "{}", "{ }", "{,}", "{|}", "{red}", "a { b", "a } b", "}{", r"\{a, b\}", r"\{a, b}", "{a, b\\}"],
)
def test_a_brace_without_a_choice_is_text(text: str) -> None:
    assert texts(text) == [text]


def test_a_billion_texts_are_counted_and_each_can_be_had() -> None:
    written = choices("{a, b}" * 30)

    assert written.count == 2**30
    assert written.pick(2**30 - 2) == "b" * 29 + "a"


def test_more_texts_than_anybody_counts_are_counted_as_the_limit() -> None:
    assert choices("{a, b}" * 10_000).count == COUNT_LIMIT
    assert choices("{" + "{a, b}" * 50 + ", c}").count == COUNT_LIMIT


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=2, max_size=3), max_size=4))
def test_the_texts_are_the_product_of_the_choices(options: list[list[str]]) -> None:
    text = "-".join("{" + ",".join(one) + "}" for one in options)

    assert texts(text) == ["-".join(picked) for picked in itertools.product(*options)]


@given(BRACED)
def test_any_text_is_at_least_one_and_every_number_is_a_text(text: str) -> None:
    written = choices(text)

    assert written.count >= 1
    for index in {0, written.count // 2, written.count - 1}:
        assert set(written.pick(index)) <= set(text)


@pytest.mark.parametrize(
    "hostile",
    [
        lambda n: "{" * n,
        lambda n: "{a," * n,
        lambda n: "{" * n + "}" * n,
        lambda n: "{a," * n + "}" * n,
        lambda n: "{ ," * n + "}" * n,
        lambda n: "{a,b}" * n,
        lambda n: "{" + "a," * n + "}",
        lambda n: "\\" * n + "{",
    ],
)
def test_hostile_braces_are_read_in_linear_time_at_any_depth(hostile: Callable[[int], str]) -> None:
    assert grows_linearly(lambda count: choices(hostile(count)).pick(0))
