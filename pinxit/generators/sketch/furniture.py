"""What stands and hangs in a room."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import ImageDraw

from pinxit.generators.sketch.tones import eight_bit, mix, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.generators.sketch.easel import Easel


_BOOKS = ("#8c3b3b", "#3b5a8c", "#4a7a4e", "#c99a3e", "#6a4a7a", "#d8cdb4", "#2f3a4a")


def draw_curtains(easel: Easel, window: tuple[float, float, float, float], cloth: np.ndarray) -> None:
    """Hang curtains beside a window."""
    left, top, right, bottom = box_px(easel, window)
    unit = easel.unit_px
    draw = ImageDraw.Draw(easel.canvas)
    rod = (left - unit * 0.09, top - unit * 0.055, right + unit * 0.09, top - unit * 0.045)
    for edge, side in ((left, -1), (right, 1)):
        for fold in range(7):
            at = edge + side * (unit * 0.075 - fold * unit * 0.0165)
            shade = (0.5, 0.72, 0.92, 0.66)[fold % 4]
            colour = eight_bit(easel.palette.lit(cloth, shade * (0.35 + 0.65 * daylight(easel))))
            sway = side * unit * 0.02 * (3 - fold) / 7
            wide = unit * 0.012
            draw.polygon(
                [
                    (at - wide, rod[3]),
                    (at + wide, rod[3]),
                    (at + wide + sway, bottom + unit * 0.11),
                    (at - wide + sway, bottom + unit * 0.11),
                ],
                colour,
            )
    draw.rectangle(rod, eight_bit(easel.palette.lit(tone("#5a4030"), 0.5)))


def draw_rug(easel: Easel, cloth: np.ndarray) -> None:
    """Lay a round rug in front."""
    draw = ImageDraw.Draw(easel.canvas)
    x, y = 0.5 * easel.width_px, 0.885 * easel.height_px
    reach = min(0.4 * easel.unit_px, 0.44 * easel.width_px)
    high = 0.085 * easel.height_px
    for shrink, shade, white in (
        (1.0, 0.62, 0.0),
        (0.95, 0.95, 0.0),
        (0.8, 0.9, 0.55),
        (0.74, 0.85, 0.0),
        (0.4, 0.9, 0.4),
        (0.34, 0.8, 0.05),
    ):
        colour = easel.palette.lit(mix(cloth, tone("#f4e8cc"), white) * shade, 0.3 + 0.5 * daylight(easel))
        draw.ellipse((x - reach * shrink, y - high * shrink, x + reach * shrink, y + high * shrink), eight_bit(colour))


def draw_shelf(easel: Easel, middle: float, chance: np.random.Generator) -> None:
    """Stand a shelf with books at the wall."""
    draw = ImageDraw.Draw(easel.canvas)
    half = min(0.14 * easel.unit_px, 0.13 * easel.width_px)
    x, top, bottom = middle * easel.width_px, 0.2 * easel.height_px, 0.715 * easel.height_px
    light = 0.2 + 0.4 * daylight(easel)
    wood = easel.palette.lit(tone("#6d4a30"), light)
    draw.rectangle((x - half, top, x + half, bottom), eight_bit(wood))
    rows = 4
    high = (bottom - top) / rows
    edge = half * 0.07
    for row in range(rows):
        y = top + row * high
        draw.rectangle((x - half + edge, y + edge, x + half - edge, y + high - edge * 0.4), eight_bit(wood * 0.45))
        at = x - half + edge * 1.6
        while at < x + half - edge * 3:
            thick = half * (0.06 + 0.09 * float(chance.random()))
            tall = high * (0.5 + 0.34 * float(chance.random()))
            gap = float(chance.random())
            if gap < 0.13:
                at += thick * 3.0
                continue
            book = easel.palette.lit(tone(_BOOKS[int(chance.integers(len(_BOOKS)))]), light + 0.12)
            foot = y + high - edge * 0.4
            draw.rectangle((at, foot - tall, min(at + thick, x + half - edge * 1.5), foot), eight_bit(book))
            band = tall * 0.16
            draw.rectangle(
                (at, foot - tall + band, min(at + thick, x + half - edge * 1.5), foot - tall + band * 1.4),
                eight_bit(book * 0.7),
            )
            at += thick * 1.03


def draw_pictures(easel: Easel, middle: float, chance: np.random.Generator) -> None:
    """Hang two pictures."""
    draw = ImageDraw.Draw(easel.canvas)
    unit = easel.unit_px
    for dx, y, wide, high in ((-0.055, 0.22, 0.062, 0.1), (0.055, 0.26, 0.05, 0.072)):
        x, y_px = middle * easel.width_px + dx * unit, y * easel.height_px
        light = 0.25 + 0.5 * daylight(easel)
        draw.rectangle(
            (x - wide * unit, y_px, x + wide * unit, y_px + high * unit * 1.6),
            eight_bit(easel.palette.lit(tone("#4a3526"), light)),
        )
        inset = unit * 0.008
        box = (x - wide * unit + inset, y_px + inset, x + wide * unit - inset, y_px + high * unit * 1.6 - inset)
        draw.rectangle(box, eight_bit(easel.palette.lit(tone("#efe7d6"), light)))
        paint = tone(_BOOKS[int(chance.integers(len(_BOOKS)))])
        far = (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset)
        if far[2] - far[0] > 2 and far[3] - far[1] > 2:
            draw.rectangle(far, eight_bit(easel.palette.lit(mix(paint, tone("#ffffff"), 0.5), light)))
            draw.polygon(
                [(far[0], far[3]), (far[0] + (far[2] - far[0]) * 0.4, (far[1] + far[3]) / 2), (far[2], far[3])],
                eight_bit(easel.palette.lit(paint, light)),
            )


def paint_lamp(easel: Easel, middle: float) -> Iterator[None]:
    """Hang a lamp that warms the room."""
    x, y = easel.grid(0.0, 1.0)
    across, down = (x - np.float32(middle)) * np.float32(easel.wide), (y - np.float32(0.17)) * np.float32(easel.high)
    glow = np.float32(0.05) / (np.float32(0.05) + across * across + down * down)
    yield from easel.lay(tone("#ffcf86"), 0.0, 1.0, np.clip(glow * 0.62, 0, 0.6))
    draw = ImageDraw.Draw(easel.canvas)
    unit, at, low = easel.unit_px, middle * easel.width_px, 0.15 * easel.height_px
    draw.line((at, 0, at, low), (40, 32, 28), max(1, int(unit * 0.003)))
    draw.polygon(
        [
            (at - unit * 0.018, low),
            (at + unit * 0.018, low),
            (at + unit * 0.06, low + unit * 0.05),
            (at - unit * 0.06, low + unit * 0.05),
        ],
        (196, 120, 62),
    )
    draw.ellipse((at - unit * 0.03, low + unit * 0.035, at + unit * 0.03, low + unit * 0.065), (255, 240, 200))
    yield


def daylight(easel: Easel) -> float:
    """Return how much daylight the room gets, 0 … 1."""
    return {"night": 0.16, "dusk": 0.34}.get(easel.scene.time, 0.72 if easel.scene.weather else 0.95)


def box_px(easel: Easel, window: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    """Return a box of shares in pixels."""
    left, top, right, bottom = window
    return (
        round(left * easel.width_px),
        round(top * easel.height_px),
        round(right * easel.width_px),
        round(bottom * easel.height_px),
    )
