"""Everything that a ComfyUI, or whatever stands at its address, can answer wrongly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Code, ConfigError, Refused, Temporary
from pinxit.domain.generator import Failed, Task
from pinxit.domain.ids import SourceId
from pinxit.domain.request import Lora, Mode, Role
from tests.generators.comfy import a_generator, a_task, a_workflow, failure, items, made, painter, stored
from tests.providers.comfyui_server import ComfyUIServer

if TYPE_CHECKING:
    from pathlib import Path

_HUNGRY = (
    "has too little graphics memory for a picture of this size; ask for a smaller one, or start ComfyUI with --lowvram"
)


async def test_a_model_that_the_server_has_not_is_named_and_nothing_is_painted() -> None:
    async with ComfyUIServer() as server:
        lost = await failure(server, a_task(model="lost"), models=["lost"])
        server.shelf.checkpoints.clear()
        none = await failure(server)

    assert str(lost) == "comfy has no model lost; put its file there, or correct generators.comfy"
    assert str(none) == "comfy has no model at all; put a checkpoint into its models/checkpoints"
    assert server.created == []


@pytest.mark.parametrize(("name", "loras"), [("lost", []), ("ink", ["chalk"])])
async def test_a_lora_that_is_not_there_is_refused_for_its_job(name: str, loras: list[str]) -> None:
    async with ComfyUIServer() as server, painter(server, loras=loras) as generator:
        found = await items(generator, a_task(loras=(Lora(name),)))

    assert isinstance(found[0], Failed)
    assert isinstance(found[0].error, Refused)
    assert found[0].error.code is Code.FIELD_CHOICE
    assert found[0].error.facts["allowed"] == (loras or ["ink", "chalk"])
    assert len(found) == 1
    assert server.created == []


async def test_a_sampler_that_the_server_has_not_is_named_by_our_own_words() -> None:
    async with ComfyUIServer() as server:
        error = await failure(server, a_task(sampler="uni_pc karras"))

    assert isinstance(error, Broken)
    assert (
        str(error) == "comfy does not take sampler_name at KSampler (node sampler); correct generators.comfy.samplers"
    )


@pytest.mark.parametrize(
    ("crash", "said"),
    [
        ({"exception_type": "torch.OutOfMemoryError", "exception_message": "a fox"}, _HUNGRY),
        ({"exception_type": "RuntimeError", "exception_message": "HIP out of memory: a fox"}, _HUNGRY),
        ({"exception_type": "RuntimeError", "exception_message": "a fox", "node_type": "a fox"}, "failed at KSampler"),
        ({"exception_type": "a fox", "node_id": "a fox"}, "failed; ComfyUI's own log says more"),
    ],
)
async def test_a_graph_that_fails_while_it_runs_is_broken_and_names_its_node(crash: dict[str, str], said: str) -> None:
    async with ComfyUIServer() as server:
        server.crash = crash
        error = await failure(server)

    assert isinstance(error, Broken)
    assert said in str(error)
    assert server.cancels == 0


async def test_a_picture_that_does_not_fit_into_the_memory_is_said_in_words() -> None:
    async with ComfyUIServer() as server:
        server.shelf.memory_px = 64 * 63

        assert str(await failure(server)) == f"comfy {_HUNGRY}"


@pytest.mark.parametrize(
    ("path", "status", "answer", "kind", "said"),
    [
        ("/prompt", 400, {"error": {"type": "invalid_prompt"}}, Broken, "does not have a node of the workflow"),
        ("/prompt", 400, {"error": {"type": "prompt_no_outputs"}}, Broken, "add a Save Image node"),
        ("/prompt", 400, {"error": "a fox", "node_errors": {"a fox": 1}}, Broken, "does not take the graph; correct"),
        ("/prompt", 400, {"node_errors": {"sampler": {"errors": [{"a": "fox"}]}}}, Broken, "graph at KSampler"),
        ("/prompt", 400, ["a fox"], Broken, "does not take the graph; correct generators.comfy.workflows"),
        ("/prompt", 500, {}, Temporary, "has trouble of its own"),
        ("/prompt", 429, {}, Temporary, "is asked too often"),
        ("/prompt", 402, {}, Broken, "has no credit left"),
        ("/prompt", 200, {"prompt_id": "a fox"}, Broken, "does not take an id for a graph; update ComfyUI"),
        ("/prompt", 403, {}, Broken, "does not let Pinxit in (403); set api_key"),
        ("/object_info/CheckpointLoaderSimple", 401, {}, Broken, "does not let Pinxit in (401); set api_key"),
        ("/object_info/CheckpointLoaderSimple", 404, {}, Broken, "does not answer as ComfyUI does (404)"),
        ("/object_info/CheckpointLoaderSimple", 200, {"CheckpointLoaderSimple": ["a fox"]}, Broken, "has no model at"),
        ("/view", 404, {}, Broken, "does not answer as ComfyUI does"),
        ("/view", 200, {"a": "fox"}, Broken, "sent a text where a picture is due"),
    ],
)
async def test_a_bad_answer_has_its_class_and_sentence(
    path: str, status: int, answer: object, kind: type[Exception], said: str
) -> None:
    async with ComfyUIServer() as server:
        server.answers[path] = (status, json.dumps(answer))
        error = await failure(server)

    assert type(error) is kind
    assert said in str(error)


async def test_a_page_for_json_is_an_error() -> None:
    async with ComfyUIServer() as server:
        server.answers["/prompt"] = (200, "<html>a fox</html>")

        assert "no JSON" in str(await failure(server))


async def test_trouble_that_passes_is_not_told_at_all() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        server.fail_next(500)
        server.fail_next(429, {"Retry-After": "2"})

        assert len(await made(generator, a_task())) == 1

    assert len(server.created) == 1


async def test_a_key_that_no_header_can_hold_is_named(tmp_path: Path) -> None:
    mine = stored(tmp_path / "mine.json", a_workflow())  # Names its model, so that the socket is what comes first.
    async with ComfyUIServer() as server:
        error = await failure(server, workflows={"txt2img": mine}, api_key="hunter2\nhunter2")

    assert str(error) == "comfy cannot be asked with these settings; correct its api_key and base_url"


async def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    generator = a_generator({"base_url": "http://127.0.0.1:9"})
    with pytest.raises(Temporary, match="cannot be reached"):
        await made(generator, a_task())
    await generator.aclose()


async def test_a_black_picture_and_half_of_one_are_errors() -> None:
    async with ComfyUIServer() as server:
        server.shelf.checkpoints["plain_v1.safetensors"] = "black"
        black = await failure(server, a_task(seed=0))
        server.spoil_next()
        half = await failure(server, a_task(seed=9))

    assert str(black) == "comfy answers with a wholly black picture; start ComfyUI with --fp32-vae"
    assert str(half) == "comfy sent a broken picture, or only a part of one"


async def test_a_source_that_is_no_picture_fails_its_job_only() -> None:
    task = a_task({Role.IMAGE: Image.new("RGB", (64, 64))}, mode=Mode.IMG2IMG)
    broken = Task(task.job, task.request, task.indices, {SourceId("image"): b"a fox"})
    async with ComfyUIServer() as server, painter(server) as generator:
        found = await items(generator, broken)

    assert isinstance(found[0], Failed)
    assert isinstance(found[0].error, Refused)
    assert found[0].error.code is Code.SOURCE_INVALID


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"poll_s": 0}, "poll_s is 0; write a number above 0"),
        ({"steps": -1}, "steps is -1; write a number above 0, or leave it out"),
        ({"base_url": "comfy"}, "base_url is no address"),
        ({"sampler": "euler"}, "did you mean samplers?"),
        ({"samplers": ["dpmpp 2m karras"]}, 'samplers holds "dpmpp 2m karras"'),
        ({"samplers": []}, "samplers is empty"),
        ({"samplers": [""]}, 'samplers holds ""'),
        ({"base_url": "http://[::1", "samplers": ["euler"]}, "base_url is no address"),
        ({"workflows": {"style_transfer": "a.json"}}, "workflows.style_transfer is no mode"),
        ({"workflows": {"txt2img": 3}}, "workflows.txt2img is of another type"),
        ({"workflows": {"upscale": "shipped"}}, "workflows.upscale is not shipped"),
        ({"workflows": {"txt2img": "lost.json"}}, "workflows.txt2img is lost.json, which cannot be read"),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=r"generators\.comfy\.") as caught:
        a_generator(options)

    assert said in str(caught.value)
