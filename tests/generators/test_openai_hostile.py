"""An images server that answers what no honest one does, and what of it is believed."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, PinxitError, Refused, Temporary
from pinxit.domain.request import Mode, Role
from pinxit.generators.catalogue import Catalogue, Model, Price
from pinxit.generators.openai_images_answers import small, spent_micro
from tests.generators.openai_room import a_task, as_png, fail, paint, painter
from tests.generators.watching import Notes
from tests.providers.openai_pictures import flat
from tests.providers.openai_server import OpenAIServer

if TYPE_CHECKING:
    from collections.abc import Mapping

PRICES = {"text_in": 5.0, "image_in": 8.0, "image_out": 30.0}
PICTURE = base64.b64encode(flat((816, 816), (1, 2, 200))).decode()


def an_answer(**more: object) -> str:
    return json.dumps({"data": [{"b64_json": PICTURE}], **more})


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind", "text"),
    [
        (400, {}, json.dumps({"error": {"param": ["size"]}}), Broken, "painter does not accept the request (400)"),
        (200, {"Content-Type": "text/event-stream"}, "data: {}\n\n", Temporary, "painter ended its stream without"),
        (200, {"Content-Type": "text/event-stream"}, "data: x\n\n", Broken, "painter answers with something that is"),
        (200, {"Content-Type": "text/event-stream"}, "data: [1]\n\n", Broken, "painter answers with something that"),
        (200, {}, '{"data": [{"url": "http://[::1"}]}', Broken, "painter names a picture by an address that is none"),
    ],
)
async def test_an_answer_of_an_odd_form_is_an_error_of_ours(
    status: int, headers: Mapping[str, str], body: str, kind: type[PinxitError], text: str
) -> None:
    async with OpenAIServer() as server:
        server.fail_next(status, headers, body)
        error = await fail(server)

    assert type(error) is kind
    assert str(error).startswith(text)


@pytest.mark.parametrize(
    ("usage", "spent"),
    [
        ({"input_tokens": 50, "output_tokens": 400}, 12_250),
        ({"input_tokens": 50, "output_tokens": 400, "input_tokens_details": {"image_tokens": 10**6}}, 12_400),
        ({"input_tokens": 50}, None),
        ({"input_tokens": 50, "output_tokens": 0}, None),
        ({"input_tokens": -50, "output_tokens": 400}, None),
        ({"input_tokens": "50", "output_tokens": 400}, None),
        ({"input_tokens": 1e30, "output_tokens": 400}, None),
        ({"input_tokens": 10**30, "output_tokens": 400}, None),
        ({"input_tokens": 50, "output_tokens": 10**400}, None),
        ("50", None),
    ],
)
def test_use_is_believed_within_reason(usage: object, spent: int | None) -> None:
    assert spent_micro({"usage": usage}, PRICES) == spent  # type: ignore[dict-item]  # whatever came as JSON


async def test_a_call_that_says_nothing_believable_of_its_use_is_booked_as_quoted() -> None:
    notes, task = Notes(), a_task(quality="low")
    async with OpenAIServer() as server, painter(server) as generator:
        server.fail_next(200, body=an_answer(usage={"input_tokens": 10**400, "output_tokens": 1}))
        await paint(generator, task, notes)

    assert notes.charged_micro == [generator.quote(task.request).dollars_micro]
    assert notes.charged_micro[0] > 0


async def test_an_unanswered_call_is_told_before_any_other_error() -> None:
    async with OpenAIServer() as server:
        for status in (404, 504, 404):
            server.fail_next(status)
        error = await fail(server, a_task(indices=tuple(range(9))))

    assert isinstance(error, Temporary)
    assert error.unanswered


@pytest.mark.parametrize("wording", ["fox \ud800", "fox \x00", 7])
async def test_a_wording_that_is_no_text_is_not_kept(wording: object) -> None:
    item = {"b64_json": PICTURE, "revised_prompt": wording}
    async with OpenAIServer() as server, painter(server) as generator:
        server.fail_next(200, body=json.dumps({"data": [item]}))
        (image,) = await paint(generator)

    assert "revised_prompt" not in image.recipe


def test_a_preview_is_made_of_no_bomb_and_by_no_foreign_program() -> None:
    bomb, page = io.BytesIO(), io.BytesIO()
    Image.new("1", (5000, 4001)).save(bomb, "PNG", compress_level=1)
    Image.new("RGB", (8, 8)).save(page, "EPS")  # Pillow would start Ghostscript for it.

    assert small("painter", PICTURE) is not None
    assert small("painter", base64.b64encode(bomb.getvalue()).decode()) is None
    assert small("painter", base64.b64encode(page.getvalue()).decode()) is None


async def test_a_model_with_a_price_is_asked_only_once_at_a_compatible_server_too() -> None:
    notes, own = Notes(), Model("openai", "any", size="64x64", price=Price(image=0.01))
    async with OpenAIServer("compat") as server:
        server.fail_next(500)
        await fail(server, a_task(width_px=64, height_px=64), notes, catalogue=Catalogue((own,)))

    assert len(server.created) == 1
    assert notes.sent_ids == [None]


async def test_a_source_in_sixteen_bits_keeps_its_tones() -> None:
    dark = Image.new("I;16", (64, 64), 0x2000)
    async with OpenAIServer() as server, painter(server) as generator:
        await paint(generator, a_task({Role.IMAGE: as_png(dark)}, mode=Mode.IMG2IMG))
        await paint(generator, a_task({Role.IMAGE: as_png(dark), Role.MASK: as_png(dark)}, mode=Mode.INPAINT))

    for files in server.files:
        with Image.open(io.BytesIO(files["image"][0])) as sent:
            assert sent.convert("RGB").getpixel((5, 5)) == (0x20, 0x20, 0x20)
    with Image.open(io.BytesIO(server.files[1]["mask"][0])) as mask:
        assert mask.getpixel((5, 5)) == (0, 0, 0, 255)


async def test_a_refusal_is_one_wherever_azure_says_it() -> None:
    filtered = {"content_filter_results": {"sexual": {"filtered": True}}}
    async with OpenAIServer() as server:
        server.fail_next(200, body=json.dumps({"data": [], "prompt_filter_results": [filtered]}))
        error = await fail(server)

    assert isinstance(error, Refused)
    assert error.facts["categories"] == ["sexual"]
