"""One kind's generator in front of its server, what a test asks of it, and a clock that makes it quick."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.draft import Draft
from pinxit.domain.errors import PinxitError
from pinxit.domain.generator import Failed, Made, Task
from pinxit.domain.ids import JobId
from pinxit.domain.limits import Limits
from pinxit.domain.resolve import resolve
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build, kinds
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.generator import Generator
    from pinxit.domain.request import Json, Request
    from tests.contracts.provider_kinds import Kind, Server

JOB = JobId("job")
PROMPT = "a very private fox"
SEED = 2**32 - 2
LONG_S = 20.0
_LIMIT_S = 60.0


@cache
def shipped() -> Catalogue:
    return Catalogue.load()


@cache
def factories() -> Mapping[str, str]:
    """Return the registry's list, which takes as long as a picture."""
    return kinds()


class Clock(HurriedClock):
    """Lets every pause pass at once, but for limits, which no test reaches; `stop`: then nothing passes any more."""

    def __init__(self) -> None:
        super().__init__()
        self._is_stopped = False

    def stop(self) -> None:
        self._is_stopped = True

    async def sleep(self, seconds: float) -> None:
        if self._is_stopped or seconds >= _LIMIT_S:
            await asyncio.Event().wait()
        await super().sleep(seconds)
        await asyncio.sleep(0.001)  # Who looks again and again leaves room for whom he looks at.


class Room:
    """One kind's generator in front of its server. `told`: all that its errors say."""

    def __init__(self, kind: Kind, server: Server) -> None:
        self.kind, self.server = kind, server
        self.clock = Clock()
        self.told: list[str] = []
        self.generator = self.another()

    def another(self, **options: Json) -> Generator:
        """Return a generator that knows nothing of the first one, like one after a crash."""
        given = {**self.server.options(), **options}
        return build("painter", factories()[self.kind.name], given, self.clock, shipped())

    def request(self, **wish: Any) -> Request:  # noqa: ANN401 - a draft's fields
        """Return what becomes of a wish for the smallest picture that there is."""
        capabilities = self.generator.capabilities.of(None)
        draft = Draft(**{"prompt": PROMPT, "width_px": 64, "height_px": 64, **wish})
        return resolve(draft, capabilities, Limits(), SEED)

    async def made(
        self,
        notes: Notes | None = None,
        *,
        indices: tuple[int, ...] | None = None,
        upstream_id: str | None = None,
        by: Generator | None = None,
        into: list[Made] | None = None,
        **wish: Any,  # noqa: ANN401 - a draft's fields
    ) -> list[Made]:
        """Return the images of a wish in the order of their indices.

        `by`: another generator. `into`: a list that keeps them if it fails.
        """
        request, images = self.request(**wish), [] if into is None else into
        task = Task(JOB, request, tuple(range(request.count)) if indices is None else indices, {}, upstream_id)
        generator = by or self.generator
        try:
            async with asyncio.timeout(LONG_S):
                async for item in generator.generate([task], notes or Notes()):
                    if isinstance(item, Failed):
                        raise item.error
                    assert isinstance(item, Made)
                    images.append(item)
        except PinxitError as error:
            self.told.append(f"{error!r} {getattr(error, 'facts', '')}")
            raise
        finally:
            images.sort(key=lambda image: image.index)
            if generator is not self.generator:
                await generator.aclose()
        return images

    async def held(self, notes: Notes, into: list[Made] | None = None) -> asyncio.Task[list[Made]]:
        """Return a task that paints, as soon as the server holds its order."""
        self.server.hold()
        painting = asyncio.create_task(self.made(notes, into=into))
        async with asyncio.timeout(LONG_S):
            await self.server.holding.wait()
        return painting

    async def error(self, by: Generator | None = None) -> PinxitError:
        """Return why there is no image."""
        images: list[Made] = []
        with pytest.raises(PinxitError) as caught:
            await self.made(by=by, into=images)
        assert images == []
        return caught.value
