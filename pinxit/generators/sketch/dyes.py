"""What colour the land has: its own, the season's, or what the words say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.generators.sketch.tones import mix, tone

if TYPE_CHECKING:
    import numpy as np

    from pinxit.generators.sketch.easel import Easel


GRASS = {
    "spring": "#82bb44",
    "blossom": "#8abb58",
    "summer": "#6f9f3c",
    "autumn": "#b9953f",
    "winter": "#e6edf4",
    "": "#76a540",
}


def dyed(easel: Easel, name: str, share: float = 1.0) -> np.ndarray:
    """Return a land's colour, or what the words say instead."""
    said = easel.scene.land_colour
    return tone(name) if said is None else mix(tone(name), tone(said), share * (0.84 + 0.16 * easel.scene.literal))


def grass_colour(easel: Easel) -> np.ndarray:
    """Return what grass looks like in this season."""
    return dyed(easel, GRASS.get(easel.scene.season, GRASS[""]))
