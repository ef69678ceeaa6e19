"""A provider on loopback that answers in every wrong way: pages for JSON, halves of pictures, endless polls, bombs."""

from __future__ import annotations

import asyncio
import io
import zlib
from typing import TYPE_CHECKING

from aiohttp import web
from PIL import Image

from tests.providers.slow_server import SlowServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGE = b"<!doctype html><title>Sign in</title>"
HUGE_BYTES = 100 * 2**20
_CHUNK = b"a" * 2**20


class BadServer(SlowServer):
    """A SlowServer with these answers, and `answers` beside or instead of them. `lines`: what it was asked for, whole.

    `/key` 401 that repeats the key, `/empty`, `/page`, `/half.json`, `/deep.json`, `/error-in-200`, `/huge` (100 MB
    without a length), `/huge-said` (with one), `/pending`, `/cut` (breaks off), `/dropped` (before any answer),
    `/silent` (never answers), `/good.png`, `/black.png`, `/half.png`, `/jpeg.png`, `/page.png`, `/bomb.png`,
    `/packed.png`.
    """

    def __init__(self, answers: Mapping[str, Handler] | None = None) -> None:
        super().__init__(
            {
                **_answers(),
                "/silent": self._silent,
                "/huge": self._huge,
                "/huge-said": self._say_huge,
                **(answers or {}),
            }
        )
        self.lines: list[str] = []
        self.sent_bytes = 0
        self._over = asyncio.Event()

    def release(self) -> None:
        """Let go of what was to stay silent for good."""
        super().release()
        self._over.set()

    def answer(self, path: str, handler: Handler) -> None:
        """Answer `path` by `handler` from now on."""
        self._answers[path] = handler

    def told(self, text: str) -> bool:
        """Tell whether any request held `text`, in its line, its headers or its body."""
        return any(text in line for line in self.lines) or any(
            text in f"{one.path} {one.headers}" or text.encode() in one.body for one in self.asked
        )

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.lines.append(f"{request.method} {request.raw_path}")
        return await super()._answer(request)

    async def _silent(self, _: web.Request) -> web.Response:
        await self._over.wait()
        return web.Response()

    async def _huge(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        await response.prepare(request)
        for _ in range(HUGE_BYTES // len(_CHUNK)):
            await response.write(_CHUNK)
            self.sent_bytes += len(_CHUNK)
        return response

    async def _say_huge(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(HUGE_BYTES)})
        await response.prepare(request)
        await response.write(_CHUNK)
        await self._over.wait()
        return response


def reply(status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Handler:
    """Return a handler that always answers the same."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return answer


def replies(answers: Iterable[tuple[int, bytes, Mapping[str, str]]]) -> Handler:
    """Return a handler that answers (status, body, headers) in turn; asked too often, it fails."""
    rest = iter(answers)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await reply(*next(rest))(request)

    return answer


def redirect(place: str) -> Handler:
    """Return a handler that sends everybody on to `place`."""
    return reply(302, headers={"Location": place})


def picture(
    kind: str = "PNG", colour: tuple[int, int, int] = (0, 128, 128), size_px: tuple[int, int] = (64, 48)
) -> bytes:
    """Return a small picture with a dot in it; no dot where the colour is black."""
    image = Image.new("RGB", size_px, colour)
    if any(colour):
        image.putpixel((1, 1), (250, 200, 10))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def bomb(width_px: int, height_px: int) -> bytes:
    """Return some 100 bytes that claim to be a picture of this size."""
    small = bytearray(picture())
    small[16:24] = width_px.to_bytes(4) + height_px.to_bytes(4)
    # The header's checksum is of type and data, 17 bytes from byte 12 on.
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4)
    return bytes(small)


def _answers() -> dict[str, Handler]:
    png = {"Content-Type": "image/png"}
    return {
        "/key": _repeat_key,
        "/empty": reply(),
        "/page": reply(200, PAGE, {"Content-Type": "text/html"}),
        "/half.json": reply(200, b'{"data": [{"b64_json": "iVBOR'),
        "/deep.json": reply(200, b"[" * 200_000),
        "/error-in-200": reply(200, b'{"error": {"code": "moderation_blocked"}}'),
        "/pending": reply(200, b'{"status": "Pending"}'),
        "/cut": _cut,
        "/dropped": _drop,
        "/good.png": reply(200, picture(), png),
        "/black.png": reply(200, picture(colour=(0, 0, 0)), png),
        "/half.png": reply(200, _noise()[:4000], png),
        "/jpeg.png": reply(200, picture("JPEG"), png),
        "/page.png": reply(200, PAGE, png),
        "/bomb.png": reply(200, bomb(11_000, 10_000), png),
        "/packed.png": reply(200, b"\x1f\x8b" + b"\0" * 50, {**png, "Content-Encoding": "gzip"}),
    }


async def _repeat_key(request: web.Request) -> web.Response:
    said = {"message": f"Incorrect API key provided: {request.headers['Authorization']}"}
    return web.json_response({"error": said}, status=401, headers={"X-Key": request.headers["Authorization"]})


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"a" * 500)
    assert request.transport is not None
    request.transport.close()
    return response


async def _drop(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def _noise() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((96, 96), 90).save(file, "PNG")
    return file.getvalue()
