"""What a store must do with reports, with pictures that are not for everybody, and with a person who is to be gone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.data import audit, bans, ledger
from pinxit.data.accounts import Met
from pinxit.data.audit import Entry
from pinxit.data.job_rows import route_to_json
from pinxit.data.linking import Guessing
from pinxit.data.migrate import scripts
from pinxit.data.mydata import Part
from pinxit.data.people import Person
from pinxit.data.reports import NewReport
from pinxit.data.store import Numbers, Store, store_over
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId, PoolName
from pinxit.domain.image_rules import UNCHECKED, Finding, ImageRules
from pinxit.domain.job import Ended, Outcome, RouteStep
from pinxit.domain.request import Request, request_to_json
from tests.contracts.store_contract import POOL, at, claim
from tests.contracts.store_library_contract import asking, painted
from tests.queueing.world import a_new_image, new_job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.image import Image
    from pinxit.domain.ports import Database, Tx
    from pinxit.domain.request import Json

GUILD, PERSON, OTHER = GuildId("guild-1"), PersonId("person-1"), PersonId("person-2")
GONE = "deleted-x"
MESSAGE = ("mods", "message-1")
NSFW = Finding(is_flagged=True, categories=("sexual",))
ABUSE = Finding(is_flagged=True, categories=("sexual", "sexual/minors"))


class StorePrivacyContract:
    """Subclass it in a module with a fixture `database`: empty and migrated."""

    @pytest.fixture
    async def private(self, database: Database) -> Store:
        store = store_over(database, Numbers(images=ImageRules(ImageRule.SPOILER, ImageRule.WITHHOLD)))
        await store.open_pools([POOL])
        return store

    async def test_a_picture_is_shown_by_the_rule_of_its_guild_else_by_the_operators(self, private: Store) -> None:
        images = [await found(private, finding) for finding in (None, Finding(), NSFW, UNCHECKED, ABUSE)]

        async def shown() -> list[str]:
            kept = [await private.images.image(image.id) for image in images]
            return [image.shown for image in kept if image is not None]

        assert await shown() == ["post", "post", "spoiler", "withhold", "withhold"]
        assert [image.is_hidden for image in images] == [False, False, False, False, True]
        await ruled(private, GUILD, nsfw="post")
        # Nobody can tell that an unchecked picture is not of the worst kind, so a guild cannot loosen that.
        assert await shown() == ["post", "post", "post", "withhold", "withhold"]
        await ruled(private, GUILD, nsfw="withhold")
        assert await shown() == ["post", "post", "withhold", "withhold", "withhold"]
        assert [entry["act"] for entry in await rows(private, "SELECT act FROM audit")] == ["image.hidden"]

    async def test_a_person_reports_a_picture_once_and_a_few_a_day(self, private: Store) -> None:
        images = [(await painted(private)).images[0].id for _ in range(3)]

        first = await private.reports.add(NewReport(images[0], GUILD, PERSON, "ugly"), at(0), 2)
        again = await private.reports.add(NewReport(images[0], GUILD, PERSON, "still ugly"), at(1), 2)
        second = await private.reports.add(NewReport(images[1], GUILD, PERSON, ""), at(2), 2)
        with pytest.raises(Refused) as refused:
            await private.reports.add(NewReport(images[2], GUILD, PERSON, ""), at(3), 2)
        tomorrow = await private.reports.add(NewReport(images[2], GUILD, PERSON, ""), at(90_000), 2)

        assert (first[1], again, second[1], tomorrow[1]) == (True, (first[0], False), True, True)
        assert (refused.value.code, refused.value.facts) == (Code.REPORTS_FULL, {"limit": 2})

    async def test_open_reports_come_one_for_each_picture_and_end_together(self, private: Store) -> None:
        one, two = await painted(private), await painted(private, guild="guild-2", person="person-2")
        image = one.images[0].id
        first, _ = await private.reports.add(NewReport(image, GUILD, OTHER, "ugly"), at(0), 20)
        await private.reports.add(NewReport(image, GUILD, PERSON, ""), at(1), 20)
        await private.reports.add(NewReport(two.images[0].id, GuildId("guild-2"), PERSON, "loud"), at(2), 20)

        everywhere = await private.reports.open(None, 10)
        (here,) = await private.reports.open(GUILD, 10)

        assert [report.count for report in everywhere] == [2, 1]
        assert (here.id, here.reasons, here.reporters) == (first, ("ugly",), (OTHER, PERSON))
        assert (here.picture.id, here.picture.person, here.prompt) == (image, PERSON, one.request.prompt)
        assert await private.reports.one(first) == here
        entry = Entry("admin", "report.hide", GUILD, f"image:{image}")
        assert await private.reports.close(here, "hidden", entry, at(5), hide=True)
        assert not await private.reports.close(here, "hidden", entry, at(6), hide=True)
        assert await private.reports.one(first) is None
        assert [report.picture.id for report in await private.reports.open(None, 10)] == [two.images[0].id]
        hidden = await private.images.image(image)
        assert hidden is not None
        assert (hidden.is_hidden, hidden.shown) == (True, ImageRule.WITHHOLD)
        assert len(await rows(private, "SELECT * FROM audit")) == 1

    async def test_a_chat_is_told_of_each_report_once(self, private: Store) -> None:
        job = await painted(private)
        report, _ = await private.reports.add(NewReport(job.images[0].id, GUILD, OTHER, "ugly"), at(0), 20)
        nowhere = await private.reports.undelivered("test")
        await ruled(private, GUILD, reports_channel="mods")

        await private.reports.add(NewReport(job.images[0].id, GUILD, PersonId("person-3"), ""), at(1), 20)
        (told,) = await private.reports.undelivered("test")
        elsewhere = await private.reports.undelivered("telegram")
        await private.reports.delivered(report, at(1))

        assert (told.report, told.guild, told.channel, told.image) == (report, GUILD, "mods", job.images[0].id)
        await private.reports.add(NewReport(job.images[0].id, GUILD, PersonId("person-4"), ""), at(2), 20)
        assert (nowhere, elsewhere, await private.reports.undelivered("test")) == ([], [], [])

    async def test_a_message_about_a_report_is_stale_whenever_something_of_it_changes(self, private: Store) -> None:
        image = (await painted(private)).images[0].id
        first = (await private.reports.add(NewReport(image, GUILD, OTHER, "ugly"), at(0), 20))[0]
        await private.reports.add(NewReport(image, GUILD, PersonId("person-3"), "loud"), at(1), 20)
        assert await private.report_cards.begin(first, "test", "mods") is None
        await private.reports.delivered(first, at(2), MESSAGE)
        assert await private.report_cards.stale("test") == []

        assert await private.forgetting.person(OTHER, GONE, at(3))
        (said,) = await private.report_cards.stale("test")
        assert (said.report, said.channel, said.message) == (first, *MESSAGE)
        assert await private.report_cards.stale("telegram") == []
        open_one = await private.reports.told(first)
        assert open_one is not None
        assert (open_one.state, open_one.reasons, open_one.handled_by) == ("open", ("loud",), None)

        # Decided while the message was being written: it is to be written once more.
        assert await private.reports.close(open_one, "dismissed", Entry(PERSON, "report.dismiss"), at(4), hide=False)
        await private.report_cards.written(said)
        (decided,) = await private.report_cards.stale("test")
        told = await private.reports.told(first)
        assert told is not None
        assert (told.state, told.handled_by, told.count) == ("dismissed", PERSON, 2)
        await private.report_cards.written(decided)
        await private.report_cards.written(said)  # Late, and no step back.
        assert await private.report_cards.stale("test") == []

        await private.deletions.image(image, at(5))
        (gone,) = await private.report_cards.stale("test")
        told = await private.reports.told(first)
        assert told is not None
        assert told.picture.is_deleted
        await private.report_cards.forget(gone.report)
        assert await rows(private, "SELECT * FROM report_card") == []

    async def test_a_message_that_was_on_its_way_when_its_report_was_decided_is_stale(self, private: Store) -> None:
        image = (await painted(private)).images[0].id
        report = (await private.reports.add(NewReport(image, GUILD, OTHER, ""), at(0), 20))[0]
        await private.report_cards.begin(report, "test", "mods")
        await private.deletions.image(image, at(1))
        (lost,) = await private.report_cards.stale("test")

        await private.reports.delivered(report, at(2), MESSAGE)
        (known,) = await private.report_cards.stale("test")

        assert [(one.report, one.channel, one.message) for one in (lost, known)] == [
            (report, "mods", None),
            (report, *MESSAGE),
        ]

    async def test_who_posts_a_report_once_more_is_told_where_it_may_be(self, private: Store) -> None:
        image = (await painted(private)).images[0].id
        report = (await private.reports.add(NewReport(image, GUILD, OTHER, ""), at(0), 20))[0]

        tries = [await private.report_cards.begin(report, "test", channel) for channel in ("mods", "desk", "desk")]
        await private.report_cards.move(report, "desk")
        tries.append(await private.report_cards.begin(report, "test", "elsewhere"))
        await private.report_cards.found(report, *MESSAGE)
        for channel in ("elsewhere", "nowhere"):  # Who knows where it is does not lose it.
            await private.report_cards.move(report, channel)
            await private.report_cards.found(report, channel, "message-2")

        assert tries == [None, "mods", "mods", "desk"]
        (row,) = await rows(private, "SELECT channel, message_id FROM report_card")
        assert (row["channel"], row["message_id"]) == MESSAGE

    async def test_reports_and_messages_that_wait_come_page_by_page(self, private: Store) -> None:
        reports, images = [], [(await painted(private)).images[0].id for _ in range(3)]
        await ruled(private, GUILD, reports_channel="mods")
        for image in images:
            reports.append((await private.reports.add(NewReport(image, GUILD, OTHER, ""), at(0), 20))[0])
            await private.report_cards.begin(reports[-1], "test", "mods")
        reports.sort()

        first = await private.reports.undelivered("test", most=2)
        second = await private.reports.undelivered("test", first[-1].report, most=2)
        for image in images:
            await private.deletions.image(image, at(1))
        one = await private.report_cards.stale("test", most=2)
        two = await private.report_cards.stale("test", one[-1].report, most=2)

        assert [each.report for each in (*first, *second)] == reports
        assert [each.report for each in (*one, *two)] == reports

    async def test_who_becomes_one_with_another_takes_no_report_from_its_message(self, private: Store) -> None:
        await private.accounts.meet(Met("test", "2", "two", GUILD), OTHER, at(0))
        images = [(await painted(private)).images[0].id for _ in range(2)]
        await ruled(private, GUILD, reports_channel="mods")

        async def reported(image: ImageId, person: PersonId, seconds: float) -> str:
            number, _ = await private.reports.add(NewReport(image, GUILD, person, person), at(seconds), 20)
            return number

        async def posted(report: str) -> None:
            await private.report_cards.begin(report, "test", "mods")
            await private.reports.delivered(report, at(2), ("mods", report))

        # Of the first picture the other's report is the one that was posted, of the second it was dismissed.
        told = await reported(images[0], OTHER, 1)
        await posted(told)
        await reported(images[0], PERSON, 2)
        dismissed = await reported(images[1], OTHER, 1.5)
        await posted(dismissed)
        done = await private.reports.one(dismissed)
        assert done is not None
        assert await private.reports.close(done, "dismissed", Entry("admin", "report.dismiss"), at(3), hide=False)
        anew = await reported(images[1], PERSON, 4)
        await posted(anew)

        await private.linking.offer("digest", PERSON, at(4), at(600))
        await private.linking.redeem("digest", OTHER, at(5), Guessing(5, timedelta(minutes=1)))

        assert await private.reports.undelivered("test") == []
        kept = await private.reports.open(None, 10)
        assert [(one.id, one.reporters, one.reasons) for one in kept] == [
            (told, (PERSON,), (OTHER,)),
            (anew, (PERSON,), (PERSON,)),
        ]
        assert await private.reports.told(dismissed) is None
        stale = {one.report for one in await private.report_cards.stale("test")}
        assert stale >= {told, dismissed}

    async def test_what_was_decided_is_not_what_is_reported_anew(self, private: Store) -> None:
        image = (await painted(private)).images[0].id
        first = (await private.reports.add(NewReport(image, GUILD, OTHER, "ugly"), at(0), 20))[0]
        before = await private.reports.one(first)
        assert before is not None
        assert await private.reports.close(before, "dismissed", Entry(PERSON, "report.dismiss"), at(1), hide=False)

        second = (await private.reports.add(NewReport(image, GUILD, PERSON, "loud"), at(2), 20))[0]
        old, new = await private.reports.told(first), await private.reports.one(second)

        assert await private.reports.one(first) is None
        assert old is not None
        assert new is not None
        assert (old.state, old.reasons, new.state, new.reasons) == ("dismissed", ("ugly",), "open", ("loud",))
        assert await private.reports.told("nothing") is None

    async def test_a_private_pictures_report_is_told_to_no_chat_and_takes_no_place_in_a_guilds_list(
        self, private: Store
    ) -> None:
        hidden, shown = await painted(private, private=True), await painted(private)
        await ruled(private, GUILD, reports_channel="mods")
        for second, job in enumerate((hidden, shown)):
            await private.reports.add(NewReport(job.images[0].id, GUILD, PERSON, ""), at(second), 20)

        everything = await private.reports.open(GUILD, 10)
        (listed,) = await private.reports.open(GUILD, 1, also_private=False)
        told = await private.reports.undelivered("test")

        assert [each.picture.id for each in everything] == [hidden.images[0].id, shown.images[0].id]
        assert listed.picture.id == shown.images[0].id
        assert [each.image for each in told] == [shown.images[0].id]

    async def test_a_deleted_picture_leaves_no_open_report(self, private: Store) -> None:
        jobs = [await painted(private) for _ in range(3)]
        reports = [
            (await private.reports.add(NewReport(job.images[0].id, GUILD, OTHER, ""), at(second), 20))[0]
            for second, job in enumerate(jobs)
        ]
        by_admin = await private.reports.one(reports[2])
        assert by_admin is not None

        await private.deletions.image(jobs[0].images[0].id, at(5))
        await private.deletions.job(jobs[1].id, at(5))
        gone = await private.reports.delete(by_admin, Entry("admin", "report.delete"), at(5))

        assert gone is not None
        assert gone.images == (jobs[2].images[0].path,)
        assert await private.reports.delete(by_admin, Entry("admin", "report.delete"), at(6)) is None
        assert await private.reports.open(None, 10) == []
        # Whoever sees it in an old message may still report it, a moment too late.
        with pytest.raises(Refused) as late:
            await private.reports.add(NewReport(jobs[0].images[0].id, GUILD, PERSON, ""), at(7), 20)
        assert late.value.code is Code.IMAGE_GONE
        assert [row["state"] for row in await rows(private, "SELECT state FROM report ORDER BY id")] == [
            "gone",
            "gone",
            "deleted",
        ]

    async def test_a_deleted_job_forgets_every_word_of_its_request(self, private: Store) -> None:
        word = "xyzzy"
        request = Request(
            word,
            64,
            64,
            7,
            typed=word,
            negative_prompt=word,
            enhanced=word,
            suffix=word,
            options={"workflow": [word]},
        )
        other = {"prompt": word, "negative_prompt": word, "suffix": word}
        route = [RouteStep(POOL, 1.0), RouteStep(PoolName("other"), 1.0, changes=other)]
        new = replace(new_job(), request=request_to_json(request), route=route_to_json(route))
        await private.jobs.submit([new])
        await private.jobs.cancel(JobId(new.id), at(1))

        before = [table for table in tables() if any(_names(row, word) for row in await whole(private, table))]
        await private.deletions.job(JobId(new.id), at(2))
        after = [table for table in tables() if any(_names(row, word) for row in await whole(private, table))]

        assert (set(before), after) == ({"job", "job_words"}, [])
        deleted = await private.jobs.job(JobId(new.id))
        assert deleted is not None
        assert [step.pool for step in deleted.route] == [POOL, "other"]

    async def test_a_forgotten_person_is_nowhere_and_the_books_are_right(self, private: Store) -> None:
        person = PersonId("ann%a_1")  # Signs that LIKE would take for patterns.
        other = PersonId("anna_1")
        for each in (person, other):
            job = await painted(private, person=each, guild="guild-1", idem=f"test:{each}:key")
            await private.people.save(each, Person(f"name of {each}"), at(0))
            await private.reports.add(NewReport(job.images[0].id, GUILD, each, f"said by {each}"), at(1), 20)
            await private.favourites.add(each, job.images[0].id, at(1))
        await private.database.write(lambda tx: _noted(tx, person, other))
        before = await rows(
            private, "SELECT used FROM usage WHERE scope = 'member' AND scope_id = :id", id=f"guild-1/{person}"
        )

        early = await private.forgetting.person(person, GONE, at(10))
        batch = await private.forgetting.jobs(person, at(10), 5)
        late = await private.forgetting.person(person, GONE, at(10))

        assert (early, len(batch.jobs), len(batch.images), late) == (False, 1, 1, True)
        left = {table: [row for row in await whole(private, table) if _names(row, person)] for table in tables()}
        # What must not be lifted by a deletion, and nothing else: a ban, a limit, what was used of the limits, and that
        # an account of another name leads there.
        assert {table for table, found in left.items() if found} == {"ban", "quota", "usage", "ledger", "account"}
        assert [row["name"] for row in left["account"]] == [""]
        assert {row["kind"] for row in left["ledger"]} == {"adjust"}
        assert {(row["scope"], row["used"]) for row in left["usage"]} == {
            ("person", before[0]["used"]),
            ("member", before[0]["used"]),
        }
        assert await private.database.read(ledger.differences) == []
        assert len(await rows(private, "SELECT * FROM job WHERE person_id = :id", id=other)) == 1
        assert len(await rows(private, "SELECT * FROM audit WHERE actor = :id", id=other)) == 1
        (about,) = await rows(private, "SELECT * FROM audit WHERE act = 'ban.set'")
        assert (about["actor"], about["subject"]) == (other, f"person:{GONE}")
        assert json.loads(about["details"]) == {"member": f"guild-1/{GONE}", "who": GONE, "pool": other, "n": 1}

    @pytest.mark.parametrize("namesake", ["ANNA", "annA", "xanna"])
    async def test_whose_id_differs_in_one_sign_is_somebody_else(self, private: Store, namesake: str) -> None:
        person, other = PersonId("anna"), PersonId(namesake)
        for each in (person, other):
            await painted(private, person=each, guild="guild-1")
        await private.database.write(lambda tx: _noted(tx, other, "admin"))
        books = "SELECT * FROM usage WHERE scope_id LIKE :id"
        before = await rows(private, books, id=f"%{namesake}")

        told = "".join([(await private.mydata.lines(part, person)).text for part in Part])
        await private.forgetting.jobs(person, at(10), 5)
        assert await private.forgetting.person(person, GONE, at(10))

        assert namesake not in told
        after = [row for row in await rows(private, books, id=f"%{namesake}") if row["scope_id"].endswith(namesake)]
        assert after == [row for row in before if row["scope_id"].endswith(namesake)]
        assert await private.database.read(ledger.differences) == []

    async def test_of_a_refused_prompt_no_print_is_left(self, private: Store) -> None:
        for each in (PERSON, OTHER):
            entry = Entry(each, audit.BLOCKED, GUILD, f"person:{each}", {"rule": "word", "chars": 4, "sha256": "beef"})
            await private.database.write(lambda tx, entry=entry: audit.note(tx, entry, 0))  # type: ignore[misc]  # a default binds it now
        mine = (await private.mydata.lines(Part.AUDIT, PERSON)).text
        await private.forgetting.person(PERSON, GONE, at(10))

        found = await rows(
            private, "SELECT actor, details FROM audit WHERE act = :act ORDER BY actor", act=audit.BLOCKED
        )
        assert json.loads(mine)["details"] == {"rule": "word", "chars": 4, "sha256": "beef"}
        assert [(row["actor"], json.loads(row["details"])) for row in found] == [
            (GONE, {"rule": "word"}),
            (OTHER, {"rule": "word", "chars": 4, "sha256": "beef"}),
        ]

    async def test_a_person_who_comes_back_has_used_what_was_used_and_can_be_forgotten_again(
        self, private: Store
    ) -> None:
        async def used() -> list[Any]:
            sql = "SELECT scope, SUM(used - drawn) AS used FROM usage WHERE scope_id LIKE :id GROUP BY scope ORDER BY 1"
            return [(row["scope"], int(row["used"])) for row in await rows(private, sql, id=f"%{PERSON}")]

        await painted(private)
        before = await used()
        for number in range(2):
            await private.forgetting.jobs(PERSON, at(10), 5)
            assert await private.forgetting.person(PERSON, f"{GONE}-{number}", at(10))
            assert await used() == before
        pseudonyms = await rows(private, "SELECT id FROM person WHERE deleted_ms IS NOT NULL")
        assert [row["id"] for row in pseudonyms] == [f"{GONE}-0"]  # The second time there was nothing left to do.
        await painted(private)
        await private.forgetting.jobs(PERSON, at(10), 5)
        assert await private.forgetting.person(PERSON, f"{GONE}-2", at(10))
        assert await used() == [(scope, 2 * amount) for scope, amount in before]
        await painted(private)

        assert [scope for scope, amount in before if amount] == ["member", "person"]
        assert await used() == [(scope, 3 * amount) for scope, amount in before]
        assert await private.database.read(ledger.differences) == []

    async def test_a_person_whose_job_lives_is_not_forgotten(self, private: Store) -> None:
        await private.jobs.submit([new_job(), new_job()])
        await claim(private)

        living = await private.forgetting.living(PERSON)
        with pytest.raises(Refused) as refused:
            await private.forgetting.person(PERSON, GONE, at(1))

        assert (len(living.waiting), living.running) == (1, 1)
        assert (refused.value.code, refused.value.facts) == (Code.JOBS_RUNNING, {"count": 2})

    async def test_what_is_kept_of_a_person_comes_a_page_at_a_time(self, private: Store) -> None:
        await private.jobs.submit([asking(f"fox {number}") for number in range(5)])
        await private.jobs.submit([asking("whale", person=OTHER)])
        await private.database.write(lambda tx: _noted(tx, PERSON, OTHER))

        prompts, after = [], ""
        for _ in range(3):
            page = await private.mydata.lines(Part.JOBS, PERSON, after, most=2)
            prompts += [json.loads(line)["request"]["prompt"] for line in page.text.splitlines()]
            after = page.after
        everything = "".join([(await private.mydata.lines(part, PERSON)).text for part in Part])

        assert (prompts, after) == ([f"fox {number}" for number in range(5)], "")
        assert OTHER not in everything
        assert "whale" not in everything
        assert '"act": "ban.set"' in everything
        assert (await private.mydata.lines(Part.ACCOUNTS, PERSON)).text.count("\n") == 1

    async def test_what_is_too_old_goes_unless_somebody_keeps_it(self, private: Store) -> None:
        old, kept, fresh = [await painted(private) for _ in range(3)]
        foreign = await painted(private, guild="guild-2")
        await private.favourites.add(OTHER, kept.images[0].id, at(5))
        await ruled(private, GuildId("guild-2"), retention_days=1)
        late = at(4) + timedelta(days=2)

        assert (await private.retention.delete(None, at(4) + timedelta(days=1), 10)).jobs == ()
        own = await private.retention.delete(None, late, 10)
        assert (await private.retention.delete(3, late, 10)).jobs == ()
        first = await private.retention.delete(1, late, 1)
        second = await private.retention.delete(1, late, 10)

        assert own.jobs == (("guild-2", foreign.id),)
        assert own.images == (foreign.images[0].path,)
        assert first.jobs == (("guild-1", old.id),)
        assert second.jobs == (("guild-1", fresh.id),)
        assert (await private.retention.delete(1, late, 10)).jobs == ()


async def found(store: Store, finding: Finding | None) -> Image:
    """Return the picture of a job, with what a filter found in it."""
    await store.jobs.submit([new_job()])
    (lease,) = await claim(store)
    image = await store.images.add(lease, replace(a_new_image(lease), finding=finding))
    await store.jobs.end(lease, Ended(Outcome.SUCCEEDED), at(4))
    stored = await store.images.image(ImageId(image))
    assert stored is not None
    return stored


async def ruled(store: Store, guild: GuildId, **settings: object) -> None:
    """Let a guild's admins decide."""
    await store.database.write(
        lambda tx: tx.run(
            "UPDATE guild SET settings = :settings WHERE id = :id", settings=json.dumps(settings), id=guild
        )
    )


