from __future__ import annotations

import pytest

from pinxit.domain.errors import Code, Refused
from pinxit.prompt.enhancing import clean
from pinxit.prompt.moderation import check_text


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("a gore scene", "gore"),
        ("GORE", "gore"),
        ("a scene, gore.", "Gore"),
        ("ｇｏｒｅ", "gore"),  # noqa: RUF001 - full width is the case
        ("go\u200bre", "gore"),
        ("go\u00adre", "gore"),
        ("\u202egore\u202c", "gore"),
        ("red_gore_scene", "gore"),
        ("naked   Emperor", "naked emperor"),
        ("naked-emperor", "naked emperor"),
        ("naked\nemperor", "Naked Emperor!"),
        ("STRASSE", "straße"),
        ("cafe\u0301 noir", "café"),
        ("кровь на снегу", "Кровь"),
    ],
)
def test_a_blocked_word_is_found_however_it_is_written(text: str, blocked: str) -> None:
    with pytest.raises(Refused) as refused:
        check_text(text, ["unrelated", blocked])

    assert refused.value.code is Code.MODERATED
    assert refused.value.facts == {"field": "prompt"}


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("a class of assassins", "ass"),
        ("Gorecki's symphony", "gore"),
        ("a naked tree and an emperor", "naked emperor"),
        ("emperor naked", "naked emperor"),
        ("a red fox", ""),
        ("a red fox!", "!"),
        ("", "!"),
        ("", "gore"),
    ],
)
def test_only_whole_words_and_phrases_are_refused(text: str, blocked: str) -> None:
    check_text(text, [blocked])


def test_without_blocked_words_everything_is_taken() -> None:
    check_text("gore", [])


@pytest.mark.parametrize(
    ("answer", "prompt"),
    [
        ("A fox.", "A fox."),
        ("  A fox\n\nin   snow ", "A fox in snow"),
        ("<think>What do they want?\nA fox.</think>\n\nA fox in snow", "A fox in snow"),
        ("What do they want?</think>A fox in snow", "A fox in snow"),
        ("<thinking>hm</thinking>A fox", "A fox"),
        ('"A fox in snow"', "A fox in snow"),
        ("“A fox in snow”", "A fox in snow"),
        ("«Лиса в снегу»", "Лиса в снегу"),
        ("```\nA fox\n```", "A fox"),
        ("Here you go:\n```text\nA fox\n```\nEnjoy!", "A fox"),
        ("```A fox```", "A fox"),
        ("Here is the enhanced prompt: A fox", "A fox"),
        ('Prompt: "A fox"', "A fox"),
        ('A sign that says "open"', 'A sign that says "open"'),
    ],
)
def test_a_models_answer_is_stripped_to_its_prompt(answer: str, prompt: str) -> None:
    assert clean(answer) == prompt


@pytest.mark.parametrize(
    "answer",
    [
        "",
        " \n ",
        '""',
        "<think>I go on and on",
        "<think>hm</think>",
        "a" * 601,
        "I'm sorry, but I can't help with that.",
        "I’m unable to do this.",
        "I cannot create that.",
        "Sorry, no.",
        "As an AI language model, I must decline.",
        "\ud800",
        "A fox\x00",
    ],
)
def test_an_answer_that_is_no_prompt_is_dropped(answer: str) -> None:
    assert clean(answer) == ""
