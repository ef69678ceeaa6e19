"""A request as an images server takes it: which address, which fields, which words, in each dialect."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode
from pinxit.domain.seeds import image_seed
from pinxit.generators.catalogue_entries import size_px
from pinxit.generators.openai_images_sources import pictures_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Request
    from pinxit.generators.catalogue import Model

_CALL_PIXELS = 8_294_400  # All pictures of one call together: their base64 stays within what is read of an answer.
_LEAD = {
    Mode.STYLE_TRANSFER: "Render the first image in the style of the last one.",
    Mode.OUTPAINT: "Continue the picture into the transparent area; leave what is there as it is.",
}
_ENDS = (".", "!", "?", "…", ":", ";", ",")


class Dialect(StrEnum):
    """Which fields a server knows."""

    GPT_IMAGE = "gpt-image"  # OpenAI's own since 2025: quality low … max, output_format, usage; no response_format.
    DALLE3 = "dalle3"  # What OpenAI spoke before: quality standard|hd, style vivid|natural, revised_prompt.
    COMPAT = "compat"  # What LocalAI, sd.cpp and others share: prompt, size, n, response_format.


@dataclass(frozen=True, slots=True)
class Terms:
    """How one server is spoken to, whatever the model; "" and 0 send nothing.

    `partial_images`: 0 … 3 for each picture, as previews. `seed_field`, `negative_field`, `steps_field`: what a
    compatible server calls these, such as "seed", "negative_prompt" and "step".
    """

    dialect: Dialect = Dialect.GPT_IMAGE
    output_format: str = ""
    background: str = ""
    moderation: str = ""
    safety_identifier: str = ""
    partial_images: int = 0
    response_format: str = "b64_json"
    seed_field: str = ""
    negative_field: str = ""
    steps_field: str = ""


@dataclass(frozen=True, slots=True)
class Brush:
    """One model as people name it. `paints`: whose sizes and name hold, `offered` itself unless another stands in.

    `sent`: what the server is told, such as a deployment's name.
    """

    offered: Model
    paints: Model
    sent: str


@dataclass(frozen=True, slots=True)
class Call:
    """One POST. `images`: PNGs that go along, with `mask` for the first; none: from words alone.

    `fields`: the SDK's own arguments; `extra`: what it does not know. `size_px`: what is asked for.
    """

    fields: Mapping[str, Json]
    size_px: tuple[int, int]
    prompt: str
    extra: Mapping[str, Json] = field(default_factory=dict)
    images: tuple[bytes, ...] = field(default=(), repr=False)
    mask: bytes | None = field(default=None, repr=False)


def per_call(brush: Brush, terms: Terms, request: Request) -> int:
    """Return how many images of a request one call makes."""
    width_px, height_px = fitting_px(brush.paints, request.width_px, request.height_px)
    if terms.partial_images or terms.dialect is not Dialect.GPT_IMAGE:
        return 1  # A stream does not say which picture a partial one belongs to; the other dialects know one.
    return max(1, min(brush.offered.per_call, _CALL_PIXELS // (width_px * height_px)))


def call_for(task: Task, brush: Brush, terms: Terms) -> Call:
    """Return the call that makes one image of the task. Blocks: sources are scaled and encoded.

    Raises Refused for a source that is missing or no picture.
    """
    request = task.request
    size = fitting_px(brush.paints, request.width_px, request.height_px)
    prompt = _prompt(request, brush, terms)
    images, mask = pictures_of(task, size)
    fields: dict[str, Json] = {"model": brush.sent, "prompt": prompt, "n": 1, "size": f"{size[0]}x{size[1]}"}
    if terms.dialect is Dialect.GPT_IMAGE:
        fields |= _gpt_image(terms)
    else:
        fields["response_format"] = terms.response_format
        if terms.dialect is Dialect.DALLE3 and request.style in brush.offered.styles:
            fields["style"] = request.style
    if quality := quality_of(request, brush):
        fields["quality"] = quality
    return Call(fields, size, prompt, images=images, mask=mask)


def for_images(call: Call, task: Task, indices: tuple[int, ...], terms: Terms) -> Call:
    """Return the call that makes the images at `indices`, from the one that makes any of the task."""
    request = task.request
    extra: dict[str, Json] = {}
    if terms.seed_field:
        extra[terms.seed_field] = image_seed(request.seed, indices[0])
    if terms.negative_field and request.negative_prompt:
        extra[terms.negative_field] = request.negative_prompt
    if terms.steps_field and request.steps:
        extra[terms.steps_field] = request.steps
    return replace(call, fields={**call.fields, "n": len(indices)}, extra=extra)


def quality_of(request: Request, brush: Brush) -> str:
    """Return the quality as the server calls it, "" to send none."""
    named = request.quality if request.quality in brush.offered.qualities else next(iter(brush.offered.qualities), "")
    return _word(brush.offered.extra.get("quality"), named) or named


def _gpt_image(terms: Terms) -> dict[str, Json]:
    fields: dict[str, Json] = {
        name: value
        for name, value in (
            ("output_format", terms.output_format),
            ("background", terms.background),
            ("moderation", terms.moderation),
            ("safety_identifier", terms.safety_identifier),
        )
        if value
    }
    if terms.partial_images:
        fields |= {"stream": True, "partial_images": terms.partial_images}
    return fields


def _prompt(request: Request, brush: Brush, terms: Terms) -> str:
    style = "" if terms.dialect is Dialect.DALLE3 else _word(brush.offered.extra.get("style"), request.style)
    parts = [
        _LEAD.get(request.mode, "") if terms.dialect is Dialect.GPT_IMAGE else "",
        ", ".join(filter(None, (request.final_prompt, style))),
        "" if terms.negative_field else in_words(request.negative_prompt),
    ]
    said = [part for part in parts if part]
    closed = [part if part.endswith(_ENDS) else f"{part}." for part in said[:-1]]
    return " ".join([*closed, *said[-1:]])


def _word(words: Json, name: str) -> str:
    """Return what a table of the catalogue's `extra` has for a name, or ""."""
    value = words.get(name) if isinstance(words, dict) else None
    return value if isinstance(value, str) else ""


