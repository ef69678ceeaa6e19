"""Paints a drawing: each part is cut like paper, lit from its side, and throws a soft shadow on what lies behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from pinxit.generators.sketch.silhouettes_colours import GLOW, Light, paint, rgb, shades, shining
from pinxit.generators.sketch.silhouettes_language import Finish
from pinxit.generators.sketch.silhouettes_pose import extent
from pinxit.generators.sketch.silhouettes_textures import texture

if TYPE_CHECKING:
    from pinxit.generators.sketch.silhouettes_pose import Cut

FINE, COARSE = 4, 2  # How many times larger outlines are drawn than they are kept, for small and for large subjects.
LARGE_PX = 520
SMALL_PX = 8  # A part smaller than this is painted flat: nobody sees its roundness.
HALO = (255, 206, 120)  # The shine around a lamp at night.
_DARKENING = [at * 3 // 8 for at in range(256)]  # Of a shadow, by how much a part covers.
LIT_WINDOWS = 0.72  # The share of windows with a light behind them at night.


class Solid(NamedTuple):
    """Where a part lies, what it covers and how it is lit, kept for the parts that are clipped to it."""

    box: tuple[int, int, int, int]
    cover: Image.Image
    lit: np.ndarray


class Easel:
    """A subject on its way: premultiplied colours and what they cover."""

    def __init__(self, size: tuple[int, int], light: Light, luck: np.random.Generator, *, grounded: bool) -> None:
        self._size, self._light, self._luck = size, light, luck
        self._fine = FINE if size[1] <= LARGE_PX else COARSE
        self._picture, self._alpha = Image.new("RGB", size), Image.new("L", size)
        self._solid = Solid((0, 0, 0, 0), self._alpha, np.zeros((0, 0), np.float32))
        self._even = _evenly_lit(size, light.direction, grounded=grounded)

    def finished(self) -> Image.Image:
        """Return the subject, RGBA with straight alpha."""
        whole = Image.merge("RGBA", (*self._picture.split(), self._alpha))
        return Image.frombytes("RGBa", whole.size, whole.tobytes()).convert("RGBA")

    def add(self, cut: Cut, own: np.ndarray) -> None:
        """Paint one part over what is there; `own`: the subject's colour."""
        role, night = cut.part.role, self._light.night
        if role == "glass" and night:
            self._glass(cut)
            return
        colour = paint(role, own)
        if role == "lit" and night:
            colour = (colour + GLOW) / 2
        glows = role in {"glow", "flame"} or (role == "lit" and night)
        self._part(cut, shining(colour) if glows else shades(colour, self._light), glows=glows)

    def _glass(self, cut: Cut) -> None:
        """Paint windows at night: most shine."""
        lit = [cuts or self._luck.random() < LIT_WINDOWS for cuts, _ in cut.pieces]
        if not any(on and not cuts for on, (cuts, _) in zip(lit, cut.pieces, strict=True)):
            lit[0] = True
        for wanted, colours in ((False, shades(rgb("#44506c"), self._light)), (True, shining(GLOW))):
            pieces = [piece for piece, on in zip(cut.pieces, lit, strict=True) if on is wanted or piece[0]]
            if any(not cuts for cuts, _ in pieces):
                self._part(cut._replace(pieces=tuple(pieces)), colours, glows=wanted)

    def _part(self, cut: Cut, colours: bytes, *, glows: bool) -> None:
        unit = self._size[1] / 100
        points = np.concatenate([line for cuts, lines in cut.pieces if not cuts for line in lines])
        low, high = extent(points)
        small = bool((high - low).min() < SMALL_PX)
        flat = cut.part.finish is Finish.FLAT or glows or small
        margin = 2 + int(unit * (6 if glows and self._light.night else 1 if flat else 4))
        box = self._box(low - margin, high + margin)
        if box[0] >= box[2] or box[1] >= box[3]:
            return
        cover = self._cover(cut, box, unit)
        if cut.part.clipped:
            cover, lit = self._clip(cover, box, cut.part.finish, unit)
        else:
            soft = cover if flat else cover.filter(ImageFilter.BoxBlur(max(1.0, unit * 1.5)))
            if not flat:
                self._shadow(soft, box, unit)
            lit = self._lit(cover, soft, box, unit, flat=flat)
            lit += texture(Finish.FLAT if flat else cut.part.finish, cover.size, unit, self._luck)
            if cut.part.finish is Finish.METAL:
                lit = 0.62 + (lit - 0.62) * 1.7
            self._solid = Solid(box, cover, lit)
        if glows and self._light.night:
            halo = self._halo(cover, box, unit)
            self._over(Image.new("RGB", cover.size, HALO), halo, box)
        lookup = Image.fromarray((lit * np.float32(150)).clip(0, 255).astype(np.uint8))
        lookup.putpalette(colours)
        self._over(lookup.convert("RGB"), cover, box)

    def _halo(self, cover: Image.Image, box: tuple[int, int, int, int], unit: float) -> Image.Image:
        """Return the shine around a lamp; it fades before the picture's edge."""
        blur = ImageFilter.BoxBlur(unit * 2.2)
        x, y = np.arange(box[0], box[2])[None, :], np.arange(box[1], box[3])[:, None]
        near = np.minimum(np.minimum(x, self._size[0] - 1 - x), np.minimum(y, self._size[1] - 1 - y))
        shine = np.asarray(cover.filter(blur).filter(blur), np.float32) * (near / (6 * unit)).clip(0, 1) * 0.4
        return Image.fromarray(shine.astype(np.uint8))

    def _over(self, colours: Image.Image, cover: Image.Image, box: tuple[int, int, int, int]) -> None:
        self._picture.paste(colours, box[:2], cover)
        self._alpha.paste(255, box, cover)

    def _box(self, low: np.ndarray, high: np.ndarray) -> tuple[int, int, int, int]:
        """Return the whole pixels between two corners, within the picture."""
        (left, top), (right, bottom) = np.floor(low).astype(int).tolist(), np.ceil(high).astype(int).tolist()
        return max(left, 0), max(top, 0), min(right, self._size[0]), min(bottom, self._size[1])

    def _cover(self, cut: Cut, box: tuple[int, int, int, int], unit: float) -> Image.Image:
        fine = self._fine
        mask = Image.new("L", ((box[2] - box[0]) * fine, (box[3] - box[1]) * fine))
        draw = ImageDraw.Draw(mask)
        # All outlines at once: most of them are short, and have less to compute than each call costs.
        corners = np.concatenate([line for _, lines in cut.pieces for line in lines])
        corners = np.floor((corners - box[:2]) * fine + 0.5)
        flat, at = corners.ravel().tolist(), 0
        for cuts, lines in cut.pieces:
            for line in lines:
                begin, at = at, at + len(line)
                draw.polygon(flat[2 * begin : 2 * at], fill=0 if cuts else 255)
                if cut.part.finish is Finish.LEAF and not cuts:
                    self._fringe(draw, corners[begin:at], unit * fine)
        return mask.reduce(fine)

    def _fringe(self, draw: ImageDraw.ImageDraw, line: np.ndarray, unit: float) -> None:
        """Add clumps of leaves along an outline."""
        step = np.roll(line, -1, axis=0) - line
        length = np.sqrt((step * step).sum(axis=1))
        counts = (length / (2.4 * unit) + self._luck.random(len(line))).astype(int)
        for place in np.flatnonzero(counts):
            for share, big in self._luck.random((counts[place], 2)).tolist():
                x, y = (line[place] + step[place] * share).tolist()
                radius = unit * (1.0 + 1.3 * big)
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)

    def _clip(
        self, cover: Image.Image, box: tuple[int, int, int, int], finish: Finish, unit: float
    ) -> tuple[Image.Image, np.ndarray]:
        """Return the cover within the part below, and that part's light."""
        solid = self._solid
        size = (box[2] - box[0], box[3] - box[1])
        below = solid.cover.crop(
            (box[0] - solid.box[0], box[1] - solid.box[1], box[2] - solid.box[0], box[3] - solid.box[1])
        )
        lit = np.full((size[1], size[0]), 0.7, np.float32)
        left, top = max(box[0], solid.box[0]), max(box[1], solid.box[1])
        right, bottom = min(box[2], solid.box[2]), min(box[3], solid.box[3])
        if left < right and top < bottom:
            x, y = left - solid.box[0], top - solid.box[1]
            known = solid.lit[y : y + bottom - top, x : x + right - left]
            lit[top - box[1] : bottom - box[1], left - box[0] : right - box[0]] = known
        if finish not in {Finish.FLAT, Finish.PLAIN}:
            lit += texture(finish, size, unit, self._luck)
        return ImageChops.multiply(cover, below), lit

    def _shadow(self, soft: Image.Image, box: tuple[int, int, int, int], unit: float) -> None:
        """Darken what lies behind a part, on the side that is turned away from the light."""
        dx, dy = round(-self._light.direction * 1.2 * unit), max(1, round(1.1 * unit))
        moved = Image.new("L", soft.size)
        moved.paste(soft, (dx, dy))
        self._picture.paste((0, 0, 0), box, moved.point(_DARKENING))

    def _lit(
        self, cover: Image.Image, soft: Image.Image, box: tuple[int, int, int, int], unit: float, *, flat: bool
    ) -> np.ndarray:
        """Return how much light falls on each pixel of a part: 0.62 is plain, 1 fully lit."""
        direction = self._light.direction
        lit = self._even[box[1] : box[3], box[0] : box[2]].copy()
        if flat:
            return lit
        lit += np.float32(0.2 / 255) * _slope(np.asarray(soft, np.int16), direction, unit * 1.4)
        if min(cover.size) > unit * 16:
            lit += _bulge(cover, direction, unit)
        edge = _slope(np.asarray(cover, np.int16), direction, 0.8 * max(1.0, unit * 0.25))
        lit += np.float32(0.16 / 255) * np.maximum(edge, 0)
        return lit


