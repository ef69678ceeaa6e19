"""One message's writer, call by call: what follows an answer that is late, lost, or no answer at all."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pinxit.data.blobs import LocalBlobs
from pinxit.data.store import Numbers
from pinxit.data.submitting import NewDelivery, Waiting
from pinxit.domain.delivery import Budget, DeliveryState, Done, Gone, Later, Shown
from pinxit.domain.ids import BootId, DeliveryId, JobId
from pinxit.domain.ports import no_steps
from pinxit.queue.delivery import DeliveryLoop
from pinxit.queue.events import DELIVERIES, Events
from pinxit.queue.message_writer import Patience
from pinxit.queue.queue import Queue
from tests.fakes import FakeClock
from tests.queueing.world import Queue as Rows
from tests.queueing.world import new_job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine
    from pathlib import Path

    from pinxit.domain.delivery import Answer, Card, Delivery, Placed, Urgency

SETTLE_S = 15.0


class Paper:
    """A platform that answers from a script, then well. `calls`: ("place" or state shown, seconds since the start)."""

    budget = Budget(progress_s=2.5)

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.answers: deque[Placed | Answer | Exception] = deque()
        self.calls: list[tuple[str, float]] = []
        self.nonces: list[str] = []
        self.meanwhile: list[Coroutine[Any, Any, object]] = []  # What happens while a call is out, one for each.

    async def ready(self, delivery: Delivery) -> None:
        pass

    async def place(self, delivery: Delivery, card: Card) -> Placed:
        self.nonces.append(delivery.nonce)
        answer: Placed | Done = self._answer(f"place {card.job.state}")
        return Shown(f"m{len(self.nonces)}") if isinstance(answer, Done) else answer

    async def show(self, delivery: Delivery, card: Card, urgency: Urgency) -> Answer:  # noqa: ARG002
        about = "deleted" if card.job.is_deleted else str(card.job.state)
        if self.meanwhile:
            await self.meanwhile.pop()
        answer: Answer = self._answer(about)
        return answer

    def _answer(self, call: str) -> Any:  # noqa: ANN401 - what the script says
        self.calls.append((call, self._clock.monotonic()))
        answer = self.answers.popleft() if self.answers else Done()
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Desk:
    """A delivery loop over one waiting job."""

    clock: FakeClock
    rows: Rows
    events: Events
    queue: Queue
    paper: Paper
    job: JobId
    delivery: DeliveryId
    loop: DeliveryLoop

    async def end(self) -> None:
        """Let the job end."""
        await self.queue.cancel(self.job)
        await self.clock.advance(0)

    async def delete(self) -> None:
        """Delete the job, as whoever does so."""
        await self.rows.store.deletions.job(self.job, self.clock.now())
        self.events.wake(DELIVERIES)

    def state(self) -> DeliveryState:
        """Return what the row says."""
        return DeliveryState(self.rows.row("SELECT state FROM delivery WHERE id = :id", id=self.delivery)["state"])


async def test_the_final_outlasts_an_edit_whose_fate_an_error_hides(tmp_path: Path) -> None:
    async with _desk(tmp_path, Done(), RuntimeError("a bug of the platform while an edit is out")) as desk:
        await desk.clock.advance(10)
        await desk.end()
        await desk.clock.advance(SETTLE_S + 5)

        finals = [at for call, at in desk.paper.calls if call == "cancelled"]
        assert len(finals) == 2
        assert finals[1] - finals[0] >= SETTLE_S
        assert desk.state() is DeliveryState.DONE


async def test_an_error_of_ours_is_met_less_and_less_often_and_not_for_ever(tmp_path: Path) -> None:
    async with _desk(tmp_path, give_up_s=400.0) as desk:
        await desk.clock.advance(1)
        desk.paper.answers.extend(RuntimeError("a bug of the platform") for _ in range(100))
        await desk.end()
        await desk.clock.advance(600.0)

        assert desk.state() is DeliveryState.DEAD
        assert len(desk.paper.calls) < 15


async def test_the_final_is_shown_once_where_every_edit_was_answered(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.clock.advance(10)
        await desk.end()
        await desk.clock.advance(SETTLE_S + 5)

        assert [call for call, _ in desk.paper.calls].count("cancelled") == 1
        assert desk.state() is DeliveryState.DONE


async def test_a_final_that_is_put_off_does_not_forget_the_edit_before_it(tmp_path: Path) -> None:
    async with _desk(tmp_path, Done(), Later(1.0, "no answer", unknown=True), Later(1.0, "busy")) as desk:
        await desk.end()
        await desk.clock.advance(SETTLE_S + 10)

        assert [call for call, _ in desk.paper.calls].count("cancelled") == 3
        assert desk.state() is DeliveryState.DONE


async def test_a_pause_that_the_platform_names_is_kept_and_any_other_grows(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.clock.advance(1)
        desk.paper.answers.extend([Later(1.0, "429", named=True)] * 6 + [Later(0.1, "500")] * 3)
        await desk.end()
        await desk.clock.advance(200)

        shown = [at for call, at in desk.paper.calls if call == "cancelled"]
        gaps = [round(later - earlier, 2) for earlier, later in itertools.pairwise(shown)]
        assert gaps[:6] == [1.0] * 6
        assert gaps[6:] == sorted(gaps[6:])
        assert gaps[8] > gaps[6] > 1.0
        assert desk.state() is DeliveryState.DONE


async def test_a_channel_that_closes_before_the_final_ends_the_delivery(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.clock.advance(1)
        desk.paper.answers.append(Gone("forbidden", channel=True))
        await desk.end()
        await desk.clock.advance(5)

        assert [call for call, _ in desk.paper.calls].count("cancelled") == 1
        assert desk.state() is DeliveryState.DEAD


async def test_messages_that_vanish_are_replaced_ever_more_slowly_under_new_nonces(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.clock.advance(1)
        desk.paper.answers.extend([Gone("deleted"), Done()] * 6)
        await desk.end()
        await desk.clock.advance(60)

        placed = [at for call, at in desk.paper.calls if call == "place cancelled"]
        gaps = [round(later - earlier, 2) for earlier, later in itertools.pairwise(placed)]
        assert gaps == [0.5, 1.0, 2.0, 4.0, 8.0]
        assert len(set(desk.paper.nonces)) == len(desk.paper.nonces) == 7
        assert desk.state() is DeliveryState.DONE


async def test_a_creation_that_finds_its_message_deleted_is_made_anew(tmp_path: Path) -> None:
    async with _desk(tmp_path, Gone("the nonce led nowhere")) as desk:
        await desk.clock.advance(1)
        await desk.end()
        await desk.clock.advance(5)

        assert len(set(desk.paper.nonces)) == 2
        assert desk.state() is DeliveryState.DONE


async def test_a_closed_channel_ends_the_delivery(tmp_path: Path) -> None:
    async with _desk(tmp_path, Gone("forbidden", channel=True)) as desk:
        await desk.clock.advance(1)

        assert desk.state() is DeliveryState.DEAD


async def test_finals_of_a_platform_that_is_gone_stand_in_nobodys_way(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        jobs = [
            new_job(deliveries=(NewDelivery(f"old-{number:04d}", "old", "channel", "{}"),)) for number in range(450)
        ]
        late = new_job(deliveries=(NewDelivery("zzz", "test", "channel", "{}"),))
        for job in [*jobs, late]:
            desk.rows.submit(job)
            desk.rows.cancel(job.id)
        desk.events.wake(DELIVERIES)
        await desk.clock.advance(5)

        assert desk.rows.row("SELECT state FROM delivery WHERE id = 'zzz'") == {"state": "done"}


async def test_a_deleted_jobs_message_is_shown_without_what_it_showed(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.end()
        await desk.clock.advance(5)
        assert desk.state() is DeliveryState.DONE

        await desk.delete()
        await desk.clock.advance(5)

        assert [call for call, _ in desk.paper.calls][-2:] == ["cancelled", "deleted"]
        assert desk.state() is DeliveryState.DONE


async def test_a_death_after_a_deletion_leaves_its_message_due(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.end()
        await desk.clock.advance(5)

        await desk.rows.store.deletions.job(desk.job, desk.clock.now())  # Nobody is woken.
        assert desk.state() is DeliveryState.DUE
        desk.events.wake(DELIVERIES)  # As the next look would.
        await desk.clock.advance(5)

        assert [call for call, _ in desk.paper.calls][-1] == "deleted"
        assert desk.state() is DeliveryState.DONE


async def test_what_is_deleted_while_the_final_is_on_its_way_is_shown_as_deleted(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.clock.advance(1)
        desk.paper.meanwhile.append(desk.delete())
        await desk.end()
        await desk.clock.advance(5)

        assert [call for call, _ in desk.paper.calls][-2:] == ["cancelled", "deleted"]
        assert desk.state() is DeliveryState.DONE


async def test_a_message_that_is_gone_itself_is_not_replaced_to_say_so(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.end()
        await desk.clock.advance(5)
        desk.paper.answers.append(Gone("deleted"))

        await desk.delete()
        await desk.clock.advance(60)

        assert len(desk.paper.nonces) == 1
        assert desk.state() is DeliveryState.DONE


async def test_a_job_of_long_ago_is_given_as_much_time_as_any(tmp_path: Path) -> None:
    async with _desk(tmp_path) as desk:
        await desk.end()
        await desk.clock.advance(5)
        desk.rows.tx.run("UPDATE job SET ended_ms = ended_ms - 400000000")
        desk.paper.answers.append(Later(1.0, "busy"))

        await desk.delete()
        await desk.clock.advance(10)

        assert [call for call, _ in desk.paper.calls][-2:] == ["deleted", "deleted"]
        assert desk.state() is DeliveryState.DONE


@asynccontextmanager
async def _desk(
    folder: Path, *answers: Placed | Answer | Exception, give_up_s: float = 24 * 3600.0
) -> AsyncIterator[Desk]:
    clock, events = FakeClock(), Events()
    rows = Rows(Numbers(waiting=Waiting(10_000, 10_000, 10_000)))
    rows.now_ms = int(clock.now().timestamp() * 1000)
    queue = Queue(rows.store, LocalBlobs(folder, steps=no_steps), events, clock, steps=no_steps)
    paper = Paper(clock)
    paper.answers.extend(answers)
    job = new_job(now_ms=rows.now_ms)
    rows.submit(job)
    patience = Patience(settle_s=SETTLE_S, place_s=timedelta(hours=1).total_seconds(), give_up_s=give_up_s)
    loop = DeliveryLoop(
        rows.store, queue, events, clock, {"test": paper}, boot=BootId("boot"), patience=patience, steps=no_steps
    )
    desk = Desk(clock, rows, events, queue, paper, JobId(job.id), DeliveryId(job.deliveries[0].id), loop)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(loop.run())
        await clock.advance(0)
        yield desk
        running.cancel()
