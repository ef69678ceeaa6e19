"""German prompts are read as English ones are."""

from __future__ import annotations

import pytest

from pinxit.generators.sketch.german import german_of_all
from pinxit.generators.sketch.lexicon import lexicon_of_all, phrases
from pinxit.generators.sketch.scene import Scene, Where
from pinxit.generators.sketch.words import read
from pinxit.wording import Ui, ui
from tests.builders import a_request
from tests.generators import pixels
from tests.generators.test_sketch import pixels as painted


def scene(prompt: str) -> Scene:
    return read(a_request(prompt=prompt))


def test_a_whole_german_prompt_is_read() -> None:
    seen = scene("ein roter Fuchs im Schnee bei Nacht, Aquarell, links drei Boote auf dem Meer")

    fox, boats = seen.things
    assert (fox.subject, fox.count, boats.subject, boats.count, boats.where) == ("fox", 1, "sailboat", 3, Where.LEFT)
    assert fox.colour is not None
    assert fox.colour[0] > max(fox.colour[1:])
    assert (seen.time, seen.season, seen.places, seen.style) == ("night", "winter", ("sea",), "watercolour")
    assert seen.undrawn == ()


@pytest.mark.parametrize(
    ("german", "english"),
    [
        ("zwei kleine blaue Vögel über dem Winterwald", "two small blue birds over the winter forest"),
        ("ein Leuchtturm rechts an der stürmischen Küste", "a lighthouse on the right, at the stormy coast"),
        ("eine dunkelrote Blume in einem grünen Garten", "a dark red flower in a green garden"),
        ("drei Füchse und eine Katze im Herbst", "three foxes and a cat in autumn"),
        ("ein Rudel von riesigen Füchsen in der Wüste", "a group of huge foxes in the desert"),
        ("ein Schloss am See ohne Wolken bei Sonnenuntergang", "a castle at the lake without clouds at sunset"),
        ("ein Ritter im Vordergrund, im Hintergrund Berge", "a knight in the foreground, in the background mountains"),
        ("eine Strasse bei Regen, Ölgemälde", "a street in the rain, oil painting"),
        ("SCHÖNE WEISSE ROSEN", "beautiful white roses"),
        ("ein weißes Pferd auf der Straße", "a white horse on the street"),
        ("ein schoener gruener Loewe in der Wueste", "a beautiful green lion in the desert"),
        ("ein Fisch unter Wasser", "a fish under water"),
    ],
)
def test_german_says_the_same_as_english(german: str, english: str) -> None:
    assert scene(german) == scene(english)


@pytest.mark.parametrize(
    "prompt", ["a kind man with a hat", "see the red rose", "hot gold sand", "a fox by a house in the wald"]
)
def test_english_stays_english(prompt: str) -> None:
    lexicon = lexicon_of_all()

    assert " ".join(word for word, _ in phrases(prompt, lexicon)) == prompt


def test_words_of_both_languages_are_taken_as_the_rest_of_the_text() -> None:
    assert scene("ein Haus am See").places == ("lake",)
    assert scene("I see a house").places == ()


def test_every_german_word_stands_for_a_known_english_one() -> None:
    lexicon = lexicon_of_all()

    unknown = [word for word in set(german_of_all().values()) if not all(found for _, found in phrases(word, lexicon))]

    assert unknown == []


def test_german_words_that_nobody_knows_are_told() -> None:
    assert scene("ein grünes Schnabeltier im Wald").undrawn == ("schnabeltier",)


@pytest.mark.parametrize("example", [Ui.EXAMPLE_1, Ui.EXAMPLE_2, Ui.EXAMPLE_3])
def test_the_german_examples_are_drawn_whole(example: Ui) -> None:
    seen = scene(ui("de")[example].partition(" --")[0])

    assert seen.undrawn == ()
    assert seen.style
    assert seen.things or seen.places


async def test_a_german_colour_and_side_are_seen_in_the_pixels() -> None:
    left = await painted(prompt="ein roter Fuchs links im Schnee", width_px=128, height_px=128)
    right = await painted(prompt="ein roter Fuchs rechts im Schnee", width_px=128, height_px=128)
    blue = await painted(prompt="ein blauer Fuchs links im Schnee", width_px=128, height_px=128)

    assert pixels.across(left, "red") < 0.42
    assert pixels.across(right, "red") > 0.58
    assert pixels.share(left, "red") > pixels.share(blue, "red") + 0.01


async def test_a_german_night_is_dark() -> None:
    day, night = await painted(prompt="eine Wiese bei Tag"), await painted(prompt="eine Wiese bei Nacht")

    assert pixels.brightness(night) < 0.7 * pixels.brightness(day)
