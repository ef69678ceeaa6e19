from __future__ import annotations

import asyncio
import socket
import traceback
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from pinxit.domain.errors import Code, Refused, Temporary
from pinxit.queue.downloads import MAX_REDIRECTS, Downloads
from tests.providers.slow_server import SlowServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MAX_BYTES = 1_000_000


class Names(AbstractResolver):
    """Answers every look-up with these addresses."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
            for one in self._addresses
        ]

    async def close(self) -> None:
        pass


def redirect(place: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": place})

    return answer


def respond(**given: object) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(**given)  # type: ignore[arg-type]  # a test's own words

    return answer


async def test_what_lies_at_an_allowed_url_is_fetched() -> None:
    async with SlowServer() as server, Downloads([server.host], 5, MAX_BYTES) as downloads:
        data = await downloads.fetch(f"{server.url}/image.png")

    assert data.startswith(b"\x89PNG")


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"]])
async def test_a_name_that_leads_to_a_private_address_is_refused(addresses: list[str]) -> None:
    async with Downloads([], 5, MAX_BYTES, lookup=Names(addresses)) as downloads:
        with pytest.raises(Refused) as refused:
            await downloads.fetch("https://rebind.example/a.png", field="style_image")

    assert refused.value.code is Code.SOURCE_URL_REFUSED
    assert refused.value.facts["field"] == "style_image"


async def test_a_name_that_a_redirect_leads_to_is_looked_up_and_judged_too() -> None:
    async with SlowServer({"/go": redirect("https://rebind.example/a.png")}) as server:
        host = f"nas.local:{server.port}"
        async with Downloads([host], 5, MAX_BYTES, lookup=Names(["127.0.0.1"])) as downloads:
            with pytest.raises(Refused) as refused:
                await downloads.fetch(f"http://{host}/go")

        assert [one.path for one in server.asked] == ["/go"]
    assert refused.value.code is Code.SOURCE_URL_REFUSED


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:{other}/image.png",
        "//127.0.0.1:{other}/image.png",
        "https://[::ffff:127.0.0.1]:{other}/image.png",
        "https://169.254.169.254/",
        "file:///etc/passwd",
        "https://me:pw@127.0.0.1:{here}/image.png",
        "http://[",
        "",
    ],
)
async def test_a_redirect_to_where_nobody_may_go_is_refused_and_not_followed(place: str) -> None:
    async with SlowServer() as other:
        answers: dict[str, Callable[[web.Request], Awaitable[web.Response]]] = {}
        async with SlowServer(answers) as server:
            # An empty place leads to the page itself, so it ends by the number of redirects.
            server._answers["/go"] = redirect(place.format(other=other.port, here=server.port))  # noqa: SLF001 - the port is known only now
            async with Downloads([server.host], 5, MAX_BYTES) as downloads:
                with pytest.raises(Refused) as refused:
                    await downloads.fetch(f"{server.url}/go")

        assert refused.value.code is Code.SOURCE_URL_REFUSED
        assert other.asked == []


async def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    answers = {f"/{number}": redirect(f"{number - 1}") for number in range(1, MAX_REDIRECTS + 2)}
    answers["/0"] = respond(body=b"here")
    async with SlowServer(answers) as server, Downloads([server.host], 5, MAX_BYTES) as downloads:
        assert await downloads.fetch(f"{server.url}/{MAX_REDIRECTS}") == b"here"
        with pytest.raises(Refused, match="redirects more than 5 times"):
            await downloads.fetch(f"{server.url}/{MAX_REDIRECTS + 1}")


async def test_no_cookie_no_referer_and_no_wish_for_compression_leave() -> None:
    answers = {"/go": respond(status=302, headers={"Location": "/0", "Set-Cookie": "id=1"}), "/0": respond(body=b"a")}
    async with SlowServer(answers) as server, Downloads([server.host], 5, MAX_BYTES) as downloads:
        await downloads.fetch(f"{server.url}/go")
        await downloads.fetch(f"{server.url}/0")

    for one in server.asked:
        assert not {"Cookie", "Referer", "Authorization"} & set(one.headers)
        assert one.headers["Accept-Encoding"] == "identity"
        assert one.headers["User-Agent"].startswith("Pinxit/")


async def test_a_file_that_says_it_is_too_large_is_refused_unread() -> None:
    async with SlowServer({"/big": respond(body=b"a" * 2000)}) as server:
        async with Downloads([server.host], 5, 1999) as downloads:
            with pytest.raises(Refused) as refused:
                await downloads.fetch(f"{server.url}/big")
        async with Downloads([server.host], 5, 2000) as downloads:
            assert len(await downloads.fetch(f"{server.url}/big")) == 2000

    assert refused.value.code is Code.SOURCE_TOO_LARGE
    assert refused.value.facts["allowed"] == ["at most 1999 bytes"]


async def test_a_file_that_never_ends_is_refused_while_it_comes() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"a" * 65_536)

    async with SlowServer({"/endless": endless}) as server, Downloads([server.host], 20, MAX_BYTES) as downloads:
        with pytest.raises(Refused) as refused:
            await downloads.fetch(f"{server.url}/endless")

    assert refused.value.code is Code.SOURCE_TOO_LARGE


async def test_a_compressed_answer_is_refused_and_not_unfolded() -> None:
    bomb = respond(body=b"\x1f\x8b" + b"\x00" * 50, headers={"Content-Encoding": "gzip"})
    async with SlowServer({"/bomb": bomb}) as server, Downloads([server.host], 5, MAX_BYTES) as downloads:
        with pytest.raises(Refused) as refused:
            await downloads.fetch(f"{server.url}/bomb")

    assert refused.value.code is Code.SOURCE_INVALID
    assert "compressed" in str(refused.value.facts["reason"])


async def test_half_a_file_is_refused_in_words() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"a" * 500)
        assert request.transport is not None
        request.transport.close()
        return response

    async with SlowServer({"/half": half}) as server, Downloads([server.host], 5, MAX_BYTES) as downloads:
        with pytest.raises(Refused) as refused:
            await downloads.fetch(f"{server.url}/half")

    assert refused.value.code is Code.SOURCE_UNREACHABLE
    assert "cut" in str(refused.value.facts["reason"])


async def test_a_server_that_does_not_answer_in_time_is_asked_again_later() -> None:
    async with SlowServer() as server, Downloads([server.host], 0.05, MAX_BYTES) as downloads:
        server.hold()
        async with asyncio.timeout(2):
            with pytest.raises(Temporary, match=r"did not come within 0.05 s"):
                await downloads.fetch(f"{server.url}/image.png")


async def test_a_file_that_trickles_is_given_up_after_the_same_time() -> None:
    over = asyncio.Event()

    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"a")
        await over.wait()
        return response

    async with SlowServer({"/trickle": trickle}) as server, Downloads([server.host], 0.1, MAX_BYTES) as downloads:
        async with asyncio.timeout(2):
            with pytest.raises(Temporary):
                await downloads.fetch(f"{server.url}/trickle")
        over.set()


@pytest.mark.parametrize("status", [500, 503, 408, 429])
async def test_a_server_with_trouble_is_asked_again_when_it_says(status: int) -> None:
    trouble = respond(status=status, headers={"Retry-After": "7"})
    async with SlowServer({"/a": trouble}) as server, Downloads([server.host], 5, MAX_BYTES) as downloads:
        with pytest.raises(Temporary, match=str(status)) as temporary:
            await downloads.fetch(f"{server.url}/a")

    assert temporary.value.retry_after_s == 7.0


@pytest.mark.parametrize("status", [404, 403, 410, 204, 206, 304])
async def test_a_server_that_has_no_such_file_ends_it(status: int) -> None:
    async with SlowServer({"/a": respond(status=status)}) as server, Downloads([server.host], 5, 100) as downloads:
        with pytest.raises(Refused, match=str(status)) as refused:
            await downloads.fetch(f"{server.url}/a")

    assert refused.value.code is Code.SOURCE_UNREACHABLE


async def test_a_port_where_nothing_listens_is_unreachable() -> None:
    async with SlowServer() as server:
        host, url = server.host, f"{server.url}/a?token=s3cret"
    async with Downloads([host], 5, MAX_BYTES) as downloads:
        with pytest.raises(Refused) as refused:
            await downloads.fetch(url)

    assert refused.value.code is Code.SOURCE_UNREACHABLE
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


async def test_a_server_that_speaks_no_tls_has_no_valid_certificate() -> None:
    async with SlowServer() as server, Downloads([server.host], 5, MAX_BYTES) as downloads:
        with pytest.raises(Refused, match="certificate"):
            await downloads.fetch(f"https://{server.host}/image.png")


async def test_a_server_that_speaks_no_http_is_named_as_such() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Downloads([f"127.0.0.1:{port}"], 5, MAX_BYTES) as downloads:
            with pytest.raises(Refused, match="does not speak HTTP"):
                await downloads.fetch(f"http://127.0.0.1:{port}/")


async def test_a_name_that_does_not_exist_is_unreachable() -> None:
    class Nobody(Names):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            raise socket.gaierror(socket.EAI_NONAME, host, port, family)

    async with Downloads([], 5, MAX_BYTES, lookup=Nobody([])) as downloads:
        with pytest.raises(Refused, match="no such host"):
            await downloads.fetch("https://nobody.example/a.png")
