"""Answers that are longer than memory: sent as they are read, as long as their reader may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.web.leave import Leave

P = TypeVar("P", str, bytes)

LEAVE_S = 15.0  # How often a reader's leave is asked for anew.
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
_CHUNK = 64 * 1024  # Sending line by line would cost more than reading them.


async def download(pieces: AsyncIterator[P], name: str, media_type: str, leave: Leave) -> StreamingResponse:
    """Return a file that is made while it is sent. Raises what making its first piece raises."""
    first = await anext(pieces, None)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Accel-Buffering": "no",  # nginx would collect it in a file of its own.
    }
    return StreamingResponse(_gathered(first, pieces, leave), headers=headers, media_type=media_type)


async def _gathered(first: P | None, pieces: AsyncIterator[P], leave: Leave) -> AsyncIterator[P]:
    """Give the pieces in larger ones. Raises ClientDisconnect where the reader's leave ends: half a file is cut off."""
    if first is None:
        return
    empty = first[:0]
    waiting, size = [first], len(first)
    async for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            if not await leave.holds():
                raise ClientDisconnect
            yield empty.join(waiting)
            waiting, size = [], 0
    yield empty.join(waiting)
