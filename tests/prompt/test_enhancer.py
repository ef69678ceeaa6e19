"""The enhancer with the real SDK against servers on loopback that answer as the well-known ones do."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from pinxit.prompt.enhancing import CACHED, Enhancer
from tests.providers.slow_server import REWRITE, SlowServer, completion

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

CHAT = "/v1/chat/completions"
FOX = "a red fox in snow"
VIVID = "A vivid red fox stands in fresh snow, soft light"
OLLAMA = {  # With `think` on, Ollama keeps the thoughts in a field of their own.
    "id": "chatcmpl-917",
    "object": "chat.completion",
    "created": 1,
    "model": "qwen3:8b",
    "system_fingerprint": "fp_ollama",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": VIVID, "reasoning": "They want a fox."},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18},
}
VLLM = {  # vLLM with a reasoning parser.
    **OLLAMA,
    "service_tier": None,
    "prompt_logprobs": None,
    "kv_transfer_params": None,
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "reasoning_content": "They want a fox.",
                "content": f"\n\n{VIVID}",
                "refusal": None,
                "annotations": None,
                "audio": None,
                "function_call": None,
                "tool_calls": [],
            },
            "logprobs": None,
            "finish_reason": "stop",
            "stop_reason": None,
        }
    ],
}
LLAMA_CPP = {  # llama.cpp's server, whose model thinks aloud.
    "choices": [
        {
            "finish_reason": "stop",
            "index": 0,
            "message": {"role": "assistant", "content": f"<think>\nA fox.\n</think>\n\n{VIVID}"},
        }
    ],
    "created": 1,
    "model": "gpt-3.5-turbo",
    "object": "chat.completion",
    "timings": {"prompt_n": 1, "predicted_per_second": 9.5},
}


def says(answer: object) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def say(_: web.Request) -> web.Response:
        return web.json_response(answer)

    return say


async def rewritten(answer: object, prompt: str = FOX, *, translate: bool = False) -> str:
    """Return what comes of a server's answer."""
    async with (
        SlowServer({CHAT: says(answer)}) as server,
        Enhancer(f"{server.url}/v1", None, "m", 5.0, translate=translate) as enhancer,
    ):
        return await enhancer.enhance(prompt)


@pytest.mark.parametrize("answer", [OLLAMA, VLLM, LLAMA_CPP], ids=["Ollama", "vLLM", "llama.cpp"])
async def test_the_answers_of_well_known_servers_are_understood(answer: object) -> None:
    assert await rewritten(answer) == VIVID


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "<think>They want a fox, so I should write about a red fox in snow",
        "A grand castle above the clouds",
        "Ein roter Fuchs steht im tiefen Schnee",
        "Рыжая лиса в снегу",
    ],
)
async def test_an_answer_that_keeps_neither_subject_nor_language_leaves_the_prompt(content: object) -> None:
    assert await rewritten(completion(content)) == ""


async def test_thoughts_beside_no_answer_are_no_answer() -> None:
    message = {"role": "assistant", "content": None, "reasoning_content": VIVID}

    assert await rewritten(completion(None, message=message)) == ""


async def test_a_translation_is_asked_for_and_taken() -> None:
    async with (
        SlowServer({CHAT: says(completion(VIVID))}) as server,
        Enhancer(f"{server.url}/v1", None, "m", 5.0, translate=True) as translating,
        Enhancer(f"{server.url}/v1", None, "m", 5.0) as keeping,
    ):
        assert await translating.enhance("ein roter Fuchs im Schnee") == VIVID
        assert await keeping.enhance("ein roter Fuchs im Schnee") == ""
        systems = [json.loads(one.body)["messages"][0]["content"] for one in server.asked]

    assert ["in English" in system for system in systems] == [True, False]
    assert ["the language they wrote in" in system for system in systems] == [False, True]


async def test_a_translation_into_another_language_or_of_another_english_subject_is_not_taken() -> None:
    assert await rewritten(completion("un renard dans la neige"), "Fuchs im Schnee", translate=True) == ""
    assert await rewritten(completion("A grand castle above the clouds"), translate=True) == ""


async def test_a_prompt_is_asked_about_once() -> None:
    async with SlowServer() as server, Enhancer(f"{server.url}/v1", None, "m", 5.0) as enhancer:
        answers = [await enhancer.enhance(FOX) for _ in range(3)]
        other = await enhancer.enhance("a red fox in rain")

        assert answers == [FOX + REWRITE] * 3
        assert other == "a red fox in rain" + REWRITE
        assert len(server.asked) == 2


async def test_equal_prompts_at_once_are_one_call() -> None:
    async with SlowServer() as server, Enhancer(f"{server.url}/v1", None, "m", 5.0) as enhancer:
        server.hold()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            asking = [tasks.create_task(enhancer.enhance(FOX)) for _ in range(5)]
            await server.asked_for(CHAT)
            server.release()

        assert [task.result() for task in asking] == [FOX + REWRITE] * 5
        assert len(server.asked) == 1


async def test_a_failure_is_shared_by_those_who_wait_and_not_remembered() -> None:
    answers = iter([web.Response(status=500), web.json_response(completion(VIVID))])

    async def answer(_: web.Request) -> web.Response:
        return next(answers)

    async with SlowServer({CHAT: answer}) as server, Enhancer(f"{server.url}/v1", None, "m", 5.0) as enhancer:
        server.hold()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            asking = [tasks.create_task(enhancer.enhance(FOX)) for _ in range(3)]
            await server.asked_for(CHAT)
            server.release()

        assert [task.result() for task in asking] == [""] * 3
        assert await enhancer.enhance(FOX) == VIVID
        assert len(server.asked) == 2


async def test_who_waits_asks_when_the_one_who_asked_is_cancelled() -> None:
    async with SlowServer() as server, Enhancer(f"{server.url}/v1", None, "m", 5.0) as enhancer:
        server.hold()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            first = tasks.create_task(enhancer.enhance(FOX))
            second = tasks.create_task(enhancer.enhance(FOX))
            await server.asked_for(CHAT)
            first.cancel()
            await server.asked_for(CHAT, times=2)
            server.release()

        assert first.cancelled()
        assert second.result() == FOX + REWRITE


async def test_who_waits_may_be_cancelled_and_the_others_still_get_their_answer() -> None:
    async with SlowServer() as server, Enhancer(f"{server.url}/v1", None, "m", 5.0) as enhancer:
        server.hold()
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            first = tasks.create_task(enhancer.enhance(FOX))
            second = tasks.create_task(enhancer.enhance(FOX))
            await server.asked_for(CHAT)
            second.cancel()
            server.release()

        assert first.result() == FOX + REWRITE
        assert len(server.asked) == 1


async def test_only_so_many_rewrites_are_remembered() -> None:
    async with SlowServer() as server, Enhancer(f"{server.url}/v1", None, "m", 5.0) as enhancer:
        for number in range(CACHED + 1):
            await enhancer.enhance(f"{FOX} {number}")
        await enhancer.enhance(f"{FOX} {CACHED}")
        assert len(server.asked) == CACHED + 1

        await enhancer.enhance(f"{FOX} 0")

        assert len(server.asked) == CACHED + 2
