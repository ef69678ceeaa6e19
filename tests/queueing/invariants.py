"""What must hold of the queue's rows at every moment, compared with what the test knows of its jobs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from pinxit.data import ledger
from pinxit.domain.job import JobState, Lease

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.retry import Policy
    from tests.queueing.world import Queue


@dataclass(slots=True)
class Known:
    """What the test knows of a job."""

    guild: str
    person: str
    count: int
    state: JobState = JobState.QUEUED
    lease: Lease | None = None
    tries: int = 0
    deaths: int = 0
    images: set[int] = field(default_factory=set)
    has_cancel: bool = False


def assert_states(queue: Queue, jobs: Mapping[str, Known], policy: Policy) -> None:
    """Every job that was submitted is there once, and every field agrees with its state."""
    rows = {row["id"]: row for row in queue.rows("SELECT * FROM job")}
    assert {job: row["state"] for job, row in rows.items()} == {job: known.state for job, known in jobs.items()}
    open_attempts = Counter(row["job_id"] for row in queue.rows("SELECT job_id FROM attempt WHERE ended_ms IS NULL"))
    for job, known in jobs.items():
        row = rows[job]
        assert (row["tries"], row["program_deaths"]) == (known.tries, known.deaths)
        assert (row["lease_ms"] is not None) == (row["worker"] is not None) == (known.state is JobState.RUNNING)
        assert (row["run_ms"] is not None) == (known.state is JobState.WAITING)
        assert (row["ended_ms"] is not None) == known.state.is_final
        assert open_attempts[job] == (known.state is JobState.RUNNING)
        assert known.lease is None or (known.lease.fence, known.lease.worker) == (row["fence"], row["worker"])
        assert known.tries < policy.tries or known.state.is_final
        assert known.deaths < policy.program_deaths or known.state.is_final


def assert_counters(queue: Queue) -> None:
    """Pools, lanes and flows count what a COUNT over the jobs finds, and no guild runs more than its cap."""
    for table, columns in (
        ("pool", ("pool",)),
        ("lane", ("pool", "guild_id")),
        ("flow", ("pool", "guild_id", "person_id")),
    ):
        counted: Counter[tuple[str, ...]] = Counter()
        running: Counter[tuple[str, ...]] = Counter()
        backlog: Counter[tuple[str, ...]] = Counter()
        for row in queue.rows("SELECT * FROM job WHERE state IN ('queued', 'running')"):
            key = tuple(row[column] for column in columns)
            if row["state"] == "queued":
                counted[key] += 1
                backlog[key] += row["cost_s"]
            else:
                running[key] += 1
        for row in queue.rows(f"SELECT * FROM {table}"):  # noqa: S608 - one of three literals
            key = tuple(row[column] for column in columns)
            assert row["queued"] == counted[key]
            if table != "flow":
                assert row["running"] == running[key]
            if table == "lane":
                assert row["running"] <= row["cap"]
                assert row["backlog_s"] == pytest.approx(backlog[key])


def assert_money(queue: Queue, jobs: Mapping[str, Known], credits_milli: int) -> None:
    """Counters are the sums of the ledger, and every final job has one settlement or refund of each unit."""
    assert ledger.differences(queue.tx) == []
    booked: dict[str, Counter[str]] = {job: Counter() for job in jobs}
    ends: dict[str, Counter[str]] = {job: Counter() for job in jobs}
    for row in queue.rows("SELECT * FROM ledger"):
        if row["unit"] == "credit":
            booked[row["job_id"]]["credit"] += row["amount"]
        if row["attempt"] == 0 and row["kind"] != "reserve":
            ends[row["job_id"]][row["unit"]] += 1
    for job, known in jobs.items():
        assert ends[job] == (Counter(credit=1, dollar=1) if known.state.is_final else Counter())
        if known.state is JobState.SUCCEEDED:
            assert booked[job]["credit"] == credits_milli * len(known.images) // known.count
        else:
            assert booked[job]["credit"] == (0 if known.state.is_final else credits_milli)


def assert_outbox_and_images(queue: Queue, jobs: Mapping[str, Known]) -> None:
    """A delivery is due if and only if its job has ended; images are ready, still waiting for that, or dropped."""
    due = {row["job_id"]: row["state"] for row in queue.rows("SELECT job_id, state FROM delivery")}
    images: dict[str, list[tuple[int, str]]] = {job: [] for job in jobs}
    for row in queue.rows("SELECT job_id, position, state FROM image WHERE state <> 'deleted'"):
        images[row["job_id"]].append((row["position"], row["state"]))
    for job, known in jobs.items():
        assert due[job] == ("due" if known.state.is_final else "open")
        state = "ready" if known.state is JobState.SUCCEEDED else "made"
        assert sorted(images[job]) == [(position, state) for position in sorted(known.images)]
