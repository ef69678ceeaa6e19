"""One statement about many ids, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinxit.domain.ports import Tx

_AT_ONCE = 500  # Parameters of one statement; both databases take far more.


def rows_among(tx: Tx, sql: str, values: Iterable[str], **others: object) -> Sequence[Mapping[str, Any]]:
    """Return every row of a statement that says `IN (:values)`; an order holds only within 500 values."""
    wanted = list(dict.fromkeys(values))
    found: list[Mapping[str, Any]] = []
    for start in range(0, len(wanted), _AT_ONCE):
        part = {f"value_{number}": value for number, value in enumerate(wanted[start : start + _AT_ONCE])}
        found += tx.all(sql.replace(":values", ", ".join(f":{name}" for name in part)), **part, **others)
    return found
