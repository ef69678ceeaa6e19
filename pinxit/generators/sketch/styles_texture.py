"""What styles are woven from: grain, clouds, tones, lines and shadows, as pictures of one channel."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageColor, ImageFilter

from pinxit.generators.sketch.styles_bands import enlarged, in_bands, study, unit
from pinxit.generators.sketch.styles_blur import blurred

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work

Size = tuple[int, int]
_FINEST_SIGMA = 0.75  # Pixels: what is blurred so far is as good at half the size, when it is blurred twice as far.
_RED_FILTER = (0.60, 0.32, 0.08, 0.0)  # Shares of red, green and blue.


def grain(luck: np.random.Generator, size: Size, spread: int, cell_px: float = 1.0) -> Image.Image:
    """Return noise around 128, at most `spread` above and below, in cells of about `cell_px` pixels."""
    width, height = max(int(size[0] / cell_px), 1), max(int(size[1] / cell_px), 1)
    raw = np.frombuffer(luck.bytes(width * height), np.uint8).reshape(height, width)
    small = Image.fromarray(raw).point([128 + (value - 128) * spread // 128 for value in range(256)])
    return small if small.size == size else small.resize(size, Image.Resampling.BICUBIC)


def clouds(luck: np.random.Generator, size: Size, cells: int, octaves: int = 3) -> Image.Image:
    """Return smooth noise from black to white, `cells` of its largest spots along the longer side; at study size."""
    longer = max(size)
    total: Image.Image | None = None
    for octave in range(octaves):
        across = [max(round(cells * 2**octave * side / longer), 2) for side in size]
        raw = np.frombuffer(luck.bytes(across[0] * across[1]), np.uint8).reshape(across[1], across[0])
        layer = Image.fromarray(raw).resize(size, Image.Resampling.BICUBIC)
        total = layer if total is None else Image.blend(total, layer, 0.5 / (octave + 0.5))
    spread = 1.7  # Averages gather in the middle; this takes them apart again.
    made = total or Image.new("L", size, 128)
    return made.point([min(max(int((value - 128) * spread + 128), 0), 255) for value in range(256)])


def paper(luck: np.random.Generator, size: Size, spread: int, cell_px: float = 2.0) -> Image.Image:
    """Return the lit side of a rough surface around 128: what grain looks like with light from the upper left."""
    rough = grain(luck, size, 127, cell_px)
    lit = ImageChops.subtract(rough, ImageChops.offset(rough, 1, 1), 2, 128)
    return lit.point([min(max(128 + (value - 128) * spread // 48, 0), 255) for value in range(256)])


@lru_cache(maxsize=256)  # Half a megabyte.
def curve(points: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Return a table of 256 values through the points (from, to), straight between them."""
    table = []
    for value in range(256):
        right = next((place for place, point in enumerate(points) if point[0] >= value), len(points) - 1)
        (x0, y0), (x1, y1) = points[max(right - 1, 0)], points[right]
        share = min(max((value - x0) / (x1 - x0), 0), 1) if x1 != x0 else 1.0
        table.append(min(max(int(y0 + (y1 - y0) * share + 0.5), 0), 255))
    return tuple(table)


