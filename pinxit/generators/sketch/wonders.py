"""Views of where people seldom are: in caves, by volcanoes, above the clouds."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageDraw

from pinxit.generators.sketch.dyes import dyed
from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.land import HIDDEN, Ridge, paint_ridge
from pinxit.generators.sketch.sky import paint_sky
from pinxit.generators.sketch.tones import eight_bit, mix, smooth, tone

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pinxit.generators.sketch.easel import Easel


def paint_cave(easel: Easel) -> Generator[None, None, Ground]:
    """Paint the view out of a cave: rock all around, light from the opening, a pool."""
    yield from paint_sky(easel, 0.66)
    yield from paint_ridge(easel, Ridge("outside", 0.6, 0.12, 1.5, "", 0.55, growth=0.02), tone("#6f9a5a"))
    rock = dyed(easel, "#8d8078")
    x, y = easel.grid(0.0, 1.0)
    across, down = (
        (x - np.float32(0.5)) * np.float32(easel.wide),
        (y - np.float32(0.46)) * np.float32(easel.high * 1.15),
    )
    rough = easel.patch("rock", 0.0, 1.0, (5.0, 5.0))
    yield
    reach = np.sqrt(across * across + down * down) + (rough - np.float32(0.5)) * 0.26
    inside = smooth((reach - np.float32(0.31)) * 26)
    lit = np.clip(np.float32(0.17) / (np.float32(0.06) + reach * reach) * 0.6 - 0.12, 0.06, 1)
    cracks = easel.patch("cracks", 0.0, 1.0, (11.0, 4.0))
    stone = easel.palette.lit(rock * (0.4 + 1.1 * cracks)[None], lit * 1.4 + 0.12) * (0.42 + 0.9 * lit)[None]
    yield
    yield from easel.lay(stone, 0.0, 1.0, inside)
    floor = rock * 0.8
    yield from paint_ridge(easel, Ridge("cave floor", 0.8, 0.05, 1.8, "", 0.0, facets=0.3), floor)
    yield from _spikes(easel, rock)
    return Ground(0.6, 0.8, 0.93, is_open=False)


def _spikes(easel: Easel, rock: np.ndarray) -> Iterator[None]:
    chance = easel.luck("spikes")
    draw = ImageDraw.Draw(easel.canvas)
    for x, long, wide in chance.random((26, 3)):
        tall = (0.05 + 0.22 * long * abs(x - 0.5) * 2) * easel.height_px
        half = (0.008 + 0.016 * wide) * easel.unit_px
        at = x * easel.width_px
        draw.polygon([(at - half, 0), (at, tall), (at + half, 0)], eight_bit(easel.palette.lit(rock * 0.3, 0.25)))
        edge = half * (0.5 if easel.sun_x > x else -0.5)
        draw.polygon(
            [(at, 0), (at + edge * 0.2, tall * 0.96), (at + edge, 0)], eight_bit(easel.palette.lit(rock * 0.5, 0.5))
        )
    yield


def paint_volcano(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a volcano with glowing lava and a plume."""
    yield from paint_sky(easel, 0.66)
    columns = easel.columns() / easel.wide
    top_y, foot = 0.26, 0.8
    across = abs(columns - 0.5) * easel.wide
    rough = (easel.field("cone").line(columns * 14, min(easel.octaves, 6)) - 0.5) * 0.05
    slope = np.clip(across - 0.055, 0, 9)
    edge = np.minimum(top_y + slope * 0.62 + slope * slope * -0.12 + rough * np.clip(across * 8, 0, 1), foot)
    yield from _plume(easel, top_y)
    top, cover = easel.below(edge * easel.height_px, foot)
    x, y = easel.grid(top, foot)
    rock = dyed(easel, "#4b4148", 0.6)
    faces = easel.patch("cone faces", top, foot, (10.0, 5.0))
    side = np.clip(0.5 + (x - np.float32(0.5)) * np.float32(2.2 * (1 if easel.side > 0 else -1)), 0, 1)
    land = easel.palette.far(easel.palette.lit(rock * (0.55 + 0.9 * faces)[None], side * 0.9), 0.18)
    yield
    field = easel.field("lava")
    under = (y - np.float32(top_y)) / np.float32(0.72 - top_y)
    glow = np.zeros((y.shape[0], x.shape[1]), np.float32)
    for number, lean in enumerate((-0.5, -0.08, 0.34)):
        bend = (field.line(under[:, 0].astype(np.float64) * 5 + number * 9, 3) - 0.5).astype(np.float32)[:, None] * 0.16
        middle = np.float32(0.5) + (np.float32(lean) * under * 0.3 + bend * np.clip(under, 0, 1)) / np.float32(
            easel.wide
        )
        width = np.float32(0.004) + np.float32(0.013) * (1 - under)
        away = abs(x - middle) * np.float32(easel.wide) / width
        glow = np.maximum(glow, 1 / (1 + away * away * 0.35) * (under > -0.02))
    land = mix(land, tone("#e8401a"), glow * 1.3)
    land = mix(land, tone("#ffd96a"), (glow - np.float32(0.55)) * 2.2)
    yield from easel.lay(land, top, foot, cover)
    yield from paint_ridge(easel, Ridge("ash", 0.76, 0.08, 1.3, "", 0.12, bottom=0.86 + HIDDEN), tone("#4f4a48"))
    yield from paint_ridge(easel, Ridge("near ash", 0.86, 0.06, 0.9, "", 0.0, facets=0.35), tone("#3d3836"))
    return Ground(0.6, 0.8, 0.94)


