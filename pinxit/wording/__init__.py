"""Every sentence that a person reads, one file per language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Code
from pinxit.wording.files import shipped
from pinxit.wording.language import render
from pinxit.wording.phrases import Phrase
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
    "language_of",
    "say",
    "say_slash",
    "say_stored",
    "say_style",
    "ui",
]

LANGUAGES: Mapping[str, Language] = shipped()
UI: Mapping[str, Mapping[str, str]] = {name: each.ui for name, each in LANGUAGES.items()}
SLASH: Mapping[str, Mapping[Slash, str]] = {name: each.slash for name, each in LANGUAGES.items()}
# Of commands and options, by their English names, which are also what is not here is called.
SLASH_NAMES: Mapping[str, Mapping[str, str]] = {name: each.slash_names for name, each in LANGUAGES.items()}
ADMIN_UI: Mapping[str, Mapping[str, str]] = {name: each.admin_ui for name, each in LANGUAGES.items()}


def say(locale: str, about: Code | Hint | Phrase, facts: Mapping[str, Fact]) -> str:
    """Return the sentence about a code or phrase in the language of `locale` ("de", "de-DE"; unknown: English).

    A fact that the sentence does not know is ignored; one that is missing leaves its part of the sentence out.
    The result is plain text: whoever shows it escapes markup, because facts repeat what people wrote.
    """
    return render(language_of(locale), about, facts)


def allowed(locale: str, text: str) -> str:
    """Return what a flag or a field takes, such as "1 to 8", in the language of `locale`."""
    return language_of(locale).allowed(text)


def ui(locale: str) -> Mapping[str, str]:
    """Return the console's texts by name, such as `send`, in the language of `locale`."""
    return language_of(locale).ui


def say_slash(locale: str, about: Slash, facts: Mapping[str, Fact] | None = None) -> str:
    """Return a text of typed commands in the language of `locale`, its blanks filled with `facts`; plain text."""
    return language_of(locale).slash[about].format_map(facts or {})


def say_style(locale: str, name: str, about: str) -> str:
    """Return what a shipped style of this English name is. `about`: in English."""
    return language_of(locale).styles.get(name, about)


def admin_ui(locale: str) -> Mapping[str, str]:
    """Return the texts of the operator's pages by name, in the language of `locale`."""
    return language_of(locale).admin_ui


def say_stored(locale: str, code: str, facts: Mapping[str, Fact]) -> str:
    """Return the sentence about a code as a job's row holds it; one of a newer version is as good as INTERNAL."""
    known = Code(code) if code in {known.value for known in Code} else Code.INTERNAL
    return say(locale, known, facts)


def language_of(locale: str) -> Language:
    """Return the language of a locale such as "de" or "de-DE"; an unknown one reads English."""
    name = locale.replace("_", "-").partition("-")[0].casefold()
    return LANGUAGES[name if name in LANGUAGES else "en"]
