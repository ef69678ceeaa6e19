"""What is known of a subject: its words, where it belongs, how tall it is and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Habitat(Enum):
    """Where a subject is found."""

    GROUND = auto()
    WATER = auto()
    SKY = auto()
    INDOOR = auto()
    ANY = auto()


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be drawn.

    `words`: what people call it, the singular first. `height`: of a standing person is 1. `colour`: unless another is
    asked for, `#rrggbb`. `aspect`: width by height. `drawing`: see `silhouettes_language`.
    """

    name: str
    words: tuple[str, ...]
    habitat: Habitat
    height: float
    colour: str
    aspect: float
    drawing: str


def subject(words: str, habitat: Habitat, height: float, colour: str, aspect: float, drawing: str) -> Subject:
    """Return a subject that is named by the first of its words."""
    names = tuple(words.split())
    return Subject(names[0], names, habitat, height, colour, aspect, drawing)
