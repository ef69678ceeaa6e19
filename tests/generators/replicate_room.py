"""A painter in front of the loopback Replicate, and what its tests ask of it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.errors import PinxitError
from pinxit.domain.generator import Made
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.generators.webui import a_task
from tests.providers.replicate_server import KEY

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.domain.generator import Generator, Task
    from tests.providers.replicate_server import ReplicateServer

FOX = "a red fox in snow"
SMALL: dict[str, Any] = {"prompt": FOX, "width_px": 512, "height_px": 512, "steps": 4}


@cache
def shipped() -> Catalogue:
    """Return the shipped catalogue, which never changes and is long to read."""
    return Catalogue.load()


@asynccontextmanager
async def painter(server: ReplicateServer, **options: Any) -> AsyncIterator[Generator]:  # noqa: ANN401 - as a table has them
    catalogue = options.pop("catalogue", None) or shipped()
    generator = build("rep", "replicate", {**server.options(), **options}, HurriedClock(), catalogue)
    try:
        async with asyncio.timeout(20):
            yield generator
    finally:
        await generator.aclose()


async def made(
    generator: Generator, task: Task, notes: Notes | None = None, into: list[Made] | None = None
) -> list[Made]:
    """Return the images in the order of their indices. `into`: a list that keeps them if another one fails."""
    images = [] if into is None else into
    try:
        async for item in generator.generate([task], notes or Notes()):
            assert isinstance(item, Made)
            images.append(item)
    finally:
        images.sort(key=lambda image: image.index)
    return images


async def failure(
    generator: Generator, task: Task | None = None, notes: Notes | None = None, into: list[Made] | None = None
) -> PinxitError:
    """Return the error, once it is known to tell neither prompt, key nor any of the provider's own words.

    `into`: a list that keeps what came before.
    """
    with pytest.raises(PinxitError) as caught:
        await made(generator, task or a_task(**SMALL), notes, into)
    for secret in (FOX, KEY, "private"):
        assert secret not in f"{caught.value} {getattr(caught.value, 'facts', '')}"
    return caught.value
