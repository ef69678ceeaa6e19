"""Workers AI, or whoever answers in its place, says what is not to be believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.errors import Broken, ConfigError, Refused
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.fakes import FakeClock
from tests.generators.cloudflare_ai_room import FOX, SMALL, failure, made, painter
from tests.generators.watching import Notes
from tests.generators.webui import a_task
from tests.providers.cloudflare_ai_server import ACCOUNT, KEY, LUCID, CloudflareAiServer
from tests.providers.cloudflare_ai_server import failure as worded

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.generator import Made
    from pinxit.domain.request import Json

# A picture of 256×256 and 5 steps by the catalogue: $0.007 a square of 512 pixels, $0.000132 a step.
LUCID_MICRO = 7660


@pytest.mark.parametrize("neurons", ["-1", "1e30", "nan", "inf", "many"])
async def test_neurons_that_cannot_be_are_booked_as_the_catalogue_has_it(neurons: str) -> None:
    notes = Notes()
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.neurons = neurons
        assert len(await made(generator, a_task(model=LUCID, **SMALL), notes)) == 1

    assert notes.charged_micro == [LUCID_MICRO]


async def test_what_came_is_paid_for_though_another_image_is_refused() -> None:
    notes, kept = Notes(), list["Made"]()
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.refuse_next()
        await failure(generator, a_task(model=LUCID, indices=(0, 1, 2), **SMALL), notes, kept)

    assert len(kept) == 2
    assert notes.charged_micro == [LUCID_MICRO, LUCID_MICRO]


async def test_a_refusal_counts_more_than_what_another_image_lacks() -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.fail_next(400, body=json.dumps(worded(5004, "")))
        server.refuse_next()
        found = await failure(generator, a_task(indices=(0, 1), **SMALL))

    assert isinstance(found, Refused)


@pytest.mark.parametrize("result", [None, 7, [], [["YQ=="]], {"image": 7}, {"image": ["YQ=="]}, "YQ=="])
async def test_a_result_of_another_form_is_no_picture(result: object) -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.fail_next(200, body=json.dumps({"success": True, "errors": [], "result": result}))
        found = await failure(generator)

    assert str(found) == "cf answers without a picture"


@pytest.mark.parametrize("errors", [[[]], [{"code": [3036]}], [{"code": "3036"}], [{"code": True}], {}, 7])
async def test_errors_of_another_form_are_told_in_our_own_words(errors: object) -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.fail_next(200, body=json.dumps({"success": False, "errors": errors, "result": {"image": FOX}}))
        found = await failure(generator)

    assert type(found) is Broken


@pytest.mark.parametrize("timeout_s", [float("nan"), float("inf")])
def test_a_time_that_never_ends_is_no_setting(timeout_s: float) -> None:
    options: dict[str, Json] = {"api_key": KEY, "account_id": ACCOUNT, "timeout_s": timeout_s}

    with pytest.raises(ConfigError, match=r"generators\.cf\.timeout_s is .*; write a number"):
        build("cf", "cloudflare_ai", options, FakeClock())


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ('modes = ["img2img"]', "image"),
        ('modes = ["style_transfer"]', "images"),
        ('negative = "yes"', "negative"),
        ("steps = [4, 8]", "steps"),
        ("guidance = 3.0", "guidance"),
    ],
)
def test_an_own_model_that_would_drop_what_is_asked_is_an_error(tmp_path: Path, entry: str, word: str) -> None:
    own = tmp_path / "catalogue.toml"
    own.write_text(f'[cloudflare_ai."@cf/me"]\n{entry}\n[cloudflare_ai."@cf/me".extra]\nfields = {{ prompt = "p" }}\n')
    options = {"api_key": KEY, "account_id": ACCOUNT, "model": "@cf/me"}

    with pytest.raises(ConfigError, match=f"extra.fields has no {word}, which the model's entry promises"):
        build("cf", "cloudflare_ai", options, FakeClock(), Catalogue.load(own))
