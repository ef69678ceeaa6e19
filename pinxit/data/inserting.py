"""Insert many rows with one statement: beside a busy event loop, a statement costs more than its rows."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.domain.ports import Tx


def insert_rows(
    tx: Tx, table: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]], then: str = ""
) -> int:
    """Insert rows, of which there is one at least, and return how many were inserted or changed.

    `then`: what follows the rows, such as ON CONFLICT. Table, columns and this are SQL and never come from outside.
    """
    sql, names = _statement(table, columns, len(rows), then)
    return tx.run(sql, **dict(zip(names, chain.from_iterable(rows), strict=True)))


@lru_cache(maxsize=256)
def _statement(table: str, columns: tuple[str, ...], count: int, then: str) -> tuple[str, Sequence[str]]:
    names = [[f"{column}_{number}" for column in columns] for number in range(count)]
    rows = ", ".join(f"({', '.join(f':{name}' for name in row)})" for row in names)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {rows} {then}"  # noqa: S608 - as above
    return sql, tuple(chain.from_iterable(names))
