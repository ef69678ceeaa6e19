"""Land in layers: ridges of mountains, hills and dunes, from the hazy far to the clear near."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pinxit.generators.sketch.tones import luma, mix, smooth, tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.generators.sketch.easel import Easel

_PALE = 0.75
HIDDEN = 0.02  # How far a layer goes on under the next one.


@dataclass(frozen=True, slots=True)
class Ridge:
    """One layer of land, from its edge down to `bottom`.

    `base`, `rise`: heights as shares of the picture's; the edge is nowhere lower than `base`. `bottom`: need not be
    far below the base of the layer that is painted next, since that one covers everything from there on.
    `cells`: hills a unit. `distance`: 0 near … 1 at the horizon. `sharp`: crests like mountains. `snow`: how far down
    from the top it lies, 0 … 1. `growth`: height of the bushes on its edge. `facets`: how rough its faces are.
    `stripes`: layers of stone. `patchy`: how spotted it is.
    """

    name: str
    base: float
    rise: float
    cells: float
    colour: str
    distance: float
    sharp: bool = False
    snow: float = 0.0
    growth: float = 0.0
    facets: float = 0.25
    bottom: float = 1.0
    stripes: float = 0.0
    patchy: float = 0.44


def paint_ridge(easel: Easel, ridge: Ridge, colour: np.ndarray | None = None) -> Iterator[None]:
    """Paint a layer over whatever is behind it; `colour` takes the place of the ridge's own."""
    palette = easel.palette
    columns = easel.columns()
    bare, edge = _edges(easel, ridge, columns)
    top, cover = easel.below(edge * easel.height_px, ridge.bottom)
    if cover.height < 2:
        return
    bottom = top + cover.height / easel.height_px
    yield
    x, y = easel.grid(top, bottom)
    wide = x.shape[1]
    at = ((np.arange(wide) + 0.5) / wide * len(edge)).astype(np.int64)
    coarse = edge[at].astype(np.float32)
    depth = np.maximum(y - coarse[None], 0) * np.float32(easel.high)
    own = tone(ridge.colour) if colour is None else colour
    if luma(own).min() > _PALE:  # Snow and sand have soft shadows only.
        ridge = replace(ridge, patchy=min(ridge.patchy, 0.1), facets=min(ridge.facets, 0.07))
    patches = easel.patch(f"{ridge.name} patches", top, bottom, (3.0, 9.0))
    yield
    light = _light(easel, ridge, bare[at].astype(np.float32), depth)
    yield
    land = own * (1 + ridge.patchy * (patches - np.float32(0.5)))[None]
    if ridge.stripes:
        bands = easel.field(f"{ridge.name} strata").line(np.arange(512) / 6, 4)
        strata = bands[(np.clip(depth * 900 * ridge.stripes + patches * 26, 0, 511)).astype(np.int32)]
        land = mix(land, land * np.float32(1.5) * tone("#ffe3c0"), (strata[None].astype(np.float32) - 0.42) * 2.2)
    if ridge.snow:
        rough = easel.patch(f"{ridge.name} snow", top, bottom, (7.0, 7.0))
        high = np.float32(ridge.rise * easel.high * ridge.snow)
        level = np.float32((ridge.base - ridge.rise) * easel.high) + high
        lies = smooth((level - y * np.float32(easel.high) + (rough - 0.5) * high * 1.1) / (high * 0.12) + light * 0.4)
        land = mix(land, tone("#f2f6fb"), lies)
    yield
    seen = palette.lit(land, light)
    # Mist gathers at the foot of what is far.
    foot = smooth(depth / np.float32(max(0.06, ridge.rise * easel.high))) * np.float32(0.5 * ridge.distance)
    seen = palette.far(seen, np.clip(np.float32(ridge.distance) + foot, 0, 0.97))
    yield
    yield from easel.lay(seen, top, bottom, cover)


def _edges(easel: Easel, ridge: Ridge, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the height of the land in every column, as a share of the picture's, bare and with what grows there."""
    field = easel.field(ridge.name)
    shift = 40 * (1 + ridge.distance)
    if ridge.sharp:
        rise = field.peaks(columns * ridge.cells + shift, min(easel.octaves, 7))
        whole = field.line(columns * ridge.cells * 0.4 + shift, 1, row=90)
        rise = rise * (0.55 + 0.9 * whole)
    else:
        rise = 1.6 * (field.line(columns * ridge.cells + shift, min(easel.octaves, 2.2)) - 0.18)
    bare = np.asarray(ridge.base - ridge.rise * np.clip(rise, 0, 1.25))
    edge = bare
    if ridge.growth:
        crowns = abs(field.line(columns * 34 / (0.4 + ridge.growth * 20), min(easel.octaves, 4), row=50) - 0.38)
        groves = np.clip(field.line(columns * 3, 2, row=70) * 3.2 - 1.0, 0, 1)
        edge = bare - ridge.growth * np.clip(crowns * 5, 0, 1.2) * groves
    return bare, edge


def _light(easel: Easel, ridge: Ridge, edge: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return how much light falls on the faces: those that look towards the sun are bright."""
    count = len(edge)
    smoothing = max(1, count // (90 if ridge.sharp else 24))
    padded = np.concatenate([np.full(smoothing, edge[0]), edge, np.full(smoothing, edge[-1])])
    slope = (padded[2 * smoothing :] - padded[: -2 * smoothing]) / (2 * smoothing) * count
    rows, columns = depth.shape
    warp = easel.field(f"{ridge.name} faces").patch(
        (columns, rows), (9 * easel.wide, 9 * rows / easel.work), easel.octaves
    )
    spread = 1.6 if ridge.sharp else 0.5
    moved = np.arange(columns, dtype=np.float32)[None] + (warp - 0.5) * (depth * spread + 0.006) * np.float32(
        easel.work
    )
    slopes = slope.astype(np.float32)[np.clip(moved, 0, columns - 1).astype(np.int32)]
    side = 1.0 if easel.side > 0 else -1.0
    facing = slopes * np.float32(-side * (1.1 if ridge.sharp else 0.8))
    return np.asarray(np.clip(0.55 + facing * 0.9 + (warp - 0.5) * np.float32(ridge.facets * 4), 0.05, 1))
