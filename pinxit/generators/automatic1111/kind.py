"""A web UI's server as a generator: one call an image, watched while it paints and interrupted when unwanted."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinxit.domain.errors import Broken, Code, ConfigError, Refused, Temporary
from pinxit.domain.facts import nearest, shown
from pinxit.domain.generator import API_VERSION, Capabilities, Failed, Made, Quote, Task, Watch
from pinxit.domain.pricing import MEGAPIXEL_PX, credits_milli
from pinxit.domain.request import Json, Mode, Request
from pinxit.domain.seeds import image_seed
from pinxit.generators.automatic1111.bodies import Call, call_for
from pinxit.generators.automatic1111.server import Server, Sitting
from pinxit.generators.canvas import cut
from pinxit.generators.http_pictures import from_base64
from pinxit.generators.options import read_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.generators.http import Answer

_MODES = frozenset({Mode.TXT2IMG, Mode.IMG2IMG, Mode.INPAINT, Mode.OUTPAINT, Mode.UPSCALE})
_NAMED = 20  # LoRAs in a refusal.
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# A few of those that every release and Forge have; a scheduler may stand behind the name. Read 2026-11.
_SAMPLERS = ("Euler a", "Euler", "DPM++ 2M Karras", "DPM++ SDE Karras", "DPM++ 2M SDE Karras", "Heun", "DDIM", "UniPC")


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say; nothing is asked of the server before the first picture.

    `api_key`: "user:password", as the server's --api-auth has it. `model`, `models`: checkpoints by the server's names,
    `model` being the default; without any, whichever is loaded paints. `samplers`: the first is the default.
    `loras`: those that may be used; empty means whatever the server has. `upscaler`: what enlarges.
    `image_s`: seconds that a picture of one megapixel takes at the default steps. `timeout_s`: for one picture.
    `poll_s`: between two looks at the progress.
    """

    base_url: str = "http://127.0.0.1:7860"
    api_key: str = ""
    model: str = ""
    models: tuple[str, ...] = ()
    samplers: tuple[str, ...] = _SAMPLERS
    loras: tuple[str, ...] = ()
    upscaler: str = "R-ESRGAN 4x+"
    width_px: int = 512
    height_px: int = 512
    max_side_px: int = 2048
    steps: int = 20
    guidance_scale: float = 7.0
    image_s: float = 15.0
    timeout_s: float = 600.0
    poll_s: float = 0.5

    def __post_init__(self) -> None:
        if self.api_key and ":" not in self.api_key:
            msg = "api_key is of another form; write user:password, as the server's --api-auth has it"
            raise ValueError(msg)
        for name in ("width_px", "height_px", "max_side_px", "steps", "image_s", "timeout_s", "poll_s"):
            if getattr(self, name) <= 0:
                msg = f"{name} is {getattr(self, name)}; write a number above 0"
                raise ValueError(msg)

    @property
    def all_models(self) -> tuple[str, ...]:
        """Return every checkpoint's name once, the default first."""
        return tuple(dict.fromkeys(filter(None, (self.model, *self.models))))


