"""Views of cities: skylines in layers, with lit windows."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from pinxit.generators.sketch.dyes import dyed
from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.land import HIDDEN, Ridge, paint_ridge
from pinxit.generators.sketch.mountains import paint_mountains
from pinxit.generators.sketch.sky import paint_sky
from pinxit.generators.sketch.tones import eight_bit, mix, tone
from pinxit.generators.sketch.trees import paint_trees
from pinxit.generators.sketch.water import paint_water

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import numpy as np

    from pinxit.generators.sketch.easel import Easel

WALLS = ("#8c93a3", "#a39486", "#7c8799", "#b3a695", "#6f7684", "#9a8f95", "#8497a6")
_BAND_PX = 2**17
LIT_WINDOWS = ("#ffd98a", "#ffc56a", "#fff0c2", "#ffb45c", "#bfe2ff")


def paint_city(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a skyline, over water if the words name some, else over a square."""
    scene = easel.scene
    horizon = 0.66
    has_water = bool({"sea", "lake", "river", "beach", "island"} & set(scene.places))
    foot = 0.62 if has_water else 0.76
    yield from paint_sky(easel, horizon)
    if "mountains" in scene.places:
        yield from paint_mountains(easel, horizon, foot + HIDDEN)
    yield from paint_skyline(easel, "far city", foot - 0.0, 0.26, 0.66, 0.05)
    yield from paint_skyline(easel, "city", foot + 0.0, 0.4, 0.4, 0.085)
    yield from paint_skyline(easel, "near city", foot + 0.005, 0.3, 0.14, 0.13)
    if has_water:
        yield from paint_water(easel, foot, calm=0.7)
        yield from paint_bloom(easel)
        return Ground(foot, foot + 0.12, 0.92, (foot + 0.03, 1.0))
    yield from paint_square(easel, foot)
    if "tree" not in scene.without:
        kind = "bare" if scene.season == "winter" else "leafy"
        yield from paint_trees(easel, "avenue", foot=foot + 0.02, high=0.1, distance=0.1, kind=kind, every=0.055)
    yield from paint_bloom(easel)
    return Ground(foot, 0.8, 0.95)


def paint_skyline(easel: Easel, name: str, foot: float, high: float, distance: float, every: float) -> Iterator[None]:
    """Paint a row of towers; `every`: units from one to the next."""
    chance, palette = easel.luck(name), easel.palette
    draw = ImageDraw.Draw(easel.canvas)
    x = -every * float(chance.random())
    number = 0
    while x < easel.wide:
        wide = every * (0.55 + 0.9 * float(chance.random()))
        middle = 1 - abs((x + wide / 2) / easel.wide - 0.5) * 1.1
        tall = high * (0.3 + 0.75 * _squared(float(chance.random()))) * (0.55 + 0.75 * middle)
        wall = tone(WALLS[int(chance.integers(len(WALLS)))])
        if easel.scene.land_colour is not None:
            wall = mix(wall, tone(easel.scene.land_colour), 0.7)
        box = (
            int(x * easel.unit_px),
            int((foot - tall) * easel.height_px),
            int((x + wide) * easel.unit_px),
            int(foot * easel.height_px) + 1,
        )
        _tower(
            easel,
            draw,
            box,
            palette.far(palette.lit(wall, 0.62), distance),
            palette.far(palette.lit(wall, 0.2), distance),
            distance,
            easel.luck(f"{name} {number}"),
        )
        x += wide * (0.82 + 0.25 * float(chance.random()))
        number += 1
        if number % 6 == 0:
            yield
    yield


