from __future__ import annotations

import asyncio

import aiohttp
import pytest

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.generators.http import Answer, Api
from tests.fakes import FakeClock
from tests.generators.http_room import KEY, MIB, PROMPT, CountingThreads, HurriedClock, an_api, error_of, ok, trouble
from tests.providers.bad_server import HUGE_BYTES, BadServer, picture, replies, reply


async def test_an_answer_is_what_the_provider_said(server: BadServer, api: Api) -> None:
    server.answer("/v1/paint", reply(201, b'{"id": "7"}', {"Content-Type": "application/JSON; charset=utf-8"}))

    answer = await api.call("POST", "/v1/paint", json={"prompt": PROMPT}, params={"a": "b c"}, headers={"X-One": "1"})

    assert (answer.status, answer.media_type, answer.json()) == (201, "application/json", {"id": "7"})
    assert server.lines == ["POST /v1/paint?a=b+c"]
    assert server.asked[0].body == b'{"prompt": "a very private wish"}'
    assert server.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert server.asked[0].headers["X-One"] == "1"


async def test_a_query_in_the_path_is_sent_as_it_is_written_however_long(server: BadServer, api: Api) -> None:
    server.answer("/", reply())

    await api.call("GET", "?prompt=" + "a%20cat%26" * 500)

    assert server.lines == ["GET /?prompt=" + "a%20cat%26" * 500]


async def test_a_form_is_sent_whole_the_second_time_too(server: BadServer, api: Api) -> None:
    server.answer("/v1/edit", replies([trouble(503), ok()]))
    form = aiohttp.FormData()
    form.add_field("prompt", PROMPT)
    form.add_field("image", picture(), filename="image.png", content_type="image/png")

    await api.call("POST", "v1/edit", form=form)

    first, second = server.asked
    assert first.body == second.body
    assert picture() in second.body
    assert second.headers["Content-Type"].startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize(
    ("path", "words"),
    [("/empty", "nothing"), ("/page", "no JSON"), ("/half.json", "no JSON"), ("/deep.json", "no JSON")],
)
async def test_what_is_no_json_is_broken(api: Api, path: str, words: str) -> None:
    answer = await api.call("GET", path)

    with pytest.raises(Broken, match=f"Painter answers with .*{words}") as broken:
        answer.json()
    assert broken.value.__context__ is None or broken.value.__suppress_context__


@pytest.mark.parametrize(("end", "is_json"), [(b'"}', True), (b'"', False)])
async def test_a_long_answer_is_read_once_and_in_a_thread(
    server: BadServer, api: Api, end: bytes, *, is_json: bool
) -> None:
    server.answer("/v1/paint", reply(200, b'{"image": "' + b"A" * MIB + end))
    asyncio.get_running_loop().set_default_executor(threads := CountingThreads())

    answer = await api.call("GET", "/v1/paint")

    assert len(threads.works) == 1
    if is_json:
        assert answer.json() is answer.json()
    else:
        with pytest.raises(Broken, match="no JSON"):
            answer.json()


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"[-Infinity]"])
def test_numbers_that_json_has_not_are_no_json(number: bytes) -> None:
    with pytest.raises(Broken, match="no JSON"):
        Answer(200, {}, number).json()


async def test_an_error_inside_a_200_is_what_the_generator_says_it_is(api: Api) -> None:
    def refused(answer: Answer) -> PinxitError | None:
        return Refused(Code.MODERATED) if "moderation_blocked" in str(answer.json()) else None

    error = await error_of(api.call("POST", "/error-in-200", is_billed=True, refused=refused))

    assert isinstance(error, Refused)
    assert error.code is Code.MODERATED


async def test_a_refusal_goes_before_the_meaning_of_its_status(server: BadServer, api: Api) -> None:
    server.answer("/v1/paint", reply(429, b"insufficient_quota"))

    error = await error_of(api.call("POST", "/v1/paint", refused=lambda _: Broken("no credit")))

    assert str(error) == "no credit"
    assert len(server.asked) == 1


async def test_an_answer_of_100_mb_is_not_read(server: BadServer, api: Api) -> None:
    error = await error_of(api.call("GET", "/huge", most_bytes=MIB))

    assert isinstance(error, Broken)
    assert "more than the 1048576 bytes" in str(error)
    assert server.sent_bytes < HUGE_BYTES / 2


async def test_an_answer_that_says_that_it_has_100_mb_is_not_waited_for(api: Api) -> None:
    assert "bytes that are taken" in str(await error_of(api.call("GET", "/huge-said")))


