"""Ask about many at once: beside a busy event loop, a statement costs more than its rows."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Tx


def asked(
    tx: Tx, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]], select: str
) -> Sequence[Mapping[str, Any]]:
    """Return what `select` finds, which reads FROM a table `asked`: these rows, of which there is one at least.

    Before their `columns` it has `number`, the place of each row among them. Columns and `select` are SQL and never
    come from outside.
    """
    sql, names = _statement(columns, len(rows), select)
    values = chain.from_iterable((number, *row) for number, row in enumerate(rows))
    return tx.all(sql, **dict(zip(names, values, strict=True)))


@lru_cache(maxsize=256)
def _statement(columns: tuple[str, ...], count: int, select: str) -> tuple[str, Sequence[str]]:
    all_columns = ("number", *columns)
    names = [[f"{column}_{number}" for column in all_columns] for number in range(count)]
    rows = ", ".join(f"({', '.join(f':{name}' for name in row)})" for row in names)
    return f"WITH asked ({', '.join(all_columns)}) AS (VALUES {rows}) {select}", tuple(chain.from_iterable(names))
