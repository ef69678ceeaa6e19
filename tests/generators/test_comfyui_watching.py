"""A ComfyUI watched while it paints: progress, previews, a place in line given up, and what outlives a crash."""

from __future__ import annotations

import asyncio
import io
import json
from typing import cast

import aiohttp
import pytest
from PIL import Image

from pinxit.domain.errors import Temporary
from pinxit.domain.ids import JobId
from pinxit.generators.comfyui.events import Event, Listener
from tests.generators.comfy import a_task, failure, made, painter
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.providers.comfyui_server import ComfyUIServer
from tests.providers.keys import a_key


async def test_progress_and_previews_are_told_while_it_paints() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        notes = Notes()
        await made(generator, a_task(indices=(0, 1)), notes)

    assert notes.fractions == sorted(notes.fractions)
    assert {1 / 6, 2 / 6, 3 / 6, 4 / 6} <= set(notes.fractions)
    assert notes.fractions[-1] == 1.0
    with Image.open(io.BytesIO(notes.previews[0])) as picture:
        assert (picture.format, picture.size) == ("JPEG", (256, 192))


async def test_without_a_socket_the_history_tells_the_end() -> None:
    async with ComfyUIServer(has_sockets=False) as server, painter(server) as generator:
        never = await made(generator, a_task())
    clock = HurriedClock()
    async with ComfyUIServer() as server, painter(server, clock) as generator:
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task()))
            await server.holding.wait()
            await server.drop_sockets()
            await server.asked_for("/queue", server.asked.count("/queue") + 3)
            server.go()

    assert len(never) == len(painting.result()) == 1
    assert len(server.created) == 1
    assert clock.pauses_s[:2] == [0.02, 0.02]


async def test_a_socket_that_is_redirected_is_not_followed_and_neither_the_key_nor_the_prompt_goes_there() -> None:
    async with ComfyUIServer() as elsewhere, ComfyUIServer(auth=f"Bearer {a_key('comfyui')}") as server:
        server.redirects["/ws"] = f"{elsewhere.url}/ws"
        async with painter(server) as generator:
            images = await made(generator, a_task())

    assert len(images) == 1
    assert elsewhere.asked == []


async def test_a_cancelled_job_interrupts_the_server_and_paints_nothing_more() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        notes = Notes()
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(indices=(0, 1, 2)), notes))
            await server.holding.wait()
            notes.cancelled.add(JobId("job"))

    assert painting.result() == []
    assert (server.interrupted, server.deleted) == ([server.created[0]["prompt_id"]], [])
    assert len(server.created) == 1


async def test_a_cancelled_job_that_waits_behind_a_stranger_leaves_the_line_and_the_stranger_goes_on() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        notes = Notes()
        server.hold()
        stranger = server.queue_for_a_stranger()
        await server.holding.wait()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(), notes))
            await server.asked_for("/prompt")
            notes.cancelled.add(JobId("job"))
        server.go()
        await server.ended(stranger)

    assert painting.result() == []
    assert (server.interrupted, server.deleted) == ([], [server.created[0]["prompt_id"]])
    assert server.history[stranger]["status"]["completed"]


async def test_a_job_that_is_cancelled_before_is_not_painted_at_all() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        assert await made(generator, a_task(), Notes(cancel_after=0)) == []
        assert server.asked == []


async def test_a_deadline_that_cancels_the_generator_interrupts_the_server() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        server.hold()
        painting = asyncio.ensure_future(made(generator, a_task()))
        await server.holding.wait()
        painting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await painting

        assert server.cancels == 1


async def test_a_picture_that_takes_too_long_is_interrupted_and_tried_again_later() -> None:
    async with ComfyUIServer() as server:
        server.hold()
        error = await failure(server, timeout_s=0.2)

    assert isinstance(error, Temporary)
    assert str(error) == "comfy has not painted within 0.2 s; it may be asked again later"
    assert server.cancels == 1


async def test_an_interrupt_at_the_server_asks_for_another_try() -> None:
    async with ComfyUIServer() as server:
        server.hold()
        async with asyncio.TaskGroup() as group:
            failing = group.create_task(failure(server))
            await server.holding.wait()
            server.interrupt()

    assert isinstance(failing.result(), Temporary)
    assert "somebody interrupted it at the server" in str(failing.result())


