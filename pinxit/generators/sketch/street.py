"""The view along a street between two rows of houses."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter

from pinxit.generators.sketch.city import LIT_WINDOWS, WALLS, paint_bloom, paint_skyline, paint_square
from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.sky import paint_sky
from pinxit.generators.sketch.tones import eight_bit, mix, tone

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import numpy as np

    from pinxit.generators.sketch.easel import Easel


def paint_street(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a street between two rows of houses that meet far away."""
    vanish_y = 0.56
    yield from paint_sky(easel, 0.66)
    yield from paint_skyline(easel, "far city", vanish_y + 0.03, 0.24, 0.62, 0.05)
    yield from paint_square(easel, vanish_y + 0.02)
    vanish = (0.5 * easel.width_px, vanish_y * easel.height_px)
    chance = easel.luck("houses")
    draw = ImageDraw.Draw(easel.canvas)
    for side in (-1, 1):
        edge = 0.5 * easel.width_px * (1 + side * 1.04)
        depths = [0.16, 0.22, 0.3, 0.42, 0.58, 0.8, 1.12]
        for far, near in pairwise(depths):
            wall = tone(WALLS[int(chance.integers(len(WALLS)))])
            tall = (0.62 + 0.45 * float(chance.random())) * easel.height_px
            _house(easel, draw, vanish, edge, (far, near), tall, wall, chance, is_lit=(side < 0) == (easel.side > 0))
            yield
    wet = easel.scene.weather in ("rain", "storm")
    if wet or easel.palette.is_night:
        yield from _wet(easel, 0.66, 0.5 if wet else 0.28)
    yield from paint_bloom(easel)
    return Ground(vanish_y, 0.68, 0.95)


def _house(
    easel: Easel,
    draw: ImageDraw.ImageDraw,
    vanish: tuple[float, float],
    edge: float,
    depths: tuple[float, float],
    tall: float,
    wall: np.ndarray,
    chance: np.random.Generator,
    *,
    is_lit: bool,
) -> None:
    """Draw one front between two depths (shares of the way from the vanishing point to the edge)."""
    vx, vy = vanish
    palette = easel.palette
    far, near = depths
    below = easel.height_px * 1.02 - vy

    def at(depth: float, rise: float) -> tuple[float, float]:
        return vx + (edge - vx) * depth, vy + (below - rise) * depth

    distance = max(0.0, 0.6 - far * 0.7)
    body = palette.far(palette.lit(wall, 0.72 if is_lit else 0.22), distance)
    draw.polygon([at(far, 0), at(far, tall * 1.35), at(near, tall * 1.35), at(near, 0)], eight_bit(body))
    draw.polygon(
        [at(far, tall * 1.35), at(far, tall * 1.39), at(near, tall * 1.39), at(near, tall * 1.35)],
        eight_bit(body * 0.72),
    )
    share = (
        0.55
        if palette.is_night
        else 0.3
        if easel.scene.time in ("dusk", "sunset") or easel.scene.weather in ("rain", "storm")
        else 0.0
    )
    columns = 3
    for floor in range(5):
        low, high = tall * (0.16 + floor * 0.235), tall * (0.29 + floor * 0.235)
        for column in range(columns):
            a = far + (near - far) * (0.12 + column / columns)
            b = far + (near - far) * (0.32 + column / columns)
            lights = float(chance.random())
            pane = tone(LIT_WINDOWS[int(lights * 9) % 4]) if lights < share else mix(body * 0.55, palette.middle, 0.35)
            colour = eight_bit(palette.far(pane, distance * (0.5 if lights < share else 1)))
            draw.polygon([at(a, low), at(a, high), at(b, high), at(b, low)], colour)
    awning = tone(("#b5443c", "#3f7a6a", "#d39a3a", "#46618c")[int(chance.integers(4))])
    draw.polygon(
        [at(far, tall * 0.13), at(far, tall * 0.16), at(near, tall * 0.16), at(near, tall * 0.11)],
        eight_bit(palette.far(palette.lit(awning, 0.7), distance)),
    )


def _wet(easel: Easel, top: float, share: float) -> Iterator[None]:
    """Let the ground mirror what stands above it."""
    line = round(top * easel.height_px)
    high = easel.height_px - line
    above = easel.canvas.crop((0, max(0, line - high), easel.width_px, line))
    mirrored = above.reduce(2).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    blurred = mirrored.filter(ImageFilter.BoxBlur((1, 6)))
    yield
    blurred = blurred.resize((easel.width_px, high), Image.Resampling.BILINEAR)
    yield
    ground = easel.canvas.crop((0, line, easel.width_px, easel.height_px))
    easel.canvas.paste(Image.blend(ground, blurred, share), (0, line))
    yield
