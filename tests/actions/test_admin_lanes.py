"""Weights, caps, pauses and clearing, on a real store with real workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.actions.admin.lanes import clear, load_paused, pause, resume, set_running_cap, set_weight
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import BootId, GuildId, PersonId, PoolName, WorkerId
from pinxit.domain.job import JobState
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, STRANGER, asked, painted, refusal, running

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from pinxit.actions.studio import Studio
    from pinxit.domain.job import Lease
    from pinxit.parts import Parts

GUILD, SKETCH = ANNA.guild, PoolName("sketch")
CHIEF = Caller(GUILD, PersonId("chief"), "discord", is_moderator=True)


async def rows(parts: Parts, sql: str, **values: object) -> Sequence[Mapping[str, Any]]:
    return await parts.store.database.read(lambda tx: [dict(row) for row in tx.all(sql, **values)])


async def acts(parts: Parts) -> list[str]:
    return [row["act"] for row in await rows(parts, "SELECT act FROM audit ORDER BY at_ms, id")]


async def claimed(parts: Parts, most: int = 8) -> Sequence[Lease]:
    now = parts.studio.clock.now()
    claimed = await parts.store.jobs.claim(WorkerId("b:w"), BootId("b"), SKETCH, most=most, loaded=(), now=now)
    return claimed.leases


async def test_a_weight_and_a_cap_reach_the_lanes_that_are_there(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, ANNA)
        weighed = await set_weight(GUILD, 2.5, OPERATOR, parts.studio)
        capped = await set_running_cap(GUILD, 1, OPERATOR, parts.studio)
        (lane,) = await rows(parts, "SELECT weight, cap FROM lane")
        free = await set_running_cap(GUILD, None, OPERATOR, parts.studio)
        (later,) = await rows(parts, "SELECT cap FROM lane")
        told = await acts(parts)

    assert (weighed.weight, capped.running_cap, free.running_cap) == (2.5, 1, None)
    assert (lane, later) == ({"weight": 2.5, "cap": 1}, {"cap": 4})
    assert told == ["guild.weight", "guild.running_cap", "guild.running_cap"]


@pytest.mark.parametrize("weight", [0, 0.09, 101, float("nan"), float("inf"), -1])
async def test_a_weight_has_bounds(tmp_path: Path, weight: float) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, ANNA)
        refused = await refusal(set_weight(GUILD, weight, OPERATOR, parts.studio))
        told = await acts(parts)

    assert (refused.code, refused.facts["field"], refused.facts["allowed"]) == (
        Code.FIELD_RANGE,
        "weight",
        ["0.1 to 100"],
    )
    assert told == []


@pytest.mark.parametrize(
    "act",
    [
        lambda caller, studio: set_weight(GUILD, 2, caller, studio),
        lambda caller, studio: set_running_cap(GUILD, 2, caller, studio),
        lambda caller, studio: pause(None, SKETCH, caller, studio),
        lambda caller, studio: pause(None, None, caller, studio),
        lambda caller, studio: resume(STRANGER.guild, None, caller, studio),
        lambda caller, studio: clear(STRANGER.guild, None, caller, studio),
        lambda caller, studio: clear(None, ANNA.person, caller, studio),
    ],
)
async def test_what_reaches_beyond_a_guild_is_not_for_its_admins(
    tmp_path: Path, act: Callable[[Caller, Studio], Awaitable[object]]
) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, ANNA)
        await asked(parts, STRANGER)
        refused = await refusal(act(CHIEF, parts.studio))
        told = await acts(parts)

    assert (refused.code, told) == (Code.NOT_ADMIN, [])


async def test_who_is_no_admin_may_not_even_pause_their_own_guild(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, ANNA)
        codes = [
            (await refusal(pause(GUILD, None, ANNA, parts.studio))).code,
            (await refusal(clear(GUILD, None, ANNA, parts.studio))).code,
        ]

    assert codes == [Code.NOT_ADMIN, Code.NOT_ADMIN]


async def test_the_jobs_of_a_paused_guild_wait_and_the_others_are_painted(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await pause(GUILD, None, CHIEF, parts.studio)
        again = await pause(GUILD, None, CHIEF, parts.studio)
        # A guild that has no lane yet, and one that asks while it is paused.
        waiting = await asked(parts, ANNA)
        other = await painted(parts, STRANGER)
        still = await parts.store.jobs.job(waiting.id)
        seen = await load_paused(CHIEF, parts.studio)
        hers = await load_paused(STRANGER, parts.studio)
        with parts.events.listen(waiting.id) as heard:
            resumed = await resume(GUILD, None, CHIEF, parts.studio)
            async with asyncio.timeout(20):
                while (job := await parts.store.jobs.job(waiting.id)) is None or not job.state.is_final:
                    await heard.wait()
                    heard.clear()
        told = await acts(parts)

    assert (first, again, resumed) == (True, False, True)
    assert still is not None
    assert (still.state, other.state, job.state) == (JobState.QUEUED, JobState.SUCCEEDED, JobState.SUCCEEDED)
    assert (list(seen.guilds), list(hers.guilds)) == ([GUILD], [])
    assert told == ["guild.paused", "guild.resumed"]


async def test_a_paused_pool_gives_nothing_out_until_it_is_resumed(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, ANNA)
        await pause(None, SKETCH, OPERATOR, parts.studio)
        nothing = await claimed(parts)
        paused = await load_paused(OPERATOR, parts.studio)
        everything = await pause(None, None, OPERATOR, parts.studio)
        back = await resume(None, None, OPERATOR, parts.studio)
        leases = await claimed(parts)
        told = await acts(parts)

    assert (list(nothing), list(paused.pools), everything, back, len(leases)) == ([], [SKETCH], True, True, 1)
    assert sorted(told) == ["pool.paused", "pool.paused", "pool.resumed", "pool.resumed"]


async def test_a_pool_that_is_not_there_and_a_guild_in_a_pool_cannot_be_paused(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        unknown = await refusal(pause(None, PoolName("skech"), OPERATOR, parts.studio))
        both = await refusal(pause(GUILD, SKETCH, OPERATOR, parts.studio))
        nowhere = await refusal(pause(GuildId("discord:9"), None, OPERATOR, parts.studio))

    assert (unknown.code, unknown.facts["nearest"]) == (Code.GENERATOR_UNKNOWN, "sketch")
    assert (both.code, nowhere.code) == (Code.FIELD_CHOICE, Code.GUILD_UNKNOWN)


async def test_a_cap_that_was_set_in_a_pause_holds_after_it(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        for _ in range(3):
            await asked(parts, ANNA)
        await pause(GUILD, None, OPERATOR, parts.studio)
        await set_running_cap(GUILD, 2, OPERATOR, parts.studio)
        nothing = await claimed(parts)
        await resume(GUILD, None, OPERATOR, parts.studio)
        leases = [*await claimed(parts), *await claimed(parts)]

    assert (list(nothing), len(leases)) == ([], 2)


async def test_the_operators_own_cap_reaches_old_lanes_at_the_next_start(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, ANNA)
        await asked(parts, STRANGER)
        await set_running_cap(STRANGER.guild, 3, OPERATOR, parts.studio)
    async with running(tmp_path, f"{NOBODY_PAINTS}[queue]\nguild_running = 9\n") as parts:
        caps = {row["guild_id"]: row["cap"] for row in await rows(parts, "SELECT guild_id, cap FROM lane")}

    assert caps == {GUILD: 9, STRANGER.guild: 3}


async def test_clearing_ends_each_job_as_a_cancel_does(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        hers = [await asked(parts, ANNA) for _ in range(3)]
        his = await asked(parts, BORIS)
        others = await asked(parts, STRANGER)
        with parts.events.listen(hers[0].id) as heard:
            one = await clear(GUILD, ANNA.person, CHIEF, parts.studio)
            was_told = heard.is_set()
        rest = await clear(GUILD, None, CHIEF, parts.studio)
        nothing = await clear(GUILD, None, CHIEF, parts.studio)
        states = [(await parts.store.jobs.job(job.id)).state for job in (*hers, his, others)]  # type: ignore[union-attr]  # they are there
        booked = await rows(
            parts, "SELECT guild_id, SUM(amount) AS left FROM ledger GROUP BY guild_id ORDER BY guild_id"
        )
        lanes = await rows(parts, "SELECT guild_id, queued, backlog_s FROM lane ORDER BY guild_id")
        book = await rows(parts, "SELECT actor, act, guild_id, subject, details FROM audit ORDER BY at_ms, id")

    assert (one, rest, nothing, was_told) == (3, 1, 0, True)
    assert states == [*[JobState.CANCELLED] * 4, JobState.QUEUED]
    assert booked[0]["left"] == 0
    assert booked[1]["left"] > 0
    assert (lanes[0]["queued"], lanes[0]["backlog_s"], lanes[1]["queued"]) == (0, 0, 1)
    assert [row["act"] for row in book] == ["queue.cleared"] * 3
    assert (book[0]["subject"], book[0]["details"]) == ("person:anna", '{"found": 3, "also_running": false}')


async def test_clearing_leaves_running_jobs_alone_unless_they_are_meant_as_well(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        jobs = [await asked(parts, ANNA) for _ in range(2)]
        (lease,) = await claimed(parts, 1)
        waiting = await clear(GUILD, None, OPERATOR, parts.studio)
        (before,) = await rows(parts, "SELECT cancel_wanted FROM job WHERE id = :id", id=lease.job)
        stopping = await clear(None, None, OPERATOR, parts.studio, also_running=True)
        (after,) = await rows(parts, "SELECT state, cancel_wanted FROM job WHERE id = :id", id=lease.job)

    assert {lease.job} < {job.id for job in jobs}
    assert (waiting, before["cancel_wanted"]) == (1, 0)
    assert (stopping, after) == (1, {"state": "running", "cancel_wanted": 1})


async def test_clearing_takes_hundreds_in_several_steps(tmp_path: Path) -> None:
    waiting = "[queue]\nper_person = 200\n"
    async with running(tmp_path, NOBODY_PAINTS + waiting) as parts:
        for _ in range(130):
            await asked(parts, ANNA)
        cleared = await clear(None, None, OPERATOR, parts.studio)
        (left,) = await rows(parts, "SELECT COUNT(*) AS n FROM job WHERE state <> 'cancelled'")
        (flow,) = await rows(parts, "SELECT queued, tag FROM flow")
        told = await acts(parts)

    assert (cleared, left["n"], flow["queued"], told) == (130, 0, 0, ["queue.cleared"])
    assert flow["tag"] == pytest.approx(0)
