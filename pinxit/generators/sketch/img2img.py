"""A source repainted: its colours and large shapes go first, its detail last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch.styles_bands import enlarged, in_bands, study

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work

_SHAPES_PX = 40  # The longer side of a picture that holds large shapes only.


def img2img(source: Image.Image, painting: Image.Image, strength: float) -> Work:
    """Return the source moved towards the painting, both RGB and of one size.

    `strength`: 0 is the source, 1 the painting, to the pixel. The large shapes and the colours move with it; the
    detail, by which one knows a thing again, moves with its square.
    """
    if strength <= 0:
        return source
    if strength >= 1:
        return painting
    shapes, wanted = study(source, _SHAPES_PX), study(painting, _SHAPES_PX)
    yield
    shapes = yield from enlarged(shapes, source.size)
    wanted = yield from enlarged(wanted, source.size)
    large, fine = int(strength * 256 + 0.5), int(strength * strength * 256 + 0.5)

    def move(old: Image.Image, low: Image.Image, new: Image.Image, low_new: Image.Image) -> Image.Image:
        kept, soft, goal, soft_goal = (np.asarray(rows).astype(np.int32) for rows in (old, low, new, low_new))
        moved = (soft_goal - soft) * large + ((goal - soft_goal) - (kept - soft)) * fine
        return Image.fromarray((kept + ((moved + 128) >> 8)).clip(0, 255).astype(np.uint8))

    return (yield from in_bands(move, source, shapes, painting, wanted))