def toned(grey: Image.Image, colours: str) -> Image.Image:
    """Return the grey picture in the colours, `#rrggbb` from dark to light, evenly apart and blended."""
    stops = [ImageColor.getrgb(colour) for colour in colours.split()]
    at = [255 * place // (len(stops) - 1) for place in range(len(stops))]
    tables = [curve(tuple((x, stop[channel]) for x, stop in zip(at, stops, strict=True))) for channel in range(3)]
    return Image.merge("RGB", [grey.point(table) for table in tables])


def tinted(colour: str, size: Size) -> Image.Image:
    """Return a picture of one colour."""
    return Image.new("RGB", size, colour)


def rgb(grey: Image.Image) -> Image.Image:
    """Return a picture of one channel in three."""
    return Image.merge("RGB", (grey, grey, grey))


def vivid(picture: Image.Image, saturation: float, points: tuple[tuple[int, int], ...] = ()) -> Image.Image:
    """Return the picture with stronger (above 1) or weaker colours, then through the curve of `points`."""
    strong = Image.blend(rgb(picture.convert("L")), picture, saturation) if saturation != 1 else picture
    return strong.point(curve(points) * 3) if points else strong


def tonal(picture: Image.Image) -> Image.Image:
    """Return the picture's tones over the whole range, as through a red filter: red and green are told apart."""
    counts = study(picture, 256).convert("L", _RED_FILTER).histogram()
    below = list(itertools.accumulate(counts))
    low = next(value for value, total in enumerate(below) if total * 100 > below[-1])
    high = next(value for value, total in enumerate(below) if total * 100 >= below[-1] * 99)
    stretched = curve(((low, 0), (max(high, low + 32), 255)))
    # Partly each tone is as far up as it is rare to be darker, which opens up dark and misty pictures.
    table = [(4 * value + 255 * total // below[-1]) // 5 for value, total in zip(stretched, below, strict=True)]
    return picture.convert("L", _RED_FILTER).point(table)


def lines(picture: Image.Image, thickness: float, sharpness: int = 10, bias: int = 4) -> Work:
    """Return dark lines on white where the picture turns darker or changes its hue: a difference of two blurs, cut.

    `thickness` in thousandths of the longer side. `bias`: how faint an edge may be and still be left out.
    """
    size, sigma = picture.size, max(unit(picture.size) * thickness, 0.6)
    table = [min(max(255 + (value - 128 + bias) * sharpness, 0), 255) for value in range(256)]
    bright, hue = tonal(picture), picture.convert("L", (0.7, -0.9, 0.2, 128))
    yield
    # Thick lines are looked for in a smaller picture and cut sharp in the large one.
    smaller = max(int(sigma / _FINEST_SIGMA), 1)
    if smaller > 1:
        bright, hue = bright.reduce(smaller), hue.reduce(smaller)
        sigma /= smaller

    def darker(rows: Image.Image) -> np.ndarray:
        fine, coarse = (made.view(np.int16) for made in blurred(np.asarray(rows, np.uint16), sigma, sigma * 1.8))
        return np.asarray((fine - coarse + 128).clip(0, 255), np.uint8)

    def darkest(one: Image.Image, other: Image.Image) -> Image.Image:
        return Image.fromarray(np.minimum(darker(one), darker(other)))

    found = yield from in_bands(darkest, bright, hue, halo=int(sigma * 6) + 2)
    found = yield from enlarged(found, size)
    return found.point(table)


def flattened(picture: Image.Image, detail_px: int, colours: int, size: Size) -> Work:
    """Return the picture in so few flat colours of its own, at `size`. `detail_px`: its longer side meanwhile."""
    small = study(picture, detail_px)
    smooth = median(small)
    yield
    study_size = study(picture).size
    # Its colours are those of a quarter of its pixels, a little rounded; counting them all takes ten times as long.
    rounded = smooth.reduce(2).point([value & 0xFC | 2 for value in range(256)] * 3)
    few = rounded.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    yield
    clean = yield from in_bands(
        lambda rows: rows.quantize(palette=few, dither=Image.Dither.NONE).convert("RGB"),
        smooth.resize(study_size, Image.Resampling.BICUBIC),
    )
    return (yield from enlarged(_smooth(clean), size))


def median(picture: Image.Image) -> Image.Image:
    """Return each pixel's middle value among the nine around it: what Pillow's filter gives, in a tenth of the time."""
    around = np.pad(np.asarray(picture), ((1, 1), (1, 1), (0, 0)), "edge")
    # Each column of three is sorted once, for all three pixels beside one another that look at it.
    low, middle, high = _sorted(around[:-2], around[1:-1], around[2:])
    lows = np.maximum(np.maximum(low[:, :-2], low[:, 1:-1]), low[:, 2:])
    highs = np.minimum(np.minimum(high[:, :-2], high[:, 1:-1]), high[:, 2:])
    middles = _sorted(middle[:, :-2], middle[:, 1:-1], middle[:, 2:])[1]
    return Image.fromarray(_sorted(lows, middles, highs)[1])


def _smooth(picture: Image.Image) -> Image.Image:
    """Return what Pillow's filter SMOOTH gives, in a third of the time; the outermost pixels stay as they are."""
    pixels = np.array(picture)
    wide = pixels.astype(np.uint16)
    columns = wide[:-2] + wide[1:-1]
    columns += wide[2:]
    total = columns[:, :-2] + columns[:, 1:-1]
    total += columns[:, 2:]
    total += wide[1:-1, 1:-1] << 2
    total += 6
    total //= 13
    pixels[1:-1, 1:-1] = total
    return Image.fromarray(pixels)


def _sorted(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the least, the middle and the greatest of three at each place."""
    least, greatest = np.minimum(a, b), np.maximum(a, b)
    return np.minimum(least, c), np.maximum(least, np.minimum(greatest, c)), np.maximum(greatest, c)


def steepness(pixels: np.ndarray) -> np.ndarray:
    """Return how much the strongest channel changes at each pixel: red on green shows although both are as bright."""
    signed = pixels.astype(np.int16)
    steep = np.zeros(pixels.shape[:2], np.int16)
    across, down = (_strongest(abs(np.diff(signed, axis=axis))) for axis in (1, 0))
    steep[:, 1:] = across
    steep[:, :-1] = np.maximum(steep[:, :-1], across)
    steep[1:] = np.maximum(steep[1:], down)
    steep[:-1] = np.maximum(steep[:-1], down)
    return steep


def _strongest(channels: np.ndarray) -> np.ndarray:
    return np.asarray(np.maximum(np.maximum(channels[..., 0], channels[..., 1]), channels[..., 2]))


def vignette(size: Size, darkest: int, reach: float = 1.0) -> Image.Image:
    """Return white that falls to `darkest` in the corners. `reach`: larger keeps more of the middle white."""
    side = 64
    across = (np.arange(side) + 0.5) / (side / 2) - 1
    far = (across[:, None] ** 2 + across[None, :] ** 2) / (2 * reach)
    level = 255 - (255 - darkest) * np.clip(far, 0, 1) ** 2
    return Image.fromarray((level + 0.5).astype(np.uint8)).resize(size, Image.Resampling.BICUBIC)


def ragged_edge(luck: np.random.Generator, size: Size, width: float) -> Image.Image:
    """Return white with a torn black border about `width` thousandths of the longer side wide; at any size."""
    longer = max(size)
    x, y = np.arange(size[0])[None, :] + 0.5, np.arange(size[1])[:, None] + 0.5
    inside = np.minimum(np.minimum(x, size[0] - x), np.minimum(y, size[1] - y)) * (1000 / longer)
    rough = np.asarray(clouds(luck, size, 12, 3)).astype(np.float32) / 255
    share = (inside - width * (0.5 + 1.0 * rough)) / max(width * 0.2, 1)
    return Image.fromarray((np.clip(share, 0, 1) * 255).astype(np.uint8))


def glow(picture: Image.Image, radius: float, size: Size) -> Work:
    """Return the picture blurred by `radius` thousandths of its longer side, at `size`."""
    small = study(picture, max(max(size) // 4, 1))
    soft = small.filter(ImageFilter.GaussianBlur(max(unit(small.size) * radius, 0.5)))
    yield
    return (yield from enlarged(soft, size))