def _evenly_lit(size: tuple[int, int], direction: float, *, grounded: bool) -> np.ndarray:
    """Return how much light falls on each pixel of a flat part: less far from the light, and at the feet."""
    x = (np.arange(size[0], dtype=np.float32)[None, :] + 0.5) / size[0] * 2 - 1
    y = (np.arange(size[1], dtype=np.float32)[:, None] + 0.5) / size[1]
    down = 0.74 + 0.12 * (0.5 - y)
    if grounded:
        down = down - 0.30 * (1 - (1 - y) * 12).clip(0, 1)
    return np.asarray(down + 0.12 * direction * x, np.float32)


def _bulge(cover: Image.Image, direction: float, unit: float) -> np.ndarray:
    """Return the light on a large part's roundness; it is so smooth that a small copy shows all of it."""
    times = max(1, int(unit))
    hill = cover.reduce(times).filter(ImageFilter.BoxBlur(unit * 3.4 / times))
    slope = _slope(np.asarray(hill, np.int16), direction, unit * 3.2 / times)
    small = Image.fromarray((slope // 2 + 128).clip(0, 255).astype(np.uint8))
    return np.asarray((np.asarray(small.resize(cover.size, Image.Resampling.BICUBIC), np.float32) - 128) * (0.56 / 255))


def _slope(hill: np.ndarray, direction: float, reach: float) -> np.ndarray:
    """Return how much lower the hill is towards the light than away from it; the light comes from above and aside."""
    dx, dy = round(direction * reach), max(1, round(reach * 0.8))
    (rows, columns), aside = hill.shape, abs(dx)
    low = np.zeros((rows + 2 * dy, columns + 2 * aside), hill.dtype)
    low[dy : dy + rows, aside : aside + columns] = hill
    away = low[2 * dy : 2 * dy + rows, aside - dx : aside - dx + columns]
    towards = low[:rows, aside + dx : aside + dx + columns]
    return np.asarray(away - towards)
