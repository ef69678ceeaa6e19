from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from pinxit.domain.errors import Broken, PinxitError, Temporary
from pinxit.generators.http import Answer, Api, Retry
from tests.generators.http_room import KEY, PROMPT, HurriedClock, an_api, error_of, ok, trouble
from tests.providers.bad_server import BadServer, replies, reply


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "does not accept the request"),
        (401, "does not accept the key"),
        (402, "no credit"),
        (403, "does not let the key"),
        (404, "no such model"),
        (410, "given this model or address up"),
        (413, "too large"),
        (418, "answers with 418"),
        (422, "does not accept the request"),
    ],
)
async def test_an_error_that_waiting_does_not_cure_is_broken_at_once(
    server: BadServer, api: Api, status: int, words: str
) -> None:
    server.answer("/v1/paint", reply(status, PROMPT.encode()))

    error = await error_of(api.call("POST", "/v1/paint"))

    assert isinstance(error, Broken)
    assert words in str(error)
    assert str(error).startswith("Painter ")
    assert (error.rest_s is not None) == (status in (401, 402)), "then nobody gets through, whatever he asks for"
    assert len(server.asked) == 1


async def test_a_key_that_the_provider_repeats_is_masked_before_anybody_sees_it(api: Api) -> None:
    seen: list[Answer] = []

    error = await error_of(api.call("GET", "/key", refused=seen.append))

    assert "(401)" in str(error)
    assert seen[0].json() == {"error": {"message": "Incorrect API key provided: Bearer ***"}}
    assert seen[0].headers["x-key"] == "Bearer ***"
    assert KEY not in repr(seen[0])


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (b'{"error": "wrong key none"}', b'{"error": "wrong key ***"}'),
        (b'{"b64_json": "iVBORnoneAAA/none+A=="}', b'{"b64_json": "iVBORnoneAAA/none+A=="}'),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rnone\0", b"\x89PNG\r\n\x1a\n\0\0\0\rnone\0"),
    ],
)
async def test_a_short_key_is_masked_in_words_and_no_picture_is_spoilt_by_it(
    server: BadServer, clock: HurriedClock, body: bytes, seen: bytes
) -> None:
    server.answer("/v1/paint", reply(200, body))

    async with an_api(server, clock, secrets=["none"]) as api:
        assert (await api.call("GET", "/v1/paint")).data == seen


@pytest.mark.parametrize("said", ["1 Jan 99999999999999999999 00:00:00 GMT", "1 Jan 2022 00:00 +2999999999999"])
async def test_a_moment_that_no_calendar_has_is_no_moment(server: BadServer, api: Api, said: str) -> None:
    server.answer("/v1/paint", reply(429, b"", {"Retry-After": said}))

    error = await error_of(api.call("GET", "/v1/paint"))

    assert isinstance(error, Temporary)
    assert error.retry_after_s is None


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_trouble_that_may_pass_is_tried_again_and_then_temporary(
    server: BadServer, api: Api, clock: HurriedClock, status: int
) -> None:
    server.answer("/v1/paint", reply(status))

    error = await error_of(api.call("POST", "/v1/paint"))

    assert isinstance(error, Temporary)
    assert not error.unanswered
    assert len(server.asked) == 4
    assert clock.pauses_s == [0.5, 1.0, 2.0]


async def test_trouble_that_passes_is_not_seen_at_all(server: BadServer, api: Api) -> None:
    server.answer("/v1/paint", replies([trouble(500), trouble(429), ok()]))

    assert (await api.call("POST", "/v1/paint")).status == 200


async def test_the_pauses_vary_by_chance(server: BadServer, clock: HurriedClock) -> None:
    server.answer("/v1/paint", reply(500))

    async with an_api(server, clock, chance=lambda: 1.0) as api:
        await error_of(api.call("GET", "/v1/paint"))

    assert clock.pauses_s == [0.25, 0.5, 1.0]


async def test_exact_pauses_have_no_jitter_and_their_own_statuses(server: BadServer, clock: HurriedClock) -> None:
    server.answer("/v1/paint", replies([trouble(500, Retry_After="9"), trouble(503), trouble(599), trouble(429)]))
    retry = Retry(pauses_s=(1.0, 2.0, 4.0), statuses=frozenset(range(500, 600)))

    async with an_api(server, clock, chance=lambda: 1.0) as api:
        error = await error_of(api.call("GET", "/v1/paint", retry=retry))

    assert isinstance(error, Temporary)
    assert clock.pauses_s == [1.0, 2.0, 4.0]


@pytest.mark.parametrize("later", ["7", "Sat, 21 Nov 2026 12:00:07 GMT"])
async def test_the_provider_says_when_it_may_be_asked_again(
    server: BadServer, api: Api, clock: HurriedClock, later: str
) -> None:
    server.answer("/v1/paint", replies([trouble(429, Retry_After=later), ok()]))

    await api.call("POST", "/v1/paint", is_billed=True)

    assert clock.pauses_s == [7.0]


@pytest.mark.parametrize(("later", "after_s"), [("12", 12.0), ("3600", 3600.0), ("soon", None), ("-1", None)])
async def test_a_pause_that_does_not_fit_is_left_to_the_queue(
    server: BadServer, api: Api, clock: HurriedClock, later: str, after_s: float | None
) -> None:
    server.answer("/v1/paint", reply(429, headers={"Retry-After": later}))

    error = await error_of(api.call("POST", "/v1/paint", timeout_s=10))

    assert isinstance(error, Temporary)
    assert error.retry_after_s == after_s
    assert clock.pauses_s == ([] if after_s else [0.5, 1.0, 2.0])


