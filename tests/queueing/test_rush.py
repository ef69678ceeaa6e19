from __future__ import annotations

import asyncio

from pinxit.queue.rush import LONGEST_S, Rush


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
    rush = Rush()

    with rush.answering():
        async with asyncio.timeout(10 * LONGEST_S):
            await rush.over()
        # Everybody has waited enough: the next one is not held up at all.
        assert await _is_over_at_once(rush)


async def _is_over_at_once(rush: Rush) -> bool:
    waiting = asyncio.ensure_future(rush.over())
    await asyncio.sleep(0)
    is_over = waiting.done()
    waiting.cancel()
    return is_over
