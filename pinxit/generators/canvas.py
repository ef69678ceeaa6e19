"""Colours, blending and smooth noise for painters on the CPU, computed alike by every machine.

Only + - × ÷ and √ are used, which IEEE 754 rounds alike everywhere: equal arguments give equal bits.
Arrays hold float64 from 0 to 1, (rows, columns, channels) or what broadcasts to that.
"""

from __future__ import annotations

import hashlib

import numpy as np
from PIL import Image, ImageColor


def colours(names: str) -> list[np.ndarray]:
    """Return each colour, `#rrggbb` or a CSS name, as its red, green and blue."""
    return [np.array(ImageColor.getrgb(name)) / 255 for name in names.split()]


def chance(text: str) -> np.ndarray:
    """Return a square of 64 × 64 numbers in [0, 1) that look random and are always the same for `text`."""
    entropy = list(hashlib.sha256(text.encode()).digest())
    return np.random.Generator(np.random.PCG64(entropy)).random((64, 64))


def noise(square: np.ndarray, x: np.ndarray, y: np.ndarray | float, octaves: int) -> np.ndarray:
    """Return smooth noise around 0.5, (rows of y, columns of x, 1), finer with each octave.

    `square`: numbers from `chance`, repeated without end; each is 1 wide in the first octave.
    """
    total, side = np.zeros((1, 1, 1)), len(square)
    for octave in range(octaves):
        u, v = np.ravel(x) * 2**octave + 17 * octave, np.ravel(y) * 2**octave + 31 * octave
        column, row = np.floor(u).astype(int), np.floor(v).astype(int)
        rows = mix(square[row % side], square[(row + 1) % side], smooth(v - row)[:, None])
        cells = mix(rows[:, column % side], rows[:, (column + 1) % side], smooth(u - column))
        total = total + cells[..., None] * 0.5**octave
    return np.asarray(total / (2 - 0.5 ** (octaves - 1)))


def mix(a: np.ndarray, b: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Blend from `a` to `b`; a share below 0 counts as 0, above 1 as 1."""
    return np.asarray(a + (b - a) * np.clip(share, 0, 1))


def smooth(share: np.ndarray) -> np.ndarray:
    """Return the share cut to 0 … 1 and eased at both ends."""
    cut = share.clip(0, 1)
    return np.asarray(cut * cut * (3 - 2 * cut))


def picture(image: np.ndarray) -> Image.Image:
    """Return the array, (rows, columns, 3), as a picture of 8 bits a channel."""
    return Image.fromarray((image.clip(0, 1) * 255 + 0.5).astype(np.uint8))
