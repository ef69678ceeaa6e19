"""What a store must do with jobs and images once they are there: search, keep, read, throw away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.data.history import Wanted
from pinxit.data.many import rows_among
from pinxit.data.people import Person
from pinxit.data.recreations import NewRecreation, Original
from pinxit.data.store import Numbers, Store, store_over
from pinxit.data.submitting import NewSource
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId
from pinxit.domain.job import Ended, JobState, Outcome
from pinxit.domain.request import Request, request_to_json
from pinxit.domain.verdict import Change
from tests.contracts.store_contract import POOL, at, claim
from tests.queueing.world import a_new_image, new_job

if TYPE_CHECKING:
    from pinxit.data.submitting import NewJob
    from pinxit.domain.job import Job
    from pinxit.domain.ports import Database

GUILD, PERSON, OTHER = GuildId("guild-1"), PersonId("person-1"), PersonId("person-2")


def asking(prompt: str, typed: str = "", **changes: object) -> NewJob:
    """Return a job that asks for something."""
    return replace(new_job(**changes), request=request_to_json(Request(prompt, 64, 64, 7, typed=typed or prompt)))


class StoreLibraryContract:
    """Subclass it in a module with a fixture `database`: empty and migrated."""

    @pytest.fixture
    async def library(self, database: Database) -> Store:
        store = store_over(database, Numbers())
        await store.open_pools([POOL])
        return store

    async def test_a_page_of_history_holds_what_was_asked_for(self, library: Store) -> None:
        fox = asking("A red FOX", "a red fox --ar 3:2")
        whale = asking("100% blue", guild="guild-2", person="person-2")
        hidden = asking("a red cat", private=True)
        await library.jobs.submit([fox, whale, hidden])

        async def ids(**wanted: object) -> list[str]:
            return [job.id for job in await library.history.page(Wanted(most=10, **wanted))]  # type: ignore[arg-type]  # its fields

        assert await ids() == [hidden.id, whale.id, fox.id]
        assert await ids(words=("red", "FOX")) == [fox.id]
        assert await ids(words=("3:2",), guild=GUILD, person=PERSON) == [fox.id]
        assert await ids(words=("100%",)) == [whale.id]
        assert await ids(words=("a_",)) == []
        assert await ids(words=("red",), private_of=OTHER) == [fox.id]
        assert await ids(guild=GUILD, private_of=PERSON) == [hidden.id, fox.id]
        assert await ids(model=POOL, platform="test", state=JobState.QUEUED) == [hidden.id, whale.id, fox.id]
        assert await ids(before=JobId(whale.id)) == [fox.id]
        assert await ids(before=JobId(hidden.id), words=("red",)) == [fox.id]
        assert await ids(after=JobId(fox.id)) == [hidden.id, whale.id]
        assert [job.id for job in await library.history.page(Wanted(1, after=JobId(fox.id)))] == [whale.id]
        named = await library.history.named([JobId(fox.id), JobId("no-such-job"), JobId(whale.id)])
        assert [job.id for job in named] == [whale.id, fox.id]

    async def test_many_jobs_come_with_the_images_of_each(self, library: Store) -> None:
        jobs = [await painted(library, count=count) for count in (2, 1)]

        page = await library.history.page(Wanted(most=10))

        assert [[image.index for image in job.images] for job in page] == [[0], [0, 1]]
        assert [job.id for job in page] == [job.id for job in reversed(jobs)]
        assert page[0].images == jobs[1].images

    async def test_favourites_are_kept_in_order_and_only_what_may_be_seen_is_listed(self, library: Store) -> None:
        public, private = await painted(library, count=3), await painted(library, private=True)
        images = [image.id for job in (public, private) for image in job.images]
        for second, image in enumerate(images):
            await library.favourites.add(PERSON, image, at(second // 2))
            await library.favourites.add(OTHER, image, at(0))
            await library.favourites.add(PERSON, image, at(99))

        async def ids(person: PersonId, guild: GuildId | None) -> list[str]:
            return [each.image.id for each in await library.favourites.page(person, guild, None, 10)]

        assert await ids(PERSON, None) == [images[3], images[2], images[1], images[0]]
        assert await ids(PERSON, GUILD) == await ids(PERSON, None)
        assert await ids(PERSON, GuildId("guild-9")) == [images[3]]
        assert await ids(OTHER, GUILD) == [images[2], images[1], images[0]]
        (first,) = await library.favourites.page(PERSON, None, None, 1)
        rest = await library.favourites.page(PERSON, None, (first.since_ms, first.image.id), 10)
        assert [each.image.id for each in rest] == [images[2], images[1], images[0]]
        assert await library.favourites.among(PERSON, [images[0], ImageId("x")]) == {images[0]}
        await library.favourites.remove(PERSON, images[0])
        await library.favourites.add(PERSON, ImageId("no-such-image"), at(0))
        assert await ids(PERSON, None) == [images[3], images[2], images[1]]

    async def test_deleting_leaves_rows_without_words_and_names_the_files(self, library: Store) -> None:
        source = NewSource("source-1", "image", path="sources/fox.png")
        job = await painted(library, count=2, sources=(source,))
        await library.favourites.add(PERSON, job.images[0].id, at(0))
        await library.favourites.add(PERSON, job.images[1].id, at(0))

        one = await library.deletions.image(job.images[0].id, at(5))
        again = await library.deletions.image(job.images[0].id, at(5))
        whole = await library.deletions.job(job.id, at(6))
        with pytest.raises(Refused) as refused:
            await library.deletions.job(job.id, at(7))

        assert (one.images, again.images) == ((job.images[0].path,), ())
        assert (whole.images, whole.sources) == ((job.images[1].path,), ("sources/fox.png",))
        assert refused.value.code is Code.JOB_UNKNOWN
        left = await library.jobs.job(job.id)
        assert left is not None
        assert (left.is_deleted, left.images, left.request.prompt, left.made) == (True, (), "", 2)
        assert await library.history.page(Wanted(most=10)) == []
        assert await library.history.page(Wanted(most=10, words=("fox",))) == []
        assert await library.history.named([job.id]) == []
        assert await library.favourites.page(PERSON, None, None, 10) == []
        assert await library.images.paths() == frozenset()
        assert await library.images.sources(job.id) == []

    async def test_deleting_takes_what_a_job_that_makes_an_image_again_was_compared_with(self, library: Store) -> None:
        changed = Change("prompt", "a secret fox ", "a secret fox")
        original = Original("digest", 64, 64, changes=(changed,))
        new = new_job(recreates=NewRecreation(original, path="sources/sent.png"))
        await library.jobs.submit([new])
        await library.jobs.cancel(JobId(new.id), at(1))

        gone = await library.deletions.job(JobId(new.id), at(2))

        assert gone.sources == ("sources/sent.png",)
        assert await library.recreations.asked(JobId(new.id)) is None
        left = await library.jobs.job(JobId(new.id))
        assert left is not None
        assert left.recreation is None

    async def test_a_job_that_lives_is_not_deleted(self, library: Store) -> None:
        new = new_job()
        await library.jobs.submit([new])

        with pytest.raises(Refused) as refused:
            await library.deletions.job(JobId(new.id), at(0))

        assert (refused.value.code, refused.value.facts["state"]) == (Code.JOB_NOT_ENDED, "queued")
        assert len(await library.history.page(Wanted(most=10))) == 1

    async def test_a_person_is_called_by_a_name_and_keeps_settings(self, library: Store) -> None:
        await library.jobs.submit([new_job()])
        await library.people.save(PERSON, Person("Anna", "de", {"count": 2, "old": 1}), at(0))
        await library.people.save(PERSON, Person("Anna B.", "en", {"count": 3}), at(0))
        await library.people.save(PersonId("newcomer"), Person("Bo"), at(0))
        account = (
            "INSERT INTO account (platform, external_id, person_id, name, created_ms) VALUES ('d', '1', :id, 'dora', 0)"
        )
        await library.database.write(lambda tx: tx.run(account, id="dora-id"))
        await library.people.save(PersonId("dora-id"), Person(), at(0))

        assert await library.people.person(PERSON) == Person("Anna B.", "en", {"count": 3, "old": 1})
        assert await library.people.person(OTHER) == Person()
        assert await library.people.names([PERSON, OTHER, PersonId("dora-id"), PersonId("newcomer")]) == {
            PERSON: "Anna B.",
            OTHER: OTHER,
            "dora-id": "dora",
            "newcomer": "Bo",
        }
        sql = "UPDATE guild SET settings = :settings WHERE id = :id"
        await library.database.write(lambda tx: tx.run(sql, settings=json.dumps({"count": 1, "a": "b"}), id=GUILD))
        assert await library.people.defaults(PERSON, GUILD) == {"count": 3, "old": 1, "a": "b"}
        assert await library.people.defaults(OTHER, GuildId("nowhere")) == {}

    async def test_a_guild_shows_what_is_new_to_each_person(self, library: Store) -> None:
        jobs = [new_job(), new_job(private=True), new_job()]
        await library.jobs.submit([*jobs, new_job(guild="guild-2")])
        made = [await library.guilds.make("web:a", name, "web", at(0)) for name in ("A", "a", "B")]

        async def unread(person: PersonId) -> dict[str, int]:
            return {row.id: row.unread for row in await library.guilds.seen_by(person)}

        assert made == ["web:a", None, "web:a-2"]
        assert await unread(PERSON) == {"guild-2": 1, "guild-1": 3, "web:a": 0, "web:a-2": 0}
        assert list(await unread(OTHER)) == ["guild-2", "guild-1", "web:a", "web:a-2"]
        await library.guilds.mark_read(OTHER, GUILD, JobId(jobs[0].id))
        assert (await unread(OTHER))["guild-1"] == 1
        await library.guilds.mark_read(OTHER, GUILD, JobId(jobs[2].id))
        await library.guilds.mark_read(OTHER, GUILD, JobId(jobs[1].id))
        assert ((await unread(OTHER))["guild-1"], (await unread(PERSON))["guild-1"]) == (0, 3)
        (only,) = await library.guilds.seen_by(PERSON, GUILD)
        assert (only.newest, only.platform, only.name) == (jobs[2].id, "test", "")
        assert await library.guilds.names([GUILD, GuildId("web:a"), GuildId("x")]) == {
            GUILD: GUILD,
            "web:a": "A",
            "x": "x",
        }

    async def test_a_lane_tells_what_its_guild_was_charged(self, library: Store) -> None:
        await painted(library)
        await library.jobs.submit([new_job()])

        (lane,) = await library.lines.lanes()

        assert lane.charged_s == 4.0

    async def test_one_statement_may_name_more_ids_than_it_has_parameters(self, library: Store) -> None:
        jobs = [new_job() for _ in range(3)]
        await library.jobs.submit(jobs)
        wanted = [*(f"nothing-{number}" for number in range(1200)), *(job.id for job in jobs), jobs[0].id]

        sql = "SELECT id FROM job WHERE id IN (:values) AND guild_id = :guild"
        rows = await library.database.read(lambda tx: rows_among(tx, sql, wanted, guild=GUILD))
        none = await library.database.read(lambda tx: rows_among(tx, sql, [], guild=GUILD))

        assert sorted(row["id"] for row in rows) == [job.id for job in jobs]
        assert list(none) == []


async def painted(store: Store, *, count: int = 1, **changes: object) -> Job:
    """Return a job that took 4 seconds and made its images."""
    new = new_job(count=count, **changes)
    await store.jobs.submit([new])
    (lease,) = await claim(store)
    for index in range(count):
        await store.images.add(lease, a_new_image(lease, index))
    await store.jobs.end(lease, Ended(Outcome.SUCCEEDED), at(4))
    job = await store.jobs.job(JobId(new.id))
    assert job is not None
    return job
