"""Workflows of an operator's own: what they leave open decides what can be asked, and mistakes in them are told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pinxit.domain.errors import ConfigError
from pinxit.domain.request import Mode, Role
from pinxit.generators.comfyui.workflow import read_workflow
from tests.generators.comfy import (
    CRIMSON,
    PROMPT,
    a_generator,
    a_task,
    a_workflow,
    failure,
    made,
    opened,
    painter,
    stored,
)
from tests.providers.comfyui_server import ComfyUIServer

_ALL: dict[str, Any] = {
    "seed": "%seed%",
    "steps": "%steps%",
    "cfg": "%cfg%",
    "sampler_name": "%sampler%",
    "scheduler": "%scheduler%",
    "denoise": "%denoise%",
    "width": "%width%",
    "height": "%height%",
    "ckpt_name": "%model%",
    "negative": "%negative%, ugly",
}


async def test_placeholders_get_their_values_numbers_as_numbers_and_texts_within_texts(tmp_path: Path) -> None:
    mine = stored(tmp_path / "mine.json", a_workflow(**_ALL))
    options: dict[str, Any] = {"workflows": {"txt2img": mine}, "model": "vivid_v2"}
    async with ComfyUIServer() as server, painter(server, **options) as generator:
        image = (await made(generator, a_task(seed=9, negative_prompt="%prompt%", sampler="euler karras")))[0]

    graph = server.created[0]["prompt"]
    assert {key: value for key, value in graph["4"]["inputs"].items() if not isinstance(value, list)} == {
        "seed": 9,
        "steps": 3,
        "cfg": 6.5,
        "sampler_name": "euler",
        "scheduler": "karras",
        "denoise": 1.0,
    }
    assert graph["2"]["inputs"]["text"] == f"best quality, {PROMPT}"
    assert graph["5"]["inputs"]["text"] == "%prompt%, ugly"
    assert "_meta" not in graph["1"]
    assert (opened(image).getpixel((5, 5)), image.model) == (CRIMSON, "sub/vivid_v2.safetensors")
    assert image.recipe == {"kind": "comfyui", "workflow": "mine.json"}


def test_what_a_workflow_leaves_no_place_for_cannot_be_asked(tmp_path: Path) -> None:
    bare = a_generator({"workflows": {"txt2img": stored(tmp_path / "bare.json", a_workflow())}, "model": "plain_v1"})
    whole = a_generator({"workflows": {"txt2img": stored(tmp_path / "all.json", a_workflow(**_ALL))}})
    few = {"seed": "%seed%", "sampler_name": "%sampler%"}
    some = a_generator({"workflows": {"txt2img": stored(tmp_path / "some.json", a_workflow(**few))}})

    can = bare.capabilities
    assert (list(can.modes), can.models, can.samplers, can.sizes_px) == ([Mode.TXT2IMG], (), (), ((512, 512),))
    assert (can.max_steps, can.guidance, can.seed, can.repeats) == (1, False, False, False)
    assert (can.negative_prompt, can.negative_in_words, can.loras, can.clip_skip) == (False, True, False, False)
    can = whole.capabilities
    assert (can.max_steps, can.guidance, can.seed, can.repeats, can.sizes_px) == (150, True, True, True, ())
    assert (can.negative_prompt, can.negative_in_words, can.loras, can.weights) == (True, False, False, True)
    assert "dpmpp_2m karras" in can.samplers
    assert some.capabilities.samplers[:3] == ("euler", "euler_ancestral", "dpmpp_2m")


async def test_without_a_place_for_it_what_to_avoid_is_said_in_the_prompt(tmp_path: Path) -> None:
    mine = stored(tmp_path / "bare.json", a_workflow())
    async with ComfyUIServer() as server, painter(server, workflows={"txt2img": mine}) as generator:
        image = (await made(generator, a_task(negative_prompt="fog")))[0]

    assert server.created[0]["prompt"]["2"]["inputs"]["text"] == f"best quality, {PROMPT} Avoid: fog."
    assert image.prompt == f"{PROMPT} Avoid: fog."


async def test_one_place_missing_in_one_workflow_takes_it_from_all_and_the_others_get_their_default(
    tmp_path: Path,
) -> None:
    workflows = {"txt2img": "shipped", "img2img": _from_pictures(tmp_path)}
    async with ComfyUIServer() as server, painter(server, workflows=workflows) as generator:
        await made(generator, a_task(steps=1, guidance_scale=0.0))

    assert (generator.capabilities.max_steps, generator.capabilities.guidance) == (1, False)
    assert generator.capabilities.modes == {Mode.TXT2IMG, Mode.IMG2IMG}
    inputs = server.created[0]["prompt"]["sampler"]["inputs"]
    assert (inputs["steps"], inputs["cfg"]) == (3, 7.0)


def _from_pictures(tmp_path: Path) -> str:
    graph = a_workflow()
    graph["3"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["8", 0], "vae": ["1", 2]}}
    graph["8"] = {"class_type": "LoadImage", "inputs": {"image": "%image%"}}
    return stored(tmp_path / "from.json", graph)


async def test_a_workflow_that_enlarges_makes_its_own_size(tmp_path: Path) -> None:
    def enlarging(side: object) -> dict[str, Any]:
        scaled = {"image": ["1", 0], "upscale_method": "lanczos", "width": side, "height": side, "crop": "disabled"}
        return {
            "1": {"class_type": "LoadImage", "inputs": {"image": "%image%"}},
            "2": {"class_type": "ImageScale", "inputs": scaled},
            "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "big"}},
        }

    source = Image.new("RGB", (40, 40), "white")
    task = a_task({Role.IMAGE: source}, mode=Mode.UPSCALE, upscale=2.5, width_px=100, height_px=100)
    sizes, able = [], []
    async with ComfyUIServer() as server:
        for side in ("%width%", 80):
            big = stored(tmp_path / "big.json", enlarging(side))
            async with painter(server, workflows={"txt2img": "shipped", "upscale": big}) as generator:
                image = (await made(generator, task))[0]
            able.append((set(generator.capabilities.modes), generator.capabilities.max_steps))
            sizes.append((image.width_px, opened(image).width))

    assert sizes == [(100, 100), (80, 80)]
    assert able == [({Mode.TXT2IMG, Mode.UPSCALE}, 150)] * 2


async def test_a_node_that_the_server_has_not_is_told(tmp_path: Path) -> None:
    graph = a_workflow()
    graph["6"]["class_type"] = "VAEDecodeFancy"
    mine = stored(tmp_path / "mine.json", graph)
    async with ComfyUIServer() as server:
        error = await failure(server, workflows={"txt2img": mine})

    assert str(error) == "comfy does not have a node of the workflow; install it in ComfyUI, or correct workflows"


def _deep(levels: int) -> str:
    return json.dumps(a_workflow(more=[])).replace('"more": []', f'"more": {"[" * levels}{"]" * levels}')


@pytest.mark.parametrize(
    ("mode", "content", "said"),
    [
        (
            "txt2img",
            '{"nodes": [], "links": []}',
            "saved for ComfyUI's page; open it there, choose Workflow → Export (API)",
        ),
        ("txt2img", "no JSON", "which is no JSON; export it once more"),
        ("txt2img", "[]", "which is no workflow"),
        ("txt2img", '{"1": {"class_type": "SaveImage"}}', "which is no workflow"),
        ("txt2img", json.dumps(a_workflow(text="a fox")), "which has no %prompt%; write %prompt% where that belongs"),
        ("inpaint", json.dumps(a_workflow(negative="%image%")), "which has no %mask%"),
        ("upscale", json.dumps(a_workflow()), "which has no %image%"),
        ("txt2img", json.dumps(a_workflow(seed=float("nan"))), "which holds NaN or Infinity, which no JSON has"),
        ("txt2img", json.dumps(a_workflow(seed=1)) + " " * 2**23, "which cannot be read (larger than 8388608 bytes)"),
        # Python's reader takes so many levels, and who looks through them afterwards would not.
        ("txt2img", _deep(900), "which is nested more than 64 times"),
    ],
)
def test_a_file_that_is_no_workflow_for_its_mode_is_refused_with_the_cure(
    mode: str, content: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.json").write_text(content)
    with pytest.raises(ConfigError, match=rf"generators\.comfy\.workflows\.{mode} is mine\.json, ") as caught:
        a_generator({"workflows": {mode: str(tmp_path / "mine.json")}})

    assert said in str(caught.value)


def test_a_workflow_that_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mine.json")

    with pytest.raises(ConfigError, match="which cannot be read"):
        a_generator({"workflows": {"txt2img": str(tmp_path / "mine.json")}})


def test_a_placeholder_in_a_key_is_a_key_and_one_in_a_prompt_is_text(tmp_path: Path) -> None:
    graph = a_workflow()
    graph["2"]["inputs"]["%seed%"] = {"%prompt%": "%prompt%"}

    mine = read_workflow(Mode.TXT2IMG, Path(stored(tmp_path / "mine.json", graph)))

    assert mine.graph({"prompt": 'a "%seed%" fox'})["2"]["inputs"] == {
        "text": 'best quality, a "%seed%" fox',
        "clip": ["1", 1],
        "%seed%": {"%prompt%": 'a "%seed%" fox'},
    }
