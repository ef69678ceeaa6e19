"""A Stable Diffusion web UI on loopback that paints flat colours, and refuses, ignores and queues as the real one does.

Source: AUTOMATIC1111 stable-diffusion-webui, modules/api/api.py and models.py, modules/progress.py, read 2026-11.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from PIL import Image, ImageColor

from tests.providers.automatic1111_refusals import error, invalid
from tests.providers.door import guarded

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_HELD_AT_MOST_S = 30.0
_AWAITED_S = 10.0
_LORA = re.compile(r"<lora:([^:>]+):([^>]+)>")


@dataclass(frozen=True, slots=True)
class Painted:
    """One picture: what was asked for, the checkpoint that really painted and the LoRAs that were really there."""

    body: dict[str, Any]
    model: str
    loras: tuple[str, ...]


class Automatic1111Server:
    """A server for `async with`. `auth`: "user:password" of --api-auth. `has_api`: it was started with --api.

    `has_pages`: without them (--nowebui) it cannot tell one task from another. `memory_px`: larger pictures do not fit.
    `answers`: bodies by path that are answered instead, as (status, text).
    """

    def __init__(
        self, *, auth: str = "", has_api: bool = True, has_pages: bool = True, memory_px: int = 2048 * 2048
    ) -> None:
        self.models = {"plain_v1.safetensors [aaaa1111]": "navy", "vivid_v2.safetensors [bbbb2222]": "crimson"}
        self.samplers = ["Euler a", "Euler", "DPM++ 2M Karras", "DDIM"]
        self.loras = ["ink"]
        self.painted: list[Painted] = []
        self.created: list[Any] = []
        self.interrupts = 0
        self.asked: list[str] = []
        self.strangers: list[str] = []
        self.holding = asyncio.Event()
        self.answers: dict[str, tuple[int, str]] = {}
        self._auth, self._memory_px = auth, memory_px
        self._loaded = next(iter(self.models))
        self._lock = asyncio.Lock()
        self._waiting: list[str] = []
        self._task, self._step, self._steps = "", 0, 0
        self._interrupted = False
        self._hold_at: int | None = None
        self._changed = asyncio.Event()
        self._failures: list[tuple[int, dict[str, str], str | None]] = []
        self._spoils = 0
        app = guarded(self, middlewares=[self._door], client_max_size=64 * 2**20)
        if has_api:
            app.router.add_post("/sdapi/v1/txt2img", self._txt2img)
            app.router.add_post("/sdapi/v1/img2img", self._img2img)
            app.router.add_post("/sdapi/v1/extra-single-image", self._extra)
            app.router.add_get("/sdapi/v1/progress", self._progress)
            app.router.add_post("/sdapi/v1/interrupt", self._interrupt)
            app.router.add_get("/sdapi/v1/sd-models", self._sd_models)
            app.router.add_get("/sdapi/v1/loras", self._loras)
            app.router.add_get("/sdapi/v1/upscalers", self._upscalers)
        if has_pages:
            app.router.add_post("/internal/progress", self._internal_progress)
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
        """Return the address in front of every path."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def options(self) -> dict[str, Any]:
        """Return the options for `build`: every picture is small, and every look comes soon."""
        return {"base_url": self.url, "api_key": self._auth, "width_px": 64, "height_px": 64, "poll_s": 0.01}

    @property
    def cancels(self) -> int:
        """Return how often what is painted was interrupted."""
        return self.interrupts

    def fail_next(self, status: int, headers: dict[str, str] = {}, body: str | None = None) -> None:  # noqa: B006 - only read
        """Answer the next picture so; without a body as the web UI does."""
        self._failures.append((status, headers, body))

    def refuse_next(self) -> None:
        """Say that there is no such thing: the web UI judges no content."""
        raise NotImplementedError("the web UI moderates nothing")

    def spoil_next(self) -> None:
        """Hand the next picture out cut in half."""
        self._spoils += 1

    def hold(self) -> None:
        """Stop every picture at its first step."""
        self.hold_at(0)

    def hold_at(self, step: int) -> None:
        """Stop every picture at this step until `go`, an interrupt, or for half a minute."""
        self._hold_at = step

    def go(self) -> None:
        """Paint what is held, and hold nothing more."""
        self._hold_at = None
        self._wake()

    async def holds(self) -> None:
        """Return when a picture is held at its step."""
        await self._until(lambda: self._steps > 0 and self._step == self._hold_at, _AWAITED_S)

    async def waits(self) -> None:
        """Return when a picture waits for another's end."""
        await self._until(lambda: bool(self._waiting), _AWAITED_S)

    async def asked_for(self, path: str, times: int) -> None:
        """Return when `path` was asked for so often."""
        await self._until(lambda: self.asked.count(path) >= times, _AWAITED_S)

    async def paint_for_a_stranger(self) -> bool:
        """Paint a picture that somebody asked for in the pages; tell whether it was interrupted."""
        return await self._sample("task(stranger)", 20)

    @web.middleware
    async def _door(self, request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401 - aiohttp's own type
        self.asked.append(request.path)
        self._wake()
        if request.path in self.answers:
            status, text = self.answers[request.path]
            return web.Response(status=status, text=text, content_type="application/json")
        wanted = "Basic " + base64.b64encode(self._auth.encode()).decode()
        if self._auth and request.path.startswith("/sdapi/") and request.headers.get("Authorization") != wanted:
            self.strangers.append(f"{request.path} without the password")
            return error(401, "HTTPException", "Incorrect username or password", {"WWW-Authenticate": "Basic"})
        try:
            response: web.StreamResponse = await handler(request)
        except web.HTTPNotFound:
            self.strangers.append(request.path)
            return web.json_response({"detail": "Not Found"}, status=404)
        return response

    async def _txt2img(self, request: web.Request) -> web.Response:
        body = await request.json()
        return invalid(body) or await self._paint(body, None, None)

    async def _img2img(self, request: web.Request) -> web.Response:
        body = await request.json()
        if refused := invalid(body):
            return refused
        if body.get("init_images") is None:
            return error(404, "HTTPException", "Init image not found")
        try:
            init = _opened(body["init_images"][0])
            mask = _opened(body["mask"]).convert("L") if body.get("mask") else None
        except (binascii.Error, OSError):
            return error(500, "HTTPException", "Invalid encoded image")
        return await self._paint(body, init, mask)

    async def _paint(self, body: dict[str, Any], init: Image.Image | None, mask: Image.Image | None) -> web.Response:
        if self._failures:
            status, headers, text = self._failures.pop(0)
            said = error(status, "HTTPException", f"a private text about {body['prompt']}", headers)
            return said if text is None else web.Response(status=status, headers=headers, text=text)
        if body.get("sampler_name", "Euler") not in self.samplers:
            return error(404, "HTTPException", "Sampler not found")
        if body["width"] * body["height"] > self._memory_px:
            return error(500, "OutOfMemoryError", "", errors=f"CUDA out of memory, painting {body['prompt']}")
        # A checkpoint or LoRA that is not there is passed over without a word.
        wanted = body.get("override_settings", {}).get("sd_model_checkpoint")
        self._loaded = wanted if wanted in self.models else self._loaded
        loras = tuple(name for name, _ in _LORA.findall(body["prompt"]) if name in self.loras)
        self.created.append(body)
        was_interrupted = await self._sample(body.get("force_task_id", "task(nobody)"), body["steps"])
        self.painted.append(Painted(body, self._loaded, loras))
        picture = self._picture(body, init, mask)
        name, _, model_hash = self._loaded.rstrip("]").partition(" [")
        info = {
            "seed": body["seed"],
            "sd_model_name": name.rpartition(".")[0],
            "sd_model_hash": model_hash,
            "version": "v1.10.1",
        }
        is_cut, self._spoils = self._spoils > 0, max(0, self._spoils - 1)
        images = [] if was_interrupted and self._step == 0 else [_base64(picture, is_cut=is_cut)]
        return web.json_response({"images": images, "parameters": body, "info": json.dumps(info)})

    def _picture(self, body: dict[str, Any], init: Image.Image | None, mask: Image.Image | None) -> Image.Image:
        size = (body["width"] // 8 * 8, body["height"] // 8 * 8)
        colour = ImageColor.getrgb(self.models[self._loaded])
        painting = Image.new("RGB", size, colour)
        painting.putpixel((0, 0), (body["seed"] % 256, body["seed"] // 256 % 256, body["seed"] // 65536 % 256))
        if init is None:
            return painting
        init = init.convert("RGB").resize(size)
        if mask is None:
            return Image.blend(init, painting, body["denoising_strength"])
        return Image.composite(painting, init, mask.resize(size))

    async def _extra(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body.get("upscaler_1") != "R-ESRGAN 4x+":
            return error(500, "AssertionError", "", errors="could not find upscaler")
        size = (body["upscaling_resize_w"], body["upscaling_resize_h"])
        await self._sample("", 1)
        return web.json_response({"html_info": "<p></p>", "image": _base64(_opened(body["image"]).resize(size))})

    async def _sample(self, task: str, steps: int) -> bool:
        self._waiting.append(task)
        self._wake()
        async with self._lock:
            self._waiting.remove(task)
            self._task, self._steps, self._interrupted = task, steps, False
            for step in range(steps):
                self._step = step
                self._wake()
                if step == self._hold_at:
                    self.holding.set()
                await self._until(lambda: self._step != self._hold_at or self._interrupted, _HELD_AT_MOST_S)
                if self._interrupted:
                    break
            was_interrupted = self._interrupted
            self._task, self._steps = "", 0
        return was_interrupted

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _until(self, is_so: Callable[[], bool], within_s: float) -> None:
        async with asyncio.timeout(within_s):
            while not is_so():
                await self._changed.wait()

    async def _interrupt(self, _: web.Request) -> web.Response:
        self.interrupts += 1
        self._interrupted = True
        self._wake()
        return web.json_response({})

    async def _progress(self, _: web.Request) -> web.Response:
        state = {"interrupted": self._interrupted, "job_count": int(self._steps > 0), "sampling_step": self._step}
        picture = _base64(Image.new("RGB", (512, 384), "olive")) if self._steps else None
        return web.json_response(
            {"progress": self._fraction, "eta_relative": 0.0, "state": state, "current_image": picture}
        )

    async def _internal_progress(self, request: web.Request) -> web.Response:
        task = (await request.json())["id_task"]
        said = {"active": task == self._task, "queued": task in self._waiting, "completed": False}
        if said["active"]:
            preview = "data:image/png;base64," + _base64(Image.new("RGB", (512, 384), "olive"))
            return web.json_response({**said, "progress": self._fraction, "live_preview": preview})
        return web.json_response({**said, "progress": None, "live_preview": None})

    @property
    def _fraction(self) -> float:
        return self._step / self._steps if self._steps else 0.0

    async def _sd_models(self, _: web.Request) -> web.Response:
        def one(title: str) -> dict[str, str | None]:
            file, _, model_hash = title.rstrip("]").partition(" [")
            name = file.rpartition(".")[0]
            return {"title": title, "model_name": name, "hash": model_hash, "sha256": None, "filename": f"/m/{file}"}

        return web.json_response([one(title) for title in self.models])

    async def _loras(self, _: web.Request) -> web.Response:
        return web.json_response([{"name": name, "alias": f"{name}-alias", "path": ""} for name in self.loras])

    async def _upscalers(self, _: web.Request) -> web.Response:
        return web.json_response([{"name": "None"}, {"name": "R-ESRGAN 4x+"}])


def _opened(text: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(text.rpartition(",")[2], validate=True)))


def _base64(picture: Image.Image, *, is_cut: bool = False) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    data = file.getvalue()
    return base64.b64encode(data[: len(data) // 2] if is_cut else data).decode("ascii")
