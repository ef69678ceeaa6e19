"""The last touch: colours that the words ask for, a darker rim, and the tooth of the paper."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops

from pinxit.generators.sketch.tones import luma, mix, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.generators.sketch.easel import Easel

_BAND_PX = 2**17
_TOOTH = 256


def finish(easel: Easel) -> Iterator[None]:
    """Grade the whole canvas band by band."""
    scene = easel.scene
    grading = bool(scene.palette or scene.banned or scene.brightness or scene.literal > 0.6 or scene.literal < 0.4)
    rows = max(1, _BAND_PX // easel.width_px)
    rim = _rim()
    tooth = _tooth(easel)
    yield
    for top in range(0, easel.height_px, rows):
        bottom = min(top + rows, easel.height_px)
        part = easel.canvas.crop((0, top, easel.width_px, bottom))
        if grading:
            part = _graded(easel, part)
            yield
        scale = rim.height / easel.height_px
        shade = rim.resize(
            part.size, Image.Resampling.BILINEAR, box=(0, top * scale, rim.width, min(rim.height, bottom * scale))
        )
        part = ImageChops.multiply(part, Image.merge("RGB", (shade, shade, shade)))
        grain = Image.new("L", part.size)
        for x in range(0, part.width, _TOOTH):
            for y in range(-(top % _TOOTH), part.height, _TOOTH):
                grain.paste(tooth, (x, y))
        part = ImageChops.add(part, Image.merge("RGB", (grain, grain, grain)), 1, -4)
        easel.canvas.paste(part, (0, top))
        yield


def _rim() -> Image.Image:
    wide, high = 64, 64
    x = ((np.arange(wide, dtype=np.float32) + 0.5) / wide * 2 - 1)[None]
    y = ((np.arange(high, dtype=np.float32) + 0.5) / high * 2 - 1)[:, None]
    away = x * x + y * y
    return Image.fromarray(((1 - np.clip(away - 0.55, 0, 1.4) * 0.17) * 255).astype(np.uint8))


def _tooth(easel: Easel) -> Image.Image:
    depth = 1 + easel.octaves * min(1.0, easel.unit_px / 700)
    grain = easel.luck("paper").integers(0, 256, (_TOOTH, _TOOTH)).astype(np.float32) / 255
    return Image.fromarray((4 + (grain - np.float32(0.5)) * np.float32(depth) + 0.5).astype(np.uint8))


def _graded(easel: Easel, part: Image.Image) -> Image.Image:
    """Return the rows in the mood of the words."""
    scene = easel.scene
    image = np.moveaxis(np.asarray(part, np.float32), 2, 0) / np.float32(255)
    purity = np.float32(0.8 + 0.4 * scene.literal)
    grey = luma(image)[None]
    image = grey + (image - grey) * purity
    if scene.brightness > 0:
        image = image + (1 - image) * np.float32(0.22 * scene.brightness)
    elif scene.brightness < 0:
        image = image * np.float32(1 + 0.5 * scene.brightness)
    if scene.palette:
        low, high = tone(scene.palette[0]), tone(scene.palette[min(1, len(scene.palette) - 1)])
        bright = luma(image)[None]
        duo = mix(low * 0.35, mix(high, tone("#ffffff"), 0.75), bright)
        duo = mix(duo, (low + high) / 2 * (0.4 + 0.9 * bright), 0.45)
        image = mix(image, duo, 0.38 + 0.3 * scene.literal)
    for colour in scene.banned:
        way = tone(colour)
        way = way - luma(way)[None]
        size = float(np.sqrt(float((way * way)[0, 0, 0] + (way * way)[1, 0, 0] + (way * way)[2, 0, 0])))
        if size > 0.05:
            way = way / np.float32(size)
            chroma = image - luma(image)[None]
            along = chroma[0] * way[0] + chroma[1] * way[1] + chroma[2] * way[2]
            image = image - way * np.clip(along, 0, 1)[None] * np.float32(0.95)
    eight = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.merge("RGB", [Image.fromarray(channel) for channel in eight])
