"""A web UI's painter in front of its loopback server, and a Watch that writes down what it is told."""

from __future__ import annotations

import io
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Temporary
from pinxit.domain.generator import Failed, Made, Task
from pinxit.domain.ids import JobId, SourceId
from pinxit.domain.request import Role, Source
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.providers.keys import is_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pinxit.domain.generator import Generator, Prepared
    from tests.providers.automatic1111_server import Automatic1111Server

PROMPT = "a (red:1.2) fox in snow"


class Notes:
    """A Watch that writes everything down. `cancelled`: jobs that nobody wants any more."""

    def __init__(self, on_progress: Callable[[], object] = lambda: None) -> None:
        self.fractions: list[float] = []
        self.previews: list[bytes] = []
        self.cancelled: set[JobId] = set()
        self._on_progress = on_progress

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:  # noqa: ARG002
        self.fractions.append(fraction)
        self.previews += [preview] if preview else []
        self._on_progress()

    def is_cancelled(self, job: JobId) -> bool:
        return job in self.cancelled

    async def sent(self, job: JobId, upstream_id: str | None) -> None:  # noqa: ARG002
        raise AssertionError("nobody is billed for his own server")

    def charged(self, job: JobId, dollars_micro: int) -> None:  # noqa: ARG002
        raise AssertionError("nobody is billed for his own server")

    async def rest(self) -> None:
        pass


@asynccontextmanager
async def painter(server: Automatic1111Server, **options: Any) -> AsyncIterator[Generator]:  # noqa: ANN401
    given = {"base_url": server.url, "poll_s": 0.01, **options}
    generator = build("forge", "automatic1111", given, FakeClock())
    try:
        yield generator
    finally:
        await generator.aclose()


def a_task(sources: dict[Role, Image.Image] | None = None, indices: tuple[int, ...] = (0,), **changes: object) -> Task:
    files = {SourceId(role.value): as_png(picture) for role, picture in (sources or {}).items()}
    named = tuple(Source(SourceId(role.value), role) for role in sources or {})
    values = {"prompt": PROMPT, "steps": 5, "guidance_scale": 6.5, "count": len(indices), "sources": named, **changes}
    return Task(JobId("job"), a_request(**values), indices, files)


def as_png(picture: Image.Image) -> bytes:
    return _as(picture, "PNG")


def as_bmp(picture: Image.Image) -> bytes:
    return _as(picture, "BMP")


def _as(picture: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


def opened(made: Made) -> Image.Image:
    return Image.open(io.BytesIO(made.data)).convert("RGB")


async def items(generator: Generator, task: Task, notes: Notes | None = None) -> list[Made | Failed | Prepared]:
    return [item async for item in generator.generate([task], notes or Notes())]


async def made(generator: Generator, task: Task, notes: Notes | None = None) -> list[Made]:
    return [item for item in await items(generator, task, notes) if isinstance(item, Made)]


async def failure(server: Automatic1111Server, task: Task | None = None, **options: Any) -> str:  # noqa: ANN401
    """Return the text of the error, which holds neither prompt nor password."""
    async with painter(server, **options) as generator:
        with pytest.raises((Broken, Temporary)) as caught:
            await items(generator, task or a_task())
    text = str(caught.value)
    assert "fox" not in text
    assert not is_in(text)
    return text
