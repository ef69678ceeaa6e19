"""Seeds: drawn once at submit, kept through every retry, one per image."""

from __future__ import annotations

import secrets

SEED_LIMIT = 2**32  # Accepted seeds are 0 … 2³²−1: what AUTOMATIC1111, ComfyUI and torch generators share.
_DRAWN_BITS = 31
DRAWN_LIMIT = 2**_DRAWN_BITS  # Drawn ones stay below 2³¹, because some providers take only signed 32-bit seeds.


def draw_seed() -> int:
    """Draw a seed in [0, 2³¹)."""
    return secrets.randbits(_DRAWN_BITS)  # `randbelow` draws a bit more, and so twice on average.


def image_seed(seed: int, index: int) -> int:
    """Return the seed of image `index` of a job, so that it can be made again alone."""
    return (seed + index) % SEED_LIMIT
