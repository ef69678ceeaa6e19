from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinxit.generators.sketch.scene import Scene
from pinxit.generators.sketch.words import read
from pinxit.prompt import rules_english, rules_german
from pinxit.prompt.rules import MAX_WORDS, enhance
from tests.builders import a_request

if TYPE_CHECKING:
    from pinxit.prompt.rules_tongue import Tongue

PAGE = Path(__file__).parents[2] / "docs/enhancement.md"
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)
WORDS = sorted({*rules_english.TONGUE.topics, *rules_german.TONGUE.topics, "a", "the", "of", "ein", "und", "zyx", "le"})
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
ENDS = st.sampled_from(["", ".", ",", "!", " ?", ", oil painting", ", soft"])
SEEDS = st.integers(0, 2**32 - 1)
KINDS = st.sampled_from(["", "sketch", "diffusers"])


def test_the_page_shows_50_prompts_as_the_rules_paint_them() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))

    assert len(rows) == 50
    assert [enhance(typed, int(seed)) for seed, typed, _ in rows] == [painted for _, _, painted in rows]


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=60), st.tuples(SENTENCES, ENDS).map("".join)), seed=SEEDS, kind=KINDS)
def test_any_text_begins_what_is_painted_and_is_enhanced_once_only(text: str, seed: int, kind: str) -> None:
    enhanced = enhance(text, seed, kind=kind)

    assert enhanced == enhance(text, seed, kind=kind)
    if enhanced:
        assert enhanced.startswith(text)
        assert len(enhanced) > len(text)
        assert len(enhanced.split()) <= MAX_WORDS
        assert [enhance(enhanced, other, kind=again) for other in (seed, 7) for again in (kind, "")] == [""] * 4


def test_the_same_seed_gives_the_same_words_on_every_machine() -> None:
    assert enhance("a castle on a hill", 3) == (
        "a castle on a hill, architectural photograph, soft light at dawn, wide view"
    )


def test_seeds_give_different_words() -> None:
    assert len({enhance("mountains by a lake", seed) for seed in range(20)}) > 2


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "   ",
        "a logo of a fox",
        "a fox, pixel art",
        "a fox, 16-bit",
        "a fox, line art",
        "a fox, noir",
        "a diagram of a castle",
        'a sign that reads "open"',
        "a (red:1.2) fox",
        "a {red, blue} fox",
        "a __colour__ fox",
        "a fox <lora:ink:0.8>",
        "a fox::2",
        "a fox --tile",
        "a fox\nin snow",
        "un renard rouge dans la neige",
        "un zorro rojo en la nieve",
        "een rode vos in de sneeuw",
        "лиса в снегу",
        "雪の中の狐",
        "a fox лиса",
        "happiness",
        "the meaning of life",
        "ein Wappen mit einem Löwen",
        "oil painting of a fox at sunset, close-up",
        "a fox " + "and a dog " * 9,
        "x" * 2000,
    ],
)
def test_what_is_better_left_alone_is_left_alone(prompt: str) -> None:
    assert enhance(prompt, 1) == ""


@pytest.mark.parametrize(
    ("prompt", "never"),
    [
        ("city at night", "golden|dawn|evening|sun"),
        ("die Stadt bei Nacht", "golden|Morgen|Abend"),
        ("Nachthimmel über den Bergen", "golden|Morgen|Abend"),
        ("a fox in the rain", "light|golden|dawn"),
        ("a fox at sunset", "light|golden|dawn"),
        ("a cat in a library", "golden|dawn|wildlife"),
        ("a fox in snow", "golden|evening"),
        ("a dragon over the sea", "photograph"),
        ("a fox, watercolour", "photograph|painting"),
    ],
)
def test_additions_do_not_contradict_the_prompt(prompt: str, never: str) -> None:
    added = [enhance(prompt, seed).removeprefix(prompt) for seed in range(40)]

    assert all(added)
    assert not [text for text in added if re.search(never, text)]


@pytest.mark.parametrize("said", ["4k", "8K", "highly detailed"])
def test_what_is_said_of_detail_leaves_no_room_for_more(said: str) -> None:
    assert not [seed for seed in range(20) if "crisp detail" in enhance(f"a watercolour fox in the rain, {said}", seed)]
    assert "crisp detail" in enhance("a watercolour fox in the rain", 1)


def test_german_prompts_get_german_words() -> None:
    assert enhance("ein Leuchtturm am Meer", 1).startswith("ein Leuchtturm am Meer, Architekturfotografie, ")


def test_a_named_style_counts_as_what_the_person_said() -> None:
    assert "photograph" in enhance("a castle on a hill", 1)
    assert "photograph" not in enhance("a castle on a hill", 1, style="watercolour, loose washes")
    assert enhance("a castle on a hill", 1, style="film noir, black and white") == ""
    assert "fotografie" not in enhance("eine Burg auf einem Hügel", 1, style="watercolour, loose washes").casefold()


def test_the_sketch_is_told_of_light_alone_and_a_printed_card_of_nothing() -> None:
    assert enhance("a castle on a hill", 3, kind="sketch") == "a castle on a hill, soft light at dawn"
    assert enhance("a castle on a hill", 3, kind="svg") == ""


@pytest.mark.parametrize("tongue", [rules_english.TONGUE, rules_german.TONGUE], ids=["English", "German"])
def test_no_addition_puts_anything_into_a_sketch_or_takes_it_out(tongue: Tongue) -> None:
    prompt = "a red lighthouse by the sea"
    plain = read(a_request(prompt=prompt))
    phrases = sorted({phrase for slot in tongue.added.values() for choice in slot.values() for phrase in choice})

    assert len(phrases) > 20
    for phrase in phrases:
        assert changed(plain, read(a_request(prompt=f"{prompt}, {phrase}"))) <= {"time", "undrawn"}, phrase


def changed(before: Scene, after: Scene) -> set[str]:
    names = [field.name for field in dataclasses.fields(Scene)]
    return {name for name in names if getattr(before, name) != getattr(after, name)}


@pytest.mark.parametrize("tongue", [rules_english.TONGUE, rules_german.TONGUE], ids=["en", "de"])
def test_a_phrase_of_several_words_is_known_in_a_text_and_in_the_plural(tongue: Tongue) -> None:
    phrases = [phrase for phrase in tongue.topics if 1 <= phrase.count("-") <= 2]

    missed = {
        phrase
        for phrase in phrases
        if not tongue.topics[phrase] <= tongue.about(["zzz", *phrase.split("-")])
        or not tongue.topics[phrase] <= tongue.about([*f"{phrase}s".split("-"), "zzz"])
    }

    assert phrases
    assert missed == set()


def test_two_words_that_end_as_a_plural_does_are_read_as_one_too() -> None:
    tongue = rules_english.TONGUE

    assert "lad" not in tongue.topics
    assert tongue.about(["lad", "is"]) == tongue.topics["lady"]  # "lad-is", as "berr-ies" is read as "berry".
