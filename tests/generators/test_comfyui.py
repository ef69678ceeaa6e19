"""Pictures from a ComfyUI that somebody runs already, by its shipped graphs: every mode and every parameter."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pinxit.domain.request import Lora, Mode, Outpaint, Role
from tests.builders import a_request
from tests.generators.comfy import CRIMSON, NAVY, PROMPT, WHITE, a_generator, a_task, made, opened, painter
from tests.generators.watching import Notes
from tests.providers.comfyui_server import ComfyUIServer
from tests.providers.keys import a_key, as_basic

if TYPE_CHECKING:
    from pinxit.domain.request import Json


async def test_words_become_a_picture_by_every_parameter() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        notes = Notes()
        task = a_task(width_px=128, height_px=64, negative_prompt="blur", sampler="dpmpp_2m karras", seed=300)
        image = (await made(generator, task, notes))[0]

    body, graph = server.created[0], server.created[0]["prompt"]
    assert (image.width_px, image.height_px, image.media_type, image.seed) == (128, 64, "image/png", 300)
    assert (image.model, image.prompt) == ("plain_v1.safetensors", PROMPT)
    assert image.recipe == {"kind": "comfyui", "workflow": "txt2img"}
    assert opened(image).getpixel((5, 5)) == NAVY
    assert [json.loads(text or "") for text in notes.sent_ids] == [{"0": body["prompt_id"]}]
    assert body["client_id"] == body["prompt_id"]
    assert graph["latent"]["inputs"] == {"width": 128, "height": 64, "batch_size": 1}
    assert (graph["positive"]["inputs"]["text"], graph["negative"]["inputs"]["text"]) == (PROMPT, "blur")
    assert graph["sampler"]["inputs"] == {
        "model": ["checkpoint", 0],
        "positive": ["positive", 0],
        "negative": ["negative", 0],
        "latent_image": ["latent", 0],
        "seed": 300,
        "steps": 3,
        "cfg": 6.5,
        "sampler_name": "dpmpp_2m",
        "scheduler": "karras",
        "denoise": 1.0,
    }
    assert server.strangers == []


async def test_each_image_has_its_own_seed_and_comes_alone() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        images = await made(generator, a_task(indices=(0, 1, 3), count=4, seed=2**32 - 2))

    assert [(image.index, image.seed) for image in images] == [(0, 2**32 - 2), (1, 2**32 - 1), (3, 1)]
    assert [body["prompt"]["sampler"]["inputs"]["seed"] for body in server.created] == [2**32 - 2, 2**32 - 1, 1]
    assert len({body["prompt_id"] for body in server.created}) == 3
    assert opened(images[2]).getpixel((0, 0)) == (1, 0, 0)


async def test_a_picture_becomes_another_by_its_strength_at_a_size_of_whole_latents() -> None:
    source = Image.new("RGB", (64, 64), "white")
    async with ComfyUIServer() as server, painter(server) as generator:
        task = a_task({Role.IMAGE: source}, mode=Mode.IMG2IMG, strength=0.25, width_px=70, height_px=61)
        image = (await made(generator, task))[0]

    assert server.created[0]["prompt"]["sampler"]["inputs"]["denoise"] == 0.25
    assert opened(image).getpixel((9, 9)) == (191, 191, 223)
    assert (image.width_px, image.height_px) == opened(image).size == (70, 61)
    assert {Image.open(io.BytesIO(data)).size for data in server.shelf.pictures.values()} == {(72, 64)}


async def test_white_in_a_mask_is_repainted_and_nothing_else() -> None:
    source, mask = Image.new("RGB", (64, 64), "white"), Image.new("L", (64, 64), 0)
    mask.paste(255, (32, 0, 64, 64))
    async with ComfyUIServer() as server, painter(server) as generator:
        task = a_task({Role.IMAGE: source, Role.MASK: mask}, mode=Mode.INPAINT, strength=1.0)
        picture = opened((await made(generator, task))[0])

    assert (picture.getpixel((10, 30)), picture.getpixel((50, 30))) == (WHITE, NAVY)
    assert all(name.startswith("pinxit/") and name.endswith(".png [temp]") for name in server.shelf.pictures)


async def test_what_is_added_around_a_picture_is_painted_and_the_picture_stays() -> None:
    source = Image.new("RGB", (64, 64), "white")
    async with ComfyUIServer() as server, painter(server) as generator:
        task = a_task(
            {Role.IMAGE: source}, mode=Mode.OUTPAINT, outpaint=Outpaint(left=20, top=10), width_px=84, height_px=74
        )
        picture = opened((await made(generator, task))[0])

    assert picture.size == (84, 74)
    assert (picture.getpixel((5, 70)), picture.getpixel((80, 2))) == (NAVY, NAVY)
    assert (picture.getpixel((60, 60)), picture.getpixel((82, 72))) == (WHITE, WHITE)


@pytest.mark.parametrize("is_new_form", [False, True])
async def test_the_model_that_was_asked_for_paints_by_any_of_its_names(is_new_form: bool) -> None:  # noqa: FBT001
    names = ("vivid_v2", "VIVID_v2.safetensors", "sub/vivid_v2.safetensors")
    async with ComfyUIServer(is_new_form=is_new_form) as server, painter(server, model="plain_v1", models=names) as one:
        images = [(await made(one, a_task(model=model)))[0] for model in (*names, "plain_v1", "")]

    assert one.capabilities.models == ("plain_v1", *names)
    assert [image.model for image in images] == ["sub/vivid_v2.safetensors"] * 3 + ["plain_v1.safetensors"] * 2
    assert [opened(image).getpixel((5, 5)) for image in images] == [CRIMSON] * 3 + [NAVY] * 2


async def test_loras_and_a_clip_skip_stand_between_the_model_and_whoever_uses_it() -> None:
    async with ComfyUIServer() as server, painter(server, loras=["ink", "chalk"]) as generator:
        loras = (Lora("ink", 0.8), Lora("chalk.safetensors", -0.5))
        await made(generator, a_task(loras=loras, clip_skip=2))

    graph = server.created[0]["prompt"]
    strengths = ("lora_name", "strength_model", "strength_clip", "model", "clip")
    assert [graph["lora0"]["inputs"][key] for key in strengths] == [
        "ink.safetensors",
        0.8,
        0.8,
        ["checkpoint", 0],
        ["checkpoint", 1],
    ]
    assert [graph["lora1"]["inputs"][key] for key in strengths] == [
        "chalk.safetensors",
        -0.5,
        -0.5,
        ["lora0", 0],
        ["lora0", 1],
    ]
    assert graph["skip"]["inputs"] == {"stop_at_clip_layer": -2, "clip": ["lora1", 1]}
    assert graph["sampler"]["inputs"]["model"] == ["lora1", 0]
    assert graph["positive"]["inputs"]["clip"] == graph["negative"]["inputs"]["clip"] == ["skip", 0]
    assert graph["pixels"]["inputs"]["vae"] == ["checkpoint", 2]


async def test_what_looks_like_a_placeholder_or_a_file_in_a_prompt_is_text() -> None:
    async with ComfyUIServer() as server, painter(server) as generator:
        image = (await made(generator, a_task(prompt="%seed% embedding:secret fox")))[0]

    assert server.created[0]["prompt"]["positive"]["inputs"]["text"] == "%seed% embedding :secret fox"
    assert image.prompt == "%seed% embedding :secret fox"


async def test_a_key_opens_whatever_stands_before_the_server() -> None:
    key = a_key("comfyui")
    for auth in (f"Basic {as_basic(f'pinxit:{key}')}", f"Bearer {key}"):
        async with ComfyUIServer(auth=auth) as server, painter(server) as generator:
            images = await made(generator, a_task())

        assert len(images) == 1
        assert server.strangers == []


def test_a_checkpoint_of_the_catalogue_knows_its_size_and_steps_and_others_take_what_is_set() -> None:
    options: dict[str, Json] = {
        "models": ["flux1-schnell-fp8", "sub/sd_xl_base_1.0.safetensors", "mine"],
        "image_s": 8.0,
    }
    generator = a_generator(options)
    flux, large, own = (generator.capabilities.of(name) for name in generator.capabilities.models)
    set_by_hand = a_generator({**options, "width_px": 768, "steps": 9}).capabilities

    assert (flux.default_size_px, flux.default_steps, flux.guidance, flux.negative_in_words) == (
        (1024, 1024),
        4,
        False,
        True,
    )
    assert flux.samplers == ("euler simple",)
    assert (large.default_size_px, large.negative_prompt, large.guidance) == ((1024, 1024), True, True)
    assert (own.default_size_px, own.default_steps, own.default_guidance_scale) == ((512, 512), 20, 7.0)
    assert (set_by_hand.of("mine").default_size_px, set_by_hand.of("mine").default_steps) == ((768, 512), 9)
    one = generator.quote(a_request(model="mine", width_px=512, height_px=512, steps=20))
    two = generator.quote(a_request(model="mine", width_px=512, height_px=512, steps=40))
    assert (one.credits_milli, two.credits_milli, one.dollars_micro, one.seconds) == (300, 500, 0, 8.0)


async def test_a_model_without_guidance_is_told_one_and_what_to_avoid_in_words() -> None:
    async with ComfyUIServer() as server:
        server.shelf.checkpoints["flux1-schnell-fp8.safetensors"] = "gold"
        async with painter(server, model="flux1-schnell-fp8") as generator:
            image = (
                await made(generator, a_task(negative_prompt="blur", guidance_scale=0.0, model="flux1-schnell-fp8"))
            )[0]

    graph = server.created[0]["prompt"]
    assert graph["sampler"]["inputs"]["cfg"] == 1.0
    assert graph["positive"]["inputs"]["text"] == image.prompt == f"{PROMPT} Avoid: blur."


@pytest.mark.parametrize(
    ("base_url", "is_remote"),
    [("http://127.0.0.1:8188", False), ("http://[::1]:8188", False), ("http://gpu:8188", True)],
)
def test_only_a_server_on_this_machine_is_local(base_url: str, is_remote: bool) -> None:  # noqa: FBT001 - a parameter
    generator = a_generator({"base_url": base_url})

    assert generator.capabilities.remote is is_remote
    assert generator.capabilities.modes == {Mode.TXT2IMG, Mode.IMG2IMG, Mode.INPAINT, Mode.OUTPAINT}