async def test_a_server_that_was_started_anew_has_forgotten_the_picture() -> None:
    async with ComfyUIServer() as server:
        server.hold()
        async with asyncio.TaskGroup() as group:
            failing = group.create_task(failure(server))
            await server.holding.wait()
            server.restart()

    assert isinstance(failing.result(), Temporary)
    assert "has forgotten the picture; was it started anew?" in str(failing.result())


async def test_after_a_crash_what_was_painted_meanwhile_is_fetched_and_the_rest_is_made() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        before, after = Notes(), Notes()
        first = await made(generator, a_task(indices=(0,), count=3), before)
        ids = json.loads(before.sent_ids[0] or "")
        again = await made(generator, a_task(indices=(0, 1), count=3, upstream_id=json.dumps(ids)), after)

    assert [image.data for image in again][:1] == [first[0].data]
    assert [body["prompt"]["sampler"]["inputs"]["seed"] for body in server.created] == [7, 8]
    assert json.loads(after.sent_ids[0] or "") == {**ids, "1": server.created[1]["prompt_id"]}


async def test_after_a_crash_what_is_still_painted_is_waited_for() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        before = Notes()
        server.hold()
        async with asyncio.TaskGroup() as group:
            lost = group.create_task(made(generator, a_task(), before))
            await server.holding.wait()
            task = a_task(upstream_id=before.sent_ids[0])
            found = group.create_task(made(generator, task))
            await server.asked_for("/queue")
            server.go()

    assert lost.result()[0].data == found.result()[0].data
    assert len(server.created) == 1


@pytest.mark.parametrize("end", ["interrupted", "forgotten", "unreadable"])
async def test_after_a_crash_what_was_not_finished_is_made_again(end: str) -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        before = Notes()
        server.hold()
        painting = asyncio.ensure_future(made(generator, a_task(), before))
        await server.holding.wait()
        painting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await painting
        await server.ended(server.created[0]["prompt_id"])
        server.holding.clear()
        if end == "forgotten":
            server.restart()
        told = "a fox" if end == "unreadable" else before.sent_ids[0]
        async with asyncio.TaskGroup() as group:
            again = group.create_task(made(generator, a_task(upstream_id=told)))
            await server.holding.wait()
            # What became of the first one is not taken for the end of this one.
            look = f"/history/{server.created[1]['prompt_id']}"
            await server.asked_for(look, server.asked.count(look) + 2)
            server.go()

    assert len(again.result()) == 1
    assert len(server.created) == 2


class Chatter:
    """A socket on which something comes whenever somebody listens: `said`, then talk of others without end."""

    def __init__(self, *said: str) -> None:
        self._said = list(said)

    async def receive(self) -> aiohttp.WSMessage:
        await asyncio.sleep(0)
        text = self._said.pop(0) if self._said else '{"type": "crystools.monitor", "data": {"cpu": 9}}'
        return aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, text, None)


def a_listener(*said: str) -> Listener:
    return Listener("mine", cast("aiohttp.ClientWebSocketResponse", Chatter(*said)), HurriedClock())


async def test_talk_of_others_is_silence_after_which_the_history_is_asked() -> None:
    async with asyncio.timeout(10):
        assert await a_listener().next(0.02) is None


@pytest.mark.parametrize("said", ["no JSON", "[]", '{"data": 3}', '{"data": {"prompt_id": "other"}}', "[" * 2**19])
async def test_what_is_not_about_this_prompt_is_left_out(said: str) -> None:
    event = await a_listener(said, '{"type": "executing", "data": {"prompt_id": "mine", "node": "3"}}').next(10)

    assert event == Event("executing", "3")


@pytest.mark.parametrize(("value", "fraction"), [("1" + "0" * 400, 1.0), ("-1", 0.0), ("1e999", 1.0), ("2", 0.5)])
async def test_progress_is_never_outside_of_its_bounds(value: str, fraction: float) -> None:
    said = f'{{"type": "progress", "data": {{"prompt_id": "mine", "node": "3", "value": {value}, "max": 4}}}}'

    assert await a_listener(said).next(10) == Event("progress", "3", fraction)
