"""What every request passes: a name for the log, a cap on its body, safe headers, and never a traceback."""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request

from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pinxit.domain.ports import Clock
    from pinxit.web.metrics import Metrics
    from pinxit.web.refusals import Refusals

log = structlog.get_logger(__name__)

CORRELATION = "X-Correlation-ID"
_SANE = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_CLIENT_GONE = 499  # nginx's number for it; never sent, only counted.


@dataclass(frozen=True, slots=True)
class Patience:
    """What is borne of a caller that sends a body.

    `body_bytes`: the longest one; `longer`: for paths that start so, another number. `chunk_s`, `body_s`: how long
    until its next part comes, and until all has come.
    `stall_s`: how long until a reader takes the next part of its answer.
    `rest_s`: how long an unread rest is taken in, so that the caller hears our answer rather than a cut connection.
    """

    body_bytes: int
    longer: Mapping[str, int] = field(default_factory=dict)
    chunk_s: float = 30.0
    body_s: float = 600.0
    rest_s: float = 5.0
    stall_s: float = 120.0

    def most_bytes(self, path: str) -> int:
        """Return how long a body may be at `path`."""
        return next((most for start, most in self.longer.items() if path.startswith(start)), self.body_bytes)


class Edge:
    """Outermost of our own layers."""

    def __init__(self, app: ASGIApp, *, clock: Clock, patience: Patience, refusals: Refusals, metrics: Metrics) -> None:
        self._app = app
        self._clock = clock
        self._patience = patience
        self._refusals = refusals
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = headers.get(CORRELATION, "")
        correlation = asked if _SANE.fullmatch(asked) else new_id(self._clock.now())
        scope.setdefault("state", {})["correlation_id"] = correlation
        body = _Body(receive, headers, self._patience, self._patience.most_bytes(scope["path"]), self._clock)
        answer = _Answer(send, body, correlation, self._patience.stall_s)
        with structlog.contextvars.bound_contextvars(correlation_id=correlation):
            try:
                await self._app(scope, body.receive, answer.send)
            except ClientDisconnect:
                answer.status = _CLIENT_GONE
            except Exception:
                if answer.has_stalled:
                    # The server cuts a connection whose answer is left unfinished.
                    answer.status = _CLIENT_GONE
                    log.info("a reader has stalled", route=_route(scope))
                    return
                answer.status = answer.status or 500
                log.exception("a request failed", method=scope["method"], route=_route(scope))
                if answer.has_begun:
                    raise  # The server cuts the connection, so that half an answer is not taken for a whole one.
                await self._refusals.internal(Request(scope))(scope, body.receive, answer.send)
            finally:
                self._metrics.answered(scope["method"], _route(scope), answer.status)


class _Body:
    """A request's body on its way in."""

    def __init__(self, receive: Receive, headers: Headers, patience: Patience, most_bytes: int, clock: Clock) -> None:
        self._most_bytes = most_bytes
        self._receive = receive
        self._patience = patience
        self._clock = clock
        length = headers.get("content-length", "0")
        self._announced = int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else 0  # noqa: PLR2004 - digits of 2⁶⁴
        self._is_expected = "expect" in headers
        self._size = 0
        self._until: float | None = None
        self._all_came = self._announced == 0 and "transfer-encoding" not in headers

    async def receive(self) -> Message:
        """Return the next part. Raises Refused: too long, or it does not come."""
        if self._is_whole():
            return await self._receive()
        if self._announced > self._most_bytes:
            raise self._too_large()
        if self._until is None:
            self._until = self._clock.monotonic() + self._patience.body_s
        try:
            async with asyncio.timeout(min(self._patience.chunk_s, max(0.0, self._until - self._clock.monotonic()))):
                message = await self._next()
        except TimeoutError as error:
            raise Refused(Code.BODY_MISSING) from error
        if self._size > self._most_bytes:
            raise self._too_large()
        return message

    async def take_rest(self) -> bool:
        """Take in what nobody has read, within bounds, and tell whether that was all.

        A client that waits for our leave to send has sent nothing.
        """
        if self._is_whole() or self._is_expected:
            return self._is_whole()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience.rest_s):
                while not self._is_whole() and self._size <= 2 * self._most_bytes:
                    await self._next()
        return self._is_whole()

    def _is_whole(self) -> bool:
        return self._all_came

    async def _next(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        self._all_came = not message.get("more_body", False)
        return message

    def _too_large(self) -> Refused:
        value = f"{max(self._announced, self._size)} bytes"
        return Refused(Code.BODY_TOO_LARGE, value=value, allowed=[f"at most {self._most_bytes} bytes"])


class _Answer:
    """An answer on its way out."""

    def __init__(self, send: Send, body: _Body, correlation: str, stall_s: float) -> None:
        self._send = send
        self._stall_s = stall_s
        self._body = body
        self._correlation = correlation
        self.status = 0
        self.has_begun = False
        self.has_stalled = False

    async def send(self, message: Message) -> None:
        """Send the next part. Raises TimeoutError where the reader does not take it."""
        if message["type"] == "http.response.start":
            has_rest = not await self._body.take_rest()
            self.status, self.has_begun = message["status"], True
            headers = MutableHeaders(scope=message)
            headers[CORRELATION] = self._correlation
            headers["X-Content-Type-Options"] = "nosniff"
            headers.setdefault("Cache-Control", "no-store")
            headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            if has_rest:
                headers["Connection"] = "close"
        try:
            async with asyncio.timeout(self._stall_s):
                await self._send(message)
        except TimeoutError:
            self.has_stalled = True
            raise


def _route(scope: Scope) -> str:
    """Return the route's pattern: a path itself would make a series of its own in the metrics."""
    return str(getattr(scope.get("route"), "path", "")) or "none"
