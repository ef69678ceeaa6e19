"""Styles of the brush: watercolour, oil and their kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from pinxit.generators.sketch.styles_bands import enlarged, in_bands, study, unit
from pinxit.generators.sketch.styles_strokes import Brush, lit, painted
from pinxit.generators.sketch.styles_style import Style
from pinxit.generators.sketch.styles_texture import (
    clouds,
    curve,
    flattened,
    grain,
    lines,
    median,
    paper,
    ragged_edge,
    rgb,
    tinted,
    vivid,
)

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work

_OIL = (
    Brush(34, 110, 0.9, 16, 0, 0),
    Brush(15, 62, 0.95, 14, 4),
    Brush(7, 26, 1.05, 12, 13, 1),
    Brush(3.8, 12, 1.25, 8, 26, 0),
)
_IMPRESSIONIST = (Brush(26, 60, 0.8, 22), Brush(13, 34, 0.95, 26, 2, 1), Brush(7, 20, 1.05, 28, 13, 1))
_PASTEL = (Brush(16, 80, 0.85, 16, 0, 0, 0.35), Brush(7, 40, 1.1, 16, 8, 0, 0.3), Brush(4, 14, 1.25, 12, 22, 0))


def _watercolour(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, small = picture.size, study(picture)
    wash = yield from _softened(picture, 300, small.size)
    wash = _warped(wash, luck, 0.009)
    yield
    wash = vivid(wash, 1.4, ((0, 36), (110, 152), (255, 255)))
    yield
    # Water carries pigment to the rim of each wash: darker where a region meets a lighter one.
    soft = study(wash, 170).filter(ImageFilter.GaussianBlur(1.2)).resize(small.size, Image.Resampling.BICUBIC)
    rim = ImageChops.subtract(soft.convert("L"), wash.convert("L"), 1, 128)
    rim = rim.point(curve(((128, 255), (136, 236), (160, 190), (255, 165))))
    yield
    blooms = clouds(luck, small.size, 5, 3).point(curve(((0, 216), (90, 240), (140, 255), (255, 255))))
    wash = ImageChops.multiply(wash, rgb(ImageChops.multiply(rim, blooms)))
    backrun = clouds(luck, small.size, 4, 2).point(curve(((0, 0), (170, 0), (255, 80))))
    wash.paste("#fffdf8", (0, 0), backrun)
    yield
    border = ragged_edge(luck, small.size, 20)
    wash = Image.composite(wash, tinted("#fdfbf5", small.size), border)
    yield
    large = yield from enlarged(wash, size)
    border = yield from enlarged(border, size)
    pen = yield from lines(picture, 0.9, 5, 6)
    tooth = paper(luck, size, 30, max(unit(size) * 1.6, 1))
    table = curve(((0, 120), (255, 255)))
    yield

    def together(paint: Image.Image, pencil: Image.Image, inner: Image.Image, rough: Image.Image) -> Image.Image:
        drawn = ImageChops.lighter(pencil.point(table), ImageChops.invert(inner))
        return ImageChops.overlay(ImageChops.multiply(paint, rgb(drawn)), rgb(rough))

    return (yield from in_bands(together, large, pen, border, tooth))


def _oil(picture: Image.Image, luck: np.random.Generator) -> Work:
    strong = vivid(study(picture), 1.25, ((0, 6), (70, 62), (185, 198), (255, 250)))
    yield
    ground = yield from enlarged(study(strong, 64), picture.size)
    canvas, relief = yield from painted(strong, ground, _OIL, luck)
    return (yield from lit(canvas, relief, 75))


def _impressionist(picture: Image.Image, luck: np.random.Generator) -> Work:
    bright = vivid(study(picture), 1.5, ((0, 26), (128, 150), (255, 255)))
    yield
    ground = yield from enlarged(study(bright, 48), picture.size)
    canvas, relief = yield from painted(bright, ground, _IMPRESSIONIST, luck)
    return (yield from lit(canvas, relief, 55))


def _pastel(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    chalky = vivid(study(picture), 1.35, ((0, 52), (128, 164), (255, 252)))
    yield
    sheet = tinted("#e9ddcb", size)
    ground = Image.blend(sheet, (yield from enlarged(study(chalky, 40), size)), 0.6)
    canvas, _ = yield from painted(chalky, ground, _PASTEL, luck)
    tooth = grain(luck, size, 127, max(unit(size) * 1.6, 1)).point(curve(((0, 0), (165, 0), (215, 120), (255, 150))))
    yield

    def rubbed(paint: Image.Image, holes: Image.Image, bare: Image.Image) -> Image.Image:
        return Image.composite(bare, paint, holes)

    return (yield from in_bands(rubbed, canvas, tooth, sheet))


def _pointillism(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    strong = vivid(study(picture), 1.7, ((0, 20), (128, 148), (255, 255)))
    yield
    canvas = Image.blend(tinted("#f3ead6", size), (yield from enlarged(study(strong, 32), size)), 0.6)
    draw = ImageDraw.Draw(canvas)
    for across, wander in ((11.0, 40), (8.6, 60), (7.0, 72)):
        step = max(across * one, 3.0)
        columns, rows = max(int(size[0] / step), 1), max(int(size[1] / step), 1)
        seen = np.asarray(strong.resize((columns, rows), Image.Resampling.BOX)).reshape(-1, 3)
        at = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
        chance = luck.random((len(at), 6))
        middle = (at + chance[:, :2]) * [size[0] / columns, size[1] / rows]
        # Broken colour: each channel wanders for itself, the eye mixes them again.
        colours = (seen + (chance[:, 2:5] - 0.5) * wander).clip(0, 255).astype(int)
        radius = step * (0.34 + 0.16 * chance[:, 5:6])
        boxes = np.concatenate([middle - radius, middle + radius], axis=1)
        order = luck.permutation(len(at))
        yield
        for first in range(0, len(at), 4000):
            part = order[first : first + 4000]
            for box, colour in zip(boxes[part].tolist(), colours[part].tolist(), strict=True):
                draw.ellipse(box, tuple(colour))
            yield
    return canvas


def _gouache(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    bold = vivid(study(picture), 1.25, ((0, 30), (128, 140), (255, 246)))
    yield
    flat = yield from flattened(bold, 300, 30, study(picture).size)
    flat = _warped(flat, luck, 0.006)
    yield
    large = yield from enlarged(flat, size)
    yield
    brushed = grain(luck, (max(size[0] // 12, 1), size[1]), 60).resize(size, Image.Resampling.BICUBIC)
    yield
    tooth = paper(luck, size, 22, max(unit(size) * 2, 1))
    table = curve(((0, 108), (255, 148)))

    def together(paint: Image.Image, streaks: Image.Image, rough: Image.Image) -> Image.Image:
        return ImageChops.overlay(ImageChops.overlay(paint, rgb(streaks.point(table))), rgb(rough))

    return (yield from in_bands(together, large, brushed, tooth))


def _softened(picture: Image.Image, longer_px: int, size: tuple[int, int]) -> Work:
    """Return the picture without its small detail, at `size`."""
    small = study(picture, longer_px)
    yield
    smooth = median(small)
    yield
    return smooth.resize(size, Image.Resampling.BICUBIC)


def _warped(picture: Image.Image, luck: np.random.Generator, share: float) -> Image.Image:
    """Return the picture with its outlines wandering by up to `share` of the longer side: a hand, not a ruler."""
    pixels = np.asarray(picture)
    reach = share * max(picture.size) / 128
    off = [np.asarray(clouds(luck, picture.size, 22, 2)).astype(np.float32) - 128 for _ in range(2)]
    y, x = np.arange(picture.height, dtype=np.float32)[:, None], np.arange(picture.width, dtype=np.float32)
    row = (y + off[0] * np.float32(reach)).clip(0, picture.height - 1).astype(np.int32)
    column = (x + off[1] * np.float32(reach)).clip(0, picture.width - 1).astype(np.int32)
    return Image.fromarray(pixels[row, column])


PAINTS = (
    Style(
        "watercolour",
        ("watercolour", "watercolor", "watercolours", "watercolors", "aquarelle", "water colour", "water color"),
        _watercolour,
        0.6,
    ),
    Style(
        "oil",
        ("oil", "oil painting", "oil paint", "oils", "acrylic", "impasto", "renaissance", "baroque"),
        _oil,
        0.5,
        256,
    ),
    Style(
        "impressionist",
        ("impressionist", "impressionism", "impressionistic", "monet", "van gogh", "post-impressionist"),
        _impressionist,
        0.45,
        256,
    ),
    Style("pastel", ("pastel", "pastels", "soft pastel", "crayon", "crayons", "chalk pastel"), _pastel, 0.5, 300),
    Style("pointillism", ("pointillism", "pointillist", "seurat", "stippled", "dots"), _pointillism, 0.4),
    Style("gouache", ("gouache", "tempera", "storybook", "illustration", "children's book"), _gouache, 0.5),
)
