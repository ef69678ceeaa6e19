"""The program that owns the money, to be killed: `python -P -m tests.crash.money_owner FOLDER SEED LIFE SEQUENCES`.

It writes the id of every job that is durable as a line, and ends when it has gone through all sequences.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from random import Random

from pinxit.data.store import open_store
from tests.crash.spending import NUMBERS, Spenders, moment_of, prepare

AT_ONCE = 32


async def live(folder: Path, seed: int, life: int, sequences: int) -> None:
    """Take over from the life before, then spend."""
    async with open_store(folder / "pinxit.db", NUMBERS) as store:
        if not life:
            await prepare(store)
        random = Random(f"{seed}-{life}")  # noqa: S311 - it has to repeat by seed
        now_ms = await moment_of(store)
        spenders = Spenders(store, random, f"boot-{life}", now_ms, _say)
        await spenders.take_over()
        await spenders.spend(sequences, AT_ONCE)


def _say(job: str) -> None:
    os.write(1, f"{job}\n".encode())  # Unbuffered: what was said has left this process.


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
