"""What a store must do with money: limits, grants, resets and the books, under many requests at once."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from pinxit.data import allowances, books, rationing
from pinxit.data.ledger import Booking, Kind
from pinxit.data.store import Store, store_over
from pinxit.data.submitting import Submitted
from pinxit.data.together import Submit
from pinxit.domain.errors import Code, Refused
from pinxit.domain.quota import Limit, Period, Scope, Unit
from tests.crash.money_judge import wrongs
from tests.crash.spending import NUMBERS, Spenders, moment_of, prepare
from tests.queueing.world import START_MS, new_job

if TYPE_CHECKING:
    from pinxit.domain.ports import Database, Tx

GUILD_LIMIT = Limit(Scope.GUILD, "guild-1", Unit.CREDIT, Period.DAY, 200)
MEMBER_LIMIT = Limit(Scope.MEMBER, "guild-1/person-1", Unit.CREDIT, Period.TOTAL, 100)
PERSONS_GRANT = allowances.NewGrant("g1", Scope.PERSON, "person-1", Unit.CREDIT, 50, None, "", "operator")
GUILDS_GRANT = allowances.NewGrant("g2", Scope.GUILD, "guild-1", Unit.CREDIT, 1000, START_MS + 1, "", "operator")


class StoreMoneyContract:
    """Subclass it in a module with a fixture `database`: empty and migrated."""

    @pytest.fixture
    async def bank(self, database: Database) -> Store:
        return store_over(database, NUMBERS)

    async def test_money_is_exact_when_many_spend_at_once(self, bank: Store) -> None:
        await prepare(bank)
        spenders = Spenders(bank, Random(3), "boot-1", START_MS, lambda _: None)  # noqa: S311 - it has to repeat by seed

        await spenders.spend(120, at_once=8)
        assert await bank.database.read(wrongs) == []
        again = Spenders(bank, Random(4), "boot-2", await moment_of(bank), lambda _: None)  # noqa: S311 - the same
        await again.take_over()
        await again.spend(30, at_once=8)

        assert await bank.database.read(wrongs) == []
        assert spenders.refused

    async def test_submits_of_many_callers_can_be_stored_together(self, bank: Store) -> None:
        await bank.open_pools(["gpu"])
        await bank.jobs.submit([new_job(person="person-1"), new_job(person="person-2", idem="before")])
        news = [new_job(person=f"person-{1 + number % 2}", dollars_micro=7 * (number % 2)) for number in range(6)]
        works = [Submit([new], NUMBERS.waiting, NUMBERS.rules) for new in (*news, new_job(idem="before"))]

        done = await bank.database.write(lambda tx: works[0].share(tx, works))

        assert done == [*([Submitted(new.id, is_new=True)] for new in news), None]
        assert await bank.database.read(wrongs) == []
        assert [row.queued for row in await bank.lines.lanes()] == [8]

    async def test_limits_are_set_listed_and_taken_away(self, bank: Store) -> None:
        def work(tx: Tx) -> list[int | None]:
            return [rationing.set_limit(tx, MEMBER_LIMIT, amount, "admin", START_MS) for amount in (100, 300, None, 70)]

        assert await bank.database.write(work) == [None, 100, 300, None]
        await bank.database.write(lambda tx: rationing.set_limit(tx, GUILD_LIMIT, 200, "admin", START_MS))
        for guild, amounts in (("guild-1", [200, 70]), ("guild-", []), (None, [200, 70])):
            rows = await bank.database.read(lambda tx, guild=guild: rationing.limit_rows(tx, guild))  # type: ignore[misc]  # a loop's variable
            assert [row["amount"] for row in rows] == amounts

    async def test_grants_pay_what_limits_refuse_and_come_back(self, bank: Store) -> None:
        await bank.open_pools(["gpu"])

        def work(tx: Tx) -> None:
            rationing.set_limit(tx, MEMBER_LIMIT, 100, "admin", START_MS)
            rationing.set_limit(tx, GUILD_LIMIT, 100, "admin", START_MS)
            allowances.grant(tx, PERSONS_GRANT, START_MS)
            allowances.grant(tx, GUILDS_GRANT, START_MS)

        await bank.database.write(work)
        with pytest.raises(Refused) as refused:
            await bank.jobs.submit([new_job(credits_milli=151)])
        assert (refused.value.code, refused.value.facts["granted"]) == (Code.QUOTA_SPENT, 50)

        await bank.jobs.submit([new_job(credits_milli=150, person_cooldown_s=60, guild_cooldown_s=60)])
        with pytest.raises(Refused) as too_soon:
            await bank.jobs.submit([new_job(credits_milli=0, person_cooldown_s=60, guild_cooldown_s=30)])
        assert (too_soon.value.code, too_soon.value.facts["scope"]) == (Code.COOLDOWN, "person")

        def left(tx: Tx) -> list[int]:
            return [row["remaining"] for row in tx.all("SELECT remaining FROM allowance ORDER BY id")]

        assert await bank.database.read(left) == [0, 950]
        open_grants = await bank.database.read(
            lambda tx: allowances.open_grants(tx, {Scope.PERSON: "person-1", Scope.GUILD: "guild-1"}, START_MS)
        )
        assert [row["id"] for row in open_grants] == ["g2"]
        assert await bank.database.read(books.verify) == []

    async def test_what_was_used_is_forgiven_ranked_and_exported(self, bank: Store) -> None:
        await bank.open_pools(["gpu"])
        for person, times in (("person-1", 2), ("person-2", 3)):
            await bank.jobs.submit([new_job(person=person) for _ in range(times)])

        def work(tx: Tx) -> int:
            tx.run("UPDATE job SET state = 'failed', ended_ms = 1, credits_milli = 100 WHERE person_id = 'person-2'")
            booking = Booking("reset", 0, Kind.ADJUST, Unit.CREDIT, 0, "person-2", "guild-1", "", START_MS)
            return rationing.forgive(tx, Scope.MEMBER, "guild-1/person-2", Unit.CREDIT, booking)

        def ranked(tx: Tx, guild: str | None = None) -> list[tuple[str, int, int]]:
            return list(rationing.ranking(tx, guild, Unit.CREDIT, "2025-01-01", 5))

        assert await bank.database.write(work) == 300
        assert await bank.database.read(ranked) == [("person-2", 300, 3), ("person-1", 200, 2)]
        assert await bank.database.read(lambda tx: ranked(tx, "guild-1")) == [("person-1", 200, 2)]
        rows = await bank.database.read(lambda tx: books.page(tx, "", 0, 100))
        assert len(rows) == 6
        assert len(await bank.database.read(lambda tx: books.page(tx, rows[3]["id"], START_MS, 100))) == 2
