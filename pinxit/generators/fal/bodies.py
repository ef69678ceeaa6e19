"""A request as fal's models take it, and the picture that came, cut to what was asked for.

Source: the models' own pages at fal.ai/models, read 2026-11.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter, ImageOps

from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode, Role
from pinxit.generators.pictures import open_source, png

if TYPE_CHECKING:
    from pinxit.domain.generator import Task
    from pinxit.domain.request import Outpaint, Request, Source
    from pinxit.generators.catalogue import Model
    from pinxit.generators.fal.wire import Wire

_STYLE = "Paint the first picture in the style of the second one."
_LEAST_STRENGTH = 0.01  # fal refuses 0.
_SEAM_PX = 16  # How far outpainting goes into the source, so that no edge shows.
_REFERENCE_MOST_PX = 2048


@dataclass(frozen=True, slots=True)
class Body:
    """One POST's JSON, the prompt in it, and the size (width, height) that was asked for; None: the model decides."""

    fields: dict[str, Json]
    prompt: str
    size_px: tuple[int, int] | None


def body_for(task: Task, seed: int, model: Model, wire: Wire, output_format: str) -> Body:
    """Return the body that asks for one image. Blocks: sources are scaled and encoded.

    Raises Refused for a source that is no picture or is missing.
    """
    request = task.request
    prompt = _prompt(request, model)
    size_px = (_whole(request.width_px, model.step_px), _whole(request.height_px, model.step_px))
    # Without num_images every model makes one picture, and some of them do not know the field.
    fields: dict[str, Json] = {**wire.fixed, "prompt": prompt, "output_format": output_format}
    if wire.size == "sides":
        fields["image_size"] = {"width": size_px[0], "height": size_px[1]}
    if model.seed:
        fields["seed"] = seed
    if model.steps:
        fields["num_inference_steps"] = wire.steps(request, model)
    if model.guidance is not None:
        fields["guidance_scale"] = wire.guidance(request, model)
    if model.negative == "yes" and request.negative_prompt:
        fields["negative_prompt"] = request.negative_prompt
    if wire.strength:
        whole_new = request.mode is Mode.OUTPAINT
        fields["strength"] = 1.0 if whole_new else max(_LEAST_STRENGTH, request.strength)
    fields |= _pictures(task, wire, size_px)
    return Body(fields, prompt, size_px if wire.size == "sides" else None)


def cut(data: bytes, size_px: tuple[int, int]) -> bytes:
    """Return the picture's left upper part of this size (width, height) as a PNG."""
    with Image.open(io.BytesIO(data)) as picture:
        return png(picture.convert("RGB").crop((0, 0, *size_px)))


def _prompt(request: Request, model: Model) -> str:
    style = _STYLE if request.mode is Mode.STYLE_TRANSFER else ""
    avoid = "" if model.negative == "yes" else in_words(request.negative_prompt)
    return " ".join(filter(None, (request.final_prompt, style, avoid)))


def _pictures(task: Task, wire: Wire, size_px: tuple[int, int]) -> dict[str, Json]:
    request = task.request
    if request.mode is Mode.TXT2IMG:
        return {}
    if wire.image.endswith("[]"):
        return {wire.image.removesuffix("[]"): _references(task)}
    if request.mode is Mode.OUTPAINT:
        sides = request.outpaint
        inner = (request.width_px - sides.left - sides.right, request.height_px - sides.top - sides.bottom)
        canvas, room = _widened(_scaled(task, Role.IMAGE, inner), sides, size_px)
        return {wire.image: _encoded(canvas), wire.mask: _encoded(room)}
    source: dict[str, Json] = {wire.image: _encoded(_scaled(task, Role.IMAGE, size_px))}
    if request.mode is Mode.INPAINT:
        source[wire.mask] = _encoded(_scaled(task, Role.MASK, size_px).convert("L"))  # White is repainted.
    return source


def _widened(source: Image.Image, sides: Outpaint, whole_px: tuple[int, int]) -> tuple[Image.Image, Image.Image]:
    """Return the source with room around it, in its blurred colours, and the mask of that room."""
    canvas = source.resize(whole_px).filter(ImageFilter.GaussianBlur(max(whole_px) / 16))
    canvas.paste(source, (sides.left, sides.top))
    mask = Image.new("L", whole_px, 255)
    seam = min(_SEAM_PX, source.width // 4, source.height // 4)
    kept = (
        sides.left + (seam if sides.left else 0),
        sides.top + (seam if sides.top else 0),
        sides.left + source.width - (seam if sides.right else 0),
        sides.top + source.height - (seam if sides.bottom else 0),
    )
    mask.paste(0, kept)
    return canvas, mask


def _references(task: Task) -> list[Json]:
    """Return the pictures that the prompt speaks of, images before styles, in their own proportions."""
    sources = [source for role in (Role.IMAGE, Role.STYLE) for source in task.request.sources if source.role is role]
    return [_encoded(_reference(task, source)) for source in sources]


def _reference(task: Task, source: Source) -> Image.Image:
    """Return the picture upright and without whatever else its file holds, such as where it was taken."""
    try:
        with Image.open(io.BytesIO(task.sources[source.id])) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        allowed = ["PNG", "JPEG", "WebP"]
        raise Refused(Code.SOURCE_INVALID, field=source.role.value, value="", allowed=allowed) from error
    upright.thumbnail((_REFERENCE_MOST_PX, _REFERENCE_MOST_PX))
    return upright


def _scaled(task: Task, role: Role, size_px: tuple[int, int]) -> Image.Image:
    picture = open_source(task, role, size_px)
    if picture is None:
        facts = {"field": role.field, "value": "", "mode": task.request.mode.value}
        raise Refused(Code.SOURCE_MISSING, **facts, allowed=[role.value])
    return picture


def _encoded(picture: Image.Image) -> str:
    return "data:image/png;base64," + base64.b64encode(png(picture)).decode("ascii")


def _whole(side_px: int, step_px: int) -> int:
    return -(-side_px // step_px) * step_px
