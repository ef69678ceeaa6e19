from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import io
import time
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import Failed, Made, Task
from pinxit.domain.ids import JobId, SourceId
from pinxit.domain.request import Mode, Role, Source
from pinxit.generators.sketch import BANDS, Sketch
from tests.builders import a_png, a_request
from tests.contracts.test_generators import Notes
from tests.fakes import FakeClock

SOURCE = Source(SourceId("source"), Role.IMAGE)
# SHA-256 of the pixels of "a red fox in snow" at 96 × 64 with seed 7. Another value means another VERSION.
FOX_V1 = "a6b6188d567f4891938c88cb646473d6709a356da5f366caed6a731ce4fb9945"


async def painted(**changes: object) -> Made:
    request = a_request(**{"width_px": 96, "height_px": 64, "steps": 20, "guidance_scale": 7.0, **changes})
    task = Task(JobId("job"), request, (0,))
    items = [item async for item in Sketch("sketch", {}, FakeClock()).generate([task], Notes())]
    assert isinstance(items[0], Made)
    return items[0]


def pixels(image: Made) -> Image.Image:
    return Image.open(io.BytesIO(image.data)).convert("RGB")


def brightness(image: Made, box: tuple[int, int, int, int] = (0, 0, 96, 64)) -> float:
    return float(ImageStat.Stat(pixels(image).crop(box).convert("L")).mean[0])


def reddest(image: Made) -> int:
    red, green, _ = pixels(image).split()
    extremes: Any = ImageChops.subtract(red, green).getextrema()  # Pillow types one band like many.
    return int(extremes[1])


async def test_equal_requests_give_equal_bytes_and_other_seeds_others() -> None:
    one, same, other = await painted(), await painted(), await painted(seed=8)

    assert one.data == same.data
    assert one.data != other.data


async def test_the_pixels_of_this_version_are_known() -> None:
    digest = hashlib.sha256(pixels(await painted()).tobytes()).hexdigest()

    assert digest == FOX_V1


async def test_a_red_fox_in_snow_is_red_in_white() -> None:
    fox, empty = await painted(prompt="a red fox in snow"), await painted(prompt="snow")

    assert reddest(fox) > 100
    assert reddest(empty) < 40
    assert brightness(empty, (0, 56, 96, 64)) > 190


async def test_words_decide_the_light_and_the_land() -> None:
    day, night = await painted(prompt="a meadow"), await painted(prompt="a meadow at night")
    sea = await painted(prompt="the sea")

    assert brightness(night) < brightness(day) / 2
    red, green, blue = ImageStat.Stat(pixels(sea).crop((0, 56, 96, 64))).mean
    assert blue > green > red


async def test_what_the_negative_prompt_names_is_left_out() -> None:
    without = await painted(negative_prompt="red, fox")

    assert reddest(without) < 40


async def test_a_colour_before_the_land_is_not_the_shapes() -> None:
    image = await painted(prompt="a green meadow with a red ball")

    assert reddest(image) > 100


@pytest.mark.parametrize(("strength", "most"), [(0.0, 0.5), (0.5, 140.0), (1.0, 255.0)])
async def test_strength_says_how_much_of_the_source_is_painted_over(strength: float, most: float) -> None:
    wanted = Image.open(io.BytesIO(a_png(0xFF))).convert("RGB").resize((96, 64))

    image = await from_source(strength)

    difference = max(ImageStat.Stat(ImageChops.difference(pixels(image), wanted)).mean)
    assert difference <= most
    assert (difference < 0.5) == (strength == 0.0)


async def from_source(strength: float, data: bytes | None = None) -> Made:
    items = await items_from_source(strength, data or a_png(0xFF))
    assert isinstance(items[0], Made)
    return items[0]


async def items_from_source(strength: float, data: bytes) -> list[Made | Failed]:
    request = a_request(
        mode=Mode.IMG2IMG, sources=(SOURCE,), strength=strength, width_px=96, height_px=64, guidance_scale=7.0
    )
    task = Task(JobId("job"), request, (0, 1), {SOURCE.id: data})
    healthy = Task(JobId("other"), a_request(), (0,))
    return [item async for item in Sketch("sketch", {}, FakeClock()).generate([task, healthy], Notes())]


@pytest.mark.parametrize("data", [b"", b"not a picture", a_png()[:60]])
async def test_a_broken_source_fails_its_own_job_only(data: bytes) -> None:
    failed, other = await items_from_source(0.5, data)

    assert isinstance(failed, Failed)
    assert isinstance(failed.error, Refused)
    assert failed.error.code is Code.SOURCE_INVALID
    assert other.job == "other"


async def test_the_file_carries_its_parameters_as_other_programs_read_them() -> None:
    image = await painted(prompt="ein Fuchs 🦊", negative_prompt="Text", seed=5)

    with Image.open(io.BytesIO(image.data)) as file:
        assert file.info["parameters"] == (
            "ein Fuchs 🦊\nNegative prompt: Text\nSteps: 20, Sampler: none, CFG scale: 7, Seed: 5, Size: 96x64, "
            "Model: , Version: pinxit sketch 1"
        )
    assert image.recipe == {"kind": "sketch", "version": 1}


async def test_a_large_image_shows_small_previews_on_the_way() -> None:
    notes, request = Notes(), a_request(width_px=512, height_px=300)

    async for _ in Sketch("sketch", {}, FakeClock()).generate([Task(JobId("job"), request, (0,))], notes):
        pass

    assert len(notes.fractions) >= 8
    assert len(notes.previews) == 2
    for preview in notes.previews:
        with Image.open(io.BytesIO(preview)) as picture:
            assert (picture.format, max(picture.size)) == ("JPEG", 256)


async def test_a_job_cancelled_in_the_middle_ends_at_the_next_band() -> None:
    notes = Notes(cancel_after=3)

    items = [
        item async for item in Sketch("s", {}, FakeClock()).generate([Task(JobId("job"), a_request(), (0,))], notes)
    ]

    assert items == []
    assert len(notes.fractions) == 3


async def test_the_pace_stretches_each_image_by_so_many_seconds() -> None:
    clock = FakeClock()
    generator = Sketch("sketch", {"pace_s": 4}, clock)

    async def paint() -> None:
        async for _ in generator.generate([Task(JobId("job"), a_request(), (0,))], Notes()):
            pass

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(paint())
        for _ in range(BANDS):
            await clock.sleepers()
            await clock.advance(4 / BANDS)

    assert clock.monotonic() == pytest.approx(4.0)
    assert generator.quote(a_request()).seconds > 4


def test_the_estimate_is_of_the_right_order() -> None:
    request = a_request(width_px=768, height_px=768)
    generator = Sketch("sketch", {}, FakeClock())

    async def paint() -> None:
        async for _ in generator.generate([Task(JobId("job"), request, (0,))], Notes()):
            pass

    begun = time.perf_counter()
    asyncio.run(paint())
    took_s = time.perf_counter() - begun

    assert took_s / 20 < generator.quote(request).seconds < 20 * took_s


async def test_guessing_the_words_never_fails() -> None:
    for prompt in ("", "🦊", "S", "red", "red sea", "s ss sss", "x" * 2000, "a\nb\tc"):
        assert (await painted(prompt=prompt)).data


def test_two_jobs_of_any_kind_share_a_batch() -> None:
    generator = Sketch("sketch", {}, FakeClock())
    request = a_request()

    assert generator.batch_key(request) == generator.batch_key(dataclasses.replace(request, prompt="x", width_px=128))