async def rows(store: Store, sql: str, **values: object) -> Sequence[Mapping[str, Any]]:
    """Return every row."""
    return [dict(row) for row in await store.database.read(lambda tx: tx.all(sql, **values))]


async def whole(store: Store, table: str) -> Sequence[Mapping[str, Any]]:
    """Return every row of a table."""
    return await rows(store, f"SELECT * FROM {table}")  # noqa: S608 - a name of our own


def tables() -> list[str]:
    """Return the tables that the migrations make."""
    lines = [line for script in scripts().values() for line in script.splitlines()]
    return [line.split()[2] for line in lines if line.startswith("CREATE TABLE")]


def _names(row: Mapping[str, Any], person: str) -> bool:
    return any(isinstance(value, str) and person in value for value in row.values())


def _noted(tx: Tx, person: str, other: str) -> None:
    """Write what others would: an account, a limit, a ban and its row in the audit."""
    tx.run(
        "INSERT INTO account (platform, external_id, person_id, name, created_ms) VALUES ('test', '7', :id, :name, 0)",
        id=person,
        name=f"called {person}",
    )
    for scope, scope_id in (("person", person), ("member", f"guild-1/{person}")):
        tx.run(
            """
            INSERT INTO quota (scope, scope_id, unit, period, amount, set_by, set_ms)
            VALUES (:scope, :id, 'credit', 'day', 9000, 'admin', 0)
            """,
            scope=scope,
            id=scope_id,
        )
    ban = bans.Ban(bans.PERSON, person, GUILD, "rude", other, at(0), None)
    bans.put_ban(tx, ban)
    details: dict[str, Json] = {"member": f"guild-1/{person}", "who": person, "pool": other, "n": 1}
    audit.note(tx, Entry(other, "ban.set", GUILD, f"person:{person}", details), to_ms(at(0)))
