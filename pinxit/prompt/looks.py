# ruff: noqa: RUF001 - Russian letters and masks are named here
"""What stands out in a text, before anybody knows which words are looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse, pairwise
from typing import TYPE_CHECKING

from pinxit.prompt.folding import TOKEN, words
from pinxit.prompt.lookalikes import LEET, LEET_CYRILLIC, LEET_GROUPS, LEET_SIGNS, PLAIN_LEET
from pinxit.prompt.word_index import LONG_LETTERS, all_rough

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LEET_CHARS = 3
_NEIGHBOURS = 2
_LONGEST = 60
_TAIL = "!|?.,;:"
_DOUBLE = re.compile(r"(.)\1")
_TRIPLE = re.compile(r"(.)\1\1")
_CYRILLIC = re.compile("[а-я]")
_ALONE = re.compile(r"\W\w(?:\W++\w\b){2,}")
_ASCII_GAPS = {code: " " for code in range(128) if not chr(code).isalnum()}
_ASCII_ALONE = re.compile(r" \w(?: ++\w\b){2,}", re.ASCII)  # Where a table has made every gap of spaces.
_LETTER_SIGNS = frozenset("@$€£¢|!+×¥§®©")
_GROUP = re.compile("|".join(re.escape(group) for group, _ in LEET_GROUPS))
_SUSPICIOUS = LEET_SIGNS | frozenset("\\([>}")
_IS_SUSPICIOUS = re.compile(f"[{re.escape(''.join(sorted(_SUSPICIOUS)))}]")
_STRONG_MASKS = frozenset("*#•●■○□◯✱∗%^~?")  # What people hide letters behind.
_STRONG = re.escape("".join(sorted(_STRONG_MASKS)))
_MASK = re.compile(rf"(?<=[^\W\d_])(?:[{_STRONG}]{{1,2}}|[-_.+=]|[^\x00-\x7f\w\s])(?=[^\W\d_])")
_ASCII_MASK = re.compile(r"[*#%^~?_.+=-](?:(?<=[*#%^~?])[*#%^~?])?(?=[a-z])")  # Begins with a set, which is quick.


@dataclass(frozen=True, slots=True)
class Leet:
    """Letters and digits: `letters` as they are read, i for both i and l; `written` as they stand there."""

    letters: str
    written: str
    is_cyrillic: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """Some words of a text, and its pairs of neighbours; `rough` are the words as `rough` makes them."""

    text: str
    tokens: Sequence[str]
    pairs: frozenset[tuple[str, str]]
    rough: Sequence[str]


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a text: its `tokens`, and what disguises are made of.

    `long`: the words that may end in a blocked one. `pairs`: the words that stand side by side, each pair once.
    `doubled`: words with a letter twice in a row, and what `rough` makes of them. `plain`: passages with the digits
    read as letters, or with stretched words. `shapes`: words with ? where a letter is hidden, and whether the sign
    that hides it is one that people use for that.
    """

    way: str
    tokens: Sequence[str]
    distinct: frozenset[str]
    long: Sequence[str]
    pairs: frozenset[tuple[str, str]]
    doubled: Sequence[tuple[str, str]]
    leet: Sequence[Leet]
    plain: Sequence[Passage]
    shapes: Sequence[tuple[str, bool]]


@lru_cache(maxsize=8)
def look(way: str) -> Look:
    """Return what stands out in a reading. The latest are kept, since several filters look at one text in turn."""
    tokens = words(way)
    distinct = frozenset(tokens)
    long = [token for token in distinct if len(token) >= LONG_LETTERS]
    doubled = _doubled([*distinct])
    leet: list[Leet] = []
    plain: list[Passage] = []
    if _IS_SUSPICIOUS.search(way):
        leet, plain = _leet(way)
    if any(_TRIPLE.search(token) for token, _ in doubled):
        plain.append(_passage(way))
    shapes = tuple(_shapes(way))
    return Look(way, tokens, distinct, long, _pairs(tokens), doubled, tuple(leet), tuple(plain), shapes)


def _pairs(tokens: Sequence[str]) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(tokens))


def _doubled(tokens: Sequence[str]) -> list[tuple[str, str]]:
    # What is not shortened has no letter twice; what is may have had an l beside an i.
    shortened = [(token, read) for token, read in zip(tokens, all_rough(tokens), strict=True) if len(read) < len(token)]
    return [(token, read) for token, read in shortened if _DOUBLE.search(token)]


