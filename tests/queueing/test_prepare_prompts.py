from __future__ import annotations

import asyncio
import json
import logging
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from pinxit.domain.errors import Code, Refused, Temporary
from pinxit.domain.generator import Failed, Prepared
from pinxit.domain.request import Enhance, Role
from pinxit.prompt.answers import MAX_CHARS
from pinxit.prompt.enhancing import Enhancer
from pinxit.prompt.filters import Filters
from pinxit.prompt.moderation import Moderator
from pinxit.prompt.text_filter import TextFilter
from tests.builders import a_request
from tests.providers.slow_server import REWRITE, SlowServer, completion
from tests.queueing.prepare_room import KEY, LLM, a_room, respond, say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path


async def test_a_prompt_is_rewritten_by_the_language_model(tmp_path: Path) -> None:
    async with a_room(tmp_path, enhances=True) as room:
        request = await room.prepared(await room.submit(LLM))

        assert request == replace(LLM, enhanced=LLM.prompt + REWRITE)
        (asked,) = room.server.asked
        assert asked.headers["Authorization"] == f"Bearer {KEY}"
        assert json.loads(asked.body)["model"] == "m"


@pytest.mark.parametrize("enhance", [Enhance.OFF, Enhance.RULES])
async def test_nobody_rewrites_what_nobody_asked_to_have_rewritten(tmp_path: Path, enhance: Enhance) -> None:
    async with a_room(tmp_path, enhances=True) as room:
        assert (await room.prepared(await room.submit(a_request(enhance=enhance)))).enhanced == ""
        assert room.server.asked == []


async def test_a_rewrite_that_the_request_brings_along_is_kept(tmp_path: Path) -> None:
    async with a_room(tmp_path, enhances=True) as room:
        assert (await room.prepared(await room.submit(replace(LLM, enhanced="a fox")))).enhanced == "a fox"
        assert room.server.asked == []


async def test_without_a_language_model_the_typed_prompt_is_painted(tmp_path: Path) -> None:
    async with a_room(tmp_path) as room:
        assert (await room.prepared(await room.submit(LLM))).final_prompt == LLM.prompt


async def test_a_prompt_that_is_longer_than_any_rewrite_is_left_alone(tmp_path: Path) -> None:
    async with a_room(tmp_path, enhances=True) as room:
        assert (await room.prepared(await room.submit(replace(LLM, prompt="a" * (MAX_CHARS + 1))))).enhanced == ""
        assert room.server.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        respond(status=500, text="boom"),
        respond(status=429, headers={"Retry-After": "30"}),
        respond(status=401, text="no"),
        respond(status=404),
        respond(status=307, headers={"Location": "/elsewhere"}),
        respond(text="<html>hello</html>", content_type="text/html"),
        respond(text="{broken", content_type="application/json"),
        respond(body=b"\xff\xfe", content_type="application/json"),
        respond(text="", content_type="application/json"),
        respond(text="[" * 100_000, content_type="application/json"),
        respond(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
        say([]),
        say(None),
        say("hello"),
        say({"choices": None}),
        say({"choices": []}),
        say({"choices": [None]}),
        say({"choices": "none"}),
        say({"choices": {"0": "none"}}),
        say({"choices": [{"message": None}]}),
        say(completion(None)),
        say(completion(["a", "b"])),
        say(completion({"text": "a"})),
        say(completion(7)),
        say(completion("")),
        say(completion("a" * 601)),
        say(completion("I'm sorry, but I can't help with that.")),
        say(completion("a fox in gol", finish_reason="length")),
        say(completion("\ud800")),
    ],
)
async def test_a_language_model_that_fails_leaves_the_typed_prompt(
    tmp_path: Path, answer: Callable[[web.Request], Awaitable[web.Response]]
) -> None:
    async with a_room(tmp_path, {"/v1/chat/completions": answer}, enhances=True) as room:
        request = await room.prepared(await room.submit(LLM))

        assert request == LLM
        assert [one.path for one in room.server.asked] == ["/v1/chat/completions"]


async def test_a_language_model_that_is_slow_or_gone_leaves_the_typed_prompt(tmp_path: Path) -> None:
    async with a_room(tmp_path, enhances=True, timeout_s=0.1) as room:
        room.server.hold()
        assert await room.prepared(await room.submit(LLM)) == LLM
        room.server.release()
        await room.server.__aexit__(None, None, None)
        assert await room.prepared(await room.submit(LLM)) == LLM


async def test_a_language_model_that_trickles_is_given_up_after_the_same_time(tmp_path: Path) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    async with a_room(tmp_path, {"/v1/chat/completions": trickle}, enhances=True, timeout_s=0.2) as room:
        async with asyncio.timeout(3):
            assert await room.prepared(await room.submit(LLM)) == LLM


