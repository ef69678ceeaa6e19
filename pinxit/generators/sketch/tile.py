"""A painting whose edges fit together, so that it covers a wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work

_MARGIN = 0.2  # The share of the picture, at each edge, in which it is blended into its mirror.


def tile(painting: Image.Image) -> Work:
    """Return the painting so that its left edge continues its right one, and its top its bottom; its middle stays."""
    width, height = painting.size
    across = Image.new("L", (width, 1))
    across.putdata(_ramp(width))
    beside = Image.composite(ImageOps.mirror(painting), painting, across.resize(painting.size))
    yield
    down = Image.new("L", (1, height))
    down.putdata(_ramp(height))
    yield
    return Image.composite(ImageOps.flip(beside), beside, down.resize(painting.size))


def _ramp(length: int) -> list[int]:
    """Return the mirror's share, 0 … 255: one half at either end, nothing in the middle, eased."""
    margin = max(int(length * _MARGIN), 1)
    shares = []
    for place in range(length):
        near = max(1 - min(place, length - 1 - place) / margin, 0)
        shares.append(int(127.5 * near * near * (3 - 2 * near)))
    return shares
