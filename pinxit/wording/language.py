"""What a language is made of, and how a sentence is filled in.

A sentence is text with blanks: `{value}` is a fact, `{eta_s:duration}` a fact written in a form, and
`{count|picture|pictures}` one of two words by number. `[ … ]` is left out when a fact inside it is missing or empty.

Forms: `duration` (seconds as "20 s" or "3 min"), `percent` (0.5 as "50 %"), `place` (2 ahead as "3rd"), `moment`
(ISO 8601 to the minute).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pinxit.domain.errors import Code, Fact


class Phrase(StrEnum):
    """What is said when nothing is wrong."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OTHER_GENERATOR = "other_generator"


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `allowed` translates what a refusal says is allowed, which our own code writes in English.

    `ordinal`: 3 as "3rd". `both`: the word between the last two of several choices. `something`: what stands for a
    fact that is missing where it cannot be left out.
    """

    sentences: Mapping[Code, str]
    phrases: Mapping[Phrase, str]
    ordinal: Callable[[int], str]
    allowed: Callable[[str], str]
    both: str
    something: str


_CHOICES = 12  # More than that nobody reads; the rest is counted.
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_BLANK = re.compile(r"\{(?P<name>\w+)(?::(?P<form>\w+))?(?:\|(?P<one>[^|}]*)\|(?P<many>[^}]*))?\}")
_MINUTE_S, _HOUR_S = 60, 3600


def render(language: Language, about: Code | Phrase, facts: Mapping[str, Fact]) -> str:
    """Return the language's sentence with its blanks filled. Never raises for facts that are missing or odd."""
    template = language.phrases[about] if isinstance(about, Phrase) else language.sentences[about]
    kept = _OPTIONAL.sub(lambda part: part[1] if _is_full(part[1], facts) else "", template)
    # One pass, so that braces inside a fact stay what they are.
    return _BLANK.sub(lambda blank: _fill(language, blank, facts), kept)


def blanks(template: str) -> set[str]:
    """Return the names of the facts that a sentence speaks of."""
    return {blank["name"] for blank in _BLANK.finditer(template)}


def _is_full(part: str, facts: Mapping[str, Fact]) -> bool:
    return all(facts.get(name) not in (None, "", []) for name in blanks(part))


def _fill(language: Language, blank: re.Match[str], facts: Mapping[str, Fact]) -> str:
    fact = facts.get(blank["name"])
    if blank["one"] is not None:
        return blank["one"] if fact == 1 else blank["many"]
    if fact is None or fact in ("", []):
        return language.something
    match blank["form"], fact:
        case "place", int(ahead):
            return language.ordinal(ahead + 1)
        case "duration", int() | float() as seconds:
            return _duration(float(seconds))
        case "moment", str(moment):
            return moment[:16].replace("T", " ")
        case "percent", int() | float() as share:
            return f"{100 * share:.0f} %"
        case _, list(choices):
            return _choices(language, [language.allowed(str(choice)) for choice in choices])
        case _:
            return str(fact)


def _choices(language: Language, choices: list[str]) -> str:
    if len(choices) > _CHOICES:
        return f"{', '.join(choices[:_CHOICES])} … ({len(choices)})"
    return f" {language.both} ".join([*filter(None, [", ".join(choices[:-1])]), choices[-1]])


def _duration(seconds: float) -> str:
    if not seconds < 100 * _HOUR_S:
        return "> 99 h"
    if seconds < _MINUTE_S:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR_S:
        return f"{round(seconds / _MINUTE_S)} min"
    return f"{round(seconds / _HOUR_S)} h"
