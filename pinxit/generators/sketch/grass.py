"""Blades of grass and flowers in front, drawn one by one."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageDraw

from pinxit.generators.sketch.tones import eight_bit, mix, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.generators.sketch.easel import Easel

_PETALS = ("#f4f1ea", "#f6d94a", "#e8566a", "#c96ad0", "#f29a3e", "#7f8ff0", "#f3a9c4")
_AT_ONCE = 350


def paint_grass(easel: Easel, top: float, colour: np.ndarray, *, tall: float = 1.0) -> Iterator[None]:
    """Draw blades from far (short) to near (long), lighter and darker than the ground."""
    if easel.scene.season == "winter" and tall <= 1.0:
        return
    chance = easel.luck("grass")
    count = int(1500 * min(1.0, easel.unit_px / 640) * min(1.3, easel.octaves / 5) * (1 if tall <= 1 else 1.5))
    blades = chance.random((count, 4))
    blades = blades[np.argsort(blades[:, 1], kind="stable")]
    palette = easel.palette
    tints = [
        eight_bit(palette.lit(mix(colour * shade, tone("#fff3b0"), warm), light))
        for shade, warm, light in ((0.55, 0.0, 0.3), (0.8, 0.0, 0.5), (1.0, 0.05, 0.75), (1.05, 0.16, 1.0))
    ]
    draw = ImageDraw.Draw(easel.canvas)
    for begin in range(0, count, _AT_ONCE):
        for x, near, lean, tint in blades[begin : begin + _AT_ONCE].tolist():
            depth = near * near
            y = (top + (1.06 - top) * depth) * easel.height_px
            long = (0.006 + 0.036 * depth) * tall * easel.unit_px * (0.6 + 0.8 * lean)
            at_x = (x * 1.1 - 0.05) * easel.width_px
            bow = (lean - 0.5) * long * 0.9
            width = max(1, round(easel.unit_px / 1024 * (0.6 + 1.9 * depth)))
            draw.line((at_x, y, at_x + bow * 0.4, y - long * 0.6, at_x + bow, y - long), tints[int(tint * 4)], width)
        yield


def paint_flowers(easel: Easel, top: float, amount: float) -> Iterator[None]:
    """Scatter flowers in a few colours that go together."""
    chance = easel.luck("flowers")
    first = int(chance.integers(len(_PETALS)))
    kinds = [_PETALS[(first + step * 2) % len(_PETALS)] for step in range(3)]
    count = int(190 * amount * min(1.0, easel.unit_px / 400) * min(1.3, easel.octaves / 5))
    flowers = chance.random((count, 4))
    flowers = flowers[np.argsort(flowers[:, 1], kind="stable")]
    places = easel.field("drifts").points(*(flowers[:, :2] * (7, 5)).astype(np.float32).T)
    flowers = flowers[places >= 0.42]
    lit = easel.palette.lit
    petals = [[eight_bit(lit(tone(kind), 0.6 + 0.1 * step)) for step in range(5)] for kind in kinds]
    middle = eight_bit(lit(tone("#f2b632"), 0.8))
    draw = ImageDraw.Draw(easel.canvas)
    for begin in range(0, len(flowers), _AT_ONCE):
        for x, near, large, kind in flowers[begin : begin + _AT_ONCE].tolist():
            depth = near * near
            radius = (0.0022 + 0.0075 * depth) * easel.unit_px * (0.6 + 0.7 * large)
            at_x, y = x * easel.width_px, (top + (1.0 - top) * depth) * easel.height_px
            box = (at_x - radius, y - radius * 0.8, at_x + radius, y + radius * 0.8)
            draw.ellipse(box, petals[int(kind * 3)][int(large * 5)])
            if radius > 2.5:
                dot = radius * 0.32
                draw.ellipse((at_x - dot, y - dot, at_x + dot, y + dot), middle)
        yield
