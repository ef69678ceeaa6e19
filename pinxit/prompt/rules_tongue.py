"""What the rules know of one language: which words are about what, and what is added where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Topic(IntEnum):  # Whose hash is quick, for the sets of them.
    """What a word is about. Of those that a prompt has, the first in this order decides."""

    FIXED = auto()  # Anything added would spoil it: lettering, diagrams, looks that have no light.
    MEDIUM = auto()
    LIGHT = auto()
    COMPOSITION = auto()
    DETAIL = auto()
    NIGHT = auto()
    SPACE = auto()
    UNDERWATER = auto()
    FANTASY = auto()
    PERSON = auto()
    TAME = auto()  # An animal at home, or one that does as people do: no wildlife.
    ANIMAL = auto()
    BIRD = auto()
    INSECT = auto()
    FOOD = auto()
    FLOWER = auto()
    VEHICLE = auto()
    BUILDING = auto()
    CITY = auto()
    INTERIOR = auto()
    STILL = auto()
    SNOW = auto()
    SEA = auto()
    LANDSCAPE = auto()
    ANY = auto()


class Slot(Enum):
    """What a prompt may leave open. NIGHT is the light of a prompt that says night and nothing else about light."""

    MEDIUM = auto()
    LIGHT = auto()
    NIGHT = auto()
    COMPOSITION = auto()
    DETAIL = auto()


_IN_ORDER = tuple(Topic)
# Light falls on a place, so the place decides it before the subject does.
_PLACES_FIRST = (
    Topic.SPACE,
    Topic.UNDERWATER,
    Topic.INTERIOR,
    Topic.CITY,
    Topic.SNOW,
    Topic.SEA,
    Topic.FANTASY,
    Topic.LANDSCAPE,
    *_IN_ORDER,
)
_DASH = re.compile("-")
_LONGEST = 3  # Words of the longest phrase in a topic.
_STEM_CHARS = 4  # A shorter word in a compound is there by chance: "wal" in "Oval".


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. `topics`: by word; phrases are joined by "-". `added`: phrases to choose from, by slot and topic.

    `phrases`: those. `begins`: what stands before a "-" in a topic's phrase. `has_compounds`: a word is about what its
    start and its end are about, as in "Nachthimmel".
    """

    topics: Mapping[str, frozenset[Topic]]
    added: Mapping[Slot, Mapping[Topic, Sequence[str]]]
    phrases: frozenset[str]
    begins: frozenset[str]
    has_compounds: bool = False

    @classmethod
    def of(
        cls,
        words: Mapping[Topic, str],
        added: Mapping[Slot, Mapping[Topic, Sequence[str]]],
        *,
        has_compounds: bool = False,
    ) -> Tongue:
        """Return a language from its words, apart by spaces, in each topic."""
        topics: dict[str, set[Topic]] = {}
        for topic, texts in words.items():
            for word in texts.split():
                topics.setdefault(word.casefold(), set()).add(topic)
        phrases = {phrase.casefold() for slot in added.values() for choice in slot.values() for phrase in choice}
        frozen = {word: frozenset(found) for word, found in topics.items()}
        begins = {word[: dash.start()] for word in frozen for dash in _DASH.finditer(word)}
        return cls(frozen, added, frozenset(phrases), frozenset(begins), has_compounds)

    def about(self, words: Sequence[str]) -> frozenset[Topic]:
        """Return every topic of a text, given its words in lower case."""
        found: set[Topic] = set()
        for place, word in enumerate(words):
            found |= self._topics(word)
            for length in range(2, _LONGEST + 1):
                several = words[place : place + length]
                # Most words begin no phrase; what is read without an s at its end, or in parts, may be any word.
                if word in self.begins or self.has_compounds or several[-1].endswith("s"):
                    found |= self._topics("-".join(several))
        return frozenset(found)

    def choice(self, slot: Slot, topics: frozenset[Topic]) -> Sequence[str]:
        """Return what may be added into a slot; nothing where the topics leave it to the person."""
        order = _PLACES_FIRST if slot in (Slot.LIGHT, Slot.NIGHT) else _IN_ORDER
        table = self.added[slot]
        return next((table[topic] for topic in order if topic in table and (topic in topics or topic is Topic.ANY)), ())

    def _topics(self, word: str) -> frozenset[Topic]:
        topics = self.topics
        if word in topics:
            return topics[word]
        for form in _singular(word):
            if form in topics:
                return topics[form]
        if not self.has_compounds:
            return frozenset()
        cuts = range(_STEM_CHARS, len(word) - _STEM_CHARS + 1)
        ends = (self.topics[word[cut:]] for cut in cuts if word[cut:] in self.topics)
        starts = (self.topics[word[:cut]] for cut in reversed(cuts) if word[:cut] in self.topics)
        return next(ends, frozenset()) | next(starts, frozenset())


def _singular(word: str) -> Sequence[str]:
    if not word.endswith("s"):
        return ()
    return (word[:-1], word[:-2], f"{word[:-3]}y")
