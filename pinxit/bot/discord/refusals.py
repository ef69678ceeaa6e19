"""Refusals in words, with options and commands called as Discord shows them in that language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinxit.wording import SLASH_NAMES, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.errors import Fact, Refused

# Facts that name an option; a flag of a prompt ("--steps") and a field of a form are called what they are.
_NAMING = ("field", "flag", "other")
# What actions call otherwise than the option that it was said by.
_OPTIONS = {
    "images": "image",
    "loras": "lora",
    "negative_prompt": "negative",
    "guidance_scale": "guidance",
    "upscale": "factor",
    "suffix": "words",
}
_COMMAND = re.compile(r"(?<!\S)/([a-z]+)\b")
_ELSEWHERE = ("link",)  # Typed where the other account is, which may be another program.


def refused_said(refused: Refused, locale: str) -> str:
    """Return why something was refused, as plain text. Pure."""
    names = SLASH_NAMES.get(locale, {})
    facts = {name: _named(name, fact, names) for name, fact in refused.facts.items()}
    said = say(locale, refused.code, facts)
    return _COMMAND.sub(lambda typed: f"/{_command(typed[1], names)}", said) if names else said


def _named(name: str, fact: Fact, names: Mapping[str, str]) -> Fact:
    if name not in _NAMING or not isinstance(fact, str):
        return fact
    option = _OPTIONS.get(fact, fact)
    return names.get(option, option)


def _command(name: str, names: Mapping[str, str]) -> str:
    return name if name in _ELSEWHERE else names.get(name, name)
