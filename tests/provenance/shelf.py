"""A running API whose images a test makes itself, byte by byte."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from pinxit.domain.generator import Made
from pinxit.domain.ids import PoolName, WorkerId
from pinxit.domain.job import Ended, Outcome
from tests.web.served import serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.domain.image import Image
    from tests.web.served import Answer, Served

WORKER = WorkerId(":test")


class Shelf:
    """The API, and a worker that hands over what it is given."""

    def __init__(self, api: Served) -> None:
        self.api = api

    async def store(self, data: bytes, media_type: str, *, asked: Any = None, **made: Any) -> Image:  # noqa: ANN401 - JSON; fields of Made
        """Ask for one image, hand `data` over as it, and return what is known of it."""
        answer = await self.api.ask(**(asked or {}))
        assert answer.status in (200, 201, 202), answer.body
        (lease,) = await self.api.broker.claim(WORKER, PoolName("sketch"), most=1)
        values = {"width_px": 1, "height_px": 1, "seed": lease.request.seed, "prompt": lease.request.prompt, **made}
        stored = await self.api.broker.put_image(lease, Made(lease.job, 0, data, media_type, **values))
        await self.api.broker.finish(lease, Ended(Outcome.SUCCEEDED))
        image = await self.api.studio.store.images.image(stored)
        assert image is not None
        return image

    async def file(self, path: str | None) -> bytes:
        """Return what lies in the store of files."""
        assert path is not None
        return await self.api.studio.blobs.get(path)

    async def get(self, image: Image, part: str, **headers: str) -> Answer:
        """Ask the API for an image's download or thumbnail."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.api.call("GET", f"/api/v1/images/{image.id}/{part}", headers=named)


@asynccontextmanager
async def open_shelf(var: Path) -> AsyncIterator[Shelf]:
    """Serve from a folder for the time of the block."""
    async with serving(var) as api:
        yield Shelf(api)
