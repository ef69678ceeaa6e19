"""Styles of the camera: noir, sepia, cinema, old photographs and dreams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from pinxit.generators.sketch.styles_bands import in_bands, study, unit
from pinxit.generators.sketch.styles_style import Style
from pinxit.generators.sketch.styles_texture import (
    clouds,
    curve,
    glow,
    grain,
    ragged_edge,
    rgb,
    tinted,
    tonal,
    toned,
    vignette,
    vivid,
)

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work


def _noir(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    hard = tonal(picture).point(curve(((0, 0), (80, 14), (128, 96), (176, 224), (220, 255), (255, 255))))
    yield
    halo = yield from glow(study(hard), 12, size)
    dark = vignette(size, 20, 0.9)
    yield
    rough = grain(luck, size, 46, max(one * 1.3, 1))
    yield
    blinds = _blinds(size)
    yield

    def together(
        grey: Image.Image, soft: Image.Image, corner: Image.Image, noise: Image.Image, slats: Image.Image
    ) -> Image.Image:
        lit = ImageChops.lighter(grey, soft.point(curve(((0, 0), (150, 60), (255, 200)))))
        shaded = ImageChops.multiply(ImageChops.multiply(lit, corner), slats)
        return rgb(ImageChops.overlay(shaded, noise))

    return (yield from in_bands(together, hard, halo, dark, rough, blinds))


def _sepia(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    tones = picture.convert("L").point(curve(((0, 18), (128, 132), (255, 240))))
    yield
    rough = grain(luck, size, 26, max(one * 1.4, 1))
    yield
    dark = vignette(size, 120)
    yield
    border = ragged_edge(luck, (max(size[0] // 4, 1), max(size[1] // 4, 1)), 12).resize(size, Image.Resampling.BICUBIC)
    yield
    worn = Image.new("L", size, 0)
    draw = ImageDraw.Draw(worn)
    for x, y, length, lean in luck.random((26, 4)).tolist():
        end = (size[0] * (x + (lean - 0.5) * 0.03), size[1] * (y + length * 0.25))
        draw.line((size[0] * x, size[1] * y, *end), 40 + int(60 * lean), max(int(one * 0.8), 1))
    for x, y, radius, level in luck.random((40, 4)).tolist():
        wide = one * (0.6 + 2.2 * radius)
        draw.ellipse((size[0] * x - wide, size[1] * y - wide, size[0] * x + wide, size[1] * y + wide), int(90 * level))
    yield

    def together(
        grey: Image.Image, noise: Image.Image, corner: Image.Image, edge: Image.Image, scratches: Image.Image
    ) -> Image.Image:
        old = ImageChops.multiply(ImageChops.overlay(grey, noise), corner)
        print_ = toned(ImageChops.screen(old, scratches), "#1f1209 #6b4a2b #c49a63 #f4e3bf")
        return Image.composite(print_, tinted("#efe3c8", print_.size), edge)

    return (yield from in_bands(together, tones, rough, dark, border, worn))


def _cinematic(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    halo = yield from glow(vivid(study(picture), 1.2, ((0, 0), (150, 10), (255, 150))), 20, size)
    rough = grain(luck, size, 20, max(one * 1.2, 1))
    yield
    dark = vignette(size, 105)
    bars = Image.new("L", size, 255)
    bar = max(round(size[1] - size[0] / 2.39) // 2, 0) if size[0] > size[1] else round(size[1] * 0.07)
    draw = ImageDraw.Draw(bars)
    if bar:
        draw.rectangle((0, 0, size[0], bar - 1), 0)
        draw.rectangle((0, size[1] - bar, size[0], size[1]), 0)
    yield

    def together(
        seen: Image.Image, soft: Image.Image, noise: Image.Image, corner: Image.Image, black: Image.Image
    ) -> Image.Image:
        # Teal in the shadows, orange in the light: complementary, as films are graded.
        graded = ImageChops.soft_light(vivid(seen, 1.1), toned(seen.convert("L"), "#123a4c #5c7a7c #c98f58 #ffdba8"))
        graded = ImageChops.screen(graded, soft)
        graded = ImageChops.multiply(ImageChops.overlay(graded, rgb(noise)), rgb(corner))
        return ImageChops.multiply(graded, rgb(black))

    return (yield from in_bands(together, picture, halo, rough, dark, bars))


def _vintage(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    leak = (
        clouds(luck, (64, 64), 2, 1).point(curve(((0, 0), (120, 0), (255, 170)))).resize(size, Image.Resampling.BICUBIC)
    )
    yield
    rough = grain(luck, size, 30, max(one * 1.4, 1))
    yield
    dark = vignette(size, 130)
    yield
    red, green, blue = (
        curve(((0, 42), (255, 255))),
        curve(((0, 30), (128, 128), (255, 238))),
        curve(((0, 56), (255, 196))),
    )

    def together(seen: Image.Image, light: Image.Image, noise: Image.Image, corner: Image.Image) -> Image.Image:
        faded = vivid(seen, 0.8).point([*red, *green, *blue])
        faded = ImageChops.screen(faded, toned(light, "#000000 #b4431e #ffb066"))
        return ImageChops.multiply(ImageChops.overlay(faded, rgb(noise)), rgb(corner))

    return (yield from in_bands(together, picture, leak, rough, dark))


def _dreamy(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    lifted = ((0, 26), (128, 156), (255, 255))
    light = vivid(study(picture), 1.15, lifted)
    yield
    halo = yield from glow(light, 14, size)
    wide = yield from glow(light, 50, size)
    mist = (
        clouds(luck, (64, 64), 3, 2).point(curve(((0, 0), (110, 0), (255, 90)))).resize(size, Image.Resampling.BICUBIC)
    )
    yield

    def together(seen: Image.Image, soft: Image.Image, far: Image.Image, fog: Image.Image) -> Image.Image:
        light = vivid(seen, 1.15, lifted)
        dream = Image.blend(Image.blend(light, ImageChops.screen(light, soft), 0.45), far, 0.22)
        return Image.composite(tinted("#fff1f4", dream.size), dream, fog)

    return (yield from in_bands(together, picture, halo, wide, mist))


def _blinds(size: tuple[int, int]) -> Image.Image:
    """Return the slanted shadow of a window's blinds, soft at its edges, over one side."""
    small = (96, 96)
    x, y = np.arange(96)[None, :] / 96, np.arange(96)[:, None] / 96
    slat = abs(((y + 0.22 * x) * 9) % 1 * 2 - 1)
    reach = np.clip((0.62 - x) * 2.2, 0, 1) * np.clip((0.8 - abs(y - 0.4)) * 2, 0, 1)
    level = 255 - 150 * reach * np.clip((slat - 0.42) * 6, 0, 1)
    return (
        Image.fromarray(level.astype(np.uint8))
        .resize(small, Image.Resampling.NEAREST)
        .resize(size, Image.Resampling.BICUBIC)
    )


LIGHTS = (
    Style(
        "noir", ("noir", "film noir", "black and white", "black & white", "monochrome", "greyscale", "grayscale"), _noir
    ),
    Style(
        "sepia", ("sepia", "daguerreotype", "old photo", "old photograph", "antique", "victorian", "steampunk"), _sepia
    ),
    Style("cinematic", ("cinematic", "film still", "movie", "cinema", "dramatic lighting"), _cinematic),
    Style(
        "vintage",
        ("vintage", "retro", "polaroid", "70s", "lomography", "analogue", "analog film", "kodachrome"),
        _vintage,
    ),
    Style("dreamy", ("dreamy", "dreamlike", "ethereal", "soft focus", "bokeh", "fairytale"), _dreamy),
)
