"""Works on their way to the threads of a database: those of one turn of the event loop go together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pinxit.data.works import Inbox

if TYPE_CHECKING:
    from pinxit.domain.ports import Tx


def nothing(_tx: Tx) -> None:
    """Be a work."""


async def taken(inbox: Inbox) -> int | None:
    group = await asyncio.to_thread(inbox.take)
    return None if group is None else len(group)


async def test_works_of_one_turn_are_taken_together() -> None:
    inbox = Inbox(8)

    for _ in range(3):
        inbox.ask(nothing)

    assert await taken(inbox) == 3


async def test_many_works_are_taken_in_groups() -> None:
    inbox = Inbox(4)

    for _ in range(9):
        inbox.ask(nothing)

    assert [await taken(inbox), await taken(inbox), await taken(inbox)] == [4, 4, 1]


async def test_what_was_asked_before_the_end_is_still_taken_and_then_every_thread_hears_of_it() -> None:
    inbox = Inbox(8)
    inbox.ask(nothing)

    inbox.close()

    assert [await taken(inbox), await taken(inbox), await taken(inbox)] == [1, None, None]
