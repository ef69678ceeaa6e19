"""Workers AI's REST API on loopback, as strict as its models' schemas.

POST /client/v4/accounts/{ACCOUNT}/ai/run/@cf/…: schnell by JSON without a seed, FLUX.2 by multipart/form-data only,
the others by JSON. schnell, FLUX.2 and Lucid Origin answer with JSON, the others with a picture.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zlib
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from PIL import Image

from tests.providers.door import guarded
from tests.providers.keys import a_key

if TYPE_CHECKING:
    from types import TracebackType

ACCOUNT = "0123456789abcdef0123456789abcdef"
KEY = a_key("cloudflare-ai")
SCHNELL = "@cf/black-forest-labs/flux-1-schnell"
KLEIN = "@cf/black-forest-labs/flux-2-klein-4b"
FLUX_2_DEV = "@cf/black-forest-labs/flux-2-dev"
LUCID = "@cf/leonardo/lucid-origin"
PHOENIX = "@cf/leonardo/phoenix-1.0"
SDXL = "@cf/stabilityai/stable-diffusion-xl-base-1.0"
IMG2IMG = "@cf/runwayml/stable-diffusion-v1-5-img2img"
INPAINTING = "@cf/runwayml/stable-diffusion-v1-5-inpainting"
_HELD_AT_MOST_S = 30.0
_SD = {
    "prompt": str,
    "negative_prompt": str,
    "width": int,
    "height": int,
    "num_steps": int,
    "guidance": float,
    "strength": float,
    "seed": int,
    "image_b64": str,
    "mask": list,
}
_LEONARDO = {"prompt": str, "width": int, "height": int, "num_steps": int, "guidance": float, "seed": int}
_JSON: dict[str, dict[str, type]] = {
    SCHNELL: {"prompt": str, "steps": int},
    LUCID: _LEONARDO,
    PHOENIX: {**_LEONARDO, "negative_prompt": str},
    SDXL: _SD,
    IMG2IMG: _SD,
    INPAINTING: _SD,
}
_FORM = {"prompt", "width", "height", "seed", "guidance"} | {f"input_image_{number}" for number in range(4)}
_FORMS = {KLEIN: _FORM, "@cf/black-forest-labs/flux-2-klein-9b": _FORM, FLUX_2_DEV: _FORM | {"steps"}}
_MOST = {"steps": 8, "num_steps": 50, "width": 2500, "height": 2500, "strength": 1, "guidance": 30}
_CODES = {400: 5006, 401: 10000, 403: 5018, 404: 3042, 408: 3007, 413: 3006, 429: 3040}


class CloudflareAiServer:
    """Workers AI for `async with`. `takes_seed`: whether schnell takes one. `neurons`: what a call says it cost."""

    def __init__(self) -> None:
        self.created: list[Any] = []
        self.asked: list[tuple[str, Any]] = []
        self.cancels = 0
        self.strangers: list[str] = []
        self.holding = asyncio.Event()
        self.takes_seed = False
        self.neurons = ""
        self._failures: list[tuple[int, dict[str, str], str | None]] = []
        self._spoils = 0
        self._goes = asyncio.Event()
        self._goes.set()
        app = guarded(self, client_max_size=16 * 2**20)
        app.router.add_post("/client/v4/accounts/{account}/ai/run/{model:.+}", self._run)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._goes.set()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def options(self) -> dict[str, Any]:
        return {"base_url": self.url, "api_key": KEY, "account_id": ACCOUNT, "model": SDXL}

    def fail_next(self, status: int, headers: dict[str, str] = {}, body: str | None = None) -> None:  # noqa: B006 - only read
        self._failures.append((status, headers, body))

    def refuse_next(self) -> None:
        text = "AiError: AiError: Input prompt contains NSFW content (0815)"
        self._failures.append((400, {}, json.dumps(failure(3030, text))))

    def spoil_next(self) -> None:
        self._spoils += 1

    def hold(self) -> None:
        self._goes.clear()

    def go(self) -> None:
        self._goes.set()

    async def _run(self, request: web.Request) -> web.Response:
        model = request.match_info["model"]
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            self.strangers.append(f"another key for {request.path}")
            return _failed(401, 10000, "Authentication error")
        if request.match_info["account"] != ACCOUNT:
            return _failed(404, 7003, "Could not route to an account")
        if f"/ai/run/{model}" not in request.raw_path:
            self.strangers.append(f"an escaped name: {request.raw_path}")
        if self._failures:
            status, headers, text = self._failures.pop(0)
            said = json.dumps(failure(_CODES.get(status, 1000), "a private text")) if text is None else text
            return web.Response(status=status, headers=headers, text=said, content_type="application/json")
        if model not in _JSON and model not in _FORMS:
            return _failed(400, 5007, f"No such model {model} or task")
        body = await (_form(request) if model in _FORMS else _object(request))
        self.asked.append((model, body))
        fault = "another content type" if body is None else self._fault(model, body)
        if fault or body is None:
            return _failed(400, 5006, f"AiError: Bad input: {fault}")
        self.created.append(body)
        if not self._goes.is_set():
            self.holding.set()
            async with asyncio.timeout(_HELD_AT_MOST_S):
                await self._goes.wait()
        return self._painted(model, body)

    async def _unknown(self, request: web.Request) -> web.Response:
        self.strangers.append(f"{request.method} {request.path}")
        return _failed(404, 7000, "No route for that URI")

    def _fault(self, model: str, body: dict[str, Any]) -> str | None:
        if not body.get("prompt"):
            return "required properties at '/' are 'prompt'"
        if model in _FORMS:
            unknown = set(body) - _FORMS[model]
            sides = [int(body.get(name, 1024)) for name in ("width", "height")]
            large = [name for name, value in body.items() if isinstance(value, bytes) and max(opened(value).size) > 512]
            return (
                f"{unknown or large or sides}"
                if unknown or large or not all(256 <= it <= 1920 for it in sides)
                else None
            )
        types = {**_JSON[model], **({"seed": int} if self.takes_seed else {})}
        for name, value in body.items():
            wanted = types.get(name)
            if wanted is None:
                return f"Additional or unevaluated properties '/{name}' at '/' not allowed"
            if not isinstance(value, (int, float) if wanted is float else wanted) or isinstance(value, bool):
                return f"Type mismatch of '/{name}'"
            number: Any = value
            if name in _MOST and not 0 <= number <= _MOST[name]:
                return f"'/{name}' is out of range"
        if len(body["prompt"]) > 2048 and model == SCHNELL:
            return "'/prompt' length must be <= 2048"
        has_mask = "mask" in body
        return (
            "a source is missing"
            if has_mask != (model == INPAINTING) or ("image_b64" in body) != (model in (IMG2IMG, INPAINTING))
            else None
        )

    def _painted(self, model: str, body: dict[str, Any]) -> web.Response:
        size = (int(body.get("width", 1024)), int(body.get("height", 1024)))
        seed = int(body.get("seed", zlib.crc32(body["prompt"].encode())))
        colour = (64 + seed * 7 % 192, 64 + seed * 31 % 192, 64 + (seed >> 8) % 192)
        is_png = model in (SDXL, IMG2IMG, INPAINTING)
        file = io.BytesIO()
        Image.new("RGB", size, colour).save(file, "PNG" if is_png else "JPEG")
        data = file.getvalue()
        if self._spoils:
            self._spoils -= 1
            data = data[: len(data) // 2]
        headers = {"cf-ai-neurons": self.neurons} if self.neurons else {}
        if is_png or model == PHOENIX:
            return web.Response(body=data, headers=headers, content_type="image/png" if is_png else "image/jpeg")
        result = {"image": base64.b64encode(data).decode()}
        said = {"result": result, "success": True, "errors": [], "messages": []}
        return web.json_response(said, headers=headers)


def failure(code: int, text: str) -> dict[str, Any]:
    """Return an error as Cloudflare words it."""
    return {"success": False, "errors": [{"code": code, "message": text}], "result": None, "messages": []}


def opened(data: bytes) -> Image.Image:
    """Return the picture in a file."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture


async def _object(request: web.Request) -> dict[str, Any] | None:
    if request.content_type != "application/json":
        return None
    said = await request.json()
    return said if isinstance(said, dict) else None


async def _form(request: web.Request) -> dict[str, Any] | None:
    if request.content_type != "multipart/form-data":
        return None
    fields = await request.post()
    return {name: it.file.read() if isinstance(it, web.FileField) else it for name, it in fields.items()}


def _failed(status: int, code: int, text: str) -> web.Response:
    return web.json_response(failure(code, text), status=status)
