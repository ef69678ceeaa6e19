"""Views with water: the open sea, islands, beaches, lakes and rivers."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch.country import paint_meadow
from pinxit.generators.sketch.dyes import GRASS, dyed
from pinxit.generators.sketch.grass import paint_grass
from pinxit.generators.sketch.ground import Ground
from pinxit.generators.sketch.land import HIDDEN, Ridge, paint_ridge
from pinxit.generators.sketch.mountains import paint_mountains
from pinxit.generators.sketch.sky import paint_sky
from pinxit.generators.sketch.subjects import SUBJECTS, Habitat
from pinxit.generators.sketch.tones import mix, tone
from pinxit.generators.sketch.trees import paint_trees
from pinxit.generators.sketch.water import paint_water

if TYPE_CHECKING:
    from collections.abc import Generator

    from pinxit.generators.sketch.easel import Easel
_BAND_PX = 2**18


def paint_sea(easel: Easel) -> Generator[None, None, Ground]:
    """Paint the open sea; with an island, if the words say so."""
    scene = easel.scene
    horizon = 0.56
    yield from paint_sky(easel, horizon)
    if "mountains" in scene.places:
        yield from paint_mountains(easel, horizon, horizon + HIDDEN)
    if "island" in scene.places:
        yield from _island(easel, horizon)
    calm = 0.12 if scene.weather in ("storm", "rain") else 0.45
    colour = tone(scene.land_colour) * 0.8 if scene.land_colour is not None else None
    yield from paint_water(easel, horizon, colour=colour, calm=calm)
    if any(SUBJECTS[thing.subject].habitat in (Habitat.GROUND, Habitat.INDOOR) for thing in scene.things):
        sand = tone("#d9c49a")
        yield from paint_ridge(
            easel, Ridge("foam", 0.868, 0.05, 0.9, "", 0.0, patchy=0.1, bottom=0.885 + HIDDEN), tone("#f4fbfb")
        )
        yield from paint_ridge(easel, Ridge("shore", 0.885, 0.05, 0.9, "", 0.0, patchy=0.16), sand)
        return Ground(horizon, 0.9, 0.97, (horizon + 0.03, 0.84))
    return Ground(horizon, horizon + 0.12, 0.9, (horizon + 0.03, 1.0))


def paint_lake(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a still lake that mirrors mountains and woods, with a shore in front."""
    scene = easel.scene
    shore = 0.6
    yield from paint_sky(easel, shore)
    grass = tone(GRASS.get(scene.season, GRASS[""]))
    if "desert" not in scene.places:
        yield from paint_mountains(easel, shore - 0.02, shore + HIDDEN)
    yield from paint_ridge(
        easel,
        Ridge("shore hills", shore, 0.09, 1.3, "", 0.4, growth=0.012, bottom=shore),
        mix(grass, tone("#3f6a48"), 0.5),
    )
    kind = "pine" if "forest" in scene.places or int(easel.luck("shore").integers(2)) else "leafy"
    yield from paint_trees(easel, "shore wood", foot=shore, high=0.1, distance=0.25, kind=kind, every=0.03)
    colour = tone(scene.land_colour) * 0.8 if scene.land_colour is not None else None
    yield from paint_water(easel, shore, colour=colour, calm=0.86)
    yield from paint_ridge(easel, Ridge("near shore", 0.97, 0.1, 1.1, "", 0.0, growth=0.01), grass * 0.85)
    yield from paint_grass(easel, 0.94, grass * 0.9, tall=1.8)
    return Ground(shore, 0.93, 0.98, (shore + 0.03, 0.9))


def paint_beach(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a beach with the sea behind it and palms at its side."""
    horizon = 0.5
    scene = easel.scene
    sand = dyed(easel, "#efd6a6")
    yield from paint_sky(easel, horizon)
    if "mountains" in scene.places:
        yield from paint_mountains(easel, horizon, horizon + HIDDEN)
    if "island" in scene.places:
        yield from _island(easel, horizon)
    yield from paint_water(easel, horizon, 0.78, colour=tone("#1d7f96"), calm=0.4)
    yield from paint_ridge(
        easel, Ridge("foam", 0.735, 0.05, 0.8, "", 0.0, facets=0.04, patchy=0.1, bottom=0.743 + HIDDEN), tone("#f4fbfb")
    )
    yield from paint_ridge(
        easel, Ridge("wet sand", 0.743, 0.05, 0.8, "", 0.0, facets=0.04, patchy=0.1, bottom=0.775 + HIDDEN), sand * 0.78
    )
    yield from paint_ridge(easel, Ridge("beach", 0.775, 0.05, 0.7, "", 0.0, facets=0.05, patchy=0.16), sand)
    if "tree" not in scene.without:
        yield from paint_trees(
            easel, "palms", foot=0.86, high=0.7, distance=0.02, kind="palm", every=0.2, spare=(0.14, 0.86)
        )
    return Ground(horizon, 0.79, 0.95, (horizon + 0.03, 0.7))


def paint_river(easel: Easel) -> Generator[None, None, Ground]:
    """Paint a river that winds through meadows towards us."""
    yield from paint_meadow(easel)
    horizon = 0.56
    top = horizon + 0.14
    rows = (np.arange(easel.height_px) + 0.5) / easel.height_px
    near = np.clip((rows - top) / (1 - top), 0, 1)
    bend = easel.field("bend").line(near * 2.6 + 3, 2) - 0.5
    middle = 0.5 + bend * (0.5 + 0.4 * near)
    half = 0.006 + 0.2 * near * near + 0.03 * near
    columns = (np.arange(easel.width_px) + 0.5)[None] / easel.width_px
    first = round(top * easel.height_px)
    cover = Image.new("L", (easel.width_px, easel.height_px - first))
    step = max(1, _BAND_PX // easel.width_px)
    for begin in range(first, easel.height_px, step):
        band = slice(begin, begin + step)
        inside = (half[band, None] - abs(columns - middle[band, None])) * easel.width_px
        cover.paste(Image.fromarray((np.clip(inside, 0, 1) * 255).astype(np.uint8)), (0, begin - first))
        yield
    yield from paint_water(easel, first / easel.height_px, calm=0.75, cover=cover)
    return Ground(horizon, horizon + 0.15, 0.94, (top + 0.08, 0.97))


def _island(easel: Easel, horizon: float) -> Generator[None, None, None]:
    green = tone("#5d8a4e")
    ridge = Ridge("island", horizon + 0.005, 0.15, 0.0, "", 0.35, growth=0.03, bottom=horizon)
    columns = easel.columns() / easel.wide
    middle = 0.3 if easel.sun_x > 0.5 else 0.7
    across = (columns - middle) / 0.2
    hump = np.clip(1 - across * across, 0, 1) * (0.6 + 0.8 * easel.field("isle").line(columns * 9, 3))
    edge = (horizon + 0.01 - 0.17 * hump) * easel.height_px
    top, cover = easel.below(edge, horizon)
    if cover.height > 2:
        x, y = easel.grid(top, horizon)
        rough = easel.patch("isle", top, horizon, (9, 9))
        land = easel.palette.far(easel.palette.lit(green * (0.6 + 0.8 * rough)[None], 0.3 + rough), ridge.distance)
        yield from easel.lay(
            np.ascontiguousarray(np.broadcast_to(land, (3, y.shape[0], x.shape[1]))), top, horizon, cover
        )
