"""The pictures that a request brings along, as ComfyUI's nodes take them: sides of whole latents, white repainted."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Mode, Role
from pinxit.generators.pictures import open_source, png

if TYPE_CHECKING:
    from pinxit.domain.generator import Task
    from pinxit.domain.request import Outpaint, Request

_STEP_PX = 8  # Of a latent; ComfyUI cuts other sizes down.
_SEAM_PX = 16  # How far outpainting goes into the source, so that no edge shows.
_SOFT_PX = 2  # How far a mask's edge is softened.


@dataclass(frozen=True, slots=True)
class Canvas:
    """What is painted on. `size_px`: (width, height) to paint. `image`, `mask`: PNGs, None where the mode has none."""

    size_px: tuple[int, int]
    image: bytes | None = None
    mask: bytes | None = None


def canvas_for(task: Task) -> Canvas:
    """Return the canvas of a job. Blocks: sources are scaled and encoded.

    Raises Refused for a source that is missing or no picture.
    """
    request = task.request
    if request.mode is Mode.UPSCALE:
        # One pixel of rounding between the source and the size asked for is for the workflow to even out.
        small = (round(request.width_px / request.upscale), round(request.height_px / request.upscale))
        return Canvas((request.width_px, request.height_px), png(_open(task, Role.IMAGE, small)))
    if request.mode is Mode.OUTPAINT:
        source, mask = _widened(_open(task, Role.IMAGE, _inner(request)), request.outpaint)
        return Canvas(source.size, png(source), png(_soft(mask)))
    size_px = (_whole(request.width_px), _whole(request.height_px))
    if request.mode is Mode.TXT2IMG:
        return Canvas(size_px)
    image = png(_open(task, Role.IMAGE, size_px))
    if request.mode is Mode.IMG2IMG:
        return Canvas(size_px, image)
    return Canvas(size_px, image, png(_soft(_open(task, Role.MASK, size_px).convert("L"))))


def cut(data: bytes, size_px: tuple[int, int]) -> bytes:
    """Return the picture's left upper part of this size (width, height) as a PNG. Blocks."""
    with Image.open(io.BytesIO(data)) as picture:
        return png(picture.convert("RGB").crop((0, 0, *size_px)))


def is_black(data: bytes) -> bool:
    """Tell whether every pixel is black: what is left where a model in half precision reckons with NaN."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.convert("RGB").getbbox() is None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return False  # No picture at all; the next look at it says so.


def _open(task: Task, role: Role, size_px: tuple[int, int]) -> Image.Image:
    picture = open_source(task, role, size_px)
    if picture is None:
        raise Refused(
            Code.SOURCE_MISSING, field=role.field, value="", mode=task.request.mode.value, allowed=[role.value]
        )
    return picture


def _inner(request: Request) -> tuple[int, int]:
    sides = request.outpaint
    return request.width_px - sides.left - sides.right, request.height_px - sides.top - sides.bottom


def _widened(source: Image.Image, sides: Outpaint) -> tuple[Image.Image, Image.Image]:
    """Return the source with room around it, in its blurred colours, and the mask of that room."""
    wide, high = source.width + sides.left + sides.right, source.height + sides.top + sides.bottom
    whole = (_whole(wide), _whole(high))
    canvas = source.resize(whole).filter(ImageFilter.GaussianBlur(max(whole) / 16))
    canvas.paste(source, (sides.left, sides.top))
    mask = Image.new("L", whole, 255)
    seam = min(_SEAM_PX, source.width // 4, source.height // 4)
    kept = (
        sides.left + (seam if sides.left else 0),
        sides.top + (seam if sides.top else 0),
        sides.left + source.width - seam if sides.right else whole[0],  # What is cut off later has no edge either.
        sides.top + source.height - seam if sides.bottom else whole[1],
    )
    mask.paste(0, kept)
    return canvas, mask


def _soft(mask: Image.Image) -> Image.Image:
    return mask.filter(ImageFilter.GaussianBlur(_SOFT_PX)).convert("RGB")


def _whole(side_px: int) -> int:
    return -(-side_px // _STEP_PX) * _STEP_PX
