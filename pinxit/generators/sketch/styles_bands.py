"""Work on a picture in bands of rows, so that each slice of it is short and little memory is held."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from pinxit.generators.sketch.styles_style import Work

T = TypeVar("T")

BAND_PIXELS = 2**16  # The slowest step on one band takes some 20 ms.
STUDY_PX = 512  # Soft things are worked out at this length of the longer side, and made larger after that.


def unit(size: tuple[int, int]) -> float:
    """Return how many pixels a thousandth of the picture's longer side is: what lengths in a style are told in."""
    return max(size) / 1000


def bands(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Return the boxes of bands of whole rows that make up a picture, from above."""
    width, height = size
    rows = max(BAND_PIXELS // width, 16)
    for top in range(0, height, rows):
        yield 0, top, width, min(top + rows, height)


def in_bands(work: Callable[..., Image.Image], *pictures: Image.Image, halo: int = 0) -> Work:
    """Return what `work` makes of the pictures, which are of one size, band by band.

    `halo`: how many rows beyond its band the work looks at. It gets each picture's rows and returns as many.
    """
    size = pictures[0].size
    made: Image.Image | None = None
    for _, top, width, bottom in bands(size):
        above, below = max(top - halo, 0), min(bottom + halo, size[1])
        rows = work(*(picture.crop((0, above, width, below)) for picture in pictures))
        if made is None:
            made = Image.new(rows.mode, size)
        made.paste(rows.crop((0, top - above, width, bottom - above)), (0, top))
        yield
    return made if made is not None else pictures[0]


def enlarged(small: Image.Image, size: tuple[int, int]) -> Work:
    """Return the small picture at `size`, smoothly, band by band."""
    if small.size == size:
        return small
    made = Image.new(small.mode, size)
    down = small.height / size[1]
    for left, top, right, bottom in bands(size):
        rows = small.resize(
            (right, bottom - top), Image.Resampling.BICUBIC, (0, top * down, small.width, bottom * down)
        )
        made.paste(rows, (left, top))
        yield
    return made


def study(picture: Image.Image, longer_px: int = STUDY_PX) -> Image.Image:
    """Return the picture with its longer side at most `longer_px` long."""
    scale = longer_px / max(picture.size)
    if scale >= 1:
        return picture
    size = (max(round(picture.width * scale), 1), max(round(picture.height * scale), 1))
    times = picture.width // size[0]
    if picture.size == (size[0] * times, size[1] * times):
        return picture.reduce(times)  # A third of the time.
    return picture.resize(size, Image.Resampling.BOX)


def run(work: Generator[None, None, T]) -> T:
    """Do all slices of a work at once and return its result."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result
