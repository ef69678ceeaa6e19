"""What every generator promises, held against each that can run anywhere, the documentation's example included."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pinxit.domain.generator import API_VERSION, Generator, Made, Task
from pinxit.domain.ids import JobId
from pinxit.domain.seeds import image_seed
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.domain.request import Request

DOCS = Path(__file__).parents[2] / "docs" / "how-to-add-a-generator.md"
_EXAMPLE = re.compile(r"<!-- example -->\n```python\n(.*?)```", re.DOTALL)
EXAMPLE_KIND = "stripes_example:build"
GENERATORS = ["sketch", "tests.generators_for_tests:build_plain", EXAMPLE_KIND]


class Notes:
    """A Watch that writes everything down. `cancel_after`: how many times it says that a job goes on."""

    def __init__(self, cancel_after: float = math.inf) -> None:
        self.fractions: list[float] = []
        self.previews: list[bytes] = []
        self.asked = 0
        self._cancel_after = cancel_after

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:  # noqa: ARG002
        self.fractions.append(fraction)
        self.previews += [preview] if preview else []

    def is_cancelled(self, job: JobId) -> bool:  # noqa: ARG002
        self.asked += 1
        return self.asked > self._cancel_after

    async def sent(self, job: JobId, upstream_id: str | None) -> None:  # noqa: ARG002
        raise AssertionError("none of these generators makes a call that may be billed")

    def charged(self, job: JobId, dollars_micro: int) -> None:  # noqa: ARG002
        raise AssertionError("none of these generators costs anything")

    async def rest(self) -> None:
        pass


@pytest.fixture(params=GENERATORS)
def generator(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator:
    if request.param == EXAMPLE_KIND:
        (tmp_path / "stripes_example.py").write_text(example(), encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
    return build("painter", request.param, {}, FakeClock())


def example() -> str:
    found = _EXAMPLE.search(DOCS.read_text(encoding="utf-8"))
    assert found, f"{DOCS} has no example"
    return found[1]


def a_task(job: str = "job", indices: tuple[int, ...] | None = None, **changes: object) -> Task:
    request: Request = a_request(**{"steps": 20, "guidance_scale": 7.0, **changes})
    return Task(JobId(job), request, tuple(range(request.count)) if indices is None else indices)


async def made(generator: Generator, batch: Sequence[Task], notes: Notes | None = None) -> list[Made]:
    images = [item async for item in generator.generate(batch, notes or Notes())]
    assert all(isinstance(item, Made) for item in images)
    return [item for item in images if isinstance(item, Made)]


def test_it_is_a_generator_of_this_version(generator: Generator) -> None:
    assert isinstance(generator, Generator)
    assert generator.api_version == API_VERSION
    assert generator.name
    assert generator.capabilities.modes


async def test_every_image_asked_for_comes_with_its_own_seed(generator: Generator) -> None:
    images = await made(generator, [a_task(count=3, seed=2**32 - 1)])

    assert [(image.job, image.index) for image in images] == [("job", 0), ("job", 1), ("job", 2)]
    assert [image.seed for image in images] == [image_seed(2**32 - 1, index) for index in range(3)]
    assert len({hashlib.sha256(image.data).digest() for image in images}) == 3


async def test_only_the_missing_images_are_made(generator: Generator) -> None:
    whole = await made(generator, [a_task(count=3)])

    again = await made(generator, [a_task(count=3, indices=(2,))])

    assert again == whole[2:]


async def test_an_image_of_a_series_can_be_made_again_alone(generator: Generator) -> None:
    series = await made(generator, [a_task(count=2, seed=7)])

    alone = await made(generator, [a_task(count=1, seed=8)])

    assert alone[0].data == series[1].data


async def test_the_file_is_what_it_is_said_to_be(generator: Generator) -> None:
    image = (await made(generator, [a_task(width_px=96, height_px=64)]))[0]

    with Image.open(io.BytesIO(image.data)) as picture:
        picture.load()
        assert picture.get_format_mimetype() == image.media_type
        assert picture.size == (image.width_px, image.height_px)


async def test_progress_rises_to_the_end(generator: Generator) -> None:
    notes = Notes()

    await made(generator, [a_task(count=2)], notes)

    assert notes.fractions == sorted(notes.fractions)
    assert notes.fractions[-1] == pytest.approx(1.0)


async def test_a_cancelled_job_is_left_and_the_others_go_on(generator: Generator) -> None:
    notes = Notes(cancel_after=0)

    assert await made(generator, [a_task("a", count=4), a_task("b", count=4)], notes) == []
    assert notes.asked <= 8


async def test_a_batch_makes_the_images_of_each_of_its_jobs(generator: Generator) -> None:
    jobs = [f"job-{number}" for number in range(generator.capabilities.max_batch)]

    images = await made(generator, [a_task(job, seed=number) for number, job in enumerate(jobs)])

    assert [image.job for image in images] == jobs
    assert [image.seed for image in images] == list(range(len(jobs)))


def test_the_price_grows_with_the_count_and_is_never_negative(generator: Generator) -> None:
    request = a_request(width_px=512, height_px=512, steps=20)
    one, four = (generator.quote(dataclasses.replace(request, count=count)) for count in (1, 4))

    assert 0 < one.seconds < four.seconds
    assert 0 < one.credits_milli < four.credits_milli
    assert 0 <= one.dollars_micro <= four.dollars_micro


def test_the_same_request_has_the_same_batch_key(generator: Generator) -> None:
    request = a_request()

    assert generator.batch_key(request) == generator.batch_key(dataclasses.replace(request, seed=8))


def test_the_documentations_example_is_a_file_of_under_70_lines() -> None:
    assert len(example().splitlines()) < 70
