"""A request as fal's models take it.

Source: the models' own pages at fal.ai/models, read 2026-11.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode, Role
from pinxit.generators.canvas import inner_px, whole_px, widened
from pinxit.generators.pictures import missing_source, needed_source, png, upright

if TYPE_CHECKING:
    from PIL import Image

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Request, Source
    from pinxit.generators.catalogue import Model
    from pinxit.generators.fal.wire import Wire

_STYLE = "Paint the first picture in the style of the second one."
_LEAST_STRENGTH = 0.01  # fal refuses 0.
_REFERENCE_MOST_PX = 2048


@dataclass(frozen=True, slots=True)
class Body:
    """One POST's JSON, the prompt in it, and the size (width, height) that was asked for; None: the model decides."""

    fields: dict[str, Json]
    prompt: str
    size_px: tuple[int, int] | None


def body_for(task: Task, model: Model, wire: Wire, output_format: str) -> Body:
    """Return the body that asks for each image of a task; only the seed is missing. Blocks: sources are encoded.

    Raises Refused for a source that is no picture or is missing.
    """
    request = task.request
    prompt = _prompt(request, model)
    size_px = whole_px((request.width_px, request.height_px), model.step_px)
    # Without num_images every model makes one picture, and some of them do not know the field.
    fields: dict[str, Json] = {**wire.fixed, "prompt": prompt, "output_format": output_format}
    if wire.size == "sides":
        fields["image_size"] = {"width": size_px[0], "height": size_px[1]}
    if model.steps:
        fields["num_inference_steps"] = wire.steps(request, model)
    if model.guidance is not None:
        fields["guidance_scale"] = wire.guidance(request, model)
    if model.negative == "yes" and request.negative_prompt:
        fields["negative_prompt"] = request.negative_prompt
    if wire.strength:
        whole_new = request.mode is Mode.OUTPAINT
        fields["strength"] = 1.0 if whole_new else max(_LEAST_STRENGTH, request.strength)
    fields |= _pictures(task, wire, size_px, model.step_px)
    return Body(fields, prompt, size_px if wire.size == "sides" else None)


def _prompt(request: Request, model: Model) -> str:
    style = _STYLE if request.mode is Mode.STYLE_TRANSFER else ""
    avoid = "" if model.negative == "yes" else in_words(request.negative_prompt)
    return " ".join(filter(None, (request.final_prompt, style, avoid)))


def _pictures(task: Task, wire: Wire, size_px: tuple[int, int], step_px: int) -> dict[str, Json]:
    request = task.request
    if request.mode is Mode.TXT2IMG:
        return {}
    if wire.image.endswith("[]"):
        return {wire.image.removesuffix("[]"): _references(task)}
    if request.mode is Mode.OUTPAINT:
        source = needed_source(task, Role.IMAGE, inner_px(request))
        canvas, room = widened(source, request.outpaint, step_px)
        return {wire.image: _encoded(canvas), wire.mask: _encoded(room)}
    fields: dict[str, Json] = {wire.image: _encoded(needed_source(task, Role.IMAGE, size_px))}
    if request.mode is Mode.INPAINT:
        fields[wire.mask] = _encoded(needed_source(task, Role.MASK, size_px).convert("L"))  # White is repainted.
    return fields


def _references(task: Task) -> list[Json]:
    """Return the pictures that the prompt speaks of, images before styles, in their own proportions."""
    sources = [source for role in (Role.IMAGE, Role.STYLE) for source in task.request.sources if source.role is role]
    if not sources:
        raise missing_source(task, Role.IMAGE)
    return [_encoded(_reference(task, source)) for source in sources]


def _reference(task: Task, source: Source) -> Image.Image:
    picture = upright(task, source)
    picture.thumbnail((_REFERENCE_MOST_PX, _REFERENCE_MOST_PX))
    return picture


def _encoded(picture: Image.Image) -> str:
    return "data:image/png;base64," + base64.b64encode(png(picture)).decode("ascii")
