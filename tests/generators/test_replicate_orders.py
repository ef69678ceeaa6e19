"""What has been ordered: cancelled there, noted at once, found again after a crash, and never paid twice."""

from __future__ import annotations

import asyncio
import json

import pytest

from pinxit.domain.errors import Broken, LeaseLost, Refused, Temporary
from pinxit.domain.generator import Task
from pinxit.domain.ids import JobId
from tests.generators.replicate_room import SMALL, failure, made, painter
from tests.generators.watching import Notes
from tests.generators.webui import a_task
from tests.providers.replicate_server import ReplicateServer


def resumed(task: Task, urls: dict[str, str]) -> Task:
    return Task(task.job, task.request, task.indices, task.sources, json.dumps(urls))


async def test_a_cancel_is_heard_by_replicate_and_nothing_is_painted() -> None:
    notes = Notes()
    async with ReplicateServer() as server, painter(server) as generator:
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(made(generator, a_task(indices=(0, 1), **SMALL), notes))
            await server.holding.wait()
            notes.cancelled.add(JobId("job"))

        assert painting.result() == []
        assert server.cancels == len(server.created)
        assert {one.status for one in server.kept.values()} == {"canceled"}
        assert await made(generator, a_task(**SMALL), notes) == []
        assert server.cancels == len(server.created)


async def test_who_stops_the_generator_for_another_reason_leaves_the_prediction_to_be_polled_later() -> None:
    looked = asyncio.Event()
    notes = Notes(on_progress=looked.set)
    async with ReplicateServer() as server, painter(server) as generator:
        server.hold()
        task = a_task(**SMALL)
        painting = asyncio.ensure_future(made(generator, task, notes))
        await looked.wait()
        painting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await painting
        assert server.cancels == 0
        server.go()

        again = Notes()
        found = await made(generator, resumed(task, json.loads(str(notes.sent_ids[-1]))), again)

    assert [(image.index, image.seed) for image in found] == [(0, 7)]
    assert len(server.created) == 1
    assert again.sent_ids == [notes.sent_ids[-1]]


async def test_what_is_ordered_is_noted_at_once_by_index() -> None:
    notes = Notes()
    async with ReplicateServer() as server, painter(server) as generator:
        await made(generator, a_task(indices=(1, 3), **SMALL), notes)

    urls = json.loads(str(notes.sent_ids[-1]))
    assert notes.sent_ids[0] is None
    assert notes.sent_ids.count(None) == 1
    assert set(urls) == {"1", "3"}
    assert {url.rpartition("/")[2] for url in urls.values()} == set(server.kept)


async def test_after_a_crash_only_what_was_not_ordered_is_ordered() -> None:
    first, notes = Notes(), Notes()
    async with ReplicateServer() as server, painter(server) as generator:
        before = await made(generator, a_task(**SMALL), first)
        urls = json.loads(str(first.sent_ids[-1]))
        task = resumed(a_task(indices=(0, 1), **SMALL), urls)
        after = await made(generator, task, notes)

    assert after[0].data == before[0].data
    assert [image.index for image in after] == [0, 1]
    assert [body["input"]["seed"] for body in server.created] == [7, 8]
    assert set(json.loads(str(notes.sent_ids[-1]))) == {"0", "1"}


@pytest.mark.parametrize("fate", ["unknown", "removed", "canceled", "interrupted"])
async def test_an_order_that_was_lost_is_made_again_with_the_same_seed(fate: str) -> None:
    notes = Notes()
    async with ReplicateServer() as server, painter(server) as generator:
        await made(generator, a_task(**SMALL), notes)
        kept = next(iter(server.kept.values()))
        urls = json.loads(str(notes.sent_ids[-1]))
        if fate == "unknown":
            server.kept.clear()
        kept.is_removed = fate == "removed"
        if fate in ("canceled", "interrupted"):
            kept.status, kept.error = "failed" if fate == "interrupted" else fate, "Prediction interrupted"
        found = await made(generator, resumed(a_task(**SMALL), urls))

    assert len(found) == 1
    assert [body["input"]["seed"] for body in server.created] == [7, 7]


@pytest.mark.parametrize("upstream", ["", "a private text", "[1]", '{"x": 1}', '{"0": 7}'])
async def test_a_note_that_is_none_is_passed_over(upstream: str) -> None:
    task = a_task(**SMALL)
    async with ReplicateServer() as server, painter(server) as generator:
        found = await made(generator, Task(task.job, task.request, task.indices, {}, upstream))

    assert len(found) == 1
    assert len(server.created) == 1


async def test_a_refusal_after_a_crash_is_no_reason_to_order_again() -> None:
    notes = Notes()
    async with ReplicateServer() as server, painter(server) as generator:
        server.refuse_next()
        await failure(generator, notes=notes)
        urls = json.loads(str(notes.sent_ids[-1]))
        found = await failure(generator, resumed(a_task(**SMALL), urls))

    assert isinstance(found, Refused)
    assert len(server.created) == 1


async def test_a_strangers_address_is_never_asked() -> None:
    async with ReplicateServer() as server, ReplicateServer() as other, painter(server) as generator:
        urls = {"0": f"{other.url}/v1/predictions/abc"}
        found = await failure(generator, resumed(a_task(**SMALL), urls))

    assert type(found) is Broken
    assert "not its own" in str(found)
    assert other.strangers == []


async def test_a_job_that_is_no_longer_ours_orders_nothing_or_takes_its_order_back() -> None:
    class Lost(Notes):
        """Loses the lease at the word number `at`."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self._at = at

        async def sent(self, job: JobId, upstream_id: str | None) -> None:
            await super().sent(job, upstream_id)
            if len(self.sent_ids) >= self._at:
                raise LeaseLost(job)

    async with ReplicateServer() as server, painter(server) as generator:
        assert isinstance(await failure(generator, notes=Lost(1)), LeaseLost)
        assert server.created == []
        assert isinstance(await failure(generator, notes=Lost(2)), LeaseLost)
        assert (len(server.created), server.cancels) == (1, 1)


async def test_a_prediction_that_never_ends_is_cancelled_and_tried_later() -> None:
    async with ReplicateServer() as server, painter(server, timeout_s=5) as generator:
        server.hold()
        found = await failure(generator)

    assert isinstance(found, Temporary)
    assert "has not finished within 35 s" in str(found)
    assert server.cancels == 1
