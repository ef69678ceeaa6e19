r"""Choices in braces: `{red, blue} car in {rain, snow}` is four texts, and `{a|b}` may hold commas.

Braces nest. `\{` is a brace; so is one without a partner, and a pair without a choice in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

COUNT_LIMIT = 10**12  # What a larger count is told as; the product of thousands of choices has thousands of digits.
_MARK = re.compile(r"(?<!\\)[{}|,]")
_INK = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Choices:
    """A text with its choices. `count`: how many texts it stands for, at most COUNT_LIMIT; 1 if there is no choice."""

    parts: tuple[str | _Choice, ...]
    count: int

    def pick(self, index: int) -> str:
        """Return text number `index`, from 0 to count - 1; the first choice varies slowest."""
        picked: list[str] = []
        waiting: list[tuple[Choices | str, int]] = [(self, index)]
        while waiting:
            part, rest = waiting.pop()
            if isinstance(part, str):
                picked.append(part)
                continue
            # From the last part, which varies fastest, to the first, which comes off the stack first.
            for piece in reversed(part.parts):
                if isinstance(piece, str):
                    waiting.append((piece, 0))
                    continue
                rest, within = divmod(rest, piece.count)
                waiting.append(piece.option(within))
        return "".join(picked)


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[Choices, ...]
    count: int

    def option(self, index: int) -> tuple[Choices, int]:
        """Return the option that holds number `index`, and the number inside it."""
        for option in self.options:
            if index < option.count:
                return option, index
            index -= option.count
        raise IndexError(index)


def choices(text: str) -> Choices:
    """Return what `text` stands for. Linear in its length, whatever is nested in it."""
    separators = _separators(text)
    frames = [_Frame()]
    end = 0
    for mark in _MARK.finditer(text):
        at = mark.start()
        kind = separators.get(at)
        if kind is None:
            continue
        frames[-1].parts.append(text[end:at])
        end = mark.end()
        if kind == "{":
            frames.append(_Frame())
            continue
        frames[-1].close_option()
        if kind == "}":
            choice = frames.pop().choice()
            frames[-1].parts.append(choice)
    frames[-1].parts.append(text[end:])
    return _together(frames[0].parts)


class _Frame:
    """A choice that is being read."""

    def __init__(self) -> None:
        self.parts: list[str | _Choice] = []
        self.options: list[Choices] = []

    def close_option(self) -> None:
        """End the option that the parts are of; the space around it is not part of it."""
        for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
            edge = self.parts[end]
            if isinstance(edge, str):
                self.parts[end] = strip(edge)
        self.options.append(_together(self.parts))
        self.parts = []

    def choice(self) -> _Choice:
        return _Choice(tuple(self.options), min(sum(option.count for option in self.options), COUNT_LIMIT))


def _together(parts: list[str | _Choice]) -> Choices:
    count = 1
    for part in parts:
        if isinstance(part, _Choice):
            count = min(count * part.count, COUNT_LIMIT)
    return Choices(tuple(part for part in parts if part != ""), count)


def _separators(text: str) -> dict[int, str]:
    """Return the marks that are not text, by position: braces with a choice in them, and what parts their options.

    Where there is a `|` directly inside a pair, commas there are text.
    """
    meant: dict[int, str] = {}
    opened: list[tuple[int, list[int], list[int]]] = []
    for mark in _MARK.finditer(text):
        at, sign = mark.start(), mark[0]
        if sign == "{":
            opened.append((at, [], []))
        elif not opened:
            continue
        elif sign == ",":
            opened[-1][1].append(at)
        elif sign == "|":
            opened[-1][2].append(at)
        else:
            begin, commas, bars = opened.pop()
            parting = bars or commas
            edges = [begin, *parting, at]
            if parting and any(_INK.search(text, left + 1, right) for left, right in pairwise(edges)):
                meant.update(dict.fromkeys(parting, ","))
                meant[begin], meant[at] = "{", "}"
    return meant
