from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from benchmarks import claims, crowd, reads, start, store
from benchmarks import disk as disks
from benchmarks.__main__ import main, run
from benchmarks.disk import Disk
from benchmarks.sample import Sample
from benchmarks.scale import Scale
from benchmarks.table import Line, exit_status, on_disk, show

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

TINY = Scale(
    fsyncs=2,
    submit_s=0.01,
    jobs=40,
    guilds=4,
    grown_jobs=40,
    grown_guilds=20,
    claims=2,
    starts=2,
    reads=4,
)
FAST, SLOW = Disk(0.2), Disk(4.0)


async def lines_of(part: Callable[[Path, Scale], AsyncIterator[Line]], folder: Path) -> list[Line]:
    async with aclosing(part(folder, TINY)) as lines:  # type: ignore[type-var]  # an async generator has aclose
        return [line async for line in lines]


async def test_the_store_is_measured_with_one_sixteen_and_sixty_four_callers(tmp_path: Path) -> None:
    lines = await lines_of(store.measure, tmp_path)

    assert [line.what.split(",")[0] for line in lines] == ["durable submits"] * 3
    assert [line.what.split()[2] for line in lines] == ["1", "16", "64"]
    assert [bool(line.goal) for line in lines] == [False, True, False]


async def test_every_submit_of_the_measurement_is_a_job_of_its_own(tmp_path: Path) -> None:
    jobs = crowd.Crowd(guilds=3).jobs(10)

    async with crowd.waiting(tmp_path / "crowd.db", crowd.Crowd(guilds=3), 10) as opened:
        waiting = sum(lane.queued for lane in await opened.lines.lanes())

    assert len({job.idem for job in jobs}) == len({job.id for job in jobs}) == 10
    assert {job.guild for job in jobs} == {"discord:0", "discord:1", "discord:2"}
    assert waiting == 10


async def test_a_claim_is_measured_whole_and_without_its_commit(tmp_path: Path) -> None:
    async with crowd.waiting(tmp_path / "claim.db", crowd.Crowd(guilds=4), 40) as opened:
        seen = await claims.work_off(opened, 2)

    assert len(seen.claims.seconds) == len(seen.choices.seconds) == len(seen.ends.seconds) == 2
    assert all(whole > part for whole, part in zip(seen.claims.seconds, seen.choices.seconds, strict=True))
    assert len(set(seen.jobs)) == 2 * claims.BATCH


async def test_claim_growth_start_and_lookup_have_their_lines(tmp_path: Path) -> None:
    claimed = await lines_of(claims.measure, tmp_path)
    started = await lines_of(start.measure, tmp_path)
    looked = await lines_of(reads.measure, tmp_path)

    assert [line.goal.strip("()").removesuffix(" if fast") for line in claimed] == ["p99 ≤ 5 ms", "", "", "≤ 2 × p50"]
    assert len(started) == 1
    assert len(looked) >= 3


async def test_the_lookup_that_is_compared_has_the_statements_of_the_real_one(tmp_path: Path) -> None:
    async with crowd.waiting(tmp_path / "look.db", crowd.Crowd(guilds=2), 8) as opened:
        (job, *_) = (await claims.work_off(opened, 1)).jobs
        heard = await reads.statements(opened, job)

    assert [sql.split()[3] for sql, _ in heard] == ["job", "image", "attempt"]


async def test_a_line_too_short_for_full_batches_is_not_measured(tmp_path: Path) -> None:
    async with crowd.waiting(tmp_path / "short.db", crowd.Crowd(guilds=2), claims.BATCH - 1) as opened:
        with pytest.raises(RuntimeError, match="took 7 jobs instead of 8"):
            await claims.work_off(opened, 1)


def test_a_goal_for_durable_work_counts_on_a_fast_disk_only() -> None:
    line = Line("submits", "100/s", "≥ 4,000/s", is_met=False)

    assert on_disk(line, FAST) == Line("submits, fast disk", "100/s", "≥ 4,000/s", is_met=False)
    assert on_disk(line, SLOW) == Line("submits, slow disk", "100/s", "(≥ 4,000/s if fast)", is_met=None)


def test_a_disk_that_turns_slow_in_the_middle_is_slow(tmp_path: Path) -> None:
    with disks.watched(tmp_path, TINY) as disk:
        disk.p50_ms = 1e9

    assert (disk.p50_ms, disk.word) == (1e9, "slow")


@pytest.mark.parametrize(
    ("is_met", "is_strict", "status"),
    [(False, True, 1), (False, False, 0), (True, True, 0), (None, True, 0)],
)
def test_only_a_missed_goal_of_a_strict_run_fails(is_met: bool | None, is_strict: bool, status: int) -> None:  # noqa: FBT001 - the cases
    lines = [Line("other", "1", "≥ 0", is_met=True), Line("this", "1", "≥ 2", is_met)]

    assert exit_status(lines, is_strict=is_strict) == status


def test_a_line_shows_what_was_measured_its_goal_and_whether_it_is_met() -> None:
    assert show(Line("ready", "3 s", "≤ 2 s", is_met=False)).split() == ["ready", "3", "s", "≤", "2", "s", "✗"]
    assert show(Line("ready", "1 s", "≤ 2 s", is_met=True)).split()[-1] == "✓"
    assert show(Line("ready", "1 s")).split() == ["ready", "1", "s"]


def test_percentiles_are_those_of_the_rounds() -> None:
    sample = Sample([number / 1000 for number in range(100, 0, -1)])

    assert (sample.p50_ms, sample.p99_ms) == (51.0, 100.0)


async def test_the_disk_comes_first_and_nothing_is_left_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = await run(["disk"], tmp_path, TINY)

    heading, first = capsys.readouterr().out.splitlines()
    assert heading.split() == ["what", "measured", "goal"]
    assert first == show(lines[0])
    assert not await asyncio.to_thread(lambda: list(tmp_path.iterdir()))


def test_an_unknown_part_is_refused_with_the_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "engine", "--folder", str(tmp_path)], is_strict=False)

    assert "'disk', 'store', 'claims', 'start', 'reads', 'server', 'sketch'" in capsys.readouterr().err
