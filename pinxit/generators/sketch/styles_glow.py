"""Styles that shine by themselves: vapourwave, cyberpunk and neon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from pinxit.generators.sketch.styles_bands import in_bands, study, unit
from pinxit.generators.sketch.styles_style import Style
from pinxit.generators.sketch.styles_texture import (
    curve,
    glow,
    grain,
    lines,
    rgb,
    tinted,
    tonal,
    toned,
    vignette,
    vivid,
)

if TYPE_CHECKING:
    import numpy as np

    from pinxit.generators.sketch.styles_style import Work


def _vapourwave(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    tones = tonal(picture)
    yield
    sun = _setting_sun(size, one)
    grid = _floor_grid(size, one)
    yield
    scan = _scanlines(size, max(round(one * 3), 2), 205)
    rough = grain(luck, size, 18)
    yield

    def together(
        grey: Image.Image,
        seen: Image.Image,
        disc: Image.Image,
        mesh: Image.Image,
        rows: Image.Image,
        noise: Image.Image,
    ) -> Image.Image:
        dream = Image.blend(toned(grey, "#1a0b3d #5a1a8c #e0409f #ff9ec7 #7fe8f2 #f2fdff"), vivid(seen, 1.4), 0.22)
        dream = Image.composite(toned(disc, "#ff2f92 #ffd76a"), dream, disc.point(_SEEN))
        dream = ImageChops.screen(dream, toned(mesh, "#000000 #e0218a #7ffcff"))
        dream = _split(dream, max(round(one * 2), 1))
        return ImageChops.overlay(ImageChops.multiply(dream, rgb(rows)), rgb(noise))

    return (yield from in_bands(together, tones, picture, sun, grid, scan, rough))


def _cyberpunk(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    night_curve, grey_curve = ((0, 0), (90, 46), (170, 168), (255, 255)), ((0, 0), (110, 60), (200, 190), (255, 255))
    tones = tonal(picture).point(curve(grey_curve))
    yield
    sparks = ImageChops.multiply(vivid(study(picture), 1.9, night_curve), rgb(study(tones)))
    yield
    halo = yield from glow(sparks, 16, size)
    edges = yield from lines(picture, 1.3, 14, 7)
    rain = _rain(size, luck)
    yield
    scan = _scanlines(size, max(round(one * 2.5), 2), 216)
    dark = vignette(size, 70)
    yield
    side = _sides(size)
    yield

    def together(
        seen: Image.Image,
        grey: Image.Image,
        soft: Image.Image,
        line: Image.Image,
        drops: Image.Image,
        rows: Image.Image,
        where: Image.Image,
    ) -> Image.Image:
        night = Image.blend(toned(grey, "#04040f #0a2340 #0f7f94 #ff2fa0 #ffe9f7"), vivid(seen, 1.9, night_curve), 0.45)
        neon = Image.composite(tinted("#ff2bd6", seen.size), tinted("#12e7ff", seen.size), where)
        night = ImageChops.screen(night, ImageChops.multiply(neon, rgb(ImageChops.invert(line))))
        night = ImageChops.screen(ImageChops.screen(night, soft), toned(drops, "#000000 #5fc8e8"))
        return ImageChops.multiply(_split(night, max(round(one * 2.5), 1)), rgb(rows))

    return (yield from in_bands(together, picture, tones, halo, edges, rain, ImageChops.multiply(scan, dark), side))


def _neon(picture: Image.Image, luck: np.random.Generator) -> Work:
    del luck  # Tubes are bent to the picture.
    size = picture.size
    tubes = yield from lines(picture, 1.7, 16, 5)

    def filled(seen: Image.Image, line: Image.Image, where: Image.Image) -> Image.Image:
        gas = Image.composite(tinted("#ff3ec8", seen.size), tinted("#22d8ff", seen.size), where)
        hues = Image.blend(vivid(seen, 2.8, ((0, 60), (90, 200), (255, 255))), gas, 0.45)
        return ImageChops.multiply(hues, rgb(ImageChops.invert(line)))

    shining = yield from in_bands(filled, picture, tubes, _sides(size))
    near = yield from glow(shining, 6, size)
    far = yield from glow(shining, 28, size)

    def together(
        seen: Image.Image, line: Image.Image, colour: Image.Image, close: Image.Image, wide: Image.Image
    ) -> Image.Image:
        wall = toned(seen.convert("L"), "#05040c #0c0a1c #1d1638")
        lit = ImageChops.screen(wall, wide.point(_STRONG * 3))
        lit = ImageChops.screen(lit, close.point(_STRONG * 3))
        core = rgb(ImageChops.invert(line).point(curve(((0, 0), (150, 40), (255, 190)))))
        return ImageChops.screen(ImageChops.screen(lit, colour), core)

    return (yield from in_bands(together, picture, tubes, shining, near, far))


_SEEN = [min(value * 4, 210) for value in range(256)]
_STRONG = [min(value * 3, 255) for value in range(256)]


def _split(picture: Image.Image, off: int) -> Image.Image:
    """Return the picture with red and blue shifted apart, as a cheap lens does."""
    red, green, blue = picture.split()
    return Image.merge("RGB", (ImageChops.offset(red, off, 0), green, ImageChops.offset(blue, -off, 0)))


def _scanlines(size: tuple[int, int], period: int, dark: int) -> Image.Image:
    """Return rows that are white and, every second stripe, `dark`."""
    rows = Image.new("L", (1, size[1]))
    rows.putdata([dark if row // max(period // 2, 1) % 2 else 255 for row in range(size[1])])
    return rows.resize(size, Image.Resampling.NEAREST)


def _setting_sun(size: tuple[int, int], one: float) -> Image.Image:
    """Return a disc with stripes cut out of its lower half; its level rises from 1 below to 255 above."""
    disc = Image.new("L", size, 0)
    radius = max(int(one * 130), 1)
    middle = (size[0] // 2, int(size[1] * 0.36))
    span = 2 * radius
    ramp = Image.new("L", (1, span))
    ramp.putdata([255 - 250 * row // span for row in range(span)])
    mask = Image.new("L", (span, span), 0)
    draw = ImageDraw.Draw(mask)
    draw.ellipse((0, 0, span - 1, span - 1), 255)
    for stripe in range(6):
        top = int(span * (0.52 + 0.08 * stripe))
        draw.rectangle((0, top, span, top + int(span * (0.012 + 0.007 * stripe))), 0)
    disc.paste(ramp.resize(mask.size), (middle[0] - radius, middle[1] - radius), mask)
    return disc


def _floor_grid(size: tuple[int, int], one: float) -> Image.Image:
    """Return the glowing lines of a floor that runs to the horizon, over the lowest third."""
    mesh = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mesh)
    width, height, horizon = size[0], size[1], size[1] * 0.68
    for width_px, level in ((max(round(one * 5), 1), 70), (max(round(one * 1.6), 1), 235)):
        for line in range(-24, 25):
            draw.line(
                (width / 2 + line * width * 0.03, horizon, width / 2 + line * width * 0.22, height), level, width_px
            )
        for row in range(12):
            y = horizon + (height - horizon) / (1 + row * 0.55)
            draw.line((0, y, width, y), level, width_px)
        draw.line((0, horizon, width, horizon), level, width_px)
    return mesh


def _rain(size: tuple[int, int], luck: np.random.Generator) -> Image.Image:
    one = unit(size)
    drops = Image.new("L", size, 0)
    draw = ImageDraw.Draw(drops)
    for x, y, length, level in luck.random((260, 4)).tolist():
        left, top, long = size[0] * x, size[1] * (y * 1.1 - 0.1), one * (14 + 40 * length)
        draw.line((left, top, left - long * 0.12, top + long), int(30 + 90 * level), max(int(one * 0.9), 1))
    return drops


def _sides(size: tuple[int, int]) -> Image.Image:
    """Return black on the left that turns to white on the right."""
    ramp = Image.new("L", (64, 1))
    ramp.putdata([min(max((column - 20) * 10, 0), 255) for column in range(64)])
    return ramp.resize(size, Image.Resampling.BICUBIC)


GLOWS = (
    Style(
        "vapourwave",
        ("vapourwave", "vaporwave", "synthwave", "retrowave", "outrun", "80s", "eighties", "vapour wave"),
        _vapourwave,
        0.6,
    ),
    Style("cyberpunk", ("cyberpunk", "cyber punk", "blade runner", "dystopian", "futuristic"), _cyberpunk, 0.7),
    Style("neon", ("neon", "neon lights", "glowing lines", "blacklight", "tron"), _neon, 0.6),
)
