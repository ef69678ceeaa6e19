"""Nothing acknowledged is lost or shown twice, whenever and wherever the program dies."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.crash.points import POINTS, RARE_POINTS, WORKER_POINTS, points_in_source
from tests.crash.torture import torture
from tests.crash.world import Ordeal, World

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="the processes under test are tied to their parent by prctl"),
]


def test_every_point_that_the_program_names_is_killed_at() -> None:
    assert points_in_source() == {*POINTS, *RARE_POINTS}
    assert set(WORKER_POINTS) < set(POINTS)


async def test_nothing_is_lost_or_doubled_by_a_crash_at_any_point_or_moment(tmp_path: Path) -> None:
    # The drain is long for the one final in a thousand that the chat turns away seven times in a row.
    report = await torture(tmp_path, Ordeal(seed=7, random_s=5.0, drain_s=90.0))

    assert not report.crimes
    assert report.points == set(POINTS)
    assert report.jobs > len(POINTS)
    assert report.verdict.finals == report.jobs


async def test_the_processes_under_test_die_with_the_one_that_started_them(tmp_path: Path) -> None:
    async with World(tmp_path, Ordeal(mood={})) as world:
        children = [await world.start_host(), await world.start_worker()]
        ends = [os.pidfd_open(child.pid) for child in children]

        world.nursery.kill()

        for end in ends:
            await _readable(end)
            os.close(end)


async def _readable(descriptor: int) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, over.set)
    try:
        async with asyncio.timeout(10):
            await over.wait()
    finally:
        loop.remove_reader(descriptor)
