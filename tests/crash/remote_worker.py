"""A worker elsewhere: the worker loop over HTTP, in a process of its own that is killed, stopped and woken."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pinxit import log
from pinxit.domain.ids import BootId, PoolName, worker_id
from pinxit.generators import registry
from pinxit.queue.clock import SystemClock
from pinxit.queue.generator_loop import hosted
from pinxit.queue.holding import Pace
from pinxit.queue.http_broker import HttpBroker
from pinxit.queue.worker import Worker
from tests.crash.points import Killer

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Shift:
    """One life of the worker: a generator of `kind` with `options` for `pool`. `crash_at`, `notes`: see Killer."""

    url: str
    token: str
    pool: str
    kind: str
    notes: str
    crash_at: str = ""
    beat_s: float = 0.3
    options: Mapping[str, Any] = field(default_factory=dict)


def work(shift: Shift) -> None:
    """Work until SIGTERM, or until it is killed."""
    log.set_up(level="info", stream=sys.stderr)
    asyncio.run(_work(shift))


async def _work(shift: Shift) -> None:
    clock = SystemClock()
    generator = registry.build(shift.pool, shift.kind, shift.options, clock)
    async with (
        HttpBroker(shift.url, shift.token, ask_s=3.0, carry_s=5.0) as broker,
        hosted(generator) as loop,
    ):
        worker = Worker(
            worker_id(BootId(""), f"{shift.pool}.{os.getpid()}"),
            PoolName(shift.pool),
            broker=broker,
            generator=generator,
            loop=loop,
            clock=clock,
            pace=Pace(beat_s=shift.beat_s, wait_s=1.0, grace_s=1.0),
            steps=Killer(shift.crash_at, shift.notes),
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop, 1.0)
        await worker.run()
