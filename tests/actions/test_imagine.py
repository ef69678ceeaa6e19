"""From a wish to its end, through every part but the web: routes, prices, sources and repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine, price
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId, PersonId
from pinxit.domain.job import JobState, Outcome, Priority
from pinxit.domain.request import Mode, Role
from tests.actions import atelier
from tests.actions.atelier import draft, ended
from tests.builders import a_png

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from pinxit.parts import Parts

SETTINGS = """
[generators.broken]
kind = "tests.generators_for_tests:build_broken"
process = false
[generators.busy]
kind = "tests.generators_for_tests:build_temporary"
process = false
times = 100
[generators.strict]
kind = "tests.generators_for_tests:build_refuses"
process = false
[generators.sketch]
kind = "sketch"
[chains.patient]
generators = ["broken", "busy", "sketch"]
[chains.strict]
generators = ["strict", "sketch"]
[queue]
per_person = 3
"""
STRANGER = Caller(GuildId("discord:1"), PersonId("discord:2"), "api")


def running(folder: Path, more: str = "") -> AbstractAsyncContextManager[Parts]:
    return atelier.running(folder, SETTINGS + more)


async def test_a_chain_goes_on_until_one_can_with_the_same_id_and_seed(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        accepted = await imagine(Ask(draft(chain="patient"), OPERATOR), parts.studio)
        job = await ended(accepted, parts)

    assert (job.state, job.tries) == (JobState.SUCCEEDED, 0)
    assert [(attempt.generator, attempt.outcome) for attempt in job.attempts] == [
        ("broken", Outcome.BROKEN),
        ("busy", Outcome.TEMPORARY),
        ("sketch", Outcome.SUCCEEDED),
    ]
    assert [(image.generator, image.seed) for image in job.images] == [("sketch", 7)]


async def test_a_refusal_of_the_content_never_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await ended(await imagine(Ask(draft(chain="strict"), OPERATOR), parts.studio), parts)

    assert (job.state, len(job.attempts)) == (JobState.FAILED, 1)


async def test_who_picks_a_generator_or_a_model_gets_only_that(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        picked = await price(Ask(draft(generator="broken"), OPERATOR), parts.studio)
        model = await price(Ask(draft(model="sketch"), OPERATOR), parts.studio)
        anything = await price(Ask(draft(), OPERATOR), parts.studio)

    assert [step.pool for step in picked.route] == ["broken"]
    assert [step.pool for step in model.route] == ["sketch"]
    assert [step.pool for step in anything.route] == ["broken", "busy", "strict", "sketch"]


async def test_only_generators_that_can_do_the_mode_are_asked(tmp_path: Path) -> None:
    source = SourceDraft(Role.IMAGE, data=a_png(3))
    async with running(tmp_path) as parts:
        accepted = await imagine(Ask(draft(sources=(source,)), OPERATOR), parts.studio)
        job = await ended(accepted, parts)

    assert accepted.request.mode is Mode.IMG2IMG
    assert [step.pool for step in accepted.route] == ["sketch"]
    assert job.state is JobState.SUCCEEDED


async def test_a_wish_is_told_its_old_price_even_without_its_generator(tmp_path: Path) -> None:
    ask = Ask(draft(count=2), OPERATOR, key="k")
    async with atelier.running(tmp_path, atelier.NOBODY_PAINTS) as parts:
        first = await imagine(ask, parts.studio)
    async with atelier.running(tmp_path, atelier.PLAIN) as parts:
        again = await imagine(ask, parts.studio)

    assert (again.is_new, again.quote, again.route) == (False, first.quote, first.route)
    assert first.quote.credits_milli > 0


async def test_the_same_key_gives_the_same_job_and_another_wish_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await imagine(Ask(draft(seed=None), OPERATOR, key="k"), parts.studio)
        again = await imagine(Ask(draft(seed=None), OPERATOR, key="k"), parts.studio)
        other_person = await imagine(Ask(draft(seed=None), STRANGER, key="k"), parts.studio)
        with pytest.raises(Refused) as caught:
            await imagine(Ask(draft(seed=8), OPERATOR, key="k"), parts.studio)

    assert first.job is not None
    assert again.job is not None
    assert other_person.job is not None
    assert (again.job.id, again.is_new, again.request.seed) == (first.job.id, False, first.request.seed)
    assert other_person.job.id != first.job.id
    assert caught.value.code is Code.IDEMPOTENCY_MISMATCH


async def test_a_refused_submit_leaves_no_job_and_no_file(tmp_path: Path) -> None:
    source = SourceDraft(Role.IMAGE, data=a_png(3))
    async with running(
        tmp_path, "[generators.slow]\nkind = 'tests.generators_for_tests:build_slow'\nworkers = 0\n"
    ) as parts:
        for _ in range(3):
            await imagine(Ask(draft(generator="slow"), STRANGER), parts.studio)
        with pytest.raises(Refused) as caught:
            await imagine(Ask(draft(sources=(source,)), STRANGER), parts.studio)
        states = await parts.store.jobs.states()

    assert (caught.value.code, caught.value.facts["limit"]) == (Code.FULL_PERSON, 3)
    assert states == {JobState.QUEUED: 3}
    assert [path for path in (tmp_path / "var/sources").rglob("*") if path.is_file()] == []


async def test_a_price_is_what_the_submit_then_reserves_and_the_end_settles(tmp_path: Path) -> None:
    wish = Ask(draft(generator="sketch", width_px=512, height_px=512, count=2), OPERATOR)
    async with running(tmp_path) as parts:
        priced = await price(wish, parts.studio)
        assert await parts.store.jobs.states() == {}
        accepted = await imagine(wish, parts.studio)
        await ended(accepted, parts)
        row = await parts.store.database.read(
            lambda tx: tx.one("SELECT used FROM usage WHERE scope = 'person' AND unit = 'credit'")
        )

    assert priced.job is None
    assert row is not None
    assert priced.quote.credits_milli == accepted.quote.credits_milli == row["used"] == 500


async def test_only_a_trusted_caller_may_go_first(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        with pytest.raises(Refused) as caught:
            await price(Ask(draft(priority=Priority.HIGH), STRANGER), parts.studio)
        await price(Ask(draft(priority=Priority.HIGH), OPERATOR), parts.studio)

    assert (caught.value.code, caught.value.facts["allowed"]) == (Code.SCOPE_MISSING, ["low", "normal"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"generator": "skech"}, Code.GENERATOR_UNKNOWN),
        ({"chain": "patent"}, Code.CHAIN_UNKNOWN),
        ({"model": "sketh"}, Code.MODEL_UNKNOWN),
    ],
)
async def test_an_unknown_name_is_told_with_the_known_ones(tmp_path: Path, changes: dict[str, str], code: Code) -> None:
    async with running(tmp_path) as parts:
        with pytest.raises(Refused) as caught:
            await price(Ask(draft(**changes), OPERATOR), parts.studio)

    assert caught.value.code is code
    assert caught.value.facts["nearest"]
    assert caught.value.facts["allowed"]


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"private": True, "priority": Priority.LOW, "count": 2, "negative_prompt": "snow", "options": {"a": [1, None]}},
        {"chain": "both"},
    ],
)
async def test_an_accepted_job_is_told_of_as_it_is_stored(tmp_path: Path, wish: dict[str, Any]) -> None:
    second = '[generators.second]\nkind = "sketch"\nworkers = 0\n[chains.both]\ngenerators = ["sketch", "second"]\n'
    async with atelier.running(tmp_path, atelier.NOBODY_PAINTS + second) as parts:
        accepted = await imagine(Ask(draft(**wish), OPERATOR, key="once"), parts.studio)
        again = await imagine(Ask(draft(**wish), OPERATOR, key="once"), parts.studio)

    assert accepted.is_new
    assert not again.is_new
    assert accepted.job == again.job
