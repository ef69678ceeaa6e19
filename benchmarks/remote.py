"""Image APIs: what a generator's call costs above the bare request, and what many jobs at once need while they wait."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING

import aiohttp

from benchmarks.remote_provider import SIDE_PX
from benchmarks.sample import Sample
from benchmarks.server import MB, ROOT, family, resident_bytes, served
from benchmarks.table import Line
from pinxit.data.sqlite import connect
from pinxit.domain.generator import Task
from pinxit.domain.ids import JobId
from pinxit.domain.request import Request
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from pinxit.queue.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from benchmarks.scale import Scale
    from pinxit.domain.generator import Generator

GOAL_OVERHEAD_MS = 5.0
GOAL_MEMORY_MB = 50
KEY, ACCOUNT = "key-of-the-bench", "0123456789abcdef"
MODEL = "@cf/stabilityai/stable-diffusion-xl-base-1.0"
PATH = f"/client/v4/accounts/{ACCOUNT}/ai/run/{MODEL}"
WARM_UP = 20
EACH = 10  # Calls that one generator makes at once.
PATIENCE_S = 120.0
PATIENCE = aiohttp.ClientTimeout(total=PATIENCE_S)
LOOK_EVERY_S = 0.05


class Nobody:
    """A Watch that keeps nothing."""

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:
        """Pass it over."""

    def is_cancelled(self, job: JobId) -> bool:  # noqa: ARG002 - a Watch's
        """Return False."""
        return False

    def charged(self, job: JobId, dollars_micro: int) -> None:
        """Pass it over."""

    async def rest(self) -> None:
        """Return at once."""

    async def sent(self, job: JobId, upstream_id: str | None) -> None:
        """Pass it over: what the queue's own commit takes is measured elsewhere."""


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Ask a provider in its own process, by a generator and by hand in turns; then have it hold a program's jobs."""
    async with _provider() as url:
        yield await _overhead(url, scale.calls)
    async with _provider() as url:
        yield await _memory(url, folder, scale)


@asynccontextmanager
async def _provider() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.remote_provider", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None  # noqa: S101 - it is piped
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def _overhead(url: str, count: int) -> Line:
    """Compare the whole of a generator's call, the picture checked, with the same request by aiohttp alone."""
    options = {"base_url": url, "api_key": KEY, "account_id": ACCOUNT, "model": MODEL}
    generator = build("bench", "cloudflare_ai", options, SystemClock(), Catalogue.load())
    ours, bare = Sample(), Sample()
    async with aiohttp.ClientSession(url, headers={"Authorization": f"Bearer {KEY}"}) as session:
        try:
            for number in range(WARM_UP + count):
                taken = (await _by_hand(session, number), await _by_generator(generator, number))
                if number >= WARM_UP:
                    bare.add(taken[0])
                    ours.add(taken[1])
        finally:
            await generator.aclose()
    p50_ms, p99_ms = ours.p50_ms - bare.p50_ms, ours.p99_ms - bare.p99_ms
    return Line(
        f"remote: a generator's call above bare aiohttp, {count}",
        f"p50 {p50_ms:.2f} ms, p99 {p99_ms:.2f} ms; {ours}; bare {bare}",
        f"p99 ≤ {GOAL_OVERHEAD_MS:g} ms",
        p99_ms <= GOAL_OVERHEAD_MS,
    )


async def _by_hand(session: aiohttp.ClientSession, number: int) -> float:
    began = time.perf_counter()
    body = {"prompt": _prompt(number), "width": SIDE_PX, "height": SIDE_PX, "num_steps": 20, "seed": number}
    async with session.post(PATH, json=body) as answer:
        answer.raise_for_status()
        await answer.read()
    return time.perf_counter() - began


async def _by_generator(generator: Generator, number: int) -> float:
    request = Request(_prompt(number), SIDE_PX, SIDE_PX, number, steps=20, guidance_scale=7.5)
    began = time.perf_counter()
    made = [item async for item in generator.generate([Task(JobId(f"job-{number}"), request, (0,))], Nobody())]
    ended = time.perf_counter()
    if len(made) != 1:
        raise RuntimeError(f"a generator made {len(made)} pictures instead of 1")
    return ended - began


def _prompt(number: int) -> str:
    return f"a lighthouse at dusk, number {number}"


async def _memory(url: str, folder: Path, scale: Scale) -> Line:
    """Have the provider hold so many jobs of the real program at once, then let them end."""
    generators = -(-scale.remote_jobs // EACH)
    config, var = folder / "config.toml", folder / "var"
    await asyncio.to_thread(config.write_text, _config(url, folder, generators))
    async with served(var, {"PINXIT_CONFIG": str(config)}) as server, aiohttp.ClientSession(url) as provider:
        await asyncio.sleep(scale.idle_s)
        idle_mb = _used_mb(server.pid)
        (await provider.post("/hold")).raise_for_status()
        async with aiohttp.ClientSession(server.url) as web:
            for number in range(scale.remote_jobs):
                body = {
                    "prompt": _prompt(number),
                    "width": SIDE_PX,
                    "height": SIDE_PX,
                    "generator": f"far_{number % generators}",
                }
                (await web.post("/api/v1/jobs", json=body)).raise_for_status()
        (await provider.get(f"/held?least={scale.remote_jobs}", timeout=PATIENCE)).raise_for_status()
        await asyncio.sleep(scale.idle_s)
        held_mb = _used_mb(server.pid) - idle_mb
        (await provider.post("/go")).raise_for_status()
        most_mb = held_mb
        async with asyncio.timeout(PATIENCE_S):
            while _succeeded(var) < scale.remote_jobs:
                most_mb = max(most_mb, _used_mb(server.pid) - idle_mb)
                await asyncio.sleep(LOOK_EVERY_S)
    return Line(
        f"remote: memory of {scale.remote_jobs} jobs at once, above idle",
        f"{held_mb:.0f} MB while the provider holds them, {most_mb:.0f} MB when they end, on {idle_mb:.0f} MB",
        f"≤ {GOAL_MEMORY_MB} MB",
        max(held_mb, most_mb) <= GOAL_MEMORY_MB,
    )


def _config(url: str, folder: Path, generators: int) -> str:
    """Return settings for generators with as many workers as each makes calls at once; the pictures are tiny."""
    own = folder / "models.toml"
    own.write_text(f'[cloudflare_ai."{MODEL}"]\nmin_side_px = {SIDE_PX}\n')
    table = f"""kind = "cloudflare_ai"
base_url = "{url}"
api_key = "{KEY}"
account_id = "{ACCOUNT}"
model = "{MODEL}"
workers = {EACH}
"""
    head = f'catalogue = "{own}"\n[queue]\nguild_running = {EACH}\n'
    return head + "".join(f"[generators.far_{number}]\n{table}" for number in range(generators))


def _used_mb(pid: int) -> float:
    return sum(map(resident_bytes, family(pid))) / MB


def _succeeded(var: Path) -> int:
    with closing(connect(var / "pinxit.db", read_only=True)) as connection:
        found: int = connection.execute("SELECT COUNT(*) FROM job WHERE state = 'succeeded'").fetchone()[0]
    return found
