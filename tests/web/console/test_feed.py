from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.data.keys import KeyScope
from pinxit.domain.caller import OPERATOR
from pinxit.domain.delivery import DeliveryState
from pinxit.domain.ids import JobId
from pinxit.web.console.subscriber import MOST_WAITING, RESYNC, Subscriber, block
from tests.web.console.consoles import LIVELY, Console, serving_console, streaming
from tests.web.console.test_console_pages import Elements
from tests.web.served import JOBS

if TYPE_CHECKING:
    from pathlib import Path


NEWS = ("message", "removed", "resync")


async def seen_on(console: Console, path: str = "/c/local") -> str:
    """Return what a page says that it shows."""
    return str(Elements(await console.page(path)).first(id="stream")["data-seen"])


async def test_a_job_is_told_from_the_wish_to_the_picture(console: Console) -> None:
    states: list[str] = []
    progress: list[float] = []
    html = ""

    async with streaming(console, seen=await seen_on(console)) as stream, console.painting():
        job = await console.say("a red fox --size 512x512")
        while "succeeded" not in states:
            kind, said = await stream.event("message", "progress")
            assert said["job"] == job
            if kind == "message":
                html = said["html"]
                states.append(said["state"])
                article = Elements(html).messages()
                assert [(one["id"], one["data-version"]) for one in article] == [(f"job-{job}", said["version"])]
            else:
                progress.append(said["progress"])

    assert states[0] in ("queued", "running")
    assert progress == sorted(progress)
    assert "a red fox" in html
    assert "/thumbnail" in html
    assert await console.studio.store.history.named([JobId(job)])


async def test_a_page_that_shows_everything_hears_only_of_what_follows(console: Console) -> None:
    await console.say("a red fox")
    seen = await seen_on(console)

    async with streaming(console, seen=seen) as stream:
        job = await console.say("a blue fox")
        first = await stream.event(*NEWS)

    assert (first[0], first[1]["job"]) == ("message", job)


async def test_a_page_that_has_missed_something_is_told_to_look(console: Console) -> None:
    seen = await seen_on(console)
    await console.say("a red fox")

    async with streaming(console, seen=seen) as stream:
        assert (await stream.event())[0] == "resync"


async def test_a_channel_with_more_than_a_page_is_compared_by_its_newest(console: Console) -> None:
    for number in range(25):
        await console.ask(prompt=f"fox {number}")
    seen = await seen_on(console)

    async with streaming(console, seen=seen) as stream:
        job = await console.say("a blue fox")
        first = await stream.event(*NEWS)

    assert (first[0], first[1]["job"]) == ("message", job)


async def test_two_pages_hear_the_same_each_in_its_language(console: Console) -> None:
    async with (
        streaming(console) as english,
        streaming(console, headers={"Accept-Language": "de"}) as german,
    ):
        await console.say("a red fox")
        first, second = await english.event("message"), await german.event("message")

    assert first[1]["version"] == second[1]["version"]
    assert "Cancel" in first[1]["html"]
    assert "Abbrechen" in second[1]["html"]


async def test_what_came_over_the_api_is_told_too(console: Console) -> None:
    async with streaming(console) as stream:
        job = (await console.ask()).json["id"]

        assert (await stream.event("message"))[1]["job"] == job


async def test_another_channel_s_jobs_are_not_told_here_but_counted(console: Console) -> None:
    guild = (await console.post("/channels", name="other")).json["url"].removeprefix("/c/")

    async with streaming(console) as stream:
        await console.say("a red fox", guild)
        while (await stream.event("channels"))[1]["unread"].get(guild) != 1:
            pass
        job = await console.say("a blue fox")
        assert (await stream.event("message"))[1]["job"] == job
        assert [said["job"] for kind, said in stream.past if kind == "message"] == [job]

        newest = (await console.ask(guild=guild)).json["id"]
        await console.post(f"/c/{guild}/read", job=newest)
        while (await stream.event("channels"))[1]["unread"][guild] != 0:
            pass


async def test_a_channel_that_is_opened_later_hears_of_jobs_that_were_others_before(console: Console) -> None:
    guild = (await console.post("/channels", name="other")).json["url"].removeprefix("/c/")
    job = await console.say("a red fox", guild)

    async with streaming(console) as here:
        console.studio.events.wake(job)
        await console.say("a blue fox")
        await here.event("message")
        async with streaming(console, guild, await seen_on(console, f"/c/{guild}")) as there:
            await there.event("progress", "beat")
            await console.call("POST", f"{JOBS}/{job}/cancel")
            told = await there.event("message")

    assert (told[1]["job"], told[1]["state"]) == (job, "cancelled")


async def test_a_private_job_is_told_only_to_its_person_and_the_operator(console: Console) -> None:
    store, clock = console.studio.store, console.studio.clock
    key, secret = await store.keys.create("k", [KeyScope.SUBMIT], clock.now())
    as_key = {"Authorization": f"Bearer {secret}"}
    await console.ask(as_key)

    async with (
        streaming(console, key.guild, headers=as_key) as own,
        streaming(console, key.guild) as operator,
    ):
        hidden = (await console.ask(guild=key.guild, person="somebody", private=True)).json["id"]
        mine = (await console.ask(as_key, private=True)).json["id"]
        told = [(await operator.event("message"))[1]["job"] for _ in range(2)]

        assert (await own.event("message"))[1]["job"] == mine
        await console.call("POST", f"{JOBS}/{hidden}/cancel")
        await console.call("POST", f"{JOBS}/{mine}/cancel")
        assert (await own.event("message"))[1]["job"] == mine
    assert told == [hidden, mine]


