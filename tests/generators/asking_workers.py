"""What the tests of the image workers share: a generator, a task, and a clock whose pauses pass at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.errors import PinxitError
from pinxit.domain.generator import Generator, Made, Task
from pinxit.domain.ids import JobId
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.providers.cloudflare_worker_server import SDXL_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json

BOTH = pytest.mark.parametrize("dialect", ["flux", "sdxl"])
PROMPT = "A beautiful cat + a dog & 50% <b>Äpfel</b> #1/?"


class Notes:
    """A Watch that writes everything down. `cancel_after`: how many times it says that a job goes on."""

    def __init__(self, cancel_after: int = 1000) -> None:
        self.fractions: list[float] = []
        self.sent_ids: list[str | None] = []
        self.asked = 0
        self._cancel_after = cancel_after

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:  # noqa: ARG002
        self.fractions.append(fraction)

    def is_cancelled(self, job: JobId) -> bool:  # noqa: ARG002
        self.asked += 1
        return self.asked > self._cancel_after

    async def sent(self, job: JobId, upstream_id: str | None) -> None:  # noqa: ARG002
        self.sent_ids.append(upstream_id)

    def charged(self, job: JobId, dollars_micro: int) -> None:  # noqa: ARG002
        raise AssertionError("no worker says what it costs")

    async def rest(self) -> None:
        pass


class Pauses(FakeClock):
    """A FakeClock that notes the pauses between calls and lets them pass at once."""

    def __init__(self) -> None:
        super().__init__()
        self.paused_s: list[float] = []

    async def sleep(self, seconds: float) -> None:
        if seconds >= 30:  # A limit, not a pause: it runs until the call is over, or `advance` passes it.
            await super().sleep(seconds)
            return
        self.paused_s.append(seconds)
        await asyncio.sleep(0)


def a_worker(url: str, dialect: str, clock: FakeClock | None = None, **options: Json) -> Generator:
    given: Mapping[str, Json] = {"dialect": dialect, "base_url": url, "api_key": SDXL_KEY, **options}
    return build("painter", "cloudflare_worker", given, clock or Pauses())


def a_task(count: int = 1, **changes: object) -> Task:
    request = a_request(**{"prompt": PROMPT, "count": count, **changes})
    return Task(JobId("job"), request, tuple(range(count)))


async def paint(
    generator: Generator, task: Task | None = None, notes: Notes | None = None, into: list[Made] | None = None
) -> list[Made]:
    """Return the images that the generator makes in the order of their indices, then close it.

    `into`: a list that keeps them if it fails.
    """
    made = [] if into is None else into
    try:
        async for item in generator.generate([task or a_task()], notes or Notes()):
            assert isinstance(item, Made)
            made.append(item)
    finally:
        made.sort(key=lambda image: image.index)
        await generator.aclose()
    return made


async def fail(generator: Generator) -> PinxitError:
    with pytest.raises(PinxitError) as caught:
        await paint(generator)
    return caught.value
