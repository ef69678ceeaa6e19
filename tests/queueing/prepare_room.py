"""A `Prepare` over a real store, real files and a server on loopback."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from pinxit.data.blobs import LocalBlobs
from pinxit.data.store import Numbers, Store, open_store
from pinxit.data.submitting import NewJob, NewSource
from pinxit.domain.generator import Failed, Prepared, Task
from pinxit.domain.ids import JobId, SourceId, new_id
from pinxit.domain.ports import no_steps
from pinxit.domain.request import Enhance, Request, Role, Source, request_to_json
from pinxit.prompt.enhancing import Enhancer
from pinxit.prompt.moderation import Moderator
from pinxit.queue.downloads import Downloads
from pinxit.queue.prepare import Prepare
from tests.builders import NOW_AT, a_request
from tests.fakes import FakeClock
from tests.providers.slow_server import SlowServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path

    from pinxit.domain.errors import PinxitError

LLM = a_request(enhance=Enhance.LLM)
KEY = "sk-a-key-that-nobody-may-see"
MAX_PIXELS = 1_000_000


@dataclass
class Watching:
    """A Watch that can say that nobody wants the job any more."""

    cancelled: bool = False

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:
        pass

    def is_cancelled(self, job: JobId) -> bool:  # noqa: ARG002 - there is one job
        return self.cancelled

    async def sent(self, job: JobId, upstream_id: str | None) -> None:
        pass

    def charged(self, job: JobId, dollars_micro: int) -> None:
        pass

    async def rest(self) -> None:
        pass


@dataclass
class Room:
    """A Prepare over a real store, and the server that it asks."""

    server: SlowServer
    store: Store
    blobs: LocalBlobs
    prepare: Prepare
    folder: Path
    watch: Watching = field(default_factory=Watching)
    steps: list[str] = field(default_factory=list)

    async def submit(self, request: Request, *urls: str, role: Role = Role.IMAGE) -> Task:
        """Store a job whose sources are to be fetched from paths of the server, or from whole URLs."""
        rows = [NewSource(new_id(NOW_AT), role, url=url if "://" in url else f"{self.server.url}{url}") for url in urls]
        request = replace(request, sources=tuple(Source(SourceId(row.id), role) for row in rows))
        job = JobId(new_id(NOW_AT))
        first = {"pool": "prepare", "cost_s": 1.0, "batch_key": "", "model": ""}
        new = NewJob(
            id=job,
            group=job,
            guild="guild-1",
            person="person-1",
            platform="chat",
            route=json.dumps([first]),
            first=first,
            request=request_to_json(request),
            count=1,
            priority=1,
            credits_milli=0,
            dollars_micro=0,
            deadline_s=300.0,
            private=False,
            now_ms=0,
            sources=tuple(rows),
        )
        await self.store.jobs.submit([new])
        return Task(job, request, (0,))

    async def run(self, task: Task) -> list[Prepared | Failed]:
        return [made async for made in self.prepare.generate([task], self.watch)]

    async def prepared(self, task: Task) -> Request:
        (made,) = await self.run(task)
        assert isinstance(made, Prepared), made
        assert made.job == task.job
        return made.request

    async def failed(self, task: Task) -> PinxitError:
        (made,) = await self.run(task)
        assert isinstance(made, Failed), made
        assert made.job == task.job
        return made.error

    def files(self) -> list[str]:
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())


@asynccontextmanager
async def a_room(
    tmp_path: Path,
    answers: Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] | None = None,
    *,
    enhances: bool = False,
    moderates: bool = False,
    key: str | None = KEY,
    timeout_s: float = 5.0,
    **options: Any,  # noqa: ANN401 - Prepare's own
) -> AsyncIterator[Room]:
    steps: list[str] = []
    blobs = LocalBlobs(tmp_path / "files", steps=no_steps)
    async with (
        SlowServer(answers) as server,
        open_store(tmp_path / "pinxit.db", Numbers()) as store,
        Downloads([server.host], timeout_s, 1_000_000) as downloads,
        Enhancer(f"{server.url}/v1", key, "m", timeout_s) as enhancer,
        Moderator(f"{server.url}/v1", key, "m", timeout_s) as moderator,
    ):
        await store.open_pools(["prepare"])
        prepare = Prepare(
            store,
            blobs,
            downloads,
            FakeClock(NOW_AT),
            **{
                "max_pixels": MAX_PIXELS,
                "enhancer": enhancer if enhances else None,
                "moderator": moderator if moderates else None,
                "steps": steps.append,
                **options,
            },
        )
        yield Room(server, store, blobs, prepare, tmp_path / "files", steps=steps)


def respond(**given: Any) -> Callable[[web.Request], Awaitable[web.Response]]:  # noqa: ANN401 - web.Response's own
    async def answer(_: web.Request) -> web.Response:
        return web.Response(**given)

    return answer


def say(told: object) -> Callable[[web.Request], Awaitable[web.Response]]:
    return respond(text=json.dumps(told), content_type="application/json")