def _plume(easel: Easel, top_y: float) -> Iterator[None]:
    x, y = easel.grid(0.0, top_y + 0.04)
    smoke = easel.patch("plume", 0.0, top_y + 0.04, (5.0, 5.0), 6)
    rise = (np.float32(top_y + 0.03) - y) / np.float32(top_y)
    middle = np.float32(0.5) + rise * rise * np.float32(0.18 / easel.wide)
    away = abs(x - middle) * np.float32(easel.wide) / (np.float32(0.05) + rise * np.float32(0.2))
    share = smooth((np.float32(1.15) - away + (smoke - np.float32(0.5)) * 2.0) * 1.6) * 0.93
    colour = mix(tone("#4a4450"), tone("#b5a9a6"), (smoke - np.float32(0.3)) * 2.0)
    colour = mix(colour, tone("#ff7a3a"), np.clip(0.75 - rise * 2.2, 0, 1) * smoke * 1.5)
    yield from easel.lay(colour * (0.5 if easel.palette.is_night else 1.0), 0.0, top_y + 0.04, share)


def paint_cloudscape(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a sea of clouds, seen from above."""
    horizon = 0.52
    yield from paint_sky(easel, horizon + 0.1)
    palette = easel.palette
    for number, (base, rise, distance) in enumerate(
        ((0.55, 0.05, 0.8), (0.62, 0.09, 0.55), (0.72, 0.13, 0.3), (0.86, 0.17, 0.08))
    ):
        field = easel.field(f"bank {number}")
        columns = easel.columns()
        bumps = np.sqrt(
            np.clip(1 - (2 * field.line(columns * (7 - number), min(easel.octaves, 4)) - 1) ** 2 * 2.2, 0, 1)
        )
        swell = field.line(columns * 1.3, 1, row=40)
        edge = (base - rise * (0.6 * swell + 0.5 * bumps - 0.3)) * easel.height_px
        top, cover = easel.below(edge, 1.0)
        x, y = easel.grid(top, 1.0)
        puffs = easel.patch(f"puffs {number}", top, 1.0, (5.0, 9.0), 5)
        depth = np.clip((y - np.float32(top)) * 5, 0, 1)
        white = mix(palette.horizon, tone("#ffffff"), 0.15 if palette.is_night else 0.55)
        colour = mix(white, mix(palette.middle, palette.shade, 0.45), depth * 0.62 + (np.float32(0.5) - puffs) * 1.3)
        colour = mix(colour, palette.haze, distance * 0.6)
        yield from easel.lay(colour + 0 * x, top, 1.0, cover)
    return Ground(horizon, 0.3, 0.74, is_open=True, is_afloat=True)
