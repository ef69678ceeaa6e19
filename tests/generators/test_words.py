"""How the words of a prompt become a scene."""

from __future__ import annotations

import pytest

from pinxit.generators.sketch.scene import Depth, Scene, Size, Where
from pinxit.generators.sketch.vocabulary import PLACES, SEASONS, TIMES, WEATHERS
from pinxit.generators.sketch.words import read
from tests.builders import a_request


def scene(prompt: str, **changes: object) -> Scene:
    return read(a_request(prompt=prompt, **changes))


@pytest.mark.parametrize(
    ("prompt", "subject", "count"),
    [
        ("a fox", "fox", 1),
        ("the fox", "fox", 1),
        ("two foxes", "fox", 2),
        ("3 foxes", "fox", 3),
        ("a pair of wolves", "wolf", 2),
        ("a pack of wolves", "wolf", 5),
        ("foxes", "fox", 3),
        ("a hundred foxes and 12 cats", "fox", 3),
        ("some men", "man", 3),
    ],
)
def test_counts_are_read(prompt: str, subject: str, count: int) -> None:
    thing = scene(prompt).things[0]

    assert (thing.subject, thing.count) == (subject, count)


@pytest.mark.parametrize(
    ("prompt", "where"),
    [
        ("a fox on the left", (Where.LEFT,)),
        ("on the right a fox", (Where.RIGHT,)),
        ("a fox on the left and a cat on the right", (Where.LEFT, Where.RIGHT)),
        ("a fox to the left of a cat", (Where.LEFT, Where.RIGHT)),
        ("a fox in the centre of a meadow", (Where.CENTRE,)),
        ("an eagle above the sea", (Where.TOP,)),
        ("a moon over the sea and a fox", (Where.ANYWHERE,)),
    ],
)
def test_places_in_the_picture_go_to_the_right_thing(prompt: str, where: tuple[Where, ...]) -> None:
    assert tuple(thing.where for thing in scene(prompt).things) == where


def test_colours_go_to_the_noun_that_follows() -> None:
    read_scene = scene("a red fox and a blue house in a green meadow under a pink sky")

    fox, house = read_scene.things
    assert fox.colour is not None
    assert house.colour is not None
    assert read_scene.land_colour is not None
    assert read_scene.sky_colour is not None
    assert fox.colour[0] > max(fox.colour[1:])
    assert house.colour[2] > max(house.colour[:2])
    assert read_scene.land_colour[1] > max(read_scene.land_colour[0], read_scene.land_colour[2])
    assert read_scene.palette == ()


def test_a_colour_without_a_noun_tints_the_picture() -> None:
    assert len(scene("a fox, blue and gold").palette) == 2


def test_light_and_dark_before_a_colour_change_the_colour_only() -> None:
    light, plain, dark = (scene(f"a {shade}blue fox") for shade in ("light ", "", "dark "))

    assert light.things[0].colour > plain.things[0].colour > dark.things[0].colour  # type: ignore[operator]  # all have one
    assert light.brightness == plain.brightness == dark.brightness == 0
    assert scene("a dark forest").brightness < 0


def test_size_and_depth_are_read() -> None:
    thing = scene("a tiny fox in the distance").things[0]

    assert (thing.size, thing.depth) == (Size.SMALL, Depth.FAR)
    assert scene("in the foreground a huge fox").things[0].depth is Depth.FRONT


@pytest.mark.parametrize(
    ("field", "names"), [("time", TIMES), ("weather", WEATHERS), ("season", SEASONS), ("places", PLACES)]
)
def test_every_name_of_the_vocabulary_is_understood(field: str, names: dict[str, str]) -> None:
    for name, words in names.items():
        for word in words.split():
            read_scene = scene(f"something {word.replace('-', ' ')}")
            value = getattr(read_scene, field)
            assert name in (value if isinstance(value, tuple) else (value,)), word


def test_no_takes_away() -> None:
    read_scene = scene("a meadow with no fox and without clouds")

    assert read_scene.things == ()
    assert {"fox", "clouds"} <= read_scene.without


def test_unknown_words_are_told_once_and_filler_never() -> None:
    assert scene("a gribbly fox, gribbly, very beautiful, 4k, masterpiece").undrawn == ("gribbly",)


def test_stars_and_northern_lights_need_a_night() -> None:
    assert scene("northern lights").time == "night"
    assert scene("northern lights at dusk").time == "dusk"


@pytest.mark.parametrize("prompt", ["a fox, woodblock print", "a fox, oil painting", "a print of a fox on canvas"])
def test_words_that_belong_to_a_style_are_not_told_as_undrawn(prompt: str) -> None:
    assert scene(prompt).undrawn == ()
