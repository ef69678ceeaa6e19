"""What Replicate is asked, word for word, and what becomes of its answers."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Code, ConfigError, Refused
from pinxit.domain.generator import Checks
from pinxit.domain.request import Mode, Outpaint, Role
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.generators.http_room import HurriedClock
from tests.generators.replicate_room import FOX, SMALL, made, painter, shipped
from tests.generators.watching import Notes
from tests.generators.webui import a_task, opened
from tests.providers.replicate_server import KEY, RATIOS, VERSION, ReplicateServer, source_in

if TYPE_CHECKING:
    from pathlib import Path

SCHNELL, DEV = "black-forest-labs/flux-schnell", "black-forest-labs/flux-dev"
FILL = "black-forest-labs/flux-fill-dev"
ALWAYS = {"go_fast": False, "num_outputs": 1, "output_format": "png"}


async def test_a_request_for_words_is_one_prediction_of_an_official_model() -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        images = await made(generator, a_task(**SMALL))

    words = {"prompt": FOX, "seed": 7, "num_inference_steps": 4, "aspect_ratio": "1:1", "megapixels": "0.25"}
    assert server.created == [{"input": {**ALWAYS, **words}}]
    assert server.paths == [f"/v1/models/{SCHNELL}/predictions"]
    headers = next(iter(server.kept.values())).headers
    assert (headers["Prefer"], headers["Cancel-After"]) == ("wait=5", "300s")
    image = images[0]
    assert (image.width_px, image.height_px, image.media_type, image.seed) == (512, 512, "image/png", 7)
    assert (image.model, image.prompt, image.recipe) == (SCHNELL, FOX, {"kind": "replicate"})
    assert server.strangers == []


async def test_every_size_is_asked_for_in_words_and_comes_so() -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        sizes = generator.capabilities.sizes_px
        for width_px, height_px in sizes[-3:]:
            image = (await made(generator, a_task(**{**SMALL, "width_px": width_px, "height_px": height_px})))[0]
            assert (image.width_px, image.height_px) == (width_px, height_px)

    quarters = [(width // 2, height // 2) for width, height in RATIOS.values()]
    assert sorted(sizes) == sorted([*RATIOS.values(), *quarters])


async def test_each_image_is_a_prediction_with_its_own_seed_and_can_be_made_again_alone() -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        series = await made(generator, a_task(indices=(0, 1, 2), seed=2**32 - 1, **SMALL))
        alone = await made(generator, a_task(seed=0, **SMALL))

    asked = [body["input"]["seed"] for body in server.created]
    assert sorted(asked[:3]) == [1, 2**32 - 1, 2**32]  # 0 would be no seed at all there.
    assert [image.seed for image in series] == [2**32 - 1, 0, 1]
    assert alone[0].data == series[1].data != series[0].data


async def test_what_to_avoid_is_said_in_the_prompt() -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        image = (await made(generator, a_task(negative_prompt="dogs", **SMALL)))[0]

    assert server.created[0]["input"]["prompt"] == image.prompt == f"{FOX} Avoid: dogs."


async def test_a_picture_to_begin_from_goes_along_and_decides_the_size() -> None:
    source = {Role.IMAGE: Image.new("RGB", (900, 600), "teal")}
    task = a_task(source, mode=Mode.IMG2IMG, strength=0.3, **{**SMALL, "width_px": 608, "height_px": 416, "steps": 28})
    async with ReplicateServer() as server, painter(server) as generator:
        image = (await made(generator, task))[0]

    body = server.created[0]["input"]
    assert source_in(body.pop("image")).size == (608, 416)
    words = {"prompt": FOX, "seed": 7, "num_inference_steps": 28, "guidance": 6.5, "prompt_strength": 0.3}
    assert body == {**ALWAYS, **words}
    assert (image.model, image.width_px, image.height_px) == (DEV, 608, 416)


async def test_white_in_the_mask_is_painted_and_the_picture_is_cut_to_its_size() -> None:
    mask = Image.new("L", (300, 260))
    mask.paste(255, (0, 0, 150, 260))
    sources = {Role.IMAGE: Image.new("RGB", (300, 260), "teal"), Role.MASK: mask}
    task = a_task(sources, mode=Mode.INPAINT, prompt=FOX, width_px=300, height_px=260)
    async with ReplicateServer() as server, painter(server) as generator:
        image = (await made(generator, task))[0]

    body = server.created[0]["input"]
    sent, white = source_in(body.pop("image")), source_in(body.pop("mask"))
    always = {"megapixels": "match_input", "num_outputs": 1, "output_format": "png"}
    assert body == {**always, "prompt": FOX, "seed": 7, "num_inference_steps": 5, "guidance": 6.5}
    assert sent.size == white.size == (320, 288)  # Multiples of 32, which the model would cut to by itself.
    assert [white.getpixel(at) for at in ((10, 10), (290, 10), (310, 10), (10, 280))] == [255, 0, 255, 255]
    assert (image.model, opened(image).size) == (FILL, (300, 260))


async def test_widening_paints_what_is_new_and_keeps_the_source_where_it_was() -> None:
    task = a_task(
        {Role.IMAGE: Image.new("RGB", (256, 256), "teal")},
        mode=Mode.OUTPAINT,
        outpaint=Outpaint(left=64),
        **{**SMALL, "width_px": 320, "height_px": 256},
    )
    async with ReplicateServer() as server, painter(server) as generator:
        image = (await made(generator, task))[0]

    body = server.created[0]["input"]
    white = source_in(body["mask"])
    assert [white.getpixel((x, 128)) for x in (0, 64, 79, 80, 319)] == [255, 255, 255, 0, 0]
    assert source_in(body["image"]).getpixel((64, 0)) == (0, 128, 128)
    assert opened(image).size == (320, 256)


async def test_a_source_that_is_large_as_png_goes_as_jpeg() -> None:
    noise = Image.frombytes("RGB", (608, 416), Random(7).randbytes(608 * 416 * 3))  # noqa: S311 - a picture
    task = a_task({Role.IMAGE: noise}, mode=Mode.IMG2IMG, prompt=FOX, width_px=608, height_px=416)
    async with ReplicateServer() as server, painter(server) as generator:
        assert len(await made(generator, task)) == 1

    assert server.created[0]["input"]["image"].startswith("data:image/jpeg;base64,")


async def test_a_model_by_version_is_the_operators_and_is_charged_by_time(tmp_path: Path) -> None:
    own = tmp_path / "models.toml"
    own.write_text(
        f"""
        [replicate."somebody/sdxl"]
        negative = "yes"
        [replicate."somebody/sdxl".extra]
        version = "{VERSION}"
        dollars_per_second = 0.0014
        [replicate."somebody/sdxl".extra.fields]
        prompt = "prompt"
        negative = "negative_prompt"
        seed = "seed"
        width = "width"
        height = "height"
        """
    )
    task = a_task(model="somebody/sdxl", prompt=FOX, negative_prompt="dogs", width_px=96, height_px=64)
    notes = Notes()
    async with ReplicateServer() as server, painter(server, catalogue=Catalogue.load(own)) as generator:
        image = (await made(generator, task, notes))[0]

    words = {"prompt": FOX, "negative_prompt": "dogs", "seed": 7, "width": 96, "height": 64}
    assert server.created == [{"version": VERSION, "input": words}]
    assert server.paths == ["/v1/predictions"]
    assert image.recipe == {"kind": "replicate", "version": VERSION}
    assert (image.prompt, opened(image).size) == (FOX, (96, 64))
    assert notes.charged_micro == [3500]


async def test_an_output_may_be_one_address_and_the_end_may_have_to_be_waited_for() -> None:
    notes = Notes()
    async with ReplicateServer() as server, painter(server, wait_s=0) as generator:
        server.as_text = True
        images = await made(generator, a_task(indices=(0, 1), **SMALL), notes)

    assert len(images) == 2
    assert "Prefer" not in next(iter(server.kept.values())).headers
    assert notes.fractions == sorted(notes.fractions)
    assert notes.fractions[0] == 0.25  # Half of one of two, as the model's log says.
    assert notes.fractions[-1] == 1.0
    assert notes.charged_micro == [3000, 3000]


def test_prices_and_modes_are_the_catalogues() -> None:
    generator = build("rep", "replicate", {"api_key": KEY}, HurriedClock(), shipped())
    able = generator.capabilities

    assert able.models == (SCHNELL, DEV, FILL)
    assert able.modes == {Mode.TXT2IMG, Mode.IMG2IMG, Mode.INPAINT, Mode.OUTPAINT}
    assert able.of(SCHNELL).modes == {Mode.TXT2IMG}
    assert (able.max_count, able.max_batch, able.remote, able.runs_inline) == (4, 1, True, True)
    request = a_request(count=2, steps=4, width_px=1024, height_px=1024)
    assert generator.quote(request).dollars_micro == 6000
    assert generator.quote(dataclasses.replace(request, mode=Mode.INPAINT)).dollars_micro == 80_000


def test_a_guidance_scale_that_the_model_does_not_take_is_refused_before_the_queue() -> None:
    generator = build("rep", "replicate", {"api_key": KEY}, HurriedClock(), shipped())
    assert isinstance(generator, Checks)
    generator.check(a_request(model=DEV, guidance_scale=10.0))

    with pytest.raises(Refused) as caught:
        generator.check(a_request(model=DEV, guidance_scale=10.5))

    assert (caught.value.code, caught.value.facts["allowed"]) == (Code.FIELD_RANGE, ["0 to 10"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"api_key": ""}, "generators.rep.api_key is missing; write the key, or put it into a file"),
        ({"wait_s": 61}, "generators.rep.wait_s is 61; write 0 to 60"),
        ({"timeout_s": 0}, "generators.rep.timeout_s is 0; write seconds, such as 300"),
        ({"model": "lost/model"}, 'generators.rep.model is "lost/model", which is not in the catalogue'),
        ({"base_url": "replicate"}, "generators.rep.base_url is no address"),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build("rep", "replicate", {"api_key": KEY, **options}, HurriedClock(), shipped())

    assert said in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('fields = { prompt = "prompt", hue = "hue" }', "extra.fields names other than"),
        ('field = { prompt = "prompt" }', "extra.field is unknown"),
        ("guidance = [1]", "guidance = [least, most]"),
        ('shapes = { "big" = { size = "big" } }', 'size "big" is of another form'),
    ],
)
def test_a_wrong_entry_of_the_operators_list_is_an_error_at_the_start(tmp_path: Path, extra: str, said: str) -> None:
    own = tmp_path / "models.toml"
    own.write_text(f'[replicate."me/mine"]\n[replicate."me/mine".extra]\n{extra}\n')

    with pytest.raises(ConfigError, match=r"generators\.rep\.") as caught:
        build("rep", "replicate", {"api_key": KEY}, HurriedClock(), Catalogue.load(own))

    assert said in str(caught.value)
