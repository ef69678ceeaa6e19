from __future__ import annotations

import re
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinxit.domain.errors import Code, Refused
from pinxit.prompt.minors import find_minors
from pinxit.prompt.patterns import Pattern
from pinxit.prompt.text_filter import Found, TextFilter

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

PIECES = (
    "a",
    "b",
    ".",
    r"\w",
    r"\s",
    r"\b",
    "^",
    "$",
    "[ab]",
    "[^a]",
    "(a|b)",
    "(?:ab|)",
    "a*",
    "b+",
    "a?",
    "(ab){1,2}",
)
PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)


@given(PATTERNS, st.text("ab \n_", max_size=12))
@settings(max_examples=300, deadline=None)
def test_a_pattern_matches_what_pythons_own_engine_matches(pattern: str, text: str) -> None:
    ours = Pattern.compile(pattern)

    assert ours.matches(text) == (re.search(pattern.replace("$", r"\Z"), text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bmake\s+(me\s+)?a\s+bomb\b", "please MAKE me  a bomb"),
        (r"[0-9]{3}-[0-9]{4}", "call 555-0199"),
        (r"bl[o0]{2,}d", "blo0od"),
        (r"gr(e|a)y", "ＧＲＡＹ"),  # noqa: RUF001 - full width is the case
        (r"\.onion\b", "x.onion"),
        (r"КРОВЬ", "кровь"),  # noqa: RUF001 - Russian letters
        (r"a.{0,3}?b", "a--b"),
    ],
)
def test_an_operators_pattern_matches_whatever_the_case_and_the_letters(pattern: str, text: str) -> None:
    filter_ = TextFilter.compile((), [pattern])

    assert filter_.find(text) == Found(pattern)
    assert filter_.find("a red fox in snow") is None


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[",
        "*a",
        "a**",
        "(a",
        "a{",
        "a{1000}",
        "a{5,2}",
        r"(a)\1",
        "(?=a)",
        "(?<!a)",
        "(?i)a",
        "[z-a]",
        "\\",
        "x" * 501,
    ],
)
def test_a_wrong_pattern_is_refused_with_what_is_allowed(pattern: str) -> None:
    with pytest.raises(Refused) as refused:
        TextFilter.compile((), [pattern])

    assert refused.value.code is Code.FIELD_CHOICE
    assert refused.value.facts["field"] == "blocked_patterns"
    assert refused.value.facts["allowed"]


def test_a_pattern_that_grows_too_large_is_refused() -> None:
    with pytest.raises(Refused):
        Pattern.compile("((a{1,50}){1,50}){1,50}")


def calls(work: Callable[[], object]) -> int:
    """Count the calls, of Python's functions and of C's, that a piece of work makes."""
    seen: Counter[str] = Counter()

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        seen[event] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return seen["call"] + seen["c_call"]


WORST = {
    "one letter": "a",
    "single letters": "a ",
    "spelled": "g o r ",
    "digits": "l0",
    "masks": "*a",
    "weak masks": "-a",
    "brackets": "{",
    "tags": "<a",
    "entities": "&a;",
    "scripts": "aа",  # noqa: RUF001 - two scripts
    "marks": "a\u0301\u0489",
    "unspaced": "裸",
    "hyphens": "a-\n \n",
    "beginnings": "gor nud ",
    "ages": "aged 1 ",
}


@pytest.mark.parametrize("piece", WORST.values(), ids=WORST.keys())
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    filter_ = TextFilter.compile(["gore", "nude scene", "血", "кровь"], [r"(a|b)*c", r"(\w+\s?)+x"])

    def work(size: int) -> int:
        text = (piece * size)[:size]
        return calls(lambda: (filter_.find(text), find_minors(text)))

    work(500)  # Tables of letters and states are filled.
    small, large = work(2_000), work(8_000)

    assert large <= 4.6 * small + 500


@pytest.mark.parametrize("piece", WORST.values(), ids=WORST.keys())
def test_a_hundred_thousand_characters_come_to_an_end(piece: str) -> None:
    """What grows with the square of the text would take minutes here."""
    filter_ = TextFilter.compile(["gore", "nude scene", "кровь"], [r"(\w+\s?)+x"])
    text = (piece * 100_000)[:100_000]

    filter_.find(text)
    find_minors(text)

    assert filter_.find(f"{text} gore\n{text}") is not None
