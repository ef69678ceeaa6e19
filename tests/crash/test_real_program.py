"""`pinxit run` as people start it, its generator in a child process, and `kill -9` for both."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from pinxit.domain.seeds import image_seed
from tests.crash import judge
from tests.crash.processes import ROOT

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="the child processes are looked up in /proc"),
]

JOBS = 3
CONFIG = """
[queue]
lease_s = 3.0
beat_s = 0.5
[generators.sketch]
process = true
pace_s = 0.6
"""


async def test_jobs_survive_the_death_of_the_server_and_of_its_child_process(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "config.toml").write_text(f"{CONFIG}[web]\nport = {port}\n", encoding="utf-8")
    url = f"http://127.0.0.1:{port}"

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2.0)) as session:
        async with _running(tmp_path) as server:
            jobs = [await _post(session, url, number) for number in range(JOBS)]
            await _until_state(session, url, jobs, "running")
            (child,) = _children(server.pid)
            server.kill()
            await _gone(child)
        async with _running(tmp_path) as server:
            assert [await _post(session, url, number) for number in range(JOBS)] == jobs
            await _until_state(session, url, jobs, "running")
            (child,) = _children(server.pid)
            os.kill(child, signal.SIGKILL)
            ended = [await _ended(session, url, job) for job in jobs]
            server.terminate()
            assert await server.wait() == 0

    for job in ended:
        assert job["status"] == "succeeded", job
        assert [image["seed"] for image in job["images"]] == [image_seed(job["images"][0]["seed"], 0)]
    database = tmp_path / "var" / "pinxit.db"
    assert judge.wrongs(database, tmp_path / "var", jobs) == []
    assert await judge.repainted(database, tmp_path / "var") == []


@contextlib.asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[Process]:
    argv = (sys.executable, "-m", "pinxit", "run")
    options = ("--config", str(folder / "config.toml"), "--var", str(folder / "var"))
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(*argv, *options, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _post(session: aiohttp.ClientSession, url: str, number: int) -> str:
    """Ask for a job until it is accepted, and return its id."""
    body = {"prompt": f"a red fox in snow {number}", "width": 64, "height": 64, "seed": 7 + number}
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                headers = {"Idempotency-Key": f"key-{number}"}
                async with session.post(f"{url}/api/v1/jobs", json=body, headers=headers) as answer:
                    assert answer.status == 202, await answer.text()
                    return str((await answer.json())["id"])
            await asyncio.sleep(0.05)


async def _until_state(session: aiohttp.ClientSession, url: str, jobs: list[str], state: str) -> None:
    async with asyncio.timeout(20):
        while state not in [(await _get(session, url, job))["status"] for job in jobs]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


async def _ended(session: aiohttp.ClientSession, url: str, job: str) -> dict[str, Any]:
    async with asyncio.timeout(40):
        while True:
            found = await _get(session, url, job)
            if found["status"] in ("succeeded", "failed", "cancelled"):
                return found
            await asyncio.sleep(0.1)


async def _get(session: aiohttp.ClientSession, url: str, job: str) -> dict[str, Any]:
    async with session.get(f"{url}/api/v1/jobs/{job}") as answer:
        found: dict[str, Any] = await answer.json()
        return found


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in found for child in file.read_text(encoding="ascii").split()]


async def _gone(pid: int) -> None:
    async with asyncio.timeout(10):
        while Path(f"/proc/{pid}").exists() and "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text("ascii"):  # noqa: ASYNC110, ASYNC240
            await asyncio.sleep(0.02)
