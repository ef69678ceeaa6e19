"""Verify the books, and hand them out row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.admin.rights import check_admin
from pinxit.data import books
from pinxit.data.times import to_ms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from datetime import datetime

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ports import Tx

COLUMNS = books.COLUMNS
PAGE_ROWS = 1000


async def verify(caller: Caller, studio: Studio) -> Sequence[str]:
    """Recompute every counter, grant and job from the ledger; return what differs, none is right. Raises Refused."""
    check_admin(caller)
    return await studio.store.database.read(books.verify)


async def sizes(caller: Caller, studio: Studio) -> tuple[int, int, int]:
    """Count what `verify` looks at: rows of the ledger, counters, grants. Raises Refused."""
    check_admin(caller)
    return await studio.store.database.read(books.sizes)


async def export(
    caller: Caller, studio: Studio, since: datetime | None = None
) -> AsyncIterator[Mapping[str, str | int | None]]:
    """Yield every row of the ledger as `COLUMNS` and values, by id, page by page. Raises Refused.

    Amounts are thousandths of a credit or millionths of a dollar. What is booked while this runs may be missing.
    """
    check_admin(caller)
    since_ms = 0 if since is None else to_ms(since)
    after = ""
    while True:

        def read(tx: Tx, after: str = after) -> Sequence[Mapping[str, str | int | None]]:
            return [{name: row[name] for name in COLUMNS} for row in books.page(tx, after, since_ms, PAGE_ROWS)]

        rows = await studio.store.database.read(read)
        for row in rows:
            yield row
        if len(rows) < PAGE_ROWS:
            return
        after = str(rows[-1]["id"])
