"""Perchance's site on loopback: hands out keys, paints flat colours, and keeps out who is no person when told to.

Source: what perchance 0.1.0 asks for and understands, and issues 5 to 7 of eeemoon/perchance; read 2026-11.
"""

from __future__ import annotations

import asyncio
import colorsys
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from PIL import Image

from tests.providers.door import guarded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

CHROMIUM = Path("/usr/bin/chromium")  # Debian's package.
_HELD_AT_MOST_S = 30.0
_KEY = "0f1e2d3c" * 8
_SIZES = {"768x768": (768, 768), "512x768": (512, 768), "768x512": (768, 512)}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "generatorName": str,
    "channel": str,
    "subChannel": str,
    "prompt": str,
    "negativePrompt": str,
    "seed": int,
    "resolution": str,
    "guidanceScale": (int, float),
}
# A page that opens another one, and hands on something that is no base64.
_TRICK = """<!DOCTYPE html><script>
window.open("popup");
window.FileReader = class { readAsDataURL() { this.result = "data:,A"; this.onloadend(); } };
</script>"userKey":"_KEY" """
# What Cloudflare sends to who is no person, as far as a program can tell.
_CHALLENGE = "<!DOCTYPE html><title>Just a moment...</title><p>Verify you are human by completing the action below."


class PerchanceServer:
    """The site for `async with`. `maybe_nsfw`: what it says of its pictures.

    `cancels`: calls that the page broke off, which is all that the site is told; `cancelled`: there was one.
    """

    def __init__(self) -> None:
        self.created: list[Any] = []
        self.strangers: list[str] = []
        self.holding = asyncio.Event()
        self.cancels = 0
        self.cancelled = asyncio.Event()
        self.popup_closed = asyncio.Event()
        self._tricks = False
        self.maybe_nsfw = False
        self._failures: list[tuple[int, dict[str, str], str | None]] = []
        self._next: list[str] = []
        self._goes = asyncio.Event()
        self._goes.set()
        self._pictures: dict[str, bytes] = {}
        app = guarded(self)
        app.router.add_get("/api/verifyUser", self._verify)
        app.router.add_post("/api/generate", self._generate)
        app.router.add_get("/api/downloadTemporaryImage", self._download)
        app.router.add_get("/api/popup", self._popup)
        app.router.add_get("/favicon.ico", self._favicon)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        # Cancelled handlers are how it sees that somebody broke a call off.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Return the address in front of every path."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/api"

    def options(self) -> dict[str, Any]:
        """Return what the kind is built from to ask this site."""
        return {"base_url": self.url, "chromium": str(CHROMIUM)}

    def fail_next(self, status: int, headers: Mapping[str, str] | None = None, body: str | None = None) -> None:
        """Answer the next call so; without a body as the site does, whose keys' page says 401, 403 and 429."""
        self._failures.append((status, dict(headers or {}), body))

    def refuse_next(self) -> None:
        """Answer the next call without a picture. The package keeps to itself what was said instead."""
        self._next.append("refuse")

    def break_off_next(self) -> None:
        """End the connection in the middle of the next answer."""
        self._next.append("break off")

    def lose_next(self) -> None:
        """Know nothing any more of the next picture when it is fetched."""
        self._next.append("lose")

    def spoil_next(self) -> None:
        """Hand out half of the next picture's file."""
        self._next.append("spoil")

    def shrink_next(self) -> None:
        """Paint the next picture with half of its width and height."""
        self._next.append("shrink")

    def trick(self) -> None:
        """Let every page have scripts of its own until `popup_closed` is set, because what they opened is gone."""
        self._tricks = True

    def hold(self) -> None:
        """Finish nothing until `go`, for half a minute at most."""
        self._goes.clear()

    def go(self) -> None:
        """Finish what waits."""
        self._goes.set()

    async def _verify(self, request: web.Request) -> web.Response:
        if set(request.query) != {"thread", "__cacheBust"}:
            self.strangers.append(f"a key asked for with {sorted(request.query)}")
        if self._failures and self._failures[0][0] in (401, 403, 429) and self._failures[0][2] is None:
            status, headers, _ = self._failures.pop(0)
            if status == 429:
                return web.json_response({"status": "too_many_requests"}, status=status, headers=headers)
            return web.Response(
                status=status,
                headers={"cf-mitigated": "challenge", **headers},
                text=_CHALLENGE,
                content_type="text/html",
            )
        if self._tricks:
            return web.Response(text=_TRICK.replace("_KEY", _KEY), content_type="text/html")
        # Without spaces, as JavaScript writes it: that is how the package finds the key.
        said = json.dumps({"status": "already_verified", "userKey": _KEY}, separators=(",", ":"))
        return web.Response(text=said, content_type="application/json")

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if self._failures:
            status, headers, text = self._failures.pop(0)
            text = "<html>error</html>" if text is None else text
            return web.Response(status=status, headers=headers, text=text, content_type="text/html")
        fault = self._next.pop(0) if self._next else ""
        if fault == "refuse" or request.query.get("userKey") != _KEY:
            return web.json_response({"status": "invalid_key"})
        if fault == "break off":
            return await self._broken_off(request)
        if wrong := self._wrong(request, body):
            self.strangers.append(wrong)
            return web.json_response({"status": "invalid_data"}, status=400)
        self.created.append(body)
        await self._held()
        return web.json_response(await self._paint(body, fault))

    @staticmethod
    async def _broken_off(request: web.Request) -> web.StreamResponse:
        # In the middle of an answer: a browser asks by itself once more where there was none.
        response = web.StreamResponse()
        response.content_length = 1000
        await response.prepare(request)
        await response.write(b"{")
        assert request.transport is not None
        request.transport.close()
        return response

    async def _held(self) -> None:
        if self._goes.is_set():
            return
        self.holding.set()
        try:
            async with asyncio.timeout(_HELD_AT_MOST_S):
                await self._goes.wait()
        except asyncio.CancelledError:
            self.cancels += 1
            self.cancelled.set()
            raise

    async def _paint(self, body: dict[str, Any], fault: str) -> dict[str, Any]:
        image_id = f"{len(self._pictures):064x}"
        width_px, height_px = _SIZES[body["resolution"]]
        size_px = (width_px // 2, height_px // 2) if fault == "shrink" else (width_px, height_px)
        picture = await asyncio.to_thread(_painted, body["seed"], size_px)
        self._pictures[image_id] = picture[: len(picture) // 2] if fault == "spoil" else picture
        return {
            "status": "success",
            "imageId": "0" if fault == "lose" else image_id,
            "fileExtension": "jpeg",
            "seed": body["seed"],
            "prompt": body["prompt"],
            "width": width_px,
            "height": height_px,
            "guidanceScale": body["guidanceScale"],
            "negativePrompt": body["negativePrompt"],
            "maybeNsfw": self.maybe_nsfw,
        }

    @staticmethod
    def _wrong(request: web.Request, body: dict[str, Any]) -> str:
        """Return what is wrong with a call, "" for nothing."""
        if set(request.query) != {"userKey", "requestId", "__cacheBust"}:
            return f"a picture asked for with {sorted(request.query)}"
        if set(body) != set(_TYPES):
            return f"a picture asked for with fields {sorted(body)}"
        for key, kind in _TYPES.items():
            if not isinstance(body[key], kind) or isinstance(body[key], bool):
                return f"{key} is a {type(body[key]).__name__}"
        if body["resolution"] not in _SIZES or not 1 <= body["guidanceScale"] <= 30 or not body["prompt"]:
            return "resolution, guidanceScale or prompt is out of range"
        return ""

    async def _download(self, request: web.Request) -> web.Response:
        picture = self._pictures.get(request.query.get("imageId", ""))
        if picture is None:
            return web.Response(status=404)
        return web.Response(body=picture, content_type="image/jpeg")

    async def _favicon(self, _request: web.Request) -> web.Response:
        return web.Response(status=404)

    async def _popup(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        await response.write(b"<p>You have won!")
        try:
            await asyncio.sleep(_HELD_AT_MOST_S)
        finally:
            self._tricks = False
            self.popup_closed.set()
        return response

    async def _unknown(self, request: web.Request) -> web.Response:
        self.strangers.append(f"{request.method} {request.path}")
        return web.Response(status=404)


def _painted(seed: int, size_px: tuple[int, int]) -> bytes:
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(seed % 360 / 360, 0.6, 0.8))
    file = io.BytesIO()
    Image.new("RGB", size_px, (red, green, blue)).save(file, "JPEG")
    return file.getvalue()
