# ruff: noqa: RUF001 - Russian letters are named here
"""Words in pieces, with letters repeated, replaced by digits and signs, or left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinxit.prompt.folding import TOKEN
from pinxit.prompt.word_index import WordIndex, rough, stretched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinxit.prompt.innocent import Innocent
    from pinxit.prompt.looks import Leet, Look, Passage
    from pinxit.prompt.word_index import Rule, Stem

_HEAD = 3
_MOST_PIECES = 40
_LETTER_WORDS = frozenset("aàiouyeвксуия")
_MOST_LETTERS = 4  # Of words that are no chance part of a longer spelled one.
_GAP_CHARS = 12  # (little:1.2)), ((girl:1.2)
_ENDING_CHARS = 5
_RUN = re.compile(r"([^\W\d_])\1+")
_SENTENCE = re.compile(r"[,;:.!?]\s")
_HYPHENATED = re.compile(r"[-‐‑]\s*\n\s*")  # At the end of a line; gaps are short.
_SPACE = re.compile(r"\s")
_CYRILLIC = re.compile("[а-я]")
_NEVER_DOUBLE = frozenset("aiuhjkqvwxy")  # Letters that no ordinary word has twice in a row.


class Disguises:
    """Looks for what the plain words of a text do not show.

    `is_strict`: a short word counts in the middle of spelled letters, too.
    """

    def __init__(
        self,
        forms: WordIndex,
        rough_forms: WordIndex,
        rules: Sequence[Rule],
        innocent: Innocent,
        *,
        is_strict: bool = False,
    ) -> None:
        self._is_strict = is_strict
        self._forms = forms
        self._rough = rough_forms
        self._innocent = innocent
        self._stems = forms.stems()
        self._beginnings = {stem[:length] for stem in self._stems for length in range(1, len(stem))}
        self._opened = self._beginnings | self._stems  # Whatever the first letters of a form can be.
        self._masked: dict[tuple[int, str, str], list[Rule]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], Rule]]] = {}
        for rule in rules:
            if parts := rule.parts():
                self._phrases.setdefault(rough(parts[0]), []).append((parts, rule))
            elif len(rule.joined) >= _HEAD:
                self._masked.setdefault((len(rule.joined), rule.joined[0], rule.joined[-1]), []).append(rule)

    def found(self, seen: Look) -> Iterator[Rule]:
        """Yield the rules that a reading breaks in disguise."""
        yield from self._in_pieces(seen.way, seen.tokens, seen.pairs)
        yield from self._repeated(seen.doubled)
        for one in seen.leet:
            yield from self._leet(one)
        for passage in seen.plain:
            yield from self._in_pieces(passage.text, passage.tokens, passage.pairs)
            yield from self._rough_phrase(passage)
        for shape, is_strong in seen.shapes:
            yield from self._shaped(shape, is_strong=is_strong)

    def _in_pieces(self, way: str, tokens: Sequence[str], pairs: frozenset[tuple[str, str]]) -> Iterator[Rule]:
        begun = self._begun(pairs)
        if not begun:
            return
        beginnings, stems = self._beginnings, self._stems
        spans: list[tuple[int, int]] = []
        heads = {one for one, _ in begun}
        firsts = [at for at, token in enumerate(tokens[:-1]) if token in heads]
        for first in [at for at in firsts if (tokens[at], tokens[at + 1]) in begun]:
            joined, past = tokens[first], 0
            for last in range(first + 1, min(first + _MOST_PIECES, len(tokens))):
                piece = tokens[last]
                if joined + piece[0] not in self._opened and not (past and len(piece) == 1):
                    break
                joined += piece
                is_inside = joined in beginnings
                if is_inside and joined not in stems:
                    past = past or joined[:-1] in stems
                    continue
                for stem in self._forms.found(joined):
                    spans = spans or [found.span() for found in TOKEN.finditer(way)]
                    if self._is_whole(way, tokens, spans, first, last + 1, stem):
                        yield stem.rule
                # Behind a stem, its ending may follow letter by letter.
                past = past + 1 if joined not in stems else 1
                if not is_inside and (len(piece) > 1 or past > _ENDING_CHARS):
                    break

    def _begun(self, pairs: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return the neighbours that are a word in two pieces, or with which one of more pieces may begin."""
        beginnings, opened, found = self._beginnings, self._opened, self._forms.found
        near = [(one, other) for one, other in pairs if one in beginnings and one + other[0] in opened]
        return {
            (one, other) for one, other in near if len(other) == 1 or one + other in beginnings or found(one + other)
        }

    def _is_whole(
        self, way: str, tokens: Sequence[str], spans: Sequence[tuple[int, int]], first: int, end: int, stem: Stem
    ) -> bool:
        """Tell whether the pieces are a word in pieces, or the words of a phrase, and not just neighbours."""
        pieces = tokens[first:end]
        if self._innocent.spans(tokens, first, end):
            return False
        gaps = [way[spans[at][1] : spans[at + 1][0]] for at in range(first, end - 1)]
        if any(len(gap) > _GAP_CHARS for gap in gaps):
            return False
        cuts, at = set(), 0
        for piece in pieces[:-1]:
            at += len(piece)
            cuts.add(at)
        if stem.rule.cuts and stem.rule.cuts <= cuts and len(stem.rule.cuts) == len(cuts):
            return not any(_SENTENCE.search(gap) for gap in gaps)
        if stem.is_compound and len("".join(pieces)) > len(stem.text) + _HEAD:
            return False
        if all(len(piece) == 1 for piece in pieces):
            return self._is_strict or len(pieces) > _MOST_LETTERS or not self._is_among_letters(tokens, first, end)
        if any(_SENTENCE.search(gap) for gap in gaps):
            return False
        if len(pieces[0]) == 1 and way[spans[first][0] - 1 : spans[first][0]] in ("'", "’", "´", "`"):
            return False  # boy's ex
        if "".join(pieces) != stem.rule.joined:
            return False  # an ale, rap en français
        return all(map(_HYPHENATED.fullmatch, gaps)) or self._is_strange(pieces, gaps)

    def _is_strange(self, pieces: Sequence[str], gaps: Sequence[str]) -> bool:
        """Tell whether the pieces are no words of their own that happen to stand side by side."""
        halves = self._innocent.halves
        if any(map(_SPACE.search, gaps)):
            if sum(map(len, pieces)) <= _HEAD:
                return False  # as S, C um
            if len(pieces) == 2 and any(len(one) == 1 and one in halves for one in pieces):  # noqa: PLR2004 - a pair
                return False  # rap e hip hop
        strange = [piece for piece in pieces if piece not in halves]
        return any(len(piece) > 1 for piece in strange) or len(strange) > 1  # Not: por N columnas.

    @staticmethod
    def _is_among_letters(tokens: Sequence[str], first: int, end: int) -> bool:
        """Tell whether more single letters stand around these: A S S in C L A S S I C."""
        before, after = tokens[max(0, first - 1) : first], tokens[end : end + 1]
        before_that = tokens[max(0, first - 2) : max(0, first - 1)]
        if before and len(before[0]) == 1:
            # One letter may be a word of its own, but not at the end of more.
            return before[0] not in _LETTER_WORDS or bool(before_that and len(before_that[0]) == 1)
        return bool(after) and len(after[0]) == 1

    def _repeated(self, doubled: Sequence[tuple[str, str]]) -> Iterator[Rule]:
        for token, read in doubled:
            for stem in self._rough.found(read):
                if stretched(token, stem.text) < 0 or self._innocent.knows(token):
                    continue
                if _spare(token) - _spare(stem.text) >= _least_extra(token, stem.text):
                    yield stem.rule

    def _rough_phrase(self, passage: Passage) -> Iterator[Rule]:
        """Yield phrases whose words are stretched or written with digits."""
        for at in [at for at, first in enumerate(passage.rough) if first in self._phrases]:
            for parts, rule in self._phrases[passage.rough[at]]:
                several = passage.tokens[at : at + len(parts)]
                if len(several) == len(parts) and all(map(_is_stretched, several, parts)):
                    yield rule

    def _leet(self, one: Leet) -> Iterator[Rule]:
        for stem in self._rough.found(rough(one.letters)):
            wanted = stem.text if one.is_cyrillic else stem.text.replace("l", "i")
            if stretched(one.letters, wanted) >= 0 and not self._innocent.knows(one.written):
                yield stem.rule

    def _shaped(self, shape: str, *, is_strong: bool) -> Iterator[Rule]:
        hidden = shape.count("?")
        if len(shape) < (_HEAD if is_strong else _HEAD + 1) or hidden * 2 > len(shape):
            return
        for plain in (shape, shape[:-1]) if shape[-1] == "s" else (shape,):
            for rule in self._masked.get((len(plain), plain[0], plain[-1]), ()):
                if all(mask in ("?", letter) for mask, letter in zip(plain, rule.joined, strict=True)):
                    yield rule


def _least_extra(token: str, stem: str) -> int:
    """Return how many more letters make a word a stretched one and not another word, such as good for god."""
    if _CYRILLIC.search(token):
        return 2
    if len(stem) > _HEAD + 1:
        return 1
    return 1 if any(found[1] in _NEVER_DOUBLE and found[0] not in stem for found in _RUN.finditer(token)) else 2


def _spare(word: str) -> int:
    """Return how many letters repeat the one before."""
    return len(word) - len(_RUN.sub(r"\1", word))


def _is_stretched(token: str, word: str) -> bool:
    """Tell whether a token is the word with letters repeated, i and l being one."""
    return rough(token) == rough(word) and stretched(token.replace("l", "i"), word.replace("l", "i")) >= 0
