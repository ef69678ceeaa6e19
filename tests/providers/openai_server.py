"""OpenAI's images API on loopback, as strict as the real one; it paints flat colours.

POST /v1/images/generations                                             JSON, Authorization: Bearer KEY
POST /v1/images/edits                                                   multipart/form-data
GET  /pictures/…                                                        without a key; only what was handed out

Source: the SDK's parameter types and OpenAI's error objects, read 2026-11.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from tests.providers.door import guarded
from tests.providers.keys import a_key
from tests.providers.openai_pictures import flat, usage
from tests.providers.openai_rules import MODELS, RefusalError, Rules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

KEY = a_key("openai")
_HELD_AT_MOST_S = 30.0
_HEADERS = {
    *("host", "user-agent", "accept", "accept-encoding", "connection", "content-type", "content-length"),
    *("transfer-encoding", "authorization", "api-key"),
}
_TYPES = {400: "invalid_request_error", 401: "invalid_request_error", 429: "requests", 500: "server_error"}
_CODES = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer that comes instead. `body` None: the provider's own form for that status."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


class OpenAIServer:
    """One server for `async with`. `dialect`: "gpt-image", "dalle3" or "compat".

    `extras`: what a compatible server knows beside the fields that all have. `key`: "" asks for none. `hands_out`: how
    dalle3 and compat give pictures when asked for a URL: "url" whole, "path" without the host, "data" as a data URI.
    `endings`: what comes behind the picture of the next streams, "cut", "error" or "silence". `partials_more`: how many
    partial pictures come beyond those that were asked for.
    `streams_whole`: a stream is answered with JSON, as servers do that know none.
    """

    def __init__(
        self,
        dialect: str = "gpt-image",
        *,
        key: str = KEY,
        extras: Mapping[str, type] | None = None,
        hands_out: str = "url",
        streams_whole: bool = False,
    ) -> None:
        self.created: list[dict[str, Any]] = []
        self.files: list[dict[str, list[bytes]]] = []
        self.cancels = 0
        self.strangers: list[str] = []
        self.holding = asyncio.Event()
        self.downloads = 0
        self._dialect, self._key, self._extras = dialect, key, extras or {}
        self._hands_out, self._streams_whole = hands_out, streams_whole
        self._next: list[Answered] = []
        self._broken_streams: list[Mapping[str, Any]] = []
        self._spoilt = 0
        self._pictures: dict[str, bytes] = {}
        self.endings: list[str] = []
        self.partials_more = 0
        self._silent = asyncio.Event()
        self.most_at_once = 0
        self._at_once = 0
        self._came = asyncio.Condition()
        self._goes = asyncio.Event()
        self._goes.set()
        app = guarded(self, client_max_size=64 * 2**20)
        for place in self._places():
            app.router.add_post(f"{place}/images/generations", self._generate)
            app.router.add_post(f"{place}/images/edits", self._edit)
        app.router.add_get("/pictures/{name}", self._picture)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go()
        self._silent.set()
        await self._runner.cleanup()

    @property
    def host(self) -> str:
        """Return the address in front of every path."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    @property
    def url(self) -> str:
        """Return what base_url is to be."""
        return f"{self.host}/v1"

    def options(self) -> dict[str, Any]:
        """Return options for a generator of this server, with small pictures where it paints such."""
        given: dict[str, Any] = {"base_url": self.url, "api_key": self._key, "dialect": self._dialect}
        if self._dialect == "compat":
            given |= {"model": "any", "size": "64x64"}
        return given

    def fail_next(self, status: int, headers: Mapping[str, str] | None = None, body: str | None = None) -> None:
        """Answer the next call so; None: in OpenAI's own form."""
        self._next.append(Answered(status, headers or {}, body))

    def refuse_next(self) -> None:
        """Refuse the next call for its content."""
        error = {
            "message": "Your request was rejected by the safety system. safety_violations=[sexual, violence].",
            "type": "image_generation_user_error",
            "param": None,
            "code": "moderation_blocked",
        }
        self.fail_next(400, body=json.dumps({"error": error}))

    def break_stream(self, error: Mapping[str, Any]) -> None:
        """End the next stream with an error instead of a picture."""
        self._broken_streams.append(error)

    def spoil_next(self) -> None:
        """Cut the next picture in half."""
        self._spoilt += 1

    def hold(self) -> None:
        """Answer nothing until `go`, or for half a minute."""
        self._goes.clear()

    def go(self) -> None:
        """Answer what waits and what comes."""
        self._goes.set()

    async def asked_for(self, times: int) -> None:
        """Return when so many calls were accepted."""
        async with self._came:
            await self._came.wait_for(lambda: len(self.created) >= times)

    def _places(self) -> tuple[str, ...]:
        return ("/v1",)

    def _has_key(self, request: web.Request) -> bool:
        if "api-key" in request.headers:
            self.strangers.append("a key in the header api-key")
        return request.headers.get("Authorization") == (f"Bearer {self._key}" if self._key else None)

    def _model(self, request: web.Request, said: Mapping[str, Any]) -> str:  # noqa: ARG002 - Azure's needs it
        """Return which model paints. Raises RefusalError."""
        model = said.get("model", "")
        if self._dialect == "gpt-image" and model not in MODELS:
            raise RefusalError(404, "model_not_found", text=f"The model '{model}' does not exist.")
        return str(model)

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            return _error(RefusalError(400, text="Invalid content type."))
        return await self._answer(request, await request.json(), {})

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "multipart/form-data":
            return _error(RefusalError(400, text="Invalid content type; use multipart/form-data."))
        said: dict[str, Any] = {}
        files: dict[str, list[bytes]] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files.setdefault(name, []).append(value.file.read())
            else:
                said[name] = _typed(str(value))
        return await self._answer(request, said, files)

    async def _answer(
        self, request: web.Request, said: dict[str, Any], files: dict[str, list[bytes]]
    ) -> web.StreamResponse:
        self.strangers += [f"the header {name}" for name in request.headers if name.lower() not in _HEADERS]
        if not self._has_key(request):
            self.strangers.append(f"a call without the right key at {request.path}")
            return _error(RefusalError(401, "invalid_api_key", text=f"Incorrect API key provided for {said}"))
        try:
            rules = Rules(self._dialect, self._extras)
            rules.check(self._model(request, said), said, files, is_edit=request.path.endswith("edits"))
        except RefusalError as refusal:
            return _error(refusal)
        self.files.append(files)
        async with self._came:
            self.created.append(said)
            self._came.notify_all()
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._make(request, said, is_edit=bool(files))
        finally:
            self._at_once -= 1

    async def _make(self, request: web.Request, said: dict[str, Any], *, is_edit: bool) -> web.StreamResponse:
        if self._next:
            scripted = self._next.pop(0)
            if scripted.status == 0:
                assert request.transport is not None
                request.transport.close()
            return _scripted(scripted, str(said["prompt"]))
        if not self._goes.is_set() and not said.get("stream"):
            await self._wait()
        if said.get("stream") and not self._streams_whole:
            return await self._stream(request, said, is_edit=is_edit)
        return web.json_response(await asyncio.to_thread(self._whole, said, is_edit=is_edit))

    async def _wait(self) -> None:
        self.holding.set()
        async with asyncio.timeout(_HELD_AT_MOST_S):
            await self._goes.wait()

    def _whole(self, said: Mapping[str, Any], *, is_edit: bool) -> dict[str, Any]:
        """Return the whole answer."""
        items = [self._item(said, number) for number in range(said.get("n", 1))]
        answer: dict[str, Any] = {"created": 1, "data": items}
        if self._dialect == "gpt-image":
            answer |= {"size": said["size"], "usage": usage(len(items), is_edit=is_edit)}
        return answer

    def _item(self, said: Mapping[str, Any], number: int) -> dict[str, Any]:
        data = self._paint(said, number)
        if said.get("response_format") != "url":
            item = {"b64_json": base64.b64encode(data).decode()}
        elif self._hands_out == "data":
            item = {"url": f"data:image/png;base64,{base64.b64encode(data).decode()}"}
        else:
            name = f"{len(self._pictures)}-{hashlib.sha256(data).hexdigest()[:8]}.png"
            self._pictures[name] = data
            item = {"url": f"{self.host if self._hands_out == 'url' else ''}/pictures/{name}"}
        if self._dialect == "dalle3":
            item["revised_prompt"] = f"An oil painting of {said['prompt']}"
        return item

    def _paint(self, said: Mapping[str, Any], number: int) -> bytes:
        colour = hashlib.sha256(f"{said['prompt']}/{said.get('seed', number)}".encode()).digest()
        width_px, _, height_px = str(said["size"]).partition("x")
        data = flat((int(width_px), int(height_px)), (colour[0] | 16, colour[1], colour[2]), said.get("output_format"))
        if self._spoilt:
            self._spoilt -= 1
            return data[: len(data) // 2]
        return data

    async def _stream(self, request: web.Request, said: Mapping[str, Any], *, is_edit: bool) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        kind = "image_edit" if is_edit else "image_generation"
        whole = await asyncio.to_thread(self._whole, {**said, "n": 1}, is_edit=is_edit)
        picture = whole["data"][0]["b64_json"]
        for number in range(said.get("partial_images", 0) + self.partials_more):
            await _event(answer, {"type": f"{kind}.partial_image", "partial_image_index": number, "b64_json": picture})
        if not self._goes.is_set():
            await self._wait()
        if self._broken_streams:
            await _event(answer, {"error": self._broken_streams.pop(0)})
        else:
            await _event(answer, {"type": f"{kind}.completed", "b64_json": picture, "usage": whole["usage"]})
        await self._after(request, answer)
        return answer

    async def _after(self, request: web.Request, answer: web.StreamResponse) -> None:
        """Do behind a stream's picture what `endings` say."""
        ending = self.endings.pop(0) if self.endings else ""
        if ending == "error":
            await _event(answer, {"error": {"type": "server_error"}})
        elif ending == "cut":
            assert request.transport is not None
            request.transport.close()
        elif ending == "silence":
            await self._silent.wait()

    async def _picture(self, request: web.Request) -> web.Response:
        self.downloads += 1
        if {"Authorization", "api-key"} & set(request.headers):
            self.strangers.append("a key on a download")
        data = self._pictures.get(request.match_info["name"])
        if data is None:
            self.strangers.append(f"a guessed address, {request.path}")
            return web.Response(status=404)
        return web.Response(body=data, content_type="image/png")

    async def _unknown(self, request: web.Request) -> web.Response:
        self.strangers.append(f"{request.method} {request.path}")
        return web.Response(status=404, text="<html>Not found</html>", content_type="text/html")


def _typed(text: str) -> str | int | bool:
    """Read a field of a form, where everything is text."""
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdecimal() else text


def _error(refusal: RefusalError) -> web.Response:
    error = {
        "message": refusal.text,
        "type": _TYPES.get(refusal.status, "invalid_request_error"),
        "param": refusal.param,
        "code": refusal.code,
    }
    return web.json_response({"error": error}, status=refusal.status)


def _scripted(scripted: Answered, prompt: str) -> web.Response:
    """Return the answer; in the provider's own form it repeats the prompt and the key, as providers do."""
    if scripted.body is not None:
        usual = "text/html" if scripted.body.startswith("<") else "application/json"
        return web.Response(
            status=scripted.status,
            headers={name: value for name, value in scripted.headers.items() if name != "Content-Type"},
            text=scripted.body,
            content_type=scripted.headers.get("Content-Type", usual),
        )
    answer = _error(RefusalError(scripted.status, _CODES.get(scripted.status), text=f"{prompt} with {KEY}"))
    answer.headers.update(scripted.headers)
    return answer


async def _event(answer: web.StreamResponse, said: Mapping[str, Any]) -> None:
    await answer.write(f"event: {said.get('type', 'error')}\ndata: {json.dumps(said)}\n\n".encode())
