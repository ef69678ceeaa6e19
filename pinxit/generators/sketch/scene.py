"""What a prompt asks to be painted, as values: no pixels, no words left to guess at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Colour: TypeAlias = tuple[float, float, float]  # Red, green and blue, 0 … 1.


class Where(StrEnum):
    """Where in the picture something stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"
    ANYWHERE = "anywhere"


class Depth(StrEnum):
    """How far away something stands."""

    FRONT = "front"
    MIDDLE = "middle"
    FAR = "far"


class Size(StrEnum):
    """How large something is for what it is."""

    SMALL = "small"
    NORMAL = "normal"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Thing:
    """So many of one subject. `subject`: a key of SUBJECTS. `colour`: None means its own."""

    subject: str
    count: int = 1
    colour: Colour | None = None
    where: Where = Where.ANYWHERE
    depth: Depth = Depth.MIDDLE
    size: Size = Size.NORMAL


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture. Names are keys of the vocabularies; empty ones leave the choice to the painter.

    `places`: the ground that one stands on first, then what lies behind it. `sky_extras`: "moon", "stars", "rainbow" …
    `land_colour`, `sky_colour`: what the words say about them. `palette`: colours that nothing else took.
    `brightness`: −1 dark … 1 bright. `literal`: 0 loose … 1 to the letter, from the guidance scale.
    `undrawn`: words that no vocabulary knows. `without`, `banned`: what and which colours the negative prompt names.
    """

    time: str = ""
    weather: str = ""
    season: str = ""
    places: tuple[str, ...] = ()
    style: str = ""
    style_words: tuple[str, ...] = ()
    sky_extras: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()
    land_colour: Colour | None = None
    sky_colour: Colour | None = None
    palette: tuple[Colour, ...] = ()
    brightness: float = 0.0
    literal: float = 0.5
    undrawn: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    banned: tuple[Colour, ...] = ()

    @property
    def place(self) -> str:
        """Return the ground that one stands on, or "" if nothing says."""
        return next(iter(self.places), "")
