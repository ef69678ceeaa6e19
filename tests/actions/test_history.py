"""Looking through what was painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.history import HistoryQuery, history, named_jobs
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code
from pinxit.domain.ids import JobId
from pinxit.domain.job import JobState
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, PLAIN, SKETCH, STRANGER, asked, painted, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.caller import Caller
    from pinxit.parts import Parts

TWO = f"{NOBODY_PAINTS}{PLAIN}workers = 0\n"


async def found(parts: Parts, text: str, caller: Caller = OPERATOR) -> list[str]:
    page = await history(HistoryQuery(text=text), caller, parts.studio)
    return [job.request.prompt for job in page.jobs]


async def test_pages_follow_one_another_newest_first_without_a_gap(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        jobs = [(await asked(parts)).id for _ in range(7)]
        newest = sorted(jobs, reverse=True)
        first = await history(HistoryQuery(most=3), OPERATOR, parts.studio)
        second = await history(HistoryQuery(most=3, before=first.older), OPERATOR, parts.studio)
        third = await history(HistoryQuery(most=3, before=second.older), OPERATOR, parts.studio)
        whole = await history(HistoryQuery(most=7), OPERATOR, parts.studio)

    assert [job.id for page in (first, second, third) for job in page.jobs] == newest
    assert (first.older, second.older, third.older) == (newest[2], newest[5], None)
    assert ([job.id for job in whole.jobs], whole.older) == (newest, None)


async def test_after_a_job_come_those_that_follow_it(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        jobs = sorted([(await asked(parts)).id for _ in range(6)])
        page = await history(HistoryQuery(after=jobs[1], most=2), OPERATOR, parts.studio)
        between = await history(HistoryQuery(after=jobs[1], before=jobs[5]), OPERATOR, parts.studio)
        none = await history(HistoryQuery(after=jobs[5]), OPERATOR, parts.studio)

    assert ([job.id for job in page.jobs], page.older) == ([jobs[3], jobs[2]], jobs[2])
    assert [job.id for job in between.jobs] == [jobs[4], jobs[3], jobs[2]]
    assert (none.jobs, none.older) == ((), None)


async def test_jobs_come_with_their_images_in_order(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        jobs = [await painted(parts, count=count) for count in (1, 3)]
        page = await history(HistoryQuery(), OPERATOR, parts.studio)

    assert [[image.index for image in job.images] for job in page.jobs] == [[0, 1, 2], [0]]
    assert {image.id for job in page.jobs for image in job.images} == {image.id for job in jobs for image in job.images}
    assert all(image.is_ready for job in page.jobs for image in job.images)


async def test_a_search_takes_words_in_any_case_and_order_from_prompt_and_typed_text(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, prompt="Ein GRÜNER Fuchs auf der Straße")
        await asked(parts, prompt="a blue whale", typed="a blue whale --ar 3:2")

        assert await found(parts, "fuchs GRÜNER") == ["Ein GRÜNER Fuchs auf der Straße"]
        assert await found(parts, "STRASSE") == ["Ein GRÜNER Fuchs auf der Straße"]
        assert await found(parts, "--ar 3:2 whale") == ["a blue whale"]
        assert await found(parts, "fuchs whale") == []
        assert len(await found(parts, "  ")) == 2


@pytest.mark.parametrize("text", ["100%", "100_", "a_b", "50!", "'; DROP TABLE job; --", "\\", '"'])
async def test_signs_of_a_search_language_are_text(tmp_path: Path, text: str) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, prompt=f"it says {text} on a wall")
        await asked(parts, prompt="it says 100 aXb 500 on a wall")

        assert await found(parts, text) == [f"it says {text} on a wall"]


async def test_filters_hold_together(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        anna, boris = await asked(parts, ANNA, generator="sketch"), await asked(parts, BORIS, generator="plain")
        carla, own = await asked(parts, STRANGER, generator="sketch"), await asked(parts, generator="sketch")

        async def ids(**filters: object) -> set[JobId]:
            page = await history(HistoryQuery(**filters), OPERATOR, parts.studio)  # type: ignore[arg-type]  # its fields
            return {job.id for job in page.jobs}

        assert await ids() == {anna.id, boris.id, carla.id, own.id}
        assert await ids(guild=ANNA.guild) == {anna.id, boris.id}
        assert await ids(person=ANNA.person) == {anna.id}
        assert await ids(person=ANNA.person, guild=STRANGER.guild) == set()
        assert await ids(model="plain") == {boris.id}
        assert await ids(platform="discord", model="sketch") == {anna.id, carla.id}
        assert await ids(state=JobState.SUCCEEDED) == set()
        assert await ids(state=JobState.QUEUED, text="fox", guild=ANNA.guild) == {anna.id, boris.id}


async def test_who_is_not_trusted_sees_the_own_guild_and_the_own_private_jobs(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        public, private = await asked(parts, ANNA), await asked(parts, ANNA, private=True)
        others = await asked(parts, BORIS, private=True)
        await asked(parts, STRANGER)

        async def ids(caller: Caller, **filters: object) -> set[JobId]:
            page = await history(HistoryQuery(**filters), caller, parts.studio)  # type: ignore[arg-type]  # its fields
            named = await named_jobs([public.id, private.id, others.id], caller, parts.studio)
            if not filters:
                assert {job.id for job in named} == {job.id for job in page.jobs}
            return {job.id for job in page.jobs}

        assert await ids(ANNA) == {public.id, private.id}
        assert await ids(ANNA, text="fox") == {public.id, private.id}
        assert await ids(ANNA, person=BORIS.person) == set()
        assert await ids(BORIS) == {public.id, others.id}
        assert await ids(BORIS, guild=STRANGER.guild) == set()
        assert await ids(OPERATOR, guild=ANNA.guild) == {public.id, private.id, others.id}


async def test_named_jobs_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        jobs = [await asked(parts) for _ in range(2)]
        named = await named_jobs([jobs[0].id, JobId("nothing"), jobs[1].id, jobs[0].id], OPERATOR, parts.studio)

        assert await named_jobs([], OPERATOR, parts.studio) == ()

    assert [job.id for job in named] == sorted([job.id for job in jobs], reverse=True)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (HistoryQuery(most=0), Code.FIELD_RANGE),
        (HistoryQuery(most=101), Code.FIELD_RANGE),
        (HistoryQuery(text="x" * 201), Code.FIELD_RANGE),
        (HistoryQuery(text="a\x00b"), Code.TEXT_INVALID),
        (HistoryQuery(before=JobId("\ud800")), Code.TEXT_INVALID),
    ],
)
async def test_a_wrong_query_is_refused(tmp_path: Path, query: HistoryQuery, code: Code) -> None:
    async with running(tmp_path, SKETCH) as parts:
        refused = await refusal(history(query, OPERATOR, parts.studio))

    assert refused.code is code
