from __future__ import annotations

import asyncio
import io
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from PIL import Image

from pinxit.data.pictures import read_picture
from pinxit.domain.errors import Code, Refused, Temporary
from pinxit.domain.generator import Failed, Generator, Prepared
from pinxit.domain.ids import JobId
from pinxit.domain.request import Role
from pinxit.queue.downloads import Downloads
from tests.builders import a_request
from tests.providers.slow_server import running_slow_server
from tests.queueing.prepare_room import LLM, MAX_PIXELS, a_room, respond

if TYPE_CHECKING:
    from pathlib import Path


def a_picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "PNG")
    return file.getvalue()


def a_bomb(width_px: int, height_px: int) -> bytes:
    """Return a small PNG that says it is so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def test_prepare_is_a_generator_that_fetches_its_own_sources(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        assert isinstance(room.prepare, Generator)
        assert not room.prepare.capabilities.takes_sources
        assert room.prepare.quote(LLM).credits_milli == 0


async def test_a_source_is_fetched_measured_and_stored(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        task = await room.submit(a_request(), "/image.png")

        request = await room.prepared(task)

        (row,) = await room.store.images.sources(task.job)
        assert request == task.request
        assert (row.media_type, row.width_px, row.height_px) == ("image/png", 64, 48)
        assert row.path is not None
        data = await room.blobs.get(row.path)
        assert (row.sha256, row.size_bytes) == (read_picture(data, max_pixels=MAX_PIXELS).sha256, len(data))
        assert room.steps == ["prepare.begin", "prepare.fetched", "prepare.end"]


async def test_a_later_attempt_uses_the_bytes_of_the_first(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        task = await room.submit(a_request(), "/image.png")
        await room.prepared(task)
        await room.prepared(task)

        assert len(room.server.asked) == 1
        assert len(room.files()) == 1


async def test_of_two_attempts_at_once_the_first_stored_bytes_win_and_the_others_are_deleted(tmp_path: Path) -> None:
    colours = iter(["red", "blue"])

    async def another(_: web.Request) -> web.Response:
        return web.Response(body=a_picture(next(colours)))

    async with a_room(tmp_path, {"/image.png": another}) as room:
        task = await room.submit(a_request(), "/image.png")
        room.server.hold()
        async with asyncio.TaskGroup() as both:
            both.create_task(room.prepared(task))
            both.create_task(room.prepared(task))
            await room.server.asked_for("/image.png", 2)
            room.server.release()

        (row,) = await room.store.images.sources(task.job)
        assert room.files() == [row.path]
        assert row.path is not None
        data = await room.blobs.get(row.path)
        assert read_picture(data, max_pixels=MAX_PIXELS).sha256 == row.sha256


async def test_a_source_that_is_there_already_is_left_alone(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        task = await room.submit(a_request(), "/image.png")
        (row,) = await room.store.images.sources(task.job)
        assert await room.store.images.fetched(task.job, replace(row, path="sources/there.png"))
        assert not await room.store.images.fetched(task.job, replace(row, path="sources/other.png"))
        assert not await room.store.images.fetched(JobId("another"), replace(row, path="sources/other.png"))

        await room.prepared(task)

        assert room.server.asked == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (a_bomb(40_000, 25_000), "pixels|broken"),
        (a_bomb(10_000, 10_000), "10000×10000 pixels"),
        (b"<html>not found</html>", "not a PNG"),
        (b"", "not a PNG"),
        (a_picture("red")[:50], "broken"),
        (b"GIF89a", "broken|not a PNG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not a PNG"),
    ],
    ids=["bomb", "large", "html", "empty", "half", "header", "svg"],
)
async def test_what_is_no_picture_ends_the_job_with_a_sentence(tmp_path: Path, data: bytes, reason: str) -> None:
    answer = respond(body=data, content_type="image/png")
    async with a_room(tmp_path, {"/a": answer}) as room:
        error = await room.failed(await room.submit(a_request(), "/a", role=Role.MASK))

        assert isinstance(error, Refused)
        assert error.code is Code.SOURCE_INVALID
        assert error.facts["field"] == "mask"
        with pytest.raises(Refused, match=reason):
            raise error
        assert room.files() == []


@pytest.mark.parametrize("url", ["http://169.254.169.254/a", "https://127.0.0.1/a.png", "file:///etc/passwd"])
async def test_a_private_source_is_refused_here_too(tmp_path: Path, url: str) -> None:
    async with a_room(tmp_path) as room:
        error = await room.failed(await room.submit(a_request(), url))

        assert isinstance(error, Refused)
        assert error.code is Code.SOURCE_URL_REFUSED


async def test_a_source_that_does_not_come_is_asked_for_again_by_the_queue(tmp_path: Path) -> None:
    async with a_room(tmp_path, {"/a": respond(status=503)}) as room:
        error = await room.failed(await room.submit(a_request(), "/a"))

        assert isinstance(error, Temporary)


async def test_one_jobs_failure_leaves_the_others_of_the_batch_alone(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        bad, good = await room.submit(a_request(), "/nothing"), await room.submit(a_request(), "/image.png")

        made = [one async for one in room.prepare.generate([bad, good], room.watch)]

        assert [type(one) for one in made] == [Failed, Prepared]


async def test_a_cancelled_job_asks_nobody_anything(tmp_path: Path) -> None:
    async with a_room(tmp_path, enhances=True, moderates=True) as room:
        room.watch.cancelled = True

        assert await room.run(await room.submit(LLM, "/image.png")) == []
        assert await room.run(await room.submit(LLM)) == []
        assert room.server.asked == []


async def test_a_disk_that_takes_nothing_is_tried_again(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        (tmp_path / "files").write_text("a file where a folder should be")

        error = await room.failed(await room.submit(a_request(), "/image.png"))

        assert isinstance(error, Temporary)
        assert str(tmp_path) not in str(error)


async def test_the_slow_server_runs_as_a_process_of_its_own() -> None:
    with running_slow_server("--held", "--seconds", "20") as url:
        host = url.removeprefix("http://")
        async with Downloads([host], 10, 1_000_000) as downloads, asyncio.TaskGroup() as group:
            image = group.create_task(downloads.fetch(f"{url}/image.png"))
            counts = await downloads.fetch(f"{url}/admin/counts")
            await downloads.fetch(f"{url}/admin/release")

        assert image.result().startswith(b"\x89PNG")
        assert counts in (b"{}", b'{"/image.png": 1}')
