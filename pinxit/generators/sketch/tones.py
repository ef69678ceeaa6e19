"""Colours and blending in arrays, computed alike by every machine.

Only + − × ÷ and √ are used, which IEEE 754 rounds alike everywhere: equal arguments give equal bits.
Pictures are float32 from 0 to 1, (3, rows, columns); a colour is (3, 1, 1); a share is (rows, columns) or a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageColor

if TYPE_CHECKING:
    from pinxit.generators.sketch.scene import Colour

_LUMA = (0.299, 0.587, 0.114)  # Rec. 601, as Pillow's "L".


def tone(colour: str | Colour) -> np.ndarray:
    """Return `#rrggbb` or red, green and blue as a colour for arrays."""
    parts = [part / 255 for part in ImageColor.getrgb(colour)[:3]] if isinstance(colour, str) else colour
    return np.array(parts, np.float32).reshape(3, 1, 1)


def plain(colour: np.ndarray) -> Colour:
    """Return a colour of arrays as red, green and blue."""
    red, green, blue = (min(1.0, max(0.0, float(part))) for part in colour.ravel())
    return red, green, blue


def eight_bit(colour: np.ndarray) -> tuple[int, int, int]:
    """Return a colour as Pillow takes it."""
    red, green, blue = plain(colour)
    return int(red * 255 + 0.5), int(green * 255 + 0.5), int(blue * 255 + 0.5)


def mix(a: np.ndarray, b: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Blend from `a` to `b`; a share below 0 counts as 0, above 1 as 1."""
    step = np.asarray((b - a) * np.clip(share, 0, 1).astype(np.float32), np.float32)
    step += a
    return step


def smooth(share: np.ndarray) -> np.ndarray:
    """Return the share cut to 0 … 1 and eased at both ends."""
    cut = np.clip(share, 0, 1)
    eased = 3 - 2 * cut
    eased *= cut
    eased *= cut
    return np.asarray(eased, np.float32)


def luma(colour: np.ndarray) -> np.ndarray:
    """Return how bright it looks, 0 … 1, without the axis of channels."""
    return np.asarray(colour[0] * _LUMA[0] + colour[1] * _LUMA[1] + colour[2] * _LUMA[2], np.float32)


def saturated(colour: np.ndarray, times: float) -> np.ndarray:
    """Return the colour so many times as far from its own grey."""
    grey = luma(colour)[None]
    return np.asarray(np.clip(grey + (colour - grey) * times, 0, 1), np.float32)


def picture(image: np.ndarray) -> Image.Image:
    """Return an array as a picture of 8 bits a channel."""
    eight = (np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Image.merge("RGB", [Image.fromarray(channel) for channel in eight])


def mask(share: np.ndarray) -> Image.Image:
    """Return a share as a mask of 8 bits."""
    return Image.fromarray((np.clip(share, 0, 1) * 255 + 0.5).astype(np.uint8))
