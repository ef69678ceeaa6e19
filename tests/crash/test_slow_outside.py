"""A slow world outside slows nobody's submit, and a crash in the middle of its answer costs nothing but time."""

from __future__ import annotations

import asyncio
import signal
import statistics
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from pinxit.data.sqlite import SqliteTx, connect
from tests.crash.priced import PRICE_MICRO
from tests.crash.world import SETTINGS, Ordeal, World
from tests.generators_for_tests import png
from tests.providers.slow_server import REWRITE, SlowServer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.crash.world import Report

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="the processes under test are tied to their parent by prctl"),
]

SLOW_S = 10.0
_REST_S = 25.0
_QUIET = Ordeal(points=(), worker_points=(), mood={})
_PEOPLE = (("guild-1", "ann"), ("guild-1", "ben"), ("guild-2", "cem"), ("guild-2", "dot"), ("guild-3", "eve"))


async def test_servers_that_answer_after_ten_seconds_delay_no_submit_and_lose_no_job(tmp_path: Path) -> None:
    cases: Sequence[tuple[str, str, dict[str, Any]]] = (
        ("source", "/image.png", {}),
        ("enhancement", "/v1/chat/completions", {"enhance": "llm"}),
        ("moderation", "/v1/moderations", {}),
    )

    found = await asyncio.gather(*(_killed_in_prepare(tmp_path, *case) for case in cases))

    for (name, _, _), (report, took_s, prompts) in zip(cases, found, strict=True):
        assert not report.crimes, name
        assert report.jobs == report.verdict.finals == len(_PEOPLE)
        assert all(prompt.endswith(REWRITE) == (name == "enhancement") for prompt in prompts), prompts
        median_s = statistics.median(took_s)
        sys.stdout.write(f"{name}: submit p50 {median_s * 1000:.0f} ms, slowest {max(took_s) * 1000:.0f} ms\n")
        assert median_s < 0.1 * SLOW_S, name


async def _killed_in_prepare(
    tmp_path: Path, name: str, path: str, said: Mapping[str, object]
) -> tuple[Report, list[float], list[str]]:
    """Send commands, kill the program while the outside is asked, and return the report, times and painted prompts."""
    async with SlowServer(delay_s=SLOW_S) as outside:
        settings = {
            **SETTINGS,
            "generators": {"quick": {"kind": "sketch", "workers": 2}},
            "sources": {"allow_hosts": [outside.host]},
        }
        if name in ("enhancement", "moderation"):
            settings[name] = {"base_url": f"{outside.url}/v1", "model": "m"}
        image_url = f"{outside.url}/image.png" if name == "source" else None
        async with World(tmp_path / name, _QUIET, settings) as world, aiohttp.ClientSession() as session:
            host = await world.start_host()
            await world.people.command(session, "guild-3", "fay", image_url=image_url, count=1, **said)
            took_s = []
            for guild, person in _PEOPLE[1:]:
                began_s = time.monotonic()
                await world.people.command(session, guild, person, image_url=image_url, count=1, **said)
                took_s.append(time.monotonic() - began_s)
            async with asyncio.timeout(SLOW_S):
                await outside.asked_for(path)
            await world.kill(host, "host")
            await world.start_host()
            await world.rest(_REST_S)
            report = await world.report()
            prompts = [row["prompt"] for row in _rows(world, "SELECT prompt FROM image WHERE state = 'ready'")]
    return report, took_s, prompts


async def test_a_crash_around_a_billed_call_repeats_it_at_most_once_and_books_every_call(tmp_path: Path) -> None:
    cases = {"while it is out": ("", 2), "put.after_file": ("put.after_file:1", 2), "stored": ("finish.before:1", 1)}

    found = await asyncio.gather(*(_killed_around_call(tmp_path / name, point) for name, (point, _) in cases.items()))

    for (name, (_, calls)), (report, called, booked, uncertain) in zip(cases.items(), found, strict=True):
        assert not report.crimes, name
        assert called == calls <= 2, name
        assert booked >= called * PRICE_MICRO, name
        assert uncertain == PRICE_MICRO, name


async def _killed_around_call(folder: Path, point: str) -> tuple[Report, int, int, int]:
    """Kill the program at `point`, or while the provider paints; return calls and dollars, those in doubt apart."""

    async def buy(request: web.Request) -> web.Response:
        return web.Response(body=png((await request.json())["seed"]), content_type="image/png")

    async with SlowServer({"/buy": buy}) as provider:
        settings = {
            **SETTINGS,
            "generators": {"bought": {"kind": "tests.crash.priced:build", "url": f"{provider.url}/buy"}},
        }
        async with World(folder, _QUIET, settings) as world, aiohttp.ClientSession() as session:
            if not point:
                provider.hold()
            host = await world.start_host(point)
            await world.people.command(session, "guild-1", "ann", image_url=None, count=1)
            if point:
                assert await host.end(10.0) == -signal.SIGKILL
                world.kills["host point"] += 1
            else:
                async with asyncio.timeout(10.0):
                    await provider.asked_for("/buy")
                await world.kill(host, "host")
            provider.release()
            await world.start_host()
            await world.rest(_REST_S)
            report = await world.report()
            rows = _rows(world, "SELECT amount, uncertain FROM ledger WHERE unit = 'dollar' AND provider = 'bought'")
        called = sum(one.path == "/buy" for one in provider.asked)
    return report, called, sum(row["amount"] for row in rows), sum(row["amount"] for row in rows if row["uncertain"])


def _rows(world: World, sql: str) -> Sequence[Mapping[str, Any]]:
    with closing(connect(world.database, read_only=True)) as connection:
        return SqliteTx(connection).all(sql)