async def test_a_prompt_and_its_rewrite_are_both_checked(tmp_path: Path) -> None:
    async with a_room(tmp_path, enhances=True, moderates=True) as room:
        await room.prepared(await room.submit(LLM))

        checked = [json.loads(one.body)["input"] for one in room.server.asked if one.path == "/v1/moderations"]
        assert checked == [LLM.prompt, LLM.prompt + REWRITE]


async def test_a_flagged_prompt_ends_the_job_with_its_categories_and_costs_no_rewrite(tmp_path: Path) -> None:
    async with a_room(tmp_path, enhances=True, moderates=True) as room:
        error = await room.failed(await room.submit(replace(LLM, prompt="something forbidden")))

        assert isinstance(error, Refused)
        assert error.code is Code.MODERATED
        assert error.facts == {"field": "prompt", "categories": ["violence"]}
        assert [one.path for one in room.server.asked] == ["/v1/moderations"]


@pytest.mark.parametrize("is_flagged", [True, False])
async def test_a_source_is_looked_at_where_pictures_are_checked(tmp_path: Path, *, is_flagged: bool) -> None:
    told = {"results": [{"flagged": is_flagged, "categories": {"sexual": is_flagged}}]}
    answers = {"/v1/moderations": say(told)}
    async with a_room(tmp_path, answers, moderates=True, checks_images=True) as room:
        picture = await room.submit(replace(LLM, prompt="", enhance=Enhance.OFF), "/image.png")
        (made,) = await room.run(picture)
        asked = [json.loads(one.body)["input"] for one in room.server.asked if one.path == "/v1/moderations"]
        mask = await room.submit(replace(LLM, prompt="", enhance=Enhance.OFF), "/image.png", role=Role.MASK)
        await room.prepared(mask)

    assert asked[0][0]["image_url"]["url"].startswith("data:image/")
    assert len([one for one in room.server.asked if one.path == "/v1/moderations"]) == 1
    if is_flagged:
        assert isinstance(made, Failed)
        assert isinstance(made.error, Refused)
        assert made.error.facts == {"field": "images", "categories": ["sexual"]}
    else:
        assert isinstance(made, Prepared)


async def test_a_rewrite_of_a_guild_keeps_out_of_its_words_too(tmp_path: Path) -> None:
    answers = {"/v1/chat/completions": say(completion(f"{LLM.prompt}, a gory scene"))}
    async with a_room(tmp_path, answers, enhances=True, filters=Filters(TextFilter.compile(()))) as room:
        first = await room.prepared(await room.submit(LLM))
        rules = json.dumps({"blocked_words": ["gory"]})
        await room.store.database.write(lambda tx: tx.run("UPDATE guild SET settings = :rules", rules=rules))
        second = await room.prepared(await room.submit(LLM))

    assert first.enhanced.endswith("gory scene")
    assert second == LLM


async def test_a_rewrite_is_looked_at_together_with_the_words_of_a_style(tmp_path: Path) -> None:
    answers = {"/v1/chat/completions": say(completion(f"{LLM.prompt}, with a little girl"))}
    harmless, other = replace(LLM, suffix="watercolour"), replace(LLM, suffix="naked, erotic")
    async with a_room(tmp_path, answers, enhances=True) as room:
        kept = await room.prepared(await room.submit(harmless))
        refused = await room.prepared(await room.submit(other))

    assert kept.enhanced.endswith("little girl")
    assert refused == other


@pytest.mark.parametrize("rewrite", ["a forbidden red fox in snow", "a gory red fox in snow"])
async def test_a_rewrite_that_is_refused_leaves_the_typed_prompt(tmp_path: Path, rewrite: str) -> None:
    answers = {"/v1/chat/completions": say(completion(rewrite))}
    filters = Filters(TextFilter.compile(["gory"]))
    async with a_room(tmp_path, answers, enhances=True, moderates=True, filters=filters) as room:
        assert await room.prepared(await room.submit(LLM)) == LLM


