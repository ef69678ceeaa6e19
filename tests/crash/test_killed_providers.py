"""`pinxit run`, killed while providers paint for it: what was ordered is found again, or bought again and booked so."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from pinxit.data.ledger import differences
from pinxit.data.sqlite import SqliteTx, connect
from tests.contracts.provider_kinds import KINDS, Kind, Row

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

pytestmark = pytest.mark.crash
ROOT = Path(__file__).parents[2]
LONG_S = 40.0
WEB = "[queue]\nlease_s = 3.0\nbeat_s = 0.5\n[web]\nport = {port}\n"


async def test_an_order_survives_the_death_of_the_program_that_gave_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api/v1/jobs"
    database = tmp_path / "var" / "pinxit.db"
    found_again = [str(kind) for kind in KINDS if kind.promises(Row.POLLED)]

    async with AsyncExitStack() as open_servers, aiohttp.ClientSession() as session, asyncio.timeout(LONG_S):
        servers = {str(kind): await open_servers.enter_async_context(kind.server()) for kind in KINDS}
        tables = [kind.settings(servers[str(kind)]) for kind in KINDS]
        (tmp_path / "config.toml").write_text("".join((*tables, WEB.format(port=port))), encoding="utf-8")
        for server in servers.values():
            server.hold()
        async with _running(tmp_path) as first:
            jobs = {name: await _post(session, api, name) for name in servers}
            for server in servers.values():
                await server.holding.wait()
            while _ids_of_orders(database) < len(found_again):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
            os.kill(first.pid, signal.SIGKILL)
        for server in servers.values():
            server.go()
        async with _running(tmp_path) as second:
            ended = {name: await _ended(session, f"{api}/{job}") for name, job in jobs.items()}
            second.terminate()
            assert await second.wait() == 0

    assert {name: job["status"] for name, job in ended.items()} == dict.fromkeys(servers, "succeeded")
    assert {name: len(job["images"]) for name, job in ended.items()} == dict.fromkeys(servers, 1)
    orders = {name: len(server.created) for name, server in servers.items()}
    assert orders == {name: 1 if name in found_again else 2 for name in servers}
    assert _booked_micro(database) == {str(kind): _costs_micro(kind) for kind in KINDS if kind.micro}


def _costs_micro(kind: Kind) -> tuple[int, int]:
    """Return what is booked: surely, and perhaps for nothing.

    The attempt that died is booked as quoted. Where its order is found again, that was its price, but for a difference.
    """
    lost = kind.micro if kind.quoted_micro is None else kind.quoted_micro
    return kind.micro - lost * kind.promises(Row.POLLED), lost


@contextlib.asynccontextmanager
async def _running(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
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


async def _post(session: aiohttp.ClientSession, api: str, generator: str) -> str:
    """Ask for a picture until that is accepted, and return the job's id."""
    body = {"prompt": "a red fox in snow", "width": 64, "height": 64, "seed": 7, "generator": generator}
    while True:
        with contextlib.suppress(aiohttp.ClientError):
            async with session.post(api, json=body, headers={"Idempotency-Key": generator}) as answer:
                assert answer.status == 202, await answer.text()
                return str((await answer.json())["id"])
        await asyncio.sleep(0.05)


async def _ended(session: aiohttp.ClientSession, job: str) -> dict[str, Any]:
    while True:
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(job) as answer:
                found: dict[str, Any] = await answer.json()
                if found["status"] in ("succeeded", "failed", "cancelled"):
                    return found
        await asyncio.sleep(0.05)


def _ids_of_orders(database: Path) -> int:
    with closing(connect(database, read_only=True)) as connection:
        row = SqliteTx(connection).one("SELECT COUNT(*) AS n FROM attempt WHERE upstream_id IS NOT NULL")
    return int(row["n"]) if row else 0


def _booked_micro(database: Path) -> Mapping[str, tuple[int, int]]:
    """Return what is booked for each provider, surely and uncertainly, having seen that the books add up."""
    with closing(connect(database, read_only=True)) as connection:
        tx = SqliteTx(connection)
        assert list(differences(tx)) == []
        rows = tx.all(
            """
            SELECT provider, SUM((1 - uncertain) * amount) AS sure, SUM(uncertain * amount) AS lost FROM ledger
            WHERE unit = 'dollar' AND kind = 'settle' GROUP BY provider
            """
        )
    return {row["provider"]: (row["sure"], row["lost"]) for row in rows}
