"""Views of space, and of the ground of other worlds."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from pinxit.generators.sketch.dyes import dyed
from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.land import HIDDEN, Ridge, paint_ridge
from pinxit.generators.sketch.sky import paint_stars
from pinxit.generators.sketch.tones import eight_bit, mix, picture, smooth, tone

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pinxit.generators.sketch.easel import Easel


_NEBULAE = (
    ("#05060f", "#2a1a5e", "#b0408f", "#ffb27a", "#3a6ad0"),
    ("#03070f", "#0f3a5a", "#2aa6a0", "#ffe0a0", "#6a3ab0"),
    ("#070410", "#4a1240", "#d0505a", "#ffd08a", "#4050c0"),
    ("#04060c", "#14265e", "#4a6af0", "#d0e4ff", "#9a3aa8"),
)


_WORLDS = ("#c9835a", "#6aa0c8", "#d8b48a", "#8a6ab0", "#5aa88a", "#c85a5a")


def paint_space(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a nebula, stars and a planet or two."""
    chance = easel.luck("nebula")
    night, far, warm, core, cold = (tone(name) for name in _NEBULAE[int(chance.integers(len(_NEBULAE)))])
    said = easel.scene.sky_colour or easel.scene.land_colour
    if said is not None:
        warm, far = tone(said), tone(said) * 0.45
    x, y = easel.grid(0.0, 1.0)
    clouds = easel.patch("gas", 0.0, 1.0, (2.2, 2.2), 6)
    yield
    veil = easel.patch("veil", 0.0, 1.0, (3.4, 3.4), 6)
    yield
    along = (x - 0.5) * np.float32(easel.wide) * np.float32(0.6) + (y - 0.5) * np.float32(easel.high)
    band = np.float32(0.05) / (np.float32(0.05) + along * along)
    gas = smooth((clouds - np.float32(0.5)) * 1.9 + band * 0.62 + 0.02)
    image = mix(night, far, gas)
    image = mix(image, warm, smooth((clouds - np.float32(0.44)) * 3) * band * 0.9)
    image = mix(image, cold, smooth((veil - np.float32(0.55)) * 4) * 0.6 * (1 - band * 0.6))
    image = mix(image, core, smooth((clouds - np.float32(0.56)) * 3.6) * band * band)
    image = image * (1 - smooth((np.float32(0.42) - veil) * 5) * band * 0.6)[None]
    yield
    yield from easel.lay(image, 0.0, 1.0)
    yield from paint_stars(easel, 1.0, 1700)
    if "planet" not in easel.scene.without:
        large = 0.13 + 0.14 * float(chance.random())
        left = float(chance.random()) < 0.5
        yield from paint_planet(
            easel,
            (0.2 if left else 0.8, 0.25 + 0.1 * float(chance.random())),
            large,
            "planet",
            ring=bool(chance.random() < 0.5),
        )
        yield from paint_planet(easel, (0.74 if left else 0.3, 0.7), 0.035, "little planet", ring=False)
    return Ground(1.0, 0.6, 0.86, is_open=False, is_afloat=True)


