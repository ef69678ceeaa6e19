from __future__ import annotations

import pytest

from pinxit.prompt.languages import language_of, script_of, scripts_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a red fox in snow", "en"),
        ("city at night", "en"),
        ("Fuchs im Schnee", "de"),
        ("ein alter Mann mit Bart", "de"),
        ("un renard rouge dans la neige", "fr"),
        ("un zorro rojo en la nieve", "es"),
        ("una volpe nella neve", "it"),
        ("uma raposa na neve", "pt"),
        ("een rode vos op het ijs", "nl"),
        ("en räv och en katt", "sv"),
        ("rose", ""),
        ("zyx", ""),
        ("", ""),
        ("12 + 4", ""),
        ("лиса в снегу", ""),
    ],
)
def test_a_language_is_named_where_it_is_sure(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("a fox", "LATIN"),
        ("\uff26\uff2f\uff38", "LATIN"),
        ("лиса", "CYRILLIC"),
        ("雪の中の狐", "CJK"),
        ("キツネ", "CJK"),
        ("눈 속의 여우", "HANGUL"),
        ("ثعلب", "ARABIC"),
        ("a лиса в снегу", "CYRILLIC"),
        ("ꮳꮃꭹ", "OTHER"),
        ("123 !", ""),
    ],
)
def test_the_script_of_most_letters_is_named(text: str, script: str) -> None:
    assert script_of(text) == script


def test_every_script_of_a_text_is_named() -> None:
    assert scripts_in("a fox, лиса, 7") == {"LATIN", "CYRILLIC"}
    assert scripts_in("16-bit") == {"LATIN"}
    assert scripts_in("7 + 1!") == frozenset()
