"""Brush strokes that follow the shapes of a picture, and the relief that thick paint has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from pinxit.generators.sketch.styles_bands import bands, in_bands, study, unit
from pinxit.generators.sketch.styles_texture import rgb, steepness

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pinxit.generators.sketch.styles_style import Work

_FLOW_PX = 96
_SLICE_PIXELS = 600_000  # Painted between two yields …
_THIN_PX, _THINNED = 5.0, 1.4  # Strokes thinner than this are set so many times as far apart.
_FINEST_PX = 2.0  # Strokes that are thinner than this are hardly seen, and many.
_ACROSS = 64  # Places across a stroke that are told apart.
_STROKE_PIXELS = 600  # … where setting out a stroke takes as long as painting so many.


class _Strokes(NamedTuple):
    """A layer's strokes, one in each row.

    `inks`: as Pillow packs them. `heights`: in the relief. `side`, `middles`: a point's product with the one, less the
    other, goes from −1 to 1 across the stroke. `thin`: a bristle's width as a share of the stroke's.
    """

    inks: np.ndarray
    heights: np.ndarray
    side: np.ndarray
    middles: np.ndarray
    thin: float


@dataclass(frozen=True, slots=True)
class Brush:
    """One layer of strokes, lengths in thousandths of the picture's longer side.

    `apart`: from one stroke to the next, in widths. `wander`: how much brightness and colour vary, 0 … 255.
    `detail`: strokes are set only where the picture is at least so steep, 0 … 255. `bristles`: lines in the
    relief; with one, nothing but it is seen there; with none, the strokes leave it alone.
    `straight`: 0 follows the shapes, 1 keeps to the direction (1, −1) of a right-handed hatching.
    """

    width: float
    length: float
    apart: float = 1.0
    wander: int = 12
    detail: int = 0
    bristles: int = 2
    straight: float = 0.0


def flow(picture: Image.Image, luck: np.random.Generator) -> np.ndarray:
    """Return unit vectors along the picture's edges, (rows, columns, x and y), on a coarse grid."""
    grey = np.asarray(study(picture.convert("L"), _FLOW_PX)).astype(np.float64)
    if min(grey.shape) < 2:  # noqa: PLR2004 - a gradient takes two pixels
        return np.broadcast_to(np.array([1.0, 0.0]), (*grey.shape, 2))
    down, right = np.gradient(grey)
    # A faint gradient of chance gives flat places a direction of their own that changes slowly.
    swirl = [_softened(luck.random(grey.shape) - 0.5, 6) * 40 for _ in range(2)]
    right, down = right + swirl[0], down + swirl[1]
    a, b, c = (_softened(part, 2) for part in (right * right, right * down, down * down))
    half = np.sqrt(((a - c) / 2) ** 2 + b * b)
    x, y = b, (c - a) / 2 - half  # Along the edge: the weaker direction of the structure tensor.
    other = abs(x) + abs(y) < 1e-6  # noqa: PLR2004 - the tensor is round or lies along an axis
    x, y = np.where(other, 0.0, x), np.where(other, 1.0, y)
    norm = np.sqrt(x * x + y * y)
    return np.stack([x / norm, y / norm], axis=-1)


def painted(
    picture: Image.Image, ground: Image.Image, brushes: tuple[Brush, ...], luck: np.random.Generator
) -> Generator[None, None, tuple[Image.Image, Image.Image]]:
    """Lay the brushes' strokes over `ground` in the picture's colours; return that, and the relief as one channel.

    `picture` may be smaller than `ground`, which is painted on.
    """
    canvas, relief = ground, Image.new("L", ground.size, 128)
    directions = flow(picture, luck)
    yield
    for brush in brushes:
        yield from _layer(picture, canvas, relief, brush, directions, luck)
    return canvas, relief


