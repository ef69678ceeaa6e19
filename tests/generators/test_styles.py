from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from pinxit.generators.sketch.styles import STYLES, apply
from pinxit.generators.sketch.styles_bands import run

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (192, 144)
ALL = sorted(STYLES)


def a_picture(size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a sky over green land with a red disc on it and a little noise, as a photograph has."""
    width, height = size
    y = np.arange(height)[:, None, None] / height
    sky, land = np.array([90, 150, 220]), np.array([50, 110, 60])
    pixels = np.where(y < 0.6, sky + (y * 120), land * (1.4 - y)) + np.zeros((height, width, 3))
    noise = np.random.Generator(np.random.PCG64(1)).integers(-6, 7, (height, width, 1))
    picture = Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))
    box = (width * 0.3, height * 0.35, width * 0.6, height * 0.8)
    ImageDraw.Draw(picture).ellipse(box, "#d02818")
    return picture


PICTURE = a_picture()


def styled(style: str, picture: Image.Image = PICTURE, *, seed_text: str = "7", strength: float = 1.0) -> Image.Image:
    return run(apply(style, picture, seed_text=seed_text, strength=strength))


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pictures, 0 … 255."""
    return float(np.mean(ImageStat.Stat(ImageChops.difference(one, other)).mean))


def colours(picture: Image.Image) -> int:
    return len(picture.getcolors(picture.width * picture.height) or [])


def saturation(picture: Image.Image) -> float:
    return ImageStat.Stat(picture.convert("HSV")).mean[1]


def evenness(picture: Image.Image) -> float:
    """Return the share of the pixels that have one of its 18 commonest tones, grain apart."""
    counts = sorted(picture.filter(ImageFilter.MedianFilter(5)).convert("L").histogram())
    return sum(counts[-18:]) / sum(counts)


def magenta(picture: Image.Image) -> float:
    red, green, blue = (np.asarray(band).astype(int) for band in picture.split())
    return float(((red > green + 20) & (blue > green + 20)).mean())


def tones(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("L")).astype(float)


@pytest.fixture(scope="module")
def gallery() -> dict[str, Image.Image]:
    return {style: styled(style) for style in ALL}


def test_there_are_many_styles_and_every_word_means_one_of_them() -> None:
    words = [word for style in STYLES.values() for word in style.words]

    assert len(STYLES) >= 18
    assert sorted(words) == sorted(set(words))
    assert all(style.name in style.words and name == style.name for name, style in STYLES.items())
    assert all(word == word.casefold() for word in words)


@pytest.mark.parametrize("style", ALL)
def test_a_style_keeps_the_size_and_changes_the_picture(style: str, gallery: dict[str, Image.Image]) -> None:
    made = gallery[style]

    assert (made.size, made.mode) == (SIZE, "RGB")
    assert apart(made, PICTURE) > 4


@pytest.mark.parametrize("style", ALL)
def test_equal_seeds_give_equal_bytes_and_the_picture_given_is_left_alone(
    style: str, gallery: dict[str, Image.Image]
) -> None:
    before = PICTURE.tobytes()

    assert styled(style).tobytes() == gallery[style].tobytes()
    assert PICTURE.tobytes() == before


def test_no_two_styles_look_alike(gallery: dict[str, Image.Image]) -> None:
    near = [(a, b) for a in ALL for b in ALL if a < b and apart(gallery[a], gallery[b]) < 3]

    assert near == []


@pytest.mark.parametrize("style", ["watercolour", "oil", "ink", "pencil", "low poly", "stained glass"])
def test_another_seed_sets_other_strokes(style: str, gallery: dict[str, Image.Image]) -> None:
    assert apart(styled(style, seed_text="8"), gallery[style]) > 0.5


@pytest.mark.parametrize("style", ["oil", "noir", "poster", "vapourwave"])
def test_strength_blends_from_the_picture_to_the_style(style: str, gallery: dict[str, Image.Image]) -> None:
    moved = [apart(styled(style, strength=share), PICTURE) for share in (0.25, 0.5, 0.75)]

    assert styled(style, strength=0).tobytes() == PICTURE.tobytes()
    assert 0 < moved[0] < moved[1] < moved[2] < apart(gallery[style], PICTURE)


@pytest.mark.parametrize("style", ALL)
@pytest.mark.parametrize("size", [(64, 64), (1, 1), (97, 3), (5, 130), (300, 65)])
def test_every_style_takes_pictures_of_any_shape(style: str, size: tuple[int, int]) -> None:
    made = styled(style, PICTURE.resize(size))

    assert (made.size, made.mode) == (size, "RGB")


@pytest.mark.parametrize("style", ALL)
def test_every_style_takes_pictures_of_one_colour(style: str) -> None:
    for colour in ("black", "white", "#7f7f7f"):
        assert styled(style, Image.new("RGB", (80, 60), colour)).size == (80, 60)


LOOKS: dict[str, Callable[[Image.Image], bool]] = {
    "pixel art": lambda made: colours(made) <= 20,
    "poster": lambda made: evenness(made) > 0.5,
    "noir": lambda made: saturation(made) == 0 and tones(made).std() > 60,
    "line art": lambda made: bool(saturation(made) == 0 and np.median(tones(made)) == 255 and tones(made).min() < 60),
    "sepia": lambda made: (np.asarray(made)[..., 0] >= np.asarray(made)[..., 2]).mean() > 0.98,
    "blueprint": lambda made: bool((np.asarray(made)[..., 2] >= np.asarray(made)[..., 0]).all()),
    "pencil": lambda made: saturation(made) < 25 and tones(made).mean() > 120,
    "ink": lambda made: saturation(made) < 60,
    "chalk": lambda made: np.median(tones(made)) < 110,
    "neon": lambda made: np.median(tones(made)) < 60 and tones(made).max() > 180,
    "vapourwave": lambda made: magenta(made) > 0.15,
    "watercolour": lambda made: tones(made)[0].mean() > 225 and tones(made)[:, 0].mean() > 225,
    "cinematic": lambda made: tones(made)[0].max() == 0 and tones(made)[-1].max() == 0,
}


@pytest.mark.parametrize("style", sorted(LOOKS))
def test_a_style_shows_in_the_pixels(style: str, gallery: dict[str, Image.Image]) -> None:
    assert LOOKS[style](gallery[style])
    assert not LOOKS[style](PICTURE)


def test_a_thing_as_bright_as_what_is_behind_it_has_an_outline() -> None:
    flat = Image.new("RGB", (200, 200), (60, 120, 60))
    ImageDraw.Draw(flat).ellipse((60, 60, 140, 140), (100, 30, 120))  # Both are 79 through the red filter.

    drawn = tones(styled("line art", flat))

    assert drawn[100, 40:80].min() < 100
    assert drawn[100, 95:105].min() == 255


def test_a_style_hears_often_that_it_may_go_on() -> None:
    work = apply("oil", a_picture((1024, 1024)), seed_text="7", strength=0.5)

    assert sum(1 for _ in work) > 40


def test_these_pixels_are_the_same_on_every_machine(gallery: dict[str, Image.Image]) -> None:
    digests = {style: hashlib.sha256(gallery[style].tobytes()).hexdigest()[:12] for style in PINNED}

    assert digests == PINNED


PINNED: dict[str, str] = {
    "oil": "ae30c7671dae",
    "pixel art": "bf1fbe8aa784",
    "stained glass": "aea3e7498796",
    "ink": "8451ad92e6c0",
}
