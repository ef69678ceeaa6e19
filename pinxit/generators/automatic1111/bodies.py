"""A request as the web UI's API takes it: which address, which fields, which pictures.

Source: AUTOMATIC1111 stable-diffusion-webui, modules/api/models.py and modules/processing.py, read 2026-11.
"""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Json, Mode, Role
from pinxit.generators.canvas import inner_px, whole_px, widened
from pinxit.generators.pictures import needed_source, png

if TYPE_CHECKING:
    from PIL import Image

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Lora, Request

_STEP_PX = 8  # Of a latent; the server rounds other sizes down.
_ORIGINAL, _FILL = 1, 0  # inpainting_fill: begin from what was there, or from the surroundings' colours.
_NETWORK = re.compile(r"<(?=\w+:)")  # "<lora:ink:1>": modules/extra_networks.py takes such tags out of every prompt.
_NAME = re.compile(r"[^<>:]+")


@dataclass(frozen=True, slots=True)
class Call:
    """One POST. `size_px`: of the picture that comes; `task_id`: by which the server knows it, "" if it cannot."""

    name: str
    body: dict[str, Json]
    size_px: tuple[int, int]
    task_id: str


def call_for(task: Task, seed: int, model: str, upscaler: str) -> Call:
    """Return the call that makes one image. Blocks: sources are scaled and encoded.

    `model`: the checkpoint's title, "" for the loaded one. Raises Refused for a source that is no picture.
    """
    request = task.request
    if request.mode is Mode.UPSCALE:
        return _upscale(task, upscaler)
    if request.mode is Mode.TXT2IMG:
        size_px = whole_px((request.width_px, request.height_px), _STEP_PX)
        return Call("txt2img", _body(request, seed, model, size_px), size_px, _task_id("txt2img"))
    source, mask = _sources(task)
    body = _body(request, seed, model, source.size) | {
        "init_images": [_base64(source)],
        "denoising_strength": 1.0 if request.mode is Mode.OUTPAINT else request.strength,
        "resize_mode": 0,
    }
    if mask is not None:
        body |= {
            "mask": _base64(mask),  # White is repainted.
            "mask_blur": 4,
            "inpainting_mask_invert": 0,
            "inpainting_fill": _FILL if request.mode is Mode.OUTPAINT else _ORIGINAL,
            "inpaint_full_res": False,  # The API's own default would paint the mask's surroundings only.
        }
    return Call("img2img", body, source.size, _task_id("img2img"))


def _body(request: Request, seed: int, model: str, size_px: tuple[int, int]) -> dict[str, Json]:
    settings: dict[str, Json] = {"sd_model_checkpoint": model} if model else {}
    if request.clip_skip:
        settings["CLIP_stop_at_last_layers"] = request.clip_skip
    return {
        "prompt": _NETWORK.sub("< ", request.final_prompt) + "".join(map(_tag, request.loras)),
        "negative_prompt": _NETWORK.sub("< ", request.negative_prompt),
        "seed": seed,
        "steps": request.steps,
        "cfg_scale": request.guidance_scale,
        "width": size_px[0],
        "height": size_px[1],
        "batch_size": 1,
        "n_iter": 1,
        "tiling": request.tile,
        "send_images": True,
        "save_images": False,
        **({"sampler_name": request.sampler} if request.sampler else {}),
        **({"override_settings": settings} if settings else {}),
        "override_settings_restore_afterwards": True,
    }


def _tag(lora: Lora) -> str:
    if not _NAME.fullmatch(lora.name):
        raise Refused(Code.FIELD_CHOICE, field="loras", value="", allowed=[], nearest="")
    return f" <lora:{lora.name}:{lora.weight:g}>"


def _sources(task: Task) -> tuple[Image.Image, Image.Image | None]:
    """Return the picture to begin from and, where only a part is painted, the mask; sides are whole latents."""
    request = task.request
    if request.mode is Mode.OUTPAINT:
        return widened(needed_source(task, Role.IMAGE, inner_px(request)), request.outpaint, _STEP_PX)
    size_px = whole_px((request.width_px, request.height_px), _STEP_PX)
    mask = needed_source(task, Role.MASK, size_px).convert("L") if request.mode is Mode.INPAINT else None
    return needed_source(task, Role.IMAGE, size_px), mask


def _upscale(task: Task, upscaler: str) -> Call:
    request = task.request
    # One pixel of rounding between the source and the size asked for is cut, not squeezed.
    source = needed_source(
        task, Role.IMAGE, (round(request.width_px / request.upscale), round(request.height_px / request.upscale))
    )
    size_px = (request.width_px, request.height_px)
    body: dict[str, Json] = {
        "image": _base64(source),
        "resize_mode": 1,
        "upscaling_resize_w": size_px[0],
        "upscaling_resize_h": size_px[1],
        "upscaling_crop": True,
        "upscaler_1": upscaler,
        "show_extras_results": True,
    }
    return Call("extra-single-image", body, size_px, "")


def _base64(picture: Image.Image) -> str:
    return base64.b64encode(png(picture)).decode("ascii")


def _task_id(name: str) -> str:
    return f"task({name}-{uuid.uuid4().hex})"
