"""A request as BFL's API takes it.

Source: the API's OpenAPI description at docs.bfl.ai, and for flux-3-image its strict schema, read 2026-11.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode, Role
from pinxit.generators.canvas import inner_px
from pinxit.generators.pictures import missing_source, needed_source, png, upright

if TYPE_CHECKING:
    from PIL import Image

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Request, Source
    from pinxit.generators.bfl.wire import Wire
    from pinxit.generators.catalogue import Model

_STYLE = "Paint the first picture in the style of the second one."
_REFERENCE_LEAST_PX, _REFERENCE_MOST_PX = 256, 2048  # A side; BFL refuses smaller ones and shrinks larger ones.


@dataclass(frozen=True, slots=True)
class Look:
    """What the operator chose for every picture: "png" or "jpeg", and how much the filters let pass."""

    output_format: str
    safety_tolerance: int


@dataclass(frozen=True, slots=True)
class Body:
    """One POST's JSON, and the prompt in it."""

    fields: dict[str, Json]
    prompt: str


def body_for(task: Task, model: Model, wire: Wire, look: Look) -> Body:
    """Return the body that asks for each image of a task; only the seed is missing. Blocks: sources are encoded.

    Raises Refused for a source that is no picture or is missing.
    """
    request = task.request
    prompt = _prompt(request)
    fields: dict[str, Json] = {**wire.fixed, "prompt": prompt, **wire.size_fields(request)}
    fields["safety_tolerance"] = look.safety_tolerance
    if wire.format:
        fields["output_format"] = look.output_format
    if model.steps:
        fields["steps"] = wire.steps(request, model)
    if model.guidance is not None:
        fields["guidance"] = wire.guidance(request, model)
    return Body(fields | _pictures(task, wire), prompt)


def _prompt(request: Request) -> str:
    style = _STYLE if request.mode is Mode.STYLE_TRANSFER else ""
    return " ".join(filter(None, (request.final_prompt, style, in_words(request.negative_prompt))))


def _pictures(task: Task, wire: Wire) -> dict[str, Json]:
    request = task.request
    if request.mode is Mode.TXT2IMG:
        return {}
    if request.mode is Mode.OUTPAINT:
        return {wire.images: _encoded(needed_source(task, Role.IMAGE, inner_px(request)))}
    if request.mode is Mode.INPAINT:
        mask = needed_source(task, Role.MASK).convert("L")  # White is repainted, as everywhere.
        return {wire.images: _encoded(needed_source(task, Role.IMAGE)), wire.mask: _encoded(mask)}
    return _references(task, wire.images)


def _references(task: Task, name: str) -> dict[str, Json]:
    """Return the fields of the pictures that the prompt speaks of, images before styles, in their own proportions."""
    sources = [source for role in (Role.IMAGE, Role.STYLE) for source in task.request.sources if source.role is role]
    if not sources:
        raise missing_source(task, Role.IMAGE)
    texts: list[Json] = [_encoded(_reference(task, source)) for source in sources]
    if name.endswith("[]"):
        return {name.removesuffix("[]"): texts}
    if name.endswith("_#"):
        plain = name.removesuffix("_#")
        return {plain if number == 1 else f"{plain}_{number}": text for number, text in enumerate(texts, 1)}
    return {name: texts[0]}


def _reference(task: Task, source: Source) -> Image.Image:
    picture = upright(task, source)
    scale = min(_REFERENCE_MOST_PX / max(picture.size), max(1.0, _REFERENCE_LEAST_PX / min(picture.size)))
    if scale == 1:
        return picture
    return picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))


def _encoded(picture: Image.Image) -> str:
    return base64.b64encode(png(picture)).decode("ascii")
