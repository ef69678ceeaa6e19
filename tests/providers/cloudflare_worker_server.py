"""The two image workers on loopback, as strict as their page: what it does not describe is refused.

flux   GET  /?prompt=A%20cat                                             200 and a picture
sdxl   POST /   {"prompt": "A cat"}, Authorization: Bearer SDXL_KEY      200 and a picture

400 for a prompt that is missing, empty or sent otherwise (a "+" for a space included), 401 for a wrong key, 405 for
another method. `script` and `fail_next` put other answers before these, one for each call.
"""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote

from aiohttp import web
from PIL import Image

from tests.providers.door import guarded
from tests.providers.keys import a_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

SDXL_KEY = a_key("sdxl")
_HELD_AT_MOST_S = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as it came."""

    method: str
    raw_path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Scripted:
    """One answer. `is_cut`: the connection ends without one; `sent_bytes`: or after so many bytes of the body."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_cut: bool = False
    sent_bytes: int | None = None


class WorkerServer:
    """One worker for `async with`. `dialect`: "flux" or "sdxl"."""

    def __init__(self, dialect: str, script: Sequence[Scripted] = ()) -> None:
        self.asked: list[Asked] = []
        self.created: list[Any] = []
        self.cancels = 0
        self.strangers: list[str] = []
        self.holding = asyncio.Event()
        self.most_at_once = 0
        self.hung_up = asyncio.Event()
        self._dialect = dialect
        self._script = list(script)
        self._spoils = 0
        self._at_once = 0
        self._came = asyncio.Condition()
        self._goes = asyncio.Event()
        self._goes.set()
        app = guarded(self)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Return the worker's address."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def options(self) -> dict[str, Any]:
        """Return the options for `build`; only one of the workers is given a key."""
        key = {"api_key": SDXL_KEY} if self._dialect == "sdxl" else {}
        return {"base_url": self.url, "dialect": self._dialect, **key}

    def fail_next(self, status: int, headers: Mapping[str, str] = {}, body: str | None = None) -> None:
        """Answer the next call so; without a body with a few words."""
        self._script.append(Scripted(status, headers, (body if body is not None else "a private text").encode()))

    def refuse_next(self) -> None:
        """Refuse the next prompt, in the only words that the worker has for it."""
        self.fail_next(400, body="Bad prompt")

    def spoil_next(self) -> None:
        """Cut the next picture in half."""
        self._spoils += 1

    def hold(self) -> None:
        """Answer nothing until `go`, or for half a minute."""
        self._goes.clear()

    def go(self) -> None:
        """Answer what waits and what comes."""
        self._goes.set()

    async def asked_for(self, times: int) -> None:
        """Return when it was asked so often."""
        async with self._came:
            await self._came.wait_for(lambda: len(self.asked) >= times)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            body = await request.read()
            async with self._came:
                self.asked.append(Asked(request.method, request.raw_path, dict(request.headers), body))
                self._came.notify_all()
            paint = self._flux if self._dialect == "flux" else self._sdxl
            answer = self._script.pop(0) if self._script else paint(request, body)
            if not self._goes.is_set():
                self.holding.set()
            async with asyncio.timeout(_HELD_AT_MOST_S):
                await self._goes.wait()
            return await _play(request, answer) if isinstance(answer, Scripted) else answer
        except asyncio.CancelledError:
            self.hung_up.set()
            raise
        finally:
            self._at_once -= 1

    def _flux(self, request: web.Request, body: bytes) -> web.Response:  # noqa: ARG002 - as `_sdxl`
        if request.method != "GET":
            return web.Response(status=405, text="Method not allowed")
        if "Authorization" in request.headers:
            self.strangers.append("a key that nobody asked for")
        name, _, value = request.raw_path.partition("?")[2].partition("=")
        if name != "prompt" or not value or set(value) & set("+&") or not _is_text(unquote(value)):
            return web.Response(status=400, text="Missing prompt")
        return self._painted("PNG", unquote(value))

    def _sdxl(self, request: web.Request, body: bytes) -> web.Response:
        if request.method != "POST":
            return web.Response(status=405, text="Method not allowed")
        if request.headers.get("Authorization") != f"Bearer {SDXL_KEY}":
            self.strangers.append("a call without the right key")
            return web.Response(status=401, text="Unauthorized")
        if request.headers.get("Content-Type") != "application/json" or request.query_string:
            return web.Response(status=400, text="Bad request")
        try:
            said = json.loads(body)
        except ValueError:
            said = None
        if not isinstance(said, dict) or set(said) != {"prompt"} or not _is_text(said["prompt"]):
            return web.Response(status=400, text="Bad request")
        return self._painted("JPEG", said["prompt"])

    def _painted(self, encoding: str, prompt: str) -> web.Response:
        self.created.append(prompt)
        data = a_picture(encoding)
        if self._spoils:
            self._spoils -= 1
            data = data[: len(data) // 2]
        return web.Response(body=data, content_type=f"image/{encoding.lower()}")


@cache
def a_picture(encoding: str = "PNG") -> bytes:
    """Return a picture of the size that both models paint; it takes long to write."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((1024, 1024)).convert("RGB").save(file, encoding)
    return file.getvalue()


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


async def _play(request: web.Request, scripted: Scripted) -> web.StreamResponse:
    if scripted.sent_bytes is not None:
        answer = web.StreamResponse(status=scripted.status, headers=scripted.headers)
        answer.content_length = len(scripted.body)
        await answer.prepare(request)
        await answer.write(scripted.body[: scripted.sent_bytes])
    if scripted.is_cut or scripted.sent_bytes is not None:
        assert request.transport is not None
        request.transport.close()
    return web.Response(status=scripted.status, headers=scripted.headers, body=scripted.body)
