"""A language is a file: what is in the folder is spoken, and a file with a mistake is refused by file and key."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.errors import Code, ConfigError
from pinxit.wording import LANGUAGES
from pinxit.wording.files import languages
from pinxit.wording.language import render

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.wording.language import Language

SHIPPED = files("pinxit.wording")
ENGLISH = SHIPPED.joinpath("en.toml").read_text("utf-8")
FILLED = ("slash", "dates", "spans", "amounts")  # Sentences and the console's texts are compared elsewhere.
BLANK = re.compile(r"\{\w*\}")


def problems(folder: Path, text: str, name: str = "fr") -> list[str]:
    """Return what is said of a language with this text, beside English."""
    (folder / "en.toml").write_text(ENGLISH, "utf-8")
    (folder / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as refused:
        languages(folder)
    return list(refused.value.problems)


def changed(before: str, after: str) -> str:
    assert ENGLISH.count(before) == 1
    return ENGLISH.replace(before, after)


def test_the_languages_are_the_files_that_are_there_with_english_first() -> None:
    there = {path.name for path in SHIPPED.iterdir() if path.name.endswith(".toml")}

    assert {f"{name}.toml" for name in LANGUAGES} == there
    assert next(iter(LANGUAGES)) == "en"
    assert "de" in LANGUAGES


def test_a_third_language_is_a_file_and_nothing_else(tmp_path: Path) -> None:
    french = changed('name = "English"', 'name = "Français"').replace('point = "."', 'point = ","')
    for name, text in {"en": ENGLISH, "fr": french, "cs": ENGLISH}.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")

    found = languages(tmp_path)

    assert list(found) == ["en", "cs", "fr"]
    assert found["fr"].name == "Français"
    assert render(found["fr"], Code.FIELD_RANGE, {"field": "x", "value": 1.5}) == "x is 1,5, which is out of range."


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('prompt_empty = "', '# "', "fr.toml: [code] prompt_empty is missing; write a text"),
        ('prompt_empty = "', 'prompt_empty = 5 # "', "fr.toml: [code] prompt_empty is 5; write a text"),
        ("[code]", '[code]\nodd = ""', "fr.toml: [code] odd is no key of a language; correct its name, or take it out"),
        (
            "[amounts.per]",
            '[amounts.per]\nyear = ""',
            "fr.toml: [amounts.per] year is no key of a language; correct its name, or take it out",
        ),
        ("[amounts.when]\nday", "[amounts.when]\n# day", "fr.toml: [amounts.when] day is missing; write a text"),
        ('    "May",\n', "", "fr.toml: [dates] months is ['January', 'February', 'March',"),
        ("rules = []", "rules = [['a']]", "fr.toml: [allowed] rules is [['a']]; write a list of pairs of texts"),
        ("# English. ", 'send = ""\n# ', "fr.toml: send stands in no table; move it into its own, or take it out"),
        ("[language]", "[language", "fr.toml is no TOML (Expected ']'"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_file_and_key(tmp_path: Path, before: str, after: str, problem: str) -> None:
    (found,) = problems(tmp_path, changed(before, after))

    assert found.startswith(problem)


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "cs.toml").write_text(changed('both = "or"', "both = 7"), "utf-8")
    wrong = changed("[spans]", "[span]")

    found = problems(tmp_path, wrong)

    assert found[0] == "cs.toml: [language] both is 7; write a text"
    assert len(found) == 1 + 5 * 2
    assert "fr.toml: [spans] hours is missing; write a text" in found
    assert "fr.toml: [span] hours is no key of a language; correct its name, or take it out" in found


def test_without_english_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"en\.toml is not there"):
        languages(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_python_fills_has_the_same_blanks_in_every_language(language: str) -> None:
    english, other = (tomllib.loads(SHIPPED.joinpath(f"{name}.toml").read_text("utf-8")) for name in ("en", language))

    for table in FILLED:
        blanks = {key: sorted(set(BLANK.findall(str(text)))) for key, text in english[table].items()}
        assert {key: sorted(set(BLANK.findall(str(text)))) for key, text in other[table].items()} == blanks


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=list(LANGUAGES))
def test_every_rule_of_a_language_can_be_followed(language: Language) -> None:
    for pattern, replacement in (*language.ordinals, *language.possible):
        re.compile(pattern).sub(replacement, "")  # Raises where it speaks of a group that is not there.


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=list(LANGUAGES))
def test_every_place_in_line_has_a_word(language: Language) -> None:
    assert all(str(number) in language.ordinal(number) != str(number) for number in range(1, 1200))
