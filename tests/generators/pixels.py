"""What can be read from a picture's pixels alone: hue, brightness, horizon, count and place."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

SIDE_PX = 128
STRONG, DARKEST = 0.34, 0.16  # How far from grey and from black a colour must be to count.
HUES = {  # Degrees from and to.
    "red": (335, 18),
    "orange": (18, 42),
    "yellow": (42, 68),
    "green": (68, 165),
    "blue": (195, 258),
    "purple": (258, 320),
    "pink": (290, 350),
}


def pixels(picture: Image.Image) -> np.ndarray:
    """Return (rows, columns, 3) from 0 to 1."""
    return np.asarray(picture.convert("RGB"), np.float64) / 255


def brightness(image: np.ndarray) -> float:
    return float((image @ np.array([0.299, 0.587, 0.114])).mean())


def warmth(image: np.ndarray) -> float:
    """Return how much more red than blue there is."""
    return float((image[..., 0] - image[..., 2]).mean())


def whiteness(image: np.ndarray) -> float:
    """Return how bright and grey the least colourful channel is."""
    return float(image.min(axis=2).mean())


def colourfulness(image: np.ndarray) -> float:
    """Return how far from grey it is."""
    return float((image.max(axis=2) - image.min(axis=2)).mean())


def lower(image: np.ndarray) -> np.ndarray:
    """Return the lowest third, where the ground is."""
    return image[len(image) * 2 // 3 :]


def ground(image: np.ndarray) -> np.ndarray:
    """Return the lower half, without most of the sky."""
    return image[len(image) * 11 // 20 :]


def blot(image: np.ndarray, hue: str) -> np.ndarray:
    """Return where a picture is clearly of this hue."""
    colour = np.asarray(Image.fromarray((image * 255).astype(np.uint8)).convert("HSV"), np.float64)
    degrees, strength, value = colour[..., 0] * 360 / 256, colour[..., 1] / 255, colour[..., 2] / 255
    first, last = HUES[hue]
    inside = (degrees >= first) & (degrees < last) if first < last else (degrees >= first) | (degrees < last)
    return np.asarray(inside & (strength > STRONG) & (value > DARKEST))


def share(image: np.ndarray, hue: str) -> float:
    return float(blot(image, hue).mean())


def across(image: np.ndarray, hue: str) -> float:
    """Return where blots of this hue are: 0 left … 1 right."""
    found = blot(image, hue).sum(axis=0)
    return float((found * (np.arange(len(found)) + 0.5)).sum() / max(1, found.sum()) / len(found))


def down(image: np.ndarray, hue: str) -> float:
    """Return where blots of this hue are: 0 top … 1 bottom."""
    found = blot(image, hue).sum(axis=1)
    return float((found * (np.arange(len(found)) + 0.5)).sum() / max(1, found.sum()) / len(found))


def count(image: np.ndarray, hue: str) -> int:
    """Return how many separate blots there are; gaps of a pixel or two do not part them."""
    found = Image.fromarray(blot(image, hue).astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(5))
    left = np.asarray(found) > 0
    number = 0
    while left.any():
        row, column = (int(part[0]) for part in np.nonzero(left))
        island = np.zeros_like(left)
        island[row, column] = True
        while True:
            grown = np.asarray(Image.fromarray(island.astype(np.uint8) * 255).filter(ImageFilter.MaxFilter(9))) > 0
            grown &= left
            if (grown == island).all():
                break
            island = grown
        left = left & ~island
        number += bool(island.sum() > left.size * 0.0025)
    return number


def horizon(image: np.ndarray) -> float:
    """Return the height, 0 top … 1 bottom, at which the rows change most: where land or water begins."""
    rows = image.mean(axis=1)
    window = max(2, len(rows) // 40)
    change = [
        float(np.abs(rows[row : row + window].mean(axis=0) - rows[row - window : row].mean(axis=0)).sum())
        for row in range(window, len(rows) - window)
    ]
    return (window + int(np.argmax(change))) / len(rows)
