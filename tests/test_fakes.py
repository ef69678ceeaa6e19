"""The fake clock keeps the order that real time would have."""

from __future__ import annotations

import asyncio

from tests.fakes import FakeClock


async def test_sleepers_wake_at_their_deadlines_in_order() -> None:
    clock = FakeClock()
    woken: list[tuple[str, float]] = []

    async def nap(name: str, *naps_s: float) -> None:
        for seconds in naps_s:
            await clock.sleep(seconds)
            woken.append((name, clock.monotonic()))

    async with asyncio.TaskGroup() as group:
        group.create_task(nap("long", 5))
        group.create_task(nap("short", 1, 3))
        await clock.sleepers(2)
        await clock.advance(4.5)

        assert woken == [("short", 1.0), ("short", 4.0)]
        await clock.advance(0.5)

    assert woken[-1] == ("long", 5.0)
    assert (clock.now() - FakeClock().now()).total_seconds() == 5.0


async def test_a_cancelled_sleeper_is_passed_over() -> None:
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(1))
    await clock.sleepers(1)

    task.cancel()
    await clock.advance(2)

    assert clock.sleeping == 0
    assert task.cancelled()
