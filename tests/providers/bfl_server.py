"""BFL's API on loopback, which paints flat colours and refuses what the real one refuses.

Source: docs.bfl.ai and its OpenAPI description, read 2026-11. A polling_url carries a region that nobody can guess,
and every endpoint refuses the fields that it does not have.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.providers.bfl_models import SCHEMAS, painted, wrong_fields
from tests.providers.door import guarded
from tests.providers.keys import a_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

KEY = a_key("bfl")
_SAYS = {
    401: '{"detail":"Not authenticated"}',
    402: '{"detail":"Insufficient credits"}',
    403: '{"detail":"Not authenticated - Invalid Authentication"}',
    404: '{"detail":"Not Found"}',
    429: '{"detail":"Rate limit exceeded"}',
}


@dataclass(slots=True)
class _Task:
    """A task: the picture that comes of it, `region` as its address says it, and how it ends instead."""

    picture: bytes
    seed: int
    prompt: str
    region: str = field(default_factory=lambda: secrets.token_hex(4))
    polls: int = 0
    ends: str = "Ready"
    details: Any = None


class BflServer:
    """A server for `async with`. `polls`: how often a task says that it is painted before it is ready.

    `credit`: what each answer says that the call cost, None for answers without a cost. `ends_with`: the HTTP status
    of a task that ended badly. `changed`: how BFL changes prompts. `bigger_px`: by how much pictures are too wide.
    `progress`: how far every task is while it runs. `sample`: the address that is told instead of a picture's own.
    """

    def __init__(self, *, polls: int = 0, credit: Any = 1.4) -> None:  # noqa: ANN401 - a liar's, too
        self.created: list[Any] = []
        self.models: list[str] = []
        self.strangers: list[str] = []
        self.cancels = 0
        self.holding = asyncio.Event()
        self.polls, self.credit, self.ends_with = polls, credit, 200
        self.changed, self.bigger_px, self.polling_url = "", 0, ""
        self.progress: Any = 0.5
        self.sample: Any = ""
        self._tasks: dict[str, _Task] = {}
        self._pictures: dict[str, bytes] = {}
        self._fails: deque[tuple[int, Mapping[str, str], str | None]] = deque()
        self._ends: deque[tuple[str, Any]] = deque()
        self._held, self._spoils = False, 0
        app = guarded(self, client_max_size=64 * 2**20)
        app.router.add_post("/v1/{model}", self._create)
        app.router.add_get("/v1/get_result", self._result)
        app.router.add_get("/samples/{name}", self._sample)
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
        """Answer the next POST so; without a body as BFL does."""
        self._fails.append((status, headers, body))

    def refuse_next(self) -> None:
        """Have the next task end as moderated, which its poll says."""
        self.end_next("Request Moderated", {"Moderation Reasons": ["Safety Filter"]})

    def end_next(self, status: str, details: Any = None) -> None:  # noqa: ANN401 - whatever BFL may say
        """Have the next task end with this status."""
        self._ends.append((status, details))

    def spoil_next(self) -> None:
        """Cut the next picture that is handed out in half."""
        self._spoils += 1

    def hold(self) -> None:
        """Have no task end until `go`."""
        self._held = True
        self.holding.clear()

    def go(self) -> None:
        """Let tasks end."""
        self._held = False

    def forget(self) -> None:
        """Let every task and picture expire."""
        self._tasks.clear()
        self._pictures.clear()

    async def _create(self, request: web.Request) -> web.Response:
        if self._stranger(request):
            return _told(403)
        if self._fails:
            status, headers, body = self._fails.popleft()
            return _told(status, headers, body)
        model = request.match_info["model"]
        if model not in SCHEMAS:
            return _told(404)
        body = await request.json()
        if wrong := wrong_fields(model, body):
            return web.json_response({"detail": wrong}, status=422)
        self.created.append(body)
        self.models.append(model)
        seed = body.get("seed", 4711)
        task = _Task(painted(body, seed, self.bigger_px), seed, self.changed or body["prompt"], polls=self.polls)
        if self._ends:
            task.ends, task.details = self._ends.popleft()
        name = secrets.token_hex(8)
        self._tasks[name] = task
        url = self.polling_url or f"{self.url}/v1/get_result?id={name}&region={task.region}"
        cost = {} if self.credit is None else {"cost": self.credit, "input_mp": 0.0, "output_mp": 1.0}
        return web.json_response({"id": name, "polling_url": url, **cost})

    async def _result(self, request: web.Request) -> web.Response:
        if self._stranger(request):
            return _told(403)
        name = request.query.get("id", "")
        task = self._tasks.get(name)
        if task is None or request.query.get("region") != task.region:
            if task is not None:
                self.strangers.append("a polling_url that was guessed")
            return web.json_response({"id": name, "status": "Task not found", "result": None}, status=404)
        if self._held or task.polls > 0:
            task.polls -= 0 if self._held else 1
            if self._held:
                self.holding.set()
            return web.json_response({"id": name, "status": "Generating", "progress": self.progress, "result": None})
        said: dict[str, Any] = {"id": name, "status": task.ends, "progress": None, "details": task.details}
        if task.ends != "Ready":
            return web.json_response({**said, "result": None}, status=self.ends_with)
        self._pictures[name] = task.picture
        sample = self.sample if self.sample != "" else f"{self.url}/samples/{name}"
        return web.json_response({**said, "result": {"sample": sample, "prompt": task.prompt, "seed": task.seed}})

    async def _sample(self, request: web.Request) -> web.Response:
        if "x-key" in request.headers or "Authorization" in request.headers:
            self.strangers.append("a key came with the download of a picture")
        data = self._pictures.get(request.match_info["name"])
        if data is None:
            return web.Response(status=403, text="<Error>AuthenticationFailed</Error>")
        if self._spoils:
            self._spoils -= 1
            data = data[: len(data) // 2]
        return web.Response(body=data, content_type="application/octet-stream")

    async def _unknown(self, request: web.Request) -> web.Response:
        self.strangers.append(f"{request.method} {request.path}")
        return _told(404)

    def _stranger(self, request: web.Request) -> bool:
        is_wrong = request.headers.get("x-key") != KEY
        if is_wrong:
            self.strangers.append(f"{request.method} {request.path} without the key")
        return is_wrong


def _told(status: int, headers: Mapping[str, str] = {}, body: str | None = None) -> web.Response:
    text = body if body is not None else _SAYS.get(status, "<html>upstream error</html>")
    kind = "application/json" if text.startswith("{") else "text/html"
    return web.Response(status=status, headers=dict(headers), text=text, content_type=kind)