def _leet(way: str) -> tuple[list[Leet], list[Passage]]:
    leet: list[Leet] = []
    plain: list[str] = []
    chunks = way.split()
    read = {}
    for chunk in filterfalse(_SUSPICIOUS.isdisjoint, set(chunks)):
        trimmed = chunk.rstrip(_TAIL)
        runs = [*_runs(trimmed)]
        if trimmed != chunk and chunk[-1] in "!|":
            runs += _runs(chunk)
        if runs:
            leet += runs
            read[chunk] = _plain(chunk)
    if read:
        near: set[int] = set()
        for at in [at for at, chunk in enumerate(chunks) if chunk in read]:
            near.update(range(max(0, at - _NEIGHBOURS), min(len(chunks), at + _NEIGHBOURS + 1)))
        plain.append(" ".join([read.get(chunks[at], chunks[at]) for at in sorted(near)]))
    for letters in _spelled(way):
        if not letters.isalpha() and _is_leet(letters):
            leet += _runs(letters)
            plain.append(" ".join(_plain(letters)))
    return leet, [_passage(text) for text in plain]


def _passage(text: str) -> Passage:
    tokens = words(text)
    return Passage(text, tokens, _pairs(tokens), all_rough(tokens))


def _spelled(way: str) -> list[str]:
    """Return what is spelled letter by letter: three or more letters and digits that stand alone, in a row."""
    if way.isascii():
        runs = _ASCII_ALONE.findall(" " + way.translate(_ASCII_GAPS))
    else:
        runs = _ALONE.findall(" " + way.replace("_", " "))
    return ["".join(filter(str.isalnum, run)) for run in dict.fromkeys(runs)]


def _runs(chunk: str) -> Iterator[Leet]:
    has_group = _GROUP.search(chunk) is not None
    if len(chunk) < _LEET_CHARS or (LEET_SIGNS.isdisjoint(chunk) and not has_group):
        return
    is_cyrillic = _CYRILLIC.search(chunk) is not None
    table = LEET_CYRILLIC if is_cyrillic else LEET
    for source in (chunk, _ungrouped(chunk)) if has_group else (chunk,):
        for run in TOKEN.finditer(source.translate(table)):
            written = source[run.start() : run.end()]
            if source != chunk or _is_leet(written):
                yield Leet(run[0], written, is_cyrillic)


def _is_leet(written: str) -> bool:
    """Tell whether this is a word with digits and signs in it, and not a number with letters: A55, 70D, f/1.8."""
    if len(written) < _LEET_CHARS or LEET_SIGNS.isdisjoint(written):
        return False
    digits = sum(map(str.isdecimal, written))
    letters = sum(map(str.isalpha, written)) + sum(map(written.count, _LETTER_SIGNS.intersection(written)))
    return letters >= digits or (letters > 1 and len(written) > _LEET_CHARS + 1 and letters * 4 >= len(written))


def _plain(chunk: str) -> str:
    return chunk.translate(LEET_CYRILLIC if _CYRILLIC.search(chunk) else PLAIN_LEET)


def _ungrouped(chunk: str) -> str:
    for group, letter in LEET_GROUPS:
        chunk = chunk.replace(group, letter)
    return chunk


def _shapes(way: str) -> Iterator[tuple[str, bool]]:
    pattern = _ASCII_MASK if way.isascii() else _MASK
    done = 0
    for mask in pattern.finditer(way):
        begin, end = mask.span()
        if begin < done or not way[begin - 1 : begin].isalpha():
            continue
        floor, ceiling = max(done, begin - _LONGEST), min(len(way), end + _LONGEST)
        while begin > floor and way[begin - 1].isalpha():
            begin -= 1
        shape, is_strong = way[begin : mask.start()], True
        after: re.Match[str] | None = mask
        while after is not None:
            is_strong = is_strong and _STRONG_MASKS.issuperset(after[0])
            begin = end = after.end()
            while end < ceiling and way[end].isalpha():
                end += 1
            shape += "?" * len(after[0]) + way[begin:end]
            after = pattern.match(way, end, ceiling)
        done = end
        yield shape, is_strong
