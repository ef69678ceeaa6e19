from __future__ import annotations

import asyncio
import gc

from pinxit.queue.rush import Rush


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


async def _is_over_at_once(rush: Rush) -> bool:
    waiting = asyncio.ensure_future(rush.over())
    await asyncio.sleep(0)
    is_over = waiting.done()
    waiting.cancel()
    return is_over