def _tower(
    easel: Easel,
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    bright: np.ndarray,
    dark: np.ndarray,
    distance: float,
    chance: np.random.Generator,
) -> None:
    left, top, right, bottom = box
    if right - left < 2 or bottom - top < 2:
        return
    wide = right - left
    fold = left + int(wide * (0.68 if easel.side <= 0 else 0.32))
    sunny, shady = (eight_bit(bright), eight_bit(dark))
    draw.rectangle((left, top, fold, bottom), sunny if easel.side <= 0 else shady)
    draw.rectangle((fold, top, right, bottom), shady if easel.side <= 0 else sunny)
    roof = float(chance.random())
    if roof > 0.86:
        draw.polygon([(left, top), (left + wide // 2, top - int(wide * 0.6)), (right, top)], shady)
    elif roof > 0.6:
        inset = wide // 4
        draw.rectangle((left + inset, top - wide // 2, right - inset, top), sunny)
        draw.line(
            (left + wide // 2, top - wide // 2, left + wide // 2, top - int(wide * 1.2)), shady, max(1, wide // 20)
        )
    elif roof > 0.45:
        draw.rectangle((left + wide // 5, top - wide // 6, left + wide // 2, top), shady)
    _windows(easel, draw, box, bright, distance, chance)


def _windows(
    easel: Easel,
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    wall: np.ndarray,
    distance: float,
    chance: np.random.Generator,
) -> None:
    left, top, right, bottom = box
    palette = easel.palette
    pane = easel.unit_px * (0.0036 + 0.0052 * (1 - distance))
    if pane < 1.1:
        return
    across, down = max(1, int((right - left) / (pane * 2))), max(1, int((bottom - top) / (pane * 2.5)))
    is_dim = (
        palette.is_night
        or easel.scene.time in ("dusk", "sunset", "sunrise")
        or easel.scene.weather in ("storm", "rain")
    )
    share = 0.46 if palette.is_night else 0.34 if easel.scene.time == "dusk" else 0.14 if is_dim else 0.0
    lit = chance.random((down, across))
    glass = eight_bit(mix(wall * 0.72, palette.middle, 0.3))
    for row in range(down):
        y = top + pane * (0.9 + row * 2.5)
        for column in range(across):
            x = left + pane * (0.6 + column * 2)
            if x + pane > right or y + pane * 1.4 > bottom:
                continue
            chosen = float(lit[row, column])
            if chosen < share:
                warm = tone(LIT_WINDOWS[int(chosen / share * len(LIT_WINDOWS))])
                colour = eight_bit(palette.far(warm, distance * 0.45))
            else:
                colour = glass
            draw.rectangle((x, y, x + max(0.0, pane - 1), y + max(0.0, pane * 1.4 - 1)), colour)


def paint_square(easel: Easel, foot: float) -> Iterator[None]:
    """Pave the ground, its joints running to the vanishing point."""
    stone = dyed(easel, "#8b8a8c") if easel.scene.season != "winter" else tone("#dfe6ec")
    yield from paint_ridge(easel, Ridge("square", foot, 0.0, 1.0, "", 0.08, facets=0.06), stone)
    draw = ImageDraw.Draw(easel.canvas, "RGBA")
    joint = (*eight_bit(easel.palette.lit(stone * 0.5, 0.3)), 70)
    vx, vy = 0.5 * easel.width_px, (foot - 0.03) * easel.height_px
    for step in range(-14, 15):
        x = vx + step * easel.width_px * 0.11
        start = (foot * easel.height_px - vy) / (easel.height_px - vy)
        draw.line((vx + (x - vx) * start, foot * easel.height_px, x, easel.height_px), joint, 1)
    depth = 0.035
    while foot + depth < 1:
        y = (foot + depth) * easel.height_px
        draw.line((0, y, easel.width_px, y), joint, 1)
        depth *= 1.42
    yield


def paint_bloom(easel: Easel) -> Iterator[None]:
    """Let bright windows glow into the dark."""
    if not (easel.palette.is_night or easel.scene.time == "dusk"):
        return
    small = easel.canvas.reduce(max(1, round(easel.unit_px / 256)))
    bright = small.point([max(0, (value - 120)) * 2 if value < 255 else 255 for value in range(256)] * 3)
    glow = bright.filter(ImageFilter.BoxBlur(4)).filter(ImageFilter.BoxBlur(4))
    glow = glow.point([value // 2 for value in range(256)] * 3)
    yield
    rows, scale = max(1, _BAND_PX // easel.width_px), glow.height / easel.height_px
    for top in range(0, easel.height_px, rows):
        part = easel.canvas.crop((0, top, easel.width_px, min(top + rows, easel.height_px)))
        box = (0, top * scale, glow.width, min(glow.height, (top + part.height) * scale))
        shine = glow.resize(part.size, Image.Resampling.BILINEAR, box=box)
        easel.canvas.paste(ImageChops.screen(part, shine), (0, top))
        yield


def _squared(share: float) -> float:
    return share * share
