"""Regular expressions that no text can make slow: matched by a machine of states, without backtracking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.prompt.pattern_syntax import Any, Edge, Node, Repeat, Several, SyntaxProblem, Under, parse

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_CHARS = 500
_MOST_PLACES = 2_000
_MOST_STATES = 1_000
_ALLOWED = (
    "letters, . [a-z] [^a-z] \\d \\w \\s \\b ^ $ ( | ) * + ? {2,5}",
    "nothing that looks ahead or back",
    "at most 500 characters",
)


@dataclass(slots=True)
class _Place:
    """One point of the machine: `takes` a character, or passes where the `edge` holds; goes on at `next`."""

    takes: Callable[[str], bool] | None = None
    edge: Callable[[str, str], bool] | None = None
    next: list[int] = field(default_factory=list)


class Pattern:
    """One compiled expression; `said` is how it was written. Case does not matter. Time is linear in the text.

    The sets of places that were reached are kept as states, so that a character costs one look; a table that grows
    too large is begun anew.
    """

    def __init__(self, said: str, tree: Node) -> None:
        self.said = said
        self._places: list[_Place] = []
        self._end = self._new()
        self._start = self._build(tree, self._end)
        self._table: dict[tuple[frozenset[int], str, str], frozenset[int] | None] = {}

    @classmethod
    def compile(cls, text: str) -> Self:
        """Return the pattern. Raises Refused (FIELD_CHOICE) for a wrong one and for one that needs backtracking."""
        try:
            if len(text) > _MOST_CHARS:
                raise SyntaxProblem(f"{len(text)} characters")  # noqa: TRY301 - one refusal for all that is wrong
            return cls(text, parse(text.casefold() if "\\" not in text else _lower(text)))
        except (SyntaxProblem, RecursionError) as error:
            raise Refused(
                Code.FIELD_CHOICE, field="blocked_patterns", value=shown(text), allowed=list(_ALLOWED)
            ) from error

    def matches(self, text: str) -> bool:
        """Tell whether the expression matches anywhere in the text."""
        reached: frozenset[int] = frozenset()
        before = ""
        for char in (*text, ""):
            key = (reached, before, char)
            if key in self._table:
                following = self._table[key]
            else:
                if len(self._table) >= _MOST_STATES * 8:
                    self._table.clear()
                following = self._table[key] = self._step(reached, before, char)
            if following is None:
                return True
            reached, before = following, _kind(char)
        return False

    def _step(self, reached: frozenset[int], before: str, char: str) -> frozenset[int] | None:
        """Return the places after `char`, which follows a character of the kind `before`; None is a match."""
        waiting = [*reached, self._start]
        seen = set(waiting)
        following: set[int] = set()
        while waiting:
            at = waiting.pop()
            if at == self._end:
                return None
            place = self._places[at]
            if place.takes is not None:
                if char and place.takes(char):
                    following.update(place.next)
                continue
            if place.edge is not None and not place.edge(before, _kind(char)):
                continue
            for other in place.next:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return frozenset(following)

    def _new(self, *following: int) -> int:
        return self._put(_Place(next=[*following]))

    def _put(self, place: _Place) -> int:
        if len(self._places) >= _MOST_PLACES:
            raise SyntaxProblem("too many repetitions")
        self._places.append(place)
        return len(self._places) - 1

    def _build(self, node: Node, then: int) -> int:
        """Return the place at which `node` begins, if what follows it begins at `then`."""
        match node:
            case Any(takes):
                return self._put(_Place(takes=takes, next=[then]))
            case Edge(holds):
                return self._put(_Place(edge=holds, next=[then]))
            case Several(nodes):
                for one in reversed(nodes):
                    then = self._build(one, then)
                return then
            case Under(choices):
                return self._new(*(self._build(choice, then) for choice in choices))
            case Repeat(inner, least, most):
                return self._repeat(inner, least, most, then)

    def _repeat(self, inner: Node, least: int, most: int | None, then: int) -> int:
        if most is None:
            at = self._new()
            self._places[at].next += [self._build(inner, at), then]
        else:
            at = then
            for _ in range(most - least):
                at = self._new(self._build(inner, at), then)
        for _ in range(least):
            at = self._build(inner, at)
        return at


def _kind(char: str) -> str:
    """Return what an edge needs to know of a character: a letter or the like, another, a line's end, or none."""
    return "w" if char.isalnum() or char == "_" else char and ("\n" if char == "\n" else "-")


def _lower(text: str) -> str:
    """Lower the case of everything but what follows a backslash, where it means something."""
    return "".join(char if at and text[at - 1] == "\\" else char.casefold() for at, char in enumerate(text))
