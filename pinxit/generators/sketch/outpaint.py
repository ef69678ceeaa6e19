"""A source with more around it: its own pixels stay, and what is added begins as its edges end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch.inpaint import joined
from pinxit.generators.sketch.styles_bands import bands

if TYPE_CHECKING:
    from pinxit.domain.request import Outpaint
    from pinxit.generators.sketch.styles_style import Work

_REACH = 0.14  # How far, in longer sides of the whole, the source's mirrored edge can be seen in what is added.


def outpaint(source: Image.Image, sides: Outpaint, painting: Image.Image) -> Work:
    """Return the painting with the source in it, `sides.left` pixels from its left edge and `sides.top` from its top.

    The painting has the size of the whole. Around the source it takes over the source's colours and edges.
    """
    whole, (wide, high) = painting.size, source.size
    left, top = sides.left, sides.top
    inside = Image.new("L", whole, 255)
    inside.paste(0, (left, top, left + wide, top + high))
    spread = painting.copy()
    spread.paste(source, (left, top))
    yield
    fitted = yield from joined(painting, spread, inside)
    pixels = np.asarray(source)
    x, y = np.arange(whole[0]) - left, np.arange(whole[1]) - top
    column, row = _mirrored(x, wide), _mirrored(y, high)
    away_x, away_y = (np.maximum(np.maximum(-at, at - size + 1), 0) for at, size in ((x, wide), (y, high)))
    reach = np.float32(max(_REACH * max(whole), 2))
    made = Image.new("RGB", whole)
    for _, above, _, below in bands(whole):
        far = np.sqrt((away_x[None, :].astype(np.float32) ** 2) + away_y[above:below, None].astype(np.float32) ** 2)
        share = np.clip(1 - far / reach, 0, 1)
        share = (share * share * (3 - 2 * share))[..., None]
        continued = pixels[row[above:below, None], column[None, :]]
        added = np.asarray(fitted.crop((0, above, whole[0], below)))
        mixed = added + (continued.astype(np.float32) - added) * share
        made.paste(Image.fromarray((mixed + np.float32(0.5)).astype(np.uint8)), (0, above))
        yield
    return made


def _mirrored(at: np.ndarray, size: int) -> np.ndarray:
    """Return the places within 0 … size − 1 that places beyond the ends are mirrored to."""
    folded = at % (2 * size)
    return np.where(folded < size, folded, 2 * size - 1 - folded)
