"""What a language is made of, and how a sentence is filled in.

A sentence is text with blanks: `{value}` is a fact, `{eta_s:duration}` a fact written in a form, and
`{count|picture|pictures}` one of two words by number. `[ … ]` is left out when a fact inside it is missing or empty.

Forms: `duration` (seconds as "20 s" or "3 min"), `wait` (the same, never too short), `percent` (0.5 as "50 %"),
`place` (2 ahead as "3rd"), `moment` (ISO 8601 to the minute), and those of `amounts.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pinxit.domain.errors import Code
from pinxit.domain.hints import Hint
from pinxit.wording.amounts import AmountWords, write_amount
from pinxit.wording.phrases import Phrase
from pinxit.wording.spans import SpanWords, write_duration, write_share, write_wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pinxit.domain.errors import Fact
    from pinxit.wording.slash import Slash

Rules: TypeAlias = "tuple[tuple[str, str], ...]"


@dataclass(frozen=True, slots=True)
class Language:
    """One language, as its file has it. `name`: as it calls itself.

    `both`: the word between the last two of several choices. `something`: what stands for a fact that is missing where
    it cannot be left out. `slash_names`: of commands and options by their English ones; what is not there is called
    alike. `styles`: what the shipped ones are, by their names; what is not there is said in English. `ordinals` and
    `possible`: each a regular expression and what takes its place, tried in this order.
    """

    name: str
    both: str
    something: str
    sentences: Mapping[Code, str]
    hints: Mapping[Hint, str]
    phrases: Mapping[Phrase, str]
    slash: Mapping[Slash, str]
    slash_names: Mapping[str, str]
    styles: Mapping[str, str]
    ui: Mapping[str, str]
    admin_ui: Mapping[str, str]
    ordinals: Rules
    possible: Rules
    spans: SpanWords
    amounts: AmountWords

    def ordinal(self, number: int) -> str:
        """Return 3 as "3rd"."""
        return _rewritten(self.ordinals, str(number))

    def allowed(self, text: str) -> str:
        """Translate what a refusal says is allowed, which our own code writes in English."""
        return _rewritten(self.possible, text)


def _rewritten(rules: Rules, text: str) -> str:
    for pattern, replacement in rules:
        if re.fullmatch(pattern, text):
            # `re` keeps what it has read of a replacement for `sub` alone; `expand` reads it anew, which takes 5 µs.
            return re.sub(rf"(?:{pattern})\Z", replacement, text, count=1)
    return text


_KEPT = 1024  # Sentences whose blanks are known.
_CHOICES = 12  # More than that nobody reads; the rest is counted.
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_BLANK = re.compile(r"\{(?P<name>\w+)(?::(?P<form>\w+))?(?:\|(?P<one>[^|}]*)\|(?P<many>[^}]*))?\}")


def template_of(language: Language, about: Code | Hint | Phrase) -> str:
    """Return the language's sentence with its blanks still open."""
    match about:
        case Phrase():
            return language.phrases[about]
        case Hint():
            return language.hints[about]
    return language.sentences[about]


def render(language: Language, about: Code | Hint | Phrase, facts: Mapping[str, Fact]) -> str:
    """Return the language's sentence with its blanks filled. Never raises for facts that are missing or odd."""
    template = template_of(language, _quota(facts) if about is Code.QUOTA_SPENT and "limit" in facts else about)
    kept = "".join([text for text, needed in _parts(template) if _is_there(needed, facts)])
    # One pass, so that braces inside a fact stay what they are.
    return "".join([piece if isinstance(piece, str) else _fill(language, piece, facts) for piece in _pieces(kept)])


def _quota(facts: Mapping[str, Fact]) -> Phrase:
    """Return what is said of a limit: that it is too small, that something is left, that it is spent or used up."""
    needed, limit, granted = facts.get("needed"), facts.get("limit"), facts.get("granted") or 0
    if isinstance(needed, int) and isinstance(limit, int) and isinstance(granted, int) and needed > limit + granted:
        return Phrase.QUOTA_NEVER  # Who waited would be refused again.
    if facts.get("left") or facts.get("granted"):
        return Phrase.QUOTA_LEFT
    return Phrase.QUOTA_USED if facts.get("resets_at") else Phrase.QUOTA_USED_UP


def blanks(template: str) -> set[str]:
    """Return the names of the facts that a sentence speaks of."""
    return {blank["name"] for blank in _BLANK.finditer(template)}


def _is_there(needed: Iterable[str], facts: Mapping[str, Fact]) -> bool:
    return all(facts.get(name) not in (None, "", []) for name in needed)


class _Blank(NamedTuple):
    name: str
    form: str | None
    one: str | None
    many: str


# There are some hundred sentences, and a few are said all the time: each is read once.
@lru_cache(maxsize=_KEPT)
def _parts(template: str) -> tuple[tuple[str, Iterable[str]], ...]:
    """Return the text of a template in parts, each with the facts without which it is left out."""
    texts = _OPTIONAL.split(template)
    return tuple((text, blanks(text) if number % 2 else set()) for number, text in enumerate(texts))


@lru_cache(maxsize=_KEPT)
def _pieces(text: str) -> tuple[str | _Blank, ...]:
    """Return the blanks of a text and what is between them."""
    texts = _BLANK.split(text)
    pieces: list[str | _Blank] = [texts[0]]
    for name, form, one, many, plain in zip(*(texts[group::5] for group in range(1, 6)), strict=True):
        pieces += [_Blank(name, form, one, many), plain]
    return tuple(pieces)


def _fill(language: Language, blank: _Blank, facts: Mapping[str, Fact]) -> str:
    fact = facts.get(blank.name)
    if blank.one is not None:
        return blank.one if fact == 1 else blank.many
    if fact is None or fact in ("", []):
        return language.something
    match blank.form, fact:
        case "place", int(ahead):
            return language.ordinal(ahead + 1)
        case "duration", int() | float() as seconds:
            return write_duration(language.spans, float(seconds))
        case "wait", int() | float() as seconds:
            return write_wait(language.spans, float(seconds))
        case "moment", str(moment):
            return moment[:16].replace("T", " ")
        case "percent", int() | float() as share:
            return write_share(language.spans, float(share))
        case str(form), _ if (written := write_amount(language.amounts, form, fact, facts)) is not None:
            return written
        case _, list(choices):
            return _choices(language, [language.allowed(str(choice)) for choice in choices])
        case _, float(number):
            return str(number).replace(".", language.amounts.point)
        case _:
            return str(fact)


def _choices(language: Language, choices: list[str]) -> str:
    if len(choices) > _CHOICES:
        return f"{', '.join(choices[:_CHOICES])} … ({len(choices)})"
    return f" {language.both} ".join([*filter(None, [", ".join(choices[:-1])]), choices[-1]])
