"""Styles of the pen: ink, line art, pencil, charcoal, comic, engraving, blueprint and chalk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from pinxit.generators.sketch.styles_bands import bands, enlarged, in_bands, study, unit
from pinxit.generators.sketch.styles_style import Style
from pinxit.generators.sketch.styles_texture import (
    clouds,
    curve,
    flattened,
    grain,
    lines,
    paper,
    rgb,
    tonal,
    toned,
    vivid,
)

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work


def _ink(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, small = picture.size, study(picture, 384)
    grey = tonal(study(picture, 384)).filter(ImageFilter.GaussianBlur(1.6))
    yield
    # Washes in four strengths, whose rims wander as wet paper lets them.
    wander = clouds(luck, small.size, 9, 4).point(curve(((0, 0), (255, 34))))
    steps = curve(((0, 36), (58, 44), (70, 96), (112, 106), (126, 168), (166, 182), (180, 232), (220, 244), (255, 255)))
    washes = ImageChops.add(grey, wander).point(steps)
    blooms = clouds(luck, small.size, 5, 3).point(curve(((0, 214), (128, 246), (255, 255))))
    washes = ImageChops.multiply(washes, blooms).filter(ImageFilter.GaussianBlur(0.7))
    yield
    large = yield from enlarged(washes, size)
    brush = yield from lines(picture, 2.2, 16, 6)
    dry = grain(luck, (size[0], max(size[1] // 3, 1)), 127).resize(size).point(curve(((0, 0), (170, 0), (255, 120))))
    yield
    rough = paper(luck, size, 20, max(unit(size) * 2, 1))
    yield

    def together(wash: Image.Image, line: Image.Image, bare: Image.Image, fibres: Image.Image) -> Image.Image:
        drawn = ImageChops.multiply(wash, ImageChops.add(line, ImageChops.multiply(bare, ImageChops.invert(line))))
        return ImageChops.overlay(toned(drawn, "#14121a #6e6a6c #c4bcae #f6efdf"), rgb(fibres))

    made = yield from in_bands(together, large, brush, dry, rough)
    _seal(made)
    return made


def _line_art(picture: Image.Image, luck: np.random.Generator) -> Work:
    del luck  # A clean line leaves nothing to chance.
    fine = yield from lines(picture, 0.9, 14, 4)
    bold = yield from lines(picture, 2.2, 20, 6)
    return (yield from in_bands(lambda a, b: rgb(ImageChops.darker(a, b)), fine, bold))


def _pencil(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    soft = yield from enlarged(tonal(study(picture, 400)), size)
    contour = yield from lines(picture, 1.0, 9, 4)
    light = _hatching(size, luck, 3.2, 1)
    yield
    dark = _hatching(size, luck, 3.2, -1)
    yield
    tooth = grain(luck, size, 40, max(unit(size), 1))
    tone, deep = curve(((0, 20), (60, 70), (200, 240), (255, 255))), curve(((0, 40), (60, 110), (130, 255), (255, 255)))
    stroke, crossing = curve(((0, 0), (255, 110))), curve(((0, 0), (255, 160)))
    yield

    def together(
        tones: Image.Image, line: Image.Image, one: Image.Image, other: Image.Image, rough: Image.Image
    ) -> Image.Image:
        # A hatch lightens its own tone between the strokes; a second one crosses it in the shadows.
        shade = ImageChops.add(tones.point(tone), one.point(stroke))
        cross = ImageChops.add(tones.point(deep), other.point(crossing))
        drawn = ImageChops.multiply(ImageChops.multiply(shade, cross), line)
        return toned(ImageChops.overlay(drawn, rough), "#232328 #6c6c72 #c2c1c0 #faf8f2")

    return (yield from in_bands(together, soft, contour, light, dark, tooth))


def _charcoal(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    smudged = tonal(study(picture, 256)).filter(ImageFilter.GaussianBlur(1.4))
    smudged = smudged.point(curve(((0, 0), (70, 48), (150, 190), (210, 255), (255, 255))))
    yield
    tones = yield from enlarged(smudged, size)
    contour = yield from lines(picture, 2.4, 12, 5)
    tooth = grain(luck, size, 127, max(unit(size) * 1.8, 1))
    yield
    hatch = _hatching(size, luck, 5, 1)
    yield
    ridges = curve(((0, 0), (255, 150)))

    def together(tone: Image.Image, line: Image.Image, rough: Image.Image, strokes: Image.Image) -> Image.Image:
        # Charcoal stays on the paper's ridges: the lighter the tone, the more of the paper is bare.
        stick = ImageChops.overlay(rough, strokes).point(ridges)
        dust = ImageChops.add(tone, ImageChops.multiply(stick, tone.point(_BARE)))
        drawn = ImageChops.multiply(dust, ImageChops.add(line, rough.point(_GAPS)))
        return toned(drawn, "#16130f #4a443e #a99f90 #eee6d6")

    return (yield from in_bands(together, tones, contour, tooth, hatch))


def _comic(picture: Image.Image, luck: np.random.Generator) -> Work:
    del luck  # Print is regular.
    size, one = picture.size, unit(picture.size)
    bold = vivid(study(picture), 1.8, ((0, 16), (90, 100), (170, 206), (255, 255)))
    yield
    large = yield from flattened(bold, 280, 20, size)
    soft = yield from enlarged(tonal(study(picture, 200)), size)
    outline = yield from lines(picture, 1.9, 20, 7)
    raster = _raster(size, max(one * 7.5, 4.0))
    yield
    table = [255 * (value // 128) for value in range(256)]
    tone = curve(((0, 128), (70, 128), (150, 6), (255, 0)))

    def together(paint: Image.Image, grey: Image.Image, line: Image.Image, dots: Image.Image) -> Image.Image:
        shadow = ImageChops.subtract(dots, grey.point(tone), 1, 80).point(table)
        shadow = ImageChops.add(shadow, Image.new("L", shadow.size, 150))
        return ImageChops.multiply(ImageChops.multiply(paint, rgb(shadow)), rgb(line))

    return (yield from in_bands(together, large, soft, outline, raster))


def _engraving(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    grey = tonal(study(picture, 360)).filter(ImageFilter.GaussianBlur(1))
    yield
    tones = yield from enlarged(grey.point(curve(((0, 30), (70, 84), (190, 215), (255, 250)))), size)
    made = Image.new("L", size)
    period = max(one * 6.0, 3.2)
    for left, top, right, bottom in bands(size):
        tone = np.asarray(tones.crop((left, top, right, bottom))).astype(np.float32) / 255
        x, y = np.arange(right, dtype=np.float32)[None, :], np.arange(top, bottom, dtype=np.float32)[:, None]
        # The lines bend with the tones, as an engraver's follow a form.
        bend = tone * 3.2
        one_way = abs(((y + x * 0.25) / period + bend) % 1 * 2 - 1)
        other = abs(((x - y * 0.4) / period - bend) % 1 * 2 - 1)
        sharp = np.float32(period * 0.5)
        first = np.clip((one_way - (0.95 - tone * 1.15)) * sharp + 0.5, 0, 1)
        second = np.clip((other - (0.62 - tone * 1.9)) * sharp + 0.5, 0, 1)
        made.paste(Image.fromarray((np.minimum(first, second) * 255).astype(np.uint8)), (left, top))
        yield
    contour = yield from lines(picture, 1.0, 12, 5)
    rough = grain(luck, size, 16, max(one * 2, 1))
    yield

    def together(cut: Image.Image, line: Image.Image, fibres: Image.Image) -> Image.Image:
        return ImageChops.overlay(toned(ImageChops.multiply(cut, line), "#1d2320 #f3ecd9"), rgb(fibres))

    return (yield from in_bands(together, made, contour, rough))


def _blueprint(picture: Image.Image, luck: np.random.Generator) -> Work:
    size, one = picture.size, unit(picture.size)
    fine = yield from lines(picture, 0.9, 14, 4)
    bold = yield from lines(picture, 2.0, 16, 6)
    plan = yield from enlarged(clouds(luck, (64, 64), 4, 2).point(curve(((0, 60), (255, 110)))), size)
    mesh = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mesh)
    for place in range(41):
        at, level = place * 25 * one, 74 if place % 5 == 0 else 34
        draw.line((at, 0, at, size[1]), level, max(int(one), 1))
        draw.line((0, at, size[0], at), level, max(int(one), 1))
    yield

    def together(
        ground: Image.Image, a: Image.Image, b: Image.Image, squares: Image.Image, tones: Image.Image
    ) -> Image.Image:
        shaded = ImageChops.add(ground, tones.point(curve(((0, 0), (255, 44)))))
        drawn = ImageChops.lighter(ImageChops.invert(a), ImageChops.invert(b))
        return toned(
            ImageChops.add(ImageChops.add(shaded, squares, 1.6), drawn, 1.0), "#071d44 #11458c #8fbbe8 #f4f9ff"
        )

    return (yield from in_bands(together, plan, fine, bold, mesh, tonal(picture)))


def _chalk(picture: Image.Image, luck: np.random.Generator) -> Work:
    size = picture.size
    contour = yield from lines(picture, 2.0, 16, 4)
    dust = yield from enlarged(clouds(luck, (96, 96), 3, 3).point(curve(((0, 26), (255, 62)))), size)
    tooth = grain(luck, size, 127, max(unit(size) * 1.6, 1)).point(curve(((0, 20), (70, 90), (130, 255), (255, 255))))
    yield
    hatch = _hatching(size, luck, 4, 1).point(curve(((0, 110), (90, 150), (160, 255), (255, 255))))
    yield
    tone = yield from enlarged(
        tonal(study(picture, 400)).point(curve(((0, 14), (70, 60), (170, 230), (255, 255)))), size
    )
    bright = curve(((0, 130), (100, 225), (255, 255)))

    def together(
        board: Image.Image,
        line: Image.Image,
        rough: Image.Image,
        strokes: Image.Image,
        tones: Image.Image,
        seen: Image.Image,
    ) -> Image.Image:
        slate = toned(board, "#0e1512 #23302b #d0dcd4 #ffffff")
        fill = ImageChops.multiply(ImageChops.multiply(tones, rough), strokes)
        drawn = ImageChops.multiply(ImageChops.invert(line), rough)
        return Image.composite(vivid(seen, 1.5).point(bright * 3), slate, ImageChops.lighter(fill, drawn))

    return (yield from in_bands(together, dust, contour, tooth, hatch, tone, picture))


_BARE = curve(((0, 20), (128, 255), (255, 255)))
_GAPS = curve(((0, 0), (150, 0), (255, 170)))


def _hatching(size: tuple[int, int], luck: np.random.Generator, thickness: float, slant: int) -> Image.Image:
    """Return noise drawn out into slanted strokes, around 128. `thickness`: of a stroke, thousandths; `slant`: ±1."""
    step = max(int(unit(size) * thickness * 0.5), 1)
    across, down = (size[0] + size[1]) // step + 2, max(size[1] // (step * 14), 2)
    raw = np.frombuffer(luck.bytes(across * down), np.uint8).reshape(down, across)
    drawn = Image.fromarray(raw).resize((size[0] + size[1], size[1]), Image.Resampling.BILINEAR)
    shear = (1, -0.75 * slant, size[1] * (0.85 if slant > 0 else 0.1), 0, 1, 0)
    return drawn.transform(size, Image.Transform.AFFINE, shear, Image.Resampling.NEAREST)


def _raster(size: tuple[int, int], period: float) -> Image.Image:
    """Return print's dots as hills from 0 to 255, turned by about 45°."""
    x, y = np.arange(size[0], dtype=np.float32)[None, :], np.arange(size[1], dtype=np.float32)[:, None]
    u, v = (x + y) / np.float32(period * 1.4142), (x - y) / np.float32(period * 1.4142)
    u -= np.floor(u) + np.float32(0.5)
    v -= np.floor(v) + np.float32(0.5)
    hills = np.sqrt(u * u + v * v) * np.float32(360)
    return Image.fromarray(np.minimum(hills, 255).astype(np.uint8))


