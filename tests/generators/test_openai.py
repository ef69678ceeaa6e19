"""OpenAI's image models: what leaves for each mode and model, what comes back, and what it costs."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from structlog.testing import capture_logs

from pinxit.domain.errors import Code, ConfigError, Refused
from pinxit.domain.ids import SourceId
from pinxit.domain.request import Mode, Outpaint, Role, Source
from pinxit.generators.openai_images_bodies import fitting_px
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.openai_room import PROMPT, SQUARE, a_task, as_png, paint, painter, shipped
from tests.generators.watching import Notes
from tests.providers.openai_rules import Rules
from tests.providers.openai_server import KEY, OpenAIServer

FLARE = "gpt-image-2.5-flare"
PLAIN = {"model": FLARE, "prompt": PROMPT, "n": 1, "size": "816x816", "output_format": "png", "quality": "medium"}


async def test_words_become_a_picture_by_the_default_model() -> None:
    async with OpenAIServer() as server, painter(server) as generator:
        (image,) = await paint(generator)

    assert server.created == [PLAIN]
    assert server.strangers == []
    assert (image.index, image.media_type, image.width_px, image.height_px) == (0, "image/png", 816, 816)
    assert (image.seed, image.prompt, image.model) == (7, PROMPT, FLARE)
    assert image.recipe == {"kind": "openai", "size": "816x816", "quality": "medium"}
    assert Image.open(io.BytesIO(image.data)).size == (816, 816)


async def test_every_wish_reaches_the_server_in_its_words() -> None:
    options: dict[str, Any] = {
        "output_format": "webp",
        "background": "opaque",
        "moderation": "low",
        "safety_identifier": "house-1",
    }
    task = a_task(model="GPT-Image-2.5-Sunburst", quality="xhigh", negative_prompt="blur, text", width_px=1024)
    async with OpenAIServer() as server, painter(server, **options) as generator:
        (image,) = await paint(generator, task)

    assert server.created == [
        {
            "model": "gpt-image-2.5-sunburst",
            "prompt": f"{PROMPT}. Avoid: blur, text.",
            "n": 1,
            "size": "1024x816",
            "quality": "xhigh",
            **options,
        }
    ]
    assert (image.media_type, image.prompt) == ("image/webp", f"{PROMPT}. Avoid: blur, text.")


async def test_a_job_is_painted_with_as_few_calls_as_the_model_allows() -> None:
    notes = Notes()
    async with OpenAIServer() as server, painter(server) as generator:
        images = await paint(generator, a_task(indices=(0, 2, 3, 4, 5)), notes)

    assert sorted(call["n"] for call in server.created) == [1, 4]
    assert [(image.index, image.seed) for image in images] == [(index, 7 + index) for index in (0, 2, 3, 4, 5)]
    assert notes.fractions == sorted(notes.fractions)
    assert notes.fractions[-1] == 1.0
    assert notes.sent_ids == [None]


async def test_large_pictures_are_asked_for_one_by_one() -> None:
    async with OpenAIServer() as server, painter(server) as generator:
        await paint(generator, a_task(indices=(0, 1), width_px=2096, height_px=2000))

    assert [call["n"] for call in server.created] == [1, 1]


async def test_a_picture_becomes_another_and_goes_along_as_a_file() -> None:
    source = as_png(Image.new("RGBA", (90, 60), (0, 0, 128, 100)))
    async with OpenAIServer() as server, painter(server) as generator:
        await paint(generator, a_task({Role.IMAGE: source}, mode=Mode.IMG2IMG))

    assert server.created == [PLAIN]
    (name, (data,)), *others = server.files[0].items()
    assert (name, others) == ("image", [])
    with Image.open(io.BytesIO(data)) as sent:
        assert (sent.size, sent.mode, sent.getpixel((5, 5))) == ((90, 60), "RGBA", (0, 0, 128, 100))


async def test_several_pictures_go_along_and_the_style_is_the_last() -> None:
    colours = {Role.STYLE: "gold", Role.IMAGE: "navy"}
    task = a_task({role: as_png(Image.new("RGB", (8, 8), name)) for role, name in colours.items()})
    more = Source(SourceId("more"), Role.IMAGE)
    task = replace(
        task,
        request=replace(task.request, mode=Mode.STYLE_TRANSFER, sources=(*task.request.sources, more)),
        sources={**task.sources, more.id: as_png(Image.new("RGB", (8, 8), "lime"))},
    )
    async with OpenAIServer() as server, painter(server) as generator:
        await paint(generator, task)

    assert server.created[0]["prompt"] == f"Render the first image in the style of the last one. {PROMPT}"
    sent = [Image.open(io.BytesIO(data)).getpixel((0, 0)) for data in server.files[0]["image[]"]]
    assert sent == [(0, 0, 128), (0, 255, 0), (255, 215, 0)]


async def test_white_in_a_mask_is_transparent_to_the_server() -> None:
    mask = Image.new("L", (816, 816), 0)
    mask.paste(255, (408, 0, 816, 816))
    sources = {Role.IMAGE: as_png(Image.new("RGB", (816, 816), "navy")), Role.MASK: as_png(mask)}
    async with OpenAIServer() as server, painter(server) as generator:
        await paint(generator, a_task(sources, mode=Mode.INPAINT))

    with Image.open(io.BytesIO(server.files[0]["mask"][0])) as sent:
        alpha = sent.getchannel("A")
        assert (sent.size, alpha.getpixel((10, 400)), alpha.getpixel((800, 400))) == ((816, 816), 255, 0)


async def test_what_is_added_around_a_picture_is_transparent_in_canvas_and_mask() -> None:
    source = as_png(Image.new("RGB", (800, 800), "navy"))
    task = a_task({Role.IMAGE: source}, mode=Mode.OUTPAINT, outpaint=Outpaint(left=100), width_px=900, height_px=800)
    async with OpenAIServer() as server, painter(server) as generator:
        (image,) = await paint(generator, task)

    assert (image.width_px, image.height_px) == (896, 800)  # The nearest that it paints.
    with Image.open(io.BytesIO(server.files[0]["image"][0])) as canvas:
        assert (canvas.size, canvas.getpixel((50, 400)), canvas.getpixel((500, 400))) == (
            (896, 800),
            (0, 0, 0, 0),
            (0, 0, 128, 255),
        )
    with Image.open(io.BytesIO(server.files[0]["mask"][0])) as mask:
        assert (mask.getpixel((50, 400))[3], mask.getpixel((500, 400))[3]) == (0, 255)  # type: ignore[index]  # RGBA


def test_a_picture_widened_beyond_the_models_ratio_is_refused_before_the_queue() -> None:
    generator = build("painter", "openai", {"api_key": KEY}, FakeClock(), shipped())
    with pytest.raises(Refused) as refused:
        generator.check(a_request(mode=Mode.OUTPAINT, width_px=3000, height_px=900))  # type: ignore[attr-defined]  # Checks
    generator.check(a_request(mode=Mode.OUTPAINT, width_px=2700, height_px=900))  # type: ignore[attr-defined]  # same

    assert (refused.value.code, refused.value.facts["allowed"]) == (Code.FIELD_RANGE, ["1:3 to 3:1"])


@pytest.mark.parametrize(
    ("name", "wanted", "sent"),
    [
        (FLARE, (1024, 1024), (1024, 1024)),
        (FLARE, (480, 480), (816, 816)),  # Fewer than 655,360 pixels are not painted.
        (FLARE, (400, 1200), (480, 1408)),
        (FLARE, (3840, 3840), (2880, 2880)),  # More than 8,294,400 are not either.
        (FLARE, (1004, 701), (1008, 704)),
        ("gpt-image-1.5", (1792, 1024), (1536, 1024)),
        ("gpt-image-1.5", (512, 512), (1024, 1024)),
    ],
)
def test_a_size_becomes_the_nearest_that_is_painted(name: str, wanted: tuple[int, int], sent: tuple[int, int]) -> None:
    model = next(model for model in shipped().of_kind("openai") if model.name == name)

    assert fitting_px(model, *wanted) == sent


def test_every_size_becomes_one_that_the_server_takes() -> None:
    model = shipped().of_kind("openai")[0]
    sides = (16, 100, 480, 487, 816, 1023, 1280, 1999, 2160, 2880, 3839, 3840)
    # Of these, a side's nearest multiple of 16 leads over the ratio, the pixels or below the pixels that are needed.
    odd = [(1315, 501), (597, 1099), (1545, 517), (2313, 3578), (3512, 2361)]
    for wide, high in [*((wide, high) for wide in sides for high in sides), *odd]:
        Rules("gpt-image", {}).check(FLARE, {"prompt": PROMPT, "size": "{}x{}".format(*fitting_px(model, wide, high))})


@pytest.mark.parametrize(
    ("quality", "style", "sent", "words"),
    [
        ("", "", "medium", ""),
        ("standard", "vivid", "medium", ", hyper-real, dramatic, saturated"),
        ("hd", "natural", "high", ", natural, realistic, subdued"),
        ("hd", "noir of the house", "high", ""),  # A style of the house is in the prompt already.
    ],
)
async def test_dall_e_3_is_painted_by_another_model_in_its_words(
    quality: str, style: str, sent: str, words: str
) -> None:
    task = a_task(model="dall-e-3", quality=quality, style=style, width_px=1792, height_px=1024)
    async with OpenAIServer() as server, painter(server) as generator:
        (image,) = await paint(generator, task)

    assert server.created == [{**PLAIN, "prompt": PROMPT + words, "size": "1792x1024", "quality": sent}]
    assert image.model == FLARE


async def test_that_another_model_paints_is_said_once() -> None:
    async with OpenAIServer() as server, painter(server) as generator:
        with capture_logs() as said:
            for _ in range(2):
                await paint(generator, a_task(model="dall-e-3", width_px=1024, height_px=1024))

    warned = [line for line in said if line["log_level"] == "warning"]
    assert [(line["event"], line["asked_for"], line["paints_instead"]) for line in warned] == [
        ("OpenAI retired DALL·E 3 on 2026-05-12; another model paints in its place", "dall-e-3", FLARE)
    ]


async def test_the_operators_catalogue_says_what_paints_dall_e_3() -> None:
    own = shipped()
    models = tuple(
        replace(model, extra={**model.extra, "paints_with": "gpt-image-1.5"}) if model.name == "dall-e-3" else model
        for model in own.models
    )
    async with OpenAIServer() as server, painter(server, None, replace(own, models=models)) as generator:
        (image,) = await paint(generator, a_task(model="dall-e-3", width_px=1792, height_px=1024))

    assert (server.created[0]["model"], server.created[0]["size"]) == ("gpt-image-1.5", "1536x1024")
    assert (image.model, image.width_px) == ("gpt-image-1.5", 1536)


async def test_the_price_is_first_the_catalogues_and_then_what_the_tokens_cost() -> None:
    notes, source = Notes(), as_png(Image.new("RGB", (8, 8)))
    async with OpenAIServer() as server, painter(server) as generator:
        quote = generator.quote(a_request(width_px=1024, height_px=1024, quality="high", count=2))
        await paint(generator, a_task(indices=(0, 1)), notes)
        await paint(generator, a_task({Role.IMAGE: source}, mode=Mode.IMG2IMG), notes)

    assert quote.dollars_micro == 106_000
    assert notes.charged_micro == [50 * 5 + 800 * 30, 50 * 5 + 1000 * 8 + 400 * 30]


async def test_a_model_without_a_published_price_is_booked_as_quoted() -> None:
    notes = Notes()
    async with OpenAIServer() as server, painter(server, model="gpt-image-2.6-flare") as generator:
        await paint(generator, a_task(quality="low"), notes)

    assert server.created[0]["model"] == "gpt-image-2.6-flare"
    assert notes.charged_micro == [generator.quote(a_task(quality="low").request).dollars_micro]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "generators.painter.api_key is missing; write the key, or put it into a file that api_key_file names"),
        ({"api_key": KEY, "model": "gpt-image-1"}, 'generators.painter.model is "gpt-image-1", which is not in the'),
        ({"api_key": KEY, "dialect": "dalle"}, 'generators.painter.dialect is "dalle"; write one of: gpt-image'),
        ({"api_key": KEY, "partial_images": 4}, "generators.painter.partial_images is 4; write 0 to 3"),
        ({"api_key": KEY, "output_format": "gif"}, 'generators.painter.output_format is "gif"; write one of: png'),
        ({"api_key": KEY, "base_url": "api.openai.com"}, "generators.painter.base_url is no address"),
        ({"dialect": "compat"}, "generators.painter.model is missing; write the model's name as the server has it"),
        ({"dialect": "compat", "model": "x", "modes": ["outpaint"]}, 'generators.painter.modes holds "outpaint"'),
        ({"dialect": "compat", "model": "x", "size": "1024"}, 'generators.painter.size "1024" is of another form'),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigError) as error:
        build("painter", "openai", options, FakeClock(), shipped())  # type: ignore[arg-type]  # Json

    assert error.value.problems[0].startswith(problem)
    assert KEY not in error.value.problems[0]


def test_capabilities_say_what_each_model_takes() -> None:
    generator = build(
        "painter", "openai", {"api_key": KEY, "models": ["dall-e-3", "gpt-image-2"]}, FakeClock(), shipped()
    )
    legacy, free = generator.capabilities.of(""), generator.capabilities.of("gpt-image-2")

    assert generator.capabilities.models == ("dall-e-3", "gpt-image-2")
    assert (legacy.sizes_px, legacy.qualities, legacy.styles) == (
        ((1024, 1024), (1792, 1024), (1024, 1792)),
        ("standard", "hd"),
        ("vivid", "natural"),
    )
    assert (free.sizes_px, free.max_pixels, free.max_ratio, free.size_step_px) == ((), 8_294_400, 3.0, 16)
    assert (free.seed, free.repeats, free.remote, free.negative_in_words, free.max_sources) == (
        False,
        False,
        True,
        True,
        16,
    )
    assert SQUARE["width_px"] % free.size_step_px == 0
