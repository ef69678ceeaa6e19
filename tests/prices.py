"""Wishes with what they cost, reckoned by hand: every surface is to ask the same price for each.

One credit is one image of 2²⁰ pixels at the sketch's 20 steps, rounded up to tenths for every job.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.builders import a_png


@dataclass(frozen=True, slots=True)
class Priced:
    """A wish as it is typed, how many jobs it makes, and the credits of all of them.

    `factor`: the picture of `source()` is sent along and enlarged so many times; only where that can be said.
    """

    text: str
    credits: float
    jobs: int = 1
    factor: float | None = None


def source() -> bytes:
    """Return the picture that is sent along: a PNG of 64 × 64 pixels."""
    return a_png()


WISHES = (
    # Sizes: the sketch's own is 768 × 768.
    Priced("a red fox", 0.6),
    Priced("a red fox --size 1024x1024", 1.0),
    Priced("a red fox --size 512x512", 0.3),
    Priced("a red fox --size 64x64", 0.1),
    Priced("a red fox --size 2048x2048", 4.0),
    Priced("a red fox --ar 3:2", 0.6),
    Priced("a red fox --size 1600x900", 1.4),
    # Counts
    Priced("a red fox --n 2", 1.2),
    Priced("a red fox --n 4", 2.3),
    Priced("a red fox --size 1024x1024 --n 3", 3.0),
    # Steps
    Priced("a red fox --steps 20", 0.6),
    Priced("a red fox --steps 40", 1.2),
    Priced("a red fox --steps 10", 0.3),
    Priced("a red fox --size 1024x1024 --steps 150 --n 4", 30.0),
    # Models, styles, and what changes no price
    Priced("a red fox --model sketch", 0.6),
    Priced("a red fox --seed 7 --cfg 3 --no dogs --enhance off", 0.6),
    Priced("a red fox --raw --private --priority low", 0.6),
    Priced("ein roter Fuchs im Schnee --style oil", 0.6),
    # Groups: every job is priced alone
    Priced("a {red, blue} fox", 1.2, jobs=2),
    Priced("a {red|blue|green} fox in {rain, snow}", 3.6, jobs=6),
    Priced("a {red, {pale|dark} blue} fox --size 1024x1024", 3.0, jobs=3),
    Priced("a red fox --repeat 3 --n 2", 3.6, jobs=3),
    Priced("a red fox --size {1024x1024, 512x512}", 1.3, jobs=2),
    Priced("a {red, blue} fox --steps {10, 40} --n {1, 2} --yes", 8.8, jobs=8),
    # Upscales of a picture of 64 × 64
    Priced("", 0.1, factor=2),
    Priced("", 0.1, factor=4),
    Priced("a red fox", 0.1, factor=3),
)
