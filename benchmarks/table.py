"""The table that `make bench` prints: what, measured, goal, and whether the goal is met."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.disk import Disk

WIDTHS = (50, 48, 22)


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing. `is_met`: None if there is no goal, or none that this machine could meet."""

    what: str
    measured: str
    goal: str = ""
    is_met: bool | None = None

    @property
    def mark(self) -> str:
        """Return ✓, ✗ or nothing."""
        return {True: "✓", False: "✗", None: ""}[self.is_met]


def on_disk(line: Line, disk: Disk) -> Line:
    """Return the line with the disk that it rests on; goals are for a fast one."""
    named = replace(line, what=f"{line.what}, {disk.word} disk")
    if disk.is_fast or not line.goal:
        return named
    return replace(named, goal=f"({line.goal} if fast)", is_met=None)


def heading() -> str:
    """Return the table's first line."""
    return show(Line("what", "measured", "goal"))


def show(line: Line) -> str:
    """Return a line as text; what is too long for its column pushes the others to the right."""
    cells = (line.what, line.measured, line.goal)
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True)) + f"  {line.mark}".rstrip()


def missed(lines: Iterable[Line]) -> Sequence[Line]:
    """Return the lines whose goal is missed."""
    return [line for line in lines if line.is_met is False]


def exit_status(lines: Iterable[Line], *, is_strict: bool) -> int:
    """Return 1 if a goal is missed and that counts, else 0."""
    return int(is_strict and bool(missed(lines)))
