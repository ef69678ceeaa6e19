"""What a request costs the person who asks."""

from __future__ import annotations

import math

MEGAPIXEL_PX = 2**20  # 1024 × 1024: the size that most providers price by.


def credits_milli(width_px: int, height_px: int, count: int, steps: int, default_steps: int) -> int:
    """Price images in thousandths of a credit, rounded up to tenths of a credit.

    One credit is one image of one megapixel (2²⁰ pixels) at the generator's default steps.
    """
    pixels = width_px * height_px * count
    effort = steps / default_steps if default_steps else 1.0
    return math.ceil(round(pixels / MEGAPIXEL_PX * effort * 10, 6)) * 100


def settled_milli(reserved_milli: int, made: int, asked: int) -> int:
    """Return what is charged when only `made` of `asked` images exist: each its share, rounded down to thousandths."""
    return reserved_milli * made // asked


def credits_of(milli: int) -> float:
    """Return thousandths as credits, whole ones as a whole number, as a sentence shows them."""
    whole, part = divmod(milli, 1000)
    return milli / 1000 if part else whole
