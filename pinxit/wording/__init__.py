"""Every sentence that a person reads, one file per language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.wording import de, en
from pinxit.wording.language import Phrase, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.errors import Code, Fact
    from pinxit.wording.language import Language

__all__ = ["LANGUAGES", "Phrase", "say"]

LANGUAGES: Mapping[str, Language] = {"en": en.LANGUAGE, "de": de.LANGUAGE}


def say(locale: str, about: Code | Phrase, facts: Mapping[str, Fact]) -> str:
    """Return the sentence about a code or phrase in the language of `locale` ("de", "de-DE"; unknown: English).

    A fact that the sentence does not know is ignored; one that is missing leaves its part of the sentence out.
    The result is plain text: whoever shows it escapes markup, because facts repeat what people wrote.
    """
    language = LANGUAGES.get(locale.replace("_", "-").partition("-")[0].casefold(), LANGUAGES["en"])
    return render(language, about, facts)
