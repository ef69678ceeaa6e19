"""Answers on standard output: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ANY_WIDTH = 10_000


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, whole: Sequence[str] = ()) -> None:
    """Print a table; None is an empty cell, and what people wrote is no markup.

    Nothing is cut: a terminal folds what does not fit, and a file or another program gets a line a row. `whole`: the
    columns that are not folded, such as names that are to be typed.
    """
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    table = Table(box=None, pad_edge=False)
    for place, column in enumerate(columns):
        longest = max((len(row[place]) for row in cells), default=0)
        table.add_column(column, overflow="fold", min_width=longest if column in whole else None)
    for row in cells:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else _ANY_WIDTH
    Console(soft_wrap=True, markup=False, highlight=False, emoji=False, width=width).print(table)


def print_json(value: object) -> None:
    """Print JSON."""
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201 - the answer, on standard output


def print_line(text: str) -> None:
    """Print a line as it is."""
    print(text)  # noqa: T201 - the answer, on standard output


def number(amount: float | None) -> str:
    """Return an amount as people write it: 12, not 12.0; pure."""
    return "" if amount is None else f"{amount:.6f}".rstrip("0").rstrip(".")


def minute(moment: str | None) -> str:
    """Return an ISO 8601 moment as 2026-11-21 18:00, in its own time zone; pure."""
    return "" if moment is None else moment[:16].replace("T", " ")
