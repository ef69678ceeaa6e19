"""The way of every request: faults, size, token, the document's judgement, the route itself, the answer, the log."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from aiohttp import BodyPartReader, web

from tests.platforms.discord.composing import Sent
from tests.platforms.discord.errors import DiscordError, Wrong, invalid
from tests.platforms.discord.faults import Fault, Faults, Kind
from tests.platforms.discord.log import Call, Log
from tests.platforms.discord.openapi import OpenApi, openapi
from tests.platforms.discord.routes import OPEN, Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.typedefs import Handler

    from tests.platforms.discord.state import State

BODY_MAX_BYTES = 110 * 2**20  # Ten files of the largest size without a boost, and their JSON.
_FIELD = re.compile(r"files\[(\d+)\]")
_VIA = {"Via": "1.1 google"}  # By which discord.py knows Discord's own 429.


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a route gets it: `call` for the log, the values of the path, and what was sent."""

    call: Call
    path: dict[str, str]
    query: dict[str, str]
    sent: Sent

    @property
    def body(self) -> Any:  # noqa: ANN401 - any JSON
        """Return the JSON, {} without one."""
        return self.sent.body


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route returns; None is no body at all."""

    body: Any = None
    status: int = 200


NO_CONTENT = Answer(status=204)
Serve: TypeAlias = "Callable[[Asked], Awaitable[Answer]]"


@dataclass(slots=True)
class Limit:
    """A real bucket: so many requests per time, kept per method, route and major parameter."""

    most: int
    per_s: float
    used: dict[str, deque[float]] = field(default_factory=dict)


class Answering:
    """Makes aiohttp handlers of routes. `problems`: every request that breaks a rule of bodies, and every answer of
    ours that the document calls invalid.

    `judges`: False skips the document, for benches.
    """

    def __init__(self, state: State, *, judges: bool = True) -> None:
        self.state = state
        self.faults = Faults()
        self.log = Log()
        self.problems: list[str] = []
        self.limits: dict[tuple[str, Route], Limit] = {}
        self.taken: Counter[str] = Counter()
        self._judge: OpenApi | None = openapi() if judges else None

    def handler(self, method: str, route: Route, serve: Serve) -> Handler:
        """Return what aiohttp calls for the route."""

        async def handle(request: web.Request) -> web.StreamResponse:
            path = dict(request.match_info)
            call = Call(self.state.clock.now_s(), method, route, path, dict(request.query))
            call.channel_id = path.get("channel_id")
            self.log.append(call)
            try:
                return await self._handled(request, call, serve)
            finally:
                self.state.touch()

        return handle

    async def _handled(self, request: web.Request, call: Call, serve: Serve) -> web.StreamResponse:
        try:
            sent = await _read(request)
        except DiscordError as error:
            return self._told(call, Answer(error.body, error.status))
        call.body, call.files = sent.body, [name for name, _ in sent.files.values()]
        fault = self.faults.take(call)
        if fault is not None:
            call.fault = fault.kind
            if fault.kind is Kind.RESET:
                return _reset(request)
            if fault.kind is Kind.HUNG_UP:
                return _hung_up(request)
            if fault.kind in {Kind.RATE_LIMITED, Kind.BLOCKED, Kind.STATUS}:
                return _failed(call, fault)
        if (limited := self._limited(call)) is not None:
            return limited
        if fault is not None and fault.kind is Kind.LATE and fault.hold is not None:
            await fault.hold.wait()
        asked = Asked(call, call.path, call.query, sent)
        try:
            self._admit(request, call)
            answer = await serve(asked)
        except DiscordError as error:
            answer = Answer(error.body, error.status)
            if error.is_mistake:
                self.problems.append(f"{call.method} {call.route}: {json.dumps(error.body)}")
        if fault is not None and fault.kind is Kind.LOST:
            call.lost = True
            return _reset(request)
        if fault is not None and fault.kind is Kind.SLOW and fault.hold is not None:
            await fault.hold.wait()
        return self._told(call, answer)

    def _admit(self, request: web.Request, call: Call) -> None:
        if call.route not in OPEN and request.headers.get("Authorization") != f"Bot {self.state.token}":
            raise DiscordError(Wrong.UNAUTHORIZED)
        if self._judge is None or call.route in {Route.NOWHERE, Route.CDN}:
            return
        if (errors := self._judge.of_request(call.route, call.method.lower(), call.body)) is not None:
            raise DiscordError(Wrong.INVALID_BODY, errors)

    def _told(self, call: Call, answer: Answer) -> web.Response:
        call.status = answer.status
        call.code = answer.body.get("code", 0) if isinstance(answer.body, dict) and answer.status >= 400 else 0
        if self._judge is not None and call.route is not Route.NOWHERE:
            wrong = self._judge.of_answer(call.route, call.method.lower(), answer.status, answer.body)
            if wrong is not None:
                self.problems.append(f"our answer: {wrong}")
        headers = self._headers(call)
        if answer.body is None:
            return web.Response(status=answer.status, headers=headers)
        return _json(answer.body, answer.status, headers)

    def _limited(self, call: Call) -> web.Response | None:
        """Count the request in its bucket; return the 429 of a full one."""
        limit = self.limits.get((call.method, call.route))
        if limit is None:
            return None
        now = self.state.clock.now_s()
        used = limit.used.setdefault(_major(call), deque())
        while used and used[0] <= now - limit.per_s:
            used.popleft()
        if len(used) < limit.most:
            used.append(now)
            return None
        return _failed(call, Fault(Kind.RATE_LIMITED, retry_after_s=used[0] + limit.per_s - now), self._headers(call))

    def _headers(self, call: Call) -> dict[str, str]:
        limit = self.limits.get((call.method, call.route), Limit(1000, 1.0))
        used = limit.used.get(_major(call), deque())
        now = self.state.clock.now_s()
        reset_s = used[0] + limit.per_s - now if used else limit.per_s
        return {
            "X-RateLimit-Limit": str(limit.most),
            "X-RateLimit-Remaining": str(limit.most - len(used)),
            "X-RateLimit-Reset": f"{now + reset_s:.3f}",
            "X-RateLimit-Reset-After": f"{reset_s:.3f}",
            "X-RateLimit-Bucket": f"{abs(hash((call.method, call.route))):x}",
            **_VIA,
        }


def _major(call: Call) -> str:
    """Return what splits a bucket. Source: discord.com/developers/docs/topics/rate-limits, read 2026-11."""
    return ":".join(call.path.get(name, "") for name in ("channel_id", "guild_id", "webhook_id", "webhook_token"))


async def _read(request: web.Request) -> Sent:
    """Return the JSON and the files. Raises DiscordError for what is neither, or too large."""
    if not request.can_read_body:
        return Sent({})
    try:
        if not request.content_type.startswith("multipart/"):
            return Sent(json.loads(await request.read()))
        body: dict[str, Any] = {}
        files: dict[int, tuple[str, bytes]] = {}
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise invalid("payload_json", "BASE_TYPE_REQUIRED", "A part without a name.")
            content = bytes(await part.read())
            if part.name == "payload_json":
                body = json.loads(content)
            elif (found := _FIELD.fullmatch(part.name)) is not None:
                files[int(found[1])] = (part.filename or "unknown", content)
        return Sent(body, files)
    except web.HTTPRequestEntityTooLarge as error:
        raise DiscordError(Wrong.TOO_LARGE) from error
    except json.JSONDecodeError as error:
        raise invalid("payload_json", "BASE_TYPE_JSON", "No JSON.") from error


def _reset(request: web.Request) -> web.Response:
    """Cut the connection with a reset, not an orderly end."""
    transport = request.transport
    if isinstance(transport, asyncio.WriteTransport):
        line: socket.socket = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response(status=500)  # Nobody gets it.


def _hung_up(request: web.Request) -> web.Response:
    """Close the connection as a server does that has waited long enough."""
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)  # Nobody gets it.


def _failed(call: Call, fault: Fault, headers: dict[str, str] | None = None) -> web.Response:
    if fault.kind is Kind.BLOCKED:
        call.status = 429
        retry = {"Retry-After": str(int(fault.retry_after_s) + 1)}
        return web.Response(status=429, text="<html>error 1015</html>", content_type="text/html", headers=retry)
    if fault.kind is Kind.STATUS:
        call.status, call.code = fault.status, fault.code
        if fault.code:
            return _json({"message": "Fault", "code": fault.code}, fault.status, _VIA)
        return web.Response(status=fault.status, text="upstream connect error")
    call.status = 429
    body = {"message": "You are being rate limited.", "retry_after": fault.retry_after_s, "global": fault.is_global}
    scope = {
        "X-RateLimit-Scope": "global" if fault.is_global else "user",
        "Retry-After": str(int(fault.retry_after_s) + 1),
    }
    told = _VIA | scope | (headers or {})
    return _json(body | {"code": 0}, 429, told)


def _json(body: object, status: int, headers: dict[str, str]) -> web.Response:
    """Return the answer with the bare content type: with a charset beside it discord.py takes it for text."""
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers, content_type="application/json")
