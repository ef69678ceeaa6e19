# ruff: noqa: RUF002 - a Turkish word is named here
"""What passes although a blocked word seems to be in it: the operator's list, and everyday words of six languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Self

from pinxit.prompt.folding import TOKEN, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinxit.prompt.word_index import Rule

_FEW_WORDS = 8


class Innocent:
    """Words and phrases that cover a blocked word in them, and short words that are no halves of a blocked one."""

    def __init__(
        self,
        phrases: Iterable[str],
        blocked: Iterable[str],
        halves: frozenset[str],
        ends: tuple[str, ...],
        exact: frozenset[str] = frozenset(),
    ) -> None:
        self.halves = halves
        self._ends = ends
        # An accent makes another word: who blocks piç has nothing against a pic.
        forbidden = {(_tokens(word), is_plain) for word in blocked for is_plain in {word.isascii(), False}}
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        spelled = []
        for phrase in phrases:
            tokens = _tokens(phrase)
            if not phrase.isascii():
                spelled.append(unicodedata.normalize("NFC", phrase).lower())
            is_exact = phrase in exact
            if tokens and not is_exact and (tokens, phrase.isascii()) not in forbidden:
                self._by_first.setdefault(tokens[0], []).append(tokens)
        self._longest = max((len(one) for several in self._by_first.values() for one in several), default=1)
        pattern = "|".join(re.escape(one) for one in sorted(spelled, key=len, reverse=True))
        self._accents = frozenset("".join(spelled)) - frozenset(map(chr, range(128)))
        self._accented = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") if spelled else None

    @classmethod
    def of(cls, allowed: Iterable[str], blocked: Sequence[str]) -> Self:
        """Return what is `allowed`, and whatever of our own list is not `blocked` by name."""
        ours = shipped()
        forbidden = {unicodedata.normalize("NFC", word).casefold() for word in blocked}
        everyday = [word for word in (*ours["words"], *ours["phrases"]) if word not in forbidden]
        # râpés is innocent, rapes is not.
        exact = frozenset(word for word in ours["words"] if not word.isascii() and fold(word) != word)
        return cls([*allowed, *everyday], blocked, frozenset(ours["halves"]), tuple(ours["ends"]), exact)

    def knows(self, word: str) -> bool:
        """Tell whether this one word is innocent by itself."""
        return (word,) in self._by_first.get(word, ())

    def covers(self, token: str, tokens: Sequence[str], rule: Rule) -> bool:
        """Tell whether every place where `token` stands is part of something innocent."""
        if token.endswith(self._ends) and not token.startswith(rule.joined):
            return True
        if not self._by_first:
            return False
        return all(self.spans(tokens, at, at + 1) for at, one in enumerate(tokens) if one == token)

    def spans(self, tokens: Sequence[str], begin: int, end: int) -> bool:
        """Tell whether something innocent reaches from `begin` or before it to `end` or beyond."""
        for start in range(max(0, begin - self._longest + 1), begin + 1):
            for phrase in self._by_first.get(tokens[start], ()):
                stop = start + len(phrase)
                if stop >= end and _agrees(tuple(tokens[start:stop]), phrase):
                    return True
        return False

    def without_accented(self, text: str) -> str:
        """Return `text` without the words that only their accents make innocent: sık is not sik, nor año ano."""
        if self._accented is None or text.isascii():
            return text
        whole = unicodedata.normalize("NFC", text).replace("İ", "i")
        lower = whole.lower()
        if self._accents.isdisjoint(lower) or len(lower) != len(whole):
            return text
        kept, at = [], 0
        for found in self._accented.finditer(lower):
            kept += [whole[at : found.start()], "·"]
            at = found.end()
        return "".join((*kept, whole[at:])) if kept else text


def _agrees(tokens: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Tell whether the tokens are the phrase, or its plural."""
    return tokens == phrase or (len(phrase) > 1 and tokens[:-1] == phrase[:-1] and tokens[-1:] == (phrase[-1] + "s",))


def _tokens(phrase: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(fold(unicodedata.normalize("NFC", phrase))))


@cache
def shipped() -> Mapping[str, Sequence[str]]:
    """Return our own lists; read once, since they are part of the program."""
    text = files("pinxit.prompt").joinpath("lists", "innocent.toml").read_text(encoding="utf-8")
    return {
        name: tuple(" ".join(words).split("|")) if name == "phrases" else tuple(" ".join(words).split())
        for name, words in tomllib.loads(text).items()
    }
