"""Searching and listing read indexes: a page costs the same with ten thousand jobs as with a hundred."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.data.history import Wanted, statement
from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId
from pinxit.domain.job import JobState
from tests.queueing.world import Queue, at_once, new_job

if TYPE_CHECKING:
    from collections.abc import Coroutine

GUILD, PERSON = GuildId("guild-1"), PersonId("person-1")
PAGES = [
    Wanted(30),
    Wanted(30, before=JobId("x")),
    Wanted(30, guild=GUILD, private_of=PERSON),
    Wanted(30, guild=GUILD, before=JobId("x"), state=JobState.QUEUED, model="m", platform="test"),
    Wanted(30, guild=GUILD, after=JobId("a")),
    Wanted(30, person=PERSON),
    Wanted(30, person=PERSON, guild=GUILD, before=JobId("x")),
    Wanted(30, words=("fox", "snow")),
    Wanted(30, words=("fox",), guild=GUILD, private_of=PERSON),
    Wanted(30, words=("fox",), guild=GUILD, before=JobId("x"), private_of=PERSON),
    Wanted(30, words=("fox",), person=PERSON, before=JobId("x")),
]


@pytest.mark.parametrize("wanted", PAGES)
def test_a_page_of_history_is_read_in_its_order_without_sorting(wanted: Wanted) -> None:
    sql, values = statement(wanted)
    plan = [row["detail"] for row in Queue().rows(f"EXPLAIN QUERY PLAN {sql}", **values)]

    # Words are looked through in the order of the jobs, so that the first hits end the search.
    assert all("USING INDEX" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan
    assert "USING INDEX" in plan[0]
    assert ("job_words" in plan[0]) == bool(wanted.words), plan
    if wanted.guild is not None:
        assert "(guild_id=?" in plan[0] or "(person_id=?" in plan[0], plan


def test_no_other_statement_about_the_past_scans_a_table_that_grows() -> None:
    queue = Queue()
    queue.submit(new_job(), new_job(guild="guild-2"))
    first = queue.claim()[0]
    queue.paint_and_succeed(first)
    store, image = queue.store, ImageId(f"{first.job}.1.0")
    heard = queue.database.listen()
    doing: list[Coroutine[object, object, object]] = [
        store.history.named([first.job]),
        store.favourites.add(PERSON, image, queue.now),
        store.favourites.page(PERSON, GUILD, (5, "x"), 30),
        store.favourites.page(PERSON, None, None, 30),
        store.favourites.among(PERSON, [image]),
        store.favourites.remove(PERSON, image),
        store.people.person(PERSON),
        store.people.defaults(PERSON, GUILD),
        store.people.names([PERSON]),
        store.guilds.names([GUILD]),
        store.guilds.mark_read(PERSON, GUILD, first.job),
        store.guilds.seen_by(PERSON, GUILD),
        store.deletions.image(image, queue.now),
        store.deletions.job(first.job, queue.now),
    ]
    for coroutine in doing:
        at_once(coroutine)

    plans = plans_of(queue, heard)
    assert {plan for plan in plans if "SCAN" in plan and not plan.startswith(("SCAN CONSTANT", "SCAN news"))} == set()
    assert any("INDEX favourite_recent" in plan for plan in plans)


def test_the_list_of_channels_reads_every_guild_and_of_each_only_what_is_new() -> None:
    queue = Queue()
    heard = queue.database.listen()
    at_once(queue.store.guilds.seen_by(PERSON))

    plans = {plan.partition(":")[0] for plan in plans_of(queue, heard)}
    assert {plan for plan in plans if plan.startswith("SCAN")} <= {"SCAN g", "SCAN news"}
    assert any("job_guild" in plan for plan in plans)


def test_a_search_without_a_hit_costs_little_for_each_job_that_is_there() -> None:
    few, many = _steps_of_a_search(100), _steps_of_a_search(1000)

    # SQLite's own instructions, in tens: a handful for each job's words, none for its wide row.
    assert (many - few) / 900 < 3


def plans_of(queue: Queue, heard: list[str]) -> set[str]:
    """Return how each statement that was heard is carried out."""
    return {
        f"{row['detail']}: {' '.join(sql.split())}"
        for sql in dict.fromkeys(heard)
        if sql.lstrip().startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))
        for row in queue.rows(f"EXPLAIN QUERY PLAN {sql}")
    }


def _steps_of_a_search(jobs: int) -> int:
    queue = Queue()
    for number in range(jobs):
        queue.submit(new_job(guild=f"guild-{number % 20}", person=f"person-{number % 60}"))
    steps = queue.database.count_steps()

    assert at_once(queue.store.history.page(Wanted(30, words=("zebra",)))) == []
    return steps()