def paint_planet(easel: Easel, at: tuple[float, float], radius: float, name: str, *, ring: bool) -> Iterator[None]:
    """Paint a world lit from one side, with a thin air around it. `radius` in units."""
    radius_px = max(3.0, radius * easel.unit_px)
    side = int(radius_px * 2 * 1.25)
    step = max(1, side // 260)
    count = max(4, side // step)
    line = ((np.arange(count, dtype=np.float32) + 0.5) / count * 2 - 1) * np.float32(1.25)
    over, under = line[None], line[:, None]
    reach = over * over + under * under
    chance = easel.luck(name)
    own = tone(_WORLDS[int(chance.integers(len(_WORLDS)))])
    bulge = np.sqrt(np.clip(1 - reach, 0, 1))
    noise = easel.field(name)
    bands = noise.sample(
        over / (bulge + 0.6) * 1.2 + 9, under / (bulge * 0.2 + 0.8) * 4.5 + np.zeros_like(over), min(easel.octaves, 5)
    )
    yield
    surface = mix(own * 0.62, mix(own, tone("#fff2dc"), 0.5), (bands - np.float32(0.3)) * 2.4)
    facing = np.clip(
        (over * np.float32(easel.side * 0.9 or 0.5) - under * np.float32(0.35) + bulge * 0.45) * 1.1 + 0.05, 0, 1
    )
    image = surface * (0.03 + facing * 1.1)[None]
    rim = smooth((reach - np.float32(0.72)) * 3.4) * facing
    image = mix(image, mix(own, tone("#d8ecff"), 0.6), rim * 0.7)
    alpha = np.clip((1 - np.sqrt(reach)) * np.float32(radius_px / step) + 0.5, 0, 1)
    air = np.clip(1 - (np.sqrt(reach) - 1) * np.float32(9), 0, 1) ** 2 * 0.35 * (facing + 0.2) * (reach >= 1)
    image = np.where(alpha[None] > 0, image, mix(own, tone("#d8ecff"), 0.6))
    cover = np.maximum(alpha, air)
    large = (side, side)
    spot = (int(at[0] * easel.width_px - side / 2), int(at[1] * easel.height_px - side / 2))
    if ring:
        _ring(easel, at, radius_px, own, front=False)
    mask = Image.fromarray((np.clip(cover, 0, 1) * 255).astype(np.uint8)).resize(large, Image.Resampling.BICUBIC)
    easel.canvas.paste(picture(image).resize(large, Image.Resampling.BICUBIC), spot, mask)
    yield
    if ring:
        _ring(easel, at, radius_px, own, front=True)
        yield


def _ring(easel: Easel, at: tuple[float, float], radius_px: float, own: np.ndarray, *, front: bool) -> None:
    draw = ImageDraw.Draw(easel.canvas, "RGBA")
    x, y = at[0] * easel.width_px, at[1] * easel.height_px
    for number in range(14):
        reach = radius_px * (1.35 + number * 0.045)
        colour = (*eight_bit(mix(own, tone("#fff2dc"), 0.3 + (number * 7 % 5) * 0.12)), 60 + number * 37 % 90)
        box = (x - reach, y - reach * 0.24, x + reach, y + reach * 0.24)
        draw.arc(box, *((4, 176) if front else (184, 356)), fill=colour, width=max(1, int(radius_px * 0.035)))


def paint_moonscape(easel: Easel) -> Generator[None, None, Ground]:
    """Paint the ground of the Moon, or of Mars."""
    is_red = easel.scene.land_colour is None and "mars" in " ".join(easel.scene.places)
    ground = dyed(easel, "#b86a44" if is_red else "#a3a3a8")
    x, y = easel.grid(0.0, 0.7)
    image = mix(tone("#04050b"), tone("#141a30"), smooth(y / np.float32(0.7))) * np.ones((1, 1, x.shape[1]), np.float32)
    yield from easel.lay(image, 0.0, 0.7)
    yield from paint_stars(easel, 0.7, 1100)
    yield from paint_planet(easel, (0.5 + 0.28 * (1 if easel.sun_x < 0.5 else -1), 0.24), 0.11, "home", ring=False)
    yield from paint_ridge(
        easel, Ridge("far rim", 0.62, 0.12, 1.4, "", 0.0, sharp=True, facets=0.3, bottom=0.68 + HIDDEN), ground * 0.62
    )
    yield from paint_ridge(
        easel, Ridge("rim", 0.68, 0.07, 1.2, "", 0.0, facets=0.3, bottom=0.75 + HIDDEN), ground * 0.8
    )
    yield from paint_ridge(easel, Ridge("dust", 0.75, 0.04, 0.8, "", 0.0, facets=0.22), ground)
    chance = easel.luck("craters")
    draw = ImageDraw.Draw(easel.canvas, "RGBA")
    for x_at, depth, large in sorted(chance.random((26, 3)).tolist(), key=lambda crater: crater[1]):
        near = depth * depth
        cx, cy = x_at * easel.width_px, (0.75 + 0.24 * near) * easel.height_px
        rx = (0.01 + 0.06 * large) * (0.25 + near) * easel.unit_px
        draw.ellipse((cx - rx, cy - rx * 0.26, cx + rx, cy + rx * 0.26), (20, 20, 26, 120))
        draw.ellipse(
            (cx - rx * 0.96, cy - rx * 0.16, cx + rx * 0.96, cy + rx * 0.28),
            (*eight_bit(easel.palette.lit(ground, 0.9)), 150),
        )
    yield
    return Ground(0.62, 0.75, 0.94, is_open=False)
