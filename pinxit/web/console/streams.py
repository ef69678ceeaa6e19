"""Server-sent events as an answer: blocks as they come, a beat in between, and an end when the reader has gone.

Source: WHATWG HTML, "Server-sent events", read 2026-11.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.responses import Response

from pinxit.queue.events import heard_within
from pinxit.web.console.subscriber import BEAT, block
from pinxit.web.stream import RECONNECT_MS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from starlette.types import Message, Receive, Scope, Send

    from pinxit.web.console.feed import Feed
    from pinxit.web.console.lanes import Lanes
    from pinxit.web.console.visitors import Visitor
    from pinxit.web.leave import Leave

OPENING = f"retry: {RECONNECT_MS}\n\n".encode()
# nginx would hold events back until its buffer is full.
HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


@dataclass(slots=True)
class Reader:
    """Who reads a stream. `heard` is set when there may be news, and when the reader has gone."""

    heard: asyncio.Event = field(default_factory=asyncio.Event)
    has_gone: bool = False


class EventStream(Response):
    """Sends what `blocks` yields, until it ends or the reader has gone."""

    def __init__(self, blocks: Callable[[Reader], AsyncGenerator[bytes, None]]) -> None:
        super().__init__(None, 200, HEADERS, "text/event-stream")
        del self.headers["content-length"]
        self._blocks = blocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send everything."""
        reader = Reader()
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(_until_gone(receive, reader))
            try:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                async with aclosing(self._blocks(reader)) as blocks:
                    async for each in blocks:
                        await send(_body(each))
                await send(_body(b"", more=False))
            finally:
                listening.cancel()


async def channel_blocks(
    feed: Feed, visitor: Visitor, seen: str, leave: Leave, reader: Reader
) -> AsyncGenerator[bytes, None]:
    """Yield what changes in the visitor's channel, for as long as the visitor has leave."""
    async with feed.subscribe(visitor, seen, reader.heard) as subscriber:
        yield OPENING  # Whoever has this will hear of everything from now on.
        while not reader.has_gone and await leave.holds():
            if news := subscriber.take():
                yield news
            if subscriber.is_over:
                return
            if not await heard_within(reader.heard, feed.pace.heartbeat_s):
                yield BEAT


async def lane_blocks(
    feed: Feed, lanes: Lanes, visitor: Visitor, leave: Leave, reader: Reader
) -> AsyncGenerator[bytes, None]:
    """Yield the lanes whenever they look different, for as long as the visitor has leave."""
    last, silent_s = b"", 0.0
    with feed.seat():
        yield OPENING
        while not reader.has_gone and not feed.is_closed and await leave.holds():
            now = block("lanes", {"pools": await lanes.look(visitor.caller, visitor.locale)})
            if now != last:
                last, silent_s = now, 0.0
                yield now
            elif silent_s >= feed.pace.heartbeat_s:
                silent_s = 0.0
                yield BEAT
            silent_s += lanes.every_s
            await heard_within(reader.heard, lanes.every_s)


def _body(data: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


async def _until_gone(receive: Receive, reader: Reader) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.has_gone = True
    reader.heard.set()
