"""fal's queue on loopback, whose models paint flat colours and refuse what the real ones refuse.

Source: fal.ai/docs, "Queue", "Model Errors", "Request Error Types", and the models' pages, read 2026-11. The addresses
of a request name the application and not the whole model, so that one built by hand leads nowhere.
"""

from __future__ import annotations

import asyncio
import io
import json
import secrets
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from PIL import Image

from tests.providers.door import guarded
from tests.providers.fal_models import SCHEMAS, painted, wrong_fields
from tests.providers.keys import a_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

KEY = f"{a_key('fal')}:0123456789"
_SAYS = {
    401: '{"detail":"Cannot access application. Authentication is required to access this application."}',
    402: '{"detail":"Payment required"}',
    403: '{"detail":"User is locked. Reason: Exhausted balance. Top up your balance."}',
    404: '{"detail":"Application not found"}',
    429: '{"detail":"Reached concurrent requests limit"}',
}


@dataclass(slots=True)
class _Request:
    """A request: the picture that comes of it, how often it still says that it runs, and how it ends instead."""

    body: dict[str, Any]
    picture: bytes
    polls: int
    ends: tuple[int, Mapping[str, str], str] | None
    is_black: bool
    is_cancelled: bool = False


class FalServer:
    """A server for `async with`. `polls`: how often a request says that it waits or runs before it is done.

    `said`: more of every status that says COMPLETED. `changed`: how a model changes prompts. `bigger_px`: by how much
    pictures are too wide. `urls`: addresses that are told instead of the true ones. `files_with`: the HTTP status of
    every picture.
    """

    def __init__(self, *, polls: int = 0) -> None:
        self.created: list[Any] = []
        self.models: list[str] = []
        self.strangers: list[str] = []
        self.cancels = 0
        self.holding = asyncio.Event()
        self.polls, self.changed, self.bigger_px = polls, "", 0
        self.files_with = 200
        self.said: dict[str, Any] = {}
        self.urls: dict[str, str] = {}
        self._requests: dict[str, _Request] = {}
        self._pictures: dict[str, bytes] = {}
        self._fails: deque[tuple[int, Mapping[str, str], str | None]] = deque()
        self._ends: deque[tuple[int, Mapping[str, str], str]] = deque()
        self._held, self._spoils, self._blackens = False, 0, 0
        app = guarded(self, client_max_size=64 * 2**20)
        app.router.add_get("/files/{name}", self._file)
        app.router.add_get("/{owner}/{app}/requests/{id}/status", self._status)
        app.router.add_get("/{owner}/{app}/requests/{id}", self._response)
        app.router.add_put("/{owner}/{app}/requests/{id}/cancel", self._cancel)
        app.router.add_post("/{model:.+}", self._create)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Return the address in front of every path."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def options(self) -> dict[str, Any]:
        """Return the options of a generator that asks this server."""
        return {"base_url": self.url, "api_key": KEY}

    def fail_next(self, status: int, headers: Mapping[str, str] = {}, body: str | None = None) -> None:
        """Answer the next POST so; without a body as fal does."""
        self._fails.append((status, headers, body))

    def end_next(self, status: int, headers: Mapping[str, str] = {}, body: str = "") -> None:
        """Have the model answer the next request so."""
        self._ends.append((status, headers, body))

    def refuse_next(self) -> None:
        """Have the filter blacken the picture of the next request."""
        self._blackens += 1

    def spoil_next(self) -> None:
        """Cut the next picture that is handed out in half."""
        self._spoils += 1

    def hold(self) -> None:
        """Have no request end until `go`."""
        self._held = True
        self.holding.clear()

    def go(self) -> None:
        """Let requests end."""
        self._held = False

    def forget(self, *, only_pictures: bool = False) -> None:
        """Let every request and picture expire."""
        self._pictures.clear()
        if not only_pictures:
            self._requests.clear()

    async def _create(self, request: web.Request) -> web.Response:
        if self._stranger(request):
            return _told(401)
        if self._fails:
            status, headers, text = self._fails.popleft()
            return _told(status, headers, text)
        model = request.match_info["model"]
        if model not in SCHEMAS:
            return _told(404)
        body = await request.json()
        if wrong := wrong_fields(model, body):
            return web.json_response({"detail": wrong}, status=422, headers={"X-Fal-Retryable": "false"})
        self.created.append(body)
        self.models.append(model)
        is_black, self._blackens = self._blackens > 0, max(0, self._blackens - 1)
        ends = self._ends.popleft() if self._ends else None
        name = secrets.token_hex(8)
        self._requests[name] = _Request(body, painted(body, self.bigger_px, is_black), self.polls, ends, is_black)
        whole = f"{self.url}/{'/'.join(model.split('/')[:2])}/requests/{name}"
        urls = {"response_url": whole, "status_url": f"{whole}/status", "cancel_url": f"{whole}/cancel"}
        said = {"request_id": name, "status": "IN_QUEUE", "queue_position": 0}
        return web.json_response(said | urls | self.urls)

    async def _status(self, request: web.Request) -> web.Response:
        found = self._found(request)
        if not isinstance(found, _Request):
            return found
        if found.is_cancelled:
            return web.json_response({"status": "COMPLETED", "error": "x", "error_type": "client_cancelled"})
        if self._held:
            self.holding.set()
            return web.json_response({"status": "IN_QUEUE", "queue_position": 3}, status=202)
        if found.polls > 0:
            found.polls -= 1
            return web.json_response({"status": "IN_PROGRESS", "logs": []}, status=202)
        return web.json_response({"status": "COMPLETED", "metrics": {"inference_time": 1.2}, **self.said})

    async def _response(self, request: web.Request) -> web.Response:
        found = self._found(request)
        if not isinstance(found, _Request):
            return found
        if found.is_cancelled:
            return _told(404)
        if found.ends:
            return _told(*found.ends)
        name = request.match_info["id"]
        self._pictures[name] = found.picture
        with Image.open(io.BytesIO(found.picture)) as picture:
            sides = {"width": picture.width, "height": picture.height}
        images = [{"url": f"{self.url}/files/{name}", **sides, "content_type": "image/png"}]
        prompt = self.changed or found.body["prompt"]
        said = {"images": images, "timings": {}, "seed": found.body["seed"], "prompt": prompt}
        return web.json_response({**said, "has_nsfw_concepts": [found.is_black]})

    async def _cancel(self, request: web.Request) -> web.Response:
        found = self._found(request)
        if not isinstance(found, _Request):
            return found
        if not self._held and found.polls == 0:
            return web.json_response({"status": "ALREADY_COMPLETED"}, status=400)
        self.cancels += 1
        found.is_cancelled = True
        return web.json_response({"status": "CANCELLATION_REQUESTED"}, status=202)

    async def _file(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            self.strangers.append("a key came with the download of a picture")
        data = self._pictures.get(request.match_info["name"])
        if data is None:
            return web.Response(status=404)
        if self._spoils:
            self._spoils -= 1
            data = data[: len(data) // 2]
        return web.Response(status=self.files_with, body=data, content_type="image/png")

    async def _unknown(self, request: web.Request) -> web.Response:
        self.strangers.append(f"{request.method} {request.path}")
        return web.json_response({"detail": "Method Not Allowed"}, status=405)

    def _found(self, request: web.Request) -> _Request | web.Response:
        if self._stranger(request):
            return _told(401)
        found = self._requests.get(request.match_info["id"])
        return _told(404) if found is None else found

    def _stranger(self, request: web.Request) -> bool:
        is_wrong = request.headers.get("Authorization") != f"Key {KEY}"
        if is_wrong:
            self.strangers.append(f"{request.method} {request.path} without the key")
        return is_wrong


def typed(kind: str, text: str = "") -> str:
    """Return the body of a model's error of this type."""
    return json.dumps({"detail": [{"loc": ["body", "prompt"], "msg": text, "type": kind, "url": "", "input": text}]})


def _told(status: int, headers: Mapping[str, str] = {}, body: str | None = None) -> web.Response:
    text = body if body is not None else _SAYS.get(status, "<html>upstream error</html>")
    kind = "application/json" if text.startswith("{") else "text/html"
    return web.Response(status=status, headers=dict(headers), text=text, content_type=kind)
