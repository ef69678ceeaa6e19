"""A web UI watched while it paints: progress, previews, and an interrupt that it really hears."""

from __future__ import annotations

import asyncio
import base64
import io
import json

import pytest
from PIL import Image

from pinxit.domain.errors import Temporary
from pinxit.domain.ids import JobId
from tests.generators.webui import Notes, a_task, as_bmp, failure, made, painter
from tests.providers.automatic1111_server import Automatic1111Server


@pytest.mark.parametrize("has_pages", [True, False])
async def test_progress_and_previews_are_told_while_it_paints(has_pages: bool) -> None:  # noqa: FBT001 - a parameter
    async with Automatic1111Server(has_pages=has_pages) as server, painter(server) as generator:
        seen = asyncio.Event()
        notes = Notes(seen.set)
        server.hold_at(3)
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(indices=(0, 1)), notes))
            await server.holds()
            while 0.3 not in notes.fractions:
                seen.clear()
                await seen.wait()
            server.go()

    assert len(painting.result()) == 2
    assert notes.fractions == sorted(notes.fractions)
    assert notes.fractions[-1] == 1.0
    with Image.open(io.BytesIO(notes.previews[0])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (256, 192))


@pytest.mark.parametrize("has_pages", [True, False])
async def test_a_cancelled_job_interrupts_the_server_and_paints_nothing_more(has_pages: bool) -> None:  # noqa: FBT001
    async with Automatic1111Server(has_pages=has_pages) as server, painter(server) as generator:
        notes = Notes()
        server.hold_at(2)
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(indices=(0, 1, 2)), notes))
            await server.holds()
            notes.cancelled.add(JobId("job"))

    assert painting.result() == []
    assert server.interrupts >= 1
    assert len(server.painted) == 1


async def test_a_job_that_is_cancelled_before_is_not_painted_at_all() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        notes = Notes()
        notes.cancelled.add(JobId("job"))

        assert await made(generator, a_task(), notes) == []
        assert server.asked == []


async def test_a_deadline_that_cancels_the_generator_interrupts_the_server() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        server.hold_at(2)
        painting = asyncio.ensure_future(made(generator, a_task()))
        await server.holds()
        painting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await painting

        assert server.interrupts >= 1


async def test_a_picture_that_takes_too_long_is_interrupted_and_tried_again_later() -> None:
    async with Automatic1111Server() as server:
        server.hold_at(2)
        text = await failure(server, timeout_s=0.2)

    assert text == "forge did not answer within 0.2 s"
    assert server.interrupts >= 1


async def test_a_strangers_picture_is_neither_shown_nor_interrupted() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        await made(generator, a_task())
        notes = Notes()
        server.hold_at(7)
        async with asyncio.TaskGroup() as group:
            stranger = group.create_task(server.paint_for_a_stranger())
            await server.holds()
            painting = group.create_task(made(generator, a_task(), notes))
            await server.waits()
            looks = server.asked.count("/internal/progress")
            await server.asked_for("/internal/progress", looks + 3)
            assert notes.previews == []
            notes.cancelled.add(JobId("job"))
            await server.asked_for("/internal/progress", looks + 6)
            server.go()

    assert not stranger.result()
    assert painting.result() == []


async def test_an_interrupt_at_the_server_asks_for_another_try() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        server.answers["/sdapi/v1/txt2img"] = (200, json.dumps({"images": [], "parameters": {}, "info": "{}"}))
        with pytest.raises(Temporary, match="somebody interrupted it at the server"):
            await made(generator, a_task())


@pytest.mark.parametrize("fraction", ["1" + "0" * 400, "-1" + "0" * 400, "1e999", '"half"', "null"])
async def test_a_progress_that_is_none_does_no_harm(fraction: str) -> None:
    async with Automatic1111Server(has_pages=False) as server, painter(server) as generator:
        notes = Notes()
        server.hold_at(2)
        shown = base64.b64encode(as_bmp(Image.new("RGB", (8, 8)))).decode()
        server.answers["/sdapi/v1/progress"] = (200, f'{{"progress": {fraction}, "current_image": "{shown}"}}')
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(), notes))
            await server.holds()
            await server.asked_for("/sdapi/v1/progress", 2)
            server.go()

    assert len(painting.result()) == 1
    assert all(0 <= one <= 1 for one in notes.fractions)
    assert notes.previews == []
