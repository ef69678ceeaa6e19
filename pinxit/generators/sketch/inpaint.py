"""A part of a source repainted: what the mask leaves out stays as it is, to the pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from pinxit.generators.sketch.styles_bands import enlarged, in_bands, study, unit

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work

_MEMBRANE_PX = 48
_WHITE = 128  # From here on a mask's grey counts as white.
_SHIFT = 0.7  # How much of the difference in colour at the rim is taken over; all of it would wash the painting out.


def inpaint(source: Image.Image, mask: Image.Image, painting: Image.Image, strength: float) -> Work:
    """Return the source with the painting where the mask is white; all three are of one size, the mask "L".

    The painting is brought to where the mask is, so that its subject stands inside. It is faded in from the rim, only
    inwards. `strength`: 0 is the source, 1 has nothing of it inside.
    """
    inside = mask.convert("L").point([255 if value >= _WHITE else 0 for value in range(256)])
    box = inside.getbbox()
    if strength <= 0 or box is None:
        return source
    yield
    placed = yield from _placed(painting, box)
    fitted = yield from joined(placed, source, inside)
    faded = yield from _faded_inwards(inside)
    # Most of the way is gone early: a half painted thing in a hole is neither.
    share = int(255 * (1 - (1 - min(strength, 1)) ** 2) + 0.5)
    table = [value * share // 255 for value in range(256)]

    def lay(old: Image.Image, new: Image.Image, alpha: Image.Image) -> Image.Image:
        return Image.composite(new, old, alpha.point(table))

    return (yield from in_bands(lay, source, fitted, faded))


def joined(painting: Image.Image, source: Image.Image, inside: Image.Image) -> Work:
    """Return the painting with its colours shifted so that they meet the source's around `inside`.

    The difference outside is carried inwards like a membrane over a hole, at a small size.
    """
    small = study(inside, _MEMBRANE_PX)
    outside = 255 - np.asarray(small).astype(np.float64)
    outside = np.where(outside > _WHITE, outside, 0.0) / 255
    size = small.size
    off = np.asarray(source.resize(size, Image.Resampling.BOX)).astype(np.float64)
    off = (off - np.asarray(painting.resize(size, Image.Resampling.BOX))) * outside[..., None]
    yield
    known, weight = off, outside
    for radius in (1, 2, 4, 8, 16):
        wide, heavy = _blurred(off, radius), _blurred(outside, radius)
        reached = heavy / (heavy + 0.02 / radius)
        filled = wide / np.maximum(heavy, 1e-4)[..., None] * reached[..., None]
        missing = (1 - weight)[..., None]
        known = known + filled * missing * reached[..., None]
        weight = weight + (1 - weight) * reached
        yield
    shift = Image.fromarray((known * _SHIFT / 2 + 128).clip(0, 255).astype(np.uint8))
    shift = yield from enlarged(shift, painting.size)
    return (yield from in_bands(_shifted, painting, shift))


def _placed(painting: Image.Image, box: tuple[int, int, int, int]) -> Work:
    """Return the painting made so small that the box is just covered, around it; the rest stays the painting."""
    wide, high = box[2] - box[0], box[3] - box[1]
    scale = max(wide / painting.width, high / painting.height)
    if scale > 0.7:  # noqa: PLR2004 - then most of the picture is repainted, and may be as it is
        return painting
    size = (max(round(painting.width * scale), wide, 1), max(round(painting.height * scale), high, 1))
    left, top = (box[0] + box[2] - size[0]) // 2, (box[1] + box[3] - size[1]) // 2
    small = painting.resize(size, Image.Resampling.BICUBIC)
    yield
    placed = painting.copy()
    placed.paste(small, (left, top))
    yield
    return placed


def _faded_inwards(inside: Image.Image) -> Work:
    """Return how much of the painting shows: 0 outside, rising from the rim; even the thinnest line shows some."""
    radius = max(unit(inside.size) * 10, 1.0)
    half = [max(min((value - 128) * 2, 255), 0) for value in range(256)]
    reach = int(radius * 2) + 2

    def rise(rows: Image.Image) -> Image.Image:
        soft = rows.filter(ImageFilter.BoxBlur(radius)).point(half)
        near = rows.filter(ImageFilter.BoxBlur(radius / 3)).point([value * 7 // 10 for value in half])
        thin = rows.point([value * 35 // 100 for value in range(256)])
        return ImageChops.darker(ImageChops.lighter(ImageChops.lighter(soft, near), thin), rows)

    return (yield from in_bands(rise, inside, halo=reach))


def _shifted(rows: Image.Image, by: Image.Image) -> Image.Image:
    up = ImageChops.add(rows, by.point([max(value - 128, 0) * 2 for value in range(256)] * 3))
    return ImageChops.subtract(up, by.point([max(128 - value, 0) * 2 for value in range(256)] * 3))


def _blurred(field: np.ndarray, radius: int) -> np.ndarray:
    for axis in (0, 1):
        wide = [(radius + 1, radius) if at == axis else (0, 0) for at in range(field.ndim)]
        sums = np.cumsum(np.pad(field, wide), axis=axis)
        length, side = sums.shape[axis], 2 * radius + 1
        after, before = np.take(sums, range(side, length), axis), np.take(sums, range(length - side), axis)
        field = (after - before) / side
    return field
