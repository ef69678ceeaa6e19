from __future__ import annotations

import pytest

from pinxit.prompt.answers import MAX_CHARS, clean, is_faithful, keeps_subject, shortened


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


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("a red fox in snow", "A vivid red fox stands in fresh snow, soft morning light, wildlife photograph"),
        ("a red fox in snow", "A fox in a snowy forest"),
        ("ein Fuchs im Schnee", "Ein prächtiger Fuchs steht im tiefen Schnee, weiches Licht"),
        ("un renard dans la neige", "Un renard roux dans la neige fraîche, lumière douce"),
        ("лиса в снегу", "Рыжая лиса на снегу, мягкий свет"),
        ("雪の中の狐", "深い雪の中に立つ赤い狐、柔らかな朝の光"),
        ("777", "777"),
        ("Björk", "björk on a stage"),
    ],
)
def test_a_rewrite_that_keeps_subject_and_language_is_faithful(prompt: str, answer: str) -> None:
    assert is_faithful(prompt, answer)


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("a red fox in snow", "A majestic castle above the clouds"),
        ("ein Fuchs im Schnee", "A fox in deep snow, soft morning light"),
        ("a fox in the snow", "Ein Fuchs im Schnee und im weichen Licht"),
        ("ein Haus in Berlin", "A house in Berlin with its garden"),
        ("une maison dans Paris", "A house in Paris with its garden and the river"),
        ("лиса в снегу", "A fox in the snow"),
        ("雪の中の狐", "海辺に建つ白い灯台"),
        ("雪の中の狐", "A fox in snow"),
        ("Zürich", "Zürich、夜の街の美しい光"),
    ],
)
def test_a_rewrite_of_something_else_or_in_another_language_is_not(prompt: str, answer: str) -> None:
    assert not is_faithful(prompt, answer)


def test_half_of_the_words_are_enough() -> None:
    assert keeps_subject("fox snow castle river", "a fox in snow")
    assert not keeps_subject("fox snow castle river", "a fox")


def test_a_long_answer_is_dropped_or_shortened_at_a_comma() -> None:
    answer = "a red fox in snow, " * 40

    assert clean(answer) == ""
    assert 500 < len(shortened(answer)) <= MAX_CHARS
    assert shortened(answer).endswith("a red fox in snow")


@pytest.mark.parametrize("answer", ["x" * 700, "word " * 200, "a, " + "b" * 700])
def test_an_answer_without_commas_is_shortened_too(answer: str) -> None:
    assert 0 < len(shortened(answer)) <= MAX_CHARS


@pytest.mark.parametrize("answer", ["", "<think>hm", "I'm sorry, but I can't help with that.", "\ud800"])
def test_an_answer_that_says_nothing_stays_nothing(answer: str) -> None:
    assert shortened(answer) == ""
