"""Everything that Gemini can answer instead of a picture: refusals, limits, retired models, nothing at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Code, Refused, Temporary
from pinxit.domain.request import Mode, Role
from tests.generators.gemini_desk import a_task, failure, gemini, made
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.providers.gemini_server import GeminiServer, a_picture, a_success

if TYPE_CHECKING:
    from pinxit.domain.generator import Made

A_SUCCESS = a_success(a_picture((8, 8), 1))
TEXT = {"content": {"parts": [{"text": "I cannot paint a fox."}]}}


BLOCKED = ("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "JAILBREAK")
REFUSED = (
    "SAFETY",
    "IMAGE_SAFETY",
    "PROHIBITED_CONTENT",
    "IMAGE_PROHIBITED_CONTENT",
    "BLOCKLIST",
    "SPII",
    "RECITATION",
    "IMAGE_RECITATION",
)


async def test_a_refusal_in_any_form_ends_the_job_at_once() -> None:
    forms: list[tuple[dict[str, Any], str]] = [
        *(({"promptFeedback": {"blockReason": reason}}, reason.lower()) for reason in BLOCKED),
        ({"promptFeedback": {"blockReason": "A fox"}, "candidates": []}, "other"),
        *(({"candidates": [{**TEXT, "finishReason": reason}]}, reason.lower()) for reason in REFUSED),
    ]
    async with GeminiServer() as server, gemini(server) as generator:
        for answer, category in forms:
            server.answers = [answer]
            error = await failure(generator)

            assert isinstance(error, Refused), answer
            assert (error.code, error.facts) == (Code.MODERATED, {"generator": "google", "categories": [category]})
        assert len(server.created) == len(forms)


async def test_a_refused_call_is_booked_by_its_tokens_too() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        notes = Notes()
        server.refuse_next()
        await failure(generator, None, notes)

    assert notes.charged_micro == [3]


@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"promptTokenCount": 9},
        {"promptTokenCount": "9", "candidatesTokenCount": "1120"},
        {"promptTokenCount": 9, "candidatesTokenCount": -1120},
        {"promptTokenCount": 1e30, "candidatesTokenCount": 1e30},
        {"promptTokenCount": 9, "candidatesTokenCount": 10**400},
        {"promptTokenCount": 10**30, "candidatesTokenCount": 1120},
        {"promptTokenCount": 9, "candidatesTokenCount": 1120, "candidatesTokensDetails": [{"modality": "TEXT"}]},
    ],
)
async def test_a_picture_whose_use_is_not_believable_is_booked_as_quoted(usage: dict[str, Any]) -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        notes = Notes()
        server.answers = [{**A_SUCCESS, "usageMetadata": usage}]
        await made(generator, None, notes)

    assert notes.charged_micro == [33_600]


async def test_an_answer_without_a_picture_is_asked_for_once_more() -> None:
    empty = {"candidates": [{**TEXT, "finishReason": "NO_IMAGE"}], "usageMetadata": {"promptTokenCount": 100}}
    async with GeminiServer() as server, gemini(server) as generator:
        server.answers, notes = [empty, A_SUCCESS], Notes()

        assert len(await made(generator, None, notes)) == 1
        assert len(server.created) == 2
        assert notes.charged_micro == [25, 33_685]


async def test_a_second_answer_without_a_picture_is_broken() -> None:
    def ended(reason: str) -> dict[str, Any]:
        return {"candidates": [{**TEXT, "finishReason": reason}]}

    forms: list[tuple[dict[str, Any], str]] = [
        *((ended(word), f" ({word})") for word in ("NO_IMAGE", "IMAGE_OTHER", "OTHER", "MALFORMED_RESPONSE", "STOP")),
        (ended("A fox"), ""),
        ({}, ""),
        ({"candidates": ["a fox"]}, ""),
        ({"candidates": [{"content": "a fox", "finishReason": ["a fox"]}]}, ""),
        ({"candidates": [{"content": {"parts": ["a fox", {"inlineData": "a fox"}]}}]}, ""),
    ]
    async with GeminiServer() as server, gemini(server) as generator:
        for answer, why in forms:
            server.answers = [answer, answer]
            error = await failure(generator)

            assert isinstance(error, Broken), answer
            assert str(error) == f"google answered 2 times without a picture{why}; ask in other words"
        assert len(server.created) == 2 * len(forms)


async def test_a_picture_that_is_none_is_broken() -> None:
    forms: list[tuple[Any, str]] = [
        (["a fox"], "answers with something else than Gemini does"),
        ({"candidates": [{"content": {"parts": [{"inlineData": {"data": "a fox"}}]}}]}, "a picture that is no base64"),
        ({"candidates": [{"content": {"parts": [{"inlineData": {"data": "YSBmb3g="}}]}}]}, "where a picture is due"),
        ({"candidates": [{"content": {"parts": [{"inlineData": {"data": None}}]}}]}, "sent an empty file"),
    ]
    async with GeminiServer() as server, gemini(server) as generator:
        for answer, said in forms:
            server.answers = [answer]
            error = await failure(generator)

            assert isinstance(error, Broken), answer
            assert said in str(error)


async def test_half_a_picture_is_broken() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        server.spoil_next()
        error = await failure(generator)

    assert str(error) == "google sent a broken picture, or only a part of one"


def _error(status: str, details: list[dict[str, Any]] | None = None, message: str = "A fox.") -> str:
    return json.dumps({"error": {"status": status, "message": message, "details": details or []}})


def _quota(**violation: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}


def _delay(text: str) -> dict[str, Any]:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": text}


async def test_what_waiting_does_not_cure_is_broken_with_its_cure() -> None:
    forms = [
        (400, _error("INVALID_ARGUMENT", [{"reason": "API_KEY_INVALID"}]), "correct generators.google.api_key"),
        (400, _error("INVALID_ARGUMENT"), "does not accept the request (400)"),
        (400, _error("FAILED_PRECONDITION"), "without billing where this server stands; switch billing on"),
        (401, None, "does not accept the key (401)"),
        (403, None, "does not let the key do this (403)"),
        (404, None, "has no model gemini-nano-banana-2.1 any more; name another model in generators.google.model"),
        (404, "<html>a fox</html>", "knows no such model or address (404)"),
        (429, _error("RESOURCE_EXHAUSTED", [_quota(quotaValue="0")]), "free of charge; switch billing on"),
        (429, _error("RESOURCE_EXHAUSTED", message="free_tier_requests, limit: 0, model"), "switch billing on"),
        (200, "<html>a fox</html>", "no JSON"),
    ]
    async with GeminiServer() as server, gemini(server) as generator:
        for status, body, said in forms:
            server.fail_next(status, body=body)
            error = await failure(generator)

            assert isinstance(error, Broken), said
            assert said in str(error)


@pytest.mark.parametrize(
    ("status", "headers", "body", "pause_s"),
    [
        (429, {}, _error("RESOURCE_EXHAUSTED", [_quota(quotaId="PerMinute"), _delay("12.5s")]), 12.5),
        (429, {"Retry-After": "7"}, _error("RESOURCE_EXHAUSTED", [_delay("soon")]), 7.0),
        (503, {}, _error("UNAVAILABLE", [_delay("9s")]), 9.0),
    ],
)
async def test_a_pause_that_it_names_is_kept(status: int, headers: dict[str, str], body: str, pause_s: float) -> None:
    clock = HurriedClock()
    async with GeminiServer() as server, gemini(server, clock) as generator:
        server.fail_next(status, headers, body)
        server.answers = [A_SUCCESS]
        assert len(await made(generator)) == 1

    assert clock.pauses_s == [pause_s]


@pytest.mark.parametrize(
    ("body", "said", "after_s"),
    [
        (_error("RESOURCE_EXHAUSTED", [_delay("40s")]), "asked too often (429)", 40.0),
        # Noon in Greenwich is four in the morning in California, so 20 hours are left of the day.
        (
            _error("RESOURCE_EXHAUSTED", [_quota(quotaId="GenerateRequestsPerDayPerProject"), _delay("3s")]),
            "has reached its limit for today (429)",
            20 * 3600.0,
        ),
    ],
)
async def test_who_is_to_wait_longer_gives_the_job_back(body: str, said: str, after_s: float) -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        server.fail_next(429, body=body)
        error = await failure(generator)

    assert isinstance(error, Temporary)
    assert said in str(error)
    assert (error.retry_after_s, error.unanswered) == (after_s, False)


@pytest.mark.parametrize(("status", "unanswered"), [(500, False), (504, True)])
async def test_a_call_that_may_have_been_billed_is_not_made_again(status: int, unanswered: bool) -> None:  # noqa: FBT001
    async with GeminiServer() as server, gemini(server) as generator:
        server.fail_next(status)
        error = await failure(generator)

    assert isinstance(error, Temporary)
    assert error.unanswered is unanswered
    assert server.created == []


async def test_images_that_came_are_kept_when_another_call_fails() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        images: list[Made] = []
        server.answers = [A_SUCCESS, A_SUCCESS]
        server.fail_next(404)
        error = await failure(generator, a_task(count=3), None, images)

    assert isinstance(error, Broken)
    assert len(images) == 2
    assert [image.index for image in images] == sorted(image.index for image in images)


async def test_an_unanswered_call_is_told_before_any_other_error() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        server.fail_next(404)
        server.fail_next(504)
        server.fail_next(404)
        error = await failure(generator, a_task(count=3))

    assert isinstance(error, Temporary)
    assert error.unanswered


async def test_a_source_that_is_missing_is_refused_before_any_call() -> None:
    picture = [(Role.IMAGE, Image.new("RGB", (8, 8)))]
    async with GeminiServer() as server, gemini(server) as generator:
        for task, field in (
            (a_task(mode=Mode.IMG2IMG), "images"),
            (a_task(picture, mode=Mode.INPAINT), "mask"),
            (a_task(picture, mode=Mode.STYLE_TRANSFER), "style_image"),
        ):
            error = await failure(generator, task)

            assert isinstance(error, Refused)
            assert (error.code, error.facts["field"]) == (Code.SOURCE_MISSING, field)
        assert server.created == []


async def test_a_source_that_is_no_picture_is_refused_before_any_call() -> None:
    task = a_task([(Role.IMAGE, Image.new("RGB", (8, 8)))], mode=Mode.IMG2IMG)
    sources = dict.fromkeys(task.sources, b"a fox")
    notes = Notes()
    async with GeminiServer() as server, gemini(server) as generator:
        error = await failure(generator, type(task)(task.job, task.request, task.indices, sources), notes)

    assert isinstance(error, Refused)
    assert (error.code, notes.sent_ids) == (Code.SOURCE_INVALID, [])
    assert server.created == []
