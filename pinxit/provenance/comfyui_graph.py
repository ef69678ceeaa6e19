"""A ComfyUI graph as a value to walk in: which node is connected to which, and what nobody has understood yet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAX_NODES = 5000
_MAX_NAMES = 500
_NAME_CHARS = 100
_LIMIT = 2**64  # ComfyUI's seeds have 64 bits.
# Where nodes that only hold a value keep it, in the order in which one is looked for.
_HOLDS = ("value", "seed", "int", "float", "number", "string", "text", "prompt", "Number", "Text", "positive")
_LINK_LENGTH = 2
_MAX_WORDS = 1_000_000  # Characters of prompts: texts put together from texts could double at every node.
_LOOK_CHARS = 100  # What looking at a node costs of them.


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One node: its id, its class, and its inputs as the file has them: values, and links [id, place]."""

    id: str
    kind: str
    inputs: Mapping[str, object]


class Graph:
    """The nodes of a graph. Reading a value notes that it is understood; loops and broken links end a walk."""

    MAX_DEPTH: ClassVar[int] = 50

    def __init__(self, raw: Mapping[str, object]) -> None:
        self._nodes: dict[str, Node] = {}
        for key, value in list(raw.items())[:_MAX_NODES]:
            if isinstance(value, dict) and isinstance(kind := value.get("class_type"), str):
                inputs = value.get("inputs")
                self._nodes[key] = Node(key[:_NAME_CHARS], kind, inputs if isinstance(inputs, dict) else {})
        self._taken: set[tuple[str, str]] = set()
        self._words_left = _MAX_WORDS

    @property
    def nodes(self) -> Sequence[Node]:
        """Return every node, in the file's order."""
        return list(self._nodes.values())

    def link(self, node: Node, name: str) -> tuple[Node, int] | None:
        """Return the node that an input comes from, behind reroutes, and which of its outputs; None: from none."""
        for _ in range(self.MAX_DEPTH):
            found = self._end_of(node.inputs.get(name))
            if found is None or found[0].kind != "Reroute":
                return found
            node = found[0]
            name = next(iter(node.inputs), "")
        return None

    def linked(self, node: Node, name: str) -> Node | None:
        """Return the node that an input comes from, or None."""
        found = self.link(node, name)
        return None if found is None else found[0]

    def upstream(self, node: Node) -> Sequence[Node]:
        """Return every node that this one depends on, the nearest first."""
        seen = {node.id: node}
        line = [node]
        for at in line:
            for value in at.inputs.values():
                found = self._end_of(value)
                if found is not None and found[0].id not in seen:
                    seen[found[0].id] = found[0]
                    line.append(found[0])
        return line[1:]

    def text(self, node: Node, name: str) -> str:
        """Return an input as text, "" if it is none."""
        value = self._value(node, name, str)
        return value if isinstance(value, str) else ""

    def words(self, node: Node, name: str) -> str:
        """Return a prompt: a text of this node, or what the nodes behind it put together."""
        return self._words(node, name, self.MAX_DEPTH // 5)

    def whole(self, node: Node, name: str) -> int | None:
        """Return an input as a whole number, or None."""
        return as_whole(self._value(node, name, int))

    def number(self, node: Node, name: str) -> float | None:
        """Return an input as a number, or None."""
        return as_number(self._value(node, name, float))

    def take(self, node: Node, name: str) -> None:
        """Note that a value is understood."""
        self._taken.add((node.id, name))

    def forget(self, node: Node, *names: str) -> None:
        """Note that values are not understood after all."""
        self._taken.difference_update((node.id, name) for name in names)

    def left(self) -> tuple[str, ...]:
        """Return the names of the values that nobody understood."""
        names = [
            f"{node.kind}#{node.id}.{name}"[:_NAME_CHARS]
            for node in self._nodes.values()
            for name, value in node.inputs.items()
            if self._end_of(value) is None and (node.id, name) not in self._taken
        ]
        return tuple(names[:_MAX_NAMES])

    def _end_of(self, value: object) -> tuple[Node, int] | None:
        if not isinstance(value, list) or len(value) != _LINK_LENGTH or not isinstance(value[1], int):
            return None
        node = self._nodes.get(str(value[0])) if isinstance(value[0], str | int) else None
        return None if node is None else (node, value[1])

    def _value(self, node: Node, name: str, kind: type) -> object:
        """Return an input of one of the plain kinds; one that comes from another node is looked for there."""
        for _ in range(self.MAX_DEPTH):
            value = node.inputs.get(name)
            found = self.link(node, name)
            if found is None:
                if _fits(value, kind):
                    self.take(node, name)
                    return value
                return None
            node = found[0]
            name = next((each for each in _HOLDS if self._leads(node, each, kind)), "")
        return None

    def _leads(self, node: Node, name: str, kind: type) -> bool:
        value = node.inputs.get(name)
        return _fits(value, kind) or self._end_of(value) is not None

    def _words(self, node: Node, name: str, depth: int) -> str:
        value = node.inputs.get(name)
        self._words_left -= len(value) if isinstance(value, str) else _LOOK_CHARS
        if self._words_left < 0:
            return ""
        if isinstance(value, str):
            self.take(node, name)
            return value
        found = self.link(node, name)
        if found is None or not depth:
            return ""
        return self._put_together(found[0], depth - 1)

    def _put_together(self, node: Node, depth: int) -> str:
        """Return the text that a node makes of its texts: one of them, or all of them joined."""
        between = node.inputs.get("delimiter")
        if isinstance(between, str):
            self.take(node, "delimiter")
        else:
            between = " "
        names = [name for name in node.inputs if _is_words(name)]
        return between.join(filter(None, (self._words(node, name, depth) for name in names)))


def as_whole(value: object) -> int | None:
    """Return a value as a whole number, or None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= _LIMIT:
        return None
    return value


def as_number(value: object) -> float | None:
    """Return a value as a finite number, or None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= _LIMIT:
        return None
    return float(value) if math.isfinite(value) else None


def _fits(value: object, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str)
    return (as_whole(value) if kind is int else as_number(value)) is not None


def _is_words(name: str) -> bool:
    return name.casefold().startswith(("text", "string", "prompt", "value", "part", "prefix", "suffix"))
