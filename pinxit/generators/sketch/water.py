"""Water that mirrors what stands above it, ripples with the distance, and glitters towards the light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch.tones import mix, smooth, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.generators.sketch.easel import Easel


def paint_water(
    easel: Easel,
    top: float,
    bottom: float = 1.0,
    *,
    colour: np.ndarray | None = None,
    calm: float = 0.5,
    cover: Image.Image | None = None,
) -> Iterator[None]:
    """Paint water between two heights. `calm`: 0 a rough sea … 1 a mirror; `cover`: a full-size mask of its shape."""
    palette, scene = easel.palette, easel.scene
    x, y = easel.grid(top, bottom)
    size = (x.shape[1], y.shape[0])
    near = (y - np.float32(top)) / np.float32(max(0.05, 1 - top))
    mirrored = _mirrored(easel, top, bottom, size)
    yield
    deep = (
        colour
        if colour is not None
        else tone("#123f63")
        if scene.place in ("sea", "island", "beach")
        else tone("#17485c")
    )
    deep = deep * (palette.light * 0.72 + palette.middle * 0.35) * (0.62 if palette.is_night else 1.0)
    # A wave looks lower and wider the farther it is: rows are squeezed towards the horizon.
    squeeze = np.float32(1.0) / (near * np.float32(1.5) + np.float32(0.08))
    field = easel.field("waves")
    u = np.broadcast_to(
        (x - np.float32(0.5)) * np.float32(easel.wide * 7) * (squeeze * 0.55 + np.float32(0.5)), size[::-1]
    )
    v = squeeze * np.float32(9.5)
    waves = field.sample(u + np.float32(200), v, min(easel.octaves, 4))
    yield
    small = field.sample(u * np.float32(4.3) + np.float32(77), v * np.float32(3.7), min(easel.octaves, 3))
    waves = waves + (small - waves) * np.clip(near * 1.1, 0, 0.62)
    yield
    amount = (1 - calm) * 0.1 + 0.02
    rows = np.arange(size[1], dtype=np.float32)[:, None]
    shift = (waves - 0.5) * np.float32(amount * easel.work * 1.4) * (near * 0.85 + np.float32(0.15))
    columns = np.arange(size[0], dtype=np.float32)[None] + (waves - 0.5) * np.float32(6 * (1 - calm)) * (near + 0.1)
    at = (
        np.clip(rows + shift, 0, size[1] - 1).astype(np.int32),
        np.clip(columns, 0, size[0] - 1).astype(np.int32),
    )
    image = mirrored[:, at[0], at[1]]
    yield
    fresnel = np.clip(0.9 - near * (1.05 - 0.55 * calm), 0.18, 0.92)
    image = mix(deep * (0.85 + 0.45 * waves)[None], image * np.float32(0.92), fresnel)
    crest = smooth((waves - np.float32(0.60 + 0.05 * calm)) * 9) * np.float32(0.22 + 0.3 * (1 - calm))
    image = mix(image, palette.horizon * 0.5 + palette.light * 0.5, crest * (0.3 if palette.is_night else 0.62))
    across = (x - np.float32(easel.sun_x)) * np.float32(easel.wide)
    path = np.float32(0.006) / (np.float32(0.006) + across * across / (near * 0.9 + np.float32(0.16)))
    glitter = path * smooth((waves - np.float32(0.5)) * 7 + np.float32(0.2))
    shine = 0.12 if scene.weather in ("rain", "storm", "overcast", "fog", "snowfall") else 0.95
    image = mix(image, palette.sun, glitter * np.float32(shine))
    image = mix(image, palette.haze, np.clip(0.5 - near * 5, 0, 0.5) * palette.haziness)
    yield
    yield from easel.lay(image, top, bottom, cover)


def _mirrored(easel: Easel, top: float, bottom: float, size: tuple[int, int]) -> np.ndarray:
    """Return what stands above the water, upside down and a little squeezed, on the coarse grid."""
    line = max(1, round(top * easel.height_px))
    high = min(line, max(1, round((bottom - top) * easel.height_px * 1.15)))
    above = easel.canvas.crop((0, line - high, easel.width_px, line))
    small = above.resize(size, Image.Resampling.BOX).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return np.ascontiguousarray(np.moveaxis(np.asarray(small, np.float32), 2, 0)) / np.float32(255)
