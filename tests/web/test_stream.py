from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.web.served import JOBS, Served, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    import aiohttp


class Heard:
    """The events of a stream, one after the other."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.last_id = ""

    async def block(self) -> str:
        """Return the next block, up to its empty line; empty at the end of the stream."""
        return (await self.response.content.readuntil(b"\n\n")).decode()

    async def state(self) -> Any:  # noqa: ANN401 - JSON
        """Return the next state, or None at the end of the stream."""
        while block := await self.block():
            fields = dict(line.split(": ", 1) for line in block.strip().split("\n"))
            if fields.get("event") == "state":
                self.last_id = fields["id"]
                return json.loads(fields["data"])
        return None


@asynccontextmanager
async def following(api: Served, job: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[Heard]:
    async with api.session.get(f"{api.url}{JOBS}/{job}/events", headers=headers) as response:
        yield Heard(response)


async def test_a_stream_tells_every_state_up_to_the_end_and_ends(api: Served) -> None:
    job = (await api.ask()).json["id"]
    states = []

    async with following(api, job) as heard, api.painting():
        while (state := await heard.state()) is not None:
            states.append(state)

    assert heard.response.content_type == "text/event-stream"
    assert states[0]["status"] == "queued"
    assert "running" in {state["status"] for state in states}
    assert any(0 < state["progress"] < 1 for state in states)
    assert states[-1] == await api.look(job)
    assert states[-1]["status"] == "succeeded"


async def test_what_the_caller_has_is_not_sent_again(api: Served) -> None:
    job = (await api.ask()).json["id"]
    async with following(api, job) as heard:
        await heard.state()

    async with following(api, job, {"Last-Event-ID": heard.last_id}) as again:
        await again.block()  # How long to wait before coming back.
        silence = await again.block()
        await api.call("POST", f"{JOBS}/{job}/cancel")
        state = await again.state()

    assert silence.startswith(": ")
    assert state["status"] == "cancelled"


async def test_who_has_the_end_is_told_not_to_come_back(api: Served) -> None:
    job = (await api.ask()).json["id"]
    await api.call("POST", f"{JOBS}/{job}/cancel")
    async with following(api, job) as heard:
        await heard.state()

    async with following(api, job, {"Last-Event-ID": heard.last_id}) as again:
        assert again.response.status == 204


async def test_a_stream_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path) as api:
        job = (await api.ask()).json["id"]
        async with following(api, job) as heard:
            await heard.state()

    async with serving(tmp_path) as api, following(api, job, {"Last-Event-ID": heard.last_id}) as again:
        await api.call("POST", f"{JOBS}/{job}/cancel")
        state = await again.state()

    assert state["status"] == "cancelled"


async def test_a_stream_ends_when_the_server_stops(tmp_path: Path) -> None:
    async with serving(tmp_path) as api:
        job = (await api.ask()).json["id"]
        async with following(api, job) as heard:
            await heard.state()
            api.server.stop()

            assert await heard.state() is None


async def test_a_waiting_job_s_place_is_told_as_it_changes(api: Served) -> None:
    first, second = [(await api.ask()).json["id"] for _ in range(2)]
    await api.studio.queue.look()

    async with following(api, second) as heard:
        before = await heard.state()
        await api.call("POST", f"{JOBS}/{first}/cancel")
        after = await heard.state()

    assert (before["position"], after["position"]) == (1, 0)


async def test_a_stream_ends_when_its_job_is_deleted(api: Served) -> None:
    job = (await api.ask()).json["id"]
    store = api.studio.store

    async with following(api, job) as heard:
        first = await heard.state()
        # Nobody is told between the two, as it is when they come right after one another.
        await store.jobs.cancel(job, api.studio.clock.now())
        await store.deletions.job(job, api.studio.clock.now())
        last = await heard.state()

    assert (first["status"], last) == ("queued", None)