def _seal(picture: Image.Image) -> None:
    """Set a small red seal into the lower right corner, as a painter in ink signs."""
    side = round(unit(picture.size) * 34)
    left, top = picture.width - 2 * side, picture.height - 2 * side
    if side < 8 or left < 0 or top < 0:  # noqa: PLR2004 - smaller ones are a blot
        return
    draw, line = ImageDraw.Draw(picture), max(side // 10, 1)
    draw.rounded_rectangle((left, top, left + side, top + side), side // 7, "#b3271e")
    for x0, y0, x1, y1 in (
        (0.25, 0.2, 0.25, 0.8),
        (0.25, 0.25, 0.75, 0.25),
        (0.75, 0.2, 0.75, 0.5),
        (0.25, 0.5, 0.75, 0.5),
    ):
        draw.line((left + side * x0, top + side * y0, left + side * x1, top + side * y1), "#f6e9d8", line)


PENS = (
    Style("ink", ("ink", "ink wash", "sumi-e", "sumi", "brush painting", "india ink", "calligraphy"), _ink, 0.6),
    Style("line art", ("line art", "lineart", "line drawing", "outline", "outlines", "colouring page"), _line_art, 0.7),
    Style("pencil", ("pencil", "pencil drawing", "pencil sketch", "graphite", "hatching", "drawing"), _pencil, 0.7),
    Style("charcoal", ("charcoal", "charcoal drawing", "conte"), _charcoal, 0.6),
    Style("comic", ("comic", "comics", "comic book", "manga", "halftone", "pop art", "graphic novel"), _comic, 0.6),
    Style("engraving", ("engraving", "etching", "woodcut", "banknote", "engraved", "linocut"), _engraving, 0.6),
    Style("blueprint", ("blueprint", "technical drawing", "cyanotype", "schematic"), _blueprint, 0.6),
    Style("chalk", ("chalk", "chalkboard", "blackboard"), _chalk, 0.6),
)
