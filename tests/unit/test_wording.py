from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.domain.errors import Code
from pinxit.domain.hints import Hint
from pinxit.wording import LANGUAGES, Phrase, say
from pinxit.wording.language import blanks, template_of

if TYPE_CHECKING:
    from pinxit.domain.errors import Fact

EVERYTHING = [*Code, *Hint, *Phrase]
FACTS: dict[str, Fact] = {
    "field": "width",
    "value": "9",
    "other": "8",
    "allowed": ["1 to 4", "random"],
    "nearest": "seed",
    "mode": "inpaint",
    "flag": "--seed",
    "limit": 100,
    "retry_after_s": 12.4,
    "unit": "credit",
    "period": "day",
    "used": 12_000,
    "needed": 4000,
    "left": 2000,
    "granted": 1000,
    "amount": 5000,
    "expires_at": "2026-12-01T00:00:00+00:00",
    "jobs": 2,
    "images": 3,
    "enhance": "rules",
    "count": 2,
    "asked": 4,
    "ahead": 2,
    "eta_s": 20.0,
    "seconds": 4.2,
    "progress": 0.5,
    "seed": 7,
    "generator": "sketch",
    "wanted": "flux",
    "reason": "busy",
    "tries": 3,
    "deadline_s": 300,
    "scope": "act_as",
    "state": "succeeded",
    "job": "abc",
    "image": "def",
    "resets_at": "2026-11-22T00:00:00+01:00",
    "time_zone": "Europe/Berlin",
    "correlation_id": "c-1",
    "steps": 20,
    "credits": 4,
    "number": 2,
    "guidance": 5.5,
    "size": "1536×1024",
    "model": "flux-schnell",
    "until": "2026-12-01T00:00:00+00:00",
    "prompt": "a fox",
    "role": "mask",
    "share": "0.5",
    "mean": "1.2",
    "psnr": "38.1",
    "name": "model",
    "before": "dreams",
    "now": "sketch",
    "within_s": 600.0,
    "code": "ABCD2345",
}


def template(language: str, about: Code | Hint | Phrase) -> str:
    return template_of(LANGUAGES[language], about)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_and_phrase_has_words_in_every_language(language: str) -> None:
    assert set(LANGUAGES[language].sentences) == set(Code)
    assert set(LANGUAGES[language].hints) == set(Hint)
    assert set(LANGUAGES[language].phrases) == set(Phrase)


@pytest.mark.parametrize("about", EVERYTHING)
def test_every_language_speaks_of_the_same_facts(about: Code | Hint | Phrase) -> None:
    english = blanks(template("en", about))

    assert english <= set(FACTS), "the test's facts are not complete"
    for language in LANGUAGES:
        assert blanks(template(language, about)) == english


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("about", EVERYTHING)
def test_a_sentence_says_all_its_facts_and_leaves_no_blank_open(about: Code | Hint | Phrase, language: str) -> None:
    sentence = say(language, about, FACTS)

    assert not set("{}[]|") & set(sentence)
    if "{value}" in template(language, about):
        assert "9" in sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("about", EVERYTHING)
def test_a_sentence_without_any_facts_is_still_one(about: Code | Hint | Phrase, language: str) -> None:
    sentence = say(language, about, {})

    assert sentence
    assert not set("{}[]|") & set(sentence)
    assert "  " not in sentence


@pytest.mark.parametrize("code", Code)
def test_an_error_says_what_happened_and_then_what_to_do(code: Code) -> None:
    for language in LANGUAGES:
        sentence = say(language, code, FACTS)

        assert sentence[-1] in ".…"
        assert sum(mark in sentence[:-1] for mark in (". ", "? ", ": ", "; ")), sentence


def test_a_wrong_value_is_said_with_what_is_allowed() -> None:
    facts: dict[str, Fact] = {"field": "count", "value": "9", "allowed": ["1 to 4"]}

    assert say("en", Code.FIELD_RANGE, facts) == "count is 9, which is out of range. Possible is 1 to 4."
    assert say("de-DE", Code.FIELD_RANGE, facts) == "count ist 9, das liegt außerhalb. Möglich ist 1 bis 4."


def test_an_unknown_flag_is_said_with_the_nearest_one() -> None:
    facts: dict[str, Fact] = {"flag": "--sede", "nearest": "--seed", "allowed": ["--ar", "--seed"]}

    sentence = "There is no flag --sede. Did you mean --seed? Choose from --ar or --seed."
    assert say("en", Code.FLAG_UNKNOWN, facts) == sentence


@pytest.mark.parametrize("locale", ["fr", "", "zz-ZZ", "EN_us", "-"])
def test_an_unknown_locale_speaks_english(locale: str) -> None:
    assert say(locale, Phrase.CANCELLED, {}) == "cancelled"


@pytest.mark.parametrize("locale", ["de", "de-AT", "DE", "de_CH"])
def test_every_german_locale_speaks_german(locale: str) -> None:
    assert say(locale, Phrase.CANCELLED, {}) == "abgebrochen"


@pytest.mark.parametrize(
    ("ahead", "place"), [(0, "1st"), (1, "2nd"), (2, "3rd"), (3, "4th"), (10, "11th"), (11, "12th"), (20, "21st")]
)
def test_a_place_in_line_counts_who_is_ahead(ahead: int, place: str) -> None:
    assert say("en", Phrase.QUEUED, {"ahead": ahead, "eta_s": 20}) == f"{place} in line, about 20 s"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "1 s"), (59, "59 s"), (60, "1 min"), (3700, "1 h"), (1e9, "> 99 h"), (float("nan"), "> 99 h")],
)
def test_a_duration_is_rounded_to_what_people_plan_with(seconds: float, shown: str) -> None:
    assert say("en", Phrase.WAITING, {"eta_s": seconds}) == f"did not work, trying again in {shown}"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "1 s"), (89.5, "90 s"), (91, "2 min"), (5401, "2 h"), (1e9, "> 99 h"), (float("nan"), "> 99 h")],
)
def test_a_wait_is_rounded_up(seconds: float, shown: str) -> None:
    assert say("en", Code.COOLDOWN, {"retry_after_s": seconds}) == f"Not so fast: wait another {shown}, then try again."


def test_one_picture_is_singular_and_several_are_plural() -> None:
    assert say("en", Phrase.SUCCEEDED, {"count": 1, "generator": "sketch", "seed": 7}) == "1 picture by sketch, seed 7"
    assert say("de", Phrase.SUCCEEDED, {"count": 2}) == "2 Bilder"


def test_a_fact_with_braces_is_repeated_as_it_is() -> None:
    sentence = say("en", Code.MODEL_UNKNOWN, {"value": "{allowed} [x] {0}", "allowed": ["a"]})

    assert sentence == "There is no model {allowed} [x] {0}. Choose a."


def test_a_long_list_of_choices_is_counted_instead_of_read_out() -> None:
    sentence = say("en", Code.MODEL_UNKNOWN, {"value": "x", "allowed": [f"m{i}" for i in range(500)]})

    assert sentence.endswith("m11 … (500).")


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("at most 2000 characters", "höchstens 2000 Zeichen"),
        ("1:32 to 32:1", "1:32 bis 32:1"),
        ("two whole numbers such as 3:2", "zwei ganze Zahlen wie 3:2"),
        ("sdxl", "sdxl"),
    ],
)
def test_what_is_allowed_is_said_in_the_readers_language(english: str, german: str) -> None:
    assert say("de", Code.FLAG_VALUE, {"flag": "--x", "allowed": [english]}).endswith(f": {german}.")
