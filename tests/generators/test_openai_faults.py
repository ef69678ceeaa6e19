"""Every form in which an images server says no, breaks off or answers nonsense, with its class and its words."""

from __future__ import annotations

import base64
import io
import json
import logging
import socket
from typing import TYPE_CHECKING

import httpx2
import pytest

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.request import Mode, Role
from pinxit.generators.openai_images_transport import Bounded
from tests.generators.http_room import HurriedClock
from tests.generators.openai_room import PROMPT, a_task, fail, paint, painter
from tests.generators.watching import Notes
from tests.providers.openai_server import KEY, OpenAIServer

if TYPE_CHECKING:
    from pinxit.domain.generator import Made


def said(code: str | None, text: str = PROMPT, **more: object) -> str:
    return json.dumps({"error": {"message": text, "type": None, "param": None, "code": code, **more}})


# status, body (None: OpenAI's own), headers, class, text, retry after, calls
FAULTS = [
    (401, None, {}, Broken, "painter does not accept the key (401); correct its api_key", None, 1),
    (402, None, {}, Broken, "painter has no credit left (402); top up the account", None, 1),
    (400, said("billing_hard_limit_reached"), {}, Broken, "painter has no credit left (400); top up", None, 1),
    (429, said("insufficient_quota"), {}, Broken, "painter has no credit left (429); top up the account", None, 1),
    (403, said(None, "Your organization must be verified"), {}, Broken, "painter paints only for verified", None, 1),
    (403, said("forbidden"), {}, Broken, "painter does not let the key do this (403)", None, 1),
    (404, None, {}, Broken, "painter knows no such model (404), it may be retired; name another model", None, 1),
    (400, said(None, param="size"), {}, Broken, "painter does not accept the field size as it was sent", None, 1),
    (400, said("invalid_image_file"), {}, Refused, "source_invalid", None, 1),
    (400, said(None, param=PROMPT), {}, Broken, "painter does not accept the request (400)", None, 1),
    (429, None, {"Retry-After": "120"}, Temporary, "painter is asked too often (429)", 120.0, 1),
    (429, None, {"Retry-After": "2"}, Temporary, "painter is asked too often (429)", 2.0, 4),
    (503, "<html>", {}, Temporary, "painter has trouble of its own (503)", None, 4),
    (500, None, {}, Temporary, "painter has trouble of its own (500)", None, 1),
    (302, "<html>", {"Location": "http://127.0.0.1:1/"}, Broken, "painter redirects (302)", None, 1),
    (200, "<html>", {}, Broken, "painter answers with something that is no JSON", None, 1),
    (200, "", {}, Broken, "painter answers with nothing where JSON is due", None, 1),
    (200, "[1]", {}, Broken, "painter answers with something that is no JSON object", None, 1),
    (200, said("server_error"), {}, Broken, "painter answers with an error where pictures are due", None, 1),
    (200, '{"error": "out of memory"}', {}, Broken, "painter answers with an error where pictures are", None, 1),
    (200, '{"data": []}', {}, Broken, "painter answers without a picture; is it an images server?", None, 1),
    (200, '{"data": [{"b64_json": "%%"}]}', {}, Broken, "painter answers with a picture that is no base64", None, 1),
    (200, "{}", {"Content-Encoding": "gzip"}, Broken, "painter answers with compressed data", None, 1),
]


@pytest.mark.parametrize(("status", "body", "headers", "kind", "text", "after_s", "calls"), FAULTS)
async def test_an_answer_has_its_error_its_words_and_its_number_of_calls(
    status: int,
    body: str | None,
    headers: dict[str, str],
    kind: type[PinxitError],
    text: str,
    after_s: float | None,
    calls: int,
) -> None:
    async with OpenAIServer() as server:
        for _ in range(calls):
            server.fail_next(status, headers, body)
        error = await fail(server)

    assert type(error) is kind
    assert str(error).startswith(text)
    assert getattr(error, "retry_after_s", None) == after_s
    assert getattr(error, "unanswered", False) is False
    assert len(server.created) == calls


@pytest.mark.parametrize(
    ("status", "body", "categories"),
    [
        (400, said("moderation_blocked", f"{PROMPT} safety_violations=[sexual, self-harm]."), ["self_harm", "sexual"]),
        (400, said("moderation_blocked", f"safety_violations=[{PROMPT}]"), []),
        (400, said("content_policy_violation"), []),
        (400, said("content_safety_violation"), []),
        (400, said(None, type="content_filter"), []),
        (200, said("moderation_blocked"), []),
    ],
)
async def test_a_refusal_for_the_content_is_the_persons_and_names_known_categories(
    status: int, body: str, categories: list[str]
) -> None:
    async with OpenAIServer() as server:
        server.fail_next(status, body=body)
        error = await fail(server)

    assert isinstance(error, Refused)
    assert (error.code, error.facts) == (Code.MODERATED, {"generator": "painter", "categories": categories})
    assert len(server.created) == 1


