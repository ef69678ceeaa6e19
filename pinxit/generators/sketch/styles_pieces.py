"""Styles put together from pieces: low poly, stained glass and mosaic."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from pinxit.generators.sketch.styles_bands import STUDY_PX, enlarged, in_bands, study, unit
from pinxit.generators.sketch.styles_style import Style
from pinxit.generators.sketch.styles_texture import (
    clouds,
    curve,
    flattened,
    grain,
    lines,
    rgb,
    steepness,
    vivid,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from pinxit.generators.sketch.styles_style import Work

_GLASS_PX = 400  # Panes have straight edges, which are found in a smaller picture as well.
_BEYOND = 1e6  # Pixels: no seed is so far away.
_AROUND = tuple(itertools.product((-1, 0, 1), repeat=2))  # A cell and those about it, down and to the right of it.


def _low_poly(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    step = max(22 * one, 6.0)
    columns, rows = max(round(size[0] / step), 2), max(round(size[1] / step), 2)
    seen = vivid(study(picture), 1.3)
    pixels = np.asarray(seen)
    yield
    points = _corners(columns, rows, study(seen, 256), luck) * [size[0] / columns, size[1] / rows]
    yield
    a, b, c, d = points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]
    # Each four-cornered cell is cut along the diagonal of chance.
    cut = luck.random((rows, columns, 1)) < 0.5  # noqa: PLR2004 - as often one way as the other
    first = np.concatenate([a, b, np.where(cut, c, d)], axis=-1)
    second = np.concatenate([np.where(cut, a, b), c, d], axis=-1)
    facets = np.concatenate([first.reshape(-1, 6), second.reshape(-1, 6)])
    middle = facets.reshape(-1, 3, 2).mean(axis=1)
    colours = np.zeros((len(facets), 3))
    for corner in range(3):  # Three samples within the facet, so that thin shapes count.
        at = (middle * 2 + facets[:, 2 * corner : 2 * corner + 2]) / 3
        x = (at[:, 0] * seen.width / size[0]).astype(int).clip(0, seen.width - 1)
        y = (at[:, 1] * seen.height / size[1]).astype(int).clip(0, seen.height - 1)
        colours += pixels[y, x] / 3
    # A facet that leans to the upper left catches light.
    lean = (facets[:, 0] - facets[:, 4] + facets[:, 1] - facets[:, 5]) / step
    colours = (colours * (1 + 0.05 * lean[:, None] + 0.1 * (luck.random((len(facets), 1)) - 0.5))).clip(0, 255)
    made = Image.new("RGB", size)
    draw = ImageDraw.Draw(made)
    yield
    for place in range(0, len(facets), 3000):
        part = slice(place, place + 3000)
        for corners, colour in zip(facets[part].tolist(), colours[part].astype(int).tolist(), strict=True):
            draw.polygon(corners, tuple(colour), tuple(colour))
        yield
    return made


def _stained_glass(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    small = study(picture, _GLASS_PX)
    owner, ridge = yield from _cells(small.size, 30, luck)
    ridge = ridge * np.float32(STUDY_PX / _GLASS_PX)
    seen = np.asarray(small).reshape(-1, 3)
    counts = np.bincount(owner.ravel(), minlength=owner.max() + 1)
    sums = np.stack([np.bincount(owner.ravel(), seen[:, channel], len(counts)) for channel in range(3)], axis=-1)
    mean = sums / np.maximum(counts, 1)[:, None]
    yield
    grey = mean.mean(axis=1, keepdims=True)
    glass = ((mean - grey) * 1.9 + grey * 0.9 + 44) * (0.9 + 0.28 * luck.random((len(mean), 1)))
    panes = Image.fromarray(glass.clip(0, 255).astype(np.uint8)[owner])
    yield
    # A pane that a shape's outline crosses is cut there, and each part has something of its own colour.
    shapes = yield from flattened(vivid(small, 1.7, ((0, 24), (255, 255))), 160, 24, small.size)
    panes = Image.blend(panes, shapes, 0.5)
    outline = yield from lines(small, 3.2, 16, 9)
    light = Image.fromarray((200 + ridge.clip(0, 8) * 7).clip(0, 255).astype(np.uint8))
    streaks = clouds(luck, panes.size, 14, 3).point(curve(((0, 200), (255, 255))))
    panes = ImageChops.multiply(panes, rgb(ImageChops.multiply(light, streaks)))
    lead = ImageChops.darker(Image.fromarray(((ridge - 0.55) * 200).clip(0, 255).astype(np.uint8)), outline)
    relief = ImageChops.subtract(lead, ImageChops.offset(lead, 1, 1), 4, 30).point(curve(((0, 0), (30, 22), (94, 96))))
    yield
    leaded = Image.composite(panes, rgb(relief), lead)
    return (yield from enlarged(leaded, size))


def _mosaic(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    step = max(15.5 * one, 4.0)
    columns, rows = max(round(size[0] / step), 1), max(round(size[1] / step), 1)
    seen = vivid(picture.resize((columns, rows), Image.Resampling.BOX), 1.4)
    colours = np.asarray(seen).reshape(-1, 3) * (0.84 + 0.3 * luck.random((columns * rows, 1)))
    colours = colours.clip(0, 255).astype(int)
    yield
    at = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    middle = (at + 0.5 + (luck.random(at.shape) - 0.5) * 0.12) * [size[0] / columns, size[1] / rows]
    half = np.array([size[0] / columns, size[1] / rows]) * 0.43
    turn = (luck.random((len(at), 1)) - 0.5) * 0.22
    right, down = (
        np.concatenate([half[0] + 0 * turn, half[0] * turn], 1),
        np.concatenate([-half[1] * turn, half[1] + 0 * turn], 1),
    )
    corners = np.concatenate(
        [middle - right - down, middle + right - down, middle + right + down, middle - right + down], 1
    )
    made = Image.new("RGB", size, "#cfc6b4")
    draw, wide = ImageDraw.Draw(made), max(int(step / 9), 1)
    yield
    for place in range(0, len(corners), 2500):
        part = slice(place, place + 2500)
        for tile, (red, green, blue) in zip(corners[part].tolist(), colours[part].tolist(), strict=True):
            draw.polygon(tile, (red, green, blue))
            draw.line(tile[4:] + tile[:2], (red * 5 // 8, green * 5 // 8, blue * 5 // 8), wide)
            draw.line(
                tile[6:] + tile[:4],
                (red + (255 - red) // 3, green + (255 - green) // 3, blue + (255 - blue) // 3),
                wide,
            )
        yield
    rough = grain(luck, size, 26, max(one * 2, 1))
    yield
    return (yield from in_bands(lambda stone, dust: ImageChops.overlay(stone, rgb(dust)), made, rough))


def _corners(columns: int, rows: int, seen: Image.Image, luck: np.random.Generator) -> np.ndarray:
    """Return the corners of a grid of cells 1 wide and high, moved to where the picture has an edge if one is near."""
    jitter = (luck.random((7, rows + 1, columns + 1, 2)) - 0.5) * 0.9
    jitter[:, 0, :, 1] = jitter[:, -1, :, 1] = jitter[:, :, 0, 0] = jitter[:, :, -1, 0] = 0
    grid = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1)), axis=-1) + jitter
    x = (grid[..., 0] * seen.width / columns).astype(int).clip(0, seen.width - 1)
    y = (grid[..., 1] * seen.height / rows).astype(int).clip(0, seen.height - 1)
    # Where nothing is steep the first one wins, which is one of chance.
    best = np.where((steep := steepness(np.asarray(seen))[y, x]) > 8, steep, 0).argmax(axis=0)  # noqa: PLR2004 - noise is less
    return np.asarray(np.take_along_axis(grid, best[None, :, :, None], axis=0)[0])


def _cells(
    size: tuple[int, int], across: int, luck: np.random.Generator
) -> Generator[None, None, tuple[np.ndarray, np.ndarray]]:
    """Return each pixel's cell, and how far it is from the next one's border, in pixels; (rows, columns) each.

    The seeds lie on a jittered grid, so only the nine around a pixel can be nearest.
    """
    step = max(size) / across
    columns, rows = max(round(size[0] / step), 1), max(round(size[1] / step), 1)
    jitter = (luck.random((rows, columns, 2)) * 0.9 + 0.05).astype(np.float32)
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1)
    seeds = (grid + jitter) * np.array([size[0] / columns, size[1] / rows])
    seeds = np.pad(seeds.astype(np.float32), ((1, 1), (1, 1), (0, 0)), constant_values=_BEYOND)
    x, y = (np.arange(side, dtype=np.float32) + np.float32(0.5) for side in size)
    column, row = (x * columns / size[0]).astype(np.int32), (y * rows / size[1]).astype(np.int32)
    nearest = np.full((size[1], size[0]), np.inf, np.float32)
    second, nearest_at = nearest.copy(), np.zeros(nearest.shape, np.uint8)
    for place, (down, right) in enumerate(_AROUND):
        beside = seeds[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
        # All pixels of a column within a row of cells are as far across, and those of a row within a cell as far down.
        aside, below = beside[:, column, 0] - x, beside[row, :, 1] - y[:, None]
        far = (aside * aside)[row] + (below * below)[:, column]
        np.copyto(nearest_at, np.uint8(place), where=far < nearest)
        np.minimum(second, np.maximum(nearest, far), out=second)
        np.minimum(nearest, far, out=nearest)
        if right > 0:
            yield
    step_to = np.array([down * columns + right for down, right in _AROUND], np.int32)
    owner = step_to[nearest_at] + (row * columns)[:, None] + column
    return owner, (np.sqrt(second) - np.sqrt(nearest)) / 2


PIECES = (
    Style(
        "low poly", ("low poly", "low-poly", "lowpoly", "polygonal", "geometric", "facets", "origami"), _low_poly, 0.5
    ),
    Style("stained glass", ("stained glass", "stained-glass", "church window", "tiffany"), _stained_glass, 0.5),
    Style("mosaic", ("mosaic", "tiles", "tessellated", "byzantine"), _mosaic, 0.5),
)
