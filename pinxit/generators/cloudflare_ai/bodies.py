"""A request as one model's body, JSON or a form: which names its fields have there, and the pictures that go along.

The names are in the catalogue, under `extra`; docs/generators.md has them.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import aiohttp
from PIL import Image, ImageFilter, ImageOps

from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode, Role
from pinxit.generators.pictures import open_source, png

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Outpaint, Request
    from pinxit.generators.catalogue import Model

Values: TypeAlias = "dict[str, Json | bytes]"

# What `fields` may give a name. `images` is the beginning of several: input_image_ for input_image_0 and so on.
_OURS = frozenset(
    {"prompt", "negative", "seed", "steps", "guidance", "width", "height", "image", "mask", "strength", "images"}
)
_SEAM_PX = 16  # How far outpainting goes into the source, so that no edge shows.


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
    form, names = extra.get("form", "json"), extra.get("fields", Wire().fields)
    if form not in ("json", "multipart"):
        raise ValueError("extra.form is of another kind; write json or multipart")
    if not isinstance(names, dict) or not set(names) <= _OURS or "prompt" not in names:
        raise ValueError(f"extra.fields names other than {', '.join(sorted(_OURS))}, or no prompt; correct it")
    limits = extra.get("guidance")
    span = [float(limit) for limit in limits if isinstance(limit, int | float)] if isinstance(limits, list) else []
    if limits is not None and len(span) != 2:  # noqa: PLR2004 - least and most
        raise ValueError("extra.guidance is of another form; write guidance = [least, most]")
    source_px, tile_step, source_step = (extra.get(key, 0) for key in ("source_px", "tile_step", "source_step"))
    if (
        not isinstance(source_px, int)
        or not isinstance(tile_step, int | float)
        or not isinstance(source_step, int | float)
    ):
        raise ValueError("extra.source_px, tile_step or source_step is no number; write 0 or more")  # noqa: TRY004 - one kind of error for the caller
    return Wire(
        form == "multipart",
        {ours: str(theirs) for ours, theirs in names.items()},
        extra.get("seed_unsure") is True,
        source_px,
        (span[0], span[1]) if span else None,
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
        values["image"] = _base64(_open(task, Role.IMAGE, size))
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


def cut(data: bytes, size: tuple[int, int]) -> bytes:
    """Return the picture's left upper part of this size (width, height) as a PNG."""
    with Image.open(io.BytesIO(data)) as picture:
        return png(picture.convert("RGB").crop((0, 0, *size)))


def _references(task: Task, model: Model, wire: Wire) -> Values:
    """Return the pictures to be painted after, what is changed before what gives the style."""
    wanted = [source for role in (Role.IMAGE, Role.STYLE) for source in task.request.sources if source.role is role]
    if len(wanted) > model.sources:
        allowed = [f"at most {model.sources}"]
        raise Refused(Code.FIELD_RANGE, field="images", value=f"{len(wanted)}", allowed=allowed)
    if not wanted and task.request.mode is not Mode.TXT2IMG:
        raise _missing(task, Role.IMAGE)
    found: Values = {}
    for number, source in enumerate(wanted):
        picture = _upright(task.sources[source.id], source.role)
        if wire.source_px:
            picture.thumbnail((wire.source_px, wire.source_px))
        found[f"{wire.fields['images']}{number}"] = png(picture)
    return found


def _upright(data: bytes, role: Role) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Code.SOURCE_INVALID, field=role.field, value="", allowed=["PNG", "JPEG", "WebP"]) from error


def _canvas(task: Task, step_px: int) -> tuple[Image.Image, Image.Image]:
    """Return the picture and its mask, white where it is painted; their sides are multiples of `step_px`.

    What outpainting adds, and what is missing to a multiple, lies around the source in its own blurred colours.
    """
    request = task.request
    sides = request.outpaint
    inner = (request.width_px - sides.left - sides.right, request.height_px - sides.top - sides.bottom)
    source = _open(task, Role.IMAGE, inner)
    whole = (-(-request.width_px // step_px) * step_px, -(-request.height_px // step_px) * step_px)
    canvas = source.resize(whole).filter(ImageFilter.GaussianBlur(max(whole) / 16))
    canvas.paste(source, (sides.left, sides.top))
    mask = Image.new("L", whole, 255)
    if request.mode is Mode.INPAINT:
        mask.paste(_open(task, Role.MASK, inner).convert("L"), (0, 0))
    else:
        mask.paste(0, _kept(source, sides))
    return canvas, mask


def _kept(source: Image.Image, sides: Outpaint) -> tuple[int, int, int, int]:
    seam = min(_SEAM_PX, source.width // 4, source.height // 4)
    return (
        sides.left + (seam if sides.left else 0),
        sides.top + (seam if sides.top else 0),
        sides.left + source.width - (seam if sides.right else 0),
        sides.top + source.height - (seam if sides.bottom else 0),
    )


def _open(task: Task, role: Role, size: tuple[int, int]) -> Image.Image:
    picture = open_source(task, role, size)
    if picture is None:
        raise _missing(task, role)
    return picture


def _missing(task: Task, role: Role) -> Refused:
    mode = task.request.mode.value
    return Refused(Code.SOURCE_MISSING, field=role.field, value="", mode=mode, allowed=[role.value])


def _base64(picture: Image.Image) -> str:
    return base64.b64encode(png(picture)).decode("ascii")
