"""Styles of flat colours: pixel art, poster, paper cut, woodblock and cartoon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from pinxit.generators.sketch.styles_bands import enlarged, in_bands, study, unit
from pinxit.generators.sketch.styles_style import Style
from pinxit.generators.sketch.styles_texture import (
    clouds,
    curve,
    flattened,
    grain,
    lines,
    paper,
    rgb,
    tinted,
    tonal,
    toned,
    vivid,
)

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work

_PIXELS_ACROSS = 112
# Bayer's matrix of 4 × 4: the classic order in which dots of a second colour come.
_BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])


def _pixel_art(picture: Image.Image, luck: np.random.Generator) -> Work:
    del luck  # Consoles drew alike each time.
    size = picture.size
    small = vivid(study(picture, _PIXELS_ACROSS), 1.45, ((0, 0), (60, 52), (190, 206), (255, 255)))
    yield
    few = small.quantize(20, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    tiles = np.tile(_BAYER, (small.height // 4 + 1, small.width // 4 + 1))[: small.height, : small.width, None]
    shaken = (np.asarray(small).astype(np.int16) + tiles - 8).clip(0, 255).astype(np.uint8)
    yield
    big = Image.fromarray(shaken).quantize(palette=few, dither=Image.Dither.NONE).convert("RGB")
    return big.resize(size, Image.Resampling.NEAREST)


def _poster(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    bold = vivid(study(picture), 1.5, ((0, 0), (70, 56), (185, 208), (255, 255)))
    yield
    large = yield from flattened(bold, 200, 9, size)
    rough = grain(luck, size, 14, max(unit(size) * 1.5, 1))
    yield
    return (yield from in_bands(lambda ink, fibres: ImageChops.overlay(ink, rgb(fibres)), large, rough))


def _paper_cut(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, small = picture.size, study(picture)
    grey = tonal(study(picture, 200)).filter(ImageFilter.GaussianBlur(1.4)).resize(small.size, Image.Resampling.BICUBIC)
    colours = vivid(study(picture, 200), 1.5).filter(ImageFilter.GaussianBlur(1.5))
    yield
    tones, seen = np.asarray(grey), np.asarray(colours.resize(small.size, Image.Resampling.BICUBIC))
    made = Image.new("RGB", small.size)
    drop = max(round(unit(small.size) * 5), 1)
    borders = [0, *(np.percentile(tones, share) for share in (18, 36, 54, 72, 88))]
    for level, border in enumerate(borders):
        here = tones >= border
        if not here.any():
            continue
        sheet = Image.fromarray((here * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
        mean = seen[here].mean(axis=0)
        share = level / (len(borders) - 1)
        red, green, blue = (mean * (0.45 + 0.75 * share) + 16).clip(0, 255).astype(int).tolist()
        shadow = ImageChops.offset(sheet.filter(ImageFilter.BoxBlur(drop)), drop, drop)
        if level:
            made.paste("#0c0a12", (0, 0), shadow.point(curve(((0, 0), (255, 120)))))
        # A sheet keeps something of the picture's own colours, so that things stay told apart.
        tinted_sheet = Image.blend(Image.new("RGB", small.size, (red, green, blue)), Image.fromarray(seen), 0.55)
        made.paste(tinted_sheet, (0, 0), sheet)
        yield
    large = yield from enlarged(made, size)
    tooth = paper(luck, size, 12, max(unit(size) * 2, 1))
    yield
    return (yield from in_bands(lambda cut, rough: ImageChops.overlay(cut, rgb(rough)), large, tooth))


def _woodblock(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    muted = vivid(study(picture), 0.95, ((0, 34), (90, 106), (170, 196), (255, 240)))
    inks = ImageChops.multiply(muted, tinted("#fff2d8", muted.size))
    yield
    large = yield from flattened(inks, 240, 12, size)
    key = yield from lines(picture, 1.7, 16, 5)
    # Bokashi: the upper edge is wiped on with Prussian blue.
    wiped = Image.new("L", (1, 64))
    wiped.putdata([max(150 - 9 * row, 0) for row in range(64)])
    wiped = wiped.resize(size, Image.Resampling.BICUBIC)
    yield
    # The block's grain: long, nearly level waves.
    veins = clouds(luck, (24, 160), 80, 2).resize(size, Image.Resampling.BICUBIC).point(curve(((0, 116), (255, 140))))
    yield
    rough = grain(luck, size, 18, max(unit(size) * 1.5, 1))
    yield

    def together(
        paint: Image.Image, line: Image.Image, sky: Image.Image, wood: Image.Image, fibres: Image.Image
    ) -> Image.Image:
        paint.paste("#1d3a63", (0, 0), sky)
        printed = ImageChops.overlay(paint, rgb(ImageChops.add(wood, fibres, 1, -128)))
        return ImageChops.multiply(printed, toned(line, "#27304a #ffffff"))

    return (yield from in_bands(together, large, key, wiped, veins, rough))


def _cartoon(picture: Image.Image, luck: np.random.Generator) -> Work:
    del luck  # Cels are painted evenly.
    size = picture.size
    bright = vivid(study(picture), 1.6, ((0, 24), (90, 116), (180, 222), (255, 255)))
    yield
    large = yield from flattened(bright, 300, 26, size)
    outline = yield from lines(picture, 1.5, 16, 6)
    bloom = yield from enlarged(study(bright, 128).filter(ImageFilter.GaussianBlur(4)), size)

    def together(paint: Image.Image, line: Image.Image, soft: Image.Image) -> Image.Image:
        lit = ImageChops.soft_light(paint, soft)
        return ImageChops.multiply(lit, toned(line, "#2a1c38 #ffffff"))

    return (yield from in_bands(together, large, outline, bloom))


FLATS = (
    Style(
        "pixel art", ("pixel art", "pixelart", "pixel", "8-bit", "16-bit", "8bit", "16bit", "sprite"), _pixel_art, 0.4
    ),
    Style(
        "poster", ("poster", "flat", "flat design", "minimalist", "vector", "screen print", "art deco"), _poster, 0.5
    ),
    Style(
        "paper cut",
        ("paper cut", "papercut", "paper-cut", "paper art", "collage", "cutout", "layered paper"),
        _paper_cut,
        0.5,
    ),
    Style(
        "woodblock",
        ("woodblock", "wood block", "ukiyo-e", "ukiyoe", "ukiyo", "japanese print", "hokusai", "block print"),
        _woodblock,
        0.6,
    ),
    Style(
        "cartoon",
        ("cartoon", "anime", "cel shaded", "cel-shaded", "animation", "ghibli", "disney", "toon"),
        _cartoon,
        0.6,
    ),
)
