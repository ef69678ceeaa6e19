"""Calls that outlived their attempt: what was booked for them once is not booked again when they are polled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.data import books
from pinxit.data.store import Numbers
from pinxit.domain.budget import Budget
from pinxit.domain.generator import Made
from pinxit.domain.ids import PoolName, WorkerId
from pinxit.domain.job import Beat, Ended, Outcome
from tests.builders import a_png, a_request
from tests.queueing.worker_room import WorkerRoom, open_worker_room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.domain.budget import Spent
    from pinxit.domain.job import Lease

PRICE = 1000  # Of an image; each job has two, and each of these costs 900 in the end.
DAY_S = 86_400.0
DIED = Ended(Outcome.DIED)
DONE = Ended(Outcome.SUCCEEDED, dollars_micro=1800)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[WorkerRoom]:
    numbers = Numbers(budgets={"provider": Budget(day_micro=100 * PRICE)})
    async with open_worker_room(tmp_path, numbers) as room:
        await room.submit("provider", a_request(count=2), dollars_micro=2 * PRICE)
        yield room


async def attempt(room: WorkerRoom, ended: Ended, *sent: str | None, images: tuple[int, ...] = ()) -> Lease:
    """Claim the job once its pause is over, tell what is sent, store images, and end the attempt."""
    await room.pass_by(5.0)
    (lease,) = await room.broker.claim(WorkerId("boot:a.0"), PoolName("provider"), most=1)
    for text in sent:
        await room.broker.beat(lease.worker, [Beat(lease.job, lease.fence, sent=True, upstream_id=text)])
    for index in images:
        await room.broker.put_image(lease, Made(lease.job, index, a_png(index), "image/png", 64, 64, 7, "a red fox"))
    await room.broker.finish(lease, ended)
    return lease


async def spent(room: WorkerRoom) -> Spent:
    assert await room.store.database.read(books.verify) == []
    return (await room.store.jobs.spent(["provider"], room.clock.now()))["provider"]


async def test_only_the_calls_with_ids_are_booked_once(room: WorkerRoom) -> None:
    await attempt(room, DIED, None, '{"0": "a"}')
    again = await attempt(room, DONE, None, '{"0": "a", "1": "c"}', images=(0, 1))

    assert again.upstream_id == '{"0": "a"}'
    assert (await spent(room)).day_micro == PRICE + 1800  # The call that nobody knows the id of may have been billed.


async def test_an_id_that_came_in_the_second_attempt_is_booked_once_too(room: WorkerRoom) -> None:
    both = '{"0": "a", "1": "c"}'
    await attempt(room, DIED, None, '{"0": "a"}')
    await attempt(room, DIED, None, both)
    assert (await spent(room)).day_micro == 3 * PRICE
    await attempt(room, DONE, both, images=(0, 1))

    assert (await spent(room)).day_micro == PRICE + 1800


@pytest.mark.parametrize("text", ['{"0": "a", "1": "b"}', "https://provider.example/1", "[1]", '{"id": "a"}'])
@pytest.mark.parametrize("is_sent_again", [True, False])
async def test_what_is_polled_costs_what_the_answer_says(room: WorkerRoom, text: str, *, is_sent_again: bool) -> None:
    await attempt(room, DIED, None, text)
    await attempt(room, DONE, *([text] if is_sent_again else []), images=(0, 1))

    assert (await spent(room)).day_micro == 1800


async def test_an_image_that_was_there_before_stays_paid_for(room: WorkerRoom) -> None:
    text = '{"0": "a", "1": "b"}'
    await attempt(room, DIED, None, text, images=(0,))
    await attempt(room, Ended(Outcome.SUCCEEDED, dollars_micro=900), text, images=(1,))

    assert (await spent(room)).day_micro == PRICE + 900


async def test_while_they_are_polled_only_the_new_calls_are_reserved(room: WorkerRoom) -> None:
    await attempt(room, DIED, None, '{"0": "a"}')
    await room.pass_by(5.0)
    await room.broker.claim(WorkerId("boot:a.0"), PoolName("provider"), most=1)

    now = await spent(room)
    assert (now.day_micro, now.reserved_micro) == (2 * PRICE, PRICE)


async def test_what_was_too_much_goes_back_to_the_day_it_was_booked_on(room: WorkerRoom) -> None:
    text = '{"0": "a", "1": "b"}'
    await attempt(room, DIED, None, text)
    await room.clock.advance(DAY_S)
    await attempt(room, DONE, text, images=(0, 1))

    assert (await spent(room)).day_micro == 0
    assert (await spent(room)).month_micro == 1800
