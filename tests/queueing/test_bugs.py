"""A bug of ours while a picture is stored ends the attempt at once; what may pass is tried again."""

from __future__ import annotations

import errno
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from pinxit.data.blobs import LocalBlobs
from pinxit.domain.errors import Broken
from pinxit.domain.generator import Made
from pinxit.domain.ids import JobId, PoolName, WorkerId
from pinxit.domain.job import JobState, Lease, Outcome
from pinxit.domain.ports import no_steps
from pinxit.queue.broker import LocalBroker
from pinxit.queue.bugs import told_as_broken
from pinxit.queue.developing import develop
from tests.builders import a_png, a_request
from tests.generators_for_tests import Plain
from tests.queueing.worker_room import WorkerRoom, open_worker_room

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


LEASE = Lease(JobId("j"), 1, 1, PoolName("plain"), WorkerId("boot.plain.1"), a_request(), (0,), 300.0)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[WorkerRoom]:
    async with open_worker_room(tmp_path) as room:
        yield room


class Faulty(LocalBlobs):
    """Files whose writing fails as told, once for each error."""

    def __init__(self, folder: Path, *errors: Exception) -> None:
        super().__init__(folder, steps=no_steps)
        self.errors = list(errors)

    async def put(self, path: str, data: bytes) -> None:
        if self.errors:
            raise self.errors.pop(0)
        await super().put(path, data)


def broker_with(room: WorkerRoom, blobs: LocalBlobs) -> LocalBroker:
    return LocalBroker(room.store, blobs, room.events, room.clock, steps=no_steps)


async def test_a_bug_while_a_picture_is_stored_ends_the_job_with_one_traceback(
    room: WorkerRoom, tmp_path: Path
) -> None:
    faulty = Faulty(tmp_path / "files", *[TypeError("a red fox")] * 50)
    job = await room.submit("plain")

    with capture_logs() as logs:
        async with room.working(Plain("plain", {}, room.clock), broker=broker_with(room, faulty)):
            failed = await room.until(job, JobState.FAILED)

    tracebacks = [entry for entry in logs if entry.get("exc_info")]
    assert [attempt.outcome for attempt in failed.attempts] == [Outcome.BROKEN]
    assert "TypeError" in failed.attempts[0].message
    assert "red fox" not in failed.attempts[0].message
    assert [entry["job"] for entry in tracebacks] == [job]
    assert not [entry for entry in logs if entry["event"] == "the server does not answer"]


async def test_a_full_disk_is_no_bug_and_may_pass(room: WorkerRoom, tmp_path: Path) -> None:
    full = Faulty(tmp_path / "files", *[OSError(errno.ENOSPC, "full")] * 3)
    job = await room.submit("plain")

    async with room.working(Plain("plain", {}, room.clock), broker=broker_with(room, full)):
        done = await room.until(job, JobState.SUCCEEDED)

    assert [attempt.outcome for attempt in done.attempts] == [Outcome.SUCCEEDED]


def test_a_bug_while_a_picture_is_developed_is_told_without_its_text(room: WorkerRoom) -> None:
    made = Made(LEASE.job, 0, a_png(), "image/png", 64, 64, 7, "a red fox")
    nonsense: Any = [("no row", b"")]

    with capture_logs() as logs, pytest.raises(Broken, match="AttributeError"):
        develop(LEASE, made, nonsense, room.clock.now())

    assert len([entry for entry in logs if entry.get("exc_info")]) == 1


@pytest.mark.parametrize(
    "passing", [OSError("a disk"), sqlite3.OperationalError(), MemoryError(), TimeoutError(), Broken("no picture")]
)
def test_what_may_pass_stays_what_it_is(passing: Exception) -> None:
    with pytest.raises(type(passing)) as raised, told_as_broken(LEASE):
        raise passing

    assert raised.value is passing
