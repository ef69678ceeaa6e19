from __future__ import annotations

import asyncio
import gc
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.ports import no_steps
from pinxit.generators.sketch import Sketch
from pinxit.queue.generator_loop import hosted
from pinxit.queue.rush import CROWD, Rush
from pinxit.queue.watching import BatchWatch
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from pinxit.queue.watching import Held


async def test_who_can_wait_goes_on_when_the_last_answer_is_out() -> None:
    rush = Rush()
    first, second = asyncio.Event(), asyncio.Event()

    async def answer(out: asyncio.Event) -> None:
        with rush.answering():
            await out.wait()

    async with asyncio.TaskGroup() as tasks:
        answers = [tasks.create_task(answer(out)) for out in (first, second)]
        await asyncio.sleep(0)
        waiting = tasks.create_task(rush.over())
        first.set()
        await answers[0]
        assert not waiting.done()
        second.set()
        await waiting


async def test_without_answers_under_way_nobody_waits() -> None:
    rush = Rush()

    with rush.answering():
        pass

    assert await _is_over_at_once(rush)


async def test_a_rush_that_goes_on_holds_nobody_up_for_longer() -> None:
    rush = Rush(longest_s=0.01)

    with rush.answering():
        async with asyncio.timeout(10):
            await rush.over()
        # Everybody has waited enough: the next one is not held up at all.
        assert await _is_over_at_once(rush)


async def test_garbage_is_not_looked_for_while_somebody_waits_for_an_answer() -> None:
    rush = Rush()

    with rush.answering():
        with rush.answering():
            assert not gc.isenabled()
        assert not gc.isenabled()

    assert gc.isenabled()


async def test_a_rush_that_goes_on_lets_the_garbage_be_looked_for_again() -> None:
    rush, later = Rush(longest_s=0.01), asyncio.Event()

    with rush.answering():
        # Behind the rush's own patience, which is on the same clock.
        asyncio.get_running_loop().call_later(0.02, later.set)
        await later.wait()
        assert gc.isenabled()

    assert gc.isenabled()


async def test_who_has_turned_the_search_for_garbage_off_finds_it_off() -> None:
    rush = Rush()
    gc.disable()
    try:
        with rush.answering():
            pass

        assert not gc.isenabled()
    finally:
        gc.enable()


async def test_many_answers_under_way_are_a_crowd_until_the_first_of_them_is_out() -> None:
    rush, seen = Rush(), []

    with ExitStack() as others:
        for _ in range(CROWD - 1):
            others.enter_context(rush.answering())
        seen.append(rush.is_crowded)
        with rush.answering():
            seen.append(rush.is_crowded)
        seen.append(rush.is_crowded)

    assert seen == [False, True, False]


@pytest.mark.parametrize("inline", [True, False])
async def test_who_paints_here_rests_while_a_crowd_waits_and_for_nobody_else(inline: bool) -> None:  # noqa: FBT001 - of the table
    generator = Sketch("sketch", {}, FakeClock())
    generator.capabilities = replace(generator.capabilities, runs_inline=inline)
    rush = Rush()
    async with hosted(generator) as loop:
        watch = BatchWatch({}, loop, _sent, no_steps, rush)
        async with asyncio.timeout(10):
            with rush.answering():
                await loop.start(watch.rest()).over
            with ExitStack() as others:
                for _ in range(CROWD):
                    others.enter_context(rush.answering())
                resting = loop.start(watch.rest())
                await loop.start(asyncio.sleep(0)).over  # Behind it on the same loop.
                assert not resting.over.done()
            assert await resting.over is None


async def _sent(_: Held, upstream_id: str | None) -> None:  # noqa: ARG001 - as a watch calls it
    raise AssertionError("nothing is sent here")


async def _is_over_at_once(rush: Rush) -> bool:
    waiting = asyncio.ensure_future(rush.over())
    await asyncio.sleep(0)
    is_over = waiting.done()
    waiting.cancel()
    return is_over
