"""A person's settings: checked, kept, and filled in where nothing was said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine, price
from pinxit.actions.reroll import reroll
from pinxit.actions.settings import PersonSettings, load_settings, save_settings
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.request import Role
from pinxit.prompt.flags import parse
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, PLAIN, painted, refusal, running
from tests.builders import a_png

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.actions.imagine import Accepted
    from pinxit.domain.caller import Caller
    from pinxit.domain.ports import Tx
    from pinxit.parts import Parts

ALL = PersonSettings("Anna  Bell", "de", 3, (3, 2), "sketch", "text, watermark", private=True)
TWO = f"{PLAIN}{NOBODY_PAINTS}"


async def priced(parts: Parts, caller: Caller, **said: object) -> Accepted:
    draft = Draft(**{"prompt": "a red fox", **said})  # type: ignore[arg-type]  # fields of Draft
    return await price(Ask(draft, caller), parts.studio)


async def test_settings_come_back_as_they_were_saved_in_the_next_program(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        assert await load_settings(ANNA, parts.studio) == PersonSettings()
        saved = await save_settings(ALL, ANNA, parts.studio)
    async with running(tmp_path, TWO) as parts:
        loaded = await load_settings(ANNA, parts.studio)
        others = await load_settings(BORIS, parts.studio)
        names = await parts.store.people.names([ANNA.person, BORIS.person])

    assert loaded == saved == replace(ALL, name="Anna Bell")
    assert others == PersonSettings()
    assert names == {"anna": "Anna Bell", "boris": "boris"}


async def test_settings_fill_in_what_nobody_said(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        await save_settings(ALL, ANNA, parts.studio)
        hers, his = await priced(parts, ANNA), await priced(parts, BORIS)
        accepted = await imagine(Ask(Draft(prompt="a red fox"), ANNA), parts.studio)

    request = hers.request
    assert [step.pool for step in hers.route] == ["sketch"]
    assert (request.count, request.negative_prompt) == (3, "text, watermark")
    assert request.width_px * 2 == request.height_px * 3
    assert (his.request.count, his.request.negative_prompt, his.route[0].pool) == (1, "", "plain")
    assert accepted.job is not None
    assert accepted.job.private


async def test_what_somebody_says_goes_before_their_settings(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        await save_settings(ALL, ANNA, parts.studio)
        said = await priced(parts, ANNA, count=1, aspect=(1, 1), generator="plain", negative_prompt="fog")
        sized = await priced(parts, ANNA, width_px=128, height_px=128)
        model = await priced(parts, ANNA, model="plain")

    assert (said.request.count, said.request.negative_prompt, said.route[0].pool) == (1, "fog", "plain")
    assert said.request.width_px == said.request.height_px
    assert (sized.request.width_px, sized.request.height_px) == (128, 128)
    assert model.route[0].pool == "plain"


async def test_a_setting_is_never_the_reason_of_a_refusal(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        await save_settings(replace(ALL, generator="plain", count=4, aspect=(32, 1)), ANNA, parts.studio)
        source = SourceDraft(Role.IMAGE, data=a_png())
        # `plain` cannot paint over pictures, whose shape decides.
        over = await priced(parts, ANNA, sources=(source,))
    limits = "[limits]\ncount = 2\nmax_side_px = 512\n"
    async with running(tmp_path, NOBODY_PAINTS + limits) as parts:
        # The generator is gone, the limits are lower.
        less = await priced(parts, ANNA)

    assert [step.pool for step in over.route] == ["sketch"]
    assert over.request.width_px == over.request.height_px
    assert (less.route[0].pool, less.request.count) == ("sketch", 2)
    assert less.request.width_px == less.request.height_px


async def test_a_guilds_settings_come_before_the_operators_and_after_the_persons(tmp_path: Path) -> None:
    async with running(tmp_path, f"{TWO}[defaults]\ncount = 4\n") as parts:
        await imagine(Ask(Draft(prompt="a red fox"), ANNA), parts.studio)
        settings = json.dumps({"count": 3, "negative_prompt": "gore", "aspect": "nonsense", "private": 1})
        sql = "UPDATE guild SET settings = :settings WHERE id = :id"
        await parts.store.database.write(lambda tx: tx.run(sql, settings=settings, id=ANNA.guild))
        guild = await priced(parts, ANNA)
        await save_settings(PersonSettings(count=2), ANNA, parts.studio)
        person = await priced(parts, ANNA)

    assert (guild.request.count, guild.request.negative_prompt) == (3, "gore")
    assert (person.request.count, person.request.negative_prompt) == (2, "gore")


async def test_what_is_made_of_an_earlier_job_takes_nothing_from_settings_but_being_private(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, BORIS)
        await save_settings(ALL, ANNA, parts.studio)
        again = await reroll(job.id, ANNA, parts.studio)

    assert (again.request.count, again.request.negative_prompt) == (1, "")
    assert again.job is not None
    assert again.job.private


async def test_always_private_can_be_overruled_for_one_job(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await save_settings(PersonSettings(private=True), ANNA, parts.studio)
        jobs = [
            (await imagine(Ask(said, ANNA), parts.studio)).job
            for said in (parse("a fox"), parse("a fox --public"), Draft(prompt="a fox", private=False))
        ]

    assert [job is not None and job.private for job in jobs] == [True, False, False]


async def test_settings_of_another_version_stay(tmp_path: Path) -> None:
    def settings(tx: Tx) -> str:
        row = tx.one("SELECT settings FROM person WHERE id = 'anna'")
        assert row is not None
        return str(row["settings"])

    async with running(tmp_path, TWO) as parts:
        await save_settings(PersonSettings(count=2), ANNA, parts.studio)
        sql = """UPDATE person SET settings = '{"sounds": [1], "count": "many", "aspect": [0, 1], "private": "no"}'"""
        await parts.store.database.write(lambda tx: tx.run(sql))
        strange = await load_settings(ANNA, parts.studio)
        await save_settings(PersonSettings(count=4), ANNA, parts.studio)
        kept = json.loads(await parts.store.database.read(settings))

    assert strange == PersonSettings()
    assert (kept["sounds"], kept["count"]) == ([1], 4)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": "x" * 41}, Code.FIELD_RANGE, "name"),
        ({"name": "a\x07b"}, Code.TEXT_INVALID, "name"),
        ({"locale": "tlh"}, Code.FIELD_CHOICE, "locale"),
        ({"count": 0}, Code.FIELD_RANGE, "count"),
        ({"count": 99}, Code.FIELD_RANGE, "count"),
        ({"aspect": (0, 1)}, Code.FIELD_RANGE, "aspect"),
        ({"aspect": (1, -1)}, Code.FIELD_RANGE, "aspect"),
        ({"aspect": (100, 1)}, Code.FIELD_RANGE, "aspect"),
        ({"generator": "skech"}, Code.GENERATOR_UNKNOWN, "generator"),
        ({"negative_prompt": "x" * 3000}, Code.FIELD_RANGE, "negative_prompt"),
        ({"negative_prompt": "\ud800"}, Code.TEXT_INVALID, "negative_prompt"),
    ],
)
async def test_a_wrong_setting_is_refused_and_nothing_is_saved(
    tmp_path: Path, changes: dict[str, object], code: Code, field: str
) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        wrong = replace(PersonSettings(name="Op"), **changes)  # type: ignore[arg-type]  # its fields
        refused = await refusal(save_settings(wrong, OPERATOR, parts.studio))
        kept = await load_settings(OPERATOR, parts.studio)

    assert (refused.code, refused.facts["field"], kept) == (code, field, PersonSettings())
