"""The page about prompts says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pinxit.domain.weights import parse as parse_weights
from pinxit.domain.weights import strip
from pinxit.prompt.flags import FLAGS, parse
from pinxit.prompt.midjourney import LEFT_OUT
from pinxit.prompt.wildcards import Wildcards
from pinxit.prompt.wishes import read

PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")
SHIPPED = Wildcards.load(Path("/nowhere/at/all"))


def rows(head: str) -> list[list[str]]:
    """Return the cells of the table that begins with this head."""
    table = PAGE.partition(f"| {head} |")[2].partition("\n\n")[0]
    lines = [line for line in table.splitlines()[2:] if line.startswith("|")]
    cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    assert cells, f"no table {head}"
    return cells


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_page_lists_exactly_the_flags_that_exist_with_what_they_take() -> None:
    listed = {tuple(quoted(names)): takes for names, takes, _ in rows("flag | takes | what it does")}

    assert listed == {
        tuple(f"--{name}" for name in (flag.name, *flag.aliases)): " or ".join(
            (", ".join(flag.allowed[:-1]), flag.allowed[-1]) if len(flag.allowed) > 2 else flag.allowed
        ).replace(" or random", ", or random")
        for flag in FLAGS
    }


@pytest.mark.parametrize(("typed", "guidance"), [(quoted(row[0])[0], row[1]) for row in rows("typed | guidance scale")])
def test_the_page_says_what_becomes_of_midjourneys_flags(typed: str, guidance: str) -> None:
    assert parse(f"a fox {typed}").guidance_scale == float(guidance)


def test_the_flags_that_the_page_says_are_left_out_are() -> None:
    sentence = re.search(r"What has no meaning here, such\nas (.+?) is left out", PAGE, re.DOTALL)

    assert sentence is not None
    named = [flag.removeprefix("--").split()[0] for flag in quoted(sentence[1])]
    assert named
    assert set(named) <= set(LEFT_OUT)


@pytest.mark.parametrize(("typed", "becomes"), [(quoted(row[0])[0], quoted(row[1])) for row in rows("typed | becomes")])
def test_the_pages_choices_become_what_it_says(typed: str, becomes: list[str]) -> None:
    drafts = [wish.draft for wish in read(typed, SHIPPED, seed=1)]

    assert becomes in ([draft.typed for draft in drafts], [draft.prompt for draft in drafts])


@pytest.mark.parametrize("row", rows("typed | weights | without"), ids=lambda row: row[0])
def test_the_pages_weights_are_read_as_it_says(row: list[str]) -> None:
    typed, without = quoted(row[0])[0], quoted(row[2])[0]
    weights = re.findall(r"`([^`]+)` ([0-9.]+)", row[1])

    weighted = [(words.strip(), f"{weight:g}") for words, weight in parse_weights(typed) if weight != 1]

    assert (weighted, strip(typed)) == (weights, without)


def test_every_example_of_the_page_is_accepted() -> None:
    examples = [line for block in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]

    assert len(examples) >= 5
    for example in examples:
        assert not any(told.hint for wish in read(example, SHIPPED, seed=1) for told in wish.hints)


def test_the_page_names_exactly_the_shipped_lists() -> None:
    paragraph = PAGE.partition("These lists are shipped: ")[2].partition("\n\n")[0]

    assert [name.strip("_") for name in quoted(paragraph)] == sorted(SHIPPED.lists)


@pytest.mark.parametrize(
    ("typed", "seeds"), [("fox --repeat 3 --seed 7 --n 4", [7, 11, 15])], ids=["the repetition's example"]
)
def test_the_pages_seeds_of_repetitions_are_right(typed: str, seeds: list[int]) -> None:
    assert typed.removeprefix("fox ") in PAGE
    assert [wish.draft.seed for wish in read(typed, SHIPPED, seed=1)] == seeds
