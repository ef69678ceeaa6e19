"""What admins write means the same in both databases: bans, the audit, shares of pools, guilds and their settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.data import ending
from pinxit.data.audit import Asked, Entry, count_since, newest, note
from pinxit.data.bans import Ban, active_ban, is_known, lift_ban, put_ban
from pinxit.data.guilds import founded_guild, write_guild
from pinxit.data.migrate import migrate
from pinxit.data.pools import may_stop
from pinxit.data.sqlite import SqliteDatabase
from pinxit.data.store import Numbers, Store, store_over
from pinxit.data.tallies import Tally, tally_in
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.guild_rules import GuildRules
from pinxit.domain.ids import GuildId, JobId, PoolName
from pinxit.domain.job import Ended, Outcome
from tests.contracts import postgres
from tests.contracts.postgres import PostgresDatabase
from tests.contracts.store_contract import POOL, at, claim
from tests.queueing.world import new_job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from pinxit.domain.ports import Database, Tx

GUILD = GuildId("guild-1")


class AdminContract:
    """Subclass it with a fixture `database`: empty and migrated."""

    @pytest.fixture
    async def store(self, database: Database) -> Store:
        store = store_over(database, Numbers())
        await store.open_pools([POOL])
        return store

    async def test_a_ban_holds_where_and_as_long_as_it_says(self, store: Store) -> None:
        await store.jobs.submit([new_job()])
        here = Ban("person", "person-1", GUILD, "spam", "chief", at(0), at(60))
        guild = Ban("guild", "guild-2", "", "", "local", at(1), None)

        def put(tx: Tx) -> None:
            for ban in (here, guild, replace(here, reason="more")):
                put_ban(tx, ban)

        await store.database.write(put)

        async def reason(person: str, where: str, second: float) -> str | None:
            row = await store.database.read(lambda tx: active_ban(tx, person, where, to_ms(at(second))))
            return None if row is None else f"{row['scope']} {row['reason']}"

        assert await reason("person-1", GUILD, 59) == "person more"
        assert await reason("person-1", GUILD, 60) is None
        assert await reason("person-1", "guild-3", 0) is None
        assert await reason("person-9", "guild-2", 10**6) == "guild "
        assert [ban.scope_id for ban in await store.bans.active(None, to_ms(at(0)))] == ["guild-2", "person-1"]
        assert await store.bans.active(GUILD, to_ms(at(0))) == [replace(here, reason="more")]
        lifted = await store.database.write(
            lambda tx: [lift_ban(tx, "person", "person-1", GUILD, to_ms(at(0))) for _ in range(2)]
        )
        known = await store.database.read(lambda tx: [is_known(tx, "person", "person-1"), is_known(tx, "guild", "x")])
        assert (lifted, known) == ([True, False], [True, False])

    async def test_the_audit_is_read_by_what_is_asked(self, store: Store) -> None:
        entries = [
            (Entry("anna", "ban.set", GUILD, "person:b", {"hours": 1.5, "é": None}), 0),
            (Entry("local", "pool.paused"), 1),
            (Entry("anna", "guild.set", GUILD), 2),
        ]

        def put(tx: Tx) -> None:
            for entry, second in entries:
                note(tx, entry, to_ms(at(second)))

        await store.database.write(put)

        async def found(asked: Asked) -> list[str]:
            return [row.entry.act for row in await store.database.read(lambda tx: newest(tx, asked, 10))]

        everything = await store.database.read(lambda tx: newest(tx, Asked(), 10))
        assert [row.entry for row in everything] == [entry for entry, _ in reversed(entries)]
        assert await found(Asked(guild=GUILD, actor="anna", act="ban.set")) == ["ban.set"]
        assert await found(Asked(guild="")) == ["pool.paused"]
        assert await found(Asked(since_at=at(1), until_at=at(2))) == ["pool.paused"]
        assert await found(Asked(before=everything[1].id)) == ["ban.set"]
        counted = await store.database.read(lambda tx: count_since(tx, "anna", "guild.set", to_ms(at(2)), 5))
        assert counted == 1

    async def test_a_share_reaches_the_lanes_and_a_paused_guild_waits(self, store: Store) -> None:
        await store.jobs.submit([new_job(), new_job(guild="guild-2")])

        async def share(**changed: float | None) -> tuple[float, int]:
            await store.database.write(lambda tx: store.pools.share_in(tx, GUILD, **changed))
            row = await store.database.read(
                lambda tx: tx.one("SELECT weight, cap FROM lane WHERE guild_id = :id", id=GUILD)
            )
            assert row is not None
            return row["weight"], row["cap"]

        assert await share(weight=2.5, running_cap=7) == (2.5, 7)
        assert await share(paused=1) == (2.5, 0)
        assert (await store.pools.paused()).guilds == {GUILD}
        (other,) = await claim(store)
        assert await claim(store) == []
        assert await share(paused=0, running_cap=None) == (2.5, 4)
        (own,) = await claim(store)
        assert own.job != other.job
        await store.database.write(lambda tx: store.pools.share_in(tx, GUILD, weight=100.0))
        await store.jobs.end(own, Ended(Outcome.RELEASED), at(1))
        row = await store.database.read(lambda tx: tx.one("SELECT vtime FROM lane WHERE guild_id = :id", id=GUILD))
        assert row is not None
        assert row["vtime"] == pytest.approx(0)

    async def test_a_pool_is_paused_once(self, store: Store) -> None:
        await store.open_pools(["other"])

        async def set_paused(pool: str | None, *, paused: bool) -> list[str]:
            name = None if pool is None else PoolName(pool)
            return list(await store.database.write(lambda tx: store.pools.pause_in(tx, name, paused=paused)))

        assert await set_paused(POOL, paused=True) == [POOL]
        assert await set_paused(POOL, paused=True) == []
        assert (await store.pools.paused()).pools == {POOL}
        assert await set_paused(None, paused=True) == ["other"]
        assert await set_paused(None, paused=False) == sorted([POOL, "other"])
        assert list(await store.pools.names()) == sorted([POOL, "other"])

    async def test_what_can_be_stopped_is_listed_last_in_line_first(self, store: Store) -> None:
        jobs = [new_job(), new_job(), new_job(person="person-2"), new_job(guild="guild-2"), new_job()]
        await store.jobs.submit(jobs)
        (lease,) = await claim(store)
        first, second, his, _, third = (job.id for job in jobs)

        async def stoppable(guild: str | None, person: str | None, *, also_running: bool = False) -> list[str]:
            name = None if guild is None else GuildId(guild)
            return list(await store.pools.stoppable(name, person, also_running=also_running))

        assert lease.job == first
        assert await stoppable(GUILD, "person-1") == [third, second]
        assert set(await stoppable(GUILD, None)) == {second, his, third}
        assert await stoppable(GUILD, "person-1", also_running=True) == [third, second, first]
        assert len(await stoppable(None, None, also_running=True)) == 5
        await store.database.write(lambda tx: ending.cancel(tx, second, to_ms(at(1))))
        stops = await store.database.read(
            lambda tx: [
                may_stop(tx, JobId(job), also_running=running) for job in (first, second) for running in (False, True)
            ]
        )
        assert stops == [False, True, False, False]

    async def test_a_guild_is_founded_and_its_settings_are_kept(self, store: Store) -> None:
        with pytest.raises(Refused) as refused:
            await store.database.write(lambda tx: founded_guild(tx, GUILD, None, 0))
        made = await store.database.write(lambda tx: founded_guild(tx, GUILD, "discord", 0))
        again = await store.database.write(lambda tx: founded_guild(tx, GUILD, "telegram", 1))
        changed = replace(made, name="Ä", locale="de", time_zone="Europe/Berlin", settings={"count": 3})
        await store.database.write(lambda tx: write_guild(tx, changed))

        assert refused.value.code is Code.GUILD_UNKNOWN
        assert (made.platform, again) == ("discord", made)
        assert await store.guilds.record(GUILD) == changed
        assert await store.guilds.rules(GUILD) == (GuildRules(count=3), "Europe/Berlin")
        assert await store.guilds.rules(GuildId("nowhere")) == (GuildRules(), "UTC")

    async def test_a_guilds_jobs_are_counted_by_how_they_are(self, store: Store) -> None:
        await store.jobs.submit([new_job(), new_job(), new_job(guild="guild-2")])
        before = await store.database.read(lambda tx: tally_in(tx, GUILD, to_ms(at(0))))
        (job,) = await claim(store)
        running = await store.database.read(lambda tx: tally_in(tx, GUILD, to_ms(at(0))))
        await store.jobs.end(job, Ended(Outcome.REFUSED, Code.MODERATED), at(5))
        ended = await store.database.read(lambda tx: tally_in(tx, GUILD, to_ms(at(5))))
        later = await store.database.read(lambda tx: tally_in(tx, GUILD, to_ms(at(6))))
        nowhere = await store.database.read(lambda tx: tally_in(tx, "nowhere", 0))

        assert before == Tally(2, 0, 0, 0, 0)
        assert running == Tally(1, 1, 0, 0, 0)
        assert ended == Tally(1, 0, 0, 1, 0)
        assert later == Tally(1, 0, 0, 0, 0)
        assert nowhere == Tally(0, 0, 0, 0, 0)


class TestAdminOnSqlite(AdminContract):
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
class TestAdminOnPostgres(AdminContract):
    @pytest.fixture
    async def database(self, server: str) -> AsyncIterator[PostgresDatabase]:
        async with PostgresDatabase(server) as database:
            yield database
