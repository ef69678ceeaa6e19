"""How a prediction can end, or never begin: each answer has its class, its code and its sentence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.request import Mode, Outpaint, Role
from tests.generators.replicate_room import SMALL, failure, made, painter
from tests.generators.webui import a_task, as_png
from tests.providers.replicate_server import NSFW, ReplicateServer

if TYPE_CHECKING:
    from pinxit.domain.generator import Made


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (401, None, Broken, "does not accept the key (401); correct its api_key"),
        (402, None, Broken, "has no credit left (402); top up the account"),
        (404, None, Broken, "has no model black-forest-labs/flux-schnell any more"),
        (422, None, Broken, "does not accept the request (422)"),
        (422, '{"title": "Invalid version or not permitted"}', Broken, "has no such version of"),
        (422, "<html>a private page", Broken, "does not accept the request (422)"),
        (500, None, Temporary, "has trouble of its own (500)"),
        (200, '{"error": "a private text"}', Broken, "answers with something that is no prediction"),
        (200, '["a private text"]', Broken, "answers with something that is no prediction"),
        (200, "<html>a private page", Broken, "no JSON"),
        (200, "", Broken, "answers with nothing where JSON is due"),
    ],
)
async def test_every_answer_but_a_prediction_has_its_sentence(
    status: int, body: str | None, error: type[PinxitError], said: str
) -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        server.fail_next(status, body=body)

        found = await failure(generator)

    assert type(found) is error
    assert said in str(found)
    assert server.created == []


async def test_a_throttle_is_waited_out_as_its_body_says() -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        server.fail_next(429, body='{"detail": "Request was throttled.", "status": 429, "retry_after": 10}')
        assert len(await made(generator, a_task(**SMALL))) == 1
        server.fail_next(429, body='{"retry_after": 31}')
        long = await failure(generator)
        server.fail_next(429, {"Retry-After": "45"}, body="{}")
        by_header = await failure(generator)

    assert isinstance(long, Temporary)
    assert isinstance(by_header, Temporary)
    assert (long.retry_after_s, by_header.retry_after_s) == (31.0, 45.0)
    assert not long.unanswered


@pytest.mark.parametrize("text", [NSFW, "The input or output was flagged as sensitive. (E005) (uIJ6l3ruRD)"])
async def test_refused_content_is_a_refusal_that_goes_no_further(text: str) -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        server.ends = [("failed", text)]
        found = await failure(generator)

    assert isinstance(found, Refused)
    assert (found.code, found.facts) == (Code.MODERATED, {"generator": "rep"})


@pytest.mark.parametrize(
    ("end", "error", "said"),
    [
        (("failed", "Prediction interrupted; please retry (code: PA)"), Temporary, "the machine failed"),
        (("failed", "CUDA out of memory. private"), Temporary, "the machine failed"),
        (("failed", "a private text"), Broken, "the model failed; its page at Replicate says why"),
        (("aborted", None), Temporary, "ended this before it was finished"),
        (("exploded", None), Broken, "a status that is not understood"),
    ],
)
async def test_every_other_end_has_its_class(end: tuple[str, str | None], error: type[PinxitError], said: str) -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        server.ends = [end]
        found = await failure(generator)

    assert type(found) is error
    assert said in str(found)


async def test_images_that_came_are_kept_when_another_one_is_refused() -> None:
    kept: list[Made] = []
    async with ReplicateServer() as server, painter(server) as generator:
        server.refuse_next()
        found = await failure(generator, a_task(indices=(0, 1, 2), **SMALL), into=kept)

    assert isinstance(found, Refused)
    assert len(kept) == 2
    assert server.strangers == []


async def test_a_broken_picture_and_one_that_is_gone_are_errors() -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        server.spoil_next()
        spoilt = await failure(generator)
        server.ends = [("succeeded", None)]
        task = a_task({Role.IMAGE: Image.new("RGB", (8, 8))}, mode=Mode.UPSCALE, **SMALL)
        unable = await failure(generator, task)

    assert type(spoilt) is type(unable) is Broken
    assert "a broken picture" in str(spoilt)
    assert str(unable) == "rep is not set up for upscale; name a model in generators.rep.models"


async def test_a_repainted_picture_of_another_size_is_an_error() -> None:
    source = Image.new("RGB", (256, 256), "teal")
    changes = {**SMALL, "width_px": 260, "height_px": 256}
    task = a_task({Role.IMAGE: source}, mode=Mode.OUTPAINT, outpaint=Outpaint(left=4), **changes)
    async with ReplicateServer() as server, painter(server) as generator:
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(failure(generator, task))
            await server.holding.wait()
            next(iter(server.kept.values())).picture = as_png(source)
            server.go()

    assert str(painting.result()) == "rep answers with a picture of 256x256 where 288x256 is due"


async def test_the_key_is_asked_for_and_never_leaves_for_the_files() -> None:
    async with ReplicateServer() as server:
        async with painter(server) as generator:
            await made(generator, a_task(**SMALL))
        assert server.strangers == []
        options: dict[str, Any] = {"api_key": "r8_another_key"}
        async with painter(server, **options) as generator:
            found = await failure(generator)

    assert "does not accept the key (401)" in str(found)
    assert len(server.strangers) == 1
