"""A worker in a process of its own: `python -m tests.queueing.child_worker URL POOL KIND`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from pinxit.domain.ids import BootId, PoolName, worker_id
from pinxit.queue.children import die_with_parent
from pinxit.queue.clock import SystemClock
from pinxit.queue.generator_loop import EXIT_STUCK, Stuck, hosted
from pinxit.queue.holding import Pace
from pinxit.queue.http_broker import HttpBroker
from pinxit.queue.worker import Worker
from tests import generators_for_tests


async def work(url: str, pool: str, kind: str) -> None:
    """Work until told to stop."""
    clock = SystemClock()
    generator = getattr(generators_for_tests, f"build_{kind}")(pool, {}, clock)
    async with HttpBroker(url, os.environ["PINXIT_WORKER_TOKEN"]) as broker, hosted(generator) as loop:
        worker = Worker(
            worker_id(BootId(os.environ.get("PINXIT_WORKER_BOOT", "")), f"{pool}-{os.getpid()}"),
            PoolName(pool),
            broker=broker,
            generator=generator,
            loop=loop,
            clock=clock,
            pace=Pace(beat_s=0.2, grace_s=0.2),
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
        await worker.run()


if __name__ == "__main__":
    die_with_parent()
    try:
        asyncio.run(work(*sys.argv[1:]))
    except Stuck:
        os._exit(EXIT_STUCK)
