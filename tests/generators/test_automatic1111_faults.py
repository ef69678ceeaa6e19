"""Everything that a web UI, or whatever stands at its address, can answer wrongly."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from PIL import Image

from pinxit.domain.errors import Code, ConfigError, Refused, Temporary
from pinxit.domain.generator import Failed, Task
from pinxit.domain.ids import SourceId
from pinxit.domain.request import Lora, Mode, Role
from pinxit.generators.registry import build
from tests.fakes import FakeClock
from tests.generators.webui import a_task, as_bmp, as_png, failure, items, made, painter
from tests.providers.automatic1111_server import Automatic1111Server
from tests.providers.keys import a_key

_OTHER = base64.b64encode(as_bmp(Image.new("RGB", (64, 64)))).decode()  # Some readers of Pillow run other programs.
LOGIN = f"pinxit:{a_key('webui')}"


async def test_a_model_that_the_server_has_not_is_an_error_and_nothing_is_painted() -> None:
    async with Automatic1111Server() as server:
        text = await failure(server, a_task(model="lost"), models=["lost"])

    assert text == "forge has no model lost; put its file there, or correct generators.forge"
    assert server.painted == []


@pytest.mark.parametrize(("name", "loras"), [("lost", []), ("ink", ["chalk"]), ("ink:1> <lora:ink", [])])
async def test_a_lora_that_is_not_there_is_refused_for_its_job(name: str, loras: list[str]) -> None:
    async with Automatic1111Server() as server, painter(server, loras=loras) as generator:
        found = await items(generator, a_task(loras=(Lora(name),)))

    assert isinstance(found[0], Failed)
    assert isinstance(found[0].error, Refused)
    assert found[0].error.code is Code.FIELD_CHOICE
    assert found[0].error.facts["allowed"] == ([] if loras else ["ink", "ink-alias"])
    assert len(found) == 1
    assert server.painted == []


async def test_user_and_password_open_the_door_and_wrong_ones_do_not() -> None:
    async with Automatic1111Server(auth=LOGIN) as server:
        async with painter(server, api_key=LOGIN) as generator:
            images = await made(generator, a_task())
        wrong = await failure(server, api_key="pinxit:another")
        none = await failure(server)

    assert len(images) == 1
    assert wrong == none == "forge does not take user and password; set api_key to the server's --api-auth"


async def test_a_server_without_its_api_or_another_server_is_named_with_its_cure() -> None:
    async with Automatic1111Server(has_api=False) as server:
        text = await failure(server)

    assert text == "forge does not answer at its API's address; start the server with --api, and look at base_url"


async def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    async with Automatic1111Server() as server:
        pass
    gone = build("forge", "automatic1111", {"base_url": "http://127.0.0.1:9", "poll_s": 0.01}, FakeClock())
    with pytest.raises(Temporary, match="cannot be reached"):
        await made(gone, a_task())
    await gone.aclose()
    assert server.painted == []


async def test_too_little_memory_is_said_in_words() -> None:
    async with Automatic1111Server(memory_px=64 * 63) as server:
        text = await failure(server)

    assert text == (
        "forge has too little graphics memory for a picture of this size;"
        " ask for a smaller one, or start it with --medvram"
    )


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (422, {"detail": [{"loc": ["body", "steps"], "msg": "m", "input": "a fox"}]}, "does not take the field steps"),
        (422, {"detail": "a fox"}, "does not take the field it was sent"),
        (500, {"error": "NansException", "errors": "a fox"}, "start it with --no-half-vae"),
        (500, {"error": "RuntimeError", "errors": "DirectML: out of memory, a fox"}, "too little graphics memory"),
        (500, {"error": "KeyError", "errors": "a fox"}, "failed with KeyError; its own log says more"),
        (500, {"error": "a fox at 3"}, "has trouble of its own"),
        (503, {}, "has trouble of its own"),
        (400, {"detail": "Sampler not found"}, "correct generators.forge.samplers"),
        (404, {"detail": "Model not found"}, "correct generators.forge.models"),
        (200, {"error": "a fox"}, "answers without a picture; is there really"),
        (200, {"images": None}, "answers without a picture; is there really"),
        (200, ["a fox"], "answers without a picture; is there really"),
        (200, {"images": ["a fox!"]}, "answers with a picture that is no base64"),
        (200, {"images": ["YSBmb3g="]}, "where a picture is due"),
        (200, {"images": [_OTHER]}, "no PNG, JPEG, WebP or GIF"),
    ],
)
async def test_a_bad_answer_has_its_sentence(status: int, answer: object, said: str) -> None:
    async with Automatic1111Server() as server:
        server.answers["/sdapi/v1/txt2img"] = (status, json.dumps(answer))

        assert said in await failure(server)


async def test_a_sampler_that_the_server_has_not_is_named_with_its_cure() -> None:
    async with Automatic1111Server() as server:
        text = await failure(server, a_task(sampler="UniPC"))

    assert text == "forge does not have this sampler; correct generators.forge.samplers"


async def test_a_page_for_json_is_an_error() -> None:
    async with Automatic1111Server() as server:
        server.answers["/sdapi/v1/txt2img"] = (200, "<html>a fox</html>")

        assert "no JSON" in await failure(server)


async def test_a_black_picture_and_one_of_another_size_are_errors() -> None:
    async with Automatic1111Server() as server:
        server.models["plain_v1.safetensors [aaaa1111]"] = "black"
        black = await failure(server, a_task(seed=0))
        server.answers["/sdapi/v1/txt2img"] = (200, json.dumps({"images": [_picture(32)], "info": "no JSON"}))
        small = await failure(server)

    assert black == "forge answers with a wholly black picture; start the server with --no-half-vae"
    assert small == "forge answers with a picture of another size, 32x32 for 64x64"


def _picture(side_px: int) -> str:
    return base64.b64encode(as_png(Image.new("RGB", (side_px, side_px), "olive"))).decode()


async def test_a_source_that_is_no_picture_fails_its_job_only() -> None:
    task = a_task({Role.IMAGE: Image.new("RGB", (64, 64))}, mode=Mode.IMG2IMG)
    broken = Task(task.job, task.request, task.indices, {SourceId("image"): b"a fox"})
    async with Automatic1111Server() as server, painter(server) as generator:
        found = await items(generator, broken)

    assert isinstance(found[0], Failed)
    assert isinstance(found[0].error, Refused)
    assert found[0].error.code is Code.SOURCE_INVALID


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"api_key": "hunter2"}, "api_key is of another form; write user:password"),
        ({"poll_s": 0}, "poll_s is 0.0; write a number above 0"),
        ({"base_url": "forge"}, "base_url is no address"),
        ({"base_url": "http://[::1"}, "base_url is no address"),
        ({"sampler": "Euler"}, "did you mean samplers?"),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=r"generators\.forge") as caught:
        build("forge", "automatic1111", options, FakeClock())

    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)