async def test_a_deleted_job_vanishes_from_open_pages(console: Console) -> None:
    job = await console.say("a red fox --size 64x64")
    await console.painted(job)

    async with streaming(console, seen=await seen_on(console)) as stream:
        await console.post("/c/local/act", act="delete", job=job)

        assert await stream.event(*NEWS) == ("removed", {"job": job})


async def test_what_no_event_told_is_found_by_looking(tmp_path: Path) -> None:
    async with serving_console(tmp_path, pace=replace(LIVELY, check_s=0.05)) as console:
        job = await console.say("a red fox --size 64x64")
        await console.painted(job)
        async with streaming(console, seen=await seen_on(console)) as stream:
            await console.studio.store.deletions.job(JobId(job), console.studio.clock.now())

            assert await stream.event(*NEWS) == ("removed", {"job": job})


async def test_a_waiting_job_s_place_is_told_as_it_changes(console: Console) -> None:
    first, second = [await console.say("a red fox") for _ in range(2)]
    await console.studio.queue.look()

    async with streaming(console, seen=await seen_on(console)) as stream:
        await console.call("POST", f"{JOBS}/{first}/cancel")
        await console.studio.queue.look()
        while True:
            _, said = await stream.event("progress")
            if said["job"] == second and said["status"].startswith("1st"):
                break


async def test_silence_is_broken_by_beats(console: Console) -> None:
    async with streaming(console, seen=await seen_on(console)) as stream:
        assert await stream.event("beat", "message") == ("beat", {})


async def test_a_stream_ends_when_the_server_stops_and_goes_on_after(tmp_path: Path) -> None:
    async with serving_console(tmp_path) as console:
        job = await console.say("a red fox")
        seen = await seen_on(console)
        async with streaming(console, seen=seen) as stream:
            await stream.event("beat")
            console.server.stop()
            assert (await stream.event("message"))[0] == "end"

    async with serving_console(tmp_path) as console, streaming(console, seen=seen) as stream:
        await console.call("POST", f"{JOBS}/{job}/cancel")
        first = await stream.event(*NEWS)

    assert (first[0], first[1]["state"]) == ("message", "cancelled")


async def test_a_stream_ends_when_its_key_is_revoked(console: Console) -> None:
    store, clock = console.studio.store, console.studio.clock
    key, secret = await store.keys.create("k", [KeyScope.SUBMIT], clock.now())

    async with streaming(console, key.guild, headers={"Authorization": f"Bearer {secret}"}) as stream:
        await stream.event("beat")
        await store.keys.revoke(key.id, clock.now())

        assert (await stream.event("message"))[0] == "end"


async def test_one_stream_too_many_is_refused(tmp_path: Path) -> None:
    async with serving_console(tmp_path, most_streams=2) as console, AsyncExitStack() as stack:
        for _ in range(2):
            stream = await stack.enter_async_context(streaming(console))
            await stream.event()
        refused = await console.call("GET", "/c/local/stream")

    assert (refused.status, refused.json["error"]) == (503, "streams_full")
    assert refused.headers["Retry-After"]


async def test_a_page_that_was_left_makes_room(tmp_path: Path) -> None:
    async with serving_console(tmp_path, most_streams=1) as console:
        async with streaming(console) as stream:
            await stream.event()
        while (await console.call("HEAD", "/health/live")).status == 200:
            async with streaming(console) as stream:
                if stream.response.status == 200:
                    break

        assert stream.response.status == 200


async def test_every_job_of_the_console_has_its_delivery(console: Console) -> None:
    job = JobId(await console.say("a red fox --size 64x64"))
    await console.painted(job)

    deliveries = console.studio.store.deliveries
    (delivery,) = await deliveries.of_job(job)
    while delivery.state is not DeliveryState.DONE:
        (delivery,) = await deliveries.of_job(job)
    assert (delivery.platform, delivery.channel, delivery.message_id) == ("web", "local", job)


async def test_the_queue_view_moves(console: Console) -> None:
    async with console.session.get(f"{console.url}/queue/stream") as response:
        await response.content.readuntil(b"\n\n")  # How long to wait before coming back.
        before = await response.content.readuntil(b"\n\n")
        await console.say("a red fox")
        await console.studio.queue.look()
        async with asyncio.timeout(30):
            # A sign of life may come first.
            while (after := await response.content.readuntil(b"\n\n")).startswith(b"event: beat\n"):
                pass

    assert before.startswith(b"event: lanes\n")
    assert b'"guild":"local"' not in before
    assert b'"guild":"local"' in after


def subscriber(caller: object = OPERATOR) -> Subscriber:
    return Subscriber(caller, "en", asyncio.Event())  # type: ignore[arg-type]  # a Caller


def test_a_later_state_takes_the_place_of_an_earlier_one() -> None:
    reader = subscriber()
    reader.tell("progress", "job-1", b"1")
    reader.tell("progress", "job-2", b"2")
    reader.tell("progress", "job-1", b"3")

    assert reader.take() == b"23"
    assert reader.take() == b""


def test_a_slow_page_is_told_to_look_instead_of_everything() -> None:
    reader = subscriber()
    for number in range(MOST_WAITING + 1):
        reader.tell("message", f"job-{number}", b"x")
    reader.tell("message", "job-x", b"y")

    assert reader.take() == RESYNC + b"y"


def test_no_text_ends_an_event() -> None:
    text = "\n\nevent: removed\ndata: {}\r\n\r\n\u2028"

    assert block("message", {"html": text}).count(b"\n") == 3
