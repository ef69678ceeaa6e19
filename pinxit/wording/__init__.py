"""Every sentence that a person reads, one file per language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Code
from pinxit.wording import de, en, slash_de, slash_en, ui_admin_de, ui_admin_en, ui_de, ui_en
from pinxit.wording.language import Phrase, render
from pinxit.wording.slash import Slash
from pinxit.wording.ui import Ui
from pinxit.wording.ui_admin import AdminUi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.errors import Fact
    from pinxit.domain.hints import Hint
    from pinxit.wording.language import Language

__all__ = [
    "ADMIN_UI",
    "LANGUAGES",
    "SLASH",
    "SLASH_NAMES",
    "UI",
    "AdminUi",
    "Phrase",
    "Slash",
    "Ui",
    "admin_ui",
    "allowed",
    "say",
    "say_slash",
    "say_stored",
    "ui",
]

LANGUAGES: Mapping[str, Language] = {"en": en.LANGUAGE, "de": de.LANGUAGE}
UI: Mapping[str, Mapping[str, str]] = {"en": ui_en.TEXTS, "de": ui_de.TEXTS}
SLASH: Mapping[str, Mapping[Slash, str]] = {"en": slash_en.TEXTS, "de": slash_de.TEXTS}
# Of commands and options, by their English names, which are also what is not here is called.
SLASH_NAMES: Mapping[str, Mapping[str, str]] = {"en": {}, "de": slash_de.NAMES}
ADMIN_UI: Mapping[str, Mapping[str, str]] = {"en": ui_admin_en.TEXTS, "de": ui_admin_de.TEXTS}


def say(locale: str, about: Code | Hint | Phrase, facts: Mapping[str, Fact]) -> str:
    """Return the sentence about a code or phrase in the language of `locale` ("de", "de-DE"; unknown: English).

    A fact that the sentence does not know is ignored; one that is missing leaves its part of the sentence out.
    The result is plain text: whoever shows it escapes markup, because facts repeat what people wrote.
    """
    return render(LANGUAGES[_language(locale)], about, facts)


def allowed(locale: str, text: str) -> str:
    """Return what a flag or a field takes, such as "1 to 8", in the language of `locale`."""
    return LANGUAGES[_language(locale)].allowed(text)


def ui(locale: str) -> Mapping[str, str]:
    """Return the console's texts by name, such as `send`, in the language of `locale`."""
    return UI[_language(locale)]


def say_slash(locale: str, about: Slash, facts: Mapping[str, Fact] | None = None) -> str:
    """Return a text of typed commands in the language of `locale`, its blanks filled with `facts`; plain text."""
    return SLASH[_language(locale)][about].format_map(facts or {})


def admin_ui(locale: str) -> Mapping[str, str]:
    """Return the texts of the operator's pages by name, in the language of `locale`."""
    return ADMIN_UI[_language(locale)]


def say_stored(locale: str, code: str, facts: Mapping[str, Fact]) -> str:
    """Return the sentence about a code as a job's row holds it; one of a newer version is as good as INTERNAL."""
    known = Code(code) if code in {known.value for known in Code} else Code.INTERNAL
    return say(locale, known, facts)


def _language(locale: str) -> str:
    name = locale.replace("_", "-").partition("-")[0].casefold()
    return name if name in LANGUAGES else "en"
