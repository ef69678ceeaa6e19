"""Enhance a prompt without a model: name the light, the medium and the view where the person left them open."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from pinxit.prompt import rules_english, rules_german
from pinxit.prompt.languages import ENGLISH, GERMAN, language_of, scripts_in, words_of
from pinxit.prompt.rules_tongue import Slot, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.prompt.rules_tongue import Tongue

MAX_WORDS = 60
_LONG_WORDS, _LONG_CHARS = 25, 300  # Who writes so much has said what matters.
_MOST = 3  # Additions; more would drown a short prompt.
_OPEN = 2  # A prompt with fewer empty slots was thought about.
_SLOTS = (
    (Slot.MEDIUM, Topic.MEDIUM),
    (Slot.LIGHT, Topic.LIGHT),
    (Slot.COMPOSITION, Topic.COMPOSITION),
    (Slot.DETAIL, Topic.DETAIL),
)
# What is read by machines or set in type: weights, wildcards, permutations, LoRAs, quoted lettering, addresses, flags.
_SYNTAX = re.compile(r"[()\[\]{}|<>_\\=]|::|[\"“”„«»]|https?:|(?:^|\s)--?\w|#\w|[\r\n]")
_CLAUSE = re.compile(r"[,.;!?]\s+")
_CARD = "svg"  # It prints the prompt; words that nobody wrote have no place on it.
_SKETCH = "sketch"  # It understands light, and knows no lens.


def enhance(prompt: str, seed: int, *, kind: str = "", style: str = "") -> str:
    """Return the prompt with a few words behind it, or "" where nothing is to be added.

    The prompt is the beginning of the result, the result has at most 60 words, and enhancing it again adds nothing.
    English and German prompts get words in their language, all others none. Equal arguments give equal words on every
    machine. `kind`: of the generator that paints, "" if any may. `style`: what a named style adds; it counts as said.
    """
    if kind == _CARD or len(prompt) > _LONG_CHARS or len(prompt.split()) > _LONG_WORDS or _SYNTAX.search(prompt):
        return ""
    if scripts_in(prompt) != {"LATIN"} or prompt != prompt.strip():
        return ""
    tongues: Mapping[str, Tongue] = {ENGLISH: rules_english.TONGUE, GERMAN: rules_german.TONGUE}
    tongue = tongues.get(language_of(prompt, {language: tongue.topics for language, tongue in tongues.items()}))
    if tongue is None or _CLAUSE.split(prompt)[-1].casefold() in tongue.phrases:
        return ""
    topics = tongue.about(words_of(prompt))
    # A style is in English, whatever the prompt is in.
    said = topics | rules_english.TONGUE.about(words_of(style))
    if not topics or Topic.FIXED in said:
        return ""
    added = ", ".join(_additions(tongue, topics, said, f"{seed} {prompt}", kind))
    result = f"{prompt}{' ' if prompt[-1] in ',.;!?' else ', '}{added}"
    return result if added and len(result.split()) <= MAX_WORDS else ""


def _additions(tongue: Tongue, topics: frozenset[Topic], said: frozenset[Topic], luck: str, kind: str) -> Sequence[str]:
    empty = [slot for slot, topic in _SLOTS if topic not in said]
    if len(empty) < _OPEN:
        return ()
    if Topic.NIGHT in topics:
        empty = [Slot.NIGHT if slot is Slot.LIGHT else slot for slot in empty]
    if kind == _SKETCH:
        empty = [slot for slot in empty if slot in (Slot.LIGHT, Slot.NIGHT)]
    about = frozenset(topic for topic in topics if topic.value > Topic.NIGHT.value)
    chosen = (_one(tongue.choice(slot, about), f"{slot.name} {luck}") for slot in empty)
    return [phrase for phrase in chosen if phrase][:_MOST]


def _one(choice: Sequence[str], luck: str) -> str:
    """Return one of a choice, or "" if there is none; equal texts choose alike on every machine."""
    if not choice:
        return ""
    return choice[
        int.from_bytes(hashlib.sha256(luck.encode("utf-8", "surrogatepass")).digest()[:8], "big") % len(choice)
    ]
