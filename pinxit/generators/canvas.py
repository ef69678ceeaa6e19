"""A canvas for models that paint only a part of a picture: its sides as the model wants them, its mask white there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from pinxit.generators.pictures import png

if TYPE_CHECKING:
    from pinxit.domain.request import Outpaint, Request

_SEAM_PX = 16  # How far outpainting goes into the source, so that no edge shows.


def whole_px(size_px: tuple[int, int], step_px: int) -> tuple[int, int]:
    """Return the smallest size (width, height) of whole steps that holds `size_px`. Pure."""
    width_px, height_px = size_px
    return -(-width_px // step_px) * step_px, -(-height_px // step_px) * step_px


def inner_px(request: Request) -> tuple[int, int]:
    """Return the size (width, height) of what outpainting keeps. Pure."""
    sides = request.outpaint
    return request.width_px - sides.left - sides.right, request.height_px - sides.top - sides.bottom


def widened(source: Image.Image, sides: Outpaint, step_px: int) -> tuple[Image.Image, Image.Image]:
    """Return the source with room around it, in its own blurred colours, and the mask of that room. Blocks.

    Both have sides of whole steps; what that adds on the right and below is for `cut` to take off again, and is not
    painted.
    """
    wide_px, high_px = source.width + sides.left + sides.right, source.height + sides.top + sides.bottom
    canvas = filled(source, whole_px((wide_px, high_px), step_px), (sides.left, sides.top))
    mask = Image.new("L", canvas.size, 255)
    seam_px = min(_SEAM_PX, source.width // 4, source.height // 4)
    kept = (
        sides.left + (seam_px if sides.left else 0),
        sides.top + (seam_px if sides.top else 0),
        sides.left + source.width - seam_px if sides.right else canvas.width,
        sides.top + source.height - seam_px if sides.bottom else canvas.height,
    )
    mask.paste(0, kept)
    return canvas, mask


def masked(source: Image.Image, mask: Image.Image, step_px: int) -> tuple[Image.Image, Image.Image]:
    """Return the source and its mask, both with sides of whole steps; what that adds is painted. Blocks."""
    canvas = filled(source, whole_px(source.size, step_px))
    white = Image.new("L", canvas.size, 255)
    white.paste(mask.convert("L"), (0, 0))
    return canvas, white


def filled(source: Image.Image, size_px: tuple[int, int], at_px: tuple[int, int] = (0, 0)) -> Image.Image:
    """Return a picture of this size (width, height) with the source in it, its blurred colours around it. Blocks."""
    if size_px == source.size:
        return source
    canvas = source.resize(size_px).filter(ImageFilter.GaussianBlur(max(size_px) / 16))
    canvas.paste(source, at_px)
    return canvas


def cut(data: bytes, size_px: tuple[int, int]) -> bytes:
    """Return the picture's left upper part of this size (width, height) as a PNG. Blocks."""
    with Image.open(io.BytesIO(data)) as picture:
        return png(picture.convert("RGB").crop((0, 0, *size_px)))
