"""A job as text that can be typed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.asking import Ask
from pinxit.actions.edit import edit_text, same_text
from pinxit.actions.imagine import imagine, price
from pinxit.actions.upscale import upscale
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.ids import JobId
from pinxit.domain.request import Role
from pinxit.prompt.flags import parse
from tests.actions.atelier import ANNA, NOBODY_PAINTS, PLAIN, STRANGER, asked, painted, refusal, running
from tests.actions.test_again import but
from tests.builders import a_png

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.parts import Parts


async def edited(parts: Parts, typed: str, **said: object) -> str:
    """Return the text of a job that was typed like this."""
    draft = parse(typed) if not said else Draft(prompt=typed, **said)  # type: ignore[arg-type]  # fields of Draft
    accepted = await imagine(Ask(draft, ANNA), parts.studio)
    assert accepted.job is not None
    return await edit_text(accepted.job.id, ANNA, parts.studio)


@pytest.mark.parametrize(
    "typed",
    [
        "a red fox",
        "a red fox --seed 7",
        "a red fox --ar 3:2 --n 2",
        "a red fox --size 128x96 --steps 30 --cfg 4.5",
        "a red fox --tile --private --no text, watermark",
        "a red fox --public",
        "a red fox --raw --enhance rules --priority low --stylize 250",
        "a (red:1.2) fox --no ((text))",
        r"a \{red, blue} fox \__animal__ \--seed",
        'a fox — or two -- maybe --no "a "',
        'a sign that says "100%"\nand a second line --no say “hello” loudly',
    ],
)
async def test_what_was_typed_comes_back_as_text_that_asks_for_the_same(tmp_path: Path, typed: str) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        text = await edited(parts, typed)
        before = await price(Ask(parse(typed), ANNA), parts.studio)
        after = await price(Ask(parse(text.removeprefix("/imagine ")), ANNA), parts.studio)

    assert text.startswith("/imagine a ")
    changing = ("seed", "typed", "enhanced")
    assert but(after.request, *changing) == but(before.request, *changing)
    for flag in ("--seed", "--private", "--public"):
        assert (flag in text) == (flag in typed)


async def test_weights_come_back_though_the_generator_could_not_use_them(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        text = await edited(parts, "a (red:1.2) fox --no ((text)) --raw --c 50 --repeat 2 --yes")

    assert text == '/imagine a (red:1.2) fox --chaos 50 --raw --no "((text))"'


async def test_what_is_a_default_is_not_written_out(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        assert await edited(parts, "a red fox") == "/imagine a red fox"


async def test_what_came_in_fields_becomes_flags(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        text = await edited(
            parts, "a red fox", width_px=128, height_px=96, count=3, steps=9, negative_prompt='a "sign"', seed=5
        )

    assert text == '/imagine a red fox --size 128x96 --n 3 --steps 9 --no “a "sign"”'


async def test_what_flags_cannot_say_is_left_out(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        over = await asked(parts, ANNA, sources=(SourceDraft(Role.IMAGE, data=a_png()),), width_px=None, height_px=None)
        image = (await painted(parts, ANNA)).images[0]
        larger = (await upscale(image.id, ANNA, parts.studio)).job
        assert larger is not None
        texts = [await edit_text(job.id, ANNA, parts.studio) for job in (over, larger)]

    assert texts == ["/imagine a red fox in snow --strength 0.6", "/imagine a red fox in snow"]


async def test_a_job_of_a_generator_that_is_gone_can_still_be_edited(tmp_path: Path) -> None:
    async with running(tmp_path, PLAIN) as parts:
        job = await painted(parts, ANNA)
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        text = await edit_text(job.id, ANNA, parts.studio)
        refused = [
            await refusal(edit_text(job.id, STRANGER, parts.studio)),
            await refusal(edit_text(JobId("nothing"), OPERATOR, parts.studio)),
        ]

    assert text == "/imagine a red fox in snow --size 96x64"
    assert {each.code for each in refused} == {Code.JOB_UNKNOWN}


async def test_words_painted_by_another_than_the_first_painter_name_it(tmp_path: Path) -> None:
    others = f"{NOBODY_PAINTS}{PLAIN}workers = 0\n"
    async with running(tmp_path, others) as parts:
        names = [*parts.studio.house.route]
        texts = [await edited(parts, "a red fox", generator=name) for name in names]
        jobs = [parts.studio.generators[name].capabilities.models[0] for name in names]

    assert len(names) == 2
    assert texts == ["/imagine a red fox", f"/imagine a red fox --model {jobs[1]}"]


async def test_the_same_text_has_the_seed_in_it_and_is_none_where_words_cannot_say_it(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA)
        larger = (await upscale(job.images[0].id, ANNA, parts.studio)).job
        assert larger is not None
        texts = [await same_text(each.id, ANNA, parts.studio) for each in (job, larger)]

    assert texts == [f"/imagine a red fox in snow --size 96x64 --seed {job.request.seed}", ""]
