"""Views of wild country: mountains, forests, deserts and snow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.generators.sketch.dyes import GRASS, dyed
from pinxit.generators.sketch.grass import paint_grass
from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.land import HIDDEN, Ridge, paint_ridge
from pinxit.generators.sketch.mountains import paint_behind, paint_mountains
from pinxit.generators.sketch.sky import paint_sky
from pinxit.generators.sketch.tones import mix, tone
from pinxit.generators.sketch.trees import paint_trees
from pinxit.generators.sketch.weather import paint_rays

if TYPE_CHECKING:
    from collections.abc import Generator

    from pinxit.generators.sketch.easel import Easel


def paint_alps(easel: Easel) -> Generator[None, None, Ground]:
    """Paint mountains above a valley with firs."""
    grass = tone(GRASS.get(easel.scene.season, GRASS[""]))
    yield from paint_sky(easel, 0.62)
    yield from paint_mountains(easel, 0.66, 0.73 + HIDDEN)
    kind = "pine"
    yield from paint_trees(easel, "slope", foot=0.72, high=0.07, distance=0.36, kind=kind, every=0.02)
    yield from paint_ridge(
        easel,
        Ridge("slope", 0.73, 0.07, 1.1, "", 0.26, growth=0.012, bottom=0.82 + HIDDEN),
        mix(grass, tone("#3f6a48"), 0.4),
    )
    yield from paint_trees(
        easel, "firs", foot=0.83, high=0.17, distance=0.14, kind=kind, every=0.075, spare=(0.34, 0.66)
    )
    yield from paint_ridge(easel, Ridge("valley", 0.82, 0.04, 0.9, "", 0.06), grass)
    yield from paint_grass(easel, 0.83, grass)
    return Ground(0.6, 0.77, 0.94)


def paint_forest(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a forest: rows of trees that fade into the mist, with a clearing in front."""
    scene = easel.scene
    floor = dyed(
        easel,
        {"autumn": "#9a6a34", "winter": "#e2eaf0", "spring": "#6d9a44", "blossom": "#7fa45a"}.get(
            scene.season, "#4f7038"
        ),
    )
    is_jungle = "jungle" in scene.places
    chance = easel.luck("wood")
    kind = (
        "leafy"
        if is_jungle or scene.season in ("autumn", "spring", "blossom")
        else "pine"
        if scene.season == "winter"
        else ("pine", "pine", "leafy")[int(chance.integers(3))]
    )
    leaves = tone(scene.land_colour) if scene.land_colour is not None else None
    if is_jungle and leaves is None:
        leaves = tone("#3f8a3e")
    yield from paint_sky(easel, 0.64)
    yield from paint_behind(easel, 0.56)
    rows = ((0.62, 0.34, 0.8, 0.05, 0.65), (0.66, 0.44, 0.62, 0.075, 0.69), (0.70, 0.54, 0.44, 0.11, 0.76))
    lower = 0.7 if easel.scene.sky_extras else 1.0  # What the words put into the sky is to be seen.
    for number, (foot, high, distance, every, covered) in enumerate(rows):
        yield from paint_trees(
            easel,
            f"row {number}",
            foot=foot,
            high=high * lower,
            distance=distance,
            kind=kind,
            every=every,
            colour=leaves,
        )
        ridge = Ridge(f"floor {number}", foot - 0.01, 0.03, 1.6, "", distance, growth=0.012, bottom=covered + HIDDEN)
        yield from paint_ridge(easel, ridge, floor * (0.8 + 0.1 * number))
    if not easel.palette.is_night and scene.weather in ("", "clear", "fog"):
        yield from paint_rays(easel, 0.86, 0.42)
    yield from paint_trees(
        easel, "row 3", foot=0.77, high=0.7 * lower, distance=0.2, kind=kind, every=0.2, spare=(0.3, 0.7), colour=leaves
    )
    yield from paint_ridge(easel, Ridge("clearing", 0.76, 0.03, 1.0, "", 0.06, growth=0.01), floor)
    yield from paint_grass(easel, 0.78, floor)
    palm = "palm" if is_jungle else kind
    yield from paint_trees(
        easel,
        "frame",
        foot=0.95,
        high=0.98 * lower,
        distance=0.0,
        kind=palm,
        every=0.3,
        spare=(0.13, 0.87),
        colour=None if leaves is None else leaves * 0.6,
    )
    return Ground(0.6, 0.77, 0.94)


