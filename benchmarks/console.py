"""The console: a channel with a long past, a wish until its picture is there, a thousand open streams."""

from __future__ import annotations

import asyncio
import json
import re
import time
from contextlib import AsyncExitStack, closing
from typing import TYPE_CHECKING, Any

import aiohttp

from benchmarks.crowd import PERSONS
from benchmarks.sample import Sample
from benchmarks.server import family, resident_bytes, served
from benchmarks.table import Line
from pinxit.data.migrate import migrate
from pinxit.data.sqlite import connect
from pinxit.data.times import to_ms
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import new_id
from pinxit.domain.request import Request, request_to_json
from pinxit.queue.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from benchmarks.scale import Scale

GOAL_PAGE_MS = 100
GOAL_BYTES = 150_000
GOAL_SHOWN_S = 1.0
LOADS, WISHES = 30, 10
PATIENCE_S = 60.0
MB = 1_000_000
CHANNEL = f"/c/{OPERATOR.guild}"
_LINKED = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js|svg|webmanifest))"')


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Fill a channel, then load its page, wish for pictures, and open streams, against the program in a process."""
    var = folder / "var"
    fill(var / "pinxit.db", scale.messages)
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with served(var) as server, aiohttp.ClientSession(server.url, connector=connector, timeout=timeout) as web:
        pages, size_bytes = await loads(web)
        what = f"console: page of {scale.messages:,} messages"
        yield Line(what, str(pages), f"p50 ≤ {GOAL_PAGE_MS} ms", pages.p50_ms <= GOAL_PAGE_MS)
        yield Line(
            "console: first load, without pictures",
            f"{size_bytes / 1000:.0f} kB",
            f"≤ {GOAL_BYTES // 1000} kB",
            size_bytes <= GOAL_BYTES,
        )
        shown = await wishes(web)
        yield Line(
            "console: command → picture loaded, 512²",
            str(shown),
            f"p50 ≤ {GOAL_SHOWN_S:g} s",
            shown.p50_ms <= GOAL_SHOWN_S * 1000,
        )
        before_mb = sum(map(resident_bytes, family(server.pid))) / MB
        all_s, after_mb = await crowd(web, server.pid, scale.streams)
        heard = f"all heard the end after {all_s:.2f} s; {after_mb - before_mb:.0f} MB more"
        yield Line(f"console: {scale.streams:,} open streams", heard)


def fill(path: Path, count: int) -> None:
    """Make a database in which `count` jobs of the operator's guild have ended with a picture each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    migrate(path)
    with closing(connect(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for number in range(count):
            _add(connection, number)
        connection.execute("COMMIT")


def _add(connection: Any, number: int) -> None:  # noqa: ANN401 - sqlite3 is for pinxit.data to import
    now = SystemClock().now()
    request = Request(prompt=f"a lighthouse at dusk, number {number}", width_px=768, height_px=768, seed=number)
    job, image = new_id(now), new_id(now)
    route = json.dumps([{"pool": "sketch", "cost_s": 1.0}])
    person = OPERATOR.person if number % PERSONS == 0 else f"person-{number % PERSONS}"
    connection.execute(
        "INSERT INTO job (id, group_id, guild_id, person_id, platform, state, pool, route, priority, tag, cost_s,"
        " batch_key, request, credits_milli, dollars_micro, day, deadline_s, count, made, created_ms, started_ms,"
        " ended_ms) VALUES (?, ?, ?, ?, 'web', 'succeeded', 'sketch', ?, 1, 0, 1, 'sketch', ?, 100, 0, '2026-11-21',"
        " 300, 1, 1, ?, ?, ?)",
        (job, job, OPERATOR.guild, person, route, request_to_json(request), *([to_ms(now)] * 3)),
    )
    connection.execute(
        "INSERT INTO image (id, job_id, position, attempt, state, guild_id, person_id, private, path, media_type,"
        " width_px, height_px, size_bytes, sha256, pixels_sha256, seed, prompt, recipe, generator, model, model_hash,"
        " created_ms) VALUES (?, ?, 0, 1, 'ready', ?, ?, 0, ?, 'image/png', 768, 768, 1, '', '', ?, ?, '{}', 'sketch',"
        " 'sketch', '', ?)",
        (image, job, OPERATOR.guild, person, f"images/{image}.png", number, request.prompt, to_ms(now)),
    )


async def loads(web: aiohttp.ClientSession) -> tuple[Sample, int]:
    """Load the channel's page again and again; return how long, and the bytes of the page and what it links."""
    sample, page = Sample(), b""
    for _ in range(LOADS):
        began = time.perf_counter()
        async with web.get(CHANNEL) as answer:
            answer.raise_for_status()
            page = await answer.read()
        sample.add(time.perf_counter() - began)
    size_bytes = len(page)
    for link in set(_LINKED.findall(page)):
        async with web.get(link.decode()) as answer:
            answer.raise_for_status()
            size_bytes += len(await answer.read())
    return sample, size_bytes


async def wishes(web: aiohttp.ClientSession) -> Sample:
    """Type a command, follow the stream until the message has its picture, and load that; one wish after the other."""
    sample = Sample()
    async with web.get(f"{CHANNEL}/stream") as stream:
        for number in range(WISHES):
            began = time.perf_counter()
            job = await _wish(web, f"bench-{number}")
            html = await _end(stream, job)
            (thumbnail,) = set(re.findall(r"/api/v1/images/[^/]+/thumbnail", html))
            async with web.get(thumbnail) as answer:
                answer.raise_for_status()
                await answer.read()
            sample.add(time.perf_counter() - began)
    return sample


async def crowd(web: aiohttp.ClientSession, pid: int, count: int) -> tuple[float, float]:
    """Open so many streams, wish once; return the seconds until the last has heard the end, and the server's MB."""
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(web.get(f"{CHANNEL}/stream")) for _ in range(count)]
        for stream in streams:
            stream.raise_for_status()
        began = time.perf_counter()
        job = await _wish(web, "bench-crowd")
        await asyncio.gather(*(_end(stream, job) for stream in streams))
        return time.perf_counter() - began, sum(map(resident_bytes, family(pid))) / MB


async def _wish(web: aiohttp.ClientSession, key: str) -> str:
    wish = {"text": "/imagine a red fox in snow --size 512x512", "key": key}
    async with web.post(f"{CHANNEL}/send", json=wish) as answer:
        answer.raise_for_status()
        (job,) = (await answer.json())["jobs"]
        return str(job)


async def _end(stream: aiohttp.ClientResponse, job: str) -> str:
    """Return the message of a job that has succeeded, as the stream tells it."""
    event = ""
    async for line in stream.content:
        text = line.decode().rstrip("\n")
        if text.startswith("event: "):
            event = text.removeprefix("event: ")
        elif text.startswith("data: ") and event == "message":
            said = json.loads(text.removeprefix("data: "))
            if said["job"] == job and said["state"] == "succeeded":
                return str(said["html"])
    raise RuntimeError("the stream ended before the job did")
