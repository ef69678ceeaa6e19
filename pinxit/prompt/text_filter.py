# ruff: noqa: RUF001 - Russian letters are named here
"""Find what an operator or a guild does not want in prompts, however it is disguised."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from pinxit.prompt.disguises import Disguises
from pinxit.prompt.folding import TOKEN, accented, as_heard, as_seen, fold, readings
from pinxit.prompt.innocent import Innocent
from pinxit.prompt.lookalikes import SAME_IN_BOTH
from pinxit.prompt.looks import look
from pinxit.prompt.patterns import Pattern
from pinxit.prompt.unspaced import Unspaced
from pinxit.prompt.word_index import Rule, WordIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pinxit.prompt.looks import Look

_REVERSED_LETTERS = 4
_FIRST_ENDINGS = ("", "s", "e", "es", "n", "en", "er", "em")
_FIRST_RUSSIAN = ("ая", "ои", "ую", "ые", "ых", "ыи", "ого", "ое", "ыми", "ым", "ому", "а", "ы", "и", "у", "ов", "е")


@dataclass(frozen=True, slots=True)
class Found:
    """Which rule a text broke: the word or pattern as it was listed, never what the person wrote."""

    rule: str


class TextFilter:
    """Blocked words, phrases and patterns, made ready once; `find` is pure, and linear in the length of the text."""

    def __init__(
        self, listed: Sequence[str], patterns: Sequence[Pattern], innocent: Innocent, *, is_strict: bool
    ) -> None:
        self._innocent = innocent
        self._patterns = tuple(patterns)
        self._forms = WordIndex()
        self._backwards: dict[str, Rule] = {}
        self._accented: dict[str, str] = {}
        self._unspaced = Unspaced()
        rough = WordIndex(is_rough=True)
        plain = []
        for word in listed:
            if not word.isascii() and innocent.knows(fold(unicodedata.normalize("NFC", word))):
                self._accented[accented(word)] = word
            for rule, first, last in _spellings(word):
                if self._unspaced.add(rule):
                    continue
                self._forms.add(rule, last, first)
                rough.add(rule, last, first)
                plain.append(rule)
                back = rule.joined[::-1]
                if rule.cuts:
                    cuts = frozenset(len(back) - cut for cut in rule.cuts)
                    tail = rule.parts()[0][::-1]
                    self._forms.add(Rule(rule.said, back, cuts), tail, back[: -len(tail)])
                elif len(back) >= _REVERSED_LETTERS and not innocent.knows(back):
                    self._backwards.setdefault(back, rule)
        self._is_empty = not listed and not patterns
        self._disguises = Disguises(self._forms, rough, plain, innocent, is_strict=is_strict)

    @classmethod
    def compile(
        cls,
        blocked: Iterable[str],
        patterns: Iterable[str] = (),
        allowed: Iterable[str] = (),
        *,
        is_strict: bool = False,
    ) -> Self:
        """Return a filter for `blocked` words and `patterns`; the `allowed` pass although a blocked word is in them.

        `is_strict`: rather too much than too little, where the text is spelled letter by letter.

        Raises Refused (FIELD_CHOICE) for a pattern that is wrong, or that only an engine that backtracks could match.
        """
        listed = tuple(word for word in blocked if TOKEN.search(fold(unicodedata.normalize("NFC", word))))
        ready = [Pattern.compile(text) for text in patterns]
        return cls(listed, ready, Innocent.of(allowed, listed), is_strict=is_strict)

    def find(self, text: str) -> Found | None:
        """Return the first rule that `text` breaks, or None."""
        if self._is_empty:
            return None
        rule = next(self._broken(text), None)
        return None if rule is None else Found(rule)

    def _broken(self, text: str) -> Iterator[str]:
        if self._accented and not text.isascii():
            yield from (self._accented[word] for word in TOKEN.findall(accented(text)) if word in self._accented)
        ways = readings(self._innocent.without_accented(text))
        for way in ways:
            yield from (rule.said for rule in self._words(look(way)))
        for pattern in self._patterns:
            if any(pattern.matches(way) for way in ways):
                yield pattern.said

    def _words(self, seen: Look) -> Iterator[Rule]:
        for token in self._forms.suspects(seen.distinct, seen.long):
            for stem in self._forms.found(token):
                if not self._innocent.covers(token, seen.tokens, stem.rule):
                    yield stem.rule
        for token in seen.distinct & self._backwards.keys():
            yield self._backwards[token]
        yield from self._unspaced.found(seen.way)
        yield from self._disguises.found(seen)


def _spellings(word: str) -> Iterator[tuple[Rule, str, str]]:
    """Yield the ways to write a listed word or phrase: the rule, all but its last word, and its last word."""
    said = unicodedata.normalize("NFC", word)
    tokens = TOKEN.findall(fold(said))
    if not tokens:
        return
    spelled = {tuple(tokens)}
    umlauts = TOKEN.findall(fold(_without_umlauts(said)))
    spelled.add(tuple(umlauts))
    for one in tuple(spelled):
        heard = tuple(filter(None, map(as_heard, one)))
        if heard != one and len("".join(heard)) >= _REVERSED_LETTERS:
            spelled.add(heard)
        joined = "".join(one)
        if len(joined) >= _REVERSED_LETTERS and SAME_IN_BOTH.issuperset(joined):
            spelled.add(tuple(map(as_seen, one)))
    for one in spelled:
        for first in _firsts(one[:-1]):
            before = "".join(first)
            yield Rule(word, before + one[-1], _cuts(first)), before, one[-1]


def _firsts(before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield all but the last word of a phrase in the forms that go before a noun."""
    yield before
    if len(before) != 1:
        return
    (word,) = before
    if re.fullmatch("[а-я]{4,}", word):
        stem = word[:-2] if word[-2:] in _FIRST_RUSSIAN else word.rstrip("аяоеуюыиь")
        yield from ((stem + ending,) for ending in _FIRST_RUSSIAN)
    elif re.fullmatch("[a-z]{4,}", word):
        yield from ((word + ending,) for ending in _FIRST_ENDINGS[1:])
        if word.endswith(("o", "a")):
            yield from ((word[:-1] + ending,) for ending in ("o", "a", "os", "as"))


def _cuts(before: tuple[str, ...]) -> frozenset[int]:
    cuts, at = set(), 0
    for word in before:
        at += len(word)
        cuts.add(at)
    return frozenset(cuts)


def _without_umlauts(text: str) -> str:
    lower = text.lower()
    return lower.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
