"""What a ComfyUI server tells one client while it paints, as it comes through its WebSocket.

Source: ComfyUI, server.py, `websocket_handler` and `send_image`, and execution.py, read 2026-11.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json

_CONNECT_S = 10.0
_MOST_BYTES = 16 * 2**20
_MOST_CHARS = 2**18  # Of a text; a longer one, such as an error with its inputs, is not parsed: the history has it too.
_MOST_STEPS = 10**9
_PREVIEW = 1
_HEADER_BYTES = 8  # Kind of event and kind of picture, four bytes each.
_ENDS = ("execution_success", "execution_error", "execution_interrupted")


@dataclass(frozen=True, slots=True)
class Event:
    """`kind`: the server's word, "preview" for a picture. `node`: which one it is about.

    `fraction`: how far that node is. `cached`: nodes that need not run.
    """

    kind: str
    node: str | None = None
    fraction: float = 0.0
    cached: tuple[str, ...] = ()
    picture: bytes = b""

    @property
    def is_end(self) -> bool:
        """Tell whether nothing more comes."""
        return self.kind in _ENDS or (self.kind == "executing" and self.node is None)


class Listener:
    """The events of one prompt. Without a connection it is silent: the history tells the end all the same.

    So is talk of others, which some servers never stop: whoever waits looks into the history then.
    """

    def __init__(self, prompt_id: str, socket: aiohttp.ClientWebSocketResponse | None, clock: Clock) -> None:
        self._prompt_id, self._socket, self._clock = prompt_id, socket, clock

    async def next(self, wait_s: float) -> Event | None:
        """Return the next event of this prompt, or None after `wait_s` without one, or when the connection ends."""
        if self._socket is None:
            await self._clock.sleep(wait_s)
            return None
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while self._socket is not None:
                    event = self._event(await self._socket.receive())
                    if event is not None:
                        return event
        return None

    def _event(self, message: aiohttp.WSMessage) -> Event | None:
        if message.type is aiohttp.WSMsgType.TEXT:
            return _read(message.data, self._prompt_id)
        if message.type is aiohttp.WSMsgType.BINARY:
            is_preview = int.from_bytes(message.data[:4]) == _PREVIEW
            return Event("preview", picture=message.data[_HEADER_BYTES:]) if is_preview else None
        self._socket = None  # It is closed or broken.
        return None


class Events:
    """Opens WebSockets of one server. `url`: of its /ws. `headers`: sent with it; they follow no redirect."""

    def __init__(self, url: str, headers: Mapping[str, str], clock: Clock) -> None:
        self._url, self._headers, self._clock = url, headers, clock
        self._session: aiohttp.ClientSession | None = None

    async def aclose(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def listen(self, prompt_id: str) -> AsyncIterator[Listener]:
        """Give what is told about a prompt whose client has the same id."""
        socket = await self._connected(prompt_id)
        try:
            yield Listener(prompt_id, socket, self._clock)
        finally:
            if socket is not None:
                await socket.close()

    async def _connected(self, prompt_id: str) -> aiohttp.ClientWebSocketResponse | None:
        try:
            async with asyncio.timeout(_CONNECT_S):
                return await self._opened().ws_connect(
                    self._url,
                    params={"clientId": prompt_id},
                    headers=self._headers,
                    max_msg_size=_MOST_BYTES,
                    timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
                )
        except (
            aiohttp.ClientError,
            OSError,
            ValueError,
        ):  # The last: no header can hold the key, as the next call says.
            return None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_redirect.append(_refuse)
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[trace])
        return self._session


async def _refuse(*_: object) -> None:
    raise aiohttp.ClientConnectionError("redirects are not followed")


def _read(text: str, prompt_id: str) -> Event | None:
    """Return what a text tells of this prompt, None if it tells nothing of it."""
    try:
        said: Json = json.loads(text) if len(text) <= _MOST_CHARS else None
    except (ValueError, RecursionError):
        return None
    data = said.get("data") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(data, dict) or data.get("prompt_id") != prompt_id:
        return None
    node, cached = data.get("node"), data.get("nodes")
    return Event(
        str(said.get("type")),
        node if isinstance(node, str) else None,
        _fraction(data.get("value"), data.get("max")),
        tuple(key for key in cached if isinstance(key, str)) if isinstance(cached, list) else (),
    )


def _fraction(value: Json, most: Json) -> float:
    if not isinstance(value, int | float) or not isinstance(most, int | float) or not 0 < most <= _MOST_STEPS:
        return 0.0
    return max(0, min(value, most)) / most  # In this order: a number of 400 digits is no float.
