"""All styles by name, and a picture redrawn in one of them."""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch.styles_bands import in_bands
from pinxit.generators.sketch.styles_drawn import PENS
from pinxit.generators.sketch.styles_flat import FLATS
from pinxit.generators.sketch.styles_glow import GLOWS
from pinxit.generators.sketch.styles_light import LIGHTS
from pinxit.generators.sketch.styles_paint import PAINTS
from pinxit.generators.sketch.styles_pieces import PIECES
from pinxit.generators.sketch.styles_style import Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.generators.sketch.styles_style import Work

__all__ = ["STYLES", "Style", "apply"]

STYLES: Mapping[str, Style] = MappingProxyType(
    {style.name: style for style in (*PAINTS, *PENS, *FLATS, *PIECES, *LIGHTS, *GLOWS)}
)


def apply(style: str, picture: Image.Image, *, seed_text: str, strength: float = 1.0) -> Work:
    """Redraw an RGB picture in a style; the result has its size. Yields after each slice of some 30 ms at most.

    `style`: a key of STYLES. `seed_text`: equal texts give equal strokes. `strength`: 0 leaves the picture as it is,
    1 is the whole style.
    """
    if strength <= 0:
        return picture
    chance = np.random.Generator(np.random.PCG64(list(hashlib.sha256(f"{style} {seed_text}".encode()).digest())))
    redrawn = yield from STYLES[style].restyle(picture, chance)
    if strength >= 1:
        return redrawn
    return (yield from in_bands(lambda old, new: Image.blend(old, new, strength), picture, redrawn))
