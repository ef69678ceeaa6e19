"""Servers that speak as OpenAI does or once did: DALL·E 3's fields, and the little that all of them share."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from pinxit.domain.errors import Temporary
from pinxit.domain.request import Mode, Role
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.openai_room import PROMPT, a_task, as_png, fail, paint, painter, shipped
from tests.generators.watching import Notes
from tests.providers.openai_server import OpenAIServer

LEGACY: dict[str, Any] = {"width_px": 1024, "height_px": 1024, "model": "dall-e-3"}
SMALL: dict[str, Any] = {"width_px": 64, "height_px": 48}


@pytest.mark.parametrize("response_format", ["b64_json", "url"])
async def test_a_legacy_server_gets_its_own_fields_and_its_wording_is_kept(response_format: str) -> None:
    task = a_task(indices=(0, 1), quality="hd", style="vivid", negative_prompt="blur", **LEGACY)
    async with OpenAIServer("dalle3") as server, painter(server, response_format=response_format) as generator:
        images = await paint(generator, task)

    assert (
        server.created
        == [
            {
                "model": "dall-e-3",
                "prompt": f"{PROMPT}. Avoid: blur.",
                "n": 1,
                "size": "1024x1024",
                "quality": "hd",
                "style": "vivid",
                "response_format": response_format,
            }
        ]
        * 2
    )
    assert [(image.index, image.model) for image in images] == [(0, "dall-e-3"), (1, "dall-e-3")]
    assert images[0].recipe["revised_prompt"] == f"An oil painting of {PROMPT}. Avoid: blur."
    assert server.downloads == 2 * (response_format == "url")
    assert server.strangers == []


async def test_a_compatible_server_gets_only_what_all_share_and_any_size() -> None:
    notes = Notes()
    async with OpenAIServer("compat", key="") as server, painter(server) as generator:
        (image,) = await paint(generator, a_task(negative_prompt="blur", **SMALL), notes)

    assert server.created == [
        {"model": "any", "prompt": f"{PROMPT}. Avoid: blur.", "n": 1, "size": "64x48", "response_format": "b64_json"}
    ]
    assert (image.width_px, image.height_px, image.model) == (64, 48, "any")
    assert (notes.sent_ids, notes.charged_micro, server.strangers) == ([], [], [])


async def test_a_compatible_server_is_told_seed_steps_and_negative_by_its_own_names() -> None:
    fields: dict[str, Any] = {"seed_field": "seed", "steps_field": "step", "negative_field": "negative_prompt"}
    extras: dict[str, type] = {"seed": int, "step": int, "negative_prompt": str}
    task = a_task(indices=(0, 1), steps=9, negative_prompt="blur", seed=2**32 - 1, **SMALL)
    async with OpenAIServer("compat", extras=extras) as server, painter(server, **fields) as generator:
        images = await paint(generator, task)

    assert {(call["seed"], call["step"], call["negative_prompt"]) for call in server.created} == {
        (2**32 - 1, 9, "blur"),
        (0, 9, "blur"),
    }
    assert {call["prompt"] for call in server.created} == {PROMPT}
    assert [image.seed for image in images] == [2**32 - 1, 0]
    assert images[0].data != images[1].data
    assert generator.capabilities.negative_prompt
    assert generator.capabilities.seed


@pytest.mark.parametrize("hands_out", ["url", "path", "data"])
async def test_a_picture_is_taken_from_wherever_the_server_puts_it(hands_out: str) -> None:
    async with (
        OpenAIServer("compat", hands_out=hands_out) as server,
        painter(server, response_format="url") as generator,
    ):
        (image,) = await paint(generator, a_task(**SMALL))

    assert (image.width_px, image.height_px) == (64, 48)
    assert server.downloads == (hands_out != "data")
    assert server.strangers == []


async def test_a_picture_changes_at_a_compatible_server_that_is_said_to_do_so() -> None:
    source = {Role.IMAGE: as_png(Image.new("RGB", (8, 8), "navy"))}
    modes = ["txt2img", "img2img"]
    async with OpenAIServer("compat") as server, painter(server, modes=modes) as generator:
        await paint(generator, a_task(source, mode=Mode.IMG2IMG, **SMALL))

    assert set(server.files[0]) == {"image"}
    assert server.created[0]["response_format"] == "b64_json"
    assert generator.capabilities.modes == {Mode.TXT2IMG, Mode.IMG2IMG}


async def test_a_call_that_costs_nothing_is_tried_again_after_the_servers_own_errors() -> None:
    async with OpenAIServer("compat") as server:
        for _ in range(4):
            server.fail_next(500)
        error = await fail(server, a_task(**SMALL))
        free = len(server.created)
        server.fail_next(500)
        await fail(server, a_task(**SMALL), dollars_per_image=0.01)

    assert isinstance(error, Temporary)
    assert (free, len(server.created)) == (4, 5)


@pytest.mark.parametrize(
    ("dialect", "base_url", "is_remote"),
    [
        ("compat", "http://localhost:8080/v1", False),
        ("compat", "http://gpu:8080/v1", True),
        ("dalle3", "http://localhost:8080/v1", True),  # A gateway asks somebody else.
    ],
)
def test_only_a_compatible_server_on_this_machine_is_local(dialect: str, base_url: str, is_remote: bool) -> None:  # noqa: FBT001 - a parameter
    options: dict[str, Any] = {
        "base_url": base_url,
        "dialect": dialect,
        "model": "any",
        "api_key": "k",
        "dollars_per_image": 0.02,
    }
    generator = build("painter", "openai", options, FakeClock(), shipped())

    assert generator.capabilities.remote is is_remote
    assert generator.quote(a_request(count=3)).dollars_micro == 60_000