def paint_desert(easel: Easel) -> Generator[None, None, Ground]:
    """Paint dunes, or table mountains in a canyon."""
    sand = dyed(easel, "#e3aa63")
    yield from paint_sky(easel, 0.62)
    yield from paint_behind(easel, 0.6)
    if "canyon" in easel.scene.places:
        red = dyed(easel, "#c46a3c")
        yield from paint_ridge(
            easel, Ridge("far mesas", 0.62, 0.24, 1.6, "", 0.6, stripes=1.0, facets=0.3, bottom=0.62 + HIDDEN), red
        )
        yield from paint_ridge(
            easel,
            Ridge("mesas", 0.68, 0.42, 1.3, "", 0.3, sharp=True, stripes=1.0, facets=0.4, bottom=0.62 + HIDDEN),
            red,
        )
        sand = mix(red, sand, 0.5)
    yield from paint_ridge(
        easel, Ridge("far dunes", 0.62, 0.1, 1.2, "", 0.55, facets=0.05, patchy=0.1, bottom=0.68 + HIDDEN), sand
    )
    yield from paint_ridge(
        easel, Ridge("dunes", 0.68, 0.17, 1.1, "", 0.3, facets=0.03, patchy=0.1, bottom=0.77 + HIDDEN), sand * 0.98
    )
    yield from paint_ridge(
        easel,
        Ridge("near dunes", 0.77, 0.15, 0.9, "", 0.12, facets=0.03, patchy=0.1, bottom=0.88 + HIDDEN),
        sand * 1.02,
    )
    yield from paint_ridge(easel, Ridge("sand", 0.88, 0.08, 0.7, "", 0.0, facets=0.03, patchy=0.14), sand * 1.04)
    return Ground(0.6, 0.76, 0.94)


def paint_snow(easel: Easel) -> Generator[None, None, Ground]:
    """Paint snow fields with firs; in the arctic, bare ice."""
    snow = dyed(easel, "#eaf1f7", 0.6)
    yield from paint_sky(easel, 0.6)
    yield from paint_behind(easel, 0.58)
    is_arctic = "arctic" in easel.scene.places
    if is_arctic:
        ice = tone("#c4dcea")
        yield from paint_ridge(
            easel, Ridge("ice", 0.6, 0.2, 1.5, "", 0.55, sharp=True, snow=1.5, bottom=0.66 + HIDDEN), ice
        )
        yield from paint_ridge(
            easel, Ridge("bergs", 0.66, 0.16, 1.8, "", 0.25, sharp=True, snow=1.2, bottom=0.71 + HIDDEN), ice
        )
    else:
        yield from paint_ridge(
            easel,
            Ridge("white hills", 0.6, 0.17, 1.2, "", 0.6, growth=0.01, facets=0.06, patchy=0.06, bottom=0.65 + HIDDEN),
            snow,
        )
        yield from paint_trees(easel, "far firs", foot=0.645, high=0.09, distance=0.5, kind="pine", every=0.028)
        yield from paint_ridge(
            easel, Ridge("white slope", 0.65, 0.06, 1.2, "", 0.4, facets=0.06, patchy=0.06, bottom=0.71 + HIDDEN), snow
        )
        yield from paint_trees(
            easel, "firs", foot=0.73, high=0.24, distance=0.24, kind="pine", every=0.09, spare=(0.3, 0.7)
        )
    yield from paint_ridge(
        easel, Ridge("snow", 0.71, 0.06, 1.2, "", 0.15, facets=0.05, patchy=0.06, bottom=0.83 + HIDDEN), snow
    )
    yield from paint_ridge(easel, Ridge("near snow", 0.83, 0.08, 0.9, "", 0.0, facets=0.045, patchy=0.06), snow)
    return Ground(0.58, 0.74, 0.94)
