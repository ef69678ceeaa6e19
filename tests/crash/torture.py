"""Drive real processes through a crash at every named point and at random, and judge what is left."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import TYPE_CHECKING

from tests.crash.points import POINTS
from tests.crash.world import LEASE_S, World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.processes import Child
    from tests.crash.world import Ordeal, Report


async def torture(folder: Path, ordeal: Ordeal) -> Report:
    """Go through an ordeal in an empty folder."""
    async with World(folder, ordeal) as world:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(world.people.run())
            async with asyncio.TaskGroup() as killers:
                killers.create_task(_kill_host(world, ordeal))
                killers.create_task(_kill_worker(world, ordeal))
            await world.start_host()
            await world.start_worker()
            world.people.stop()
        await world.rest(ordeal.drain_s)
        await world.sweep()
        return await world.report()


async def _kill_host(world: World, ordeal: Ordeal) -> None:
    for point in world.random.sample(ordeal.points, len(ordeal.points)):
        await world.die_at(point, await _live_on(world, f"{point}:{world.random.randint(1, 2)}"), "host point")
    random, until = world.random, time.monotonic() + ordeal.random_s
    while time.monotonic() < until:
        armed = f"{random.choice(POINTS)}:{random.randint(1, 9)}" if random.random() < 0.5 else ""
        host = await _live_on(world, armed)
        status = await host.end(random.uniform(0.05, 2.5))
        if status is not None:
            if status != -signal.SIGKILL:
                world.wrongs.append(f"the host ended by itself with {status}; see host.log")
            world.kills["host point"] += 1
        elif armed or random.random() < 0.8:
            await world.kill(host, "host")
        else:
            await world.stop(host, "host")
            world.kills["graceful stop"] += 1


async def _live_on(world: World, crash_at: str) -> Child:
    """Start the next life, now and then long after the last one, so that what that left behind is swept."""
    return await world.start_host(crash_at, after_hours=world.random.random() < 0.5)


async def _kill_worker(world: World, ordeal: Ordeal) -> None:
    for point in ordeal.worker_points:
        await world.die_at(point, await world.start_worker(f"{point}:1"), "worker point")
    random, until = world.random, time.monotonic() + ordeal.random_s
    while time.monotonic() < until:
        worker = await world.start_worker()
        await asyncio.sleep(random.uniform(0.5, 4.0))
        if random.random() < 0.4:
            # A zombie: it wakes long after its lease and goes on with what it held.
            worker.send(signal.SIGSTOP)
            await asyncio.sleep(1.3 * LEASE_S)
            worker.send(signal.SIGCONT)
            world.kills["zombie"] += 1
            await asyncio.sleep(random.uniform(0.3, 1.0))
        await world.kill(worker, "worker")
