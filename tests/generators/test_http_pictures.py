from __future__ import annotations

import base64

import pytest

from pinxit.domain.errors import Broken, Temporary
from pinxit.generators.http import Api
from pinxit.generators.http_pictures import from_base64, preview_of
from tests.fakes import FakeClock
from tests.generators.http_room import KEY, HurriedClock, Names, an_api, error_of, trouble
from tests.providers.bad_server import HUGE_BYTES, BadServer, bomb, picture, redirect, replies


async def test_a_picture_is_fetched_without_the_key(server: BadServer, api: Api) -> None:
    got = await api.download(f"{server.url}/good.png?sig=7")

    assert (got.media_type, got.width_px, got.height_px) == ("image/png", 64, 48)
    assert got.data == picture()
    assert server.lines == ["GET /good.png?sig=7"]
    assert not server.told(KEY)
    assert "Authorization" not in server.asked[0].headers


async def test_a_pictures_type_is_what_it_is_and_not_what_it_says(server: BadServer, api: Api) -> None:
    assert (await api.download(f"{server.url}/jpeg.png")).media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/empty", "empty file"),
        ("/page.png", "a text"),
        ("/error-in-200", "a text"),
        ("/half.png", "broken picture, or only a part"),
        ("/black.png", "black all over"),
        ("/bomb.png", "pixels"),
        ("/packed.png", "compressed"),
        ("/huge", "more than the"),
        ("/huge-said", "more than the"),
        ("/nowhere.png", "404"),
    ],
)
async def test_what_is_no_good_picture_is_broken(server: BadServer, api: Api, path: str, words: str) -> None:
    error = await error_of(api.download(f"{server.url}{path}?token=s3cret"))

    assert isinstance(error, Broken)
    assert words in str(error)
    assert str(error).startswith("Painter")
    assert server.sent_bytes < HUGE_BYTES / 2


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_a_truncated_picture_of_any_kind_is_broken(kind: str) -> None:
    whole = picture(kind, size_px=(640, 480))
    api = Api("Painter", "https://painter.example", FakeClock())

    assert api.picture(whole).width_px == 640
    with pytest.raises(Broken):
        api.picture(whole[: len(whole) // 2])


def test_a_nearly_black_picture_is_a_picture() -> None:
    api = Api("Painter", "https://painter.example", FakeClock())

    assert api.picture(picture(colour=(0, 0, 1))).media_type == "image/png"
    with pytest.raises(Broken, match="black"):
        api.picture(picture("JPEG", (0, 0, 0)))


@pytest.mark.parametrize("size_px", [(11_000, 10_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_too_many_pixels_is_not_decoded(size_px: tuple[int, int]) -> None:
    with pytest.raises(Broken, match=r"pixels") as broken:
        Api("Painter", "https://painter.example", FakeClock()).picture(bomb(*size_px))

    assert "80000000" in str(broken.value)


def test_base64_is_read_in_pieces_that_fit() -> None:
    whole = picture(size_px=(64, 64)) * (2**21 // len(picture(size_px=(64, 64))))

    assert from_base64("Painter", base64.b64encode(whole).decode()) == whole
    with pytest.raises(Broken, match=r"Painter .* no base64"):
        from_base64("Painter", "A" * 2**20 + "?")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        bomb(2**31 - 1, 2**31 - 1),
        bomb(5000, 5000),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
)
def test_what_is_no_small_picture_of_a_known_kind_has_no_preview(data: bytes) -> None:
    assert preview_of(data) is None
    assert preview_of(picture())


def test_what_is_no_picture_at_all_is_broken() -> None:
    with pytest.raises(Broken, match="no PNG, JPEG, WebP or GIF"):
        Api("Painter", "https://painter.example", FakeClock()).picture(b"BM" + b"\1" * 100)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://pictures.example/a.png", "http://"),
        ("https://10.0.0.1/a.png?s=s3cret", "not public"),
        ("https://169.254.169.254/latest/meta-data/", "not public"),
        ("https://localhost/a.png", "not public"),
        ("https://[::ffff:127.0.0.1]/a.png", "not public"),
        ("https://pictures.example:8443/a.png", "port 8443"),
        ("https://me:s3cret@pictures.example/a.png", "password"),
        ("file:///etc/passwd", "file://"),
        ("data:image/png;base64,AAAA", "not a whole URL"),
        ("https://inside.example/a.png?s=s3cret", "not public"),
    ],
)
async def test_a_picture_at_a_private_address_is_not_asked_for(
    server: BadServer, clock: HurriedClock, url: str, reason: str
) -> None:
    async with BadServer() as other, an_api(server, clock, lookup=Names("127.0.0.1")) as api:
        for address in (url, f"{server.url}/on", f"http://{other.host}/a.png"):
            server.answer("/on", redirect(url))
            error = await error_of(api.download(address))

            assert isinstance(error, Broken)
            assert reason in str(error) or address.endswith(f"{other.port}/a.png")
        assert other.asked == []


async def test_a_redirect_of_a_picture_is_followed_where_it_may_be(server: BadServer, api: Api) -> None:
    async with BadServer() as other:
        server.answer("/on", redirect(f"{other.url}/good.png"))

        error = await error_of(api.download(f"{server.url}/on"))
        got = await api.download(f"{server.url}/on", allow_hosts=[other.host])

        assert "is not asked" in str(error)
        assert got.width_px == 64
        assert not other.told(KEY)
        assert other.lines == ["GET /good.png"]


async def test_redirects_in_a_circle_end(server: BadServer, api: Api) -> None:
    server.answer("/on", redirect("/on"))

    assert "more than 5 times" in str(await error_of(api.download(f"{server.url}/on")))


async def test_a_download_is_tried_again(server: BadServer, api: Api, clock: HurriedClock) -> None:
    server.answer("/late.png", replies([trouble(503, Retry_After="3"), (200, picture(), {})]))

    assert (await api.download(f"{server.url}/late.png")).width_px == 64
    assert clock.pauses_s == [3.0]


async def test_a_download_that_breaks_off_or_stays_silent_is_temporary(server: BadServer, api: Api) -> None:
    for path, words in (("/cut", "broke the connection off"), ("/silent", "did not answer within 0.2 s")):
        error = await error_of(api.download(f"{server.url}{path}?s=s3cret", timeout_s=0.2 if path == "/silent" else 9))

        assert isinstance(error, Temporary)
        assert not error.unanswered
        assert words in str(error)
