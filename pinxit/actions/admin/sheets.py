"""Rows as files that other programs read: CSV for spreadsheets, JSON lines for everything else."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

# OWASP, "CSV Injection", read 2026-11: spreadsheets run a cell that begins with one of these, spaces aside.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms count too

# Our own ids begin with a dash, and programs look for them; without ( | ! = nothing can be called or fetched.
_ID = re.compile(r"-[A-Za-z0-9_.-]*")


async def csv_lines(columns: Sequence[str], rows: AsyncIterator[Mapping[str, object]]) -> AsyncIterator[str]:
    """Write rows line by line under a header; None is an empty cell."""
    yield csv_line(columns)
    async for row in rows:
        yield csv_line(row[name] for name in columns)


async def json_lines(rows: AsyncIterator[Mapping[str, object]]) -> AsyncIterator[str]:
    """Write rows as JSON objects, one a line."""
    async for row in rows:
        yield f"{json.dumps(row, ensure_ascii=False)}\n"


def csv_line(cells: Iterable[object]) -> str:
    """Return one line of CSV. No text in it can be taken for a formula by a spreadsheet; numbers are left alone."""
    written = io.StringIO(newline="")
    csv.writer(written).writerow([_harmless(cell) for cell in cells])
    return written.getvalue()


def _harmless(cell: object) -> object:
    if not isinstance(cell, str) or cell.lstrip()[:1] not in _FORMULA or _ID.fullmatch(cell):
        return cell
    return f"'{cell}"
