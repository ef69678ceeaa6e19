"""The sketch as a generator: what it paints again alike, tells, hears and leaves out."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import io

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageStat

from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import Failed, Made, Origin, Task
from pinxit.domain.ids import JobId, SourceId
from pinxit.domain.request import Mode, Role, Source
from pinxit.generators.sketch import VERSION, Sketch
from tests.builders import a_png, a_request
from tests.contracts.test_generators import Notes
from tests.fakes import FakeClock
from tests.generators import pixels as read
from tests.generators.http_room import HurriedClock

SOURCE = Source(SourceId("source"), Role.IMAGE)
# SHA-256 of the pixels at 96 × 64 with seed 7, by prompt. Other values mean another VERSION.
KNOWN = {
    "a red fox in snow": "ecac4cdfe3878d11be634b99564f1e352bd7bc39541b5b5c283d9fc6a0471cda",
    "three boats on a lake at sunset, watercolour": "acf1bf3788dd723ab42bed5f512257fe50545f04fcb9ccfe134965e30eef0a1c",
    "a robot in a city street at night in the rain": "d81c4414352211842187775f299d8ae61d2701905c0dd2dce808885a68accdee",
}


async def painted(notes: Notes | None = None, **changes: object) -> Made:
    request = a_request(**{"width_px": 96, "height_px": 64, "steps": 20, "guidance_scale": 7.0, **changes})
    task = Task(JobId("job"), request, (0,))
    items = [item async for item in Sketch("sketch", {}, FakeClock()).generate([task], notes or Notes())]
    assert isinstance(items[0], Made)
    return items[0]


def picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


async def pixels(**changes: object) -> np.ndarray:
    return read.pixels(picture((await painted(None, **changes)).data))


def far_apart(one: np.ndarray, two: np.ndarray) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(((one - two) ** 2).mean()))


async def test_equal_requests_give_equal_bytes_and_other_seeds_others() -> None:
    one, same, other = await painted(), await painted(), await painted(seed=8)

    assert one.data == same.data
    assert one.data != other.data


@pytest.mark.parametrize("prompt", KNOWN)
async def test_the_pixels_of_this_version_are_known(prompt: str) -> None:
    digest = hashlib.sha256(picture((await painted(prompt=prompt, seed=7)).data).tobytes()).hexdigest()

    assert digest == KNOWN[prompt], f"raise VERSION, now {VERSION}, or bring the old pixels back"


async def test_an_image_says_what_made_it_and_which_words_it_could_not_draw() -> None:
    image = await painted(prompt="a quixotic fox with a zeppelinette in a beautiful meadow, masterpiece, 4k 🦊")

    assert image.recipe == {"kind": "sketch", "version": VERSION, "undrawn": ["quixotic", "zeppelinette"]}
    assert image.origin is Origin.ALGORITHMIC


async def test_a_prompt_that_is_drawn_whole_has_no_undrawn_words() -> None:
    image = await painted(prompt="two red foxes on the left of a snowy forest at night")

    assert "undrawn" not in image.recipe


@pytest.mark.parametrize(
    ("prompt", "negative", "hue"),
    [("a red fox in snow", "fox", "red"), ("a red fox in snow", "red", "red"), ("a green meadow", "green", "green")],
)
async def test_what_the_negative_prompt_names_is_left_out(prompt: str, negative: str, hue: str) -> None:
    kept, left = await pixels(prompt=prompt), await pixels(prompt=prompt, negative_prompt=negative)

    assert read.share(kept, hue) > 0.01
    assert read.share(left, hue) < read.share(kept, hue) / 4


async def test_the_negative_prompt_takes_weather_place_and_style_back() -> None:
    plain = await painted(prompt="a fox")

    for prompt, negative in (
        ("a fox in the rain", "rain"),
        ("a fox, watercolour", "watercolour"),
        ("a fox at night", "night"),
        ("a fox in the desert", "desert"),
    ):
        assert picture((await painted(prompt=prompt, negative_prompt=negative)).data) == picture(plain.data)


async def test_without_is_as_good_as_the_negative_prompt() -> None:
    assert (await painted(prompt="a meadow without clouds")).data == (
        await painted(prompt="a meadow", negative_prompt="clouds")
    ).data
    assert (await painted(prompt="a meadow without clouds")).data != (await painted(prompt="a meadow")).data


async def test_more_guidance_draws_words_more_to_the_letter() -> None:
    loose, usual, literal = [
        await pixels(prompt="a red fox in snow", guidance_scale=scale) for scale in (1.0, 7.0, 20.0)
    ]

    assert read.share(loose, "red") < read.share(usual, "red") < read.share(literal, "red")
    assert read.colourfulness(loose) < read.colourfulness(usual) < read.colourfulness(literal)


@pytest.mark.parametrize("prompt", ["mountains by a lake", "a forest at night", "a red fox in a meadow"])
async def test_every_further_step_comes_nearer_to_the_finest_picture(prompt: str) -> None:
    steps = (1, 4, 10, 20, 50, 150)
    *coarse, finest = [await pixels(prompt=prompt, steps=count, width_px=256, height_px=192) for count in steps]

    apart = [far_apart(image, finest) for image in coarse]

    assert apart == sorted(apart, reverse=True)
    assert apart[-1] > 0


@pytest.mark.parametrize("prompt", ["a red fox in snow", "mountains at sunset, oil painting"])
async def test_a_large_picture_shows_three_previews_each_nearer_to_the_final(prompt: str) -> None:
    notes = Notes()

    image = await painted(notes, prompt=prompt, width_px=1024, height_px=1024)

    assert len(notes.fractions) >= 8
    assert len(notes.previews) >= 3
    final = read.pixels(picture(image.data).resize((256, 256)))
    apart = []
    for data in notes.previews:
        with Image.open(io.BytesIO(data)) as preview:
            assert (preview.format, max(preview.size) <= 256) == ("JPEG", True)
            apart.append(far_apart(read.pixels(preview.resize((256, 256))), final))
    assert apart == sorted(apart, reverse=True)
    assert len(set(apart)) == len(apart)


@pytest.mark.parametrize("after", [0, 3])
async def test_a_cancelled_job_ends_at_its_next_slice(after: int) -> None:
    notes, task = Notes(cancel_after=after), Task(JobId("job"), a_request(width_px=768, height_px=512), (0,))

    items = [item async for item in Sketch("sketch", {}, FakeClock()).generate([task], notes)]

    assert items == []
    assert notes.asked == after + 1


class Crowd(Notes):
    """A Watch under which others go first, until they are done."""

    def __init__(self) -> None:
        super().__init__()
        self.resting, self.is_over = asyncio.Event(), asyncio.Event()

    async def rest(self) -> None:
        self.resting.set()
        await self.is_over.wait()


async def test_nothing_is_painted_while_a_crowd_waits_for_answers() -> None:
    crowd = Crowd()
    painting = asyncio.ensure_future(painted(crowd))
    async with asyncio.timeout(10):
        await crowd.resting.wait()
    await asyncio.to_thread(lambda: None)

    assert not painting.done()
    assert not any(crowd.fractions)

    crowd.is_over.set()
    assert (await painting).data == (await painted()).data


async def test_the_pace_stretches_each_image_by_so_many_seconds() -> None:
    clock = HurriedClock()
    generator = Sketch("sketch", {"pace_s": 4}, clock)

    items = [item async for item in generator.generate([Task(JobId("job"), a_request(), (0, 1))], Notes())]

    assert len(items) == 2
    assert sum(clock.pauses_s) == pytest.approx(2 * 4)
    assert max(clock.pauses_s) <= 0.04  # So soon a cancel is heard.
    assert generator.quote(a_request()).seconds > 4


async def items_from_source(strength: float, data: bytes) -> list[Made | Failed]:
    request = a_request(mode=Mode.IMG2IMG, sources=(SOURCE,), strength=strength, width_px=96, height_px=64)
    task = Task(JobId("job"), request, (0, 1), {SOURCE.id: data})
    healthy = Task(JobId("other"), a_request(), (0,))
    return [item async for item in Sketch("sketch", {}, FakeClock()).generate([task, healthy], Notes())]


@pytest.mark.parametrize(("strength", "least", "most"), [(0.0, 0.0, 0.5), (0.5, 1.0, 140.0), (1.0, 1.0, 255.0)])
async def test_strength_says_how_much_of_the_source_is_painted_over(strength: float, least: float, most: float) -> None:
    wanted = picture(a_png(0xFF)).resize((96, 64))

    image = (await items_from_source(strength, a_png(0xFF)))[0]

    assert isinstance(image, Made)
    difference = max(ImageStat.Stat(ImageChops.difference(picture(image.data), wanted)).mean)
    assert least <= difference <= most


@pytest.mark.parametrize("data", [b"", b"not a picture", a_png()[:60]])
async def test_a_broken_source_fails_its_own_job_only(data: bytes) -> None:
    failed, other = await items_from_source(0.5, data)

    assert isinstance(failed, Failed)
    assert isinstance(failed.error, Refused)
    assert failed.error.code is Code.SOURCE_INVALID
    assert other.job == "other"


@pytest.mark.parametrize("size", [(64, 64), (64, 640), (640, 64), (97, 131)])
async def test_any_size_is_painted_whole(size: tuple[int, int]) -> None:
    image = await painted(prompt="three boats on a lake", width_px=size[0], height_px=size[1])

    drawn = picture(image.data)
    assert drawn.size == size
    assert all(np.ptp(np.asarray(band)) > 0 for band in drawn.split())


async def test_guessing_the_words_never_fails() -> None:
    for prompt in (
        "",
        "🦊",
        "S",
        "red",
        "red sea",
        "s ss sss",
        "x" * 2000,
        "a\nb\tc",
        "left left of of",
        "12 no no not",
    ):
        assert (await painted(prompt=prompt)).data


def test_two_jobs_of_any_kind_share_a_batch() -> None:
    generator, request = Sketch("sketch", {}, FakeClock()), a_request()

    assert generator.batch_key(request) == generator.batch_key(dataclasses.replace(request, prompt="x", width_px=128))