def lit(canvas: Image.Image, relief: Image.Image, depth: int) -> Work:
    """Return the canvas with light from the upper left on its relief. `depth`: percent."""
    table = [min(max(128 + (value - 128) * depth // 100, 0), 255) for value in range(256)]

    def shine(paint: Image.Image, height: Image.Image) -> Image.Image:
        slope = ImageChops.subtract(height, ImageChops.offset(height, 1, 1), 1, 128).point(table)
        return ImageChops.overlay(paint, rgb(slope))

    return in_bands(shine, canvas, relief, halo=2)


def _layer(
    picture: Image.Image,
    canvas: Image.Image,
    relief: Image.Image,
    brush: Brush,
    directions: np.ndarray,
    luck: np.random.Generator,
) -> Generator[None, None, None]:
    width, height = canvas.size
    one = unit(canvas.size)
    if brush.width * one < _FINEST_PX:
        return
    thick = max(brush.width * one, 1.0)
    apart = brush.apart * (_THINNED if thick < _THIN_PX else 1.0)
    places = _places(canvas.size, thick * apart, luck)
    seen = study(picture, int(max(canvas.size) / thick * 1.5) + 1)
    pixels = np.asarray(seen)
    row = (places[:, 1] * pixels.shape[0] / height).astype(int).clip(0, pixels.shape[0] - 1)
    column = (places[:, 0] * pixels.shape[1] / width).astype(int).clip(0, pixels.shape[1] - 1)
    if brush.detail:
        kept = steepness(pixels)[row, column] >= brush.detail
        places, row, column = places[kept], row[kept], column[kept]
    if not len(places):
        return
    chance = luck.random((len(places), 6))
    light = (chance[:, :1] - 0.5) * 2 * brush.wander + (chance[:, 1:4] - 0.5) * brush.wander
    colours = (pixels[row, column] + light).clip(0, 255).astype(int)
    along = directions[
        (row * directions.shape[0] // pixels.shape[0]).clip(0, directions.shape[0] - 1),
        (column * directions.shape[1] // pixels.shape[1]).clip(0, directions.shape[1] - 1),
    ]
    hatch = np.array([0.7071, -0.7071])
    along = along * (1 - brush.straight) + hatch * brush.straight
    half = along * (brush.length * one * (0.35 + 0.3 * chance[:, 4:5]))
    heights = (96 + 64 * chance[:, 5]).astype(np.uint8)
    yield
    inks = colours[:, 0] | colours[:, 1] << 8 | colours[:, 2] << 16
    ends = np.concatenate([places - half, places + half], axis=1)
    if brush.bristles == 0:
        yield from _lines(canvas, ends, inks, thick)
        return
    # Each stroke is drawn once, as its number; what colour and relief that gives is looked up for all at once.
    marks = Image.new("I", canvas.size)
    yield from _lines(marks, ends, np.arange(1, len(places) + 1), thick)
    side = np.stack([-half[:, 1], half[:, 0]], axis=-1)
    side = side / np.sqrt((side * side).sum(axis=1, keepdims=True) + 1e-9) / (thick / 2)
    strokes = _Strokes(inks, heights, side, (side * places).sum(axis=1), max(round(thick / 6), 1) / thick)
    yield from _filled(marks, canvas, relief, strokes, brush.bristles)


def _lines(image: Image.Image, ends: np.ndarray, inks: np.ndarray, thick: float) -> Iterator[None]:
    """Draw a straight stroke between each pair of ends."""
    draw, wide = ImageDraw.Draw(image), max(round(thick), 1)
    reach = ends[:, 2:] - ends[:, :2]
    long = float(np.sqrt((reach * reach).sum(axis=1).mean()))
    at_once = max(int(_SLICE_PIXELS / (thick * long + _STROKE_PIXELS)), 1)
    for first in range(0, len(ends), at_once):
        part = slice(first, first + at_once)
        # A list for each stroke, all at once, would set Python's collector of garbage to work for as long again.
        flat = ends[part].ravel().tolist()
        for place, ink in enumerate(inks[part].tolist()):
            draw.line(flat[4 * place : 4 * place + 4], ink, wide)
        yield


def _filled(
    marks: Image.Image, canvas: Image.Image, relief: Image.Image, strokes: _Strokes, bristles: int
) -> Iterator[None]:
    """Give the strokes that are marked by number their colours, and the relief their bristles."""
    inks, heights = np.append(0, strokes.inks).astype(np.uint32), np.append(np.uint8(0), strokes.heights)
    right, down = (np.append(0, strokes.side[:, axis]).astype(np.float32) for axis in (0, 1))
    middle = np.append(0, strokes.middles).astype(np.float32)
    carved, raised = _profile(bristles, strokes.thin)
    x = np.arange(canvas.width, dtype=np.float32) + np.float32(0.5)
    for box in bands(canvas.size):
        number = np.asarray(marks.crop(box)).astype(np.intp)
        painted_here = number > 0
        size = number.shape[1], number.shape[0]
        colours = Image.frombytes("RGB", size, inks.take(number).tobytes(), "raw", "RGBX")
        canvas.paste(colours, box, Image.fromarray(painted_here))
        y = np.arange(box[1], box[3], dtype=np.float32)[:, None] + np.float32(0.5)
        across = right.take(number)
        across *= x
        across += down.take(number) * y
        across -= middle.take(number)
        across += 1
        across *= _ACROSS / 2
        place = across.clip(0, _ACROSS - 1).astype(np.intp)
        level = heights.take(number)
        level += raised.take(place)
        painted_here &= carved.take(place)
        relief.paste(Image.fromarray(level), box, Image.fromarray(painted_here))
        yield


def _profile(bristles: int, thin: float) -> tuple[np.ndarray, np.ndarray]:
    """Return for _ACROSS places from one edge of a stroke to the other whether it shows in the relief, and how high.

    `thin`: a bristle's width as a share of the stroke's. Heights are modulo 256.
    """
    place = (np.arange(_ACROSS) + 0.5) / (_ACROSS / 2) - 1
    carved, raised = np.full(_ACROSS, bristles > 1), np.zeros(_ACROSS, np.int16)
    for bristle in range(bristles):
        at = abs(place - ((2 * bristle + 1) / bristles - 1) * 0.8) < thin
        carved |= at
        raised[at] = 34 if bristle % 2 else -26
    return carved, raised.astype(np.uint8)


def _places(size: tuple[int, int], apart: float, luck: np.random.Generator) -> np.ndarray:
    """Return points (x, y) about `apart` pixels from one another, everywhere, in an order of chance."""
    columns, rows = max(int(size[0] / apart), 1), max(int(size[1] / apart), 1)
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    jittered = (grid + luck.random(grid.shape)) * [size[0] / columns, size[1] / rows]
    return np.asarray(jittered[luck.permutation(len(jittered))])


def _softened(field: np.ndarray, radius: int) -> np.ndarray:
    """Return the field with each value the mean of a square around it, twice over."""
    for _ in range(2):
        field = _meant(_meant(field, radius).T, radius).T
    return field


def _meant(field: np.ndarray, radius: int) -> np.ndarray:
    """Return the field with each value the mean of those so far above and below it."""
    sums = np.cumsum(np.pad(field, ((radius + 1, radius), (0, 0)), mode="edge"), axis=0)
    side = 2 * radius + 1
    return np.asarray((sums[side:] - sums[:-side]) / side)
