"""The sky: its gradient, clouds in perspective, sun and moon with their glow, stars, aurora and rainbow."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from pinxit.generators.sketch.tones import mix, smooth, tone

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pinxit.generators.sketch.easel import Easel
    from pinxit.generators.sketch.noise import Field

_SUN_HEIGHTS = {"day": 0.2, "sunrise": 0.82, "golden": 0.7, "sunset": 0.86, "dusk": 0.97, "night": 0.3}
_COVERS = {"": 0.53, "clear": 0.72, "overcast": 0.34, "rain": 0.3, "storm": 0.28, "fog": 0.62, "snowfall": 0.36}
_BAND_PX = 2**16
_FINENESS = 0.7  # Clouds are softer than land.
_CLOUDED = {"overcast", "rain", "storm", "fog", "snowfall"}


def paint_sky(easel: Easel, bottom: float) -> Iterator[None]:
    """Paint everything above the height `bottom`."""
    scene, palette = easel.scene, easel.palette
    easel.sun_y = bottom * _SUN_HEIGHTS.get(scene.time, 0.2)
    x, y = easel.grid(0.0, bottom, _FINENESS)
    down = y / np.float32(bottom)
    image = mix(palette.zenith, palette.middle, smooth(down * 1.35))
    image = mix(image, palette.horizon, smooth((down - 0.35) * 1.5))
    image = np.ascontiguousarray(np.broadcast_to(image, (3, *np.broadcast(x, y).shape)))
    across, above = (x - easel.sun_x) * easel.wide, (y - easel.sun_y) * easel.high
    distance = across * across + above * above
    is_clouded = scene.weather in _CLOUDED
    strength = 0.25 if is_clouded else 1.0
    glow = np.float32(0.055) / (np.float32(0.055) + distance) * np.float32(0.5 if palette.is_night else 0.75)
    # Low suns stretch along the horizon.
    wide_glow = np.float32(0.03) / (np.float32(0.03) + across * across * 0.12 + (down - 1) ** 2 * 0.35)
    if scene.time in ("sunset", "sunrise", "golden", "dusk"):
        image = mix(image, palette.horizon * 0.5 + palette.sun * 0.5, wide_glow * 0.55 * strength)
    image = mix(image, palette.sun, glow * strength * (0.6 if palette.is_night else 0.8))
    if not palette.is_night:
        corona = np.float32(0.004) / (np.float32(0.004) + distance) * np.float32(0.8 * strength)
        image = mix(image, mix(palette.sun, tone("#ffffff"), 0.4), corona)
    yield
    if palette.is_night and "aurora" in scene.sky_extras:
        image = _aurora(easel, image, x, down)
        yield
    yield from easel.lay(image, 0.0, bottom)
    if (palette.is_night and not is_clouded) or "stars" in scene.sky_extras:
        yield from paint_stars(easel, bottom)
    if not is_clouded or "moon" in scene.sky_extras or "sun" in scene.sky_extras:
        _disc(easel)
        yield
    if "rainbow" in scene.sky_extras:
        yield from _rainbow(easel, bottom)
    if "clouds" not in scene.without:
        yield from _clouds(easel, bottom, distance)


def _clouds(easel: Easel, bottom: float, sun_distance: np.ndarray) -> Iterator[None]:
    """Lay a ceiling of clouds that recedes towards the horizon."""
    scene, palette = easel.scene, easel.palette
    x, y = easel.grid(0.0, bottom, _FINENESS)
    field = easel.field("clouds")
    near = (np.float32(bottom) - y) / np.float32(bottom) + np.float32(0.13)
    u = (x - np.float32(0.5)) * np.float32(easel.wide * 2.1) / near
    v = np.float32(1.15 * easel.high) / near
    octaves = min(easel.octaves, 6.0)
    density = yield from _sampled(field, u + np.float32(40), v + np.float32(9), octaves)
    toward = np.float32(0.22 if easel.side > 0 else -0.22)
    lit_side = yield from _sampled(field, u + np.float32(40) + toward, v + np.float32(9.16), min(octaves, 3.6))
    cover = _COVERS.get(scene.weather, 0.53) - (0.07 if "clouds" in scene.sky_extras else 0.0)
    cover += 0.08 * float(easel.luck("cover").random()) - 0.02
    solid = smooth((density - np.float32(cover)) * np.float32(5.2))
    thick = smooth((density - np.float32(cover + 0.02)) * np.float32(3.2))
    warm = np.float32(0.09) / (np.float32(0.09) + sun_distance)
    pale = 0.72 if scene.sky_colour is None else 0.3  # A sky of one colour has clouds of it.
    bright = mix(
        palette.horizon, tone("#ffffff"), 0.1 if palette.is_night else pale if scene.time in ("", "day") else 0.2
    )
    if palette.is_night:
        bright = mix(palette.horizon, palette.middle, 0.2) * 1.25
    dark = mix(palette.middle, palette.shade, 0.5 if scene.weather not in ("storm", "rain") else 0.75)
    if scene.time in ("sunset", "sunrise", "golden", "dusk"):
        bright = mix(bright, palette.sun, 0.15)
        dark = mix(palette.middle, palette.shade, 0.55)
    if scene.weather in ("storm", "rain"):
        bright = mix(palette.horizon, palette.shade, 0.35 if scene.weather == "storm" else 0.12)
        dark = mix(palette.middle, tone("#20242e"), 0.55 if scene.weather == "storm" else 0.3) * (
            0.5 if palette.is_night else 1
        )
    elif scene.weather in ("overcast", "snowfall"):
        bright = mix(palette.horizon, tone("#ffffff"), 0.0 if palette.is_night else 0.25)
        dark = mix(palette.middle, palette.shade, 0.3)
    light = np.clip(0.62 + (density - lit_side) * 3.4 - thick * 0.42 + warm * 0.5, 0, 1)
    colour = mix(dark, bright, light)
    colour = mix(colour, palette.sun, warm * (1 - thick * 0.5) * (0.35 if palette.is_night else 0.6))
    yield
    fade = smooth((near - np.float32(0.13)) * np.float32(7.0)) * np.float32(0.94)
    if scene.weather in _CLOUDED:
        fade = np.maximum(fade, np.float32(0.35))
    yield from easel.lay(mix(palette.horizon, colour, fade * 0.6 + 0.4), 0.0, bottom, solid * fade)


def _sampled(field: Field, u: np.ndarray, v: np.ndarray, octaves: float) -> Generator[None, None, np.ndarray]:
    """Sample noise in bands of rows."""
    rows = max(1, _BAND_PX // u.shape[1])
    parts = []
    for top in range(0, len(u), rows):
        parts.append(field.sample(u[top : top + rows], v[top : top + rows], octaves))
        yield
    return np.concatenate(parts)


def _disc(easel: Easel) -> None:
    """Draw the sun, or at night a moon with its seas, with a soft edge."""
    scene, palette = easel.scene, easel.palette
    is_moon = "moon" in scene.sky_extras or (palette.is_night and "sun" not in scene.sky_extras)
    if ("moon" if is_moon else "sun") in scene.without:
        return
    size = 0.05 if is_moon else 0.04 if scene.time in ("", "day") else 0.06
    size *= 1.5 if {"moon", "sun"} & set(scene.sky_extras) else 1.0
    radius = max(2.0, size * easel.unit_px)
    side = int(radius * 2) + 4
    at = (np.arange(side * 2, dtype=np.float32) + 0.5) / 2 - side / 2
    over, under = at[None] / np.float32(radius), at[:, None] / np.float32(radius)
    reach = np.sqrt(over * over + under * under)
    alpha = np.clip((1 - reach) * np.float32(radius) + 0.5, 0, 1)
    if not is_moon and scene.time in ("", "day"):
        alpha = smooth((1 - reach) * 2.2 + np.float32(0.1))
    colour = np.broadcast_to(mix(palette.sun, tone("#ffffff"), 0.35), (3, *reach.shape))
    if is_moon:
        seas = easel.field("moon").patch((side * 2, side * 2), (5.0, 5.0), 4)
        colour = mix(tone("#f6f2e2"), tone("#b9bccb"), smooth((seas - np.float32(0.5)) * 5) * 0.75)
        if "crescent" in scene.sky_extras:
            hidden = np.sqrt((over - np.float32(0.45)) ** 2 + (under + np.float32(0.12)) ** 2)
            alpha = alpha * np.clip((hidden - 1) * np.float32(radius) + 0.5, 0, 1)
    disc = Image.merge("RGB", [Image.fromarray((c * 255).astype(np.uint8)) for c in colour]).reduce(2)
    cover = Image.fromarray((alpha * 255).astype(np.uint8)).reduce(2)
    spot = (int(easel.sun_x * easel.width_px - side / 2), int(easel.sun_y * easel.height_px - side / 2))
    easel.canvas.paste(disc, spot, cover)


def paint_stars(easel: Easel, bottom: float, most: int = 900) -> Iterator[None]:
    """Scatter stars, most of them faint; more of them with more steps."""
    chance = easel.luck("stars")
    numbers = chance.random((most, 4))
    shown = int(most * min(1.0, easel.octaves / 7) * min(1.0, easel.wide * easel.high))
    draw = ImageDraw.Draw(easel.canvas, "RGBA")
    size = easel.unit_px / 1024
    for x, y, faint, hue in numbers[:shown].tolist():
        bright = faint * faint * faint
        at_x, at_y = x * easel.width_px, y * bottom * easel.height_px
        height = y * (0.9 + 0.1 * hue)
        radius = (0.45 + 1.15 * bright) * size
        colour = (255, 236 + int(19 * hue), 214 + int(41 * hue)) if hue > 0.3 else (206, 222, 255)
        alpha = int((70 + 185 * bright) * (1 - 0.75 * height * height))
        if radius < 0.5:
            draw.point((at_x, at_y), (*colour, int(alpha * max(0.35, radius * 2))))
        else:
            draw.ellipse((at_x - radius, at_y - radius, at_x + radius, at_y + radius), (*colour, alpha))
        if bright > 0.86:
            reach = radius * 4.5
            draw.line((at_x - reach, at_y, at_x + reach, at_y), (*colour, alpha // 3))
            draw.line((at_x, at_y - reach, at_x, at_y + reach), (*colour, alpha // 3))
    yield


def _aurora(easel: Easel, image: np.ndarray, x: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Hang curtains of green and violet light."""
    field = easel.field("aurora")
    columns = x[0].astype(np.float64) * easel.wide
    for curtain, (colour, height) in enumerate((("#3dffa8", 0.72), ("#38e0c0", 0.56), ("#a06bff", 0.44))):
        foot = height + 0.42 * (field.line(columns * 1.9, 3, row=curtain * 20) - 0.5)
        rays = 0.35 + 1.2 * (field.line(columns * 26, 2, row=curtain * 20 + 9) - 0.2)
        above = np.float32(1) * (foot[None].astype(np.float32) - down)
        veil = np.where(above > 0, 0.09 / (0.09 + above * above * 2.4) * np.clip(1.3 - above * 1.9, 0, 1), 0)
        veil = veil * np.clip(above * 14, 0, 1) * np.clip(rays, 0, 1.3)[None].astype(np.float32)
        image = np.asarray(image + tone(colour) * veil[None].astype(np.float32) * np.float32(0.55), np.float32)
    return image


def _rainbow(easel: Easel, bottom: float) -> Iterator[None]:
    x, y = easel.grid(0.0, bottom)
    across = (x - np.float32(1 - easel.sun_x)) * np.float32(easel.wide)
    below = (y - np.float32(bottom * 1.12)) * np.float32(easel.high)
    ring = (np.sqrt(across * across + below * below) - np.float32(0.5)) / np.float32(0.075)
    bands = [tone(name) for name in ("#7a3fd0", "#2f6fe8", "#22b88a", "#b8dc3a", "#ffd23c", "#ff8a3a", "#f0404a")]
    colour = bands[0] * np.ones((1, *ring.shape), np.float32)
    for place, band in enumerate(bands[1:]):
        colour = mix(colour, band, np.clip(ring * 7 - place, 0, 1))
    alpha = smooth(ring * 5) * smooth((1 - ring) * 5) * np.float32(0.5)
    yield from easel.lay(colour, 0.0, bottom, alpha)
