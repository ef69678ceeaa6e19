"""How BFL's tasks end: refused, failed, gone, paid, cancelled, or found again after a crash."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from tests.generators.flux_room import JOB, PROMPT, a_task, failure, made, painter
from tests.generators.watching import Notes
from tests.providers.bfl_server import KEY, BflServer

if TYPE_CHECKING:
    from pinxit.domain.generator import Made

VALIDATION = json.dumps(
    {"detail": [{"loc": ["body", "seed"], "msg": PROMPT, "type": "extra_forbidden", "input": PROMPT}]}
)


@pytest.mark.parametrize(
    ("status", "body", "kind", "text"),
    [
        (400, None, Broken, "flux does not accept the request (400); update Pinxit, or correct the model's name"),
        (401, None, Broken, "flux does not accept the key (401); correct its api_key"),
        (402, None, Broken, "flux has no credit left (402); top up the account at BFL"),
        (403, None, Broken, "flux does not accept the key (403); correct generators.flux.api_key"),
        (404, None, Broken, "flux has no model flux-2-klein-4b (404); name another model, or look at base_url"),
        (410, None, Broken, "flux has no model flux-2-klein-4b (410); name another model, or look at base_url"),
        (422, VALIDATION, Broken, "flux does not accept the field seed (422); correct flux-2-klein-4b in the"),
        (
            422,
            VALIDATION.replace('"seed"', '"a fox"'),
            Broken,
            "flux does not accept the request (422); correct flux-2",
        ),
        (422, None, Broken, "flux does not accept the request (422); correct flux-2-klein-4b in the catalogue"),
        (500, None, Temporary, "flux has trouble of its own (500); it may be asked again later"),
        (200, "<html>", Broken, "flux answers with something that is no JSON"),
        (200, "", Broken, "flux answers with nothing where JSON is due"),
        (200, '{"id": "x"}', Broken, "flux takes a task without a polling_url; is BFL's API really at its base_url?"),
    ],
)
async def test_what_a_refused_call_means(status: int, body: str | None, kind: type[PinxitError], text: str) -> None:
    async with BflServer() as server:
        server.fail_next(status, body=body)
        error = await failure("bfl", server)

    assert type(error) is kind
    assert str(error).startswith(text)
    assert server.created == []


async def test_too_many_calls_are_asked_again_and_then_given_back_with_the_time() -> None:
    async with BflServer() as server:
        for after_s in ("1", "1", "1", "90"):
            server.fail_next(429, {"Retry-After": after_s})
        error = await failure("bfl", server)

    assert isinstance(error, Temporary)
    assert error.retry_after_s == 90.0


@pytest.mark.parametrize("status", [200, 503])
@pytest.mark.parametrize(
    ("ends", "details", "categories"),
    [
        ("Request Moderated", {"Moderation Reasons": ["Safety Filter", PROMPT]}, ["safety"]),
        ("Request Moderated", None, ["request"]),
        ("Content Moderated", {"Moderation Reasons": ["Derivative Works Filter"]}, ["derivative works"]),
        ("Content Moderated", PROMPT, ["picture"]),
    ],
)
async def test_a_refusal_because_of_the_content_is_one_whatever_its_status(
    status: int,
    ends: str,
    details: object,
    categories: list[str],
) -> None:
    async with BflServer() as server:
        server.ends_with = status
        server.end_next(ends, details)
        error = await failure("bfl", server)

    assert isinstance(error, Refused)
    assert (error.code, error.facts) == (Code.MODERATED, {"generator": "flux", "categories": categories})


@pytest.mark.parametrize("status", [200, 503])
async def test_a_task_that_failed_may_be_asked_again_and_is_not_asked_for_in_vain(status: int) -> None:
    notes = Notes()
    async with BflServer() as server:
        server.ends_with = status
        server.end_next("Error", {"error": PROMPT})
        error = await failure("bfl", server, notes=notes)

    assert isinstance(error, Temporary)
    assert str(error) == "flux could not paint the picture; it may be asked again later"
    assert notes.charged_micro == []


async def test_a_task_that_is_lost_may_have_been_paid() -> None:
    async with BflServer() as server:
        server.end_next("Task not found")
        error = await failure("bfl", server)

    assert isinstance(error, Temporary)
    assert error.unanswered


async def test_images_that_came_are_kept_when_another_one_is_refused() -> None:
    images: list[Made] = []
    async with BflServer() as server, painter("bfl", server) as generator:
        server.refuse_next()
        with pytest.raises(Refused):
            await made(generator, a_task(indices=(0, 1, 2)), into=images)

    assert len(images) == 2


async def test_the_key_goes_to_no_other_host() -> None:
    async with BflServer() as stranger, BflServer() as server:
        server.polling_url = f"{stranger.url}/v1/get_result?id=1"
        error = await failure("bfl", server)

    assert str(error).startswith("flux names an address that is not its own")
    assert stranger.strangers == []


async def test_half_a_picture_and_one_of_another_size_are_none() -> None:
    async with BflServer() as server:
        server.spoil_next()
        halved = await failure("bfl", server)
        server.bigger_px = 1
        widened = await failure("bfl", server)

    assert isinstance(halved, Broken)
    assert str(widened).startswith("flux sent a picture of another size, 65x64 for 64x64")


async def test_what_a_call_cost_is_what_the_answer_says() -> None:
    notes, silent = Notes(), Notes()
    async with BflServer(credit=3.0) as server, painter("bfl", server) as generator:
        await made(generator, a_task(indices=(0, 1)), notes)
        server.credit = None
        await made(generator, a_task(), silent)

    assert notes.charged_micro == [30_000, 30_000]
    assert silent.charged_micro == [14_000]  # As the catalogue has it.


async def test_a_task_that_never_ends_is_given_up_and_its_cost_is_told() -> None:
    notes = Notes()
    async with BflServer() as server:
        server.hold()
        error = await failure("bfl", server, notes=notes)

    assert isinstance(error, Temporary)
    assert str(error) == "flux has not finished within 300 s; it may be asked again later"
    assert notes.charged_micro == [14_000]


async def test_a_cancelled_job_yields_nothing_and_is_paid_where_it_was_asked_for() -> None:
    before, during = Notes(cancel_after=0), Notes()
    async with BflServer() as server, painter("bfl", server) as generator:
        assert await made(generator, a_task(), before) == []
        assert server.created == []
        server.hold()
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(), during))
            await server.holding.wait()
            during.cancelled.add(JOB)

    assert painting.result() == []
    assert (before.sent_ids, during.sent_ids[0], during.charged_micro) == ([], None, [14_000])


async def test_what_was_asked_for_before_a_crash_is_fetched_and_nothing_is_paid_again() -> None:
    first, again = Notes(), Notes()
    async with BflServer() as server, painter("bfl", server) as generator:
        whole = await made(generator, a_task(indices=(0, 1)), first)
        known = a_task(indices=(0, 1), upstream_id=first.sent_ids[-1])
        fetched = await made(generator, known, again)

    assert fetched == whole
    assert len(server.created) == 2
    assert (first.sent_ids[0], again.sent_ids) == (None, [first.sent_ids[-1]])
    assert KEY not in str(first.sent_ids)
    assert again.charged_micro == [14_000, 14_000]


async def test_only_what_is_not_known_after_a_crash_is_made() -> None:
    first, again = Notes(), Notes()
    async with BflServer() as server, painter("bfl", server) as generator:
        await made(generator, a_task(indices=(0,)), first)
        images = await made(generator, a_task(indices=(0, 1), upstream_id=first.sent_ids[-1]), again)

    assert [body["seed"] for body in server.created] == [7, 8]
    assert [image.index for image in images] == [0, 1]
    assert again.sent_ids[0] is None
    assert sorted(json.loads(again.sent_ids[-1] or "{}")) == ["0", "1"]


@pytest.mark.parametrize("upstream_id", [None, "call-7", "[]", '{"0": {"url": 5}}', '{"x": 1}'])
async def test_what_has_expired_or_is_not_understood_after_a_crash_is_made_again(upstream_id: str | None) -> None:
    first = Notes()
    async with BflServer() as server, painter("bfl", server) as generator:
        await made(generator, a_task(), first)
        server.forget()
        images = await made(generator, a_task(upstream_id=upstream_id or first.sent_ids[-1]))

    assert len(images) == 1
    assert len(server.created) == 2
