from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.admin.lanes import clear
from pinxit.actions.admin.stats import guild_stats
from pinxit.data.tallies import ENDED, LANES, Tally
from pinxit.domain.caller import Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import PersonId
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, PLAIN, STRANGER, asked, painted, refusal, running
from tests.queueing.world import Queue

if TYPE_CHECKING:
    from pathlib import Path

CHIEF = Caller(ANNA.guild, PersonId("chief"), "discord", is_moderator=True)


async def test_what_was_painted_and_by_whom_is_counted(tmp_path: Path) -> None:
    async with running(tmp_path, PLAIN) as parts:
        for caller in (ANNA, ANNA, BORIS, STRANGER):
            await painted(parts, caller)
        stats = await guild_stats(ANNA.guild, CHIEF, parts.studio)

    assert stats.tally == Tally(queued=0, running=0, succeeded=3, failed=0, cancelled=0)
    assert [(line.person, line.jobs) for line in stats.most] == [("anna", 2), ("boris", 1)]
    assert stats.credits_milli == sum(line.used for line in stats.most) > 0


async def test_what_waits_is_counted_until_it_is_cancelled(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        for caller in (ANNA, BORIS, STRANGER):
            await asked(parts, caller)
        before = await guild_stats(ANNA.guild, CHIEF, parts.studio)
        await clear(ANNA.guild, ANNA.person, CHIEF, parts.studio)
        after = await guild_stats(ANNA.guild, CHIEF, parts.studio)

    assert (before.tally.queued, before.tally.cancelled) == (2, 0)
    assert (after.tally.queued, after.tally.cancelled) == (1, 1)


async def test_only_admins_see_it(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        refused = await refusal(guild_stats(ANNA.guild, ANNA, parts.studio))

    assert refused.code is Code.NOT_ADMIN


def test_counting_reads_indexes() -> None:
    queue = Queue()
    plans = [
        row["detail"]
        for sql, values in ((LANES, {"guild": "g"}), (ENDED, {"guild": "g", "since": 0}))
        for row in queue.rows(f"EXPLAIN QUERY PLAN {sql}", **values)
    ]

    assert not [plan for plan in plans if plan.startswith("SCAN")], plans
    assert any("job_kept" in plan for plan in plans), plans
