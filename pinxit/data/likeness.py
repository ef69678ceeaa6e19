"""How far two pictures are apart, from their decoded pixels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import ImageChops

from pinxit.data.pictures import NotAPicture, decode
from pinxit.domain.verdict import Difference

if TYPE_CHECKING:
    from collections.abc import Sequence

_LEVELS = 256
_PEAK = 255
_COLOURS = 3


def pixel_difference(first: bytes, second: bytes, *, first_sha256: str, max_pixels: int) -> Difference:
    """Compare two pictures of one size, whose bytes may be of different types.

    `first_sha256`: of the first one's RGBA pixels, as they were when they were noted. Raises NotAPicture: one cannot be
    decoded, is not what was noted, or has another size.
    """
    noted, first_pixels = decode(first, max_pixels=max_pixels)
    if noted.pixels_sha256 != first_sha256:
        raise NotAPicture("it is not the picture that it was")
    one, other = first_pixels.convert("RGBA"), decode(second, max_pixels=max_pixels)[1].convert("RGBA")
    if one.size != other.size:
        raise NotAPicture("the two have different sizes")
    apart = ImageChops.difference(one, other)
    bands = apart.split()
    largest = bands[0]
    for band in bands[1:]:
        largest = ImageChops.lighter(largest, band)
    number = one.width * one.height
    counts = apart.histogram()
    channels = [counts[start : start + _LEVELS] for start in range(0, len(bands) * _LEVELS, _LEVELS)]
    red, green, blue, alpha = (_moment(channel, 1) / number for channel in channels)
    return Difference(
        mean=(red, green, blue, alpha), share=1 - largest.histogram()[0] / number, psnr_db=_psnr_db(channels, number)
    )


def _psnr_db(channels: Sequence[Sequence[int]], number: int) -> float:
    """Return 10·log₁₀(255² ÷ mean squared difference) over the channels that say anything."""
    counted = channels if channels[_COLOURS][0] < number else channels[:_COLOURS]
    squared = sum(_moment(channel, 2) for channel in counted) / (number * len(counted))
    return 10 * math.log10(_PEAK**2 / squared) if squared else math.inf


def _moment(counts: Sequence[int], power: int) -> int:
    return sum(count * level**power for level, count in enumerate(counts))
