"""A program that paints and paints again, and files that were changed on the way."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Picture
from PIL.PngImagePlugin import PngInfo

from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine
from pinxit.actions.recreate import recreate, verdict_of
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId, new_id
from pinxit.domain.job import JobState
from pinxit.provenance.mark import mark
from pinxit.provenance.marks import Marks
from pinxit.provenance.reading import read_with_record
from pinxit.provenance.record import Record
from pinxit.provenance.source_type import SourceType
from tests.actions import atelier
from tests.builders import a_request

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from numpy.typing import NDArray

    from pinxit.actions.imagine import Accepted
    from pinxit.domain.errors import Refused
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job
    from pinxit.domain.verdict import Verdict
    from pinxit.parts import Parts

SKETCH = '[generators.painter]\nkind = "sketch"\n'
PAUSED = f"{SKETCH}workers = 0\n"
LATER_SKETCH = '[generators.painter]\nkind = "tests.painters_for_recreation:build_later"\nprocess = false\n'
SEEDLESS = '[generators.painter]\nkind = "tests.painters_for_recreation:build_seedless"\nprocess = false\n'
OTHER = '[generators.other]\nkind = "tests.generators_for_tests:build_plain"\nprocess = false\n'
RENAMED = '[generators.atelier]\nkind = "sketch"\n'
WIDTH, HEIGHT = 96, 64  # Of `atelier.draft`.
STRANGER = Caller(GuildId("discord:1"), PersonId("discord:2"), "api")
A1111 = (
    "a red fox in snow\nNegative prompt: rain\nSteps: 25, Sampler: Euler a, CFG scale: 7, Seed: 7, Size: {size},"
    " Model hash: abc, Model: dreams, VAE: vae-ft"
)


def running(folder: Path, settings: str = SKETCH) -> AbstractAsyncContextManager[Parts]:
    return atelier.running(folder, settings)


async def ended(accepted: Accepted, parts: Parts) -> Job:
    """Return the job when it has succeeded."""
    job = await atelier.ended(accepted, parts)
    assert job.state is JobState.SUCCEEDED
    return job


async def paint(parts: Parts, **changes: object) -> Image:
    """Return the last image of a new job."""
    draft = atelier.draft(**changes)  # type: ignore[arg-type]  # fields of Draft
    return (await ended(await imagine(Ask(draft, OPERATOR), parts.studio), parts)).images[-1]


async def again(parts: Parts, original: Image | bytes) -> tuple[Job, Verdict]:
    """Return the job that made an image again, and its verdict."""
    named = original if isinstance(original, bytes) else original.id
    job = await ended(await recreate(named, OPERATOR, parts.studio), parts)
    verdict = await verdict_of(job, parts.studio)
    assert verdict is not None
    return job, verdict


async def refusal(parts: Parts, original: Image | bytes, caller: Caller = OPERATOR) -> Refused:
    named = original if isinstance(original, bytes) else original.id
    return await atelier.refusal(recreate(named, caller, parts.studio))


def file_of(folder: Path, image: Image) -> Path:
    return folder / "var" / image.path


def pixels(data: bytes) -> NDArray[np.int64]:
    with Picture.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGBA"), dtype=np.int64)


def with_record(data: bytes, **changes: object) -> bytes:
    """Return our own file with another record in it."""
    _, record = read_with_record(data)
    assert record is not None
    return marked(data, replace(record, **changes))  # type: ignore[arg-type]  # fields of Record


def marked(data: bytes, record: Record) -> bytes:
    facts = Marks(record.job, record.image, SourceType.ALGORITHMIC, (WIDTH, HEIGHT), record)
    return mark(data, "image/png", facts)


def record_of(data: bytes) -> Record:
    record = read_with_record(data)[1]
    assert record is not None
    return record


def with_one_pixel_changed(data: bytes) -> bytes:
    """Return the file with one pixel 12 levels off in blue, and everything that it says of itself."""
    texts = PngInfo()
    with Picture.open(io.BytesIO(data)) as picture:
        picture.load()
        for name, text in picture.text.items():  # type: ignore[attr-defined]  # PNG files have it
            texts.add_itxt(name, text)
        red, green, blue = picture.getpixel((5, 9))  # type: ignore[misc]  # RGB
        picture.putpixel((5, 9), (red, green, blue + 12 if blue < 128 else blue - 12))
        file = io.BytesIO()
        picture.save(file, "PNG", pnginfo=texts)
    return file.getvalue()


def a_foreign_png(size: tuple[int, int] = (WIDTH, HEIGHT), said: str = "") -> bytes:
    texts = PngInfo()
    texts.add_text("parameters", A1111.format(size=said or f"{size[0]}x{size[1]}"))
    file = io.BytesIO()
    Picture.new("RGB", size, "red").save(file, "PNG", pnginfo=texts)
    return file.getvalue()


def a_record(**changes: object) -> Record:
    """Return a record as the first picture of an installation would have it."""
    request = a_request(width_px=WIDTH, height_px=HEIGHT, model="sketch", steps=20, guidance_scale=7.0, typed="")
    now = datetime(2026, 11, 21, tzinfo=UTC)
    plain = Record(JobId(new_id(now)), ImageId(new_id(now)), 0, 7, "painter", "sketch", "", "", request)
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields of Record


def bare(data: bytes) -> bytes:
    """Return the same pixels in a file that says nothing."""
    file = io.BytesIO()
    with Picture.open(io.BytesIO(data)) as picture:
        Picture.frombytes(picture.mode, picture.size, picture.tobytes()).save(file, "PNG")
    return file.getvalue()
