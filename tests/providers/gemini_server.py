"""Gemini's `generateContent` on loopback: flat pictures of the documented sizes, and refusals as the real one has them.

Source: Google AI for Developers, "Image generation" (sizes by ratio and tier) and generateContent, read 2026-11.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import json
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from PIL import Image

from tests.providers.door import guarded
from tests.providers.keys import a_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

KEY = a_key("gemini")
# Pixels of each ratio in 1K; 2K and 4K have twice and four times the sides.
SIZES = {
    "1:1": (1024, 1024),
    "2:3": (848, 1264),
    "3:2": (1264, 848),
    "3:4": (896, 1200),
    "4:3": (1200, 896),
    "4:5": (928, 1152),
    "5:4": (1152, 928),
    "9:16": (768, 1376),
    "16:9": (1376, 768),
    "21:9": (1584, 672),
    "1:4": (512, 2048),
    "4:1": (2048, 512),
    "1:8": (384, 3072),
    "8:1": (3072, 384),
}
_TIERS = {"1K": 1, "2K": 2, "4K": 4}
_TOKENS = {"1K": 1120, "2K": 1680, "4K": 2520}
# The tiers of each model; None: it takes no imageSize at all.
_MODELS: dict[str, tuple[str, ...] | None] = {
    "gemini-nano-banana-2.1": ("1K", "2K", "4K"),
    "gemini-3-pro-image": ("1K", "2K", "4K"),
    "gemini-3.1-flash-lite-image": None,
}
_HELD_AT_MOST_S = 30.0
_CALL_BYTES = 20 * 2**20
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class GeminiServer:
    """The API for `async with`. `answers`: bodies that are answered instead of a picture, in order, with status 200."""

    def __init__(self) -> None:
        self.created: list[Any] = []
        self.models: list[str] = []
        self.answers: list[Any] = []
        self.strangers: list[str] = []
        self.cancels = 0
        self.holding = asyncio.Event()
        self._fails: list[tuple[int, Mapping[str, str], str | None]] = []
        self._spoils = 0
        self._goes = asyncio.Event()
        self._goes.set()
        app = guarded(self, client_max_size=64 * 2**20)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

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
        """Return the address in front of "/models"."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1beta"

    def options(self) -> dict[str, Any]:
        """Return what a generator has to know of this server."""
        return {"base_url": self.url, "api_key": KEY}

    def fail_next(self, status: int, headers: Mapping[str, str] = {}, body: str | None = None) -> None:
        """Answer the next call with an error; without a body, in Gemini's own form."""
        self._fails.append((status, headers, body))

    def refuse_next(self) -> None:
        """Refuse the next call for its content."""
        usage = {"promptTokenCount": 9, "totalTokenCount": 9}
        self.answers.append({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": usage})

    def spoil_next(self) -> None:
        """Cut the next picture in half."""
        self._spoils += 1

    def hold(self) -> None:
        """Answer nothing until `go`, or for half a minute."""
        self._goes.clear()

    def go(self) -> None:
        """Answer what waits and what comes."""
        self._goes.set()

    async def _answer(self, request: web.Request) -> web.Response:
        key = request.headers.get("x-goog-api-key")
        if key is None or "key" in request.query or "Authorization" in request.headers:
            self.strangers.append(f"{request.method} {request.path} without the key in its header")
            return _error(403, "Method doesn't allow unregistered callers")
        if key != KEY:
            self.strangers.append(f"{request.method} {request.path} with a wrong key")
            reason = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
            return _error(400, "API key not valid. Please pass a valid API key.", [reason])
        model, _, verb = request.path.removeprefix("/v1beta/models/").partition(":")
        if request.method != "POST" or not request.path.startswith("/v1beta/models/") or verb != "generateContent":
            self.strangers.append(f"{request.method} {request.path}")
            return _error(404, "")
        if model not in _MODELS:
            return _error(404, f"models/{model} is not found for API version v1beta")
        data = await request.read()
        try:
            body = json.loads(data)
            _check(body, model)
        except (ValueError, KeyError, TypeError) as error:
            return _error(400, f"Invalid JSON payload received. {error!r}")
        if len(data) > _CALL_BYTES:
            return _error(400, "Request payload size exceeds the limit: 20971520 bytes.")
        if self._fails:
            status, headers, text = self._fails.pop(0)
            if text is None:
                return _error(status, "It says.", headers=headers)
            return web.Response(status=status, headers=headers, text=text, content_type="application/json")
        self.created.append(body)
        self.models.append(model)
        if not self._goes.is_set():
            self.holding.set()
        async with asyncio.timeout(_HELD_AT_MOST_S):
            await self._goes.wait()
        return web.json_response(self.answers.pop(0) if self.answers else self._made(body))

    def _made(self, body: dict[str, Any]) -> dict[str, Any]:
        config = body["generationConfig"]
        tier = config["imageConfig"].get("imageSize", "1K")
        width, height = SIZES[config["imageConfig"]["aspectRatio"]]
        size = (width * _TIERS[tier], height * _TIERS[tier])
        data = a_picture(size, config["seed"])
        if self._spoils:
            self._spoils -= 1
            data = data[: len(data) // 2]
        return a_success(data, _TOKENS[tier])


def a_picture(size: tuple[int, int], seed: int) -> bytes:
    """Return a PNG in a colour that follows from the seed."""
    file = io.BytesIO()
    Image.new("RGB", size, (seed % 200 + 20, seed // 200 % 256, 90)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def a_success(data: bytes, tokens: int = 1120) -> dict[str, Any]:
    """Return an answer with a thought, a word and a picture."""
    sketch = base64.b64encode(a_picture((8, 8), 1)).decode("ascii")
    parts = [
        {"text": "I think of it.", "thought": True},
        {"inlineData": {"mimeType": "image/png", "data": sketch}, "thought": True},
        {"text": "Here it is."},
        {
            "inlineData": {"mimeType": "image/png", "data": base64.b64encode(data).decode("ascii")},
            "thoughtSignature": "c2ln",
        },
    ]
    details = [{"modality": "IMAGE", "tokenCount": tokens}, {"modality": "TEXT", "tokenCount": 10}]
    usage = {
        "promptTokenCount": 100,
        "candidatesTokenCount": tokens + 10,
        "candidatesTokensDetails": details,
        "thoughtsTokenCount": 30,
        "totalTokenCount": tokens + 140,
    }
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini"}


def _error(
    status: int, message: str, details: list[dict[str, Any]] | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    said = {"code": status, "message": message, "status": _STATUSES.get(status, "UNKNOWN"), "details": details or []}
    return web.json_response({"error": said}, status=status, headers=headers)


def _check(body: Any, model: str) -> None:  # noqa: ANN401 - whatever came as JSON
    """Raise ValueError, KeyError or TypeError for a call that Gemini does not take."""
    _only(body, {"contents", "generationConfig"})
    (content,) = body["contents"]
    _only(content, {"role", "parts"})
    if content["role"] != "user" or not content["parts"]:
        raise ValueError("contents")
    for part in content["parts"]:
        if set(part) == {"text"} and isinstance(part["text"], str) and part["text"]:
            continue
        _only(part, {"inlineData"})
        _only(part["inlineData"], {"mimeType", "data"})
        kind = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}[opened(part).format or ""]
        if part["inlineData"]["mimeType"] != kind:
            raise ValueError("mimeType")
    config = body["generationConfig"]
    _only(config, {"responseModalities", "imageConfig", "seed", "candidateCount"})
    if config["responseModalities"] != ["TEXT", "IMAGE"] or config["candidateCount"] != 1:
        raise ValueError("responseModalities, candidateCount")
    if type(config["seed"]) is not int or not -(2**31) <= config["seed"] < 2**31:
        raise ValueError("seed")
    image, tiers = config["imageConfig"], _MODELS[model]
    _only(image, {"aspectRatio"} if tiers is None else {"aspectRatio", "imageSize"})
    if image["aspectRatio"] not in SIZES or (tiers is not None and image.get("imageSize", "1K") not in tiers):
        raise ValueError("imageConfig")


def _only(value: Any, names: set[str]) -> None:  # noqa: ANN401 - whatever came as JSON
    if not isinstance(value, dict) or set(value) - names:
        raise ValueError(f"Unknown name among {value if not isinstance(value, dict) else sorted(value)}")


def opened(part: dict[str, Any]) -> Image.Image:
    """Return the picture of a part. Raises ValueError."""
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(part["inlineData"]["data"], validate=True)))
        picture.load()
    except (OSError, binascii.Error) as error:
        raise ValueError("inlineData") from error
    return picture