@pytest.mark.parametrize(
    "answer",
    [
        respond(status=500),
        respond(status=401),
        respond(status=307, headers={"Location": "/elsewhere"}),
        respond(text="<html>", content_type="text/html"),
        respond(text="{broken", content_type="application/json"),
        respond(text="[" * 100_000, content_type="application/json"),
        respond(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
        say([]),
        say({}),
        say({"results": None}),
        say({"results": "none"}),
        say({"results": {"flagged": False}}),
        say({"results": []}),
        say({"results": [None]}),
        say({"results": [{}]}),
        say({"results": [{"flagged": "no", "categories": {}}]}),
        say({"results": [{"flagged": None}]}),
        say({"results": [{"flagged": False}, {"flagged": 0}]}),
    ],
)
async def test_a_moderation_server_that_fails_lets_nothing_through(
    tmp_path: Path, answer: Callable[[web.Request], Awaitable[web.Response]]
) -> None:
    async with a_room(tmp_path, {"/v1/moderations": answer}, moderates=True) as room:
        error = await room.failed(await room.submit(a_request()))

        assert isinstance(error, Temporary)


async def test_a_moderation_server_that_is_slow_or_gone_lets_nothing_through(tmp_path: Path) -> None:
    async with a_room(tmp_path, moderates=True, timeout_s=0.1) as room:
        room.server.hold()
        assert isinstance(await room.failed(await room.submit(a_request())), Temporary)
        room.server.release()
        await room.server.__aexit__(None, None, None)
        assert isinstance(await room.failed(await room.submit(a_request())), Temporary)


async def test_a_moderation_server_that_asks_for_patience_is_given_it(tmp_path: Path) -> None:
    busy = respond(status=429, headers={"Retry-After": "30"})
    async with a_room(tmp_path, {"/v1/moderations": busy}, moderates=True) as room:
        error = await room.failed(await room.submit(a_request()))

        assert isinstance(error, Temporary)
        assert error.retry_after_s == 30.0


@pytest.mark.parametrize("told", [{"flagged": True}, {"flagged": True, "categories": None}])
async def test_a_verdict_without_categories_is_a_verdict(tmp_path: Path, told: dict[str, object]) -> None:
    async with a_room(tmp_path, {"/v1/moderations": say({"results": [told]})}, moderates=True) as room:
        error = await room.failed(await room.submit(a_request()))

        assert isinstance(error, Refused)
        assert error.facts["categories"] == []


async def test_a_local_request_asks_only_servers_on_this_machine(tmp_path: Path) -> None:
    local = replace(LLM, local=True)
    async with a_room(tmp_path, enhances=True, moderates=True) as room:
        assert (await room.prepared(await room.submit(local))).enhanced == LLM.prompt + REWRITE

    async with SlowServer() as server:
        # It answers there, and for all that its address says it could be anywhere.
        anywhere = f"http://0.0.0.0:{server.port}/v1"
        async with Enhancer(anywhere, KEY, "m") as enhancer, a_room(tmp_path, enhancer=enhancer) as room:
            assert (await room.prepared(await room.submit(LLM))).enhanced == LLM.prompt + REWRITE
            assert (await room.prepared(await room.submit(local))).enhanced == ""
        async with Moderator(anywhere, KEY, "m") as moderator, a_room(tmp_path, moderator=moderator) as room:
            await room.prepared(await room.submit(LLM))
            error = await room.failed(await room.submit(local))

        assert len(server.asked) == 2
    assert isinstance(error, Refused)
    assert (error.code, error.facts["field"]) == (Code.FIELD_CONFLICT, "local")


@pytest.mark.parametrize("environment", [KEY, ""])
async def test_without_a_key_none_is_sent_not_even_one_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: str
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
        if environment:
            monkeypatch.setenv(name, environment)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"X-Own: {KEY}\nAuthorization: Bearer {KEY}")

    async with a_room(tmp_path, enhances=True, moderates=True, key=None) as room:
        await room.prepared(await room.submit(LLM))

        assert len(room.server.asked) == 3
        assert KEY not in str(room.server.asked)
        assert not any("Authorization" in one.headers for one in room.server.asked)


async def test_the_key_and_the_prompt_reach_no_log_no_error_and_no_other_host(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    async def repeat(request: web.Request) -> web.Response:
        told = {"error": {"message": f"{request.headers['Authorization']} said {await request.text()}"}}
        return web.json_response(told, status=422)

    caplog.set_level(logging.DEBUG)
    async with SlowServer() as other:
        elsewhere = respond(status=307, headers={"Location": f"{other.url}/v1/chat/completions"})
        answers = {"/v1/chat/completions": elsewhere, "/v1/moderations": repeat}
        async with a_room(tmp_path, answers, enhances=True) as room:
            assert await room.prepared(await room.submit(LLM)) == LLM
        async with a_room(tmp_path, answers, moderates=True) as room:
            error = await room.failed(await room.submit(LLM))

        assert other.asked == []
    told = "".join(traceback.format_exception(error)) + caplog.text + "".join(capsys.readouterr())
    assert "422" in told
    assert KEY not in told
    assert LLM.prompt not in told
