"""Everything that is kept, opened together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data import lanes
from pinxit.data.deletions import Deletions
from pinxit.data.deliveries import Deliveries
from pinxit.data.favourites import Favourites
from pinxit.data.guilds import Guilds
from pinxit.data.history import History
from pinxit.data.images import Images
from pinxit.data.jobs import Jobs
from pinxit.data.keys import Keys
from pinxit.data.lines import Lines
from pinxit.data.migrate import migrate
from pinxit.data.people import People
from pinxit.data.recreations import Recreations
from pinxit.data.sessions import Sessions
from pinxit.data.sqlite import SqliteDatabase
from pinxit.data.submitting import Waiting
from pinxit.data.workers import Workers
from pinxit.domain.fairness import Rules
from pinxit.domain.retry import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    from pinxit.domain.ports import Database, Tx


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that the queue's rows are run by.

    `at_once`: how many jobs this program's own workers run together (None: as many as there are workers).
    """

    rules: Rules = Rules()  # noqa: RUF009 - frozen, so one may serve all, as below
    policy: Policy = Policy()  # noqa: RUF009
    waiting: Waiting = Waiting()  # noqa: RUF009
    lease_s: float = 30.0
    at_once: int | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """The tables by subject, over one database."""

    database: Database
    jobs: Jobs
    images: Images
    deliveries: Deliveries
    lines: Lines
    keys: Keys
    workers: Workers
    sessions: Sessions
    recreations: Recreations
    history: History
    deletions: Deletions
    favourites: Favourites
    people: People
    guilds: Guilds

    async def open_pools(self, pools: Iterable[str]) -> None:
        """Make sure that these pools exist."""
        names = list(pools)

        def work(tx: Tx) -> None:
            for name in names:
                lanes.open_pool(tx, name)

        await self.database.write(work)


def store_over(database: Database, numbers: Numbers) -> Store:
    """Put the tables over an open database."""
    jobs = Jobs(
        database,
        rules=numbers.rules,
        policy=numbers.policy,
        waiting=numbers.waiting,
        lease_s=numbers.lease_s,
        at_once=numbers.at_once,
    )
    return Store(
        database,
        jobs,
        Images(database),
        Deliveries(database),
        Lines(database),
        Keys(database),
        Workers(database),
        Sessions(database),
        Recreations(database),
        History(database),
        Deletions(database),
        Favourites(database),
        People(database),
        Guilds(database),
    )


@asynccontextmanager
async def open_store(path: Path, numbers: Numbers, *, readers: int = 2) -> AsyncIterator[Store]:
    """Migrate and open a database file. Raises ConfigError for a file that cannot be used."""
    path.parent.mkdir(parents=True, exist_ok=True)
    migrate(path)
    async with SqliteDatabase(path, readers=readers) as database:
        yield store_over(database, numbers)
