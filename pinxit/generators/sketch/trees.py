"""Trees in numbers: forests in layers, edges of woods, and leaves that frame a picture."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from pinxit.generators.sketch.tones import eight_bit, mix, tone

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pinxit.generators.sketch.easel import Easel

_LARGE = 0.4  # Fewer models of trees higher than this share: each takes its time, and only a few are seen.
_HIGH_PX = 1200  # A tree of more pixels than this has edges that are fine enough.
_TIERS = 9
_IN_FOG = 0.36  # Even what is near has something of the fog's colour.
_SHADED, _BRIGHT = 0.25, 0.6  # How far leaves face the light below which they are dark, and from which bright.
_LOBES = ((1, 700), (2, 160), (4, 0))  # Every so many lobes are drawn from so many pixels of height on.
_FINE = 2  # Trees are drawn twice as large and reduced, which smooths their edges.
_LEAVES = {
    "spring": ("#8fbf4a", "#b5d36a", "#e9b7c6"),
    "blossom": ("#f3b3c8", "#f7cdd8", "#e995b4"),
    "summer": ("#4f8a3c", "#6a9e3e", "#3d7444"),
    "autumn": ("#d9822b", "#c4501f", "#e2b13a"),
    "winter": ("#dfe8ef", "#c7d4de", "#eef3f7"),
}
# Twelve points around a circle.
_RING = (
    *((1.0, 0.0), (0.866, 0.5), (0.5, 0.866), (0.0, 1.0), (-0.5, 0.866), (-0.866, 0.5)),
    *((-1.0, 0.0), (-0.866, -0.5), (-0.5, -0.866), (0.0, -1.0), (0.5, -0.866), (0.866, -0.5)),
)
_NEEDLES = {"winter": "#b9cbd2"}


def leaf_colours(season: str) -> tuple[np.ndarray, ...]:
    """Return the colours that leaves have in a season."""
    return tuple(tone(name) for name in _LEAVES.get(season, _LEAVES["summer"]))


def paint_trees(
    easel: Easel,
    name: str,
    *,
    foot: float,
    high: float,
    distance: float,
    kind: str,
    every: float = 0.09,
    spare: tuple[float, float] | None = None,
    colour: np.ndarray | None = None,
) -> Iterator[None]:
    """Plant a row of trees. `foot`, `high`: shares of the picture's height; `every`: units between trunks.

    `kind`: pine, leafy, palm or bare. `spare`: a range of x, as shares, that stays free.
    """
    if easel.scene.weather == "fog":
        distance = max(distance, _IN_FOG)
    chance = easel.luck(name)
    high_px = max(3, int(high * easel.height_px))
    count = 2 if high > _LARGE else 3
    planted: list[tuple[float, float, int]] = []
    x = -0.1 * every * float(chance.random())
    while x < easel.wide + every:
        number, sink = int(chance.integers(count)), float(chance.random()) * 0.05 * high
        if spare is None or not spare[0] < x / easel.wide < spare[1]:
            planted.append((x, foot + sink, number))
        x += every * (0.5 + float(chance.random()))
    models = {}
    for model in sorted({number for _, _, number in planted}):
        own = easel.luck(f"{name} {model}")  # So that a tree is the same one at every size.
        scale = 0.64 + 0.5 * float(own.random())
        models[model] = yield from _tree(
            easel, kind, max(3, int(high_px * scale)), own, distance, model, colour, is_large=high > _LARGE
        )
    for x, end, number in planted:
        tree = models[number]
        spot = (int(x * easel.unit_px - tree.width / 2), int(end * easel.height_px) - tree.height)
        easel.canvas.paste(tree, spot, tree)
        yield


def _tree(
    easel: Easel,
    kind: str,
    high_px: int,
    chance: np.random.Generator,
    distance: float,
    number: int,
    colour: np.ndarray | None,
    *,
    is_large: bool,
) -> Generator[None, None, Image.Image]:
    season, palette = easel.scene.season, easel.palette
    if colour is not None:
        own = colour
    elif kind == "pine":
        own = tone(_NEEDLES.get(season, ("#2f5b3c", "#37663f", "#2a5345")[number % 3]))
    else:
        leaves = leaf_colours(season)
        own = leaves[number % len(leaves)]
    dark = palette.far(palette.lit(own * np.float32(0.62), 0.22), distance)
    body = palette.far(palette.lit(own, 0.5), distance)
    bright = palette.far(palette.lit(mix(own, tone("#fff2c0"), 0.12), 0.95), distance)
    trunk = palette.far(palette.lit(tone("#5a4230"), 0.35), distance)
    fine = _FINE if high_px < _HIGH_PX else 1
    high = high_px * fine
    colours = [eight_bit(each) for each in (dark, body, bright, trunk)]
    shape = {"pine": _pine, "leafy": _leafy, "bare": _bare, "palm": _palm}[kind]
    # Nothing half covered is drawn, so the colours count as premultiplied, which spares Pillow two conversions.
    image = Image.new("RGBX", (int(high * (0.5 if kind == "pine" else 0.85)), high))
    shape(ImageDraw.Draw(image), image.size, chance, colours, 1 if easel.side > 0 else -1, is_large=is_large)
    yield
    reduced = image.reduce(fine)
    yield
    return Image.frombuffer("RGBa", reduced.size, reduced.tobytes(), "raw", "RGBa", 0, 1).convert("RGBA")


def _pine(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    chance: np.random.Generator,
    colours: list[tuple[int, int, int]],
    side: int,
    *,
    is_large: bool,
) -> None:
    wide, high = size
    dark, body, bright, trunk = colours
    middle, tiers = wide / 2, 15 if is_large else _TIERS
    draw.rectangle((middle - high * 0.016, high * 0.8, middle + high * 0.016, high), trunk)
    for tier in range(tiers - 1, -1, -1):
        upper, lower = high * 0.83 * tier / tiers, high * (0.08 + 0.85 * (tier + 1) / tiers)
        half = wide * (0.09 + 0.38 * (tier + 1) / tiers) * (0.85 + 0.3 * chance.random())
        points = [(middle, upper)]
        teeth = 4 if tiers == _TIERS else 7
        for tooth in range(teeth + 1):
            share = tooth / teeth
            drop = lower - high * 0.03 * abs(share * 2 - 1) + high * 0.02 * (chance.random() - 0.3)
            points.append((middle + half * (1 - 2 * share), drop))
            if tooth < teeth:
                points.append((middle + half * (1 - 2 * (share + 0.5 / teeth)), drop - high * 0.035))
        draw.polygon(points, body)
        lit = [(middle, upper)] + [(x, y) for x, y in points[1:] if (x - middle) * side > -half * 0.1]
        if len(lit) > 2:
            lit.append((middle - side * half * 0.05, lower - high * 0.03))
            draw.polygon(lit, bright if tier < tiers - 2 else body)
        shadow = [(x, y) for x, y in points[1:] if (x - middle) * side <= -half * 0.1]
        if len(shadow) > 1:
            draw.polygon([(middle, upper + high * 0.03), *shadow], dark)


def _leafy(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    chance: np.random.Generator,
    colours: list[tuple[int, int, int]],
    side: int,
    *,
    is_large: bool,
) -> None:
    wide, high = size
    dark, body, bright, trunk = colours
    middle = wide / 2
    draw.polygon(
        [
            (middle - high * 0.035, high),
            (middle - high * 0.014, high * 0.5),
            (middle + high * 0.014, high * 0.5),
            (middle + high * 0.035, high),
        ],
        trunk,
    )
    for lean in (-0.16, 0.15):
        draw.line((middle, high * 0.66, middle + wide * lean, high * 0.45), trunk, max(1, int(high * 0.016)))
    count, size_share = (200, 0.82) if is_large else (90, 1.18)
    lobes = [(float(a - 0.5) * 1.15, float(b - 0.5) * 1.1, 0.62 + 0.3 * float(c)) for a, b, c in chance.random((5, 3))]
    x, y, large, glint = (chance.random((count, 4)) * 2 - 1).T
    inside = np.zeros(count, bool)
    for at_x, at_y, reach in lobes:
        inside |= (x - at_x) * (x - at_x) + (y - at_y) * (y - at_y) < reach * reach
    facing = x * side * 0.7 - y + glint * 0.35
    ring = np.array(_RING) * (0.82 + 0.3 * chance.random((count, len(_RING), 1))) * (1.0, 0.85)
    at = np.stack([middle + x * wide * 0.4, high * (0.37 + y * 0.29)], axis=1)[:, None]
    radius = (high * (0.052 + 0.014 * large) * size_share)[:, None, None]
    apart = next(step for step, least_px in _LOBES if high >= least_px)  # Of a small tree no single leaf is seen.
    order = np.argsort(np.where(inside, facing, 9.0), kind="stable")[: int(inside.sum()) : apart]
    radius = radius * (1 + 0.25 * (apart - 1))
    outer = ring * radius + at
    inner = ring * (radius * 0.7) + at + radius * 0.3 * np.array([side * 0.6, -1.0])
    rows = zip(
        outer[order].reshape(-1, 24).tolist(),
        inner[order].reshape(-1, 24).tolist(),
        facing[order].tolist(),
        strict=True,
    )
    for shape, glow, lit in rows:
        draw.polygon(shape, dark if lit < _SHADED else body)
        if not _SHADED <= lit < _BRIGHT:
            draw.polygon(glow, body if lit < _BRIGHT else bright)


def _bare(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    chance: np.random.Generator,
    colours: list[tuple[int, int, int]],
    side: int,
    *,
    is_large: bool,
) -> None:
    trunk = colours[3]

    def branch(x: float, y: float, dx: float, dy: float, thick: float, left: int) -> None:
        end_x, end_y = x + dx, y + dy
        draw.line((x, y, end_x, end_y), trunk, max(1, int(thick)))
        if left:
            for turn in (-0.5, 0.42):
                swing = turn * (0.7 + 0.6 * chance.random())
                branch(end_x, end_y, (dx + dy * -swing) * 0.76, (dy + dx * swing) * 0.74, thick * 0.66, left - 1)

    wide, high = size
    branch(wide / 2, high, side * high * 0.01, -high * 0.27, high * 0.035, 7 if is_large else 6)


def _palm(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    chance: np.random.Generator,
    colours: list[tuple[int, int, int]],
    side: int,
    *,
    is_large: bool,  # noqa: ARG001 - every kind of tree is drawn through the same arguments
) -> None:
    wide, high = size
    dark, body, bright, trunk = colours
    lean = (chance.random() - 0.5) * wide * 0.3
    spine = [(wide / 2 + lean * step * step / 100, high * (1 - 0.66 * step / 10)) for step in range(11)]
    for (x, y), (to_x, to_y) in pairwise(spine):
        draw.line((x, y, to_x, to_y), trunk, max(1, int(high * 0.026)))
    x, y = spine[-1]
    fronds = (
        (-1.0, 0.25),
        (-0.95, -0.15),
        (-0.7, -0.5),
        (-0.25, -0.7),
        (0.25, -0.7),
        (0.7, -0.5),
        (0.95, -0.15),
        (1.0, 0.25),
        (-0.6, 0.5),
        (0.6, 0.5),
    )
    for number, (reach, up) in enumerate(fronds):
        long = high * 0.3 * (0.85 + 0.3 * chance.random())
        colour = bright if reach * side > 0.2 and up < 0.2 else dark if number > 7 else body
        upper = [(x + reach * long * t, y + up * long * t + long * 0.55 * t * t) for t in (0, 0.25, 0.5, 0.75, 1)]
        lower = [
            (px + reach * -0.02 * long, py + long * w)
            for (px, py), w in zip(upper, (0.03, 0.13, 0.15, 0.1, 0), strict=True)
        ]
        draw.polygon([*upper, *reversed(lower)], colour)
