"""What is too old goes, a little at a time, and a death in the middle leaves only files that are swept."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pinxit.data.blobs import LocalBlobs
from pinxit.data.history import Wanted
from pinxit.data.retention import OVER
from pinxit.data.store import Numbers, open_store
from pinxit.domain.ids import BootId, GuildId, PersonId
from pinxit.domain.ports import no_steps
from pinxit.queue.aftermath import record_path
from pinxit.queue.events import Events
from pinxit.queue.queue import Queue
from pinxit.queue.retention import AT_ONCE, EVERY_S, Retention
from pinxit.queue.ticker import Ticker
from tests.builders import a_png
from tests.contracts.store_contract import POOL, at
from tests.contracts.store_library_contract import painted
from tests.contracts.store_privacy_contract import ruled
from tests.fakes import FakeClock
from tests.queueing.world import Queue as WholeQueue

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.data.store import Store
    from pinxit.domain.job import Job
    from pinxit.domain.ports import Steps

IN_TEN_DAYS = at(4) + timedelta(days=10)


class Died(BaseException):
    """The program ends here."""


@dataclass(frozen=True)
class Attic:
    """A store with pictures of ten days ago."""

    store: Store
    blobs: LocalBlobs
    events: Events
    clock: FakeClock
    folder: Path

    def retention(self, days: int | None = 7, steps: Steps = no_steps) -> Retention:
        """Return what lets go of them."""
        return Retention(self.store, self.blobs, self.events, self.clock, days=days, steps=steps)

    async def job(self, **changes: object) -> Job:
        """Return an old job whose picture has a file and a record."""
        job = await painted(self.store, **changes)  # type: ignore[arg-type]  # fields of NewJob
        for path in (job.images[0].path, record_path(job.images[0].path)):
            await self.blobs.put(path, a_png())
        return job

    async def jobs(self) -> list[str]:
        """Return the jobs that are still there."""
        return [job.id for job in await self.store.history.page(Wanted(most=100))]

    def files(self) -> int:
        """Return how many files there are."""
        return sum(path.is_file() for path in (self.folder / "files").rglob("*"))


@asynccontextmanager
async def attic(folder: Path) -> AsyncIterator[Attic]:
    """Open it."""
    async with open_store(folder / "pinxit.db", Numbers()) as store:
        await store.open_pools([POOL])
        yield Attic(store, LocalBlobs(folder / "files", steps=no_steps), Events(), FakeClock(IN_TEN_DAYS), folder)


async def test_an_old_job_goes_with_its_files_and_whoever_follows_it_is_told(tmp_path: Path) -> None:
    async with attic(tmp_path) as old:
        job = await old.job()
        with old.events.listen(job.id) as heard:
            assert await old.retention(days=None).tick() == 0
            assert await old.retention(days=11).tick() == 0
            assert (old.files(), heard.is_set()) == (2, False)
            assert await old.retention(days=9).tick() == 1
            assert heard.is_set()
        left = await old.jobs()

    assert (left, old.files()) == ([], 0)


async def test_only_a_few_go_at_once_and_it_rests_when_all_are_gone(tmp_path: Path) -> None:
    async with attic(tmp_path) as old:
        for _ in range(AT_ONCE + 2):
            await old.job()
        retention = old.retention()
        first = [await retention.tick() for _ in range(3)]
        await old.job()
        asleep = await retention.tick()
        await old.clock.advance(EVERY_S)
        awake = await retention.tick()

    assert (first, asleep, awake) == ([AT_ONCE, 2, 0], 0, 1)


async def test_a_guild_may_keep_less_but_not_more_than_the_operator(tmp_path: Path) -> None:
    async with attic(tmp_path) as old:
        short, long = await old.job(guild="guild-1"), await old.job(guild="guild-2")
        await ruled(old.store, GuildId("guild-1"), retention_days=3)
        await ruled(old.store, GuildId("guild-2"), retention_days=30)
        assert await old.retention(days=None).tick() == 1
        between = await old.jobs()
        assert await old.retention(days=7).tick() == 1

    assert short.id not in between
    assert between == [long.id]


async def test_a_favourite_keeps_its_job_whoever_keeps_it(tmp_path: Path) -> None:
    async with attic(tmp_path) as old:
        job = await old.job()
        person = PersonId("somebody")
        await old.store.favourites.add(person, job.images[0].id, old.clock.now())
        kept = await old.retention().tick()
        await old.store.favourites.remove(person, job.images[0].id)
        gone = await old.retention().tick()

    assert (kept, gone) == (0, 1)


async def test_the_tick_lets_go_of_old_jobs(tmp_path: Path) -> None:
    async with attic(tmp_path) as old:
        await old.job()
        queue = Queue(old.store, old.blobs, old.events, old.clock, steps=no_steps)
        await Ticker(old.store, old.blobs, queue, old.clock, BootId("boot-1"), old.retention()).tick()
        left = await old.jobs()

    assert left == []


async def test_a_death_between_commit_and_files_leaves_files_that_no_row_names(tmp_path: Path) -> None:
    def die(step: str) -> None:
        assert step == "retention.after_commit"
        raise Died

    async with attic(tmp_path) as old:
        await old.job()
        with pytest.raises(Died):
            await old.retention(steps=die).tick()
        assert (await old.jobs(), old.files()) == ([], 2)
        keep = await old.store.images.paths()

    assert keep == frozenset()


def test_what_is_too_old_is_found_in_an_index_without_sorting() -> None:
    rows = WholeQueue().rows(f"EXPLAIN QUERY PLAN {OVER}", guild="guild-1", before=1, most=20)
    plan = [row["detail"] for row in rows]

    assert "job_kept" in plan[0], plan
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in plan), plan
