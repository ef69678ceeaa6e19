"""Everything that Workers AI can answer but a picture: each code has its class, its sentence and its cure."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.generator import Made, Task
from pinxit.domain.request import Mode, Outpaint, Role
from tests.generators.cloudflare_ai_room import SMALL, failure, made, painter
from tests.generators.watching import Notes
from tests.generators.webui import a_task, as_png
from tests.providers.cloudflare_ai_server import KEY, KLEIN, SDXL, CloudflareAiServer
from tests.providers.cloudflare_ai_server import failure as worded

_UNREADABLE = "AiError: failed to process a private picture: corrupt or unsupported data"


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (401, worded(10000, "Authentication error"), Broken, "does not accept the key (10000); correct its api_key"),
        (404, worded(7003, "a private text"), Broken, "knows no such account (7003); correct its account_id"),
        (400, worded(5007, "a private text"), Broken, f"has no model {SDXL[:39]}… any more, or never had (5007)"),
        (400, worded(5004, "a private text"), Broken, "cannot read a source (5004)"),
        (400, worded(5006, "a private text"), Broken, "does not take what was sent to"),
        (400, worded(3030, _UNREADABLE), Broken, "does not accept the request (400)"),
        (403, worded(5016, "a private text"), Broken, "accepted first (5016); accept them at Cloudflare"),
        (403, worded(3023, "a private text"), Broken, "has blocked the account (3023)"),
        (413, worded(3006, "a private text"), Broken, "finds the request too large (3006)"),
        (408, worded(3007, "a private text"), Temporary, "has trouble of its own (408)"),
        (429, worded(3040, "a private text"), Temporary, "is out of capacity (3040)"),
        (429, worded(3021, "a private text"), Temporary, "is asked too often (429)"),
        (500, worded(1000, "a private text"), Temporary, "has trouble of its own (500)"),
        (403, "<html>a private page", Broken, "does not let the key do this (403)"),
        (200, worded(1000, "a private text"), Broken, "an error that is not understood"),
        (200, {"success": False, "errors": []}, Broken, "an error of no name"),
        (200, {"success": True, "errors": [], "result": {}}, Broken, "answers without a picture"),
        (200, {"success": True, "result": {"image": "a private text!"}}, Broken, "a picture that is no base64"),
        (200, {"success": True, "result": {"image": "YSBmb3g="}}, Broken, "where a picture is due"),
        (200, ["a private text"], Broken, "answers without a picture"),
        (200, "<html>a private page", Broken, "no JSON"),
        (200, "", Broken, "answers with nothing where JSON is due"),
    ],
)
async def test_every_answer_but_a_picture_has_its_class_and_sentence(
    status: int, body: object, error: type[PinxitError], said: str
) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    async with CloudflareAiServer() as server, painter(server) as generator:
        for _ in range(4):  # What may pass is asked four times.
            server.fail_next(status, body=text)
        found = await failure(generator)

    assert isinstance(found, error)
    assert not isinstance(found, Refused)
    assert said in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "AiError: AiError: Input prompt contains NSFW content (0815)",
        "AiError: Your output has been flagged. Please choose another prompt / input image combination",
    ],
)
async def test_refused_content_is_a_refusal_that_goes_no_further(text: str) -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.fail_next(400, body=json.dumps(worded(3030, text)))
        found = await failure(generator)

    assert isinstance(found, Refused)
    assert (found.code, found.facts) == (Code.MODERATED, {"generator": "cf"})


async def test_a_day_that_is_spent_is_waited_out_until_midnight_and_asked_once() -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.fail_next(429, body=json.dumps(worded(3036, "You have used up your daily free allocation")))
        found = await failure(generator)

    assert isinstance(found, Temporary)
    assert (found.retry_after_s, found.unanswered) == (12 * 3600.0, False)  # The clock says noon.
    assert server.asked == []


async def test_only_schnell_is_asked_again_without_its_seed() -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.fail_next(400, body=json.dumps(worded(5006, "AiError: Bad input: '/seed' at '/' not allowed")))
        found = await failure(generator)

    assert isinstance(found, Broken)
    assert server.asked == []


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.fail_next(429, {"Retry-After": "31"})
        found = await failure(generator)
        server.fail_next(429, {"Retry-After": "2"})
        images = await made(generator, a_task(**SMALL))

    assert isinstance(found, Temporary)
    assert found.retry_after_s == 31.0
    assert len(images) == 1


async def test_images_that_came_are_kept_when_another_one_is_refused() -> None:
    kept: list[Made] = []
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.refuse_next()
        found = await failure(generator, a_task(indices=(0, 1, 2), **SMALL), into=kept)

    assert isinstance(found, Refused)
    assert len(kept) == 2


async def test_a_picture_that_is_cut_off_is_an_error_and_is_paid_for() -> None:
    notes = Notes()
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.neurons = "10"
        server.spoil_next()
        found = await failure(generator, notes=notes)

    assert type(found) is Broken
    assert "a broken picture" in str(found)
    assert notes.charged_micro == [110]


async def test_a_repainted_picture_of_another_size_is_an_error() -> None:
    source = Image.new("RGB", (256, 256), "teal")
    task = a_task({Role.IMAGE: source}, mode=Mode.OUTPAINT, outpaint=Outpaint(left=4), **{**SMALL, "width_px": 260})
    said = {"success": True, "result": {"image": base64.b64encode(as_png(source)).decode()}}
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.fail_next(200, body=json.dumps(said))
        found = await failure(generator, task)

    assert str(found) == "cf answers with a picture of 256x256 where 264x256 is due"


async def test_sources_that_are_missing_too_many_or_no_pictures_are_refused() -> None:
    source = Image.new("RGB", (64, 64), "teal")
    lonely = a_task(mode=Mode.IMG2IMG, model=KLEIN, **SMALL)
    one = a_task({Role.IMAGE: source}, mode=Mode.IMG2IMG, model=KLEIN, **SMALL)
    five = Task(one.job, replace(one.request, sources=one.request.sources * 5), one.indices, one.sources)
    blank = Task(one.job, one.request, one.indices, dict.fromkeys(one.sources, b"a fox"))
    async with CloudflareAiServer() as server, painter(server) as generator:
        found = [await failure(generator, task) for task in (lonely, five, blank)]

    codes = [error.code for error in found if isinstance(error, Refused)]
    assert codes == [Code.SOURCE_MISSING, Code.FIELD_RANGE, Code.SOURCE_INVALID]
    assert server.asked == []


async def test_a_wrong_key_or_account_is_the_operators() -> None:
    async with CloudflareAiServer() as server:
        async with painter(server, api_key="cf_another_key") as generator:
            key = await failure(generator)
        assert len(server.strangers) == 1
        async with painter(server, account_id="f" * 32) as generator:
            account = await failure(generator)

    assert str(key) == "cf does not accept the key (10000); correct its api_key"
    assert str(account) == "cf knows no such account (7003); correct its account_id"
    assert KEY not in str(server.strangers)
