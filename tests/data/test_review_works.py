"""Bursts of works over a database that fails at random: everybody is told what is there, and the books are right."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.data import rationing
from pinxit.data.books import verify
from pinxit.data.ledger import differences
from pinxit.data.store import Numbers, open_store
from pinxit.data.submitting import Waiting
from pinxit.data.times import from_ms
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.ids import JobId
from pinxit.domain.quota import Limit, Period, Scope, Unit
from tests.queueing.world import START_MS, new_job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pinxit.data.store import Store
    from pinxit.data.submitting import NewJob, Submitted
    from pinxit.domain.ports import Tx

MOST = Waiting(per_person=6, per_guild=12, total=60)
LIMITED, LIMIT = "person-1", 250


def no_fault(_connection: sqlite3.Connection, _random: Random) -> None:
    """Let everything go well."""


def full_disk(connection: sqlite3.Connection, random: Random) -> None:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + random.randrange(4)}")


def no_commit(connection: sqlite3.Connection, _random: Random) -> None:
    def denied(action: int, argument: str | None, *_rest: object) -> int:
        is_commit = action == sqlite3.SQLITE_TRANSACTION and argument == "COMMIT"
        return sqlite3.SQLITE_DENY if is_commit else sqlite3.SQLITE_OK

    connection.set_authorizer(denied)


def wishes(random: Random, now_ms: int, *, in_groups: bool) -> list[NewJob]:
    """Return what one caller asks for: a job, or `in_groups`, sometimes several."""
    who = {"guild": f"guild-{random.randrange(4)}", "person": f"person-{random.randrange(5)}", "now_ms": now_ms}
    more = random.choice((0, 0, 0, 1, 3)) if in_groups else 0
    first = new_job(
        **who,
        idem=None if more else random.choice((None, f"{who['person']}-{random.randrange(12)}")),
        digest=random.choice("aab"),
        person_cooldown_s=random.choice((0, 0, 0, 0.5)),
        credits_milli=random.choice((0, 100, 250)),
    )
    return [first, *(replace(new_job(**who), group=first.id) for _ in range(more))]


def known(tx: Tx) -> None:
    """Make all of them known but the last guild, as only those share statements, and limit one."""
    for number in range(5):
        tx.run("INSERT INTO person (id, created_ms) VALUES (:id, 0)", id=f"person-{number}")
    for number in range(3):
        tx.run("INSERT INTO guild (id, created_ms) VALUES (:id, 0)", id=f"guild-{number}")
    rationing.set_limit(tx, Limit(Scope.PERSON, LIMITED, Unit.CREDIT, Period.DAY, 0), LIMIT, "admin", 0)


@pytest.mark.parametrize("fault", [no_fault, full_disk, no_commit])
async def test_everybody_of_a_burst_is_told_what_is_there(
    fault: Callable[[sqlite3.Connection, Random], None], tmp_path: Path
) -> None:
    random = Random(7)  # noqa: S311 - it has to repeat
    async with open_store(tmp_path / "pinxit.db", Numbers(waiting=MOST)) as store:
        await store.open_pools(["gpu"])
        await store.database.write(known)
        connection = store.database._connection  # type: ignore[attr-defined]  # noqa: SLF001 - to break it
        kinds: Counter[str] = Counter()
        for burst in range(8):
            now_ms = START_MS + burst * 1000
            # A group that is refused has most often written, and then nobody of its burst shares a statement.
            in_groups = burst % 4 > 1
            asked = [wishes(random, now_ms, in_groups=in_groups) for _ in range(random.randrange(9, 30))]
            before = (await rows(store, "SELECT id FROM job WHERE state = 'queued' ORDER BY id"))[::2]
            (fault if burst % 2 else no_fault)(connection, random)
            asking = [asyncio.ensure_future(store.jobs.submit(jobs)) for jobs in asked]
            ending = [asyncio.ensure_future(store.jobs.cancel(JobId(row["id"]), from_ms(now_ms))) for row in before]
            await asyncio.sleep(0)
            for one in asking:
                if random.random() < 0.1:
                    one.cancel()
            told = await asyncio.gather(*asking, return_exceptions=True)
            await asyncio.gather(*ending, return_exceptions=True)
            connection.set_authorizer(None)
            connection.execute("PRAGMA max_page_count = 1000000")

            there = {row["id"] for row in await rows(store, "SELECT id FROM job")}
            for jobs, answer in zip(asked, told, strict=True):
                kinds[type(answer).__name__] += 1
                check_answer(jobs, answer, there)
            await check_rows(store)

    assert kinds["list"] > 10
    assert kinds["Refused"] > 5
    assert (kinds["Unavailable"] > 0) == (fault is not no_fault)


def check_answer(jobs: Sequence[NewJob], answer: Sequence[Submitted] | BaseException, there: set[str]) -> None:
    if isinstance(answer, asyncio.CancelledError):
        assert len({job.id in there for job in jobs}) == 1
    elif isinstance(answer, BaseException):
        assert isinstance(answer, Refused | Unavailable)
        assert there.isdisjoint(job.id for job in jobs)
        if isinstance(answer, Refused) and answer.code is Code.IDEMPOTENCY_MISMATCH:
            assert answer.facts["job"] in there
    else:
        for job, one in zip(jobs, answer, strict=True):
            assert one.id in there
            assert one.is_new == (one.id == job.id) == (job.id in there)


async def check_rows(store: Store) -> None:
    assert await store.database.read(differences) == []
    assert await store.database.read(verify) == []
    for column, most in (("person_id", MOST.per_person), ("guild_id", MOST.per_guild), ("pool", MOST.total)):
        queued = f"SELECT {column} AS id, COUNT(*) AS n FROM job WHERE state = 'queued' GROUP BY 1"  # noqa: S608 - literals
        counted = {row["id"]: row["n"] for row in await rows(store, queued)}
        assert all(n <= most for n in counted.values())
        table = {"person_id": "flow", "guild_id": "lane", "pool": "pool"}[column]
        kept = f"SELECT {column} AS id, SUM(queued) AS n FROM {table} GROUP BY 1 HAVING SUM(queued) > 0"  # noqa: S608 - literals
        assert {row["id"]: row["n"] for row in await rows(store, kept)} == counted
    used = await rows(store, "SELECT SUM(used) AS n FROM usage WHERE scope = 'person' AND scope_id = :id", id=LIMITED)
    assert (used[0]["n"] or 0) <= LIMIT
    jobs, words, deliveries = [
        {row["id"] for row in await rows(store, f"SELECT {column} AS id FROM {table}")}  # noqa: S608 - literals
        for table, column in (("job", "id"), ("job_words", "job_id"), ("delivery", "job_id"))
    ]
    assert jobs == words == deliveries


async def rows(store: Store, sql: str, **values: object) -> Sequence[Mapping[str, Any]]:
    def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
        return tx.all(sql, **values)

    return await store.database.read(work)
