"""Find any of thousands of words in a text, in their forms and compounds, in time that grows with the text alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from pinxit.prompt.endings import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HEAD = 3
_COMPOUND_LETTERS = 6  # Analphabet and Klassenzimmer hold shorter words by chance.
_REST_LETTERS = 3
LONG_LETTERS = _COMPOUND_LETTERS + _REST_LETTERS  # Of words that may end in a listed one.
_BEFORE_ITSELF = re.compile(r"(.)(?=\1)")
_IS_LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One blocked word or phrase: `said` as it was listed, `joined` folded and without gaps, which were at `cuts`."""

    said: str
    joined: str
    cuts: frozenset[int] = frozenset()

    def parts(self) -> tuple[str, ...]:
        """Return the words of a phrase; nothing for a single word."""
        edges = (0, *sorted(self.cuts), len(self.joined))
        return tuple(self.joined[a:b] for a, b in pairwise(edges)) if self.cuts else ()


@dataclass(frozen=True, slots=True)
class Stem:
    """The beginning of a word and what may follow it. `is_compound`: anything may that is long enough."""

    text: str
    endings: frozenset[str]
    rule: Rule
    is_compound: bool = False


class WordIndex:
    """Words by the beginnings of their forms.

    `is_rough`: words are held as `rough` makes them; whoever finds one compares the letters that this threw away.
    """

    def __init__(self, *, is_rough: bool = False) -> None:
        self._shape = rough if is_rough else str
        self._whole: dict[str, list[Stem]] = {}  # Forms too short for a head.
        self._stems: dict[str, list[Stem]] = {}
        self._lengths: dict[str, list[int]] = {}
        self._tails: dict[str, list[int]] = {}
        self._long: dict[str, Stem] = {}
        self._endings: dict[frozenset[str], frozenset[str]] = {}  # As they are shaped: a few sets serve all words.

    def add(self, rule: Rule, last: str, before: str = "") -> None:
        """Take up `before` + `last` in the forms of its last word."""
        for text, endings in stems(last):
            is_compound = not before and text == last and len(text) >= _COMPOUND_LETTERS and bool(_IS_LATIN.match(text))
            self._put(Stem(before + text, endings, rule, is_compound))

    def _put(self, stem: Stem) -> None:
        text = self._shape(stem.text)
        if stem.endings not in self._endings:
            self._endings[stem.endings] = frozenset(map(self._shape, stem.endings))
        endings = self._endings[stem.endings]
        held = Stem(stem.text, endings, stem.rule, stem.is_compound)
        if len(text) < _HEAD:
            for ending in endings:
                self._whole.setdefault(text + ending, []).append(held)
            return
        self._stems.setdefault(text, []).append(held)
        _note(self._lengths, text[:_HEAD], len(text))
        if stem.is_compound:
            self._long.setdefault(text, held)
            _note(self._tails, text[-_HEAD:], len(text))

    def found(self, token: str) -> list[Stem]:
        """Return whatever the token is a form or a compound of."""
        found = list(self._whole.get(token, ()))
        for length in self._lengths.get(token[:_HEAD], ()):
            for stem in self._stems.get(token[:length], ()):
                rest = token[length:]
                if rest in stem.endings or (stem.is_compound and len(rest) >= _REST_LETTERS):
                    found.append(stem)
        if len(token) >= LONG_LETTERS:
            found += self._at_the_end(token)
        return found

    def _at_the_end(self, token: str) -> Iterator[Stem]:
        for length in self._tails.get(token[-_HEAD:], ()):
            if len(token) - length >= _REST_LETTERS and (stem := self._long.get(token[-length:])):
                yield stem

    def suspects(self, tokens: frozenset[str], long: Iterable[str]) -> set[str]:
        """Return the tokens that are worth a closer look. `long`: those of them with LONG_LETTERS or more."""
        lengths, tails = self._lengths, self._tails
        suspects = {token for token in tokens if token[:_HEAD] in lengths}
        suspects |= tokens & self._whole.keys()
        suspects.update([token for token in long if token[-_HEAD:] in tails])
        return suspects

    def stems(self) -> set[str]:
        """Return every stem, and the short words in all their forms."""
        return {*self._stems, *self._whole}


def _note(lengths: dict[str, list[int]], key: str, length: int) -> None:
    known = lengths.setdefault(key, [])
    if length not in known:
        known.append(length)
        known.sort()


def rough(text: str) -> str:
    """Return `text` with every run of a letter as one, and i for l, since 1 and ! stand for both."""
    return _BEFORE_ITSELF.sub("", text.replace("l", "i"))


def all_rough(tokens: Sequence[str]) -> list[str]:
    """Return what `rough` makes of each token; in one go, since most have nothing to change."""
    return rough(" ".join(tokens)).split(" ") if tokens else []


def stretched(token: str, stem: str) -> int:
    """Return how many letters the token repeats more often than the stem that it begins with, or -1 if it is another.

    goooore repeats two of gore; good is not god: less than once more is never told apart from another word here.
    """
    extra = at = 0
    place = 0
    while place < len(stem):
        letter, wanted = stem[place], 0
        while place < len(stem) and stem[place] == letter:
            place, wanted = place + 1, wanted + 1
        had = 0
        while at < len(token) and token[at] == letter:
            at, had = at + 1, had + 1
        if had < wanted:
            return -1
        extra += had - wanted
    return extra
