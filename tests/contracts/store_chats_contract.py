"""What a store must do for chats: know people by their accounts, join them, keep tickets, and show ends anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pinxit.data import audit, bans
from pinxit.data.accounts import Account, Met, Standing
from pinxit.data.allowances import NewGrant, grant
from pinxit.data.books import verify
from pinxit.data.linking import Guessing
from pinxit.data.people import Person, Saved
from pinxit.data.reports import NewReport
from pinxit.data.store import Numbers, Store, store_over
from pinxit.data.submitting import NewDelivery
from pinxit.data.tickets import Ticket
from pinxit.data.times import to_ms
from pinxit.domain.delivery import DeliveryState
from pinxit.domain.errors import Code, Refused
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.ids import BootId, GuildId, JobId, PersonId
from pinxit.domain.image_rules import Finding
from pinxit.domain.job import Ended, JobState, Outcome
from pinxit.domain.quota import Scope, Unit
from tests.contracts.store_contract import POOL, at, claim
from tests.contracts.store_library_contract import asking
from tests.queueing.world import a_new_image, new_job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from pinxit.data.submitting import NewJob
    from pinxit.domain.job import Job
    from pinxit.domain.ports import Database

ADA, BOB = PersonId("discord:1"), PersonId("api:2")
SERVER = GuildId("discord:9")
MET = Met("discord", "1", "ada", SERVER, "Harbour", "de")
GUESSING = Guessing(most=2, within=timedelta(minutes=10))


class StoreChatsContract:
    """Subclass it in a module with a fixture `database`: empty and migrated."""

    @pytest.fixture
    async def chats(self, database: Database) -> Store:
        store = store_over(database, Numbers())
        await store.open_pools([POOL])
        return store

    async def test_who_comes_is_one_person_under_the_newest_name(self, chats: Store) -> None:
        first = await chats.accounts.meet(MET, ADA, at(0))
        renamed = await chats.accounts.meet(replace(MET, name="ada l."), ADA, at(1))
        again = await chats.accounts.meet(replace(MET, name="ada l."), PersonId("nobody"), at(2))

        assert first == renamed == again == ADA
        assert await chats.people.names([ADA]) == {ADA: "ada l."}
        assert await chats.accounts.person("discord", "1") == ADA
        assert await chats.accounts.person("telegram", "1") is None
        assert await chats.accounts.of_person(ADA) == [Account("discord", "1")]

    async def test_many_who_come_at_once_are_each_known_as_they_are(self, chats: Store) -> None:
        await chats.accounts.meet(MET, ADA, at(0))
        await chats.people.save(ADA, Person("Ada", "en", {"count": 2}), at(0))
        style = """{"style": "ink"}"""
        await chats.database.write(
            lambda tx: tx.run("UPDATE guild SET settings = :style WHERE id = :id", style=style, id=SERVER)
        )
        new = [replace(MET, external_id=f"{number}", name=f"n{number}") for number in range(2, 40)]

        async def welcomed(met: Met) -> Standing:
            return await chats.accounts.welcome(met, PersonId(f"discord:{met.external_id}"), at(1))

        standings = await asyncio.gather(*map(welcomed, (MET, *new, MET)))

        assert [one.person for one in standings] == [ADA, *(f"discord:{one.external_id}" for one in new), ADA]
        assert standings[0] == standings[-1] == Standing(ADA, "en", "de", Saved({"style": "ink"}, {"count": 2}))
        assert standings[1] == Standing(PersonId("discord:2"), "", "de", Saved({"style": "ink"}, {}))

    async def test_a_guild_is_called_as_its_platform_says_until_an_admin_chooses(self, chats: Store) -> None:
        async def name() -> tuple[str, str]:
            record = await chats.guilds.record(SERVER)
            assert record is not None
            return record.name, record.locale

        await chats.accounts.meet(MET, ADA, at(0))
        assert await name() == ("Harbour", "de")
        await chats.accounts.meet(replace(MET, guild_name="Port", guild_locale="en"), ADA, at(1))
        assert await name() == ("Port", "de")
        await chats.database.write(lambda tx: tx.run("UPDATE guild SET name = 'Ours' WHERE id = :id", id=SERVER))
        await chats.accounts.meet(replace(MET, guild_name="Quay"), ADA, at(2))
        assert await name() == ("Ours", "de")

    async def test_nothing_is_written_where_nothing_is_new(self, chats: Store) -> None:
        await chats.accounts.meet(MET, ADA, at(0))
        await chats.database.write(lambda tx: tx.run("DELETE FROM person"))

        await chats.accounts.meet(MET, ADA, at(1))

        assert await rows(chats, "SELECT id FROM person") == []

    async def test_a_ticket_serves_its_person_once_and_for_a_while(self, chats: Store) -> None:
        ticket = Ticket("t1", "confirm", ADA, {"text": "a fox"})
        await chats.tickets.keep(ticket, at(0), at(60))
        await chats.tickets.keep(replace(ticket, id="t2"), at(0), at(60))

        assert await chats.tickets.find("t1", "confirm", at(1)) == ticket
        assert await chats.tickets.find("t1", "modal", at(1)) is None
        assert await chats.tickets.take("t1", "confirm", BOB, at(1)) is None
        assert await chats.tickets.take("t1", "confirm", ADA, at(1)) == ticket
        assert await chats.tickets.take("t1", "confirm", ADA, at(1)) is None
        assert await chats.tickets.find("t2", "confirm", at(60)) is None
        assert await chats.tickets.sweep(at(60)) == 1
        assert await rows(chats, "SELECT * FROM ticket") == []

    async def test_a_message_finds_its_job(self, chats: Store) -> None:
        job = await ended(chats)

        assert await chats.deliveries.by_message("discord", "c", "m1") == job.id
        assert await chats.deliveries.by_message("discord", "c", "m2") is None
        assert await chats.deliveries.by_message("telegram", "c", "m1") is None
        assert await chats.deliveries.messages_of(job.id) == [("discord", "c", "m1")]

    async def test_what_is_secret_of_an_address_goes_with_the_end_and_all_of_it_with_the_job(
        self, chats: Store
    ) -> None:
        job = await ended(chats)
        (shown,) = await chats.deliveries.of_job(job.id)
        assert (shown.state, shown.target) == (DeliveryState.DONE, {"locale": "de"})

        await chats.deletions.job(job.id, at(9))
        (due,) = await chats.deliveries.due(at(9))
        assert (due.target, due.message_id, due.revision, due.reopened_at) == ({"locale": "de"}, "m1", 1, at(9))
        await chats.deliveries.done(due.id, at(10), revision=due.revision)

        (gone,) = await chats.deliveries.of_job(job.id)
        assert (gone.state, gone.target) == (DeliveryState.DONE, {})
        assert await chats.deliveries.states() == {DeliveryState.DONE: 1}

    async def test_whatever_changes_a_shown_picture_has_its_message_shown_anew(self, chats: Store) -> None:
        job = await ended(chats, count=2)
        image, other = job.images
        number, _ = await chats.reports.add(NewReport(image.id, image.guild, BOB, ""), at(1), 20)
        entry = audit.Entry("admin", "test")
        report = await chats.reports.one(number)
        assert report is not None

        async def again() -> bool:
            found = await chats.deliveries.due(at(99))
            for delivery in found:
                await chats.deliveries.done(delivery.id, at(99), revision=delivery.revision)
            return bool(found)

        assert not await again()
        await chats.reports.close(report, "hidden", entry, at(2), hide=True)
        assert await again()
        await chats.reports.unhide(image.id, entry, at(3))
        assert await again()
        await chats.reports.unhide(image.id, entry, at(4))
        assert not await again()
        await chats.deletions.image(other.id, at(5))
        assert await again()
        await chats.forgetting.jobs(job.person, at(6), 10)
        assert await again()

    async def test_a_writer_that_showed_an_older_state_does_not_close_the_row(self, chats: Store) -> None:
        job = await ended(chats, count=2)
        await chats.deletions.image(job.images[0].id, at(5))
        (seen,) = await chats.deliveries.due(at(5))
        await chats.deletions.image(job.images[1].id, at(6))

        await chats.deliveries.done(seen.id, at(7), revision=seen.revision)

        (still,) = await chats.deliveries.due(at(7))
        assert still.revision == seen.revision + 1

    async def test_only_chats_are_shown_a_change_again(self, chats: Store) -> None:
        jobs = [await ended(chats, platform) for platform in ("web", "api")]

        for job in jobs:
            await chats.deletions.job(job.id, at(9))

        assert await chats.deliveries.due(at(99)) == []

    async def test_a_doubtful_picture_is_stricter_where_not_all_are_adults(self, chats: Store) -> None:
        nsfw = Finding(is_flagged=True, categories=("sexual",))
        jobs = [await ended(chats, finding=nsfw, is_adult=adult) for adult in (None, True, False)]

        async def shown() -> list[ImageRule]:
            found = [await chats.images.image(job.images[0].id) for job in jobs]
            return [image.shown for image in found if image is not None]

        assert await shown() == [ImageRule.SPOILER, ImageRule.SPOILER, ImageRule.WITHHOLD]
        await chats.database.write(lambda tx: tx.run("""UPDATE guild SET settings = '{"nsfw": "post"}'"""))
        assert await shown() == [ImageRule.POST, ImageRule.POST, ImageRule.SPOILER]

    async def test_two_persons_become_one_with_all_that_both_have(self, chats: Store) -> None:
        await chats.accounts.meet(MET, ADA, at(0))
        await chats.accounts.meet(replace(MET, external_id="7", name="bob"), BOB, at(0))
        own = await ended(chats, person=ADA)
        joined = [await ended(chats, person=BOB), await ended(chats, person=BOB)]
        await chats.people.save(BOB, Person("Bob", "de", {"count": 2}), at(1))
        for person, image in ((ADA, own), (BOB, own), (BOB, joined[0])):
            await chats.favourites.add(person, image.images[0].id, at(2))
        await chats.guilds.mark_read(BOB, SERVER, joined[1].id)
        await chats.reports.add(NewReport(own.images[0].id, SERVER, ADA, ""), at(2), 20)
        await chats.reports.add(NewReport(own.images[0].id, SERVER, BOB, ""), at(2), 20)
        await chats.linking.offer("digest", ADA, at(3), at(600))

        assert await chats.linking.redeem("digest", BOB, at(4), GUESSING) == ADA

        for table, column in NAMED:
            assert await rows(chats, f"SELECT 1 FROM {table} WHERE {column} = :id", id=BOB) == []  # noqa: S608 - literals
        assert await chats.accounts.of_person(ADA) == [Account("discord", "1"), Account("discord", "7")]
        assert await chats.people.person(ADA) == Person("Bob", "de", {"count": 2})
        assert len(await rows(chats, "SELECT 1 FROM job WHERE person_id = :id", id=ADA)) == 3
        assert len(await rows(chats, "SELECT 1 FROM favourite")) == 2
        (entry,) = await rows(chats, "SELECT * FROM audit WHERE act = 'account.linked'")
        assert (entry["actor"], entry["details"]) == (ADA, '{"was": "api:2"}')
        assert await chats.database.read(verify) == []

    async def test_what_both_used_counts_together_and_the_stricter_limit_and_ban_stay(self, chats: Store) -> None:
        await chats.accounts.meet(replace(MET, external_id="7"), BOB, at(0))
        for person in (ADA, BOB, BOB):
            await ended(chats, person=person)
        await limited(chats, ADA, 50)
        await limited(chats, BOB, 20)
        await banned(chats, ADA, "", 100)
        await banned(chats, BOB, "", None)
        await banned(chats, BOB, SERVER, 50)
        await chats.database.write(
            lambda tx: grant(tx, NewGrant("g1", Scope.PERSON, BOB, Unit.CREDIT, 500, None, "", "admin"), 1)
        )
        await chats.linking.offer("digest", ADA, at(3), at(600))

        await chats.linking.redeem("digest", BOB, at(4), GUESSING)

        used = await rows(
            chats, "SELECT scope_id, used FROM usage WHERE scope IN ('person', 'member') ORDER BY scope_id"
        )
        assert [(row["scope_id"], row["used"]) for row in used] == [(ADA, 300), (f"{SERVER}/{ADA}", 300)]
        limits = await rows(chats, "SELECT scope_id, amount FROM quota")
        assert [(row["scope_id"], row["amount"]) for row in limits] == [(ADA, 20)]
        held = await rows(chats, "SELECT scope_id, guild_id, until_ms FROM ban ORDER BY guild_id")
        assert [(row["scope_id"], row["guild_id"], row["until_ms"]) for row in held] == [
            (ADA, "", None),
            (ADA, SERVER, to_ms(at(50))),
        ]
        assert [row["scope_id"] for row in await rows(chats, "SELECT scope_id FROM allowance")] == [ADA]
        assert await chats.database.read(verify) == []

    async def test_a_code_is_refused_where_it_would_not_help(self, chats: Store) -> None:
        await chats.accounts.meet(MET, ADA, at(0))
        await chats.accounts.meet(replace(MET, external_id="7"), BOB, at(0))

        async def refused(digest: str, person: PersonId, seconds: float = 4) -> Refused:
            with pytest.raises(Refused) as caught:
                await chats.linking.redeem(digest, person, at(seconds), GUESSING)
            return caught.value

        await chats.linking.offer("old", ADA, at(0), at(600))
        await chats.linking.offer("new", ADA, at(1), at(600))
        assert (await refused("old", BOB)).code is Code.LINK_WRONG
        assert (await refused("new", ADA)).code is Code.LINK_SELF
        assert (await refused("new", PersonId("local"))).code is Code.LINK_NOTHING
        await chats.jobs.submit([asking("a fox", person=BOB)])
        assert (await refused("new", BOB)).code is Code.JOBS_RUNNING
        assert (await refused("guess", BOB)).code is Code.LINK_WRONG
        tried = await refused("new", BOB)
        assert (tried.code, tried.facts) == (Code.LOGIN_TRIES, {"retry_after_s": 600.0})
        assert (await refused("new", BOB, 700)).code is Code.LINK_WRONG

    async def test_a_deletion_lifts_no_ban_of_a_linked_account(self, chats: Store) -> None:
        await chats.accounts.meet(MET, ADA, at(0))
        await chats.accounts.meet(replace(MET, external_id="7"), BOB, at(0))
        await chats.linking.offer("digest", BOB, at(1), at(600))
        await chats.linking.redeem("digest", ADA, at(2), GUESSING)
        await banned(chats, BOB, "", None)

        assert await chats.forgetting.person(BOB, "deleted-x", at(3))

        names = await rows(chats, "SELECT external_id, person_id, name FROM account ORDER BY external_id")
        assert [(row["external_id"], row["person_id"], row["name"]) for row in names] == [
            ("1", BOB, ""),
            ("7", BOB, ""),
        ]
        assert await rows(chats, "SELECT 1 FROM audit WHERE details LIKE :was", was="%discord:1%") == []

    async def test_a_deletion_takes_the_accounts_of_who_has_no_limits(self, chats: Store) -> None:
        await chats.accounts.meet(MET, ADA, at(0))

        assert await chats.forgetting.person(ADA, "deleted-x", at(3))

        assert await rows(chats, "SELECT * FROM account") == []


NAMED = (
    ("person", "id"),
    ("account", "person_id"),
    ("job", "person_id"),
    ("attempt", "person_id"),
    ("image", "person_id"),
    ("flow", "person_id"),
    ("favourite", "person_id"),
    ("read_mark", "person_id"),
    ("report", "reporter_id"),
    ("ledger", "person_id"),
    ("usage", "scope_id"),
)


async def rows(store: Store, sql: str, **values: object) -> Sequence[Mapping[str, Any]]:
    """Return what a statement finds."""
    return await store.database.read(lambda tx: tx.all(sql, **values))


async def ended(
    store: Store,
    platform: str = "discord",
    *,
    person: PersonId = ADA,
    count: int = 1,
    finding: Finding | None = None,
    is_adult: bool | None = None,
) -> Job:
    """Return a succeeded job whose final is shown in the message m1."""
    new: NewJob = new_job(guild=SERVER, person=person, count=count, is_adult=is_adult)
    target = '{"secret": {"token": "t"}, "locale": "de"}'
    new = replace(new, deliveries=(NewDelivery(f"{new.id}-d", platform, "c", target),))
    await store.jobs.submit([new])
    (lease,) = await claim(store)
    for index in lease.missing:
        await store.images.add(lease, replace(a_new_image(lease, index), finding=finding))
    await store.jobs.end(lease, Ended(Outcome.SUCCEEDED), at(1))
    (delivery,) = await store.deliveries.of_job(JobId(new.id))
    await store.deliveries.editing(delivery.id, BootId("boot"))
    await store.deliveries.placed(delivery, "m1", at(1))
    await store.deliveries.done(delivery.id, at(1))
    job = await store.jobs.job(JobId(new.id))
    assert job is not None
    assert job.state is JobState.SUCCEEDED
    return job


async def limited(store: Store, person: PersonId, amount: int) -> None:
    """Set a limit."""
    await store.database.write(
        lambda tx: tx.run(
            """
            INSERT INTO quota (scope, scope_id, unit, period, amount, set_ms)
            VALUES ('person', :id, 'credit', 'day', :amount, 0)
            """,
            id=person,
            amount=amount,
        )
    )


async def banned(store: Store, person: PersonId, guild: str, seconds: float | None) -> None:
    """Ban somebody."""
    until_at = None if seconds is None else at(seconds)
    ban = bans.Ban(bans.PERSON, person, guild, "", "admin", at(0), until_at)
    await store.database.write(lambda tx: bans.put_ban(tx, ban))
