"""The view under water: light from above, reefs, weeds, corals and bubbles."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageDraw

from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.tones import eight_bit, mix, smooth, tone
from pinxit.generators.sketch.weather import paint_rays

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pinxit.generators.sketch.easel import Easel


def paint_underwater(easel: Easel) -> Generator[None, None, Ground]:
    """Paint the sea from within: light from above, blue depth, a sandy floor with plants and bubbles."""
    dark = 0.4 if easel.palette.is_night else 1.0
    said = easel.scene.land_colour
    deep = tone("#06305c") * dark if said is None else tone(said) * 0.35
    shallow = tone("#3fc3d4") * dark if said is None else mix(tone(said), tone("#ffffff"), 0.3)
    x, y = easel.grid(0.0, 1.0)
    drift = easel.patch("current", 0.0, 1.0, (2.0, 4.0), 4)
    above = (x - np.float32(easel.sun_x)) * np.float32(easel.wide)
    glow = np.float32(0.12) / (np.float32(0.12) + above * above + y * y * 1.5)
    image = mix(shallow, deep, smooth(y * 1.05) + (drift - np.float32(0.5)) * 0.3)
    image = mix(image, tone("#d8fff2") * dark, glow * 0.75)
    yield
    yield from easel.lay(image, 0.0, 1.0)
    haze = mix(shallow, deep, 0.62)
    for number, (base, rise, share) in enumerate(((0.74, 0.2, 0.78), (0.82, 0.15, 0.5))):
        yield from _reef(easel, f"reef {number}", base, rise, mix(tone("#3a4a5e"), haze, share))
    yield from _weeds(easel, "far weeds", 0.86, 0.2, mix(tone("#1f6a5a"), haze, 0.55), 30)
    yield from paint_rays(easel, 0.95, 0.42 * dark, (easel.sun_x, -0.28))
    yield from _reef(easel, "sand", 0.88, 0.05, mix(tone("#e0cf9a") * dark, haze, 0.35))
    yield from _corals(easel, haze)
    yield from _weeds(easel, "weeds", 1.02, 0.34, mix(tone("#1d7a4e"), haze, 0.12), 16)
    yield from _bubbles(easel)
    return Ground(0.9, 0.45, 0.8, (0.2, 0.85), is_open=False, is_afloat=True)


def _reef(easel: Easel, name: str, base: float, rise: float, colour: np.ndarray) -> Iterator[None]:
    hills = 1.5 * (easel.field(name).line(easel.columns() * 2.6, min(easel.octaves, 5)) - 0.2)
    top, cover = easel.below((base - rise * np.clip(hills, 0, 1.2)) * easel.height_px, 1.0)
    bottom = 1.0
    x, y = easel.grid(top, bottom)
    ripples = easel.field(f"{name} caustics").sample(x * np.float32(9 * easel.wide) + 0 * y, y * np.float32(30), 2)
    light = (
        0.72
        + 0.4 * ripples
        + np.clip(1 - abs(ripples - np.float32(0.5)) * 16, 0, 1) * 0.3 * np.clip(1.3 - (y - np.float32(top)) * 3, 0, 1)
    )
    yield from easel.lay(colour * light[None], top, bottom, cover)


def _weeds(easel: Easel, name: str, foot: float, high: float, colour: np.ndarray, count: int) -> Iterator[None]:
    chance = easel.luck(name)
    draw = ImageDraw.Draw(easel.canvas)
    sway = easel.field(name)
    for number in range(count):
        share = number / count
        x = (share + 0.03 * float(chance.random())) * easel.width_px
        if 0.3 < share < 0.7 and foot > 1:
            continue
        tall = high * (0.4 + 0.6 * float(chance.random()))
        wide = easel.unit_px * (0.004 + 0.005 * float(chance.random())) * (1.8 if foot > 1 else 1)
        steps = np.arange(15) / 14
        bend = (sway.line(steps * 2 + number * 3.7, 2) - 0.5) * 0.13 * steps * easel.unit_px
        left = [(x + b - wide * (1 - s), (foot - tall * s) * easel.height_px) for s, b in zip(steps, bend, strict=True)]
        right = [
            (x + b + wide * (1 - s), (foot - tall * s) * easel.height_px) for s, b in zip(steps, bend, strict=True)
        ]
        draw.polygon([*left, *reversed(right)], eight_bit(colour * np.float32(0.75 + 0.5 * float(chance.random()))))
    yield


def _corals(easel: Easel, haze: np.ndarray) -> Iterator[None]:
    chance = easel.luck("corals")
    draw = ImageDraw.Draw(easel.canvas)
    for number in range(22):
        x, near, kind, large = (float(part) for part in chance.random(4))
        if 0.35 < x < 0.65:
            continue
        own = tone(("#e8607a", "#f2a04a", "#b06ae0", "#f0d45a", "#58c0b0")[int(kind * 5)])
        colour = mix(own, haze, 0.4 - 0.3 * near)
        foot, size = (0.88 + 0.1 * near) * easel.height_px, (0.02 + 0.045 * large) * (0.5 + near) * easel.unit_px
        at = x * easel.width_px
        if number % 2:
            for branch in range(-3, 4):
                tip = (at + branch * size * 0.3, foot - size * (1.6 - 0.12 * branch * branch))
                draw.line(
                    (at, foot, at + branch * size * 0.16, foot - size * 0.7, *tip),
                    eight_bit(colour),
                    max(1, int(size * 0.16)),
                )
                dot = size * 0.12
                draw.ellipse(
                    (tip[0] - dot, tip[1] - dot, tip[0] + dot, tip[1] + dot),
                    eight_bit(mix(colour, tone("#ffffff"), 0.25)),
                )
        else:
            for lobe in range(5):
                dx = (lobe - 2) * size * 0.32
                radius = size * (0.55 - 0.08 * abs(lobe - 2))
                shade = mix(colour, tone("#ffffff"), 0.06 * lobe)
                draw.ellipse(
                    (at + dx - radius, foot - radius * 1.5, at + dx + radius, foot + radius * 0.4), eight_bit(shade)
                )
    yield


def _bubbles(easel: Easel) -> Iterator[None]:
    chance = easel.luck("bubbles")
    draw = ImageDraw.Draw(easel.canvas, "RGBA")
    for x, y, large in chance.random((70, 3)):
        radius = (0.0012 + 0.008 * large * large * large * large) * easel.unit_px
        at_x, at_y = (0.5 * x + 0.5 * round(x * 4) / 4) * easel.width_px, y * easel.height_px * 0.95
        box = (at_x - radius, at_y - radius, at_x + radius, at_y + radius)
        draw.ellipse(box, (226, 250, 255, 46), (226, 250, 255, 130), max(1, int(radius * 0.16)))
    yield
