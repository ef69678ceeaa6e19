"""The trial of the filter, by cases that were written apart from it. Nobody who tunes it reads the held half."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from pinxit.prompt.minors import find_minors
from pinxit.prompt.text_filter import TextFilter

EVASIONS = Path(__file__).parent / "evasions"


def load(name: str) -> dict[str, Any]:
    return tomllib.loads((EVASIONS / f"{name}.toml").read_text(encoding="utf-8"))


def counts(half: str, kind: str) -> tuple[int, int, int, int]:
    """Return evasions caught, of how many; innocent texts refused, of how many. No text is shown."""
    lists = load("lists")
    words = TextFilter.compile(
        [word for several in lists["blocked"].values() for word in several], (), lists["allowed"]
    )
    seen: dict[bool, list[bool]] = {True: [], False: []}
    for case in load(half)["cases"]:
        if case["kind"] == kind:
            is_found = words.find(case["text"]) is not None if kind == "words" else find_minors(case["text"])
            seen[case["trick"] == "innocent"].append(is_found)
    return sum(seen[False]), len(seen[False]), sum(seen[True]), len(seen[True])


@pytest.mark.parametrize("kind", ["words", "minors"])
@pytest.mark.parametrize("half", ["open", "held"])
def test_of_both_halves_most_evasions_are_caught_and_hardly_an_innocent_text(half: str, kind: str) -> None:
    caught, evasions, refused, innocent = counts(half, kind)

    assert caught >= 0.95 * evasions
    assert refused <= 0.01 * innocent


@pytest.mark.parametrize("half", ["open", "held"])
def test_the_page_about_moderation_has_the_true_numbers(half: str) -> None:
    page = (EVASIONS.parents[2] / "docs" / "moderation.md").read_text(encoding="utf-8")
    cells = [f"{some} of {every}" for kind in ("words", "minors") for some, every in pairs(counts(half, kind))]

    assert f"| {half} | {' | '.join(cells)} |" in page


def pairs(four: tuple[int, int, int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    return four[:2], four[2:]
