"""One WebSocket of the loopback gateway: what is put in goes out in order, compressed as the client asked."""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

NORMAL = 1000
GOING_AWAY = 1001


class Line:
    """A connection, compressed as the query says. `session_id` is set once the client has a session."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.session_id: str | None = None
        self.closed_by_us = False
        self._request = request
        self._pack = _packer(request.query.get("compress"))
        self._out: asyncio.Queue[str | int | None] = asyncio.Queue()

    def put(self, op: int, data: object = None) -> None:
        """Send a payload that is no event."""
        self.put_text(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def put_text(self, payload: str) -> None:
        """Send a payload as it is."""
        self._out.put_nowait(payload)

    def close(self, code: int) -> None:
        """Close after what was put in so far is out."""
        self.closed_by_us = True
        self._out.put_nowait(code)

    def reset(self) -> None:
        """Cut the connection, as a broken network does; what was put in may be lost."""
        self.closed_by_us = True
        self._out.put_nowait(None)
        if self._request.transport is not None:
            self._request.transport.abort()

    async def write(self) -> None:
        """Send what is put in until a close or a reset is; a client that is gone ends it too."""
        while isinstance(payload := await self._out.get(), str):
            try:
                if self._pack is None:
                    await self.socket.send_str(payload)
                else:
                    await self.socket.send_bytes(self._pack(payload.encode()))
            except OSError:
                return
        if payload is not None:
            await self.socket.close(code=payload)


def _packer(compress: str | None) -> Callable[[bytes], bytes] | None:
    # Asked for zstd (discord.py does where that package is there) we send plain text, which clients read as well.
    if compress != "zlib-stream":
        return None
    stream = zlib.compressobj()
    return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)
