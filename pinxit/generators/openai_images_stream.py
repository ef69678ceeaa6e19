"""What an images server streams: partial pictures, and at last the whole one or an error.

Not by the SDK's own reader, which parses pictures of many MB in the event loop.
Source: OpenAI's streaming events of the images API as of 2026-11; their lines are the HTML standard's.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken
from pinxit.generators.http_answers import Answer, Mask

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    import httpx2

    from pinxit.domain.request import Json

_OK, _REFUSED, _TOO_OFTEN, _TROUBLE = 200, 400, 429, 500
_LIMITS = frozenset({"rate_limit_exceeded", "rate_limit_error", "requests", "tokens"})
_DATA = b"data:"


async def read_stream(
    name: str, response: httpx2.Response, mask: Mask, on_partial: Callable[[str], Awaitable[None]]
) -> tuple[int, Mapping[str, Json]]:
    """Return what a stream ends with, as a status and what an answer that came whole would say; {} if it just ends.

    `name`: the server's, for errors. `on_partial`: gets each partial picture as base64. What follows the picture is not
    waited for: it is paid and there, however the stream ends. Raises Broken, httpx2.HTTPError.
    """
    async with aclosing(_events(name, response, mask)) as events:
        async for said in events:
            is_error = said.get("type") == "error" and "error" not in said
            error = dict(said) if is_error else said.get("error")
            if error:
                return _status(error), {"error": error}
            kind, picture = str(said.get("type")), said.get("b64_json")
            if isinstance(picture, str) and kind.endswith(".partial_image"):
                await on_partial(picture)
            elif isinstance(picture, str) and kind.endswith(".completed"):
                return _OK, {"data": [{"b64_json": picture}], "usage": said.get("usage")}
    return _OK, {}


def _status(error: Json) -> int:
    """Return the status that the error would have had, had it come before the stream."""
    words = [str(error.get(key)) for key in ("type", "code")] if isinstance(error, dict) else []
    if _LIMITS.intersection(words):
        return _TOO_OFTEN
    return _TROUBLE if any("server" in word for word in words) else _REFUSED


async def _events(name: str, response: httpx2.Response, mask: Mask) -> AsyncGenerator[Mapping[str, Json], None]:
    """Yield each event's JSON object; {} for one that holds none."""
    lines: list[list[bytes]] = []
    try:
        async for line in _lines(response):
            is_blank = sum(map(len, line)) <= 1 and b"".join(line) in (b"", b"\r")
            if not is_blank:
                lines.append(line)
            elif lines:
                yield await asyncio.to_thread(_read, name, lines, mask)
                lines = []
    finally:
        await response.aclose()


async def _lines(response: httpx2.Response) -> AsyncGenerator[list[bytes], None]:
    """Yield each line in pieces, to be joined in a thread; what is no whole line at the end is left out."""
    line: list[bytes] = []
    async for chunk in response.aiter_bytes():
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield [*line, end]
            line = []
        line.append(rest)


def _read(name: str, lines: list[list[bytes]], mask: Mask) -> Mapping[str, Json]:
    """Return the JSON object of an event's lines. Blocks: they may have 60 MB."""
    whole = (b"".join(line) for line in lines)
    text = b"\n".join(line[len(_DATA) :].strip() for line in whole if line.startswith(_DATA))
    if text in (b"", b"[DONE]"):
        return {}
    said = Answer(_OK, {}, mask.of(text), name).json()
    if not isinstance(said, dict):
        raise Broken(f"{name} answers with something that is no JSON object")
    return said
