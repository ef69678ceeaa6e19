"""The shape of the cases that judge the text filter: how many, how mixed, and that they are what they claim to be."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

EVASIONS = Path(__file__).parent / "evasions"
LANGUAGES = {"en", "de", "fr", "es", "ru", "tr"}
HALVES = ["open", "held"]


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((EVASIONS / f"{name}.toml").read_text(encoding="utf-8"))


def cases(half: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = load(half)["cases"]
    return found


def blocked_words() -> list[str]:
    return [word for words in load("lists")["blocked"].values() for word in words]


def has_plainly(text: str, words: list[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text.casefold()) for word in words)


def mix(half: str) -> Counter[tuple[str, str, str]]:
    return Counter((case["kind"], case["lang"], case["trick"]) for case in cases(half))


@pytest.mark.parametrize("half", HALVES)
def test_each_half_has_a_hundred_evasions_and_a_hundred_innocents_and_thirty_about_minors(half: str) -> None:
    counts = Counter((case["kind"], case["trick"] == "innocent") for case in cases(half))

    assert counts == {("words", False): 100, ("words", True): 100, ("minors", False): 15, ("minors", True): 15}


def test_both_halves_have_the_same_mix_of_tricks_and_languages() -> None:
    assert mix("open") == mix("held")


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("kind", ["words", "minors"])
def test_all_six_languages_are_among_evasions_and_innocents(half: str, kind: str) -> None:
    chosen = [case for case in cases(half) if case["kind"] == kind]

    assert {case["lang"] for case in chosen if case["trick"] == "innocent"} == LANGUAGES
    assert {case["lang"] for case in chosen if case["trick"] != "innocent"} == LANGUAGES


def test_no_text_is_there_twice() -> None:
    texts = Counter(case["text"].casefold() for half in HALVES for case in cases(half))

    assert [text for text, times in texts.items() if times > 1] == []


def test_a_word_is_hidden_in_one_way_in_one_half_only() -> None:
    tricks = [
        {(case["trick"], case["word"]) for case in cases(half) if "word" in case and " " not in case["word"]}
        for half in HALVES
    ]

    assert tricks[0] & tricks[1] == set()


@pytest.mark.parametrize("half", HALVES)
def test_every_evasion_names_a_word_of_the_lists_and_nothing_else_names_one(half: str) -> None:
    listed = set(blocked_words())

    for case in cases(half):
        is_evasion = case["kind"] == "words" and case["trick"] != "innocent"
        assert (case.get("word") in listed) is is_evasion, case


@pytest.mark.parametrize("half", HALVES)
def test_no_innocent_holds_a_blocked_word_outside_an_allowed_phrase(half: str) -> None:
    allowed = re.compile("|".join(map(re.escape, load("lists")["allowed"])))

    for case in cases(half):
        rest = allowed.sub(" ", case["text"].casefold())
        assert case["trick"] != "innocent" or not has_plainly(rest, blocked_words()), case


@pytest.mark.parametrize("half", HALVES)
def test_an_evasion_does_not_spell_its_word_plainly(half: str) -> None:
    written_out = {"mixed case", "weights", "permutation", "snake case"}

    for case in cases(half):
        is_hidden = "word" in case and case["trick"] not in written_out
        assert not is_hidden or not has_plainly(case["text"], blocked_words()), case


def test_the_lists_are_in_six_languages_in_small_letters_and_without_doubles() -> None:
    words = [*blocked_words(), *load("lists")["allowed"]]

    assert set(load("lists")["blocked"]) == LANGUAGES
    assert len(blocked_words()) >= 60
    assert len(set(words)) == len(words)
    assert [word for word in words if word != word.casefold().strip()] == []


@pytest.mark.parametrize("half", HALVES)
def test_invisible_characters_are_written_as_escapes(half: str) -> None:
    written = (EVASIONS / f"{half}.toml").read_text(encoding="utf-8").replace("\n", "")

    assert sorted({hex(ord(char)) for char in written if not char.isprintable()}) == []
