"""A painter in front of the loopback server of BFL or fal, and its tasks."""

from __future__ import annotations

import asyncio
import io
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import PinxitError
from pinxit.domain.generator import Made, Task
from pinxit.domain.ids import JobId, SourceId
from pinxit.domain.request import Mode, Outpaint, Role, Source
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.watching import Notes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.domain.generator import Generator

JOB = JobId("job")
PROMPT = "a fox in snow"


class Pauses(FakeClock):
    """A FakeClock whose sleepers wake at once, as much later as they wished."""

    async def sleep(self, seconds: float) -> None:
        self._passed_s += seconds
        await asyncio.sleep(0)


@cache
def catalogue() -> Catalogue:
    """Return the shipped list, read once: that takes longer than a test."""
    return Catalogue.load()


@asynccontextmanager
async def painter(kind: str, server: Any, **options: Any) -> AsyncIterator[Generator]:  # noqa: ANN401 - either server
    """Give the generator; when it is done, the server has seen nothing that it should not see."""
    generator = build("flux", kind, {**server.options(), **options}, Pauses(), catalogue())
    try:
        yield generator
    finally:
        await generator.aclose()
    assert server.strangers == []


def a_task(
    sources: dict[Role, Image.Image] | None = None,
    indices: tuple[int, ...] = (0,),
    upstream_id: str | None = None,
    **changes: object,
) -> Task:
    files = {SourceId(role.value): as_png(picture) for role, picture in (sources or {}).items()}
    named = tuple(Source(SourceId(role.value), role) for role in sources or {})
    values = {"prompt": PROMPT, "steps": 20, "guidance_scale": 3.5, "count": max(indices) + 1, "sources": named}
    return Task(JOB, a_request(**{**values, **changes}), indices, files, upstream_id)


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


async def failure(kind: str, server: Any, task: Task | None = None, notes: Notes | None = None) -> PinxitError:  # noqa: ANN401 - either server
    """Return the error, which holds neither the prompt nor the key."""
    async with painter(kind, server) as generator:
        with pytest.raises(PinxitError) as caught:
            await made(generator, task or a_task(), notes)
    for secret in ("fox", server.options()["api_key"]):
        assert secret not in repr(caught.value)
    return caught.value


async def asked_in_every_mode(kind: str, server: Any) -> set[str]:  # noqa: ANN401 - either server
    """Have every model of the catalogue paint once in each of its modes, as a person without further wishes asks.

    Returns the models.
    """
    pictures = {role: Image.new("L" if role is Role.MASK else "RGB", (64, 64), 200) for role in Role}
    asked = set()
    async with painter(kind, server) as generator:
        for name, own in generator.capabilities.of_model.items():
            for mode in own.modes:
                side = max(256, own.min_side_px)
                size = own.sizes_px[0] if own.sizes_px else (side, side)
                sources = {} if mode is Mode.TXT2IMG else {Role.IMAGE: pictures[Role.IMAGE]}
                sources |= {Role.MASK: pictures[Role.MASK]} if mode is Mode.INPAINT else {}
                sources |= {Role.STYLE: pictures[Role.STYLE]} if mode is Mode.STYLE_TRANSFER else {}
                sides = Outpaint(left=size[0] - 64, top=size[1] - 64) if mode is Mode.OUTPAINT else Outpaint()
                wish: dict[str, Any] = {"mode": mode, "model": name, "outpaint": sides, "steps": own.default_steps}
                scale = own.default_guidance_scale
                task = a_task(sources, **wish, width_px=size[0], height_px=size[1], guidance_scale=scale)
                assert len(await made(generator, task)) == 1
                asked.add(name)
    return asked


def as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def opened(image: Made) -> Image.Image:
    return Image.open(io.BytesIO(image.data)).convert("RGB")