class Automatic1111:
    """Has a web UI's server paint, one picture at a time."""

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        chosen = read_options(Options, name, options)
        self.name, self._options = name, chosen
        try:
            self._server = Server(name, chosen.base_url, chosen.api_key, clock, chosen.timeout_s, chosen.poll_s)
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error
        self.capabilities = Capabilities(
            _MODES,
            chosen.all_models,
            samplers=chosen.samplers,
            default_size_px=(chosen.width_px, chosen.height_px),
            size_step_px=8,
            max_side_px=chosen.max_side_px,
            default_steps=chosen.steps,
            default_guidance_scale=chosen.guidance_scale,
            tile=True,
            loras=True,
            lora_names=chosen.loras,
            clip_skip=True,
            weights=True,
            runs_inline=True,
            remote=urlsplit(chosen.base_url).hostname not in _LOOPBACK,
        )
        self._turn = asyncio.Lock()  # The server paints one at a time, and tells and interrupts only that one.

    def quote(self, request: Request) -> Quote:
        """Price a request by its pixels and steps; the server asks for no dollars."""
        steps = self._options.steps if request.mode is Mode.UPSCALE else request.steps or self._options.steps
        pixels = request.width_px * request.height_px * request.count
        seconds = self._options.image_s * pixels / MEGAPIXEL_PX * steps / self._options.steps
        size = (request.width_px, request.height_px)
        return Quote(credits_milli(*size, request.count, steps, self._options.steps), 0, seconds)

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch: the checkpoint, which takes long to change."""
        return request.model

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made | Failed]:
        """Have one image after the other painted; a cancel interrupts the server.

        Raises what the server's answers mean: Temporary, Broken, or Refused for a LoRA that is not there.
        """
        for task in batch:
            if watch.is_cancelled(task.job):
                continue
            try:
                model = await self._check(task.request)
                for place, index in enumerate(task.indices):
                    made = await self._paint(task, watch, place, index, model)
                    if made is None:
                        break
                    yield made
            except Refused as error:
                yield Failed(task.job, error)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._server.aclose()

    async def _check(self, request: Request) -> str:
        """Return the server's own title of the checkpoint, "" for the loaded one.

        The server would paint without a word with another checkpoint, or without the LoRA, so they are looked up.
        """
        if request.loras:
            there = await self._server.lora_names()
            may_be = tuple(name for name in self._options.loras or there if name in there)
            for lora in request.loras:
                if lora.name not in may_be:
                    facts = {"value": shown(lora.name), "nearest": nearest(lora.name, may_be)}
                    raise Refused(Code.FIELD_CHOICE, field="loras", allowed=list(may_be[:_NAMED]), **facts)
        if request.mode is Mode.UPSCALE:
            if not await self._server.has_upscaler(self._options.upscaler):
                msg = f"{self.name} has no upscaler of the name in generators.{self.name}.upscaler; correct it"
                raise Broken(msg)
            return ""
        wanted = request.model or next(iter(self._options.all_models), "")
        if not wanted:
            return ""
        title = await self._server.model_title(wanted)
        if title is None:
            msg = f"{self.name} has no model {shown(wanted)}; put its file there, or correct generators.{self.name}"
            raise Broken(msg)
        return title

    async def _paint(self, task: Task, watch: Watch, place: int, index: int, model: str) -> Made | None:
        """Return one image, or None if the job is cancelled."""
        request, seed = task.request, image_seed(task.request.seed, index)
        call = await asyncio.to_thread(call_for, task, seed, model, self._options.upscaler)
        async with self._turn:
            answer = await self._server.paint(call, Sitting(task.job, place, len(task.indices), watch))
        if answer is None or watch.is_cancelled(task.job):
            return None
        data = await asyncio.to_thread(_first_image, self.name, answer)
        picture = await asyncio.to_thread(self._server.picture, data)
        if call.size_px != (picture.width_px, picture.height_px):
            size = f"{picture.width_px}x{picture.height_px} for {call.size_px[0]}x{call.size_px[1]}"
            msg = f"{self.name} answers with a picture of another size, {size}"
            raise Broken(msg)
        wanted_px = (request.width_px, request.height_px)
        data, media_type = picture.data, picture.media_type
        if call.size_px != wanted_px:
            data, media_type = await asyncio.to_thread(cut, data, wanted_px), "image/png"
        watch.progress(task.job, (place + 1) / len(task.indices))
        info = _info(answer)
        return Made(
            task.job,
            index,
            data,
            media_type,
            *wanted_px,
            seed,
            request.final_prompt,
            _text(info, "sd_model_name") or request.model,
            _text(info, "sd_model_hash"),
            recipe=_recipe(call, _text(info, "version")),
        )


def _recipe(call: Call, version: str) -> Mapping[str, Json]:
    """Return what made the image, beside the request; `version`: the server's, "" where it does not say."""
    return {"kind": "automatic1111", "call": call.name, **({"version": version} if version else {})}


def _first_image(name: str, answer: Answer) -> bytes:
    """Return the first picture's bytes; behind it a server may put those that its extensions made. Blocks."""
    said = answer.json()
    images = said.get("images", [said["image"]] if "image" in said else None) if isinstance(said, dict) else None
    if images == []:
        msg = f"{name} answers without a picture: somebody interrupted it at the server"
        raise Temporary(msg)
    text = images[0] if isinstance(images, list) else None
    if not isinstance(text, str) or not text:
        msg = f"{name} answers without a picture; is there really a Stable Diffusion web UI at its base_url?"
        raise Broken(msg)
    return from_base64(name, text)


def _info(answer: Answer) -> Mapping[str, Json]:
    """Return what the server says of its picture: JSON within JSON, not there when it enlarges."""
    said = answer.json()
    text = said.get("info") if isinstance(said, dict) else None
    try:
        info: Json = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return {}
    return info if isinstance(info, dict) else {}


def _text(info: Mapping[str, Json], key: str) -> str:
    value = info.get(key)
    return value if isinstance(value, str) else ""
