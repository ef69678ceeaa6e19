"""Changing one word of a prompt changes the picture in the matching way, as read from its pixels alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from PIL import Image

from pinxit.domain.generator import Made, Task
from pinxit.domain.ids import JobId
from pinxit.generators.sketch import Sketch
from tests.builders import a_request
from tests.contracts.test_generators import Notes
from tests.fakes import FakeClock
from tests.generators import pixels as read

Pixels: TypeAlias = np.ndarray
Pair: TypeAlias = tuple[str, str, Callable[[Pixels, Pixels], bool]]

PASSING = 0.95
ANIMALS = ["fox", "cat", "dog", "horse", "bear", "rabbit", "bird", "dragon", "elephant", "owl"]
OPPOSITE_HUES = (("red", "blue"), ("green", "purple"), ("yellow", "blue"))
LANDS = (
    "a meadow",
    "the sea",
    "mountains",
    "a desert",
    "a forest",
    "a beach",
    "a lake",
    "a city",
    "a street",
    "a garden",
)


def colours() -> list[Pair]:
    """A red fox, a blue fox: the picture has more of the one colour and less of the other."""

    def swapped(hue: str, other: str) -> Callable[[Pixels, Pixels], bool]:
        return lambda one, two: (
            read.share(read.ground(one), hue) > read.share(read.ground(two), hue) + 0.01
            and read.share(read.ground(two), other) > read.share(read.ground(one), other) + 0.01
        )

    return [
        (f"a {hue} {animal} in snow", f"a {other} {animal} in snow", swapped(hue, other))
        for animal in (*ANIMALS[:6], *ANIMALS[7:])
        for hue, other in OPPOSITE_HUES
    ]


def times() -> list[Pair]:
    """Night is dark, dusk darker than day, and a sunset warm."""
    return [
        *(
            (f"{land} by day", f"{land} at night", lambda one, two: read.brightness(two) < 0.7 * read.brightness(one))
            for land in LANDS
        ),
        *(
            (f"{land} by day", f"{land} at sunset", lambda one, two: read.warmth(two) > read.warmth(one) + 0.05)
            for land in LANDS
        ),
        *(
            (f"{land} by day", f"{land} at dusk", lambda one, two: read.brightness(two) < read.brightness(one) - 0.05)
            for land in LANDS[:5]
        ),
    ]


def counts() -> list[Pair]:
    """One, and several: so many separate blots."""

    def grown(many: int) -> Callable[[Pixels, Pixels], bool]:
        return lambda one, two: read.count(one, "red") < read.count(two, "red") >= many - 1

    herds = (("fox", "foxes"), ("bear", "bears"), ("rabbit", "rabbits"), ("elephant", "elephants"), ("bird", "birds"))
    return [
        (f"one red {animal} in snow", f"{word} red {plural} in snow", grown(many))
        for animal, plural in herds
        for word, many in (("two", 2), ("three", 3), ("four", 4))
    ]


def sides() -> list[Pair]:
    """On the left, on the right."""

    def moved(one: Pixels, two: Pixels) -> bool:
        return read.across(one, "red") < 0.42 and read.across(two, "red") > 0.58

    return [
        (f"a red {animal} on the left in snow", f"a red {animal} on the right in snow", moved)
        for animal in (*ANIMALS, "robot", "knight")
    ]


def places() -> list[Pair]:
    """Sea is blue, sand is warm, snow is white, meadows are green; and the horizon lies where it belongs."""

    def warmer(one: Pixels, two: Pixels) -> bool:
        return read.warmth(read.lower(two)) > read.warmth(read.lower(one)) + 0.1

    def greener(one: Pixels, two: Pixels) -> bool:
        return read.share(read.lower(two), "green") > read.share(read.lower(one), "green") + 0.15

    def whiter(one: Pixels, two: Pixels) -> bool:
        return read.whiteness(read.lower(two)) > read.whiteness(read.lower(one)) + 0.15

    def lower_horizon(one: Pixels, two: Pixels) -> bool:
        return read.horizon(two) > read.horizon(one) + 0.04

    def darker(one: Pixels, two: Pixels) -> bool:
        return read.brightness(two) < read.brightness(one) - 0.15

    return [
        ("the sea", "the desert", warmer),
        ("the lake", "the desert", warmer),
        ("a snowy plain", "a sandy desert", warmer),
        ("a meadow", "a wheat field", warmer),
        ("the sea", "a beach", warmer),
        ("the sea", "a meadow", greener),
        ("a desert", "a meadow", greener),
        ("a beach", "a garden", greener),
        ("a city", "a meadow", greener),
        ("a meadow in summer", "a meadow in winter", whiter),
        ("a forest in summer", "a forest in winter", whiter),
        ("mountains in summer", "mountains in winter", whiter),
        ("a garden", "the arctic", whiter),
        ("the sea", "a kitchen", lower_horizon),
        ("the sea", "a room", lower_horizon),
        ("the sea by day", "a bedroom", lower_horizon),
        ("the sea at sunset", "a kitchen in the evening", lower_horizon),
        ("the ocean at dusk", "a library at dusk", lower_horizon),
        ("the sea at dawn", "a library", lower_horizon),
        ("the stormy sea", "a museum", lower_horizon),
        ("a meadow in the rain", "an office", lower_horizon),
        ("the sea in winter", "a beach in winter", lower_horizon),
        ("a meadow", "space", darker),
        ("a meadow", "a cave", darker),
        ("a beach", "underwater", lambda one, two: read.warmth(two) < read.warmth(one) - 0.1),
        ("a forest in summer", "a forest in autumn", lambda one, two: read.warmth(two) > read.warmth(one) + 0.05),
    ]


def weathers() -> list[Pair]:
    """Storms are dark, fog is pale, skies and lands take the colour that they are given."""
    return [
        ("a sunny meadow", "a stormy meadow", lambda one, two: read.brightness(two) < read.brightness(one) - 0.05),
        ("the sunny sea", "the stormy sea", lambda one, two: read.brightness(two) < read.brightness(one) - 0.05),
        ("a clear forest", "a foggy forest", lambda one, two: read.colourfulness(two) < read.colourfulness(one) - 0.05),
        (
            "clear mountains",
            "foggy mountains",
            lambda one, two: read.colourfulness(two) < read.colourfulness(one) - 0.05,
        ),
        ("a bright beach", "a dark beach", lambda one, two: read.brightness(two) < read.brightness(one) - 0.1),
        ("a bright forest", "a gloomy forest", lambda one, two: read.brightness(two) < read.brightness(one) - 0.1),
        (
            "a beach under a blue sky",
            "a beach under a pink sky",
            lambda one, two: read.share(two, "pink") > read.share(one, "pink") + 0.1,
        ),
        (
            "mountains under a blue sky",
            "mountains under a green sky",
            lambda one, two: read.share(two, "green") > read.share(one, "green") + 0.05,
        ),
        (
            "a green meadow",
            "a purple meadow",
            lambda one, two: read.share(two, "purple") > read.share(one, "purple") + 0.15,
        ),
        ("a yellow desert", "a red desert", lambda one, two: read.share(two, "red") > read.share(one, "red") + 0.1),
    ]


def sizes() -> list[Pair]:
    """Small and huge, near and far."""

    def larger(one: Pixels, two: Pixels) -> bool:
        return read.share(two, "red") > 1.5 * read.share(one, "red")

    return [
        *((f"a tiny red {animal} in snow", f"a huge red {animal} in snow", larger) for animal in ANIMALS[:6]),
        *(
            (f"a red {animal} in the distance in snow", f"a red {animal} in the foreground in snow", larger)
            for animal in ANIMALS[:4]
        ),
    ]


PAIRS: list[Pair] = [*colours(), *times(), *counts(), *sides(), *places(), *weathers(), *sizes()]


async def painted() -> dict[str, Pixels]:
    """Return every prompt's picture, each painted once."""
    prompts = sorted({prompt for one, two, _ in PAIRS for prompt in (one, two)})
    generator, pictures = Sketch("sketch", {}, FakeClock()), {}
    for number, prompt in enumerate(prompts):
        # Each two prompts of a pair have a seed of their own, as with two people who ask for them.
        request = a_request(
            prompt=prompt, width_px=read.SIDE_PX, height_px=read.SIDE_PX, seed=number, steps=20, guidance_scale=7.0
        )
        async for made in generator.generate([Task(JobId("job"), request, (0,))], Notes()):
            assert isinstance(made, Made)
            pictures[prompt] = read.pixels(Image.open(io.BytesIO(made.data)))
    return pictures


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 100


async def test_one_other_word_moves_the_matching_measure() -> None:
    shown = await painted()

    still = [f"{one} → {two}" for one, two, has_moved in PAIRS if not has_moved(shown[one], shown[two])]

    assert len(still) <= (1 - PASSING) * len(PAIRS), f"{len(still)} of {len(PAIRS)}: {still}"
