"""What hangs in the air: fog, rain and snow; and what catches the light there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from pinxit.generators.sketch.tones import eight_bit, mix, smooth, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.generators.sketch.easel import Easel


def paint_fog(easel: Easel, level: float, thickness: float) -> Iterator[None]:
    """Lay drifting fog, thickest at the height `level`."""
    top, bottom = max(0.0, level - 0.42), min(1.0, level + 0.34)
    _, y = easel.grid(top, bottom)
    drift = easel.patch("fog", top, bottom, (1.6, 6.0), 5)
    from_level = abs(y - np.float32(level)) / np.float32(0.36)
    share = smooth(1 - from_level) * np.clip((drift - 0.28) * 2.2, 0, 1) * np.float32(thickness)
    yield from easel.lay(mix(easel.palette.haze, tone("#ffffff"), 0.08), top, bottom, share)


def paint_rain(easel: Easel, *, heavy: bool) -> Iterator[None]:
    """Draw streaks of rain, slanted by the wind."""
    chance = easel.luck("rain")
    count = int((900 if heavy else 560) * min(1.3, easel.octaves / 5))
    drops = chance.random((count, 4))
    colour = eight_bit(mix(easel.palette.horizon, tone("#ffffff"), 0.45))
    draw = ImageDraw.Draw(easel.canvas, "RGBA")
    slant = 0.16 if heavy else 0.09
    for begin in range(0, count, 300):
        for x, y, far, pale in drops[begin : begin + 300].tolist():
            long = (0.02 + 0.055 * far) * easel.unit_px
            at_x, at_y = x * easel.width_px * 1.1, y * easel.height_px * 1.05 - long / 2
            width = max(1, round(easel.unit_px / 1024 * (0.7 + far)))
            draw.line((at_x, at_y, at_x - long * slant, at_y + long), (*colour, int(34 + 80 * far * pale)), width)
        yield


def paint_snowfall(easel: Easel) -> Iterator[None]:
    """Let flakes fall, near ones large and soft."""
    chance = easel.luck("flakes")
    count = int(620 * min(1.3, easel.octaves / 5))
    flakes = chance.random((count, 3))
    models = []
    for radius in (0.0016, 0.0024, 0.0036, 0.0058, 0.0095):
        side = max(3, int(radius * easel.unit_px * 2.6) | 1)
        at = (np.arange(side, dtype=np.float32) + 0.5) / side * 2 - 1
        models.append(Image.fromarray((smooth(1 - (at[None] ** 2 + at[:, None] ** 2)) * 215).astype(np.uint8)))
    white = eight_bit(mix(easel.palette.light, tone("#ffffff"), 0.7) * (0.85 if easel.palette.is_night else 1))
    for begin in range(0, count, 200):
        for x, y, large in flakes[begin : begin + 200].tolist():
            model = models[min(4, int(large * large * large * 5.2))]
            easel.canvas.paste(white, (int(x * easel.width_px) - 4, int(y * easel.height_px) - 4), model)
        yield


def paint_rays(easel: Easel, bottom: float, strength: float, at: tuple[float, float] | None = None) -> Iterator[None]:
    """Let beams of light fall from the sun, or from a point above the picture."""
    x, y = easel.grid(0.0, bottom, 0.5)
    from_x, from_y = at or (easel.sun_x, easel.sun_y - 0.05)
    down = np.maximum((y - np.float32(from_y)) * np.float32(easel.high), np.float32(0.02))
    slant = (x - np.float32(from_x)) * np.float32(easel.wide) / down
    beams = easel.field("rays").line(np.arange(2048) / 2048 * 44, 3)
    index = np.clip((slant + 3) / 6 * 2047, 0, 2047).astype(np.int32)
    beam = np.clip((beams.astype(np.float32)[index] - np.float32(0.45)) * np.float32(3.2), 0, 1)
    fade = np.clip(1 - down / np.float32(bottom * easel.high * 1.05), 0, 1) * smooth(down * 9)
    share = beam * fade * np.float32(strength)
    yield from easel.lay(mix(easel.palette.sun, tone("#ffffff"), 0.2), 0.0, bottom, share)


def paint_lightning(easel: Easel, bottom: float) -> Iterator[None]:
    """Strike once, with a fork."""
    chance = easel.luck("lightning")
    draw = ImageDraw.Draw(easel.canvas, "RGBA")
    x, y = (0.25 + 0.5 * float(chance.random())) * easel.width_px, 0.0
    thick = easel.unit_px / 260
    points = [(x, y)]
    while y < bottom * easel.height_px:
        x += (float(chance.random()) - 0.5) * 0.075 * easel.unit_px
        y += (0.015 + 0.03 * float(chance.random())) * easel.unit_px
        points.append((x, y))
    for wide, alpha in ((9, 22), (5, 40), (2.4, 110), (1, 255)):
        draw.line(points, (232, 226, 255, alpha), max(1, int(thick * wide)), joint="curve")
    fork = points[len(points) // 3 :][:1]
    x, y = fork[0]
    for _ in range(7):
        x += (float(chance.random()) - 0.2) * 0.06 * easel.unit_px
        y += (0.012 + 0.02 * float(chance.random())) * easel.unit_px
        fork.append((x, y))
    draw.line(fork, (232, 226, 255, 190), max(1, int(thick * 0.7)))
    yield
