"""A picture's colours moved to those of another one: its tones by rank, its hues by the tone that they belong to."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch.styles_bands import in_bands, study

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work

_SEEN_PX = 256
_WHITE = 255
_WINDOW = 20  # Tones on either side that a tone's mean hue is taken over.


@dataclass(frozen=True, slots=True)
class _Palette:
    """`below`: share of pixels up to each tone. `hues`: mean Cb and Cr of each tone, (256, 2); `spread` around it."""

    below: list[float]
    hues: np.ndarray
    spread: np.ndarray


def recoloured(picture: Image.Image, like: Image.Image) -> Work:
    """Return the picture with the tones and hues of `like`; what is where does not change."""
    own, other = _palette(picture), _palette(like)
    yield
    tones = _ranks(own.below, other.below)
    # Weak colours may not be blown up without measure, nor may strong ones vanish.
    ratio = np.clip(other.spread / np.maximum(own.spread, 1), 0.3, 1.6).astype(np.float32)

    def repaint(rows: Image.Image) -> Image.Image:
        tone_cb_cr = np.asarray(rows.convert("YCbCr"))
        tone = tone_cb_cr[..., 0]
        new = tones[tone]
        hues = other.hues[new] + (tone_cb_cr[..., 1:] - own.hues[tone]) * ratio
        made = np.dstack([new, np.clip(hues + np.float32(0.5), 0, 255).astype(np.uint8)])
        return Image.fromarray(made, "YCbCr").convert("RGB")

    return (yield from in_bands(repaint, picture))


def _palette(picture: Image.Image) -> _Palette:
    pixels = np.asarray(study(picture, _SEEN_PX).convert("YCbCr")).reshape(-1, 3)
    counts = np.bincount(pixels[:, 0], minlength=256)
    below = [total / len(pixels) for total in itertools.accumulate(counts.tolist())]
    pad = np.concatenate([[0.0], np.cumsum(counts)])
    low, high = (np.arange(256) - _WINDOW).clip(0), (np.arange(256) + _WINDOW + 1).clip(0, 256)
    total, few = pixels[:, 1:].mean(axis=0), len(pixels) / 200
    hues = np.empty((256, 2), np.float32)
    for channel in (0, 1):
        sums = np.concatenate([[0.0], np.cumsum(np.bincount(pixels[:, 0], pixels[:, channel + 1], 256))])
        # Where a tone hardly occurs, the picture's mean hue stands in for it.
        hues[:, channel] = (sums[high] - sums[low] + few * total[channel]) / (pad[high] - pad[low] + few)
    off = pixels[:, 1:] - hues[pixels[:, 0]]
    return _Palette(below, hues, np.sqrt((off * off).mean(axis=0)))


def _ranks(own: list[float], other: list[float]) -> np.ndarray:
    """Return for each tone the other picture's tone of the same rank, half-way held back, so that nothing breaks up."""
    table, at = np.empty(256, np.uint8), 0
    for tone in range(256):
        middle = (own[tone] + (own[tone - 1] if tone else 0)) / 2
        while at < _WHITE and other[at] < middle:
            at += 1
        table[tone] = (at * 3 + tone) // 4
    return table
