"""The real console on loopback, over a real store, with deliveries running as in the program."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp

from pinxit.actions.studio import House, Studio
from pinxit.config.tree import WebSettings
from pinxit.data.blobs import LocalBlobs
from pinxit.data.store import Numbers, open_store
from pinxit.domain.ids import BootId
from pinxit.domain.job import PREPARE
from pinxit.domain.ports import no_steps
from pinxit.generators import registry
from pinxit.queue.broker import LocalBroker
from pinxit.queue.clock import SystemClock
from pinxit.queue.delivery import DeliveryLoop
from pinxit.queue.events import Events
from pinxit.queue.message_writer import Patience
from pinxit.queue.queue import Queue
from pinxit.web.console.console import console
from pinxit.web.console.feed import FeedPace
from pinxit.web.console.platform import WEB, ConsolePlatform
from pinxit.web.keys import keys_router
from pinxit.web.server import ApiParts, ApiServer, build_api, listen
from tests.web.served import QUICK, Answer, Served, house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

LIVELY = FeedPace(least_s=0.0, place_s=0.05, news_s=0.01, check_s=3600.0, heartbeat_s=0.3)
STRANGER = {"Host": "pictures.example.org"}  # No program on this machine names us so.


@dataclass(slots=True)
class Console(Served):
    """A running console and everything behind it."""

    own: str = "local"

    @property
    def here(self) -> str:
        """Return the address of the operator's own channel."""
        return f"/c/{self.own}"

    async def post(self, path: str, headers: Mapping[str, str] | None = None, **body: Any) -> Answer:  # noqa: ANN401 - JSON
        """Send JSON."""
        return await self.call("POST", path, json=body, headers=headers)

    async def page(self, path: str, headers: Mapping[str, str] | None = None) -> str:
        """Return a page that must be there."""
        answer = await self.call("GET", path, headers=headers)
        assert answer.status == 200, answer.body[:300]
        return answer.body.decode()

    async def say(self, text: str, channel: str = "local", **more: Any) -> str:  # noqa: ANN401 - JSON
        """Type something that makes one job, and return its id."""
        answer = await self.post(f"/c/{channel}/send", text=text, **more)
        assert answer.status == 200, answer.body
        (job,) = answer.json["jobs"]
        return str(job)


@dataclass(slots=True)
class Stream:
    """The events of a stream, one after the other."""

    response: aiohttp.ClientResponse
    past: list[tuple[str, Any]] = field(default_factory=list)

    async def event(self, *kinds: str) -> tuple[str, Any]:
        """Return the next event of these kinds, of any kind but beats if none is named; ("end", None) at the end."""
        while True:
            try:
                raw = (await self.response.content.readuntil(b"\n\n")).decode()
            except asyncio.IncompleteReadError:
                raw = ""
            if not raw:
                return "end", None
            fields = dict(line.split(": ", 1) for line in raw.strip().split("\n"))
            kind = fields.get("event", "")
            if kind in kinds or (not kinds and kind not in ("", "beat", "channels")):
                said = kind, json.loads(fields["data"])
                self.past.append(said)
                return said


@asynccontextmanager
async def streaming(
    served: Console, channel: str = "local", seen: str = "", headers: Mapping[str, str] | None = None
) -> AsyncIterator[Stream]:
    """Follow a channel for the time of the block; what comes first is `resync`, for nothing has been seen."""
    address = f"{served.url}/c/{channel}/stream?seen={seen}"
    async with served.session.get(address, headers=headers) as response:
        if response.status == HTTPStatus.OK:
            # What comes first, how long to wait before coming back, says that from now on everything is heard.
            await response.content.readuntil(b"\n\n")
        yield Stream(response)


@asynccontextmanager
async def serving_console(
    var: Path,
    *,
    web: WebSettings | None = None,
    decisions: House | None = None,
    options: Mapping[str, Any] | None = None,
    pace: FeedPace = LIVELY,
    most_streams: int = 100,
    port: int = 0,
) -> AsyncIterator[Console]:
    """Serve API and console from `var` for the time of the block."""
    clock, events, web = SystemClock(), Events(), web or WebSettings()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(var / "pinxit.db", Numbers()))
        await store.open_pools([PREPARE, "sketch"])
        blobs = LocalBlobs(var, steps=no_steps)
        queue = Queue(store, blobs, events, clock, steps=no_steps)
        broker = LocalBroker(store, blobs, events, clock, steps=no_steps)
        generators = {"sketch": registry.build("sketch", "sketch", dict(options or {}), clock)}
        studio = Studio(store, queue, events, blobs, clock, generators, decisions or house())
        delivery = DeliveryLoop(
            store,
            queue,
            events,
            clock,
            {WEB: ConsolePlatform(events)},
            boot=BootId("boot"),
            patience=Patience(),
            steps=no_steps,
        )
        parts = ApiParts(studio, web, broker=broker, worker_token="own", pace=QUICK)
        pages = await stack.enter_async_context(console(studio, parts.trust, web, pace=pace, most_streams=most_streams))
        parts = replace(parts, routers=(keys_router(studio, parts.trust), *pages.routers), error_page=pages.error)
        server = ApiServer(build_api(parts), listen("127.0.0.1", port), stop_s=3)
        jar = aiohttp.CookieJar(unsafe=True)  # Cookies of an address without a name.
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20), cookie_jar=jar)
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run())
            tasks.create_task(delivery.run())
            await server.started()
            try:
                yield Console(studio, broker, server, session, var)
            finally:
                server.stop()
                delivery.stop()
