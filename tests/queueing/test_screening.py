"""Finished pictures are looked at once, before anybody sees them, and none is lost by that."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.errors import Temporary
from pinxit.domain.generator import Origin
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.image_rules import UNCHECKED, Finding
from pinxit.domain.job import Beat, Ended, Outcome
from pinxit.domain.ports import no_steps
from pinxit.queue.broker import LocalBroker
from pinxit.queue.screening import ServerScreen, screened
from tests.builders import a_png, a_request
from tests.contracts.broker_contract import ANN, a_made
from tests.contracts.shop import POOL, open_shop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.domain.job import Lease
    from tests.contracts.shop import Shop

NSFW = Finding(is_flagged=True, categories=("sexual",))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64"/></svg>'


@dataclass
class Eye:
    """A Screen that finds what it is told to, or fails."""

    finds: Finding | Temporary = NSFW
    seen: list[tuple[str, int]] = field(default_factory=list)

    async def look(self, data: bytes, media_type: str) -> Finding:
        """Note what is looked at."""
        self.seen.append((media_type, len(data)))
        if isinstance(self.finds, Temporary):
            raise self.finds
        return self.finds


class Asleep:
    """A Screen that never answers."""

    async def look(self, data: bytes, media_type: str) -> Finding:  # noqa: ARG002 - it does not look
        """Sleep for ever."""
        await asyncio.Event().wait()
        raise AssertionError


@asynccontextmanager
async def holding(folder: Path, eye: Eye) -> AsyncIterator[tuple[Shop, LocalBroker, Lease]]:
    """Run a queue whose broker has pictures looked at, with a job of two in a worker's hands."""
    async with open_shop(folder) as shop:
        broker = LocalBroker(shop.store, shop.blobs, shop.events, shop.clock, steps=no_steps, screen=eye)
        await shop.submit(a_request(count=2))
        (lease,) = await broker.claim(ANN, POOL, most=1)
        yield shop, broker, lease


async def test_a_picture_is_stored_with_what_was_found_in_it(tmp_path: Path) -> None:
    eye = Eye()
    async with holding(tmp_path, eye) as (shop, broker, lease):
        await broker.put_image(lease, a_made(lease, 0))
        eye.finds = Finding()
        await broker.put_image(lease, a_made(lease, 1))
        await broker.finish(lease, Ended(Outcome.SUCCEEDED))
        job = await shop.job(lease.job)

    assert [image.verdict for image in job.images] == [NSFW, Finding()]
    assert [image.shown for image in job.images] == [ImageRule.SPOILER, ImageRule.POST]
    # What is looked at is what people get to see, marks included.
    assert eye.seen == [("image/png", image.size_bytes) for image in job.images]


async def test_a_picture_that_is_sent_again_is_not_looked_at_again(tmp_path: Path) -> None:
    eye = Eye()
    async with holding(tmp_path, eye) as (shop, broker, lease):
        first = await broker.put_image(lease, a_made(lease, 0))
        eye.finds = Finding()
        again = await broker.put_image(lease, a_made(lease, 0))
        await broker.put_image(lease, a_made(lease, 1))
        await broker.finish(lease, Ended(Outcome.SUCCEEDED))
        job = await shop.job(lease.job)

    assert first == again
    assert len(eye.seen) == 2
    assert job.images[0].verdict == NSFW


async def test_a_picture_survives_a_filter_that_fails_and_waits_unchecked(tmp_path: Path) -> None:
    async with holding(tmp_path, Eye(Temporary("the server answered 500"))) as (shop, broker, lease):
        await broker.put_image(lease, a_made(lease, 0))
        await broker.put_image(lease, a_made(lease, 1))
        await broker.finish(lease, Ended(Outcome.SUCCEEDED))
        job = await shop.job(lease.job)

    assert [image.verdict for image in job.withheld] == [UNCHECKED, UNCHECKED]
    assert job.pictures == ()


async def test_nobody_sees_a_half_finished_picture_that_will_be_looked_at(tmp_path: Path) -> None:
    async with holding(tmp_path, Eye()) as (shop, broker, lease):
        await broker.beat(ANN, [Beat(lease.job, lease.fence, 0.5, b"a preview")])
        looked_at = shop.events.progress(lease.job)
        await shop.local.beat(ANN, [Beat(lease.job, lease.fence, 0.6, b"a preview")])
        free = shop.events.progress(lease.job)

    assert (looked_at.fraction, looked_at.preview) == (0.5, None)
    assert free.preview == b"a preview"


async def test_a_filter_that_never_answers_is_given_up_in_time() -> None:
    assert await screened(Asleep(), a_png(), "image/png", within_s=0.01) == UNCHECKED


async def test_a_vector_is_shown_to_no_filter_and_counts_as_unchecked(tmp_path: Path) -> None:
    eye = Eye()
    async with holding(tmp_path, eye) as (shop, broker, lease):
        vector = a_made(lease, 0, data=SVG, media_type="image/svg+xml", origin=Origin.ALGORITHMIC)
        await broker.put_image(lease, vector)
        await broker.put_image(lease, a_made(lease, 1))
        await broker.finish(lease, Ended(Outcome.SUCCEEDED))
        job = await shop.job(lease.job)

    assert [image.verdict for image in job.images] == [UNCHECKED, NSFW]
    assert [media_type for media_type, _ in eye.seen] == ["image/png"]


async def test_a_moderation_server_is_a_screen() -> None:
    class Server:
        async def check_image(self, data: bytes, media_type: str) -> Finding:
            return Finding(is_flagged=media_type == "image/png" and bool(data), categories=("violence",))

    assert await ServerScreen(Server()).look(b"x", "image/png") == Finding(is_flagged=True, categories=("violence",))