def fitting_px(model: Model, width_px: int, height_px: int) -> tuple[int, int]:
    """Return the (width, height) nearest to the wanted one that the model paints, in the same ratio where it can.

    A model that has `min_pixels` paints no fewer, so a small picture becomes a larger one.
    """
    if model.sizes:
        return min(map(size_px, model.sizes), key=lambda size: _distance(size, (width_px, height_px)))
    wide, high, step = float(width_px), float(height_px), model.step_px
    if model.max_ratio:
        wide, high = max(wide, high / model.max_ratio), max(high, wide / model.max_ratio)
    pixels = wide * high
    if pixels < model.min_pixels:
        scale = math.sqrt(model.min_pixels / pixels)
    else:
        scale = min(1.0, model.max_side_px / max(wide, high))
        if model.max_pixels:
            scale = min(scale, math.sqrt(model.max_pixels / pixels))
    whole = [(math.floor(side * scale / step), math.ceil(side * scale / step)) for side in (wide, high)]
    around = [(max(1, across) * step, max(1, down) * step) for across, down in itertools.product(*whole)]
    # Rounding may lead over a limit, so the nearest of those around it is taken that keeps within all.
    within = [size for size in around if _is_painted(model, size)]
    return min(within or around, key=lambda size: _distance(size, (wide, high)))


def _is_painted(model: Model, size: tuple[int, int]) -> bool:
    pixels = size[0] * size[1]
    return (
        max(size) <= model.max_side_px
        and (not model.max_pixels or pixels <= model.max_pixels)
        and (not model.max_ratio or max(size) <= model.max_ratio * min(size))
        and pixels >= model.min_pixels
    )


def _distance(size: tuple[int, int], wanted: tuple[float, float]) -> tuple[float, float]:
    ratio = math.log(size[0] / size[1]) - math.log(wanted[0] / wanted[1])
    return abs(ratio), abs(size[0] * size[1] - wanted[0] * wanted[1])
