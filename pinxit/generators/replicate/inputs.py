"""A request as one model's input: which names its fields have there, and the pictures that go along.

The names are in the catalogue, under `extra`; docs/generators.md has them. The sizes that `shapes` promise are those of
Replicate's own program for FLUX (github.com/replicate/cog-flux, predict.py, ASPECT_RATIOS, read 2026-11).
"""

from __future__ import annotations

import base64
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode, Role
from pinxit.domain.seeds import SEED_LIMIT
from pinxit.generators.canvas import inner_px, masked, widened
from pinxit.generators.catalogue_entries import size_px
from pinxit.generators.fields import read_fields, read_span
from pinxit.generators.pictures import needed_source, png

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Request
    from pinxit.generators.catalogue import Model

_OURS = frozenset(
    {"prompt", "negative", "seed", "steps", "guidance", "width", "height", "image", "mask", "strength"}
)  # What `fields` may give a name.
_URI_BYTES = 750_000  # In base64 a million: Replicate advises against longer data URIs; "Input files", read 2026-11.
_QUALITIES = (95, 90, 80, 60)


@dataclass(frozen=True, slots=True)
class Wire:
    """How one model is asked, from the catalogue's `extra`.

    `version`: a hash; "" for an official model, which has none. `input`: sent with every call. `fields`: our words with
    their names there; what has none is not sent. `shapes`: the only sizes (width, height) that there are, with the
    inputs that ask for each. `guidance`: (least, most), or None. `dollars_per_second`: what its hardware costs, for
    models that are billed by time.
    """

    version: str = ""
    input: Mapping[str, Json] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=lambda: {"prompt": "prompt", "seed": "seed"})
    shapes: Mapping[tuple[int, int], Mapping[str, Json]] = field(default_factory=dict)
    guidance: tuple[float, float] | None = None
    dollars_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model is asked for. `cut_px`: of the picture that comes, whose size is `whole_px`; None: take it whole."""

    input: Mapping[str, Json]
    prompt: str
    whole_px: tuple[int, int] = (0, 0)
    cut_px: tuple[int, int] | None = None


def read_wire(model: Model) -> Wire:
    """Return how a model is asked. Raises ValueError: what is wrong in its `extra`."""
    known = ("version", "input", "fields", "shapes", "guidance", "dollars_per_second")
    if unknown := next((key for key in model.extra if key not in known), None):
        raise ValueError(f"extra.{unknown} is unknown; possible are {', '.join(known)}")
    version, fixed = model.extra.get("version", ""), model.extra.get("input", {})
    shapes = model.extra.get("shapes", {})
    if not isinstance(version, str) or not isinstance(fixed, dict) or not isinstance(shapes, dict):
        raise ValueError("extra holds a version, input or shapes of another type; write a text and two tables")  # noqa: TRY004 - one kind of error for the caller
    price = model.extra.get("dollars_per_second", 0.0)
    if not isinstance(price, int | float) or not 0 <= price < math.inf:
        raise ValueError("extra.dollars_per_second is no price; write 0 or more")
    span = read_span(model)
    return Wire(
        version,
        fixed,
        read_fields(model, _OURS, sizes=bool(shapes)),
        {size_px(size): asked for size, asked in shapes.items() if isinstance(asked, dict)},
        span,
        float(price),
    )


def prompt_for(request: Request, model: Model) -> str:
    """Return the text that is sent; with "Avoid: …" for a model that takes no negative prompt."""
    avoided = in_words(request.negative_prompt) if model.negative == "words" else ""
    return " ".join(filter(None, (request.final_prompt, avoided)))


def wanted_for(task: Task, model: Model, wire: Wire) -> Wanted:
    """Return what is asked of a model for every image of a task; only the seed is missing.

    Blocks: sources are scaled and encoded. Raises Refused for a source that is missing or no picture.
    """
    request = task.request
    values: dict[str, Json] = {
        "prompt": prompt_for(request, model),
        "negative": request.negative_prompt,
        "steps": request.steps,
        "guidance": request.guidance_scale,
        "width": request.width_px,
        "height": request.height_px,
    }
    whole_px = size = (request.width_px, request.height_px)
    if request.mode is Mode.IMG2IMG:
        values |= {"image": _uri(needed_source(task, Role.IMAGE)), "strength": request.strength}
    elif request.mode in (Mode.INPAINT, Mode.OUTPAINT):
        picture, mask = _canvas(task, model.step_px)
        whole_px = picture.size
        values |= {"image": _uri(picture), "mask": _uri(mask), "width": whole_px[0], "height": whole_px[1]}
        values |= {"strength": 1.0 if request.mode is Mode.OUTPAINT else request.strength}
    named = {theirs: values[ours] for ours, theirs in wire.fields.items() if values.get(ours) not in (None, "")}
    # A picture that is sent along has its size itself.
    shape = wire.shapes.get(size, {}) if request.mode is Mode.TXT2IMG else {}
    return Wanted({**wire.input, **shape, **named}, str(values["prompt"]), whole_px, size if size != whole_px else None)


def seeded(wanted: Wanted, wire: Wire, seed: int) -> dict[str, Json]:
    """Return the input of one image."""
    # Replicate's FLUX takes a seed of 0 for none at all; 2³² is nobody else's, and is heeded.
    named: dict[str, Json] = {wire.fields["seed"]: seed or SEED_LIMIT} if "seed" in wire.fields else {}
    return {**wanted.input, **named}


def _canvas(task: Task, step_px: int) -> tuple[Image.Image, Image.Image]:
    """Return the picture and its mask, white where it is painted; their sides are multiples of `step_px`."""
    if task.request.mode is Mode.OUTPAINT:
        return widened(needed_source(task, Role.IMAGE, inner_px(task.request)), task.request.outpaint, step_px)
    return masked(needed_source(task, Role.IMAGE), needed_source(task, Role.MASK), step_px)


def _uri(picture: Image.Image) -> str:
    """Return a data URI: a PNG, or a JPEG where that would be too long."""
    data, kind = png(picture), "png"
    for quality in _QUALITIES:
        if len(data) <= _URI_BYTES:
            break
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality)
        data, kind = file.getvalue(), "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
