"""The whole program as a process of its own: how soon it is ready, what it needs idle, what its API takes in."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from benchmarks.disk import watched
from benchmarks.sample import Sample
from benchmarks.table import Line, on_disk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from benchmarks.scale import Scale

ROOT = Path(__file__).parents[1]
GOAL_READY_S = 2.0
GOAL_MEMORY_MB = 130
PATIENCE_S = 30.0
LOOK_EVERY_S = 0.005
MB = 1_000_000
BODY = {"prompt": "a lighthouse at dusk, stormy sea", "width": 64, "height": 64}
UNLIMITED = {f"PINXIT_QUEUE__{name}": "1000000000" for name in ("PER_PERSON", "PER_GUILD", "TOTAL")}


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Start the server with nothing but a folder, leave it alone, then ask it as fast as it answers."""
    with watched(folder, scale) as disk:
        async with served(folder / "var") as server:
            ready = Line(
                "run: ready", f"{server.ready_s:.2f} s", f"≤ {GOAL_READY_S:g} s", server.ready_s <= GOAL_READY_S
            )
            await asyncio.sleep(scale.idle_s)
            memory = _memory(server.pid, scale)
            per_s, sample = await submits(server.url, scale)
    yield ready
    yield memory
    yield on_disk(Line(f"API submits, {scale.connections} connections", f"{per_s:,.0f}/s, {sample}"), disk)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has said it is ready, so many seconds after it was started."""

    url: str
    pid: int
    ready_s: float


@asynccontextmanager
async def served(var: Path, more: Mapping[str, str] | None = None) -> AsyncIterator[Server]:
    """Run `python -m pinxit run` over an empty folder, on a free port of loopback. `more`: variables for it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PINXIT_")}
    environment = {**clean, **UNLIMITED, "PINXIT_VAR": str(var), "PINXIT_WEB__PORT": "0", **(more or {})}
    with var.with_suffix(".log").open("wb") as log:
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pinxit", "run", cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            url = await _ready(var, process)
            yield Server(url, process.pid, time.perf_counter() - began)
        finally:
            await _stop(process)


async def _ready(var: Path, process: asyncio.subprocess.Process) -> str:
    try:
        async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as session:
            while process.returncode is None:
                if (url := await _answers(var / "server.json", session)) is not None:
                    return url
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        pass
    said = var.with_suffix(".log").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"`python -m pinxit run` was not ready within {PATIENCE_S:g} s; it said: {said}")


async def _answers(said: Path, session: aiohttp.ClientSession) -> str | None:
    if (url := _told(said)) is None:
        return None
    try:
        async with session.get(f"{url}/health/ready") as answer:
            return url if answer.ok else None
    except aiohttp.ClientConnectionError:
        return None


def _told(said: Path) -> str | None:
    try:
        return str(json.loads(said.read_text())["url"])
    except (FileNotFoundError, json.JSONDecodeError):  # Not there, or not whole yet.
        return None


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(PATIENCE_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _memory(pid: int, scale: Scale) -> Line:
    what = f"run: memory after {scale.idle_s:g} s idle"
    if not Path("/proc/self/statm").exists():
        return Line(what, "not measured: needs Linux's /proc", f"≤ {GOAL_MEMORY_MB} MB")
    processes = list(family(pid))
    used_mb = sum(resident_bytes(each) for each in processes) / MB
    measured = f"{used_mb:.0f} MB resident in {len(processes)} process{'es' if len(processes) > 1 else ''}"
    return Line(what, measured, f"≤ {GOAL_MEMORY_MB} MB", used_mb <= GOAL_MEMORY_MB)


def family(pid: int) -> Iterator[int]:
    """Return a process and all that descend from it."""
    yield pid
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            yield from family(int(child))


def resident_bytes(pid: int) -> int:
    """Return what a process has in memory; pages that several share count for each of them."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def processor_s(pid: int) -> float:
    """Return the seconds of processor that a process has used, in steps of a hundredth or so."""
    # Behind the name, which may hold anything: user and system time are fields 14 and 15; proc(5), read 2026-11.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def submits(url: str, scale: Scale) -> tuple[float, Sample]:
    """Submit over so many connections, each one job after the other; return jobs per second and what each waited."""
    sample, numbers = Sample(), itertools.count()
    began = time.perf_counter()
    connector = aiohttp.TCPConnector(limit=scale.connections)
    async with aiohttp.ClientSession(url, connector=connector) as session, asyncio.TaskGroup() as group:
        for _ in range(scale.connections):
            group.create_task(_caller(session, numbers, began + scale.api_s, sample))
    return len(sample.seconds) / (time.perf_counter() - began), sample


async def _caller(session: aiohttp.ClientSession, numbers: Iterator[int], until: float, sample: Sample) -> None:
    for number in numbers:
        began = time.perf_counter()
        async with session.post("/api/v1/jobs", json=BODY, headers={"Idempotency-Key": f"bench-{number}"}) as answer:
            text = await answer.text()
        if not answer.ok:
            raise RuntimeError(f"the API answered {answer.status} to a submit: {text[:500]}")
        ended = time.perf_counter()
        sample.add(ended - began)
        if ended > until:
            break
