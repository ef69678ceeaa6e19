"""A provider in a process of its own: Workers AI's one call, answered with a small picture, or held until it may go on.

`python -m benchmarks.remote_provider` prints its address. GET /held?least=200 answers as soon as so many calls wait;
POST /hold and POST /go let them wait or go on.
"""

from __future__ import annotations

import asyncio
import io
import sys

from aiohttp import web
from PIL import Image

SIDE_PX = 64


class Provider:
    """The server."""

    def __init__(self, picture: bytes) -> None:
        self._held = 0
        self._changed = asyncio.Condition()
        self._picture = picture
        self._goes = asyncio.Event()
        self._goes.set()
        self.app = web.Application()
        self.app.router.add_post("/client/v4/accounts/{account}/ai/run/{model:.+}", self._run)
        self.app.router.add_get("/held", self._tell)
        self.app.router.add_post("/{word:hold|go}", self._obey)

    async def _run(self, request: web.Request) -> web.Response:
        await request.read()
        async with self._changed:
            self._held += 1
            self._changed.notify_all()
        await self._goes.wait()
        self._held -= 1
        return web.Response(body=self._picture, content_type="image/png")

    async def _tell(self, request: web.Request) -> web.Response:
        least = int(request.query["least"])
        async with self._changed:
            await self._changed.wait_for(lambda: self._held >= least)
        return web.Response()

    async def _obey(self, request: web.Request) -> web.Response:
        if request.match_info["word"] == "go":
            self._goes.set()
        else:
            self._goes.clear()
        return web.Response()


async def serve() -> None:
    """Serve on a free port of loopback until the process is ended."""
    file = io.BytesIO()
    Image.new("RGB", (SIDE_PX, SIDE_PX), "olive").save(file, "PNG")
    runner = web.AppRunner(Provider(file.getvalue()).app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(serve()))
