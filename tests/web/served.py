"""The real API on loopback, over a real store and files, with the sketch painting when a test asks for it."""

from __future__ import annotations

import asyncio
import base64
import io
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
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
from pinxit.queue.crew import Crew
from pinxit.queue.events import Events
from pinxit.queue.holding import Pace as Beats
from pinxit.queue.queue import Queue
from pinxit.web.server import ApiParts, ApiServer, build_api, listen
from pinxit.web.stream import Pace
from tests.builders import a_png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from pinxit.domain.generator import Generator
    from pinxit.web.edge import Patience

JOBS = "/api/v1/jobs"
QUICK = Pace(heartbeat_s=0.2, place_s=0.05, least_s=0.0)


def house(**changes: Any) -> House:  # noqa: ANN401 - fields of House
    """Return the operator's decisions that tests start from."""
    return House(**{"route": ("sketch",), "chains": {"paint": ("sketch",)}, **changes})


def as_base64(seed: int = 7) -> str:
    """Return a small picture as base64."""
    return base64.b64encode(a_png(seed)).decode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    json: Any = None


def complaint(answer: Answer, code: str, status: int) -> str:
    """Return what is wrong with a refusal, or nothing if it is as it should be."""
    body = answer.json
    if answer.status != status or not isinstance(body, dict):
        return f"status {answer.status}, not {status}: {answer.body[:200]!r}"
    if body["success"] is not False or body["error"] != code:
        return f"error {body['error']}, not {code}"
    if not body["message"].endswith((".", "…")) or "Traceback" in body["message"]:
        return f"message {body['message']}"
    if not body["correlation_id"] or answer.headers["X-Correlation-ID"] != body["correlation_id"]:
        return "no correlation id"
    return ""


@dataclass(slots=True)
class Served:
    """A running server and everything behind it."""

    studio: Studio
    broker: LocalBroker
    server: ApiServer
    session: aiohttp.ClientSession
    var: Path
    crews: list[Crew] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return where it listens."""
        return self.server.url

    async def call(self, method: str, path: str, **how: Any) -> Answer:  # noqa: ANN401 - what aiohttp takes
        """Ask, and return the whole answer."""
        async with self.session.request(method, self.url + path, **how) as response:
            body = await response.read()
            is_json = response.content_type == "application/json"
            return Answer(response.status, response.headers, body, await response.json() if is_json and body else None)

    async def ask(self, headers: Mapping[str, str] | None = None, **body: Any) -> Answer:  # noqa: ANN401 - JSON
        """Ask for images."""
        return await self.call("POST", JOBS, json={"prompt": "a red fox", **body}, headers=headers)

    async def send(self, raw: Any, headers: Mapping[str, str] | None = None) -> Answer:  # noqa: ANN401 - what aiohttp takes
        """Send a body as it is."""
        # aiohttp warns of large bodies that are no files.
        data = io.BytesIO(raw) if isinstance(raw, bytes) else raw
        return await self.call("POST", JOBS, data=data, headers={"Content-Type": "application/json", **(headers or {})})

    async def look(self, job: str) -> Any:  # noqa: ANN401 - JSON
        """Return a job as the API shows it."""
        return (await self.call("GET", f"{JOBS}/{job}")).json

    async def painted(self, job: str) -> Any:  # noqa: ANN401 - JSON
        """Let the sketch paint until the job has ended, and return it then."""
        async with self.painting():
            await self.ended(job)
        return await self.look(job)

    async def ended(self, job: str) -> None:
        """Return once the job has ended."""
        with self.studio.events.listen(job) as heard:
            while (await self.look(job))["status"] not in ("succeeded", "failed", "cancelled"):
                await heard.wait()
                heard.clear()

    @asynccontextmanager
    async def painting(self, generator: Generator | None = None) -> AsyncIterator[None]:
        """Have a worker for the time of the block."""
        clock = self.studio.clock
        painter = generator or self.studio.generators["sketch"]
        crew = Crew(
            "sketch", lambda: painter, 1, broker=self.broker, clock=clock, boot=BootId("boot"), pace=Beats(beat_s=0.05)
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(crew.run())
            try:
                yield
            finally:
                crew.stop(5.0)

    async def stored(self) -> dict[str, int]:
        """Count everything that a request could leave behind."""
        tables = ("job", "source", "image", "delivery", "ledger", "usage", "person", "guild", "lane", "flow")
        counts = {
            table: await self.studio.store.database.read(
                lambda tx, table=table: tx.all(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"]  # type: ignore[misc] # noqa: S608 - names above
            )
            for table in tables
        }
        counts["files"] = sum(
            path.is_file() for folder in ("images", "sources") for path in (self.var / folder).rglob("*")
        )
        return counts


@asynccontextmanager
async def serving(
    var: Path,
    *,
    web: WebSettings | None = None,
    numbers: Numbers | None = None,
    decisions: House | None = None,
    patience: Patience | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    options: Mapping[str, Any] | None = None,
    **others: Any,  # noqa: ANN401 - fields of Studio
) -> AsyncIterator[Served]:
    """Serve the API from `var` for the time of the block. `others`: parts of the studio in place of the usual ones."""
    clock, events = SystemClock(), Events()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(var / "pinxit.db", numbers or Numbers()))
        await store.open_pools([PREPARE, *others.get("generators", ("sketch",))])
        blobs = LocalBlobs(var, steps=no_steps)
        queue = Queue(store, blobs, events, clock, steps=no_steps)
        broker = LocalBroker(store, blobs, events, clock, steps=no_steps)
        generators = {"sketch": registry.build("sketch", "sketch", dict(options or {}), clock)}
        studio = Studio(store, queue, events, blobs, clock, generators, decisions or house())
        studio = replace(studio, **others)
        parts = ApiParts(studio, web or WebSettings(), broker=broker, worker_token="own", patience=patience, pace=QUICK)
        server = ApiServer(build_api(parts), listen(host, port), stop_s=3)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run())
            await server.started()
            try:
                yield Served(studio, broker, server, session, var)
            finally:
                server.stop()
