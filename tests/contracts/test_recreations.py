"""Images that are made again, on both databases, and at the cost of a look into an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.data.migrate import migrate
from pinxit.data.sqlite import SqliteDatabase
from pinxit.domain.ids import JobId
from tests.contracts import postgres
from tests.contracts.postgres import PostgresDatabase
from tests.contracts.recreation_contract import RecreationContract
from tests.queueing.world import Queue, at_once, new_job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path


class TestRecreationsOnSqlite(RecreationContract):
    @pytest.fixture
    async def database(self, tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
        path = tmp_path / "pinxit.db"
        migrate(path)
        async with SqliteDatabase(path) as database:
            yield database


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as where:
        yield where


@pytest.mark.postgres
class TestRecreationsOnPostgres(RecreationContract):
    @pytest.fixture
    async def database(self, server: str) -> AsyncIterator[PostgresDatabase]:
        async with PostgresDatabase(server) as database:
            yield database


def test_a_file_is_looked_up_in_indexes() -> None:
    plans = [row["detail"] for sql in _heard() for row in Queue().rows(f"EXPLAIN QUERY PLAN {sql}")]

    assert any("INDEX image_sha256" in plan for plan in plans), plans
    assert any("INDEX image_pixels" in plan for plan in plans), plans
    assert not [plan for plan in plans if plan.startswith("SCAN image")], plans


def test_only_a_job_that_makes_an_image_again_is_looked_up_twice() -> None:
    queue = Queue()
    plain = new_job()
    queue.submit(plain)
    heard = queue.database.listen()

    at_once(queue.store.jobs.job(JobId(plain.id)))

    assert not [sql for sql in heard if "recreation" in sql]


def _heard() -> list[str]:
    queue = Queue()
    heard = queue.database.listen()
    at_once(queue.store.images.alike("a" * 64, "b" * 64))
    return [sql for sql in heard if "SELECT" in sql]
