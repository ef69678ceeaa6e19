"""A made-up crowd that asks for images, and the database that it asks."""

from __future__ import annotations

import itertools
from contextlib import asynccontextmanager, closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pinxit.data import lanes
from pinxit.data.job_rows import route_to_json
from pinxit.data.migrate import migrate
from pinxit.data.sqlite import SqliteTx, connect
from pinxit.data.store import Numbers, open_store
from pinxit.data.submitting import NewDelivery, NewJob, Waiting
from pinxit.data.taking_in import submit_all
from pinxit.data.times import to_ms
from pinxit.domain.ids import PoolName, new_id
from pinxit.domain.job import Priority, RouteStep
from pinxit.domain.request import Request, request_to_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from pinxit.data.store import Store

POOL = PoolName("gpu")
NUMBERS = Numbers(waiting=Waiting(per_person=10**9, per_guild=10**9, total=10**9))
ROUTE = (RouteStep(POOL, cost_s=2.0, batch_key="sdxl:1024x1024:30", model="sdxl"), RouteStep(PoolName("sketch"), 0.5))
REQUEST = Request(
    prompt="a lighthouse at dusk, stormy sea, " * 6, width_px=1024, height_px=1024, seed=7, model="sdxl", steps=30
)
TARGET = '{"application":"1234567890123456789","token":"' + "x" * 200 + '"}'
PERSONS = 5  # In each guild.


@dataclass(slots=True)
class Crowd:
    """Guilds whose persons ask in turn."""

    guilds: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def jobs(self, count: int) -> list[NewJob]:
        """Return as many new jobs as an action would submit: each with a key and a delivery, a group of its own."""
        route, request, first = route_to_json(ROUTE), request_to_json(REQUEST), asdict(ROUTE[0])
        made = []
        for number in itertools.islice(self._numbers, count):
            now = datetime.now(UTC)
            job, guild = new_id(now), number % self.guilds
            new = NewJob(
                id=job,
                group=job,
                guild=f"discord:{guild}",
                person=f"person-{guild}-{number // self.guilds % PERSONS}",
                platform="discord",
                route=route,
                first=first,
                request=request,
                count=1,
                priority=Priority.NORMAL,
                credits_milli=1000,
                dollars_micro=0,
                deadline_s=300.0,
                private=False,
                now_ms=to_ms(now),
                idem=f"discord:{number}",
                digest="0" * 64,
                deliveries=(NewDelivery(new_id(now), "discord", "channel", TARGET),),
                texts=(REQUEST.prompt, REQUEST.typed),
            )
            made.append(new)
        return made


@asynccontextmanager
async def waiting(path: Path, crowd: Crowd, count: int) -> AsyncIterator[Store]:
    """Open a new store in which `count` jobs of the crowd wait: submitted as ever, but with one commit for all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    migrate(path)
    with closing(connect(path)) as connection:
        tx = SqliteTx(connection)
        connection.execute("BEGIN IMMEDIATE")
        lanes.open_pool(tx, POOL)
        for begin in range(0, count, 1000):
            submit_all(tx, crowd.jobs(min(1000, count - begin)), NUMBERS.waiting, NUMBERS.rules)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    async with open_store(path, NUMBERS) as store:
        yield store
