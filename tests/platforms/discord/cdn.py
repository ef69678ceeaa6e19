"""Files for everybody: attachments and avatars, by the addresses that the API gives."""

from __future__ import annotations

import colorsys
import io
from typing import TYPE_CHECKING

from aiohttp import web
from PIL import Image

from tests.platforms.discord.log import Call
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from tests.platforms.discord.log import Log
    from tests.platforms.discord.state import State

_AVATAR_PX = 128


class Cdn:
    """Serves them; each request is in the log under `Route.CDN`."""

    def __init__(self, state: State, log: Log) -> None:
        self._state = state
        self._log = log

    def routes(self) -> list[web.RouteDef]:
        """Return the routes under cdn_url."""
        return [
            web.get("/cdn/{folder:attachments|ephemeral-attachments}/{channel_id}/{id}/{name}", self._attachment),
            web.get("/cdn/avatars/{user_id}/{name}", self._avatar),
            web.get("/cdn/embed/avatars/{name}", self._avatar),
        ]

    async def _attachment(self, request: web.Request) -> web.Response:
        call = self._called(request)
        found = self._state.attachments.get(request.match_info["id"])
        if found is None or found.channel_id != request.match_info["channel_id"] or found.gone:
            call.status = 404
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=found.content, content_type=found.content_type)

    async def _avatar(self, request: web.Request) -> web.Response:
        self._called(request)
        hue = (int.from_bytes(request.match_info.get("user_id", "0").encode()) % 360) / 360
        red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, 0.6, 0.8))
        written = io.BytesIO()
        Image.new("RGB", (_AVATAR_PX, _AVATAR_PX), (red, green, blue)).save(written, "PNG")
        return web.Response(body=written.getvalue(), content_type="image/png")

    def _called(self, request: web.Request) -> Call:
        call = Call(self._state.clock.now_s(), "GET", Route.CDN, dict(request.match_info), status=200)
        self._log.append(call)
        self._state.touch()
        return call
