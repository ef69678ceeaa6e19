"""What Workers AI is asked, model by model, and what becomes of its answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Code, ConfigError, Refused
from pinxit.domain.generator import Checks
from pinxit.domain.ids import JobId
from pinxit.domain.request import Mode, Outpaint, Role
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.generators.cloudflare_ai_room import FOX, SMALL, made, painter, shipped
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.generators.webui import a_task, opened
from tests.providers.cloudflare_ai_server import (
    ACCOUNT,
    FLUX_2_DEV,
    IMG2IMG,
    INPAINTING,
    KEY,
    KLEIN,
    LUCID,
    PHOENIX,
    SCHNELL,
    SDXL,
    CloudflareAiServer,
)
from tests.providers.cloudflare_ai_server import opened as read

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = {"api_key": KEY, "account_id": ACCOUNT}


@pytest.mark.parametrize(
    ("model", "body", "media_type"),
    [
        (SDXL, {"negative_prompt": "dogs", "num_steps": 5, "guidance": 6.5}, "image/png"),
        (PHOENIX, {"negative_prompt": "dogs", "num_steps": 5, "guidance": 6.5}, "image/jpeg"),
        (LUCID, {"prompt": f"{FOX} Avoid: dogs.", "num_steps": 5, "guidance": 6.5}, "image/jpeg"),
    ],
)
async def test_a_model_is_asked_by_json_and_answers_in_its_own_form(
    model: str, body: dict[str, Any], media_type: str
) -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        image = (await made(generator, a_task(model=model, negative_prompt="dogs", **SMALL)))[0]

    assert server.created == [{"prompt": FOX, "seed": 7, "width": 256, "height": 256, **body}]
    assert (image.media_type, opened(image).size, image.seed) == (media_type, (256, 256), 7)
    assert (image.model, image.prompt) == (model, body.get("prompt", FOX))
    assert image.recipe == {"kind": "cloudflare_ai"}
    assert server.strangers == []


@pytest.mark.parametrize(("model", "more"), [(KLEIN, {}), (FLUX_2_DEV, {"steps": "5"})])
async def test_flux_2_is_asked_by_a_form_even_for_words_alone(model: str, more: dict[str, str]) -> None:
    async with CloudflareAiServer() as server, painter(server) as generator:
        image = (await made(generator, a_task(model=model, **SMALL)))[0]

    assert server.created == [{"prompt": FOX, "seed": "7", "width": "256", "height": "256", **more}]
    assert opened(image).size == (256, 256)


async def test_flux_2_paints_after_pictures_of_at_most_512_pixels() -> None:
    sources = {Role.IMAGE: Image.new("RGB", (1000, 500), "teal"), Role.STYLE: Image.new("RGB", (300, 300), "red")}
    async with CloudflareAiServer() as server, painter(server) as generator:
        task = a_task({Role.IMAGE: sources[Role.IMAGE]}, mode=Mode.IMG2IMG, model=KLEIN, **SMALL)
        await made(generator, task)
        styled = (await made(generator, a_task(sources, mode=Mode.STYLE_TRANSFER, model=KLEIN, **SMALL)))[0]

    first, second = server.created
    assert [name for name in first if name.startswith("input")] == ["input_image_0"]
    assert read(first["input_image_0"]).size == (512, 256)
    assert [read(second[f"input_image_{number}"]).getpixel((0, 0)) for number in (0, 1)] == [(0, 128, 128), (255, 0, 0)]
    assert second["prompt"] == styled.prompt == f"{FOX} Paint image 1 in the style of image 2."


async def test_stable_diffusion_begins_from_a_picture() -> None:
    task = a_task({Role.IMAGE: Image.new("RGB", (600, 300), "teal")}, mode=Mode.IMG2IMG, model=IMG2IMG, **SMALL)
    async with CloudflareAiServer() as server, painter(server, model="") as generator:
        await made(generator, task)

    body = server.created[0]
    assert (body["strength"], body["num_steps"], body["seed"]) == (0.6, 5, 7)
    assert body["image_b64"].startswith("iVBOR")  # A PNG in base64.


async def test_white_in_the_mask_is_painted_and_the_picture_is_cut_to_its_size() -> None:
    mask = Image.new("L", (260, 256))
    mask.paste(255, (0, 0, 130, 256))
    sources = {Role.IMAGE: Image.new("RGB", (260, 256), "teal"), Role.MASK: mask}
    task = a_task(sources, mode=Mode.INPAINT, **{**SMALL, "width_px": 260})
    async with CloudflareAiServer() as server, painter(server) as generator:
        image = (await made(generator, task))[0]

    body = server.created[0]
    white = read(bytes(body["mask"]))
    assert (image.model, white.size, body["width"]) == (INPAINTING, (264, 256), 264)
    assert [white.getpixel((x, 9)) for x in (9, 250, 262)] == [255, 0, 255]
    assert opened(image).size == (260, 256)


async def test_widening_paints_what_is_new_with_full_strength() -> None:
    source = {Role.IMAGE: Image.new("RGB", (256, 256), "teal")}
    task = a_task(source, mode=Mode.OUTPAINT, outpaint=Outpaint(right=64), **{**SMALL, "width_px": 320})
    async with CloudflareAiServer() as server, painter(server) as generator:
        image = (await made(generator, task))[0]

    body = server.created[0]
    white = read(bytes(body["mask"]))
    assert [white.getpixel((x, 9)) for x in (0, 239, 240, 319)] == [0, 0, 255, 255]
    assert (body["strength"], opened(image).size) == (1.0, (320, 256))


async def test_schnell_is_asked_without_a_seed_once_it_has_refused_one() -> None:
    task = a_task(model=SCHNELL, prompt=FOX, width_px=1024, height_px=1024, steps=4)
    async with CloudflareAiServer() as server, painter(server) as generator:
        first = (await made(generator, task))[0]
        second = (await made(generator, task))[0]

    words = {"prompt": FOX, "steps": 4}
    assert server.asked == [(SCHNELL, {**words, "seed": 7}), (SCHNELL, words), (SCHNELL, words)]
    assert first.recipe == second.recipe == {"kind": "cloudflare_ai", "seed_taken": False}
    assert first.seed == 7
    assert not generator.capabilities.of(SCHNELL).repeats


async def test_schnell_keeps_its_seed_where_it_takes_one() -> None:
    task = a_task(model=SCHNELL, prompt=FOX, width_px=1024, height_px=1024, steps=4)
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.takes_seed = True
        image = (await made(generator, task))[0]

    assert server.asked == [(SCHNELL, {"prompt": FOX, "steps": 4, "seed": 7})]
    assert image.recipe == {"kind": "cloudflare_ai"}


async def test_images_are_calls_side_by_side_each_with_its_own_seed() -> None:
    notes = Notes()
    async with CloudflareAiServer() as server, painter(server) as generator:
        series = await made(generator, a_task(indices=(0, 1, 2), **SMALL), notes)
        alone = await made(generator, a_task(seed=8, **SMALL))

    assert [image.seed for image in series] == [7, 8, 9]
    assert series[1].data == alone[0].data != series[0].data
    assert notes.sent_ids == [None]
    assert notes.fractions == pytest.approx([1 / 3, 2 / 3, 1.0])


async def test_what_an_answer_says_that_it_cost_is_booked() -> None:
    notes = Notes()
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.neurons = "172.80"
        await made(generator, a_task(indices=(0, 1), **SMALL), notes)
        server.neurons = "nan"
        await made(generator, a_task(**SMALL), notes)

    assert notes.charged_micro == [1901, 1901, 0]  # The last one as the catalogue has it.


async def test_a_cancelled_job_is_not_asked_for_and_one_cancelled_meanwhile_yields_nothing() -> None:
    notes = Notes()
    async with CloudflareAiServer() as server, painter(server) as generator:
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(**SMALL), notes))
            await server.holding.wait()
            notes.cancelled.add(JobId("job"))
            server.go()
        assert painting.result() == []
        assert await made(generator, a_task(**SMALL), notes) == []

    assert len(server.created) == 1


def test_prices_are_the_catalogues_by_tile_and_step() -> None:
    generator = build("cf", "cloudflare_ai", WHOLE, HurriedClock(), shipped())
    request = a_request(count=2, steps=4, width_px=1024, height_px=1024)

    assert generator.capabilities.models[0] == SCHNELL
    assert generator.quote(request).dollars_micro == 2 * 652
    dev = a_request(model=FLUX_2_DEV, steps=10, width_px=1024, height_px=512)
    assert generator.quote(dev).dollars_micro == 8200


@pytest.mark.parametrize(
    ("changes", "code", "allowed"),
    [
        ({"model": PHOENIX, "guidance_scale": 1.5}, Code.FIELD_RANGE, "2 to 10"),
        ({"negative_prompt": "x" * 2030}, Code.PROMPT_TOO_LONG, "at most 2048 characters"),
    ],
)
def test_what_a_model_does_not_take_is_refused_before_the_queue(
    changes: dict[str, Any], code: Code, allowed: str
) -> None:
    generator = build("cf", "cloudflare_ai", WHOLE, HurriedClock(), shipped())
    assert isinstance(generator, Checks)
    generator.check(a_request())

    with pytest.raises(Refused) as caught:
        generator.check(a_request(**changes))

    assert (caught.value.code, caught.value.facts["allowed"]) == (code, [allowed])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"api_key": ""}, "generators.cf.api_key is missing; write the key, or put it into a file"),
        ({"account_id": ""}, "generators.cf.account_id is missing"),
        ({"account_id": "../x"}, "generators.cf.account_id is of another form"),
        ({"timeout_s": 0}, "generators.cf.timeout_s is 0; write seconds, such as 120"),
        ({"models": ["@cf/lost"]}, 'generators.cf.model is "@cf/lost", which is not in the catalogue'),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build("cf", "cloudflare_ai", {**WHOLE, **options}, HurriedClock(), shipped())

    assert said in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('fields = { hue = "hue" }', "extra.fields names other than"),
        ('form = "xml"', "extra.form is of another kind; write json or multipart"),
        ("guidance = [1]", "guidance = [least, most]"),
        ('source_px = "512"', "is no number; write 0 or more"),
        ("seed_unsafe = true", "extra.seed_unsafe is unknown"),
    ],
)
def test_a_wrong_entry_of_the_operators_list_is_an_error_at_the_start(tmp_path: Path, extra: str, said: str) -> None:
    own = tmp_path / "models.toml"
    own.write_text(f'[cloudflare_ai."@cf/me/mine"]\n[cloudflare_ai."@cf/me/mine".extra]\n{extra}\n')

    with pytest.raises(ConfigError, match=r"generators\.cf\.") as caught:
        build("cf", "cloudflare_ai", WHOLE, HurriedClock(), Catalogue.load(own))

    assert said in str(caught.value)
