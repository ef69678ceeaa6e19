from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pinxit.domain.weights import has_weights, parse, strip
from tests.prompt.counting import grows_linearly

WEIGHTY = st.text(alphabet="ab1 .:|()[]\\", max_size=40)


@pytest.mark.parametrize(
    ("text", "pieces", "words"),
    [
        ("a (red:1.2) fox", (("a ", 1.0), ("red", 1.2), (" fox", 1.0)), "a red fox"),
        ("(red fox : .5)", (("red fox ", 0.5),), "red fox "),
        ("((red)) fox", (("red", 1.21), (" fox", 1.0)), "red fox"),
        ("(((red)))", (("red", 1.331),), "red"),
        ("((red:1.2))", (("red", 1.32),), "red"),
        ("((red):1.2)", (("red", 1.32),), "red"),
        ("[red] fox", (("red", 0.9091), (" fox", 1.0)), "red fox"),
        ("[[red]]", (("red", 0.8265),), "red"),
        ("(a [b] (c:2):1.5)", (("a ", 1.5), ("b", 1.3636), (" ", 1.5), ("c", 3.0)), "a b c"),
        ("[(a:1.1)]", (("a", 1.0),), "a"),
        ("(blade runner 2049:1.3)", (("blade runner 2049", 1.3),), "blade runner 2049"),
        ("(a:-1)", (("a", -1.0),), "a"),
    ],
)
def test_weights_are_read_and_taken_away(text: str, pieces: tuple[tuple[str, float], ...], words: str) -> None:
    assert (parse(text), strip(text), has_weights(text)) == (pieces, words, True)


@pytest.mark.parametrize(
    "text",
    [
        "(1984)",
        "(see: this)",
        "a fox (red) in snow",
        "((a) b)",
        "(a (b) c)",
        "a ratio (16:9) at noon (12:30)",
        "(12:30:99)",
        "()",
        "(:1.2)",
        "( :1.2)",
        "[]",
        "[ ]",
        "[1] and [2, 3]",
        "[see: this]",
        "[cat:dog:0.5]",
        "[cat|dog]",
        "(a:1.2",
        "a:1.2)",
        ":) :( :-]",
        "(a:99)",
        "C:\\foxes\\red",
        "",
    ],
)
def test_brackets_that_weight_nothing_are_text(text: str) -> None:
    assert (strip(text), has_weights(text)) == (text, False)
    assert parse(text) == (((text, 1.0),) if text else ())


def test_an_escaped_bracket_is_a_bracket() -> None:
    assert strip(r"miku \(vocaloid\), \[1\]") == "miku (vocaloid), [1]"
    assert parse(r"\[a\] (b:1.2)") == (("[a] ", 1.0), ("b", 1.2))
    assert not has_weights(r"\(a:1.2\)")


def test_an_escape_stays_where_a_weight_would_come_of_it() -> None:
    assert strip(r"\(a:1.2\) (b:1.3)") == r"\(a:1.2\) b"
    assert strip(r"\[a\]") == r"\[a\]"
    assert strip(r"\\[1") == r"\\[1"


def test_brackets_that_cross_are_text() -> None:
    assert parse("(a [b:1.2) c]") == (("a [b", 1.2), (" c]", 1.0))


@given(WEIGHTY)
def test_stripping_takes_nothing_but_brackets_numbers_and_backslashes(text: str) -> None:
    assert set(strip(text)) <= set(text)
    assert [letter for letter in strip(text) if letter in "ab"] == [letter for letter in text if letter in "ab"]
    assert "".join(words for words, _ in parse(text)).count("a") == text.count("a")


@given(st.text() | WEIGHTY)
@example("(\\:1)[")
def test_any_text_can_be_stripped_once_and_something_is_left_of_it(text: str) -> None:
    stripped = strip(text)

    assert strip(stripped) == stripped
    assert bool(stripped.strip()) == bool(text.strip())
    if not set(text) & set("()[]"):
        assert stripped == text


@pytest.mark.parametrize("piece", ["(", "((a", "(a:1.2)", "[", "[a", "[]", ")(", "(a:1", "\\("])
def test_hostile_brackets_take_linear_time(piece: str) -> None:
    assert grows_linearly(lambda count: (strip(piece * count), parse(piece * count)))


@pytest.mark.parametrize("count", [500, 2000])
def test_deep_nesting_is_no_deep_call(count: int) -> None:
    assert strip("(" * count + "a" + ")" * count) == "a"
    assert strip("[" * count + "a" + "]" * count) == "a"