async def test_trouble_that_passes_costs_only_its_pauses() -> None:
    clock = HurriedClock()
    async with OpenAIServer() as server:
        server.fail_next(503)
        server.fail_next(429, {"Retry-After": "7"})
        async with painter(server, clock) as generator:
            images = await paint(generator)

    assert len(images) == 1
    assert clock.pauses_s[1] == 7.0


async def test_a_connection_that_breaks_off_may_have_been_billed_and_is_not_tried_again() -> None:
    async with OpenAIServer() as server:
        server.fail_next(0)
        error = await fail(server)

    assert isinstance(error, Temporary)
    assert (str(error), error.unanswered) == ("painter broke the connection off; it may be asked again later", True)
    assert len(server.created) == 1


@pytest.mark.parametrize("status", [502, 504])
async def test_a_gateway_that_gave_up_leaves_open_what_was_billed(status: int) -> None:
    async with OpenAIServer() as server:
        server.fail_next(status)
        error = await fail(server)

    assert isinstance(error, Temporary)
    assert error.unanswered
    assert len(server.created) == 1


async def test_a_server_that_cannot_be_reached_is_asked_again_and_nothing_was_billed() -> None:
    clock = HurriedClock()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    async with OpenAIServer() as server, painter(server, clock, base_url=url) as generator:
        with pytest.raises(Temporary, match="painter cannot be reached") as caught:
            await paint(generator)

    assert not caught.value.unanswered
    assert len(clock.pauses_s) == 3


async def test_an_answer_that_does_not_come_in_time_may_have_been_billed() -> None:
    async with OpenAIServer() as server:
        server.hold()
        error = await fail(server, timeout_s=0.2)

    assert isinstance(error, Temporary)
    assert (str(error), error.unanswered) == ("painter did not answer within 0.2 s", True)


async def test_a_picture_that_is_cut_in_half_is_no_picture_and_still_was_paid() -> None:
    notes = Notes()
    async with OpenAIServer() as server:
        server.spoil_next()
        error = await fail(server, notes=notes)

    assert type(error) is Broken
    assert notes.charged_micro == [12_250]


async def test_no_more_is_read_of_an_answer_than_its_limit_and_an_error_is_cut_there() -> None:
    call = {"model": "gpt-image-2", "prompt": PROMPT, "size": "1024x1024"}
    limited = Bounded("painter", {"Authorization": f"Bearer {KEY}"}, most_bytes=100, at_once=1, is_tls=False)
    async with OpenAIServer() as server, httpx2.AsyncClient(transport=limited) as client:
        url = f"{server.url}/images/generations"
        server.fail_next(200, body=" " * 101)
        with pytest.raises(Broken, match="painter answers with more than the 100 bytes that are taken"):
            await client.post(url, json=call)
        server.fail_next(400, body="x" * (2**20 + 100))
        answer = await client.post(url, json=call)

    assert answer.status_code == 400
    assert 0 < len(answer.content) <= 2**20


async def test_images_that_came_are_kept_when_another_call_fails() -> None:
    kept: list[Made] = []
    async with OpenAIServer() as server:
        server.refuse_next()
        error = await fail(server, a_task(indices=(0, 1, 2, 3, 4)), into=kept)

    assert isinstance(error, Refused)
    assert [image.index for image in kept] in ([4], [0, 1, 2, 3])


async def test_fewer_pictures_than_asked_are_kept_and_the_others_asked_again() -> None:
    kept: list[Made] = []
    async with OpenAIServer() as server, painter(server) as generator:
        await paint(generator, into=kept)
        body = json.dumps({"data": [{"b64_json": base64.b64encode(kept[0].data).decode()}]})
        server.fail_next(200, body=body)
        with pytest.raises(Temporary, match="answers with fewer pictures than asked"):
            await paint(generator, a_task(indices=(3, 4)), into=kept)

    assert [image.index for image in kept] == [0, 3]


async def test_a_source_that_is_no_picture_is_refused_before_anything_is_sent() -> None:
    notes = Notes()
    async with OpenAIServer() as server:
        error = await fail(server, a_task({Role.IMAGE: b"GIF89a"}, mode=Mode.IMG2IMG), notes)

    assert isinstance(error, Refused)
    assert (error.code, server.created, notes.sent_ids) == (Code.SOURCE_INVALID, [], [])


async def test_neither_key_nor_prompt_gets_into_a_log_and_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(lines), root.level
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: 4711\napi-key: 4712\nAuthorization: Bearer 4713")
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        async with OpenAIServer() as server:
            async with painter(server) as generator:
                await paint(generator)
            server.fail_next(400, body=said(None, f"{PROMPT} {KEY}"))
            await fail(server)
    finally:
        root.setLevel(level)
        root.removeHandler(handler)

    assert "images/generations" in lines.getvalue()
    assert KEY not in lines.getvalue()
    assert PROMPT not in lines.getvalue()
    assert server.strangers == []
