"""What a subject's roles are painted with: its own colour, colours in harmony with it, and things' usual colours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from PIL import ImageColor

Colour: TypeAlias = tuple[float, float, float]  # Red, green and blue, each from 0 to 1.
GLOW = np.array([1.0, 0.83, 0.47])  # The light of windows and lamps.
MIXED = {  # Role → how much of another colour its own takes, that colour, and how bright it then is.
    "body": (0.0, (0.0, 0.0, 0.0), 1.0),
    "lit": (0.0, (0.0, 0.0, 0.0), 1.0),
    "dark": (0.34, (0.0, 0.0, 0.02), 0.96),
    "deep": (0.62, (0.0, 0.0, 0.03), 0.98),
    "fresh": (0.08, (0.9, 0.85, 0.2), 1.1),
    "light": (0.36, (1.0, 0.96, 0.88), 1.0),
    "pale": (0.72, (0.99, 0.95, 0.88), 1.0),
}
PAINTS = {  # Role → its usual colour.
    "glass": "#9cc3d8",
    "glow": "#ffe2a0",
    "flame": "#ffab40",
    "ink": "#2a2530",
    "white": "#f6f1e6",
    "cream": "#f0dfc0",
    "grey": "#8f9096",
    "stone": "#b4aca0",
    "slate": "#5d6572",
    "steel": "#aab4be",
    "iron": "#555962",
    "gold": "#e6b84a",
    "wood": "#9a6a42",
    "bark": "#6b4c38",
    "straw": "#d9b978",
    "leaf": "#5f8f4a",
    "moss": "#41703f",
    "skin": "#e4b08c",
    "hair": "#5a3a28",
    "red": "#c4453c",
    "roof": "#a9543f",
    "rose": "#e79aa0",
    "orange": "#e58a3a",
    "blue": "#4f79b0",
    "tyre": "#34343a",
}


@dataclass(frozen=True, slots=True)
class Light:
    """How a subject is lit.

    `direction`: where the light comes from, -1 (left) … 1 (right). `colour` shines on the lit sides, `ambient` on all.
    `night`: windows and lamps shine.
    """

    direction: float
    colour: Colour
    ambient: Colour
    night: bool


def paint(role: str, own: np.ndarray) -> np.ndarray:
    """Return the colour of a role, for a subject whose own colour is `own`."""
    if role == "accent":
        return np.asarray((1 - own) * 0.55 + np.array([0.93, 0.75, 0.34]) * 0.45)
    if role not in MIXED:
        return rgb(PAINTS.get(role, role))
    share, other, bright = MIXED[role]
    return np.asarray((own + (np.array(other) - own) * share) * bright)


def rgb(colour: str) -> np.ndarray:
    """Return red, green and blue, 0 … 1, of `#rrggbb`."""
    return np.array(ImageColor.getrgb(colour)[:3]) / 255


def tamed(colour: np.ndarray) -> np.ndarray:
    """Return the colour a little less pure, and neither black nor white, so that light and shade can be seen on it."""
    grey = colour.sum() / 3
    return np.asarray(0.07 + 0.87 * (colour + (grey - colour) * 0.08))


def shades(colour: np.ndarray, light: Light) -> bytes:
    """Return the colour in 256 lights, as a palette: 0 is turned away, 150 lit, above that it gleams."""
    return _shades(tuple(colour.tolist()), light)


@lru_cache(maxsize=512)  # Less than half a megabyte.
def _shades(colour: Colour, light: Light) -> bytes:
    lit = np.arange(256)[:, None] / 150
    shine, ambient = np.array(light.colour), np.array(light.ambient)
    image = np.array(colour) * (ambient * 0.62 + shine * 0.82 * lit) + shine * 0.34 * (lit - 0.92).clip(0)
    return _eight_bit(image)


def shining(colour: np.ndarray) -> bytes:
    """Return a lamp's colours, as a palette: it shines by itself, whatever falls on it."""
    lit = 0.86 + 0.14 * (np.arange(256)[:, None] / 150)
    return _eight_bit(colour * lit)


def _eight_bit(colours: np.ndarray) -> bytes:
    return np.asarray(colours.clip(0, 1) * 255 + 0.5, np.uint8).tobytes()
