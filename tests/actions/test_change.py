"""One thing changed, two pictures blended, a picture painted over, and the LoRAs that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.blend import blend
from pinxit.actions.change import FIELDS, change, choices
from pinxit.actions.look import find_job
from pinxit.actions.remix import remix
from pinxit.chat.acts import press
from pinxit.chat.cards import Act
from pinxit.chat.commands import run
from pinxit.chat.replies import Asker, Page
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.request import Mode, Role
from tests.actions.atelier import ANNA, NOBODY_PAINTS, PLAIN, STRANGER, asked, ended, painted, refusal, running
from tests.builders import a_png

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.job import Job
    from pinxit.parts import Parts

TWO = NOBODY_PAINTS + '[generators.other]\nkind = "sketch"\nworkers = 0\n'
WITH_LORAS = PLAIN + '[generators.fine]\nkind = "tests.generators_for_tests:build_with_loras"\nprocess = false\n'


async def changed(parts: Parts, job: Job, field: str, value: str) -> Job:
    """Return the new job."""
    accepted = await change(job.id, field, value, ANNA, parts.studio)
    assert accepted.job is not None
    return accepted.job


@pytest.mark.parametrize(
    ("field", "value", "name", "wanted"),
    [
        ("steps", "30", "steps", 30),
        ("guidance", "3.5", "guidance_scale", 3.5),
        ("style", "watercolour", "style", "watercolour"),
        ("style", "none", "style", ""),
    ],
)
async def test_one_thing_changes_and_all_else_stays(
    tmp_path: Path, field: str, value: str, name: str, wanted: object
) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, ANNA, count=2, negative_prompt="people")
        new = await changed(parts, job, field, value)

    before, after = job.request, new.request
    same = ("prompt", "seed", "count", "width_px", "height_px", "mode", "model", "negative_prompt", "typed")
    assert {key: getattr(before, key) for key in same} == {key: getattr(after, key) for key in same}
    assert str(getattr(after, name)).casefold() == str(wanted).casefold()


async def test_another_aspect_keeps_the_area(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, ANNA, width_px=768, height_px=768)
        wide = await changed(parts, job, "aspect", "3:2")
        odd = await refusal(change(job.id, "aspect", "broad", ANNA, parts.studio))

    assert (wide.request.width_px, wide.request.height_px) == (944, 624)
    assert wide.request.seed == job.request.seed
    assert odd.code is Code.FIELD_CHOICE


async def test_another_generator_is_asked_for_the_same(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        job = await asked(parts, ANNA)
        found = await choices(job.id, "model", ANNA, parts.studio)
        new = await changed(parts, job, "model", "other/sketch")
        named = await changed(parts, job, "generator", "other")
        unknown = await refusal(change(job.id, "model", "flux", ANNA, parts.studio))

    assert [(value, is_now) for value, _, is_now in found] == [("sketch/sketch", True), ("other/sketch", False)]
    assert [step.pool for step in new.route] == [step.pool for step in named.route] == ["other"]
    assert (new.request.seed, new.request.prompt) == (job.request.seed, job.request.prompt)
    assert (unknown.code, unknown.facts["field"]) == (Code.FIELD_CHOICE, "model")


async def test_a_style_takes_what_it_added_along_when_it_goes(tmp_path: Path) -> None:
    async with running(tmp_path, PLAIN) as parts:
        job = await asked(parts, ANNA, style="Pixel art", negative_prompt="people")
        plain = await changed(parts, job, "style", "none")
        other = await changed(parts, job, "style", "Watercolour")

    assert job.request.negative_prompt != "people"
    assert (plain.request.suffix, plain.request.negative_prompt) == ("", "people")
    assert other.request.suffix not in ("", job.request.suffix)


async def test_choices_are_few_and_say_what_is_now(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, ANNA, style="Watercolour")
        found = {field: await choices(job.id, field, ANNA, parts.studio) for field in FIELDS}
        unknown = await refusal(choices(job.id, "mood", ANNA, parts.studio))
        stranger = await refusal(choices(job.id, "steps", STRANGER, parts.studio))

    assert all(len(each) <= 25 for each in found.values())
    assert {field: [value for value, _, is_now in each if is_now] for field, each in found.items()} == {
        "model": ["sketch/sketch"],
        "aspect": ["3:2"],
        "steps": ["20"],
        "guidance": ["7"],
        "sampler": [],
        "style": ["Watercolour"],
    }
    assert (unknown.code, stranger.code) == (Code.FIELD_CHOICE, Code.JOB_UNKNOWN)


async def test_every_choice_can_be_had(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, ANNA, width_px=512, height_px=512)
        for field in FIELDS:
            for value, _, _ in await choices(job.id, field, ANNA, parts.studio):
                await changed(parts, job, field, value)


async def test_a_button_changes_one_thing_and_another_asks_for_the_files(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, ANNA)
        reply = await press(Act.CHANGE, job.id, None, Asker(ANNA, "en"), parts.studio, "steps=12")
        files = await press(Act.FILES, job.id, None, Asker(ANNA, "en"), parts.studio)
        stranger = await refusal(press(Act.FILES, job.id, None, Asker(STRANGER, "en"), parts.studio))

    assert [one.request.steps for one in reply.jobs] == [12]
    assert (files.page, files.about) == (Page.FILES, job.id)
    assert stranger.code is Code.JOB_UNKNOWN


async def test_two_pictures_become_one(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        one, two = await painted(parts, ANNA), await painted(parts, ANNA, "a whale")
        sources = [SourceDraft(Role.IMAGE, data=a_png(1)), SourceDraft(Role.IMAGE, image=two.images[0].id)]
        (accepted,) = await blend(sources, "", Draft(prompt=""), ANNA, parts.studio)
        job = await ended(accepted, parts)
        typed = await run(f"/blend {one.images[0].id} {two.images[0].id} in fog", Asker(ANNA, "en"), parts.studio)
        short = await refusal(run("/blend", Asker(ANNA, "en"), parts.studio))

    assert (job.request.mode, job.state, len(job.images)) == (Mode.STYLE_TRANSFER, "succeeded", 1)
    assert [source.role for source in job.request.sources] == [Role.IMAGE, Role.STYLE]
    assert typed.jobs[0].request.prompt == "in fog"
    assert (short.code, short.facts["field"]) == (Code.SOURCE_MISSING, "images")


async def test_where_nobody_blends_it_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, PLAIN) as parts:
        sources = [SourceDraft(Role.IMAGE, data=a_png(seed)) for seed in (1, 2)]
        refused = await refusal(blend(sources, "fog", Draft(prompt=""), ANNA, parts.studio))

    assert (refused.code, refused.facts["mode"]) == (Code.MODE_UNSUPPORTED, "style_transfer")


async def test_a_picture_is_painted_over_in_other_words(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, private=True)
        (accepted,) = await remix(job.images[0].id, "a blue fox --n 2", ANNA, parts.studio, strength=0.4)
        new = await ended(accepted, parts)
        stranger = await refusal(remix(job.images[0].id, "a fox", STRANGER, parts.studio))
        seen = await find_job(new.id, ANNA, parts.studio)

    assert (new.request.mode, new.request.strength, new.request.prompt, new.private) == (
        Mode.IMG2IMG,
        0.4,
        "a blue fox",
        True,
    )
    assert len(seen.images) == 2
    assert stranger.code is Code.IMAGE_UNKNOWN


async def test_loras_are_listed_where_a_generator_lists_them(tmp_path: Path) -> None:
    async with running(tmp_path, WITH_LORAS) as parts:
        some = await run("/loras", Asker(ANNA, "en"), parts.studio)
    async with running(tmp_path, PLAIN) as parts:
        none = await run("/loras", Asker(ANNA, "en"), parts.studio)

    assert some.said == "fine: film grain or neon"
    assert none.said == "No generator here names any LoRAs."
