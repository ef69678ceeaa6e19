"""Channels, what is new in them, and the lines of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.channels import channels, make_channel, mark_read
from pinxit.actions.delete import delete_job
from pinxit.actions.lines import queue_view
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import GuildId, JobId
from pinxit.domain.job import JobState
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, PLAIN, STRANGER, asked, painted, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.ports import Database

MODERATOR = Caller(GuildId("discord:1"), ANNA.person, "web", is_trusted=True)


async def test_the_own_channel_comes_first_even_when_nothing_ever_happened_in_it(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        for caller in (ANNA, STRANGER, ANNA):
            await asked(parts, caller)
        own = await channels(OPERATOR, parts.studio)
        hers = await channels(ANNA, parts.studio)
        newcomer = await channels(Caller(GuildId("discord:9"), ANNA.person, "discord"), parts.studio)

    assert [(channel.guild, channel.unread) for channel in own] == [("local", 0), ("discord:1", 2), ("discord:2", 1)]
    assert [(channel.guild, channel.name, channel.platform) for channel in hers] == [
        ("discord:1", "discord:1", "discord")
    ]
    assert [(channel.guild, channel.unread, channel.newest) for channel in newcomer] == [("discord:9", 0, None)]


async def test_unread_are_the_jobs_since_the_mark_that_one_may_see(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio

        async def unread(caller: Caller) -> int:
            return (await channels(caller, studio))[0].unread

        jobs = [await painted(parts, BORIS, private=private) for private in (False, True, False)]
        assert (await unread(ANNA), await unread(BORIS), await unread(MODERATOR)) == (2, 3, 2)

        await mark_read(ANNA.guild, jobs[0].id, ANNA, studio)
        assert (await unread(ANNA), await unread(BORIS)) == (1, 3)
        await mark_read(ANNA.guild, jobs[2].id, ANNA, studio)
        await mark_read(ANNA.guild, jobs[0].id, ANNA, studio)
        assert await unread(ANNA) == 0

        await delete_job(jobs[2].id, BORIS, studio)
        assert await unread(BORIS) == 2


async def test_unread_is_counted_up_to_99(tmp_path: Path) -> None:
    async with running(tmp_path, f"{NOBODY_PAINTS}[queue]\nper_person = 1000\n") as parts:
        for _ in range(101):
            await asked(parts, BORIS)
        (channel,) = await channels(ANNA, parts.studio)

    assert channel.unread == 99
    assert channel.newest is not None


async def test_a_new_channel_has_an_address_of_its_own(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        studio = parts.studio
        made = [
            await make_channel(name, OPERATOR, studio) for name in ("Über  uns!", "uber uns", "日本", "한국", "x" * 40)
        ]
        await mark_read(made[0].guild, JobId((await asked(parts)).id), OPERATOR, studio)
        listed = await channels(OPERATOR, studio)
        taken = await refusal(make_channel("ÜBER UNS!", OPERATOR, studio))

    assert [channel.guild for channel in made] == [
        "web:uber-uns",
        "web:uber-uns-2",
        "web:channel",
        "web:channel-2",
        f"web:{'x' * 40}",
    ]
    assert made[0].name == "Über uns!"
    assert {channel.guild for channel in made} < {channel.guild for channel in listed}
    assert taken.code is Code.NAME_TAKEN


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", Code.FIELD_RANGE),
        ("   ", Code.FIELD_RANGE),
        ("x" * 41, Code.FIELD_RANGE),
        ("a\x00b", Code.TEXT_INVALID),
        ("\ud800", Code.TEXT_INVALID),
    ],
)
async def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, name: str, code: Code) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        refused = await refusal(make_channel(name, OPERATOR, parts.studio))

    assert refused.code is code


async def test_only_a_trusted_caller_makes_channels_and_marks_others_as_read(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        studio = parts.studio
        job = await asked(parts, STRANGER)
        made = await refusal(make_channel("x", ANNA, studio))
        other = await refusal(mark_read(STRANGER.guild, job.id, ANNA, studio))
        nothing = await refusal(mark_read(ANNA.guild, JobId("~~~"), ANNA, studio))
        await mark_read(STRANGER.guild, job.id, OPERATOR, studio)

    assert [each.code for each in (made, other, nothing)] == [
        Code.SCOPE_MISSING,
        Code.CHANNEL_UNKNOWN,
        Code.JOB_UNKNOWN,
    ]


async def test_the_queue_shows_each_guilds_part(tmp_path: Path) -> None:
    async with running(tmp_path, f"{NOBODY_PAINTS}{PLAIN}") as parts:
        for caller in (ANNA, BORIS, STRANGER):
            await asked(parts, caller, generator="sketch")
        await charge(parts.store.database, "discord:1", 30.0)
        await charge(parts.store.database, "discord:2", 10.0)
        await parts.store.database.write(lambda tx: tx.run("UPDATE guild SET name = 'Painters' WHERE id = 'discord:1'"))
        await parts.queue.look()
        everything, hers = await queue_view(OPERATOR, parts.studio), await queue_view(ANNA, parts.studio)

    plain, sketch = everything
    assert [(pool.pool, pool.queued, pool.running, pool.workers) for pool in everything] == [
        ("plain", 0, 0, plain.workers),
        ("sketch", 3, 0, 0),
    ]
    lanes = {lane.guild: lane for lane in sketch.lanes}
    assert [(lane.name, lane.queued, lane.charged_s, lane.share) for lane in lanes.values()] == [
        ("Painters", 2, 30.0, 0.75),
        ("discord:2", 1, 10.0, 0.25),
    ]
    # Others' names are theirs.
    assert [(lane.guild, lane.name, lane.share) for lane in hers[1].lanes] == [
        ("discord:1", "Painters", 0.75),
        ("other-2", "", 0.25),
    ]


async def charge(database: Database, guild: str, charged_s: float) -> None:
    """Make a guild look as if it had painted before."""
    sql = "UPDATE lane SET charged_s = :charged WHERE guild_id = :guild"
    await database.write(lambda tx: tx.run(sql, charged=charged_s, guild=guild))


async def test_an_empty_queue_lists_every_generator(tmp_path: Path) -> None:
    async with running(tmp_path, f"{NOBODY_PAINTS}{PLAIN}") as parts:
        job = await painted(parts, generator="plain")
        await parts.queue.look()
        pools = await queue_view(STRANGER, parts.studio)

    assert job.state is JobState.SUCCEEDED
    assert [(pool.pool, pool.queued, pool.lanes) for pool in pools] == [("plain", 0, ()), ("sketch", 0, ())]
