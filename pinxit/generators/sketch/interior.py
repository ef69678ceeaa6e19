"""Views of rooms: a window with the weather outside, light on the floor, shelves, pictures and a rug."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from pinxit.generators.sketch.dyes import dyed
from pinxit.generators.sketch.furniture import (
    box_px,
    daylight,
    draw_curtains,
    draw_pictures,
    draw_rug,
    draw_shelf,
    paint_lamp,
)
from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.land import Ridge, paint_ridge
from pinxit.generators.sketch.sky import paint_sky
from pinxit.generators.sketch.tones import eight_bit, mix, smooth, tone
from pinxit.generators.sketch.trees import paint_trees

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pinxit.generators.sketch.easel import Easel

_SCHEMES = (  # Wall, floor, rug, curtain.
    ("#d9c7a8", "#9a6a42", "#a8483e", "#e9e0cc"),
    ("#a9bdb0", "#8a6546", "#d9a441", "#f0eadc"),
    ("#c9a39a", "#7d543c", "#46698a", "#f2e4da"),
    ("#8fa3b8", "#a87c52", "#c96a4a", "#e6e8ea"),
    ("#5f6f66", "#8c5f3c", "#c9a25a", "#d8d2c0"),
)
_FLOOR = 0.7


def paint_interior(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a room with one large window."""
    chance = easel.luck("room")
    wall_name, floor_name, rug_name, curtain_name = _SCHEMES[int(chance.integers(len(_SCHEMES)))]
    wall, floor = dyed(easel, wall_name), tone(floor_name)
    is_left = bool(chance.random() < 0.5)
    middle = 0.3 if is_left else 0.7
    wide = min(0.3, 0.34 / easel.wide)
    window = (middle - wide / 2, 0.14, middle + wide / 2, 0.52)
    yield from _outside(easel)
    view = easel.canvas.crop(box_px(easel, window))
    yield from _wall(easel, wall, window)
    _paste_window(easel, view, window)
    yield
    yield from _floor(easel, floor, window)
    draw_curtains(easel, window, tone(curtain_name))
    yield
    draw_rug(easel, tone(rug_name))
    draw_shelf(easel, 0.82 if is_left else 0.18, chance)
    draw_pictures(easel, 0.56 if is_left else 0.44, chance)
    yield
    if easel.palette.is_night or easel.scene.time == "dusk":
        yield from paint_lamp(easel, 0.57 if is_left else 0.43)
    return Ground(_FLOOR, 0.77, 0.95, is_open=False)


def _outside(easel: Easel) -> Iterator[None]:
    yield from paint_sky(easel, 0.5)
    yield from paint_ridge(
        easel, Ridge("garden hills", 0.44, 0.08, 2.4, "", 0.5, growth=0.02, bottom=0.56), tone("#7ba055")
    )
    yield from paint_trees(easel, "garden", foot=0.53, high=0.16, distance=0.2, kind="leafy", every=0.1)


def _wall(easel: Easel, wall: np.ndarray, window: tuple[float, float, float, float]) -> Iterator[None]:
    x, y = easel.grid(0.0, _FLOOR)
    plaster = easel.patch("plaster", 0.0, _FLOOR, (14.0, 14.0), 5)
    across = (x - np.float32((window[0] + window[2]) / 2)) * np.float32(easel.wide)
    under = (y - np.float32(0.4)) * np.float32(easel.high)
    near = np.float32(0.1) / (np.float32(0.1) + across * across + under * under)
    corner = np.clip(1.25 - abs(x - np.float32(0.5)) * 1.1, 0, 1) * np.clip(0.72 + y * 0.55, 0, 1)
    light = (0.26 + 0.62 * near) * corner * np.float32(0.35 + 0.65 * daylight(easel))
    image = easel.palette.lit(wall * (0.94 + 0.12 * plaster)[None], light + 0.1) * (0.62 + 0.38 * corner)[None]
    panel = smooth((y - np.float32(0.545)) * 260) * (1 - smooth((y - np.float32(0.66)) * 260))
    lines = abs(((x * np.float32(easel.wide * 13)) % 1) - np.float32(0.5)) * 2
    image = image * (1 - panel * (0.1 + 0.22 * (lines > np.float32(0.93))))[None]
    image = image * (1 - 0.4 * smooth(1 - abs(y - np.float32(0.547)) * 190))[None]
    skirting = smooth((y - np.float32(0.672)) * 300)
    image = mix(image, easel.palette.lit(mix(wall, tone("#ffffff"), 0.55), 0.55), skirting)
    yield from easel.lay(image, 0.0, _FLOOR)


