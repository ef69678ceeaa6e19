from __future__ import annotations

import base64
import io
import json

import pytest
from aiohttp import web
from PIL import Image

from pinxit.domain.errors import Temporary
from pinxit.prompt.describing import Describer, small_jpeg
from pinxit.prompt.model_server import ModelServer, Verdict
from tests.builders import a_png
from tests.providers.slow_server import SlowServer, completion

CHAT = "/v1/chat/completions"


def a_file(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture


async def test_a_picture_is_shown_to_the_model_small_and_as_a_jpeg() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response(completion('"A teal field, flat light"'))

    wide = a_file(Image.new("RGB", (3000, 1500), "teal"), "PNG", pnginfo=None)
    async with SlowServer({CHAT: answer}) as server, Describer(f"{server.url}/v1", "key", "seer", 5.0) as describer:
        assert await describer.describe(wide) == "A teal field, flat light"
        (asked,) = server.asked

    body = json.loads(asked.body)
    _, shown = body["messages"][1]["content"]
    head, _, data = shown["image_url"]["url"].partition(",")
    picture = opened(base64.b64decode(data))
    assert (body["model"], asked.headers["Authorization"]) == ("seer", "Bearer key")
    assert head == "data:image/jpeg;base64"
    assert (picture.format, picture.size) == ("JPEG", (1024, 512))


async def test_a_long_description_is_shortened_and_a_refusal_is_none() -> None:
    answers = iter([completion("a teal field, " * 100), completion("I'm sorry, I can't help with that.")])

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(next(answers))

    async with SlowServer({CHAT: answer}) as server, Describer(f"{server.url}/v1", None, "m", 5.0) as describer:
        assert 0 < len(await describer.describe(a_png(3))) <= 600
        assert await describer.describe(a_png(3)) == ""


async def test_a_model_that_fails_is_temporary() -> None:
    async with Describer("http://127.0.0.1:9/v1", None, "m", 5.0) as describer:
        with pytest.raises(Temporary):
            await describer.describe(a_png(3))


def test_what_leaves_is_upright_and_says_nothing_but_its_pixels() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "at home"  # Turned by a quarter; a description.
    photo = Image.new("RGB", (200, 100), "navy")
    photo.paste("red", (0, 0, 100, 100))

    data = small_jpeg(a_file(photo, "JPEG", exif=exif.tobytes(), comment=b"by Anna"))

    picture = opened(data)
    assert picture.size == (100, 200)
    assert not picture.getexif()
    assert b"at home" not in data
    assert b"by Anna" not in data
    red, _, blue = picture.convert("RGB").getpixel((50, 20))  # type: ignore[misc]  # three channels
    assert red > 3 * blue


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("P", "GIF"), ("L", "PNG"), ("1", "PNG"), ("CMYK", "JPEG")]
)
def test_every_kind_of_picture_can_be_shown(mode: str, kind: str) -> None:
    assert opened(small_jpeg(a_file(Image.new(mode, (40, 30)), kind))).size == (40, 30)


def test_what_is_transparent_is_shown_on_white() -> None:
    assert opened(small_jpeg(a_file(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))).getpixel((4, 4)) == (255,) * 3


async def test_a_picture_is_judged_as_the_moderation_endpoint_takes_it() -> None:
    async def answer(request: web.Request) -> web.Response:
        seen = (await request.json())["input"]
        flagged = seen[0]["type"] == "image_url" and seen[0]["image_url"]["url"].startswith("data:image/png;base64,")
        result = {"flagged": flagged, "categories": {"sexual": flagged, "violence": False}}
        return web.json_response({"id": "modr-1", "model": "m", "results": [result]})

    async with (
        SlowServer({"/v1/moderations": answer}) as server,
        ModelServer(f"{server.url}/v1", None, "m", 5.0) as model,
    ):
        assert await model.moderate_image(a_png(3), "image/png") == Verdict(is_flagged=True, categories=("sexual",))
