"""Pictures from a web UI that somebody runs already, in all its modes and by every parameter."""

from __future__ import annotations

import pytest
from PIL import Image

from pinxit.domain.request import Lora, Mode, Outpaint, Role
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.webui import PROMPT, a_task, failure, made, opened, painter
from tests.providers.automatic1111_server import Automatic1111Server

NAVY, CRIMSON = (0, 0, 128), (220, 20, 60)


async def test_words_become_a_picture_by_every_parameter() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        task = a_task(
            width_px=128, height_px=64, negative_prompt="blur", sampler="Euler a", tile=True, clip_skip=2, seed=300
        )
        image = (await made(generator, task))[0]

    body = server.painted[0].body
    assert (image.width_px, image.height_px, image.media_type, image.seed) == (128, 64, "image/png", 300)
    assert (image.model, image.model_hash, image.prompt) == ("plain_v1", "aaaa1111", PROMPT)
    assert image.recipe == {"kind": "automatic1111", "call": "txt2img", "version": "v1.10.1"}
    assert opened(image).getpixel((5, 5)) == NAVY
    assert body["prompt"] == PROMPT
    assert {key: body[key] for key in ("negative_prompt", "sampler_name", "steps", "cfg_scale", "seed", "tiling")} == {
        "negative_prompt": "blur",
        "sampler_name": "Euler a",
        "steps": 5,
        "cfg_scale": 6.5,
        "seed": 300,
        "tiling": True,
    }
    assert body["override_settings"] == {"CLIP_stop_at_last_layers": 2}
    assert body["save_images"] is False


async def test_each_image_has_its_own_seed_and_comes_alone() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        images = await made(generator, a_task(indices=(0, 1, 3), count=4, seed=2**32 - 2))

    assert [(image.index, image.seed) for image in images] == [(0, 2**32 - 2), (1, 2**32 - 1), (3, 1)]
    assert [painted.body["seed"] for painted in server.painted] == [2**32 - 2, 2**32 - 1, 1]
    assert opened(images[2]).getpixel((0, 0)) == (1, 0, 0)


async def test_a_size_that_is_no_multiple_of_eight_is_painted_larger_and_cut() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        image = (await made(generator, a_task(width_px=100, height_px=61)))[0]

    assert (server.painted[0].body["width"], server.painted[0].body["height"]) == (104, 64)
    assert (image.width_px, image.height_px) == opened(image).size == (100, 61)


async def test_a_picture_becomes_another_by_its_strength() -> None:
    source = Image.new("RGB", (64, 64), "white")
    async with Automatic1111Server() as server, painter(server) as generator:
        image = (await made(generator, a_task({Role.IMAGE: source}, mode=Mode.IMG2IMG, strength=0.25)))[0]

    assert server.painted[0].body["denoising_strength"] == 0.25
    assert "mask" not in server.painted[0].body
    assert opened(image).getpixel((9, 9)) == (191, 191, 223)


async def test_white_in_a_mask_is_repainted_and_nothing_else() -> None:
    source, mask = Image.new("RGB", (64, 64), "white"), Image.new("L", (64, 64), 0)
    mask.paste(255, (32, 0, 64, 64))
    async with Automatic1111Server() as server, painter(server) as generator:
        task = a_task({Role.IMAGE: source, Role.MASK: mask}, mode=Mode.INPAINT)
        picture = opened((await made(generator, task))[0])

    assert (picture.getpixel((10, 30)), picture.getpixel((50, 30))) == ((255, 255, 255), NAVY)
    assert server.painted[0].body["inpainting_mask_invert"] == 0
    assert server.painted[0].body["inpaint_full_res"] is False


async def test_what_is_added_around_a_picture_is_painted_and_the_picture_stays() -> None:
    source = Image.new("RGB", (64, 64), "white")
    async with Automatic1111Server() as server, painter(server) as generator:
        task = a_task(
            {Role.IMAGE: source}, mode=Mode.OUTPAINT, outpaint=Outpaint(left=20, top=10), width_px=84, height_px=74
        )
        picture = opened((await made(generator, task))[0])

    assert picture.size == (84, 74)
    assert (picture.getpixel((5, 70)), picture.getpixel((80, 5))) == (NAVY, NAVY)
    assert (picture.getpixel((60, 60)), picture.getpixel((82, 72))) == ((255, 255, 255), (255, 255, 255))


async def test_a_picture_is_enlarged_by_the_upscaler() -> None:
    source = Image.new("RGB", (40, 30), "white")
    task = a_task({Role.IMAGE: source}, mode=Mode.UPSCALE, upscale=2.5, width_px=100, height_px=75)
    async with Automatic1111Server() as server:
        async with painter(server) as generator:
            picture = opened((await made(generator, task))[0])
        text = await failure(server, task, upscaler="ESRGAN")

    assert picture.size == (100, 75)
    assert text == "forge has no upscaler of the name in generators.forge.upscaler; correct it"


@pytest.mark.parametrize("name", ["vivid_v2", "vivid_v2.safetensors", "bbbb2222", "VIVID_V2.safetensors [bbbb2222]"])
async def test_the_model_that_was_asked_for_paints_by_any_of_its_names(name: str) -> None:
    async with Automatic1111Server() as server, painter(server, model="plain_v1", models=[name]) as generator:
        images = [(await made(generator, a_task(model=model)))[0] for model in (name, "plain_v1", "")]

    assert generator.capabilities.models == ("plain_v1", name)
    assert [image.model for image in images] == ["vivid_v2", "plain_v1", "plain_v1"]
    assert [opened(image).getpixel((5, 5)) for image in images] == [CRIMSON, NAVY, NAVY]


async def test_loras_go_into_the_prompt_and_are_really_there() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        await made(generator, a_task(loras=(Lora("ink", 0.8),)))

    assert server.painted[0].body["prompt"] == f"{PROMPT} <lora:ink:0.8>"
    assert server.painted[0].loras == ("ink",)


async def test_a_tag_within_a_prompt_is_text() -> None:
    async with Automatic1111Server() as server, painter(server) as generator:
        image = (
            await made(
                generator, a_task(prompt="a fox <lora:ink:1> <hypernet:x:1> 1 <2", negative_prompt="<lora:ink:1>")
            )
        )[0]

    assert server.painted[0].loras == ()
    assert server.painted[0].body["prompt"] == "a fox < lora:ink:1> < hypernet:x:1> 1 <2"
    assert image.prompt == "a fox <lora:ink:1> <hypernet:x:1> 1 <2"


@pytest.mark.parametrize(
    ("base_url", "is_remote"),
    [("http://127.0.0.1:7860", False), ("http://[::1]:7860", False), ("http://gpu:7860", True)],
)
def test_only_a_server_on_this_machine_is_local(base_url: str, is_remote: bool) -> None:  # noqa: FBT001 - a parameter
    generator = build("forge", "automatic1111", {"base_url": base_url}, FakeClock())

    assert generator.capabilities.remote is is_remote
    assert generator.capabilities.weights


def test_a_price_grows_with_pixels_and_steps_and_costs_no_dollars() -> None:
    generator = build("forge", "automatic1111", {"image_s": 8.0}, FakeClock())
    one = generator.quote(a_request(width_px=1024, height_px=1024, steps=20))
    two = generator.quote(a_request(width_px=1024, height_px=1024, steps=40))

    assert (one.credits_milli, one.dollars_micro, one.seconds) == (1000, 0, 8.0)
    assert (two.credits_milli, two.seconds) == (2000, 16.0)
