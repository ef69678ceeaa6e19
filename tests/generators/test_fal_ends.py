"""How fal's requests end: refused, failed, gone, cancelled, or found again after a crash."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from tests.generators.flux_room import JOB, PROMPT, a_task, failure, made, painter
from tests.generators.watching import Notes
from tests.providers.fal_server import KEY, FalServer, typed

if TYPE_CHECKING:
    from pinxit.domain.generator import Made, Task

SCHNELL = "fal-ai/flux/schnell"
RETRYABLE, LASTING = {"X-Fal-Retryable": "true"}, {"X-Fal-Retryable": "false"}
NOT_UNDERSTOOD = "an error that is not understood"


def a_wish(**changes: object) -> Task:
    return a_task(**{"steps": 4, **changes})  # type: ignore[arg-type]  # as a_task takes them


@pytest.mark.parametrize(
    ("status", "body", "kind", "text"),
    [
        (400, None, Broken, "flux does not accept the request (400); update Pinxit, or correct the model's name"),
        (401, None, Broken, "flux does not accept the key (401); correct its api_key"),
        (402, None, Broken, "flux has no credit left (402); top up the account"),
        (403, None, Broken, "flux does not let the key paint (403): no credit is left, or it lacks the right for"),
        (404, None, Broken, f"flux has no model {SCHNELL} (404); name another model, or look at base_url"),
        (422, typed("value_error", PROMPT), Broken, f"flux failed with {NOT_UNDERSTOOD}; ask for something else"),
        (500, None, Temporary, "flux has trouble of its own (500); it may be asked again later"),
        (200, "<html>", Broken, "flux answers with something that is no JSON"),
        (200, '{"request_id": "x"}', Broken, "flux takes a request without its addresses; is fal's queue really"),
    ],
)
async def test_what_a_refused_call_means(status: int, body: str | None, kind: type[PinxitError], text: str) -> None:
    async with FalServer() as server:
        server.fail_next(status, body=body)
        error = await failure("fal", server, a_wish())

    assert type(error) is kind
    assert str(error).startswith(text)
    assert server.created == []


async def test_too_many_calls_are_asked_again_and_then_given_back_with_the_time() -> None:
    async with FalServer() as server:
        for after_s in ("1", "1", "1", "90"):
            server.fail_next(429, {"Retry-After": after_s, **RETRYABLE}, typed("rate_limited"))
        error = await failure("fal", server, a_wish())

    assert isinstance(error, Temporary)
    assert error.retry_after_s == 90.0


async def test_a_picture_that_the_filter_blackened_is_a_refusal() -> None:
    images: list[Made] = []
    async with FalServer() as server, painter("fal", server) as generator:
        server.refuse_next()
        with pytest.raises(Refused) as caught:
            await made(generator, a_wish(indices=(0, 1, 2)), into=images)

    assert (caught.value.code, caught.value.facts) == (Code.MODERATED, {"generator": "flux", "categories": ["nsfw"]})
    assert len(images) == 2  # The others are kept.


@pytest.mark.parametrize("is_at_once", [True, False])
async def test_a_prompt_against_the_rules_is_a_refusal(is_at_once: bool) -> None:  # noqa: FBT001 - a parameter
    async with FalServer() as server:
        (server.fail_next if is_at_once else server.end_next)(422, LASTING, typed("content_policy_violation", PROMPT))
        error = await failure("fal", server, a_wish())

    assert isinstance(error, Refused)
    assert error.facts == {"generator": "flux", "categories": ["content policy"]}


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "said"),
    [
        (500, {}, typed("internal_server_error"), Temporary, "internal_server_error"),
        (504, {}, typed("generation_timeout"), Temporary, "generation_timeout"),
        (504, {}, '{"detail": "a fox", "error_type": "request_timeout"}', Temporary, "request_timeout"),
        (503, {"X-Fal-Error-Type": "runner_disconnected"}, "", Temporary, "runner_disconnected"),
        (500, LASTING, typed("internal_server_error"), Broken, "internal_server_error"),
        (400, {}, typed("downstream_service_error"), Broken, "downstream_service_error"),
        (400, RETRYABLE, typed("downstream_service_error"), Temporary, "downstream_service_error"),
        (400, {"X-Fal-Needs-Retry": "1"}, typed("downstream_service_error"), Temporary, "downstream_service_error"),
        (422, {}, typed("image_too_small"), Broken, "image_too_small"),
        (422, {}, typed("a fox in snow"), Broken, NOT_UNDERSTOOD),
        (500, {}, typed("a fox in snow"), Temporary, NOT_UNDERSTOOD),
        (200, {}, typed("no_media_generated"), Broken, "no_media_generated"),
        (200, {}, '{"images": []}', Broken, "without a picture"),
    ],
)
async def test_a_models_error_is_known_by_its_type_and_by_whether_it_may_pass(
    status: int, headers: dict[str, str], body: str, kind: type[PinxitError], said: str
) -> None:
    async with FalServer() as server:
        server.end_next(status, headers, body)
        error = await failure("fal", server, a_wish())

    assert type(error) is kind
    assert said in str(error)


async def test_a_request_that_is_lost_may_have_been_paid_unless_its_status_says_how_it_ended() -> None:
    async with FalServer() as server:
        server.end_next(404, {}, "{}")
        lost = await failure("fal", server, a_wish())
        server.end_next(404, {}, "{}")
        server.said = {"error": PROMPT, "error_type": "startup_timeout"}
        told = await failure("fal", server, a_wish())

    assert isinstance(lost, Temporary)
    assert lost.unanswered
    assert str(told) == "flux failed with startup_timeout; it may be asked again later"


@pytest.mark.parametrize("name", ["status_url", "response_url", "cancel_url"])
async def test_the_key_goes_to_no_other_host(name: str) -> None:
    notes = Notes()
    async with FalServer() as stranger, FalServer() as server, painter("fal", server) as generator:
        server.urls = {name: f"{stranger.url}/fal-ai/flux/requests/1"}
        if name == "cancel_url":
            server.hold()
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                group.create_task(made(generator, a_wish(), notes))
                await server.holding.wait()
                notes.cancelled.add(JOB)
        else:
            with pytest.raises(Broken, match="an address that is not its own"):
                await made(generator, a_wish())
        assert stranger.strangers == []


async def test_half_a_picture_and_one_of_another_size_are_none() -> None:
    async with FalServer() as server:
        server.spoil_next()
        halved = await failure("fal", server, a_wish())
        server.bigger_px = 1
        widened = await failure("fal", server, a_wish())

    assert isinstance(halved, Broken)
    assert str(widened).startswith("flux sent a picture of another size, 65x64 for 64x64")


async def test_a_request_that_never_ends_is_given_up_and_cancelled() -> None:
    async with FalServer() as server:
        server.hold()
        error = await failure("fal", server, a_wish())

    assert isinstance(error, Temporary)
    assert str(error) == "flux has not finished within 300 s; it may be asked again later"
    assert error.unanswered
    assert server.cancels == 1


async def test_a_cancelled_job_is_cancelled_at_fal_and_yields_nothing() -> None:
    before, during = Notes(cancel_after=0), Notes()
    async with FalServer() as server, painter("fal", server) as generator:
        assert await made(generator, a_wish(), before) == []
        assert server.created == []
        server.hold()
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_wish(indices=(0, 1)), during))
            await server.holding.wait()
            during.cancelled.add(JOB)

    assert painting.result() == []
    assert server.cancels == len(server.created) >= 1
    assert (before.sent_ids, during.sent_ids[0]) == ([], None)


async def test_what_was_asked_for_before_a_crash_is_fetched_and_nothing_is_paid_again() -> None:
    first, again = Notes(), Notes()
    async with FalServer() as server, painter("fal", server) as generator:
        whole = await made(generator, a_wish(indices=(0, 1)), first)
        fetched = await made(generator, a_wish(indices=(0, 1), upstream_id=first.sent_ids[-1]), again)

    assert fetched == whole
    assert len(server.created) == 2
    assert (first.sent_ids[0], again.sent_ids) == (None, [first.sent_ids[-1]])
    assert KEY not in str(first.sent_ids)


async def test_only_what_is_not_known_after_a_crash_is_made() -> None:
    first, again = Notes(), Notes()
    async with FalServer() as server, painter("fal", server) as generator:
        await made(generator, a_wish(indices=(0,)), first)
        images = await made(generator, a_wish(indices=(0, 1), upstream_id=first.sent_ids[-1]), again)

    assert [body["seed"] for body in server.created] == [7, 8]
    assert [image.index for image in images] == [0, 1]
    assert again.sent_ids[0] is None
    assert sorted(json.loads(again.sent_ids[-1] or "{}")) == ["0", "1"]


@pytest.mark.parametrize("upstream_id", [None, "call-7", "[]", '{"0": {"status_url": 5}}', '{"x": 1}'])
async def test_what_has_expired_or_is_not_understood_after_a_crash_is_made_again(upstream_id: str | None) -> None:
    first = Notes()
    async with FalServer() as server, painter("fal", server) as generator:
        await made(generator, a_wish(), first)
        server.forget()
        images = await made(generator, a_wish(upstream_id=upstream_id or first.sent_ids[-1]))

    assert len(images) == 1
    assert len(server.created) == 2
