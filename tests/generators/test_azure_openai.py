"""The same models at Azure: two kinds of addresses, names of your own, and a filter that says what it found."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from PIL import Image

from pinxit.config import GeneratorSettings
from pinxit.domain.errors import Broken, Code, ConfigError, Refused, Temporary
from pinxit.domain.request import Mode, Role
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.openai_room import PROMPT, a_task, as_png, fail, paint, painter, shipped
from tests.generators.watching import Notes
from tests.providers.azure_openai_server import DEPLOYMENT, AzureOpenAIServer
from tests.providers.openai_server import KEY

BOTH = pytest.mark.parametrize("is_classic", [False, True])


@BOTH
async def test_a_deployment_paints_at_either_address_with_the_key_in_its_header(is_classic: bool) -> None:  # noqa: FBT001 - a parameter
    notes = Notes()
    async with AzureOpenAIServer(is_classic=is_classic) as server, painter(server) as generator:
        (image,) = await paint(generator, None, notes)

    assert server.created[0] == {
        "model": DEPLOYMENT,
        "prompt": PROMPT,
        "n": 1,
        "size": "816x816",
        "quality": "medium",
        "output_format": "png",
    }
    assert image.model == "gpt-image-2.5-flare"
    assert image.recipe["sent_model"] == DEPLOYMENT
    assert generator.capabilities.models == (DEPLOYMENT, "dall-e-3")
    assert (notes.sent_ids, notes.charged_micro) == ([None], [12_250])
    assert server.strangers == []


@BOTH
async def test_a_picture_becomes_another_at_either_address(is_classic: bool) -> None:  # noqa: FBT001 - a parameter
    task = a_task({Role.IMAGE: as_png(Image.new("RGB", (8, 8), "navy"))}, mode=Mode.IMG2IMG)
    async with AzureOpenAIServer(is_classic=is_classic) as server, painter(server, partial_images=1) as generator:
        assert len(await paint(generator, task)) == 1

    assert set(server.files[0]) == {"image"}
    assert server.strangers == []


async def test_a_base_url_may_hold_the_new_path_already() -> None:
    async with AzureOpenAIServer() as server, painter(server, base_url=f"{server.url}/openai/v1/") as generator:
        assert len(await paint(generator)) == 1


async def test_dall_e_3_is_painted_by_the_deployment_there_is() -> None:
    task = a_task(model="dall-e-3", quality="hd", style="natural", width_px=1024, height_px=1024)
    async with AzureOpenAIServer() as server, painter(server) as generator:
        (image,) = await paint(generator, task)

    assert (server.created[0]["model"], server.created[0]["quality"]) == (DEPLOYMENT, "high")
    assert image.model == "gpt-image-2.5-flare"


@BOTH
async def test_the_content_filter_says_which_categories_it_found(is_classic: bool) -> None:  # noqa: FBT001 - a parameter
    async with AzureOpenAIServer(is_classic=is_classic) as server:
        server.refuse_next()
        error = await fail(server)

    assert isinstance(error, Refused)
    assert (error.code, error.facts) == (
        Code.MODERATED,
        {"generator": "painter", "categories": ["sexual", "violence"]},
    )


async def test_a_picture_that_was_filtered_out_of_a_success_is_a_refusal() -> None:
    found = {"violence": {"filtered": True, "severity": "high"}, PROMPT: {"filtered": True}}
    async with AzureOpenAIServer() as server:
        server.fail_next(200, body=json.dumps({"data": [{"content_filter_results": found}]}))
        error = await fail(server)

    assert isinstance(error, Refused)
    assert error.facts["categories"] == ["violence"]


async def test_a_resource_that_is_blocked_for_a_while_is_asked_later() -> None:
    async with AzureOpenAIServer() as server:
        text = "The resource has been temporarily blocked because of repeated violations."
        server.fail_next(403, body=json.dumps({"error": {"code": "403", "message": text}}))
        error = await fail(server)

    assert isinstance(error, Temporary)
    assert error.retry_after_s == 300.0
    assert "blocked for a while after too many refused prompts" in str(error)


async def test_a_deployment_that_is_not_there_is_named_as_such() -> None:
    async with AzureOpenAIServer() as server:
        error = await fail(server, deployments={"gone": "gpt-image-2.5-flare"})

    assert type(error) is Broken
    assert str(error) == "painter knows no such model (404), it may be retired; name another model"


def test_one_deployment_alone_is_taken_to_be_of_the_first_model() -> None:
    given = {"base_url": "https://a.openai.azure.com", "api_key": KEY, "model": "your-dalle3-deployment"}

    generator = build("painter", "azure_openai", given, FakeClock(), shipped())

    assert generator.capabilities.models == ("your-dalle3-deployment", "dall-e-3")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "generators.painter.base_url is missing"),
        ({"base_url": "https://a.openai.azure.com"}, "generators.painter.api_key is missing; write the key, or put it"),
        (
            {"base_url": "https://a.openai.azure.com", "api_key": KEY},
            'generators.painter.deployments is missing; write deployments = { "your deployment" =',
        ),
        (
            {"base_url": "https://a.openai.azure.com", "api_key": KEY, "models": ["ours"]},
            'generators.painter.deployments does not say which model "ours" is of; write { "ours" = "…" }',
        ),
        (
            {"base_url": "https://a.openai.azure.com", "api_key": KEY, "deployments": {"ours": "dall-e-3"}},
            'generators.painter.deployments does not say which model "ours" is of',
        ),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigError) as error:
        build("painter", "azure_openai", options, FakeClock(), shipped())  # type: ignore[arg-type]  # Json

    assert error.value.problems[0].startswith(problem)


def test_a_deployment_named_as_its_model_needs_no_entry_and_the_named_one_is_the_default() -> None:
    options: dict[str, Any] = {
        "base_url": "https://a.openai.azure.com",
        "api_key": KEY,
        "model": "gpt-image-1-mini",
        "deployments": {"ours": "gpt-image-2"},
    }
    generator = build("painter", "azure_openai", options, FakeClock(), shipped())

    assert generator.capabilities.models == ("gpt-image-1-mini", "ours", "dall-e-3")
    assert generator.quote(a_request(width_px=1024, height_px=1024, quality="high")).dollars_micro == 36_000


def test_a_deployment_is_warned_of_when_its_model_ends() -> None:
    table = GeneratorSettings.model_validate({"kind": "azure_openai", "deployments": {"pictures": "gpt-image-1.5"}})

    (sentence,) = shipped().warnings("azure_openai", table.named_models(), date(2026, 11, 21))

    assert sentence == "its provider ends gpt-image-1.5 on 2026-12-16; name another model"
