"""German prompts, put into the English words that the painter reads."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pinxit.generators.sketch.vocabulary_german import NOUNS, WORDS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

_ENDINGS = ("", "n", "s", "e", "r", "en", "er", "es", "em")  # "füchse-n" before "fuchs-…": the nearest word first.
_JOINTS = ("", "s", "n", "en", "es")
_PIECE = 3  # Letters of the shortest word within a compound.
_LONGEST = 3  # Words of the longest German phrase.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def in_english(words: Sequence[str], known: Container[str]) -> list[str]:
    """Return the words of a German text in English, and those of any other text as they are.

    `known`: the English words. A text is German if more of its words are only German than only English; what is in
    neither language stays.
    """
    german = german_of_all()
    only_german = sum(word not in known and bool(_read(word, german)) for word in words)
    if only_german <= sum(word in known and word not in german and word.isalpha() for word in words):
        return list(words)
    said: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 1, -1):
            if phrase := german.get("-".join(words[place : place + length])):
                said.append(phrase)
                place += length
                break
        else:
            word = words[place]
            said += _read(word, german) or [word]
            place += 1
    return said


def _read(word: str, german: Mapping[str, str]) -> list[str]:
    """Return what a word or a compound such as "winterwald" means, in one or two words; nothing if it is not known."""
    if one := _without_ending(word, german):
        return [one]
    for cut in range(_PIECE, len(word) - _PIECE + 1):  # The longest last part says most.
        last = _without_ending(word[cut:], german)
        first = next(
            (
                german[word[: cut - len(joint)]]
                for joint in _JOINTS
                if word[:cut].endswith(joint) and word[: cut - len(joint)] in german
            ),
            None,
        )
        if first and last:
            return [first, last]
    return []


def _without_ending(word: str, german: Mapping[str, str]) -> str | None:
    for ending in _ENDINGS:
        stem = word[: len(word) - len(ending)]
        if word.endswith(ending) and stem in german:
            return german[stem]
    return None


@cache
def german_of_all() -> Mapping[str, str]:
    """Return the English word of every German one; phrases are joined by "-", and ä may be written as ae."""
    german: dict[str, str] = {}
    for english, words in NOUNS.items():
        numbers = english.split()
        for place, word in enumerate(words.split()):
            if word != "-":
                german.setdefault(word, numbers[place % 2])
    for english, words in WORDS.items():
        for word in words.split():
            german.setdefault(word, english)
    return german | {word.translate(_UMLAUTS): english for word, english in german.items()}
