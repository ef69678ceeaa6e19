"""A ComfyUI on loopback: it checks graphs, paints flat colours one by one, and tells of it as the real one does.

Source: ComfyUI, server.py and execution.py, `PromptQueue`, read 2026-11.
"""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.providers.comfyui_line import Line, Prompt
from tests.providers.comfyui_nodes import refusal
from tests.providers.door import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_AWAITED_S = 10.0
_BODY_KEYS = {"prompt", "client_id", "prompt_id", "extra_data", "front", "number"}


class ComfyUIServer(Line):
    """A server for `async with`. `auth`: what a proxy before it wants as Authorization. `has_sockets`: offers /ws.

    `is_new_form`: its object_info is written as newer nodes have it. `answers`: what paths answer instead, as (status,
    body); `redirects`: where they lead.
    """

    def __init__(self, *, auth: str = "", has_sockets: bool = True, is_new_form: bool = False) -> None:
        super().__init__()
        self.created: list[Any] = []
        self.asked: list[str] = []
        self.strangers: list[str] = []
        self.answers: dict[str, tuple[int, str]] = {}
        self.redirects: dict[str, str] = {}
        self._auth, self._is_new_form = auth, is_new_form
        self._failures: list[tuple[int, Mapping[str, str], str | None]] = []
        self._spoils = False
        self._sockets: dict[str, web.WebSocketResponse] = {}
        app = guarded(self, middlewares=[self._door], client_max_size=64 * 2**20)
        app.router.add_post("/prompt", self._post_prompt)
        app.router.add_post("/queue", self._post_queue)
        app.router.add_get("/queue", self._get_queue)
        app.router.add_post("/interrupt", self._interrupt)
        app.router.add_post("/history", self._post_history)
        app.router.add_get("/history/{id}", self._get_history)
        app.router.add_get("/object_info/{node}", self._object_info)
        app.router.add_post("/upload/image", self._upload)
        app.router.add_get("/view", self._view)
        if has_sockets:
            app.router.add_get("/ws", self._socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        self._worker: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._worker = asyncio.create_task(self.work())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
        await self.drop_sockets()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Return the address in front of every path."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def options(self) -> dict[str, Any]:
        """Return the options for `build`: every picture is small, and every look comes soon."""
        key = base64.b64decode(self._auth.removeprefix("Basic ")).decode() if self._auth.startswith("Basic ") else ""
        key = key or self._auth.removeprefix("Bearer ")
        return {"base_url": self.url, "api_key": key, "width_px": 64, "height_px": 64, "steps": 3, "poll_s": 0.02}

    @property
    def cancels(self) -> int:
        """Return how often a picture was given up while it was painted or waited."""
        return len(self.interrupted) + len(self.deleted)

    def fail_next(self, status: int, headers: Mapping[str, str] | None = None, body: str | None = None) -> None:
        """Answer the next graph so instead of queueing it."""
        self._failures.append((status, headers or {}, body))

    def refuse_next(self) -> None:
        """Say that there is no such thing: ComfyUI judges no content."""
        raise NotImplementedError("ComfyUI moderates nothing")

    def spoil_next(self) -> None:
        """Hand the next picture out cut in half."""
        self._spoils = True

    async def drop_sockets(self) -> None:
        """Break every WebSocket off."""
        for socket in list(self._sockets.values()):
            await socket.close()

    async def asked_for(self, path: str, times: int = 1) -> None:
        """Return when `path` was asked for so often."""
        async with asyncio.timeout(_AWAITED_S):
            await self.until(lambda: self.asked.count(path) >= times)

    @web.middleware
    async def _door(self, request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's own type
        self.asked.append(request.path)
        self.wake()
        if self._auth and request.headers.get("Authorization") != self._auth:
            self.strangers.append(f"{request.path} without the key")
            return web.json_response({}, status=401)
        if request.path in self.redirects:
            return web.Response(status=302, headers={"Location": self.redirects[request.path]})
        if request.path in self.answers:
            status, text = self.answers[request.path]
            return web.Response(status=status, text=text, content_type="application/json")
        try:
            response: web.StreamResponse = await handler(request)
        except web.HTTPNotFound:
            if request.path != "/ws":
                self.strangers.append(request.path)
            raise
        return response

    async def _post_prompt(self, request: web.Request) -> web.Response:
        body = await request.json()
        if self._failures:
            status, headers, text = self._failures.pop(0)
            return web.Response(status=status, headers=headers, text=text or "")
        self.strangers += sorted(set(body) - _BODY_KEYS)
        if said := refusal(body["prompt"], self.shelf):
            return web.json_response(said, status=400)
        self.created.append(body)
        self.add(Prompt(str(body["prompt_id"]), body["client_id"], body["prompt"]))
        return web.json_response({"prompt_id": body["prompt_id"], "number": len(self.created), "node_errors": {}})

    async def _post_queue(self, request: web.Request) -> web.Response:
        for wanted in (await request.json())["delete"]:
            if any(one.id == wanted for one in self.waiting):
                self.waiting = [one for one in self.waiting if one.id != wanted]
                self.deleted.append(wanted)
        return web.Response()

    async def _get_queue(self, _: web.Request) -> web.Response:
        def said(prompts: list[Prompt]) -> list[list[Any]]:
            return [[number, one.id, one.graph, {"client_id": one.client}, []] for number, one in enumerate(prompts)]

        running = [self.running] if self.running is not None else []
        return web.json_response({"queue_running": said(running), "queue_pending": said(self.waiting)})

    async def _interrupt(self, request: web.Request) -> web.Response:
        wanted = (await request.json()).get("prompt_id") if request.can_read_body else None
        if self.running is not None and wanted in (None, self.running.id):
            self.running.is_interrupted = True
            self.interrupted.append(self.running.id)
            self.wake()
        return web.Response()

    async def _post_history(self, request: web.Request) -> web.Response:
        for wanted in (await request.json())["delete"]:
            self.history.pop(wanted, None)
        return web.Response()

    async def _get_history(self, request: web.Request) -> web.Response:
        key = request.match_info["id"]
        return web.json_response({key: self.history[key]} if key in self.history else {})

    async def _object_info(self, request: web.Request) -> web.Response:
        node = request.match_info["node"]
        inputs = self.shelf.inputs(node)
        if inputs is None:
            return web.json_response({})

        def said(kind: Any) -> list[Any]:  # noqa: ANN401 - as Shelf has them
            if isinstance(kind, list):
                return ["COMBO", {"options": kind}] if self._is_new_form else [kind, {"tooltip": "?"}]
            return [kind if isinstance(kind, str) else "FLOAT", {}]

        required = {name: said(kind) for name, kind in inputs.items()}
        return web.json_response({node: {"input": {"required": required}, "name": node}})

    async def _upload(self, request: web.Request) -> web.Response:
        post = await request.post()
        image = post["image"]
        if not isinstance(image, web.FileField) or post.get("overwrite") != "true":
            return web.Response(status=400)
        folder, kind = str(post.get("subfolder", "")), str(post.get("type", "input"))
        self.shelf.pictures[f"{folder}/{image.filename} [{kind}]"] = image.file.read()
        return web.json_response({"name": image.filename, "subfolder": folder, "type": kind})

    async def _view(self, request: web.Request) -> web.Response:
        query = request.query
        data = self.files.get((query.get("type", "output"), query.get("subfolder", ""), query["filename"]))
        if data is None:
            return web.Response(status=404)
        if self._spoils:
            self._spoils, data = False, data[: len(data) // 2]
        return web.Response(body=data, content_type="image/png")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        client = request.query["clientId"]
        self._sockets[client] = socket
        await socket.send_json({"type": "status", "data": {"status": {}, "sid": client}})
        # Some nodes of strangers tell everybody how far they are.
        await socket.send_json(
            {"type": "progress", "data": {"prompt_id": "?", "node": "sampler", "value": 9, "max": 9}}
        )
        async for _ in socket:
            pass
        self._sockets.pop(client, None)
        return socket

    async def send(self, client: str, message: str | bytes) -> None:
        """Tell a client that listens."""
        socket = self._sockets.get(client)
        if socket is not None and not socket.closed:
            with suppress(ConnectionError):
                await (socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message))
