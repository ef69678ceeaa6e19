"""A Gemini in front of its loopback server, and what the tests ask of it."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.errors import PinxitError
from pinxit.domain.generator import Generator, Made, Task
from pinxit.domain.ids import JobId, SourceId
from pinxit.domain.request import Role, Source
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.providers.gemini_server import KEY, GeminiServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from PIL import Image

    from pinxit.generators.catalogue import Catalogue

PROMPT = "a very private fox"


@asynccontextmanager
async def gemini(
    server: GeminiServer,
    clock: HurriedClock | None = None,
    catalogue: Catalogue | None = None,
    **options: Any,  # noqa: ANN401 - as a table has them
) -> AsyncIterator[Generator]:
    """Give a generator; afterwards the server has seen nothing strange."""
    generator = build("google", "gemini", {**server.options(), **options}, clock or HurriedClock(), catalogue)
    try:
        async with asyncio.timeout(20):
            yield generator
    finally:
        await generator.aclose()
    assert server.strangers == []


def a_task(sources: list[tuple[Role, Image.Image]] | None = None, count: int = 1, **changes: object) -> Task:
    """Return a task of `count` pictures; `sources`: pictures by role."""
    named = tuple(Source(SourceId(f"s{place}"), role) for place, (role, _) in enumerate(sources or ()))
    files = {source.id: as_png(picture) for source, (_, picture) in zip(named, sources or (), strict=True)}
    values = {"prompt": PROMPT, "width_px": 1024, "height_px": 1024, "count": count, "sources": named, **changes}
    return Task(JobId("job"), a_request(**values), tuple(range(count)), files)


def as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


async def made(generator: Generator, task: Task | None = None, notes: Notes | None = None) -> list[Made]:
    """Return the images in the order of their indices."""
    found = [item async for item in generator.generate([task or a_task()], notes or Notes())]
    return sorted((item for item in found if isinstance(item, Made)), key=lambda image: image.index)


async def failure(
    generator: Generator, task: Task | None = None, notes: Notes | None = None, into: list[Made] | None = None
) -> PinxitError:
    """Return the error, which holds neither key nor prompt.

    `into`: the pictures that came before it, in the order of their indices.
    """
    images = [] if into is None else into

    async def paint() -> None:
        async for item in generator.generate([task or a_task()], notes or Notes()):
            assert isinstance(item, Made)
            images.append(item)

    with pytest.raises(PinxitError) as caught:
        await paint()
    images.sort(key=lambda image: image.index)
    assert KEY not in str(caught.value)
    assert "fox" not in str(caught.value)
    return caught.value
