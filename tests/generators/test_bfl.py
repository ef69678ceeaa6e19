"""Pictures from BFL: each model and mode in its own words."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from pinxit.domain.errors import ConfigError, Refused
from pinxit.domain.generator import Capabilities
from pinxit.domain.request import Mode, Outpaint, Role
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.flux_room import PROMPT, a_task, asked_in_every_mode, catalogue, made, opened, painter
from tests.generators.watching import Notes
from tests.providers.bfl_server import BflServer

WHITE = (255, 255, 255)
PLAIN = {"prompt": PROMPT, "safety_tolerance": 2, "output_format": "png", "seed": 7}
FLUX_1 = PLAIN | {"width": 256, "height": 288, "prompt_upsampling": False}
FLUX_3 = {"prompt": PROMPT, "safety_tolerance": 2, "grounding": False}


@pytest.mark.parametrize(
    ("model", "changes", "body"),
    [
        ("flux-2-klein-4b", {}, PLAIN | {"width": 64, "height": 64}),
        ("flux-2-flex", {}, PLAIN | {"width": 64, "height": 64, "steps": 20, "guidance": 3.5}),
        ("flux-pro-1.1", {"width_px": 256, "height_px": 288}, FLUX_1),
        ("flux-dev", {"width_px": 256, "height_px": 288}, FLUX_1 | {"steps": 20, "guidance": 3.5}),
        (
            "flux-pro-1.1-ultra",
            {"width_px": 2752, "height_px": 1536},
            PLAIN | {"aspect_ratio": "16:9", "prompt_upsampling": False, "raw": False},
        ),
        (
            "flux-kontext-pro",
            {"width_px": 832, "height_px": 1248},
            PLAIN | {"aspect_ratio": "2:3", "prompt_upsampling": False},
        ),
        ("flux-3-image", {"width_px": 768, "height_px": 768}, FLUX_3 | {"aspect_ratio": "1:1", "resolution": "768sq"}),
        ("flux-3-image", {"width_px": 2416, "height_px": 1728}, FLUX_3 | {"aspect_ratio": "7:5", "resolution": "2k"}),
    ],
)
async def test_words_become_a_picture_in_the_words_of_each_model(
    model: str, changes: dict[str, Any], body: dict[str, Any]
) -> None:
    async with BflServer() as server, painter("bfl", server) as generator:
        image = (await made(generator, a_task(model=model, **changes)))[0]

    assert server.created == [body]
    assert server.models == [model]
    assert (image.seed, image.prompt, image.model, image.media_type) == (7, PROMPT, model, "image/png")
    assert image.recipe == {"kind": "bfl", "call": model}
    assert (image.width_px, image.height_px) == opened(image).size


async def test_every_size_of_the_newest_model_has_a_ratio_and_a_tier_of_its_own() -> None:
    model = next(one for one in catalogue().of_kind("bfl") if one.name == "flux-3-image")
    async with BflServer() as server, painter("bfl", server) as generator:
        for width_px, height_px in model.capabilities(Capabilities()).sizes_px:
            await made(generator, a_task(model="flux-3-image", width_px=width_px, height_px=height_px))
    words = {(body["aspect_ratio"], body["resolution"]) for body in server.created}

    assert len(words) == len(model.sizes) == len(server.created)


async def test_images_are_tasks_of_their_own_with_their_own_seeds_and_can_be_made_alone() -> None:
    notes = Notes()
    async with BflServer(polls=1) as server, painter("bfl", server) as generator:
        series = await made(generator, a_task(indices=(0, 1, 2), seed=2**32 - 2), notes)
        alone = await made(generator, a_task(indices=(2,), seed=2**32 - 2))

    assert [(image.index, image.seed) for image in series] == [(0, 2**32 - 2), (1, 2**32 - 1), (2, 0)]
    assert sorted(body["seed"] for body in server.created[:3]) == [0, 2**32 - 2, 2**32 - 1]
    assert alone[0].data == series[2].data != series[1].data
    assert notes.fractions == sorted(notes.fractions)
    assert 0 < notes.fractions[0] < 1 == notes.fractions[-1]


async def test_what_to_avoid_is_said_in_the_prompt_and_a_changed_prompt_is_told() -> None:
    async with BflServer() as server, painter("bfl", server, output_format="jpeg", safety_tolerance=0) as generator:
        server.changed = "a sly fox"
        image = (await made(generator, a_task(negative_prompt="people, text")))[0]

    assert server.created[0]["prompt"] == image.prompt == f"{PROMPT} Avoid: people, text."
    assert image.recipe["revised_prompt"] == "a sly fox"
    assert (image.media_type, server.created[0]["safety_tolerance"]) == ("image/jpeg", 0)


@pytest.mark.parametrize(
    ("model", "fields"),
    [("flux-2-klein-4b", ["input_image"]), ("flux-kontext-pro", ["input_image"]), ("flux-3-image", ["images"])],
)
async def test_a_picture_to_change_is_sent_upright_in_its_own_proportions(model: str, fields: list[str]) -> None:
    wide = Image.new("RGB", (60, 30), "white")
    async with BflServer() as server, painter("bfl", server) as generator:
        size = generator.capabilities.of(model).default_size_px if model != "flux-2-klein-4b" else (64, 64)
        await made(
            generator, a_task({Role.IMAGE: wide}, mode=Mode.IMG2IMG, model=model, width_px=size[0], height_px=size[1])
        )

    body = server.created[0]
    sent = body[fields[0]][0] if fields == ["images"] else body[fields[0]]
    assert _seen(sent).size == (512, 256)  # BFL takes no side below 256.
    assert _seen(sent).getpixel((9, 9)) == WHITE
    assert [name for name in body if name.startswith(("input", "image"))] == fields


async def test_a_style_is_the_second_picture_and_the_prompt_says_so() -> None:
    pictures = {Role.STYLE: Image.new("RGB", (256, 256), "navy"), Role.IMAGE: Image.new("RGB", (256, 256), "white")}
    async with BflServer() as server, painter("bfl", server) as generator:
        image = (await made(generator, a_task(pictures, mode=Mode.STYLE_TRANSFER, prompt="")))[0]

    body = server.created[0]
    assert _seen(body["input_image"]).getpixel((0, 0)) == WHITE
    assert _seen(body["input_image_2"]).getpixel((0, 0)) == (0, 0, 128)
    assert body["prompt"] == image.prompt == "Paint the first picture in the style of the second one."


async def test_white_in_a_mask_is_repainted_by_the_first_model_that_can() -> None:
    source, mask = Image.new("RGB", (256, 256), "white"), Image.new("L", (256, 256), 0)
    mask.paste(255, (128, 0, 256, 256))
    async with BflServer() as server, painter("bfl", server) as generator:
        task = a_task({Role.IMAGE: source, Role.MASK: mask}, mode=Mode.INPAINT, width_px=256, height_px=256)
        image = (await made(generator, task))[0]

    body = server.created[0]
    assert (server.models, image.model) == (["flux-pro-1.0-fill"], "flux-pro-1.0-fill")
    assert sorted(body) == [
        *("image", "mask", "output_format", "prompt", "prompt_upsampling", "safety_tolerance", "seed", "steps")
    ]
    assert opened(image).getpixel((20, 9)) == WHITE
    assert opened(image).getpixel((200, 9)) != WHITE


async def test_what_is_added_around_a_picture_is_told_in_pixels_for_each_side() -> None:
    source = Image.new("RGB", (64, 64), "white")
    async with BflServer() as server, painter("bfl", server) as generator:
        task = a_task(
            {Role.IMAGE: source}, mode=Mode.OUTPAINT, outpaint=Outpaint(left=20, top=10), width_px=84, height_px=74
        )
        image = (await made(generator, task))[0]

    body = server.created[0]
    assert [body[side] for side in ("left", "right", "top", "bottom")] == [20, 0, 10, 0]
    assert _seen(body["image"]).size == (64, 64)
    assert (opened(image).size, opened(image).getpixel((50, 50))) == ((84, 74), WHITE)
    assert opened(image).getpixel((5, 50)) != WHITE


async def test_every_model_of_the_catalogue_is_asked_for_nothing_that_it_does_not_take() -> None:
    async with BflServer() as server:
        asked = await asked_in_every_mode("bfl", server)

    assert asked == {model.name for model in catalogue().of_kind("bfl")}


@pytest.mark.parametrize(
    ("changes", "field", "allowed"),
    [
        ({"model": "flux-9"}, "model", None),
        ({"mode": Mode.INPAINT, "model": "flux-2-pro"}, "mode", ["img2img", "style_transfer", "txt2img"]),
        ({"mode": Mode.OUTPAINT, "steps": 14}, "steps", ["15 to 50"]),
        ({"mode": Mode.OUTPAINT, "steps": 51}, "steps", ["15 to 50"]),
        ({"model": "flux-2-flex", "guidance_scale": 11.0}, "guidance_scale", ["1.5 to 10"]),
    ],
)
def test_what_a_model_does_not_take_is_refused_before_the_queue(
    changes: dict[str, Any], field: str, allowed: list[str] | None
) -> None:
    generator = build("flux", "bfl", {"api_key": "secret-key"}, FakeClock(), catalogue())

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
        ({"api_key": "secret-key", "safety_tolerance": 6}, "flux.safety_tolerance is 6; write 0 (strict) to 5"),
        ({"api_key": "secret-key", "timeout_s": 0}, "flux.timeout_s is 0; write seconds, such as 300"),
    ],
)
def test_wrong_settings_are_told_with_their_cure(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build("flux", "bfl", options, FakeClock(), catalogue())

    assert caught.value.problems[0].startswith(f"generators.{problem}")
    assert "secret-key" not in str(caught.value)


async def test_an_operators_own_model_needs_no_code(tmp_path: Any) -> None:  # noqa: ANN401 - pytest's Path
    own = tmp_path / "own.toml"
    own.write_text(
        '[bfl."mine"]\nseed = false\nprice = { image = 0.5 }\n'
        '[bfl."mine".extra]\npath = "flux-3-image"\nsize = "tier"\nratios = ["1:1"]\nformat = false\n'
        'tiers = { "1k" = 1024 }\n'
    )
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[bfl."mine".extra]\nsize = "metres"\n')
    async with BflServer() as server:
        options = {**server.options(), "models": ["mine"]}
        generator = build("flux", "bfl", options, FakeClock(), Catalogue.load(own))
        await made(generator, a_task(model="mine"))
        await generator.aclose()
    with pytest.raises(ConfigError) as caught:
        build("flux", "bfl", options, FakeClock(), Catalogue.load(wrong))

    assert server.created == [{"prompt": PROMPT, "safety_tolerance": 2, "aspect_ratio": "1:1", "resolution": "1k"}]
    assert generator.quote(a_request(count=2)).dollars_micro == 1_000_000
    assert caught.value.problems[0].startswith('the catalogue: [bfl."mine".extra] size is "metres"; write one of: ')


def _seen(text: Any) -> Image.Image:  # noqa: ANN401 - JSON
    return Image.open(io.BytesIO(base64.b64decode(text)))
