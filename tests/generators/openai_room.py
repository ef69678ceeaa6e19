"""A painter in front of a loopback images server, whose pauses pass at once, and tasks for it."""

from __future__ import annotations

import io
import traceback
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.errors import PinxitError
from pinxit.domain.generator import Made, Task
from pinxit.domain.ids import JobId, SourceId
from pinxit.domain.request import Role, Source
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.providers.azure_openai_server import AzureOpenAIServer
from tests.providers.openai_server import KEY, OpenAIServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from PIL import Image

    from pinxit.domain.generator import Generator

PROMPT = "a red fox in snow"
SQUARE = {"width_px": 816, "height_px": 816}  # The smallest square that is painted.


@cache
def shipped() -> Catalogue:
    return Catalogue.load()


@asynccontextmanager
async def painter(
    server: OpenAIServer,
    clock: HurriedClock | None = None,
    catalogue: Catalogue | None = None,
    **options: Any,  # noqa: ANN401 - a provider's own
) -> AsyncIterator[Generator]:
    kind = "azure_openai" if isinstance(server, AzureOpenAIServer) else "openai"
    generator = build("painter", kind, {**server.options(), **options}, clock or HurriedClock(), catalogue or shipped())
    try:
        yield generator
    finally:
        await generator.aclose()


def a_task(sources: dict[Role, bytes] | None = None, indices: tuple[int, ...] = (0,), **changes: Any) -> Task:  # noqa: ANN401 - as a request has them
    files = {SourceId(role.value): data for role, data in (sources or {}).items()}
    named = tuple(Source(SourceId(role.value), role) for role in sources or {})
    values = {"prompt": PROMPT, "count": len(indices), "sources": named, **SQUARE, **changes}
    return Task(JobId("job"), a_request(**values), indices, files)


def as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


async def paint(
    generator: Generator, task: Task | None = None, notes: Notes | None = None, into: list[Made] | None = None
) -> list[Made]:
    """Return the images in the order of their indices. `into`: a list that keeps them if it fails."""
    made = [] if into is None else into
    try:
        async for item in generator.generate([task or a_task()], notes or Notes()):
            assert isinstance(item, Made)
            made.append(item)
    finally:
        made.sort(key=lambda image: image.index)
    return made


async def fail(
    server: OpenAIServer,
    task: Task | None = None,
    notes: Notes | None = None,
    into: list[Made] | None = None,
    **options: Any,  # noqa: ANN401 - a provider's own
) -> PinxitError:
    """Return what painting raises, once it is known to tell nothing secret, its traceback included."""
    async with painter(server, **options) as generator:
        with pytest.raises(PinxitError) as caught:
            await paint(generator, task, notes, into)
    whole = "".join(traceback.format_exception(caught.value))
    for secret in (KEY, PROMPT, "safety system"):
        assert secret not in whole
    return caught.value
