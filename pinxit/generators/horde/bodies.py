"""A request as the Horde takes it, and the picture that comes as the request wants it.

Source: AI-Horde, horde/apis/models/stable_v2.py, horde/consts.py and horde/classes/stable/waiting_prompt.py, 2026-11.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode, Role
from pinxit.generators.pictures import needed_source, png

if TYPE_CHECKING:
    from pinxit.domain.generator import Task
    from pinxit.domain.request import Outpaint, Request
    from pinxit.generators.catalogue import Model

_STEP_PX = 64
_SEAM_PX = 16  # How far outpainting goes into the source, so that no edge shows.
_SPLIT = "###"  # What stands before it is the prompt, and behind it the negative one.
_LEAST_STRENGTH = 0.01
# They reckon twice for each step, so it counts double against the steps that are free.
_SECOND_ORDER = frozenset({"k_heun", "k_dpm_2", "k_dpm_2_a", "k_dpmpp_2s_a", "k_dpmpp_sde"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What one key and one operator ask with every picture.

    `nsfw`: pictures that not everybody wants to see are not blacked out. `trusted_workers`: only volunteers that the
    Horde knows for long. `replacement_filter`: it may change a suspicious prompt instead of refusing it.
    """

    nsfw: bool
    trusted_workers: bool
    replacement_filter: bool


def prompt_of(request: Request, model: Model) -> str:
    """Return the prompt as it is sent, a negative one of its own apart; the Horde's mark between them is text."""
    avoided = in_words(request.negative_prompt) if model.negative == "words" else ""
    return _text(" ".join(filter(None, (request.final_prompt, avoided))))


def sampler_of(request: Request, model: Model) -> str:
    """Return the sampler that paints: the request's, else the model's first."""
    return request.sampler or next(iter(model.samplers), "k_euler_a")


def whole_px(request: Request) -> tuple[int, int]:
    """Return the size (width, height) that is asked for: sides of whole 64 pixels, what is too much being cut."""
    return _whole(request.width_px), _whole(request.height_px)


def free_steps(sampler: str, most: int) -> int:
    """Return how many steps a request may have where `most` are free."""
    return most // 2 if sampler in _SECOND_ORDER else most


def body_of(task: Task, model: Model, wish: Wish) -> dict[str, Json]:
    """Return the call that asks for any image of the task, but for its seed. Blocks: sources are scaled and encoded.

    Raises Refused for a source that is missing or no picture.
    """
    request = task.request
    is_told = request.negative_prompt and model.negative == "yes"
    negative = f" {_SPLIT} {_text(request.negative_prompt)}" if is_told else ""
    width_px, height_px = whole_px(request)
    params: dict[str, Json] = {
        "sampler_name": sampler_of(request, model),
        "cfg_scale": round(request.guidance_scale, 2),
        "steps": max(1, request.steps),
        "width": width_px,
        "height": height_px,
        "n": 1,
        "karras": True,
        **({"clip_skip": request.clip_skip} if request.clip_skip else {}),
        **({"denoising_strength": _strength(request)} if request.mode is not Mode.TXT2IMG else {}),
    }
    return {
        "prompt": prompt_of(request, model) + negative,
        "params": params,
        "models": [model.name],
        "nsfw": wish.nsfw,
        "censor_nsfw": not wish.nsfw,
        "trusted_workers": wish.trusted_workers,
        "replacement_filter": wish.replacement_filter,
        "slow_workers": True,
        "allow_downgrade": False,
        "shared": False,
        "r2": True,
        **_sources(task, (width_px, height_px)),
    }


def with_seed(body: dict[str, Json], seed: int) -> dict[str, Json]:
    """Return the call that asks for the image of this seed; the sources within are shared."""
    params = body["params"]
    return {**body, "params": {**(params if isinstance(params, dict) else {}), "seed": str(seed)}}


def cut(data: bytes, size_px: tuple[int, int]) -> bytes:
    """Return the picture's left upper part of this size (width, height) as a PNG. Blocks."""
    with Image.open(io.BytesIO(data)) as picture:
        return png(picture.convert("RGB").crop((0, 0, *size_px)))


def _strength(request: Request) -> float:
    return 1.0 if request.mode is Mode.OUTPAINT else max(_LEAST_STRENGTH, round(request.strength, 2))


def _sources(task: Task, size_px: tuple[int, int]) -> dict[str, Json]:
    """Return the picture to begin from and, where only a part is painted, the mask: white is repainted."""
    request = task.request
    if request.mode is Mode.TXT2IMG:
        return {}
    if request.mode is Mode.OUTPAINT:
        sides = request.outpaint
        inner = (request.width_px - sides.left - sides.right, request.height_px - sides.top - sides.bottom)
        canvas, mask = _widened(needed_source(task, Role.IMAGE, inner), sides, size_px)
        return _inpainting(canvas, mask)
    picture = needed_source(task, Role.IMAGE, size_px)
    if request.mode is Mode.INPAINT:
        return _inpainting(picture, needed_source(task, Role.MASK, size_px).convert("L"))
    return {"source_image": _webp(picture), "source_processing": "img2img"}


def _inpainting(picture: Image.Image, mask: Image.Image) -> dict[str, Json]:
    return {"source_image": _webp(picture), "source_mask": _webp(mask), "source_processing": "inpainting"}


def _widened(source: Image.Image, sides: Outpaint, size_px: tuple[int, int]) -> tuple[Image.Image, Image.Image]:
    """Return the source with room around it, in its blurred colours, and the mask of that room."""
    canvas = source.resize(size_px).filter(ImageFilter.GaussianBlur(max(size_px) / 16))
    canvas.paste(source, (sides.left, sides.top))
    mask = Image.new("L", size_px, 255)
    seam = min(_SEAM_PX, source.width // 4, source.height // 4)
    kept = (
        sides.left + (seam if sides.left else 0),
        sides.top + (seam if sides.top else 0),
        sides.left + source.width - (seam if sides.right else 0),
        sides.top + source.height - (seam if sides.bottom else 0),
    )
    mask.paste(0, kept)
    return canvas, mask


def _webp(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "WEBP", lossless=True, quality=20)  # With `lossless`, quality is the effort.
    return base64.b64encode(file.getvalue()).decode("ascii")


def _whole(side_px: int) -> int:
    return -(-side_px // _STEP_PX) * _STEP_PX


def _text(text: str) -> str:
    return text.replace(_SPLIT, "# # #")
