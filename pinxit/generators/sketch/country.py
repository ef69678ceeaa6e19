"""Views of tilled and grazed country: meadows, gardens and fields."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.generators.sketch.dyes import GRASS, dyed, grass_colour
from pinxit.generators.sketch.grass import paint_flowers, paint_grass
from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.land import HIDDEN, Ridge, paint_ridge
from pinxit.generators.sketch.mountains import paint_behind
from pinxit.generators.sketch.sky import paint_sky
from pinxit.generators.sketch.tones import mix, tone
from pinxit.generators.sketch.trees import leaf_colours, paint_trees

if TYPE_CHECKING:
    from collections.abc import Generator

    from pinxit.generators.sketch.easel import Easel


def paint_meadow(easel: Easel) -> Generator[None, None, Ground]:
    """Paint rolling grassland."""
    grass = grass_colour(easel)
    horizon = 0.56
    yield from paint_sky(easel, horizon + 0.06)
    blue = mix(grass, tone("#5f7f9a"), 0.5)
    yield from paint_behind(easel, horizon)
    yield from paint_ridge(
        easel,
        Ridge("blue hills", horizon + 0.01, 0.14, 1.3, "", 0.72, growth=0.006, bottom=horizon + 0.04 + HIDDEN),
        blue,
    )
    yield from paint_ridge(
        easel,
        Ridge("far hills", horizon + 0.04, 0.10, 1.6, "", 0.5, growth=0.014, bottom=horizon + 0.1 + HIDDEN),
        mix(grass, blue, 0.3),
    )
    yield from _row(easel, "wood", horizon + 0.075, 0.075, 0.42, 0.032)
    yield from paint_ridge(
        easel,
        Ridge("hills", horizon + 0.1, 0.09, 1.2, "", 0.24, growth=0.018, bottom=horizon + 0.17 + HIDDEN),
        grass * 0.94,
    )
    yield from _row(easel, "copse", horizon + 0.15, 0.13, 0.2, 0.19)
    yield from paint_ridge(easel, Ridge("meadow", horizon + 0.17, 0.06, 0.8, "", 0.05), grass)
    yield from paint_grass(easel, horizon + 0.2, grass)
    if easel.scene.season in ("spring", "blossom", "summer", "") and "flowers" not in easel.scene.without:
        yield from paint_flowers(easel, horizon + 0.2, 0.5)
    return Ground(horizon, horizon + 0.13, 0.93)


def paint_garden(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a lawn with a hedge, trees and many flowers."""
    grass = grass_colour(easel)
    yield from paint_sky(easel, 0.7)
    yield from _row(easel, "park", 0.6, 0.24, 0.45, 0.12)
    yield from _row(easel, "orchard", 0.64, 0.3, 0.18, 0.26)
    yield from paint_ridge(
        easel,
        Ridge("hedge", 0.62, 0.03, 3.0, "", 0.12, growth=0.03, facets=0.5, bottom=0.67 + HIDDEN),
        mix(grass, tone("#2f5a34"), 0.6),
    )
    yield from paint_ridge(easel, Ridge("lawn", 0.67, 0.01, 1.0, "", 0.06), grass)
    yield from paint_grass(easel, 0.7, grass)
    yield from paint_flowers(easel, 0.68, 2.6)
    return Ground(0.58, 0.7, 0.93)


def paint_fields(easel: Easel) -> Generator[None, None, Ground]:
    """Paint ripe fields under a wide sky."""
    gold = dyed(
        easel, {"spring": "#9cc04a", "blossom": "#9cc04a", "winter": "#e6edf4"}.get(easel.scene.season, "#dcb04a")
    )
    grass = tone(GRASS.get(easel.scene.season, GRASS[""]))
    horizon = 0.54
    yield from paint_sky(easel, horizon + 0.05)
    yield from paint_behind(easel, horizon)
    yield from paint_ridge(
        easel,
        Ridge("blue hills", horizon + 0.01, 0.08, 1.2, "", 0.7, growth=0.008, bottom=horizon + 0.04 + HIDDEN),
        grass,
    )
    yield from paint_ridge(
        easel,
        Ridge("far field", horizon + 0.04, 0.04, 1.4, "", 0.45, growth=0.012, bottom=horizon + 0.09 + HIDDEN),
        mix(gold, grass, 0.45),
    )
    yield from _row(easel, "wood", horizon + 0.07, 0.09, 0.35, 0.09)
    yield from paint_ridge(
        easel,
        Ridge("field", horizon + 0.09, 0.03, 0.8, "", 0.16, bottom=horizon + 0.17 + HIDDEN),
        mix(gold, grass, 0.12),
    )
    yield from paint_ridge(easel, Ridge("near field", horizon + 0.17, 0.035, 0.7, "", 0.03), gold)
    yield from paint_grass(easel, horizon + 0.19, gold, tall=1.7)
    return Ground(horizon, horizon + 0.12, 0.92)


def _row(
    easel: Easel, name: str, foot: float, high: float, distance: float, every: float
) -> Generator[None, None, None]:
    """Plant a row of trees as the season has them."""
    if "tree" in easel.scene.without:
        return
    leaves = leaf_colours(easel.scene.season)
    kind = "bare" if easel.scene.season == "winter" and distance < 0.3 else "leafy"
    colour = leaves[0] if easel.scene.season else None
    yield from paint_trees(
        easel,
        name,
        foot=foot,
        high=high,
        distance=distance,
        kind=kind,
        every=every,
        spare=(0.25, 0.75) if every > 0.1 else None,
        colour=colour if kind == "leafy" else None,
    )
