"""A whole picture without its style: the view, the weather, the things in it, and the finish."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.generators.sketch.composition import paint_things
from pinxit.generators.sketch.easel import Easel
from pinxit.generators.sketch.finish import finish
from pinxit.generators.sketch.scene import Depth, Size, Thing, Where
from pinxit.generators.sketch.subjects import SUBJECTS
from pinxit.generators.sketch.views import VIEWS, view_of
from pinxit.generators.sketch.weather import paint_fog, paint_lightning, paint_rain, paint_snowfall

if TYPE_CHECKING:
    from collections.abc import Generator

    from PIL import Image

    from pinxit.generators.sketch.ground import Ground
    from pinxit.generators.sketch.scene import Scene

_VILLAGE = (
    Thing("house", 2, where=Where.LEFT, depth=Depth.FAR, size=Size.LARGE),
    Thing("house", 2, where=Where.RIGHT, depth=Depth.FAR, size=Size.LARGE),
    Thing("church", 1, depth=Depth.FAR, size=Size.LARGE),
)


def paint(
    scene: Scene, size_px: tuple[int, int], seed_text: str, *, octaves: float
) -> Generator[None, None, Image.Image]:
    """Paint a scene, a slice of work at a time; the picture is the generator's result.

    `octaves`: fineness of all textures, 2 coarse … 7 fine.
    """
    if "snow" in scene.without and scene.season == "winter":
        scene = replace(scene, season="")
    if "village" in scene.places and "house" in SUBJECTS and all(thing.subject != "house" for thing in scene.things):
        scene = replace(scene, things=(*scene.things, *_VILLAGE))
    easel = Easel(scene, size_px, seed_text, octaves)
    view = view_of(scene, int(easel.luck("view").integers(6)))
    ground: Ground = yield from VIEWS[view](easel)
    if ground.is_open and scene.weather == "fog":
        yield from paint_fog(easel, ground.horizon + 0.06, 0.8)
    yield from paint_things(easel, ground)
    if ground.is_open:
        match scene.weather:
            case "rain":
                yield from paint_rain(easel, heavy=False)
            case "storm":
                if "lightning" not in scene.without:
                    yield from paint_lightning(easel, ground.horizon)
                yield from paint_rain(easel, heavy=True)
            case "snowfall":
                yield from paint_snowfall(easel)
            case "fog":
                yield from paint_fog(easel, ground.near, 0.45)
            case _:
                pass
    yield from finish(easel)
    return easel.canvas
