"""What a style is: its name, the words that ask for it, and the work that it does on a picture."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from PIL import Image

# Yields after each slice of at most some 30 ms, so that a cancel is heard in between, and returns the picture.
Work: TypeAlias = Generator[None, None, Image.Image]
Restyle: TypeAlias = Callable[[Image.Image, np.random.Generator], Work]


@dataclass(frozen=True, slots=True)
class Style:
    """One way of painting.

    `words`: what people call it, in lower case, several words apart by a space; the name is one of them.
    `restyle`: redraws any RGB picture in this style, photographs too; its result has the picture's size.
    `looks`: how finely it looks at the picture, as a share of the sides: what is finer can be left unpainted.
    `least_px`: the longer side that the picture has nevertheless, since a small one shows every line.
    """

    name: str
    words: tuple[str, ...]
    restyle: Restyle
    looks: float = 1.0
    least_px: int = 340
