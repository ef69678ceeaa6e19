"""A provider's budget is never overdrawn, what it has no room for goes on or is told when, and the books are exact."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pinxit.data import books
from pinxit.data.store import Numbers
from pinxit.domain.budget import Budget
from pinxit.domain.errors import Code, Temporary
from pinxit.domain.generator import Made
from pinxit.domain.ids import PoolName, WorkerId
from pinxit.domain.job import Beat, Ended, JobState, Outcome
from pinxit.domain.ports import no_steps
from pinxit.queue.breakers import Breakers
from pinxit.queue.broker import LocalBroker
from tests.builders import a_png, a_request
from tests.generators_for_tests import Plain
from tests.queueing.worker_room import Scripted, WorkerRoom, open_worker_room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from pinxit.domain.generator import Task, Watch
    from pinxit.domain.ids import JobId
    from pinxit.queue.worker import Worker

PRICE = 10_000
DAY_S = 86_400.0


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[WorkerRoom]:
    numbers = Numbers(budgets={"provider": Budget(day_micro=3 * PRICE)})
    async with open_worker_room(tmp_path, numbers) as room:
        yield room


def provider(room: WorkerRoom, *charged_micro: int | None) -> AbstractAsyncContextManager[Worker]:
    """Let a provider work that bills each call: what it says, the last one going on (None: it does not say)."""
    said = list(charged_micro or (None,))

    async def paint(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        for task in batch:
            await watch.sent(task.job, None)
            micro = said.pop(0) if len(said) > 1 else said[0]
            if micro is not None:
                watch.charged(task.job, micro)
            for index in task.indices:
                yield Made(task.job, index, a_png(index), "image/png", 64, 64, 7, "a red fox")

    return room.working(Scripted(paint, room.clock, "provider"))


async def asked(room: WorkerRoom, *rest: str, micro: int = PRICE) -> JobId:
    return await room.submit("provider", None, *rest, dollars_micro=micro)


async def spent(room: WorkerRoom) -> int:
    """Return what the ledger says that the provider was paid, having seen that the books add up."""
    assert await room.store.database.read(books.verify) == []
    row = await room.store.database.read(
        lambda tx: tx.one("SELECT COALESCE(SUM(amount), 0) AS n FROM ledger WHERE provider = 'provider'")
    )
    assert row is not None
    now = await room.store.jobs.spent(["provider"], room.clock.now())
    assert now["provider"].reserved_micro == 0
    return int(row["n"])


async def test_what_has_no_room_goes_on_along_its_route(room: WorkerRoom) -> None:
    jobs = [await asked(room, "spare") for _ in range(10)]

    async with provider(room), room.working(Plain("spare", {}, room.clock)):
        done = [await room.until(job, JobState.SUCCEEDED) for job in jobs]

    assert [job.attempts[-1].generator for job in done] == ["provider"] * 3 + ["spare"] * 7
    assert done[-1].attempts[0].message == "the generator's budget has no room for this"
    assert await spent(room) == 3 * PRICE


async def test_without_another_generator_the_job_fails_with_its_sentence(room: WorkerRoom) -> None:
    jobs = [await asked(room) for _ in range(4)]

    async with provider(room):
        failed = await room.until(jobs[-1], JobState.FAILED)

    assert failed.error_code == Code.BUDGET_SPENT
    tomorrow = (room.clock.now() + timedelta(days=1)).date()
    assert failed.error_facts == {"generator": "provider", "until": f"{tomorrow}T00:00:00+00:00"}
    assert await spent(room) == 3 * PRICE


async def test_the_next_day_it_paints_again(room: WorkerRoom) -> None:
    async with provider(room), room.working(Plain("spare", {}, room.clock)):
        for _ in range(3):
            await room.until(await asked(room, "spare"), JobState.SUCCEEDED)
        last = await room.until(await asked(room, "spare"), JobState.SUCCEEDED)
        assert last.attempts[-1].generator == "spare"
        await room.clock.advance(DAY_S)
        again = await room.until(await asked(room, "spare"), JobState.SUCCEEDED)

    assert again.attempts[-1].generator == "provider"


async def test_a_cheap_job_still_fits_where_a_dear_one_does_not(room: WorkerRoom) -> None:
    async with provider(room), room.working(Plain("spare", {}, room.clock)):
        dear = await room.until(await asked(room, "spare", micro=4 * PRICE), JobState.SUCCEEDED)
        cheap = await room.until(await asked(room, "spare", micro=3 * PRICE), JobState.SUCCEEDED)
        free = await room.until(await asked(room, "spare", micro=0), JobState.SUCCEEDED)

    assert [job.attempts[-1].generator for job in (dear, cheap, free)] == ["spare", "provider", "provider"]


async def test_what_the_provider_says_is_booked_and_makes_room(room: WorkerRoom) -> None:
    jobs = [await asked(room, "spare") for _ in range(7)]

    async with provider(room, 4_000, 5_000), room.working(Plain("spare", {}, room.clock)):
        done = [await room.until(job, JobState.SUCCEEDED) for job in jobs]

    # 4, 9, 14 and 19 thousand are spent, and each next call is reckoned at ten: 24 leave no room.
    assert [job.attempts[-1].generator for job in done] == ["provider"] * 5 + ["spare"] * 2
    assert await spent(room) == 24_000


async def test_calls_of_one_job_add_up(room: WorkerRoom) -> None:
    async def paint(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        for index in batch[0].indices:
            await watch.sent(batch[0].job, None)
            watch.charged(batch[0].job, 1000 + index)
            yield Made(batch[0].job, index, a_png(index), "image/png", 64, 64, 7, "a red fox")

    job = await room.submit("provider", a_request(count=3), dollars_micro=PRICE)
    async with room.working(Scripted(paint, room.clock, "provider")):
        await room.until(job, JobState.SUCCEEDED)

    assert await spent(room) == 3003


async def test_an_attempt_that_made_the_rest_costs_its_share_alone(room: WorkerRoom) -> None:
    tries: list[tuple[int, ...]] = []

    async def paint(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        (task,) = batch
        tries.append(task.indices)
        await watch.sent(task.job, None)
        for index in task.indices[: 3 if len(tries) == 1 else 4]:
            yield Made(task.job, index, a_png(index), "image/png", 64, 64, 7, "a red fox")
        if len(tries) == 1:
            raise Temporary("one of four calls failed, and nothing of it was billed")

    job = await room.submit("provider", a_request(count=4), dollars_micro=4000)
    async with room.working(Scripted(paint, room.clock, "provider")):
        await room.until(job, JobState.SUCCEEDED)

    assert tries == [(0, 1, 2, 3), (3,)]
    assert await spent(room) == 4000  # The call that failed is not billed; those are that made pictures before it.


async def test_an_unanswered_call_beside_answered_ones_is_booked_at_least_at_the_quote(room: WorkerRoom) -> None:
    tries: list[int] = []

    async def paint(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        (task,) = batch
        tries.append(len(task.indices))
        await watch.sent(task.job, None)
        if len(tries) == 1:
            watch.charged(task.job, 900)
            yield Made(task.job, 0, a_png(0), "image/png", 64, 64, 7, "a red fox")
            raise Temporary("the other call was never answered", unanswered=True)
        watch.charged(task.job, 900)
        yield Made(task.job, 1, a_png(1), "image/png", 64, 64, 7, "a red fox")

    job = await room.submit("provider", a_request(count=2), dollars_micro=2000)
    async with room.working(Scripted(paint, room.clock, "provider")):
        done = await room.until(job, JobState.SUCCEEDED)

    assert await spent(room) == 2000 + 900
    rows = await room.store.database.read(
        lambda tx: tx.all("SELECT uncertain FROM ledger WHERE provider = 'provider' ORDER BY attempt")
    )
    assert [row["uncertain"] for row in rows] == [1, 0]
    assert [str(attempt.outcome) for attempt in done.attempts] == ["temporary", "succeeded"]


async def test_a_job_without_room_is_not_the_one_that_tries_a_generator_again(room: WorkerRoom) -> None:
    breakers = Breakers(room.clock)
    room.broker = LocalBroker(room.store, room.blobs, room.events, room.clock, steps=no_steps, breakers=breakers)
    breakers.note("provider", Ended(Outcome.BROKEN, retry_after_s=10.0))
    await room.clock.advance(10.0)
    await asked(room, "spare", micro=4 * PRICE)

    leases = await room.broker.claim(WorkerId("boot:a.0"), PoolName("provider"), most=1)

    assert not leases
    assert not breakers.is_probed("provider")


async def test_what_was_charged_before_a_worker_stops_is_booked(room: WorkerRoom) -> None:
    async def paint(batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        (task,) = batch
        await watch.sent(task.job, None)
        watch.charged(task.job, PRICE + 5000)
        yield Made(task.job, 0, a_png(0), "image/png", 64, 64, 7, "a red fox")
        await asyncio.Event().wait()

    job = await room.submit("provider", a_request(count=2), dollars_micro=PRICE)
    async with room.working(Scripted(paint, room.clock, "provider")):
        while not (await room.job(job)).images:
            await room.pass_by(0.5)

    assert [str(attempt.outcome) for attempt in (await room.job(job)).attempts] == ["released"]
    assert await spent(room) == PRICE + 5000


async def test_no_answer_gives_money_back_beyond_what_was_booked(room: WorkerRoom) -> None:
    await asked(room)
    (lease,) = await room.broker.claim(WorkerId("boot:a.0"), PoolName("provider"), most=1)
    await room.broker.beat(lease.worker, [Beat(lease.job, lease.fence, sent=True)])

    await room.broker.finish(lease, Ended(Outcome.BROKEN, dollars_micro=-PRICE))

    assert await spent(room) == 0
