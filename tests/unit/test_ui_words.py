from __future__ import annotations

import re

import pytest

from pinxit.wording import ADMIN_UI, LANGUAGES, UI, AdminUi, Ui, admin_ui, ui

BLANK = re.compile(r"\{\w+\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_console_is_there_in_every_language(language: str) -> None:
    texts, admin_texts = ui(language), admin_ui(language)

    assert set(texts) == set(Ui)
    assert set(admin_texts) == set(AdminUi)
    assert all(text.strip() == text and text for text in (*texts.values(), *admin_texts.values()))


@pytest.mark.parametrize("key", [*Ui, *AdminUi])
def test_a_text_has_the_same_blanks_in_every_language(key: Ui | AdminUi) -> None:
    every = UI if isinstance(key, Ui) else ADMIN_UI
    blanks = {language: sorted(BLANK.findall(texts[key])) for language, texts in every.items()}

    assert len({tuple(found) for found in blanks.values()}) == 1, blanks


def test_texts_are_found_by_their_plain_names() -> None:
    assert ui("de-AT")["send"] == "Senden"
    assert ui("fr")["send"] == "Send"


def test_no_name_hides_what_a_mapping_can_do() -> None:
    taken = {key.value for key in (*Ui, *AdminUi)} & set(dir(dict))

    assert not taken, "a template that says t.name would get the method"
