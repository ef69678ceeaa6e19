"""Pictures from fal: each model and mode in its own words."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import ConfigError, Refused
from pinxit.domain.request import Mode, Outpaint, Role
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.flux_room import PROMPT, a_task, asked_in_every_mode, catalogue, made, opened, painter
from tests.generators.watching import Notes
from tests.providers.fal_server import FalServer

if TYPE_CHECKING:
    from pathlib import Path

SCHNELL, DEV, LORA = "fal-ai/flux/schnell", "fal-ai/flux/dev/image-to-image", "fal-ai/flux-lora/inpainting"
KLEIN = "blackforestlabs/flux-3/klein/text-to-image"
WHITE = (255, 255, 255)
PLAIN = {"prompt": PROMPT, "output_format": "png", "seed": 7}
SIZE = {"image_size": {"width": 64, "height": 80}}
SAFE = {"enable_safety_checker": True, "acceleration": "none"}


@pytest.mark.parametrize(
    ("model", "body"),
    [
        ("", PLAIN | SIZE | SAFE | {"num_inference_steps": 4, "guidance_scale": 3.5}),
        (KLEIN, PLAIN | SIZE),
    ],
)
async def test_words_become_a_picture_in_the_words_of_each_model(model: str, body: dict[str, Any]) -> None:
    async with FalServer() as server, painter("fal", server) as generator:
        image = (await made(generator, a_task(model=model, steps=4, height_px=80)))[0]

    assert server.created == [body]
    assert server.models == [model or SCHNELL]
    assert (image.seed, image.prompt, image.model, image.media_type) == (7, PROMPT, model or SCHNELL, "image/png")
    assert (image.recipe, opened(image).size) == ({"kind": "fal", "call": model or SCHNELL}, (64, 80))


async def test_images_are_calls_of_their_own_with_their_own_seeds_and_can_be_made_alone() -> None:
    notes = Notes()
    async with FalServer(polls=1) as server, painter("fal", server) as generator:
        series = await made(generator, a_task(indices=(0, 1, 2), steps=4, seed=2**32 - 2), notes)
        alone = await made(generator, a_task(indices=(2,), steps=4, seed=2**32 - 2))

    assert [(image.index, image.seed) for image in series] == [(0, 2**32 - 2), (1, 2**32 - 1), (2, 0)]
    assert sorted(body["seed"] for body in server.created[:3]) == [0, 2**32 - 2, 2**32 - 1]
    assert alone[0].data == series[2].data != series[1].data
    assert notes.fractions == sorted(notes.fractions)
    assert 0 < notes.fractions[0] < 1 == notes.fractions[-1]


async def test_what_nobody_said_is_the_models_own_and_a_changed_prompt_is_told() -> None:
    async with FalServer() as server, painter("fal", server, output_format="jpeg") as generator:
        server.changed = "a sly fox"
        task = a_task(negative_prompt="people", steps=0, guidance_scale=0.0)
        image = (await made(generator, task))[0]

    assert server.created[0]["prompt"] == image.prompt == f"{PROMPT} Avoid: people."
    assert (server.created[0]["num_inference_steps"], server.created[0]["guidance_scale"]) == (4, 3.5)
    assert (image.recipe["revised_prompt"], image.media_type) == ("a sly fox", "image/jpeg")


async def test_a_picture_is_begun_from_and_its_strength_is_told() -> None:
    source = Image.new("RGB", (64, 64), "white")
    async with FalServer() as server, painter("fal", server) as generator:
        task = a_task({Role.IMAGE: source}, mode=Mode.IMG2IMG, strength=0.0)
        image = (await made(generator, task))[0]

    body = server.created[0]
    assert body == PLAIN | SAFE | {
        "image_url": body["image_url"],
        "strength": 0.01,  # fal takes no 0.
        "num_inference_steps": 20,
        "guidance_scale": 3.5,
    }
    assert image.model == DEV
    assert _seen(body["image_url"]).size == (64, 64)
    assert opened(image).tobytes()[0] > 250


async def test_white_in_a_mask_is_repainted() -> None:
    source, mask = Image.new("RGB", (64, 64), "white"), Image.new("L", (64, 64), 0)
    mask.paste(255, (32, 0, 64, 64))
    async with FalServer() as server, painter("fal", server) as generator:
        task = a_task({Role.IMAGE: source, Role.MASK: mask}, mode=Mode.INPAINT, strength=0.9)
        image = (await made(generator, task))[0]

    body = server.created[0]
    assert (server.models, body["strength"], body["image_size"]) == ([LORA], 0.9, {"width": 64, "height": 64})
    assert opened(image).getpixel((9, 9)) == WHITE
    assert opened(image).getpixel((50, 9)) != WHITE


async def test_what_is_added_around_a_picture_is_inpainted_and_cut_to_the_size() -> None:
    source = Image.new("RGB", (64, 64), "white")
    async with FalServer() as server, painter("fal", server) as generator:
        task = a_task(
            {Role.IMAGE: source}, mode=Mode.OUTPAINT, outpaint=Outpaint(left=20, top=10), width_px=84, height_px=74
        )
        image = (await made(generator, task))[0]

    body = server.created[0]
    assert (body["strength"], body["image_size"]) == (1.0, {"width": 96, "height": 80})
    assert _seen(body["mask_url"]).convert("L").getpixel((60, 60)) == 0
    assert (image.width_px, image.height_px) == opened(image).size == (84, 74)
    assert opened(image).getpixel((60, 60)) == WHITE
    assert opened(image).getpixel((5, 5)) != WHITE


async def test_every_model_of_the_catalogue_is_asked_for_nothing_that_it_does_not_take() -> None:
    async with FalServer() as server:
        asked = await asked_in_every_mode("fal", server)

    assert asked == {model.name for model in catalogue().of_kind("fal")}


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"model": "flux-9"}, "model", None),
        ({"mode": Mode.INPAINT, "model": SCHNELL}, "mode", ["txt2img"]),
        ({"mode": Mode.UPSCALE}, "mode", ["txt2img"]),
        ({"steps": 13}, "steps", ["1 to 12"]),
        ({"mode": Mode.IMG2IMG, "steps": 9}, "steps", ["10 to 50"]),
        ({"guidance_scale": 21.0}, "guidance_scale", ["1 to 20"]),
    ],
)
def test_what_a_model_does_not_take_is_refused_before_the_queue(
    changes: dict[str, Any], field: str, allowed: list[str] | None
) -> None:
    generator = build("flux", "fal", {"api_key": "secret-key"}, FakeClock(), catalogue())

    with pytest.raises(Refused) as caught:
        generator.check(a_request(**changes))  # type: ignore[attr-defined]  # Checks, which this kind is

    assert caught.value.facts["field"] == field
    assert allowed is None or caught.value.facts["allowed"] == allowed


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "flux.api_key is missing; write the key, or put it into a file that api_key_file names"),
        ({"api_key": "secret-key", "model": "flux-9"}, 'flux.model is "flux-9", which is not in the catalogue'),
        ({"api_key": "secret-key", "base_url": "ftp://x"}, "flux.base_url is no address"),
        ({"api_key": "secret-key", "output_format": "gif"}, 'flux.output_format is "gif"; write "png" or "jpeg"'),
        ({"api_key": "secret-key", "timeout_s": 0}, "flux.timeout_s is 0; write seconds, such as 300"),
    ],
)
def test_wrong_settings_are_told_with_their_cure(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build("flux", "fal", options, FakeClock(), catalogue())

    assert caught.value.problems[0].startswith(f"generators.{problem}")
    assert "secret-key" not in str(caught.value)


def test_a_price_grows_with_pixels_and_count() -> None:
    generator = build("flux", "fal", {"api_key": "secret-key"}, FakeClock(), catalogue())
    one = generator.quote(a_request(width_px=1024, height_px=1024))
    four = generator.quote(a_request(width_px=1024, height_px=2048, count=4))

    assert (one.dollars_micro, four.dollars_micro) == (3000, 24000)


async def test_a_style_is_the_second_picture_and_the_prompt_says_so() -> None:
    pictures = {Role.STYLE: Image.new("RGB", (64, 64), "navy"), Role.IMAGE: Image.new("RGB", (40, 80), "white")}
    async with FalServer() as server, painter("fal", server) as generator:
        image = (await made(generator, a_task(pictures, mode=Mode.STYLE_TRANSFER, prompt="as a fresco")))[0]

    body = server.created[0]
    assert [_seen(text).getpixel((0, 0)) for text in body["image_urls"]] == [WHITE, (0, 0, 128)]
    assert _seen(body["image_urls"][0]).size == (40, 80)
    assert body["prompt"] == image.prompt == "as a fresco Paint the first picture in the style of the second one."
    assert (image.model, opened(image).size) == ("fal-ai/flux-2-max/edit", (64, 64))


async def test_an_operators_own_model_needs_no_code(tmp_path: Path) -> None:
    own, wrong = tmp_path / "own.toml", tmp_path / "wrong.toml"
    own.write_text(
        '[fal."mine"]\nnegative = "yes"\nprice = { image = 0.5 }\n[fal."mine".extra]\npath = "you/painter"\n'
    )
    wrong.write_text('[fal."mine".extra]\nmetres = 3\n')
    async with FalServer() as server:
        generator = build("flux", "fal", server.options(), FakeClock(), Catalogue.load(own))
        image = (await made(generator, a_task(model="mine", negative_prompt="people")))[0]
        await generator.aclose()
    with pytest.raises(ConfigError) as caught:
        build("flux", "fal", {"api_key": "secret-key"}, FakeClock(), Catalogue.load(wrong))

    assert server.models == ["you/painter"]
    assert server.created == [PLAIN | {"image_size": {"width": 64, "height": 64}, "negative_prompt": "people"}]
    assert (image.model, image.recipe["call"], image.prompt) == ("mine", "you/painter", PROMPT)
    assert generator.quote(a_request(model="mine", count=2)).dollars_micro == 1_000_000
    assert caught.value.problems[0].startswith('the catalogue: [fal."mine".extra] metres is unknown')


def _seen(text: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(text.partition(",")[2])))
