"""Gemini: the exact calls, sizes in its own words, pictures, prices and cancelling."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from PIL import Image

from pinxit.domain.errors import ConfigError
from pinxit.domain.ids import JobId
from pinxit.domain.request import Mode, Role
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.gemini_desk import PROMPT, a_task, gemini, made
from tests.generators.watching import Notes
from tests.providers.gemini_server import SIZES, GeminiServer, a_picture, a_success, opened

RED, BLUE = Image.new("RGB", (96, 64), "red"), Image.new("RGB", (64, 64), "blue")


async def test_a_picture_is_asked_for_in_one_call_and_comes_as_it_was_made() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        notes = Notes()
        (image,) = await made(generator, a_task(seed=2**32 - 1, negative_prompt="blur"), notes)

    said = f"{PROMPT} Avoid: blur."
    assert server.created == [
        {
            "contents": [{"role": "user", "parts": [{"text": said}]}],
            "generationConfig": {
                "responseModalities": ["TEXT", "IMAGE"],
                "imageConfig": {"aspectRatio": "1:1", "imageSize": "1K"},
                "seed": 2**31 - 1,
                "candidateCount": 1,
            },
        }
    ]
    assert server.models == ["gemini-nano-banana-2.1"]
    assert (image.width_px, image.height_px, image.media_type) == (1024, 1024, "image/png")
    assert (image.seed, image.prompt, image.model) == (2**32 - 1, said, "gemini-nano-banana-2.1")
    assert notes.sent_ids == [None]
    assert notes.fractions == [1.0]


def test_every_size_of_the_catalogue_is_one_of_its_ratios_in_one_of_its_tiers() -> None:
    for model in Catalogue.load().of_kind("gemini"):
        factors = (1,) if "tiers" not in model.extra else (1, 2, 4)
        ratios = model.extra["ratios"]
        assert isinstance(ratios, list)
        documented = [SIZES[str(ratio)] for ratio in ratios]
        assert model.sizes == tuple(f"{w * factor}x{h * factor}" for factor in factors for w, h in documented)


@pytest.mark.parametrize(
    ("size_px", "model", "config"),
    [
        ((1584, 672), "", {"aspectRatio": "21:9", "imageSize": "1K"}),
        ((384, 3072), "", {"aspectRatio": "1:8", "imageSize": "1K"}),
        ((1696, 2528), "", {"aspectRatio": "2:3", "imageSize": "2K"}),
        ((1376, 768), "Gemini-3.1-flash-LITE-image", {"aspectRatio": "16:9"}),
    ],
)
async def test_a_size_is_said_as_ratio_and_tier(size_px: tuple[int, int], model: str, config: dict[str, str]) -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        (image,) = await made(generator, a_task(width_px=size_px[0], height_px=size_px[1], model=model))

    assert server.created[0]["generationConfig"]["imageConfig"] == config
    assert (image.width_px, image.height_px) == size_px


async def test_a_picture_of_another_size_is_taken_as_it_is() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        (image,) = await made(generator, a_task(width_px=1000, height_px=1000))

    assert (image.width_px, image.height_px) == (1024, 1024)


async def test_images_are_calls_of_their_own_with_following_seeds_and_come_in_order() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        notes = Notes()
        images = await made(generator, a_task(count=3, seed=5), notes)

    assert [(image.index, image.seed) for image in images] == [(0, 5), (1, 6), (2, 7)]
    assert sorted(call["generationConfig"]["seed"] for call in server.created) == [5, 6, 7]
    assert notes.sent_ids == [None]
    assert notes.fractions == [pytest.approx(1 / 3), pytest.approx(2 / 3), 1.0]


async def test_references_go_along_upright_as_jpeg_pictures_before_styles() -> None:
    sources = [(Role.STYLE, BLUE), (Role.IMAGE, RED), (Role.IMAGE, Image.new("RGB", (4096, 16), "lime"))]
    async with GeminiServer() as server, gemini(server) as generator:
        (image,) = await made(generator, a_task(sources, mode=Mode.IMG2IMG))

    text, *pictures = server.created[0]["contents"][0]["parts"]
    assert text == {"text": PROMPT}
    assert image.prompt == PROMPT
    assert [part["inlineData"]["mimeType"] for part in pictures] == ["image/jpeg"] * 3
    assert [opened(part).size for part in pictures] == [(96, 64), (2048, 8), (64, 64)]
    assert [_colour(opened(part)) for part in pictures] == ["red", "lime", "blue"]


async def test_a_mask_is_the_last_picture_white_where_it_is_repainted_and_as_large_as_the_first() -> None:
    mask = Image.new("RGB", (192, 128), "black")
    mask.paste("white", (0, 0, 96, 128))
    async with GeminiServer() as server, gemini(server) as generator:
        (image,) = await made(generator, a_task([(Role.MASK, mask), (Role.IMAGE, RED)], mode=Mode.INPAINT))

    text, picture, last = server.created[0]["contents"][0]["parts"]
    assert text["text"].startswith("Edit the first picture. The last picture is its mask: repaint only what is white")
    assert text["text"].endswith(f"Paint there: {PROMPT}")
    assert image.prompt == text["text"]
    assert opened(picture).size == opened(last).size == (96, 64)
    assert (opened(last).getpixel((1, 1)), opened(last).getpixel((94, 62))) == (255, 0)
    assert last["inlineData"]["mimeType"] == "image/png"


@pytest.mark.parametrize(
    ("changes", "begin"),
    [
        ({"mode": Mode.IMG2IMG, "strength": 0.2}, "Change the picture as little as you can. "),
        ({"mode": Mode.IMG2IMG, "strength": 0.9}, "Take the picture as a loose model. "),
        ({"mode": Mode.STYLE_TRANSFER}, "Paint the first picture again in the style of the last picture"),
        ({"mode": Mode.STYLE_TRANSFER, "style_strength": 0.1}, "Paint the first picture again in a hint of the style"),
        ({"mode": Mode.STYLE_TRANSFER, "style_strength": 1.0}, "Paint the first picture again wholly in the style"),
    ],
)
async def test_strengths_are_said_in_words(changes: dict[str, Any], begin: str) -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        (image,) = await made(generator, a_task([(Role.IMAGE, RED), (Role.STYLE, BLUE)], **changes))

    said = server.created[0]["contents"][0]["parts"][0]["text"]
    assert said.startswith(begin)
    assert said.endswith(PROMPT)
    assert image.prompt == said


@pytest.mark.parametrize(
    ("size_px", "model", "count", "dollars_micro"),
    [
        ((1024, 1024), "", 1, 33_600),
        ((2048, 2048), "", 2, 2 * 50_400),
        ((5504, 3072), "", 1, 75_600),
        ((2048, 2048), "gemini-3-pro-image", 1, 134_000),
        ((4096, 4096), "gemini-3-pro-image", 1, 240_000),
        ((1024, 1024), "gemini-3.1-flash-lite-image", 1, 33_600),
    ],
)
async def test_a_quote_knows_the_tiers_price(
    size_px: tuple[int, int], model: str, count: int, dollars_micro: int
) -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        request = a_request(width_px=size_px[0], height_px=size_px[1], model=model, count=count)

        assert generator.quote(request).dollars_micro == dollars_micro


async def test_a_call_is_booked_by_its_tokens() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        notes = Notes()
        await made(generator, a_task(count=2), notes)

    # 100 sent at $0.25, 10 words and 30 thoughts at $1.5, 1120 of the picture at $30, each for a million.
    assert notes.charged_micro == [25 + 60 + 33_600] * 2


async def test_without_a_word_of_tokens_the_quote_is_booked() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        notes = Notes()
        server.answers = [{"candidates": a_success(a_picture((8, 8), 1))["candidates"]}]
        await made(generator, None, notes)

    assert notes.charged_micro == [33_600]


async def test_an_operators_prices_sizes_and_ratios_are_heeded() -> None:
    shipped = Catalogue.load()
    (own,) = (model for model in shipped.models if model.name == "gemini-nano-banana-2.1")
    mine = Catalogue(
        (
            type(own)(
                "gemini",
                "gemini-3-pro-image",
                sizes=("2048x2048",),
                extra={"ratios": ["1:1"], "tiers": {"2K": 2048}, "per_million": {"image": 1}},
            ),
        )
    )
    async with GeminiServer() as server, gemini(server, catalogue=mine) as generator:
        notes = Notes()
        await made(generator, a_task(width_px=2048, height_px=2048), notes)

    assert generator.capabilities.sizes_px == ((2048, 2048),)
    assert notes.charged_micro == [1680]


async def test_a_cancelled_job_asks_for_nothing_and_yields_nothing() -> None:
    async with GeminiServer() as server, gemini(server) as generator:
        notes = Notes()
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(count=2), notes))
            await server.holding.wait()
            notes.cancelled.add(JobId("job"))
            server.go()
        asked = len(server.created)

        assert painting.result() == []
        assert len(notes.charged_micro) == asked
        assert await made(generator, None, notes) == []
        assert len(server.created) == asked


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "generators.google.api_key is missing; write the key, or put it into a file that api_key_file names"),
        ({"api_key": "k", "timeout_s": 0}, "generators.google.timeout_s is 0; write seconds, such as 180"),
        ({"api_key": "k", "model": "imagen-4"}, 'generators.google.model is "imagen-4", which is not in the catalogue'),
        ({"api_key": "k", "base_url": "nowhere"}, "generators.google.base_url is no address"),
    ],
)
def test_wrong_options_are_named_with_their_cure(options: dict[str, str | int], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build("google", "gemini", options, FakeClock())

    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({}, "has no extra.ratios"),
        ({"ratios": ["16:0"]}, "has no extra.ratios"),
        ({"ratios": ["1:1"], "tiers": {"1K": "1024"}}, "extra.tiers that is no table of numbers"),
        ({"ratios": ["1:1"], "more": [1]}, "extra.more that is no table of numbers"),
    ],
)
def test_a_model_without_geminis_own_terms_is_named(extra: dict[str, object], said: str) -> None:
    (own, *_) = Catalogue.load().of_kind("gemini")
    mine = Catalogue((type(own)("gemini", "mine", extra=extra),))  # type: ignore[arg-type]  # As it comes from TOML.
    with pytest.raises(ConfigError, match=said):
        build("google", "gemini", {"api_key": "k"}, FakeClock(), mine)


def _colour(picture: Image.Image) -> str:
    red, green, blue = picture.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]  # Three bands.
    return {(True, False, False): "red", (False, True, False): "lime", (False, False, True): "blue"}[
        (red > 200, green > 200, blue > 200)
    ]
