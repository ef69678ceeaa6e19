"""Every kind that makes several calls for one job hands a finished image on while another call is still held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.generator import Made, Task
from tests.contracts.provider_kinds import KINDS, Kind
from tests.contracts.provider_room import JOB, LONG_S, Clock, Room
from tests.generators.watching import Notes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HELD_S = 7.0
ALONE = ("comfyui", "automatic1111", "script")  # They paint for one at a time.
SEVERAL = [kind for kind in KINDS if kind.name not in ALONE]
PER_CALL = {"openai": 4, "azure_openai": 4}
# A worker's page says that 429 ends it, and after a server's own error it waits as long as the page says.
BUSY = {"cloudflare_worker": (500, 1.0)}


class Holding(Clock):
    """A clock on which nobody comes back from one pause before `goes`."""

    def __init__(self, held_s: float) -> None:
        super().__init__()
        self.holds, self.goes = asyncio.Event(), asyncio.Event()
        self._held_s = held_s

    async def sleep(self, seconds: float) -> None:
        if seconds == self._held_s:
            self.holds.set()
            await self.goes.wait()
        await super().sleep(seconds)


@asynccontextmanager
async def _painting(kind: Kind) -> AsyncIterator[tuple[AsyncGenerator[object, None], Holding, int, Notes]]:
    """Give the images of a job, one of whose two calls is told to come again later; the clock; how many are due."""
    status, held_s = BUSY.get(kind.name, (429, HELD_S))
    count = PER_CALL.get(kind.name, 1) + 1
    async with kind.server() as server, asyncio.timeout(LONG_S):
        room, notes, clock = Room(kind, server), Notes(), Holding(held_s)
        room.clock = clock
        painter = room.another()
        server.fail_next(status, {"Retry-After": f"{HELD_S:g}"})
        task = Task(JOB, replace(room.request(), count=count), tuple(range(count)))
        try:
            images = painter.generate([task], notes)
            assert isinstance(images, AsyncGenerator)
            async with aclosing(images):
                yield images, clock, count, notes
        finally:
            await painter.aclose()
            await room.generator.aclose()


@pytest.mark.parametrize("kind", SEVERAL, ids=str)
async def test_a_finished_image_does_not_wait_for_another_call(kind: Kind) -> None:
    async with _painting(kind) as (images, clock, count, notes):
        first = await anext(images)
        charged = len(notes.charged_micro)
        await clock.holds.wait()
        clock.goes.set()
        made = [first, *[image async for image in images]]

    assert sorted(image.index for image in made if isinstance(image, Made)) == list(range(count))
    assert charged >= bool(kind.micro), "a call's cost is told before its last image"


@pytest.mark.parametrize("kind", SEVERAL, ids=str)
async def test_who_has_enough_leaves_no_call_behind(kind: Kind) -> None:
    async with _painting(kind) as (images, clock, *_):
        await anext(images)
        await clock.holds.wait()
        assert _calls()

        await images.aclose()

        assert _calls() == []


def _calls() -> list[str]:
    names = (getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks())
    return [name for name in names if name.endswith("._paint")]
