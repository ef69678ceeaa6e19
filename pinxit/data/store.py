"""Everything that is kept, opened together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.data.accounts import Accounts
from pinxit.data.bans import Bans
from pinxit.data.deletions import Deletions
from pinxit.data.deliveries import Deliveries
from pinxit.data.favourites import Favourites
from pinxit.data.forgetting import Forgetting
from pinxit.data.guilds import Guilds
from pinxit.data.history import History
from pinxit.data.images import Images
from pinxit.data.jobs import Jobs
from pinxit.data.keys import Keys
from pinxit.data.lines import Lines
from pinxit.data.linking import Linking
from pinxit.data.migrate import migrate
from pinxit.data.mydata import MyData
from pinxit.data.notes import Notes
from pinxit.data.people import People
from pinxit.data.pools import Pools
from pinxit.data.recreations import Recreations
from pinxit.data.report_cards import ReportCards
from pinxit.data.reports import Reports
from pinxit.data.retention import Retention
from pinxit.data.sessions import Sessions
from pinxit.data.sqlite import SqliteDatabase
from pinxit.data.submitting import Waiting
from pinxit.data.tickets import Tickets
from pinxit.data.workers import Workers
from pinxit.domain.fairness import Rules
from pinxit.domain.image_rules import ImageRules
from pinxit.domain.retry import Policy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping
    from pathlib import Path

    from pinxit.domain.budget import Budget
    from pinxit.domain.ports import Database


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that the queue's rows are run by.

    `at_once`: how many jobs this program's own workers run together (None: as many as there are workers).
    `images`: what the operator wants of pictures that are not safe for everybody, where a guild says nothing.
    `budgets`: what each generator may cost, by name.
    """

    rules: Rules = Rules()  # noqa: RUF009 - frozen, so one may serve all, as below
    policy: Policy = Policy()  # noqa: RUF009
    waiting: Waiting = Waiting()  # noqa: RUF009
    lease_s: float = 30.0
    at_once: int | None = None
    images: ImageRules = ImageRules()  # noqa: RUF009
    budgets: Mapping[str, Budget] = field(default_factory=dict)


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
    reports: Reports
    report_cards: ReportCards
    mydata: MyData
    forgetting: Forgetting
    retention: Retention
    pools: Pools
    bans: Bans
    accounts: Accounts
    tickets: Tickets
    linking: Linking
    notes: Notes

    async def open_pools(self, pools: Iterable[str]) -> None:
        """Make sure that these pools exist, and that guilds which have no cap of their own go by the present one."""
        names = list(pools)
        await self.database.write(lambda tx: self.pools.open_in(tx, names))


def store_over(database: Database, numbers: Numbers) -> Store:
    """Put the tables over an open database."""
    jobs = Jobs(
        database,
        rules=numbers.rules,
        policy=numbers.policy,
        waiting=numbers.waiting,
        lease_s=numbers.lease_s,
        at_once=numbers.at_once,
        budgets=numbers.budgets,
        images=numbers.images,
    )
    return Store(
        database,
        jobs,
        Images(database, numbers.images),
        Deliveries(database),
        Lines(database),
        Keys(database),
        Workers(database),
        Sessions(database),
        Recreations(database),
        History(database, numbers.images),
        Deletions(database),
        Favourites(database, numbers.images),
        People(database),
        Guilds(database),
        Reports(database, numbers.images),
        ReportCards(database),
        MyData(database, numbers.images),
        Forgetting(database),
        Retention(database),
        Pools(database, numbers.rules),
        Bans(database),
        Accounts(database),
        Tickets(database),
        Linking(database),
        Notes(database),
    )


@asynccontextmanager
async def open_store(path: Path, numbers: Numbers, *, readers: int = 2) -> AsyncIterator[Store]:
    """Migrate and open a database file. Raises ConfigError for a file that cannot be used."""
    path.parent.mkdir(parents=True, exist_ok=True)
    migrate(path)
    async with SqliteDatabase(path, readers=readers) as database:
        yield store_over(database, numbers)