async def test_an_error_is_read_whole_whatever_a_success_may_have(server: BadServer, api: Api) -> None:
    server.answer("/v1/paint", reply(400, b'{"code": "moderation_blocked"}'))

    def refused(answer: Answer) -> PinxitError | None:
        return Refused(Code.MODERATED) if answer.json() == {"code": "moderation_blocked"} else None

    assert isinstance(await error_of(api.call("POST", "/v1/paint", refused=refused, most_bytes=4)), Refused)


async def test_an_error_with_a_huge_page_is_still_that_error(server: BadServer, api: Api) -> None:
    server.answer("/v1/paint", reply(404, b"a" * 3 * MIB))

    assert "(404)" in str(await error_of(api.call("GET", "/v1/paint")))


async def test_a_compressed_answer_is_not_unpacked(api: Api) -> None:
    assert "compressed" in str(await error_of(api.call("GET", "/packed.png")))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_carries_the_key_to_another_host(server: BadServer, api: Api, status: int) -> None:
    async with BadServer() as other:
        server.answer("/v1/paint", reply(status, headers={"Location": f"{other.url}/steal?x=s3cret"}))

        error = await error_of(api.call("POST", "/v1/paint", json={"prompt": PROMPT}))

        assert isinstance(error, Broken)
        assert "redirects" in str(error)
        assert other.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{other}/poll?id=s3cret",
        "https://127.0.0.1:{own}/poll",
        "http://me:s3cret@127.0.0.1:{own}/poll",
        "http://127.0.0.1:{own}@elsewhere.example/poll",
        "http://localhost:{own}/poll",
        "https://painter.example.evil.example/poll",
        "http://painter.example/poll",
        "https://painter.example:8443/poll",
        "ftp://painter.example/poll",
        "http://[::1",
        "http://",
    ],
)
async def test_an_address_that_is_not_the_providers_is_not_asked(
    server: BadServer, clock: HurriedClock, address: str
) -> None:
    async with BadServer() as other, an_api(server, clock, also_hosts=["painter.example"]) as api:
        error = await error_of(api.call("GET", address.format(own=server.port, other=other.port)))

        assert isinstance(error, Broken)
        assert "not its own" in str(error)
        assert server.asked == other.asked == []


async def test_a_whole_address_of_the_provider_is_asked(server: BadServer, api: Api) -> None:
    server.answer("/poll", reply())

    assert (await api.call("GET", f"{server.url}/poll?id=7")).status == 200
    assert server.lines == ["GET /poll?id=7"]


async def test_a_slash_too_many_leads_nowhere_else(server: BadServer, api: Api) -> None:
    server.answer("/evil.example/poll", reply())

    await api.call("GET", "//evil.example/poll")

    assert server.lines == ["GET /evil.example/poll"]


@pytest.mark.parametrize(
    "url",
    [
        *("", "painter.example", "ftp://painter.example", "https://", "https://me:x@a.example"),
        *("https://a.example?key=1", "https://a.example/#v1"),
    ],
)
def test_an_api_needs_an_address(url: str) -> None:
    with pytest.raises(ValueError, match="base_url is no address"):
        Api("Painter", url, FakeClock())


async def test_a_cookie_is_not_kept(server: BadServer, clock: HurriedClock) -> None:
    server.answer("/v1/paint", reply(200, headers={"Set-Cookie": "session=s3cret"}))

    async with Api("Painter", f"http://localhost:{server.port}", clock) as api:  # A jar takes none from an address.
        await api.call("GET", "/v1/paint")
        await api.call("GET", "/v1/paint")

    assert not server.told("s3cret")


async def test_polling_ends_with_the_first_answer(api: Api, clock: HurriedClock) -> None:
    answers = iter([None, None, None, "done"])

    async def ask() -> str | None:
        return next(answers)

    assert await api.poll(ask, timeout_s=60) == "done"
    assert clock.pauses_s == [0.5, 1.0, 2.0]


async def test_a_poll_that_never_ends_ends_at_its_deadline(server: BadServer, api: Api, clock: HurriedClock) -> None:
    async def ask() -> str | None:
        status = (await api.call("GET", "/pending")).json()
        return None if status == {"status": "Pending"} else "done"

    error = await error_of(api.poll(ask, timeout_s=30))

    assert isinstance(error, Temporary)
    assert "has not finished within 30 s" in str(error)
    assert clock.monotonic() <= 30
    assert len(server.asked) == 17


async def test_polling_stops_when_nobody_wants_it_any_more(api: Api) -> None:
    asked: list[int] = []

    async def ask() -> str | None:
        asked.append(1)
        return None

    found: object = await api.poll(ask, timeout_s=60, is_cancelled=lambda: len(asked) >= 2)

    assert found is None
    assert len(asked) == 2
