from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from pinxit.generators.sketch.silhouettes_language import Finish, read
from pinxit.generators.sketch.silhouettes_pose import aspect, cut_out
from pinxit.generators.sketch.subjects import SUBJECTS, Colour, Light, Subject, render

ALL = [pytest.param(subject, id=name) for name, subject in SUBJECTS.items()]
SHINING = [
    pytest.param(subject, id=name)
    for name, subject in SUBJECTS.items()
    if any(part.role == "glass" for part in read(subject.drawing))
]
RED, GREEN, BLUE = (0.85, 0.1, 0.1), (0.1, 0.7, 0.15), (0.1, 0.2, 0.85)


def light(direction: float = 0.6, *, night: bool = False, bright: float = 1.0) -> Light:
    return Light(direction, (bright, bright, bright), (bright / 2, bright / 2, bright / 2), night)


def drawn(
    subject: Subject,
    size_px: int = 72,
    *,
    colour: Colour | None = None,
    shine: Light | None = None,
    seed: int = 1,
    flip: bool = False,
) -> Image.Image:
    luck = np.random.Generator(np.random.PCG64(seed))
    return render(subject, size_px, colour=colour, light=shine or light(), luck=luck, flip=flip)


def pixels(image: Image.Image) -> np.ndarray:
    """Return the colours that are surely the subject's, (pixels, 3)."""
    array = np.asarray(image, float)
    return np.asarray(array[array[..., 3] > 200][:, :3])


def test_there_are_enough_subjects_to_choose_from() -> None:
    assert len(SUBJECTS) >= 80


def test_no_word_means_two_subjects_and_all_are_said_in_lower_case() -> None:
    words = [word for subject in SUBJECTS.values() for word in subject.words]

    assert sorted(words) == sorted(set(words))
    assert all(word == word.casefold() and word.isalpha() for word in words)
    assert all(name == subject.name == subject.words[0] for name, subject in SUBJECTS.items())


@pytest.mark.parametrize("subject", ALL)
@pytest.mark.parametrize("size_px", [24, 90])
def test_every_subject_fills_its_box_and_stays_inside(subject: Subject, size_px: int) -> None:
    image = drawn(subject, size_px)

    alpha = np.asarray(image.getchannel("A"))
    assert image.mode == "RGBA"
    assert image.size == (max(round(size_px * subject.aspect), 1), size_px)
    assert (alpha > 128).mean() > 0.06
    assert max(alpha[0].max(), alpha[:, 0].max(), alpha[:, -1].max()) < 160
    left, top, right, bottom = Image.fromarray((alpha > 60).astype(np.uint8)).getbbox() or (0, 0, 0, 0)
    assert right - left > 0.8 * image.width - 2 or bottom - top > 0.8 * image.height - 2
    assert bottom >= image.height - 2 - size_px * 0.02


@pytest.mark.parametrize("subject", ALL)
def test_the_declared_aspect_is_the_drawings(subject: Subject) -> None:
    assert aspect(subject.drawing) == pytest.approx(subject.aspect, rel=0.02)


@pytest.mark.parametrize("subject", ALL)
def test_another_luck_gives_another_outline(subject: Subject) -> None:
    one, other = (
        np.concatenate(
            [line for cut in cut_out(subject.drawing, (100, 100), luck) for _, lines in cut.pieces for line in lines]
        )
        for luck in map(np.random.default_rng, (1, 2))
    )

    assert abs(one - other).max() > 1


@pytest.mark.parametrize("subject", ALL)
def test_the_asked_colour_is_what_one_sees(subject: Subject) -> None:
    means = {colour: pixels(drawn(subject, 40, colour=colour)).mean(axis=0) for colour in (RED, GREEN, BLUE)}

    for one, other in combinations(means, 2):
        for channel in (int(np.argmax(one)), int(np.argmax(other))):
            asked = one[channel] - other[channel]
            assert (means[one][channel] - means[other][channel]) / asked > 20


@pytest.mark.parametrize("subject", SHINING)
def test_windows_shine_at_night(subject: Subject) -> None:
    dark, lit = (pixels(drawn(subject, 96, shine=light(night=night, bright=0.3))) for night in (False, True))

    assert (lit.sum(axis=1) > 560).mean() > (dark.sum(axis=1) > 560).mean() + 0.001


@pytest.mark.parametrize("subject", ALL)
def test_equal_luck_gives_equal_bytes_and_a_flip_mirrors_them(subject: Subject) -> None:
    mirrored = drawn(subject, 32, shine=light(0.0)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)

    assert drawn(subject, 32, shine=light(0.0), flip=True).tobytes() == mirrored.tobytes()


def test_three_foxes_are_no_copies() -> None:
    foxes = [np.asarray(drawn(SUBJECTS["fox"], 120, seed=seed).getchannel("A"), int) for seed in range(3)]

    for one, other in combinations(foxes, 2):
        assert 0.01 < (abs(one - other) > 100).mean() < 0.3


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("name", ["apple", "heart", "snowman", "igloo", "pumpkin"])
def test_the_light_stays_where_it_is_whichever_way_a_subject_looks(name: str, *, flip: bool) -> None:
    from_left, from_right = (
        np.asarray(drawn(SUBJECTS[name], 96, shine=light(side), flip=flip).convert("RGB"), float)
        for side in (-1.0, 1.0)
    )

    brighter = (from_right - from_left).sum(axis=2)
    middle = brighter.shape[1] // 2
    assert brighter[:, middle:].sum() > 0 > brighter[:, :middle].sum()


@pytest.mark.parametrize("subject", ALL)
def test_a_drawing_says_only_what_the_language_knows(subject: Subject) -> None:
    parts = read(subject.drawing)

    assert not parts[0].clipped
    assert any(part.role in {"body", "lit"} for part in parts)
    assert all(part.finish in Finish and part.pieces and not part.pieces[0].cuts for part in parts)


def test_a_very_large_subject_has_its_size_and_looks_like_the_smaller_one() -> None:
    large, small = (drawn(SUBJECTS["lighthouse"], size_px) for size_px in (1400, 700))

    assert large.size == (round(1400 * SUBJECTS["lighthouse"].aspect), 1400)
    away = np.asarray(large.resize(small.size, Image.Resampling.BOX), float) - np.asarray(small, float)
    assert np.sqrt((away * away).mean()) < 25


def test_an_unknown_letter_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="x is no piece; write one of o, c, m"):
        read("body x 0,0 1,1")


def test_a_line_that_starts_with_a_number_or_a_sign_goes_on_with_the_part_before() -> None:
    split = read("body c 0,0 4,0\n-4,4! 0,6\n+ o 0,0 1,1\n- r 0,0 1,1")

    assert split == read("body c 0,0 4,0 -4,4! 0,6 + o 0,0 1,1 - r 0,0 1,1")