def _paste_window(easel: Easel, view: Image.Image, window: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box_px(easel, window)
    frame = max(2, round(easel.unit_px * 0.013))
    draw = ImageDraw.Draw(easel.canvas)
    wood = easel.palette.lit(tone("#f3ece0"), 0.35 + 0.5 * daylight(easel))
    draw.rectangle((left - frame * 2, top - frame * 2, right + frame * 2, bottom + frame * 2), eight_bit(wood * 0.82))
    draw.rectangle((left - frame, top - frame, right + frame, bottom + frame), eight_bit(wood))
    easel.canvas.paste(view, (left, top))
    bar = max(1, frame // 2)
    for share in (1, 2):
        x = left + (right - left) * share // 3
        draw.rectangle((x - bar, top, x + bar, bottom), eight_bit(wood * 0.93))
    y = top + (bottom - top) * 2 // 5
    draw.rectangle((left, y - bar, right, y + bar), eight_bit(wood * 0.93))
    draw.rectangle((left - frame * 3, bottom + frame, right + frame * 3, bottom + frame * 2.4), eight_bit(wood))
    draw.rectangle(
        (left - frame * 3, bottom + frame * 2.4, right + frame * 3, bottom + frame * 3), eight_bit(wood * 0.66)
    )


def _floor(easel: Easel, floor: np.ndarray, window: tuple[float, float, float, float]) -> Iterator[None]:
    x, y = easel.grid(_FLOOR, 1.0)
    near = (y - np.float32(_FLOOR)) / np.float32(1 - _FLOOR)
    spread = near * np.float32(1.5) + np.float32(0.75)
    along = (x - np.float32(0.5)) * np.float32(easel.wide) / spread
    boards = along * np.float32(15)
    joint = abs(boards - np.floor(boards) - np.float32(0.5)) * 2
    number = np.floor(boards)
    grain = easel.field("grain").sample(
        boards * 3 + number * np.float32(7.7), near * np.float32(5) + number * np.float32(3.1), 3
    )
    tint = easel.field("boards").points(number * np.float32(3.37), np.zeros_like(number) + np.float32(0.5))
    wood = floor * (0.62 + 0.36 * grain + 0.42 * tint)[None] * (1 - 0.42 * (joint > np.float32(0.955)))[None]
    # The window's light falls across the boards as a slanted shape with its bars.
    lean = near * np.float32(0.42 if window[0] < 0.5 else -0.42)
    u = (x - lean - np.float32(window[0])) / np.float32(window[2] - window[0]) / (0.9 + near * 0.35)
    v = (near - np.float32(0.1)) / np.float32(0.62)
    inside = smooth(np.minimum(u, 1 - u) * 22) * smooth(np.minimum(v, 1 - v) * 14)
    bars = np.minimum(
        np.minimum(abs(u - np.float32(1 / 3)), abs(u - np.float32(2 / 3))), abs(v - np.float32(0.4)) * 0.8
    )
    inside = inside * smooth((bars - np.float32(0.015)) * 60)
    glow = daylight(easel)
    light = np.clip(0.18 + 0.3 * glow + 0.15 * near + inside * np.float32(0.75 * glow), 0, 1.2)
    image = easel.palette.lit(wood, light) * (0.72 + 0.35 * light)[None]
    yield from easel.lay(mix(image, easel.palette.sun * wood * 2.0, inside * 0.45 * glow), _FLOOR, 1.0)
