"""Thousands of requests that are reserved, settled, refunded and cancelled at once, by a program that is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from pinxit.data.sqlite import SqliteTx, connect
from tests.crash.money_judge import wrongs

ROOT = Path(__file__).parents[2]
KILLS = 5
SEQUENCES = 3_200 * int(os.environ.get("PINXIT_TEST_EFFORT", "1"))  # Per life; more than 10,000 jobs in all.
_LIFE_S = 120.0 * SEQUENCES / 3_200


@pytest.mark.crash
async def test_money_is_exact_and_no_limit_is_passed_whenever_the_program_dies(tmp_path: Path) -> None:
    random = Random(20_261_121)  # noqa: S311 - it has to repeat by seed
    acknowledged: set[str] = set()

    for life in range(KILLS + 1):
        last = life == KILLS
        # A life says about one job for each of its sequences; it is killed somewhere on its way.
        dies_after = None if last else random.randint(SEQUENCES // 3, SEQUENCES * 2 // 3)
        said, status = await _live(tmp_path, life, dies_after)
        acknowledged |= said

        assert status == (0 if last else -signal.SIGKILL)
        with closing(connect(tmp_path / "pinxit.db", read_only=True)) as connection:
            tx = SqliteTx(connection)
            assert wrongs(tx) == []
            stored = {row["id"] for row in tx.all("SELECT id FROM job")}
        assert acknowledged <= stored

    assert len(acknowledged) > 3 * SEQUENCES
    with closing(connect(tmp_path / "pinxit.db", read_only=True)) as connection:
        kinds = {
            (row["kind"], row["unit"]) for row in SqliteTx(connection).all("SELECT DISTINCT kind, unit FROM ledger")
        }
    both = [(kind, unit) for kind in ("reserve", "settle", "refund", "draw", "return") for unit in ("credit", "dollar")]
    assert kinds >= set(both), "the test did not come by everything that it is about"


async def _live(folder: Path, life: int, dies_after: int | None) -> tuple[set[str], int]:
    """Return which jobs a life said to be durable, and how it ended."""
    # Whoever is to be killed goes on until it is, however late this process comes to it.
    sequences = SEQUENCES if dies_after is None else 1000 * SEQUENCES
    arguments = (str(folder), "7", str(life), str(sequences))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tests.crash.money_owner", *arguments),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    said: set[str] = set()
    try:
        assert process.stdout is not None
        async with asyncio.timeout(_LIFE_S):
            async for line in process.stdout:
                said.add(line.decode().strip())
                if len(said) == dies_after:
                    process.kill()
            return {job for job in said if job}, await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
