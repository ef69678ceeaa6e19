"""The regular expressions that an operator may write, read into a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_TIMES = 100
_MOST_DEPTH = 20
_SPECIAL = frozenset(".^$*+?{}[]\\|()")
_TIMES: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


class SyntaxProblem(ValueError):
    """What is wrong with an expression, or not supported."""


@dataclass(frozen=True, slots=True)
class Any:
    """One character that `takes` accepts."""

    takes: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters: `holds` is asked with the kinds of the characters before and after it."""

    holds: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Several:
    """One after the other."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Under:
    """One of them."""

    choices: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same again, from `least` to `most` times; None is no end."""

    node: Node
    least: int
    most: int | None


Node = Any | Edge | Several | Under | Repeat


def parse(text: str) -> Node:
    """Return the tree of an expression. Raises SyntaxProblem."""
    reader = _Reader(text)
    tree = reader.choices(0)
    if reader.peek():
        raise SyntaxProblem("a bracket is closed that was not opened")
    return tree


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def choices(self, depth: int) -> Node:
        if depth > _MOST_DEPTH:
            raise SyntaxProblem("brackets in brackets in brackets")
        found = [self._several(depth)]
        while self._skip("|"):
            found.append(self._several(depth))
        return found[0] if len(found) == 1 else Under(tuple(found))

    def _several(self, depth: int) -> Node:
        nodes: list[Node] = []
        while (char := self.peek()) and char not in "|)":
            nodes.append(self._repeated(self._one(depth)))
        return Several(tuple(nodes))

    def _repeated(self, node: Node) -> Node:
        sign = self.peek()
        if not sign or sign not in "*+?{":
            return node
        least, most = self._times() if sign == "{" else _TIMES[sign]
        self._at += sign != "{"
        self._skip("?")  # As few as possible: whether it matches is the same.
        if self.peek() in ("*", "+", "{"):
            raise SyntaxProblem("a repetition of a repetition")
        if isinstance(node, Edge):
            raise SyntaxProblem("an edge cannot be repeated")
        return Repeat(node, least, most)

    def _times(self) -> tuple[int, int | None]:
        end = self._text.find("}", self._at)
        first, comma, last = self._text[self._at + 1 : end].partition(",") if end > 0 else ("", "", "")
        if not first.isdecimal() or (last and not last.isdecimal()) or int(last or first) > _MOST_TIMES:
            raise SyntaxProblem("{2} or {2,5}, at most 100")
        if last and int(last) < int(first):
            raise SyntaxProblem("fewer at most than at least")
        self._at = end + 1
        return int(first), int(last) if last else (None if comma else int(first))

    def _one(self, depth: int) -> Node:
        char = self._take()
        match char:
            case "(":
                return self._group(depth)
            case "[":
                return Any(self._set())
            case ".":
                return Any(lambda other: other != "\n")
            case "^":
                return Edge(lambda before, _: not before)
            case "$":
                return Edge(lambda _, after: not after)
            case "\\":
                return self._escape()
        if char in _SPECIAL:
            raise SyntaxProblem(f"{char} stands where nothing can be repeated or closed")
        return Any(_same(char))

    def _group(self, depth: int) -> Node:
        if self._skip("?") and not self._skip(":"):
            raise SyntaxProblem("only ( and (?: are known")
        node = self.choices(depth + 1)
        if not self._skip(")"):
            raise SyntaxProblem("a bracket is not closed")
        return node

    def _escape(self) -> Node:
        char = self._take()
        if char == "b":
            return Edge(lambda before, after: (before == "w") != (after == "w"))
        if char == "B":
            return Edge(lambda before, after: (before == "w") == (after == "w"))
        return Any(_class(char) or _same(_literal(char)))

    def _set(self) -> Callable[[str], bool]:
        is_other = self._skip("^")
        takes: list[Callable[[str], bool]] = []
        while not takes or self.peek() != "]":
            char = self._take()
            if char == "\\":
                char = self._take()
                if whole := _class(char):
                    takes.append(whole)
                    continue
                char = _literal(char)
            if self.peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                last = self._take()
                takes.append(_between(char, _literal(self._take()) if last == "\\" else last))
            else:
                takes.append(_same(char))
        self._at += 1
        several = tuple(takes)
        return lambda other: any(one(other) for one in several) != is_other

    def _take(self) -> str:
        char = self.peek()
        if not char:
            raise SyntaxProblem("it ends too early")
        self._at += 1
        return char

    def _skip(self, char: str) -> bool:
        is_there = self.peek() == char
        self._at += is_there
        return is_there


def _same(char: str) -> Callable[[str], bool]:
    return lambda other: other == char


def _between(first: str, last: str) -> Callable[[str], bool]:
    if first > last:
        raise SyntaxProblem("a range from high to low")
    return lambda other: first <= other <= last


def _class(char: str) -> Callable[[str], bool] | None:
    match char:
        case "d":
            return str.isdecimal
        case "D":
            return lambda other: not other.isdecimal()
        case "w":
            return lambda other: other.isalnum() or other == "_"
        case "W":
            return lambda other: not (other.isalnum() or other == "_")
        case "s":
            return str.isspace
        case "S":
            return lambda other: not other.isspace()
    return None


def _literal(char: str) -> str:
    if char in _PLAIN_ESCAPES:
        return _PLAIN_ESCAPES[char]
    if char.isalnum():
        raise SyntaxProblem(f"\\{char} is not known")
    return char
