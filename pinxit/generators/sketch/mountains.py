"""Ranges of mountains, behind whatever comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.generators.sketch.dyes import dyed
from pinxit.generators.sketch.land import HIDDEN, Ridge, paint_ridge
from pinxit.generators.sketch.tones import mix, tone

if TYPE_CHECKING:
    from collections.abc import Generator

    from pinxit.generators.sketch.easel import Easel


_ROCK = {"": "#6f7487", "autumn": "#7d7077"}


def paint_mountains(easel: Easel, foot: float, bottom: float) -> Generator[None, None, None]:
    """Paint three ranges of mountains, with their feet about the height `foot`.

    `bottom`: whatever comes next has to cover everything from a little above there on.
    """
    scene = easel.scene
    rock = dyed(easel, _ROCK.get(scene.season, _ROCK[""]))
    snow = 1.3 if scene.season == "winter" else 0.5 if scene.season != "summer" else 0.3
    blue = mix(rock, tone("#6d86b8"), 0.4)
    yield from paint_ridge(
        easel,
        Ridge(
            "farthest range",
            foot - 0.05,
            0.34,
            1.5,
            "",
            0.78,
            sharp=True,
            snow=snow * 0.8,
            bottom=min(foot + HIDDEN, bottom),
        ),
        blue,
    )
    yield from paint_ridge(
        easel,
        Ridge("range", foot, 0.46, 1.15, "", 0.48, sharp=True, snow=snow, bottom=min(foot + 0.03 + HIDDEN, bottom)),
        rock,
    )
    yield from paint_ridge(
        easel,
        Ridge("near range", foot + 0.03, 0.24, 1.5, "", 0.3, sharp=True, snow=snow * 0.5, growth=0.008, bottom=bottom),
        rock * 0.85,
    )


def paint_behind(easel: Easel, horizon: float) -> Generator[None, None, None]:
    """Paint what the words put behind the ground, such as mountains; the ground fills all from 0.05 below `horizon`."""
    if "mountains" in easel.scene.places:
        yield from paint_mountains(easel, horizon + 0.06, horizon + 0.05 + HIDDEN)
