"""A platform's few slots go to finals first, then to placeholders; progress does not wait."""

from __future__ import annotations

import asyncio

import pytest

from pinxit.domain.delivery import Urgency
from pinxit.queue.sender import Sender


async def hold(sender: Sender, urgency: Urgency, name: str, order: list[str]) -> None:
    async with sender.slot(urgency):
        order.append(name)


async def queued(*works: asyncio.Task[None]) -> None:
    """Let every task run until it waits."""
    for _ in works:
        await asyncio.sleep(0)


async def test_finals_overtake_placeholders_and_equals_keep_their_order() -> None:
    sender, order = Sender(1), list[str]()

    async with asyncio.TaskGroup() as tasks, sender.slot(Urgency.PROGRESS):
        waiting = [
            tasks.create_task(hold(sender, Urgency.PROGRESS, "progress", order)),
            tasks.create_task(hold(sender, Urgency.PLACEHOLDER, "placeholder", order)),
            tasks.create_task(hold(sender, Urgency.FINAL, "first final", order)),
            tasks.create_task(hold(sender, Urgency.FINAL, "second final", order)),
        ]
        await queued(*waiting)
        assert order == []

    assert order == ["first final", "second final", "placeholder", "progress"]


async def test_a_full_or_waited_for_sender_is_busy() -> None:
    sender = Sender(2)

    assert not sender.is_busy()
    async with sender.slot(Urgency.FINAL):
        assert not sender.is_busy()
        async with sender.slot(Urgency.FINAL):
            assert sender.is_busy()
    assert not sender.is_busy()


async def test_a_slot_survives_who_gives_up_waiting_for_it() -> None:
    sender, order = Sender(1), list[str]()

    async with asyncio.TaskGroup() as tasks:
        async with sender.slot(Urgency.FINAL):
            impatient = tasks.create_task(hold(sender, Urgency.FINAL, "impatient", order))
            patient = tasks.create_task(hold(sender, Urgency.PLACEHOLDER, "patient", order))
            await queued(impatient, patient)
            impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient

    assert order == ["patient"]
    assert not sender.is_busy()
