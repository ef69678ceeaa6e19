"""Replicate on loopback, as strict as its reference: predictions of three FLUX models, and their files.

POST /v1/models/{owner}/{name}/predictions, POST /v1/predictions {"version"}, GET and POST …/cancel by the returned
addresses only; files without a key. With `Prefer: wait` a prediction has ended when it is answered, else at the second
look. Refused: another key, a field, a type or a value that a model's schema does not have, a source that is no data URI
of at most a million characters.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from PIL import Image

from tests.providers.door import guarded
from tests.providers.keys import a_key

if TYPE_CHECKING:
    from types import TracebackType

KEY = a_key("replicate")
VERSION = "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa"
NSFW = "NSFW content detected. Try running it again, or try a different prompt."
RATIOS = {
    "1:1": (1024, 1024),
    "16:9": (1344, 768),
    "21:9": (1536, 640),
    "3:2": (1216, 832),
    "2:3": (832, 1216),
    "4:5": (896, 1088),
    "5:4": (1088, 896),
    "3:4": (896, 1152),
    "4:3": (1152, 896),
    "9:16": (768, 1344),
    "9:21": (640, 1536),
}
_SHARED = {"prompt": str, "seed": int, "num_inference_steps": int, "num_outputs": int, "output_format": str}
_SCHNELL = {**_SHARED, "aspect_ratio": str, "megapixels": str, "go_fast": bool}
_GUIDED = {"guidance": float, "image": str}
_FIELDS: dict[str, dict[str, type]] = {
    "black-forest-labs/flux-schnell": _SCHNELL,
    "black-forest-labs/flux-dev": {**_SCHNELL, **_GUIDED, "prompt_strength": float},
    "black-forest-labs/flux-fill-dev": {**_SHARED, **_GUIDED, "mask": str, "megapixels": str},
    VERSION: {"prompt": str, "seed": int, "width": int, "height": int, "negative_prompt": str},
}
_MOST_STEPS = {"black-forest-labs/flux-schnell": 4}
_TITLES = {401: "Unauthenticated", 402: "Insufficient credit", 404: "Not found", 422: "Input validation failed"}


@dataclass(slots=True)
class Kept:
    """A prediction as the server keeps it."""

    id: str
    model: str
    picture: bytes
    status: str = "starting"
    error: str | None = None
    is_removed: bool = False
    looks: int = 0
    headers: dict[str, str] = field(default_factory=dict)


class ReplicateServer:
    """Replicate for `async with`. `ends`: what the next predictions end with, (status, error), before they succeed.

    `as_text`: the output is one address and no list of them. `said`: what every prediction that has ended says instead.
    `are_files_gone`: no file is there any more, and no prediction says so.
    """

    def __init__(self) -> None:
        self.created: list[Any] = []
        self.paths: list[str] = []
        self.kept: dict[str, Kept] = {}
        self.looks: list[str] = []
        self.cancels = 0
        self.strangers: list[str] = []
        self.holding = asyncio.Event()
        self.ends: list[tuple[str, str | None]] = []
        self.as_text = self.are_files_gone = False
        self.said: dict[str, Any] = {}
        self._failures: list[tuple[int, dict[str, str], str | None]] = []
        self._spoils = 0
        self._goes = True
        app = guarded(self, client_max_size=8 * 2**20)
        app.router.add_post("/v1/models/{owner}/{name}/predictions", self._create)
        app.router.add_post("/v1/predictions", self._create)
        app.router.add_get("/v1/predictions/{id}", self._get)
        app.router.add_post("/v1/predictions/{id}/cancel", self._cancel)
        app.router.add_get("/files/{id}/out-0.png", self._file)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)

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
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def options(self) -> dict[str, Any]:
        return {"base_url": self.url, "api_key": KEY}

    def fail_next(self, status: int, headers: dict[str, str] = {}, body: str | None = None) -> None:  # noqa: B006 - only read
        self._failures.append((status, headers, body))

    def refuse_next(self) -> None:
        self.ends.append(("failed", NSFW))

    def spoil_next(self) -> None:
        self._spoils += 1

    def hold(self) -> None:
        self._goes = False

    def go(self) -> None:
        self._goes = True

    async def _create(self, request: web.Request) -> web.Response:
        if fault := self._key_fault(request):
            return fault
        if self._failures:
            status, headers, text = self._failures.pop(0)
            return _error(status, headers) if text is None else web.Response(status=status, headers=headers, text=text)
        body = await request.json()
        is_official = "owner" in request.match_info
        model = f"{request.match_info['owner']}/{request.match_info['name']}" if is_official else body.get("version")
        if set(body) != ({"input"} if is_official else {"input", "version"}):
            return _problem(422, "Unknown field")
        if model not in _FIELDS or is_official == (model == VERSION):
            return _problem(404, "The requested resource could not be found.") if is_official else _no_version()
        wait, deadline = request.headers.get("Prefer", ""), request.headers.get("Cancel-After", "")
        if not re.fullmatch(r"(wait=([1-9]|[1-5]\d|60))?", wait) or not re.fullmatch(r"\d+s", deadline):
            return _problem(400, "Bad header")
        if wrong := _input_fault(model, body["input"]):
            return _problem(422, wrong)
        self.created.append(body)
        self.paths.append(request.path)
        kept = Kept(secrets.token_hex(13), model, _painted(model, body["input"]), headers=dict(request.headers))
        self.kept[kept.id] = kept
        if self._goes and wait:
            self._end(kept)
        elif not self._goes:
            kept.status = "processing"
            self.holding.set()
        return web.json_response(self._told(kept), status=201)

    async def _get(self, request: web.Request) -> web.Response:
        kept = self.kept.get(request.match_info["id"])
        fault = self._key_fault(request)
        if fault or kept is None:
            return fault or _problem(404, "Prediction not found")
        self.looks.append(kept.id)
        kept.looks += 1
        if self._goes and kept.looks > 1 and kept.status in ("starting", "processing"):
            self._end(kept)
        elif kept.status == "starting":
            kept.status = "processing"
        return web.json_response(self._told(kept))

    async def _cancel(self, request: web.Request) -> web.Response:
        kept = self.kept.get(request.match_info["id"])
        fault = self._key_fault(request)
        if fault or kept is None:
            return fault or _problem(404, "Prediction not found")
        self.cancels += 1
        kept.status = "canceled"
        return web.json_response(self._told(kept))

    async def _file(self, request: web.Request) -> web.Response:
        kept = self.kept.get(request.match_info["id"])
        if "Authorization" in request.headers:
            self.strangers.append("a key on a download")
        if kept is None or kept.status != "succeeded" or kept.is_removed or self.are_files_gone:
            return web.Response(status=404)
        data = kept.picture
        if self._spoils:
            self._spoils -= 1
            data = data[: len(data) // 2]
        return web.Response(body=data, content_type="image/png")

    async def _unknown(self, request: web.Request) -> web.Response:
        self.strangers.append(f"{request.method} {request.path}")
        return _problem(404, "Page not found")

    def _key_fault(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") == f"Bearer {KEY}":
            return None
        self.strangers.append(f"another key for {request.path}")
        return _problem(401, "You did not pass a valid authentication token")

    def _end(self, kept: Kept) -> None:
        kept.status, kept.error = self.ends.pop(0) if self.ends else ("succeeded", None)

    def _told(self, kept: Kept) -> dict[str, Any]:
        output = f"{self.url}/files/{kept.id}/out-0.png"
        has_output = kept.status == "succeeded" and not kept.is_removed
        mine = f"{self.url}/v1/predictions/{kept.id}"
        told = {
            "id": kept.id,
            "model": kept.model,
            "version": VERSION if kept.model == VERSION else "hidden",
            "status": kept.status,
            "input": {},
            "output": (output if self.as_text else [output]) if has_output else None,
            "error": kept.error,
            "logs": "Using seed: 1\n 25%|##5       | 1/4\n 50%|#####     | 2/4" if kept.looks == 1 else "",
            "metrics": {"predict_time": 2.5} if kept.status == "succeeded" else {},
            "urls": {"get": mine, "cancel": f"{mine}/cancel"},
            "data_removed": kept.is_removed,
        }
        return told if kept.status in ("starting", "processing") else told | self.said


def _input_fault(model: str, given: dict[str, Any]) -> str | None:
    for name, value in given.items():
        wanted = _FIELDS[model].get(name)
        is_number = wanted is float and isinstance(value, int) and not isinstance(value, bool)
        if wanted is None or not (
            is_number or (isinstance(value, wanted) and (wanted is bool) == isinstance(value, bool))
        ):
            return f"- input.{name}: Additional property or invalid type"
    checks = {
        "prompt": bool(given.get("prompt")),
        "num_inference_steps": 1 <= given.get("num_inference_steps", 1) <= _MOST_STEPS.get(model, 50),
        "num_outputs": 1 <= given.get("num_outputs", 1) <= 4,
        "aspect_ratio": given.get("aspect_ratio", "1:1") in RATIOS,
        "megapixels": given.get("megapixels", "1")
        in (("1", "0.25", "match_input") if "fill" in model else ("1", "0.25")),
        "guidance": 0 <= given.get("guidance", 3) <= (100 if "fill" in model else 10),
        "prompt_strength": 0 <= given.get("prompt_strength", 1) <= 1,
        "output_format": given.get("output_format", "webp") in ("webp", "jpg", "png"),
        "image": ("image" in given or "fill" not in model) and _is_uri(given.get("image")),
        "mask": ("mask" in given) == ("fill" in model) and _is_uri(given.get("mask")),
    }
    return next((f"- input.{name} is invalid" for name, is_right in checks.items() if not is_right), None)


def _is_uri(text: str | None) -> bool:
    return text is None or (text.startswith("data:image/") and len(text) <= 1_000_100 and source_in(text).width > 0)


def source_in(uri: str) -> Image.Image:
    """Return the picture that a data URI holds."""
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2], validate=True))) as picture:
        picture.load()
        return picture


def _painted(model: str, given: dict[str, Any]) -> bytes:
    if model == VERSION:
        size = (given["width"], given["height"])
    elif "image" in given:
        step = 32 if "fill" in model else 16
        width, height = source_in(given["image"]).size
        size = (width // step * step, height // step * step)
    else:
        by = 2 if given["megapixels"] == "0.25" else 1
        size = (RATIOS[given["aspect_ratio"]][0] // by, RATIOS[given["aspect_ratio"]][1] // by)
    # Its program takes 0 for no seed.
    seed = given.get("seed") or secrets.randbelow(2**16)
    file = io.BytesIO()
    Image.new("RGB", size, (64 + seed * 7 % 192, 64 + seed * 31 % 192, 64 + (seed >> 8) % 192)).save(file, "PNG")
    return file.getvalue()


def _no_version() -> web.Response:
    said = {
        "title": "Invalid version or not permitted",
        "detail": "The specified version does not exist",
        "status": 422,
    }
    return web.json_response(said, status=422, content_type="application/problem+json")


def _error(status: int, headers: dict[str, str]) -> web.Response:
    said: dict[str, Any] = {"detail": "a private text about Request was throttled.", "status": status}
    if "Retry-After" in headers:
        said["retry_after"] = float(headers["Retry-After"])
    said["title"] = _TITLES.get(status, "Error")
    return web.Response(status=status, headers=headers, text=json.dumps(said), content_type="application/problem+json")


def _problem(status: int, detail: str) -> web.Response:
    said = {"title": _TITLES.get(status, "Error"), "detail": detail, "status": status}
    return web.json_response(said, status=status, content_type="application/problem+json")
