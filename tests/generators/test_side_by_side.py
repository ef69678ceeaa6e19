"""Calls side by side: first come first, and none is left behind whichever way they end."""

from __future__ import annotations

import asyncio
import gc
import weakref
from contextlib import aclosing

import pytest

from pinxit.generators.side_by_side import results


class Calls:
    """Calls that end when they are let. `ended`: those that were cancelled, once they have really ended."""

    def __init__(self) -> None:
        self.goes = [asyncio.Event() for _ in range(3)]
        self.ended: list[int] = []
        self.stubborn = asyncio.Event()
        self.stubborn.set()
        self.is_cancelled = asyncio.Event()
        self._before = asyncio.all_tasks()

    async def call(self, number: int) -> int:
        try:
            await self.goes[number].wait()
        except asyncio.CancelledError:
            self.is_cancelled.set()
            await self.stubborn.wait()
            self.ended.append(number)
            raise
        return number

    def left(self) -> set[asyncio.Task[object]]:
        """Return the tasks that there were not at first."""
        return asyncio.all_tasks() - self._before


async def test_what_comes_first_is_handed_on_while_the_others_run() -> None:
    calls = Calls()
    async with aclosing(results(calls.call(number) for number in range(3))) as found:
        for number in (2, 0, 1):
            calls.goes[number].set()
            assert await anext(found) == number
            assert len(calls.left()) == sum(not event.is_set() for event in calls.goes)

        with pytest.raises(StopAsyncIteration):
            await anext(found)


async def test_what_comes_meanwhile_waits_in_the_order_in_which_it_came() -> None:
    calls = Calls()
    async with aclosing(results(calls.call(number) for number in range(3))) as found:
        calls.goes[1].set()
        order = [await anext(found)]
        for number in (2, 0):
            calls.goes[number].set()
            for _ in range(5):  # Turns of the loop: enough for the call to end.
                await asyncio.sleep(0)
        assert calls.left() == set()

        order += [number async for number in found]

    assert order == [1, 2, 0]


async def test_nothing_begins_before_the_first_step() -> None:
    begun: list[int] = []

    async def call(number: int) -> None:
        begun.append(number)

    async with aclosing(results(call(number) for number in range(3))):
        pass

    assert begun == []


async def test_no_calls_have_no_results() -> None:
    async with aclosing(results(asyncio.sleep(0, number) for number in range(0))) as found:
        assert [one async for one in found] == []


async def test_a_picture_that_was_handed_on_is_not_kept() -> None:
    class Picture:
        pass

    waits = asyncio.Event()

    async def call(number: int) -> Picture:
        if number:
            await waits.wait()
        return Picture()

    async with aclosing(results(call(number) for number in range(2))) as found:
        picture = weakref.ref(await anext(found))
        waiting = asyncio.ensure_future(anext(found))
        await asyncio.sleep(0)
        gc.collect()

        assert picture() is None

        waits.set()
        await waiting


async def test_an_error_ends_the_others_before_it_is_raised() -> None:
    calls = Calls()

    async def fail() -> int:
        raise ZeroDivisionError

    async def read() -> None:
        everything = [calls.call(0), calls.call(1), fail()]
        async with aclosing(results(everything)) as found:
            async for _ in found:
                pass

    with pytest.raises(ZeroDivisionError):
        await read()

    assert sorted(calls.ended) == [0, 1]
    assert calls.left() == set()


async def test_calls_that_cannot_all_begin_leave_none_behind() -> None:
    calls = Calls()

    async def read() -> None:
        async with aclosing(results(calls.call(1 // (1 - number)) for number in range(2))) as found:
            await anext(found)

    with pytest.raises(ZeroDivisionError):
        await read()

    assert calls.left() == set()


async def test_who_has_enough_leaves_no_task_behind() -> None:
    calls = Calls()
    async with aclosing(results(calls.call(number) for number in range(3))) as found:
        calls.goes[0].set()
        assert await anext(found) == 0

    assert sorted(calls.ended) == [1, 2]
    assert calls.left() == set()


async def test_whoever_is_cancelled_has_the_calls_ended_first() -> None:
    calls = Calls()
    calls.stubborn.clear()

    async def read() -> None:
        async with aclosing(results(calls.call(number) for number in range(3))) as found:
            async for _ in found:
                pass

    reading = asyncio.create_task(read())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    reading.cancel()
    await calls.is_cancelled.wait()
    reading.cancel()  # Twice, as somebody does who is in a hurry.
    await asyncio.sleep(0)
    assert not reading.done()

    calls.stubborn.set()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert sorted(calls.ended) == [0, 1, 2]
    assert calls.left() == set()


async def test_a_call_that_is_slow_to_end_is_waited_for_and_a_cancel_meanwhile_is_heard() -> None:
    calls = Calls()
    calls.stubborn.clear()
    found = results(calls.call(number) for number in range(3))
    calls.goes[0].set()
    assert await anext(found) == 0

    closing = asyncio.create_task(found.aclose())
    await calls.is_cancelled.wait()
    closing.cancel()
    await asyncio.sleep(0)
    assert not closing.done()

    calls.stubborn.set()
    with pytest.raises(asyncio.CancelledError):
        await closing

    assert sorted(calls.ended) == [1, 2]
    assert calls.left() == set()
