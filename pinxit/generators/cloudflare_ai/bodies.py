"""A request as one model's body, JSON or a form: which names its fields have there, and the pictures that go along.

The names are in the catalogue, under `extra`; docs/generators.md has them.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import aiohttp

from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode, Role
from pinxit.generators.canvas import inner_px, masked, widened
from pinxit.generators.fields import read_fields, read_span
from pinxit.generators.pictures import missing_source, needed_source, png, upright

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Request
    from pinxit.generators.catalogue import Model

Values: TypeAlias = "dict[str, Json | bytes]"

# What `fields` may give a name. `images` is the beginning of several: input_image_ for input_image_0 and so on.
_OURS = frozenset(
    {"prompt", "negative", "seed", "steps", "guidance", "width", "height", "image", "mask", "strength", "images"}
)


@dataclass(frozen=True, slots=True)
class Wire:
    """How one model is asked, from the catalogue's `extra`.

    `is_form`: by multipart/form-data, else by JSON. `fields`: our words with their names there; what has none is not
    sent. `seed_unsure`: it may refuse a seed, and is asked again without. `source_px`: the longest side of a picture
    that it takes, 0: any. `guidance`: (least, most), or None. `tile_step`, `source_step`: dollars for each step, by
    square of 512 pixels and by source.
    """

    is_form: bool = False
    fields: Mapping[str, str] = field(default_factory=lambda: {"prompt": "prompt", "seed": "seed"})
    seed_unsure: bool = False
    source_px: int = 0
    guidance: tuple[float, float] | None = None
    tile_step: float = 0.0
    source_step: float = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model is asked for. `cut_px`: of the picture that comes, whose size is `whole_px`; None: take it whole."""

    values: Values
    prompt: str
    whole_px: tuple[int, int]
    cut_px: tuple[int, int] | None = None


def read_wire(model: Model) -> Wire:
    """Return how a model is asked. Raises ValueError: what is wrong in its `extra`."""
    extra = model.extra
    known = ("form", "fields", "seed_unsure", "source_px", "guidance", "tile_step", "source_step")
    if unknown := next((key for key in extra if key not in known), None):
        raise ValueError(f"extra.{unknown} is unknown; possible are {', '.join(known)}")
    form = extra.get("form", "json")
    if form not in ("json", "multipart"):
        raise ValueError("extra.form is of another kind; write json or multipart")
    source_px, tile_step, source_step = (extra.get(key, 0) for key in ("source_px", "tile_step", "source_step"))
    if (
        not isinstance(source_px, int)
        or not isinstance(tile_step, int | float)
        or not isinstance(source_step, int | float)
    ):
        raise ValueError("extra.source_px, tile_step or source_step is no number; write 0 or more")  # noqa: TRY004 - one kind of error for the caller
    span = read_span(model)
    return Wire(
        form == "multipart",
        read_fields(model, _OURS),
        extra.get("seed_unsure") is True,
        source_px,
        span,
        float(tile_step),
        float(source_step),
    )


def prompt_for(request: Request, model: Model) -> str:
    """Return the text that is sent, with what to avoid and which picture is the style where only words can say it."""
    avoided = in_words(request.negative_prompt) if model.negative == "words" else ""
    style = ""
    if request.mode is Mode.STYLE_TRANSFER:
        number = sum(source.role is Role.IMAGE for source in request.sources)
        style = f"Paint image 1 in the style of image {number + 1}."
    return " ".join(filter(None, (request.final_prompt, style, avoided)))


def wanted_for(task: Task, model: Model, wire: Wire) -> Wanted:
    """Return what is asked of a model for every image of a task; only the seed is missing.

    Blocks: sources are scaled and encoded. Raises Refused for sources that are missing, too many or no pictures.
    """
    request = task.request
    whole_px = size = (request.width_px, request.height_px)
    values: Values = {
        "prompt": prompt_for(request, model),
        "negative": request.negative_prompt,
        "steps": request.steps,
        "guidance": request.guidance_scale,
        "strength": request.strength,
    }
    pictures: Values = {}
    if "images" in wire.fields:
        pictures = _references(task, model, wire)
    elif request.mode is Mode.IMG2IMG:
        values["image"] = _base64(needed_source(task, Role.IMAGE))
    elif request.mode in (Mode.INPAINT, Mode.OUTPAINT):
        picture, mask = _canvas(task, model.step_px)
        whole_px = picture.size
        # The mask has no form in base64; the file's bytes are listed as numbers.
        values |= {"image": _base64(picture), "mask": list(png(mask))}
        values["strength"] = 1.0 if request.mode is Mode.OUTPAINT else request.strength
    values |= {"width": whole_px[0], "height": whole_px[1]}
    if request.mode in (Mode.TXT2IMG, Mode.STYLE_TRANSFER):
        del values["strength"]
    named = {theirs: values[ours] for ours, theirs in wire.fields.items() if values.get(ours) not in (None, "")}
    return Wanted({**named, **pictures}, prompt_for(request, model), whole_px, size if size != whole_px else None)


def as_json(values: Values) -> dict[str, Json]:
    """Return the values as JSON."""
    return {name: value for name, value in values.items() if not isinstance(value, bytes)}


def as_form(values: Values) -> aiohttp.FormData:
    """Return the values as multipart/form-data, which FLUX.2 wants for words alone, too."""
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in values.items():
        if isinstance(value, bytes):
            form.add_field(name, value, content_type="image/png", filename=f"{name}.png")
        else:
            form.add_field(name, str(value))
    return form


def _references(task: Task, model: Model, wire: Wire) -> Values:
    """Return the pictures to be painted after, what is changed before what gives the style."""
    wanted = [source for role in (Role.IMAGE, Role.STYLE) for source in task.request.sources if source.role is role]
    if len(wanted) > model.sources:
        allowed = [f"at most {model.sources}"]
        raise Refused(Code.FIELD_RANGE, field="images", value=f"{len(wanted)}", allowed=allowed)
    if not wanted and task.request.mode is not Mode.TXT2IMG:
        raise missing_source(task, Role.IMAGE)
    found: Values = {}
    for number, source in enumerate(wanted):
        picture = upright(task, source)
        if wire.source_px:
            picture.thumbnail((wire.source_px, wire.source_px))
        found[f"{wire.fields['images']}{number}"] = png(picture)
    return found


def _canvas(task: Task, step_px: int) -> tuple[Image.Image, Image.Image]:
    """Return the picture and its mask, white where it is painted; their sides are multiples of `step_px`."""
    if task.request.mode is Mode.OUTPAINT:
        return widened(needed_source(task, Role.IMAGE, inner_px(task.request)), task.request.outpaint, step_px)
    return masked(needed_source(task, Role.IMAGE), needed_source(task, Role.MASK), step_px)


def _base64(picture: Image.Image) -> str:
    return base64.b64encode(png(picture)).decode("ascii")