async def test_an_api_may_be_told_never_to_ask_again(server: BadServer, clock: HurriedClock) -> None:
    async with an_api(server, clock, retries=0) as api:
        await error_of(api.call("GET", "/cut"))

    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "unanswered"), [(500, False), (502, True), (504, True)])
async def test_a_call_that_may_have_been_billed_is_not_made_again(
    server: BadServer, api: Api, status: int, *, unanswered: bool
) -> None:
    server.answer("/v1/paint", reply(status))

    error = await error_of(api.call("POST", "/v1/paint", is_billed=True))

    assert isinstance(error, Temporary)
    assert error.unanswered is unanswered
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 425, 429, 503])
async def test_a_billed_call_that_was_turned_away_is_made_again(server: BadServer, api: Api, status: int) -> None:
    server.answer("/v1/paint", replies([trouble(status), ok()]))

    assert (await api.call("POST", "/v1/paint", is_billed=True)).status == 200


async def test_a_billed_call_that_breaks_off_is_unanswered(server: BadServer, api: Api) -> None:
    error = await error_of(api.call("POST", "/cut", is_billed=True))

    assert isinstance(error, Temporary)
    assert error.unanswered
    assert len(server.asked) == 1


async def test_a_call_that_breaks_off_and_costs_nothing_is_made_again(server: BadServer, api: Api) -> None:
    error = await error_of(api.call("GET", "/cut"))

    assert isinstance(error, Temporary)
    assert not error.unanswered
    assert len(server.asked) == 4


@pytest.mark.parametrize("is_billed", [False, True])
async def test_a_provider_that_stays_silent_is_left_at_the_deadline(api: Api, *, is_billed: bool) -> None:
    error = await error_of(api.call("POST", "/silent?key=s3cret", timeout_s=0.05, is_billed=is_billed))

    assert isinstance(error, Temporary)
    assert error.unanswered is is_billed
    assert str(error) == "Painter did not answer within 0.05 s"


async def test_a_call_that_never_left_was_not_billed(clock: HurriedClock) -> None:
    async with BadServer() as gone:
        api = an_api(gone, clock)
    async with api:
        error = await error_of(api.call("POST", f"/v1/paint?key={KEY}", is_billed=True))

    assert isinstance(error, Temporary)
    assert not error.unanswered
    assert "cannot be reached" in str(error)
    assert len(clock.pauses_s) == 3


async def test_a_cancelled_call_ends_at_once(server: BadServer, api: Api) -> None:
    calling = asyncio.create_task(api.call("POST", "/silent", is_billed=True))
    await server.asked_for("/silent")

    calling.cancel()

    with pytest.raises(asyncio.CancelledError):
        await calling


async def test_no_more_calls_are_out_at_once_than_may_be(server: BadServer, clock: HurriedClock) -> None:
    async with an_api(server, clock, at_once=2) as api, asyncio.TaskGroup() as group:
        server.hold()
        calls = [group.create_task(api.call("GET", "/empty")) for _ in range(5)]
        await server.asked_for("/empty", times=2)
        out = len(server.asked)
        server.release()

    assert out == 2
    assert [call.result().status for call in calls] == [200] * 5


async def test_waiting_for_a_place_is_not_part_of_a_calls_time(server: BadServer, clock: HurriedClock) -> None:
    async with an_api(server, clock, at_once=1) as api, asyncio.TaskGroup() as group:
        first = group.create_task(error_of(api.call("GET", "/silent", timeout_s=0.7)))
        await server.asked_for("/silent")
        second = group.create_task(api.call("GET", "/empty", timeout_s=0.6))

    assert "did not answer within 0.7 s" in str(first.result())
    assert second.result().status == 200


async def test_waiting_for_a_place_leaves_a_call_all_its_time(server: BadServer, clock: HurriedClock) -> None:
    goes = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        await goes.wait()
        return web.Response()

    server.answer("/slow", slow)
    server.answer("/v1/paint", replies([trouble(503), ok()]))
    async with an_api(server, clock, at_once=1) as api, asyncio.TaskGroup() as group:
        group.create_task(api.call("GET", "/slow", timeout_s=1000.0))
        await server.asked_for("/slow")
        second = group.create_task(api.call("GET", "/v1/paint", timeout_s=10.0))
        await clock.advance(60.0)
        goes.set()

    assert second.result().status == 200


async def test_a_closed_api_is_not_asked(api: Api) -> None:
    await api.aclose()

    with pytest.raises(RuntimeError, match="closed"):
        await api.call("GET", "/empty")


async def test_a_key_that_no_header_can_hold_is_not_told(server: BadServer, clock: HurriedClock) -> None:
    async with an_api(server, clock, headers={"Authorization": f"Bearer {KEY}\r\nX: y"}) as api:
        error = await error_of(api.call("GET", "/empty"))

    assert "correct its api_key" in str(error)


async def test_a_page_for_an_error_is_that_error_though_the_generator_reads_json(server: BadServer, api: Api) -> None:
    server.answer("/v1/paint", replies([trouble(503), ok()]))

    def refused(answer: Answer) -> PinxitError | None:
        answer.json()
        return None

    assert (await api.call("POST", "/v1/paint", refused=refused)).json() == {}


async def test_a_connection_that_is_dropped_is_one_call(server: BadServer, clock: HurriedClock) -> None:
    async with an_api(server, clock, retries=0) as api:
        await api.call("GET", "/empty")
        for method in ("GET", "POST"):
            assert "broke the connection off" in str(await error_of(api.call(method, "/dropped")))

    assert [line for line in server.lines if "dropped" in line] == ["GET /dropped", "POST /dropped"]
