"""An images server watched while it paints: previews out of a stream, a cancel, what is told before it costs."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Code, LeaseLost, PinxitError, Refused, Temporary
from pinxit.domain.ids import JobId
from pinxit.domain.request import Mode, Role
from tests.builders import a_request
from tests.generators.openai_room import a_task, as_png, fail, paint, painter
from tests.generators.watching import Notes
from tests.providers.openai_server import OpenAIServer


@pytest.mark.parametrize("is_edit", [False, True])
async def test_partial_pictures_are_previews_and_the_last_one_is_the_picture(is_edit: bool) -> None:  # noqa: FBT001 - a parameter
    notes = Notes()
    source = {Role.IMAGE: as_png(Image.new("RGB", (8, 8)))} if is_edit else {}
    task = a_task(source, indices=(0, 1), mode=Mode.IMG2IMG if is_edit else Mode.TXT2IMG)
    async with OpenAIServer() as server, painter(server, partial_images=2) as generator:
        quote = generator.quote(a_request(width_px=1024, height_px=1024, quality="low"))
        images = await paint(generator, task, notes)

    assert [(call["n"], call["stream"], call["partial_images"]) for call in server.created] == [(1, True, 2)] * 2
    assert [image.index for image in images] == [0, 1]
    assert len(notes.previews) == 4
    with Image.open(io.BytesIO(notes.previews[0])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (256, 256))
    assert notes.fractions == sorted(notes.fractions)
    assert notes.fractions[-1] == 1.0
    assert notes.charged_micro == [(50 * 5 + 1000 * 8 * is_edit + 400 * 30)] * 2
    assert quote.dollars_micro == 6_000 + 2 * 100 * 30


async def test_a_server_that_knows_no_streams_gives_the_picture_all_the_same() -> None:
    async with OpenAIServer(streams_whole=True) as server, painter(server, partial_images=1) as generator:
        assert len(await paint(generator)) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "moderation_blocked", "message": "a red fox in snow"}, Refused),
        ({"code": "oh"}, Broken),
        ({"type": "server_error"}, Temporary),
        ({}, Temporary),  # It ends, and that is all.
    ],
)
async def test_an_error_within_a_stream_is_an_error(error: dict[str, str], kind: type[PinxitError]) -> None:
    async with OpenAIServer() as server:
        server.break_stream(error)
        found = await fail(server, partial_images=1)

    assert type(found) is kind
    assert getattr(found, "code", None) is (Code.MODERATED if kind is Refused else None)
    assert getattr(found, "unanswered", False) is (error == {})
    assert len(server.created) == 1


async def test_a_preview_that_is_no_picture_spoils_nothing() -> None:
    notes = Notes()
    async with OpenAIServer() as server, painter(server, partial_images=1) as generator:
        server.spoil_next()  # In the server's stream both are the same one.
        with pytest.raises(Broken):
            await paint(generator, None, notes)

    assert notes.previews == []
    assert notes.charged_micro == [12_250]


async def test_a_job_cancelled_before_is_neither_told_nor_asked() -> None:
    notes = Notes(cancel_after=0)
    async with OpenAIServer() as server, painter(server) as generator:
        assert await paint(generator, None, notes) == []

    assert (server.created, notes.sent_ids) == ([], [])


async def test_a_job_cancelled_meanwhile_is_paid_and_asks_and_yields_nothing_more() -> None:
    notes = Notes()
    async with OpenAIServer() as server, painter(server, at_once=1) as generator:
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(paint(generator, a_task(indices=tuple(range(5))), notes))
            await server.holding.wait()
            notes.cancelled.add(JobId("job"))
            server.go()

    assert painting.result() == []
    assert len(server.created) == 1
    assert notes.charged_micro == [48_250]


async def test_no_call_leaves_for_a_job_that_was_lost() -> None:
    class Lost(Notes):
        async def sent(self, job: JobId, upstream_id: str | None) -> None:
            raise LeaseLost(f"{job} {upstream_id}")

    async with OpenAIServer() as server, painter(server) as generator:
        with pytest.raises(LeaseLost):
            await paint(generator, None, Lost())

    assert server.created == []


async def test_calls_run_side_by_side_up_to_the_limit() -> None:
    async with OpenAIServer() as server, painter(server, at_once=2) as generator:
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(paint(generator, a_task(indices=tuple(range(9)))))
            await server.asked_for(2)
            server.go()

    assert server.most_at_once == 2
    assert [image.index for image in painting.result()] == list(range(9))


@pytest.mark.parametrize("ending", ["cut", "error", "silence"])
async def test_a_picture_that_came_is_kept_however_its_stream_ends(ending: str) -> None:
    notes = Notes()
    async with OpenAIServer() as server, painter(server, partial_images=1, timeout_s=2.0) as generator:
        server.endings = [ending]
        assert len(await paint(generator, None, notes)) == 1

    assert notes.charged_micro == [12_250]


async def test_no_more_previews_are_shown_than_were_asked_for() -> None:
    notes = Notes()
    async with OpenAIServer() as server, painter(server, partial_images=1) as generator:
        server.partials_more = 3
        await paint(generator, None, notes)

    assert (len(notes.previews), notes.fractions) == (1, [0.5, 1.0])


async def test_a_limit_that_a_stream_tells_is_waited_for_as_any_other() -> None:
    async with OpenAIServer() as server, painter(server, partial_images=1) as generator:
        server.break_stream({"type": "requests", "code": "rate_limit_exceeded"})
        assert len(await paint(generator)) == 1

    assert len(server.created) == 2
