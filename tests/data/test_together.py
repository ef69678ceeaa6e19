"""Submits that come at once are stored in a few statements, as if they had come one after the other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from pinxit.data import bans, rationing
from pinxit.data.ledger import differences
from pinxit.data.store import Numbers, open_store
from pinxit.data.submitting import Submitted, Waiting
from pinxit.data.taking_in import submit_all
from pinxit.data.times import EPOCH
from pinxit.data.together import Submit
from pinxit.domain.errors import Code, Refused
from pinxit.domain.quota import Limit, Period, Scope, Unit
from tests.queueing.world import START_MS, Queue, a_step, new_job

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinxit.data.submitting import NewJob

NUMBERS = Numbers(waiting=Waiting(per_person=6, per_guild=20, total=100))


def a_queue() -> Queue:
    """Return a queue in which every guild and some persons have asked before; guild-2 weighs more and guild-3 rests."""
    queue = Queue(NUMBERS, "gpu", "cpu")
    queue.guild("guild-2", weight=3.0, cap=5)
    for guild in range(4):
        for person in range(4):
            before = f"before-{guild}-{person}"
            queue.submit(
                new_job(id=before, group=before, deliveries=(), guild=f"guild-{guild}", person=f"person-{person}")
            )
            queue.cancel(before)
    queue.tx.run("UPDATE guild SET paused = 1 WHERE id = 'guild-3'")
    queue.tx.run("UPDATE guild SET time_zone = 'America/Los_Angeles' WHERE id = 'guild-1'")
    queue.tx.run("UPDATE pool SET vtime = 40")
    queue.tx.run("UPDATE lane SET person_vtime = 2")
    return queue


def some_jobs(random: Random, count: int) -> list[NewJob]:
    return [
        new_job(
            a_step(random.choice(("gpu", "cpu")), cost_s=random.randrange(1, 9) / 2),
            guild=f"guild-{random.randrange(4)}",
            person=f"person-{random.randrange(6)}",
            now_ms=START_MS + random.randrange(1000),
            credits_milli=random.choice((0, 100, 250)),
            dollars_micro=random.choice((0, 0, 7)),
            idem=random.choice((None, f"key-{random.randrange(40)}")),
            is_adult=random.choice((None, False, True)),
            texts=random.choice((None, ("a red fox", ""))),
        )
        for _ in range(count)
    ]


def together(queue: Queue, news: Sequence[NewJob]) -> list[list[Submitted] | None]:
    works = [Submit([new], queue.numbers.waiting, queue.numbers.rules) for new in news]
    return works[0].share(queue.tx, works)


@pytest.mark.parametrize("seed", range(6))
def test_submits_together_leave_what_the_same_leave_one_after_the_other(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - it has to repeat
    many, single = a_queue(), a_queue()

    for count in (2, 30, 17):
        news = some_jobs(random, count)
        for new, done in zip(news, together(many, news), strict=True):
            if done is not None:
                assert done == submit_all(single.tx, [new], NUMBERS.waiting, NUMBERS.rules)

    assert sorted(many.database.dump()) == sorted(single.database.dump())
    assert many.row("SELECT COUNT(*) AS n FROM job")["n"] > 16 + 20
    assert differences(many.tx) == []


def test_whoever_might_be_refused_is_left_to_be_asked_alone() -> None:
    queue = a_queue()
    known = new_job(idem="known", digest="d")
    queue.submit(known)
    ban = bans.Ban("person", "person-2", "guild-1", "", "admin", EPOCH, None)
    bans.put_ban(queue.tx, ban)
    rationing.set_limit(queue.tx, Limit(Scope.ROLE, "guild-2/vip", Unit.CREDIT, Period.DAY, 0), 1000, "admin", 0)
    free = new_job(idem="once")
    left = [
        new_job(idem="once"),
        new_job(idem="known", digest="d"),
        new_job(person="person-2"),
        new_job(guild="guild-2"),
        new_job(person_cooldown_s=1.0),
        new_job(guild_cooldown_s=1.0),
        new_job(guild="nowhere-yet"),
        new_job(person="nobody-yet"),
        new_job(a_step("never-opened")),
    ]

    done = together(queue, [free, *left])

    assert done == [[Submitted(free.id, is_new=True)], *[None for _ in left]]
    assert {row["id"] for row in queue.rows("SELECT id FROM job WHERE id LIKE 'job-%'")} == {free.id, known.id}


def test_a_line_is_filled_together_and_not_beyond() -> None:
    queue = a_queue()

    done = together(queue, [new_job() for _ in range(9)])

    assert [each is not None for each in done] == [True] * 6 + [False] * 3


def test_who_comes_to_a_line_stands_behind_what_it_was_charged_and_behind_themselves() -> None:
    queue = a_queue()
    news = [new_job(a_step(cost_s=cost_s)) for cost_s in (3.0, 1.0, 1.0)]

    together(queue, news[:2])
    queue.submit(news[2])

    assert [row["tag"] for row in queue.rows("SELECT tag FROM job WHERE state = 'queued' ORDER BY id")] == [2, 5, 6]


def test_a_guild_that_is_banned_is_refused() -> None:
    queue = a_queue()
    bans.put_ban(queue.tx, bans.Ban("guild", "guild-1", "", "", "admin", EPOCH, None))
    news = [new_job(), new_job()]

    assert together(queue, news) == [None, None]
    with pytest.raises(Refused) as refused:
        queue.submit(news[0])
    assert refused.value.code is Code.GUILD_BANNED


async def test_callers_at_once_are_each_told_their_own(tmp_path: Path) -> None:
    async with open_store(tmp_path / "pinxit.db", NUMBERS) as store:
        await store.open_pools(["gpu"])
        await store.jobs.submit([new_job(id="first")])
        once, group = new_job(idem="key", digest="1"), [new_job(person="person-2") for _ in range(7)]
        same, other = replace(new_job(), idem="key", digest="1"), replace(new_job(), idem="key", digest="2")
        twice = replace(new_job(), id="first")
        plain = [new_job() for _ in range(2)]

        results = await asyncio.gather(
            *(store.jobs.submit(jobs) for jobs in ([plain[0]], [once], group, [same], [twice], [other], [plain[1]])),
            return_exceptions=True,
        )

        assert results[0] == [Submitted(plain[0].id, is_new=True)]
        assert results[1] == [Submitted(once.id, is_new=True)]
        assert isinstance(results[2], Refused)
        assert results[2].code is Code.FULL_PERSON
        assert results[3] == [Submitted(once.id, is_new=False)]
        assert isinstance(results[4], Exception)
        assert isinstance(results[5], Refused)
        assert results[5].code is Code.IDEMPOTENCY_MISMATCH
        assert results[6] == [Submitted(plain[1].id, is_new=True)]
        stored = await store.database.read(lambda tx: tx.all("SELECT id FROM job ORDER BY id"))
        assert {row["id"] for row in stored} == {"first", once.id, plain[0].id, plain[1].id}
        waits = await store.database.read(lambda tx: tx.one("SELECT queued FROM pool WHERE pool = 'gpu'"))
        assert waits is not None
        assert waits["queued"] == 4
        assert await store.database.read(differences) == []
