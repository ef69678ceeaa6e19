"""What is made of an earlier job or picture: reroll, vary, upscale, outpaint."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.actions.outpaint import outpaint
from pinxit.actions.reroll import reroll
from pinxit.actions.upscale import upscale
from pinxit.actions.vary import vary
from pinxit.domain.caller import API, OPERATOR, Caller
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.ids import ImageId, JobId, new_id
from pinxit.domain.job import PREPARE, JobState
from pinxit.domain.request import Enhance, Mode, Outpaint, Role, request_to_json
from tests.actions.atelier import (
    ANNA,
    BORIS,
    NOBODY_PAINTS,
    PLAIN,
    SKETCH,
    STRANGER,
    asked,
    ended,
    painted,
    refusal,
    running,
)
from tests.builders import NOW_AT, a_png

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from pinxit.actions.imagine import Accepted
    from pinxit.domain.job import Job
    from pinxit.domain.request import Request
    from pinxit.parts import Parts

UPLOAD = (SourceDraft(Role.IMAGE, data=a_png(3)),)
CHAIN = f'{PLAIN}{SKETCH}[chains.both]\ngenerators = ["plain", "sketch"]\n'


def but(request: Request, *names: str) -> dict[str, object]:
    return {name: value for name, value in dataclasses.asdict(request).items() if name not in names}


async def test_a_reroll_asks_for_the_same_with_another_seed(tmp_path: Path) -> None:
    async with running(tmp_path, CHAIN) as parts:
        first = await painted(
            parts, chain="both", count=2, typed="a red fox --n 2", steps=9, guidance_scale=3.5, negative_prompt="rain"
        )
        second = await ended(await reroll(first.id, OPERATOR, parts.studio), parts)

    assert but(second.request, "seed") == but(first.request, "seed")
    assert second.request.seed != first.request.seed
    assert second.route == first.route
    assert [len(job.images) for job in (first, second)] == [2, 2]


async def test_a_reroll_takes_the_route_as_far_as_its_generators_still_exist(tmp_path: Path) -> None:
    async with running(tmp_path, CHAIN) as parts:
        first = await painted(parts, chain="both")
    async with running(tmp_path, SKETCH) as parts:
        second = await ended(await reroll(first.id, OPERATOR, parts.studio), parts)
    async with running(tmp_path, PLAIN) as parts:
        third = await ended(await reroll(first.id, OPERATOR, parts.studio), parts)
        refused = await refusal(reroll(second.id, OPERATOR, parts.studio))

    # The second generator's own values of that route, not the first one's.
    assert [(step.pool, step.model) for step in second.route] == [("sketch", "sketch")]
    assert [(step.pool, step.model) for step in third.route] == [("plain", "plain")]
    assert (refused.code, refused.facts["value"]) == (Code.GENERATOR_UNKNOWN, "sketch")


async def test_a_reroll_carries_uploaded_pictures_on_as_copies_of_its_own(tmp_path: Path) -> None:
    mask = SourceDraft(Role.MASK, data=a_png(0xFFFFFF))
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        first = await asked(parts, sources=(*UPLOAD, mask))
        second = (await reroll(first.id, OPERATOR, parts.studio)).job
        assert second is not None
        before, after = [await parts.store.images.sources(job.id) for job in (first, second)]
        files = [await parts.blobs.get(row.path or "") for row in after]

    assert second.request.mode is first.request.mode is Mode.INPAINT
    assert {(row.role, row.sha256) for row in after} == {(row.role, row.sha256) for row in before}
    assert not {row.path for row in before} & {row.path for row in after}
    assert set(files) == {a_png(3), a_png(0xFFFFFF)}


@pytest.mark.parametrize(
    "said",
    [
        {"upscale": 1.5},
        {"upscale": 1.5, "width_px": 128, "height_px": 88},
        {"outpaint": Outpaint(left=24, top=8)},
        {"outpaint": Outpaint(right=16), "width_px": 128, "height_px": 88},
    ],
)
async def test_a_reroll_keeps_the_size_of_a_changed_picture(tmp_path: Path, said: dict[str, Any]) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        first = await asked(parts, sources=UPLOAD, **{"width_px": None, "height_px": None} | said)
        second = (await reroll(first.id, OPERATOR, parts.studio)).job
        assert second is not None

    assert but(second.request, "seed", "sources") == but(first.request, "seed", "sources")


async def test_a_picture_that_nobody_fetched_yet_is_fetched_for_the_new_job(tmp_path: Path) -> None:
    source = SourceDraft(Role.IMAGE, url="https://example.org/fox.png")
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await parts.store.database.write(lambda tx: tx.run("UPDATE pool SET paused = 1"))
        first = await asked(parts, sources=(source,))
        second = (await reroll(first.id, OPERATOR, parts.studio)).job
        assert second is not None
        (row,) = await parts.store.images.sources(second.id)

    assert (row.url, row.path) == (source.url, None)
    assert [step.pool for step in second.route] == [PREPARE, "sketch"]


@pytest.mark.parametrize("loss", ["file", "row"])
async def test_without_its_source_a_job_is_not_repeated(tmp_path: Path, loss: str) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        first = await asked(parts, sources=UPLOAD)
        (row,) = await parts.store.images.sources(first.id)
        if loss == "file":
            await parts.blobs.delete(row.path or "")
        else:
            await parts.store.database.write(lambda tx: tx.run("DELETE FROM source"))
        refused = await refusal(reroll(first.id, OPERATOR, parts.studio))
        states = await parts.store.jobs.states()

    assert (refused.code, states) == (Code.SOURCE_GONE, {JobState.QUEUED: 1})


async def test_a_rewritten_prompt_is_painted_again_and_not_rewritten_anew(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await painted(parts)
        await rewrite(parts, first, "a very red fox in deep snow")
        second = await ended(await reroll(first.id, OPERATOR, parts.studio), parts)

    assert (second.request.enhance, second.request.enhanced) == (Enhance.LLM, "a very red fox in deep snow")
    assert [step.pool for step in second.route] == ["sketch"]
    assert second.images[0].prompt == "a very red fox in deep snow"


async def test_a_blocked_word_is_refused_in_a_rewritten_prompt_too(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await painted(parts)
        await rewrite(parts, first, "a very rude fox")
    async with running(tmp_path, f'{SKETCH}[moderation]\nblocked_words = ["rude"]\n') as parts:
        refused = await refusal(reroll(first.id, OPERATOR, parts.studio))

    assert refused.code is Code.MODERATED


async def rewrite(parts: Parts, job: Job, enhanced: str) -> None:
    """Make a job look as if a language model had rewritten its prompt."""
    request = request_to_json(dataclasses.replace(job.request, enhance=Enhance.LLM, enhanced=enhanced))
    sql = "UPDATE job SET request = :request WHERE id = :id"
    await parts.store.database.write(lambda tx: tx.run(sql, request=request, id=job.id))


async def test_a_variation_is_painted_over_the_picture_at_low_strength(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, count=2)
        varied = await ended(await vary(job.images[1].id, OPERATOR, parts.studio), parts)
        wilder = await ended(await vary(job.images[1].id, OPERATOR, parts.studio, strength=0.8), parts)

    assert (varied.request.mode, varied.request.strength, wilder.request.strength) == (Mode.IMG2IMG, 0.35, 0.8)
    assert (varied.request.prompt, len(varied.images)) == (job.request.prompt, 2)
    assert {(image.width_px, image.height_px) for image in varied.images} == {(96, 64)}
    assert varied.parent_image == job.images[1].id
    assert varied.request.seed != job.request.seed
    assert varied.images[0].sha256 not in {image.sha256 for image in job.images}


async def test_who_cannot_paint_over_a_picture_takes_a_seed_nearby(tmp_path: Path) -> None:
    async with running(tmp_path, f"{SKETCH}{PLAIN}") as parts:
        job = await painted(parts, generator="plain", count=3)
        image = job.images[1]
        varied = await vary(image.id, OPERATOR, parts.studio, key="k")
        again = await vary(image.id, OPERATOR, parts.studio, key="k")
        other = await vary(image.id, OPERATOR, parts.studio)

    assert varied.job is not None
    assert (again.job and again.job.id, again.is_new) == (varied.job.id, False)
    assert [step.pool for step in varied.route] == ["plain"]
    assert but(varied.request, "seed") == but(job.request, "seed")
    for accepted in (varied, other):
        # Beyond the seeds of the job's own pictures, which are there already.
        assert job.request.seed + 3 <= accepted.request.seed < image.seed + 3 + 1000
    assert varied.job.parent_image == image.id


async def test_without_its_generator_a_picture_is_varied_by_another_one_that_can(tmp_path: Path) -> None:
    async with running(tmp_path, f"{SKETCH}{PLAIN}") as parts:
        plain = (await painted(parts, generator="plain", steps=33)).images[0]
        sketch = (await painted(parts, generator="sketch")).images[0]
    async with running(tmp_path, SKETCH) as parts:
        varied = await vary(plain.id, OPERATOR, parts.studio)
    async with running(tmp_path, PLAIN) as parts:
        refused = await refusal(vary(sketch.id, OPERATOR, parts.studio))

    assert [(step.pool, step.model) for step in varied.route] == [("sketch", "sketch")]
    # Steps mean something else on another generator.
    assert varied.request.steps == 20
    assert (refused.code, refused.facts["allowed"]) == (Code.MODE_UNSUPPORTED, ["txt2img"])


async def test_an_enlarged_picture_has_its_parents_words_and_seed(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, count=2, negative_prompt="rain")
        image = job.images[1]
        twice = await ended(await upscale(image.id, OPERATOR, parts.studio), parts)
        more = await ended(await upscale(twice.images[0].id, OPERATOR, parts.studio, factor=1.5), parts)

    assert [(one.width_px, one.height_px) for one in (*twice.images, *more.images)] == [(192, 128), (288, 192)]
    assert (twice.request.mode, twice.request.prompt, twice.request.seed) == (
        Mode.UPSCALE,
        job.request.prompt,
        image.seed,
    )
    assert [twice.parent_image, more.parent_image] == [image.id, twice.images[0].id]


async def test_an_enlarged_picture_can_be_painted_again(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        image = (await painted(parts)).images[0]
        larger = await ended(await upscale(image.id, OPERATOR, parts.studio), parts)
        wider = await ended(await outpaint(image.id, OPERATOR, parts.studio, pan="left"), parts)
        repeated = [await ended(await reroll(job.id, OPERATOR, parts.studio), parts) for job in (larger, wider)]

    for before, after in zip((larger, wider), repeated, strict=True):
        assert but(after.request, "seed", "sources") == but(before.request, "seed", "sources")
        assert after.parent_image == image.id


async def test_a_picture_is_enlarged_by_another_generator_where_its_own_cannot(tmp_path: Path) -> None:
    async with running(tmp_path, f"{PLAIN}{SKETCH}") as parts:
        image = (await painted(parts, generator="plain")).images[0]
        larger = await ended(await upscale(image.id, OPERATOR, parts.studio), parts)

    assert [step.pool for step in larger.route] == ["sketch"]
    assert (larger.images[0].width_px, larger.images[0].height_px) == (2 * image.width_px, 2 * image.height_px)


@pytest.mark.parametrize(
    ("how", "sides"),
    [
        ({}, Outpaint(left=24, right=24, top=16, bottom=16)),
        ({"zoom": 2.0}, Outpaint(left=48, right=48, top=32, bottom=32)),
        ({"zoom": 1.1}, Outpaint(left=8, right=8, top=8, bottom=8)),
        ({"pan": "left"}, Outpaint(left=48)),
        ({"pan": "right"}, Outpaint(right=48)),
        ({"pan": "up"}, Outpaint(top=32)),
        ({"pan": "down"}, Outpaint(bottom=32)),
    ],
)
async def test_zooming_out_and_panning_add_to_the_sides(
    tmp_path: Path, how: dict[str, object], sides: Outpaint
) -> None:
    async with running(tmp_path) as parts:
        image = (await painted(parts)).images[0]
        wider = await ended(await outpaint(image.id, OPERATOR, parts.studio, **how), parts)  # type: ignore[arg-type]  # zoom or pan

    assert (wider.request.outpaint, wider.parent_image) == (sides, image.id)
    assert wider.images[0].width_px == 96 + sides.left + sides.right
    assert wider.images[0].height_px == 64 + sides.top + sides.bottom


async def test_what_is_out_of_range_is_refused_and_leaves_no_job(tmp_path: Path) -> None:
    async with running(tmp_path, f"{SKETCH}[limits]\nmax_side_px = 150\n") as parts:
        studio = parts.studio
        image = (await painted(parts)).images[0].id
        refusals = [
            await refusal(doing)
            for doing in (
                vary(image, OPERATOR, studio, strength=0.0),
                vary(image, OPERATOR, studio, strength=float("nan")),
                upscale(image, OPERATOR, studio, factor=1.0),
                upscale(image, OPERATOR, studio, factor=float("inf")),
                upscale(image, OPERATOR, studio, factor=2.0),
                outpaint(image, OPERATOR, studio, zoom=0.5),
                outpaint(image, OPERATOR, studio, zoom=float("nan")),
                outpaint(image, OPERATOR, studio, zoom=2.0),
                outpaint(image, OPERATOR, studio, pan="lefft"),
                outpaint(image, OPERATOR, studio, pan="left", zoom=1.5),
            )
        ]
        states = await parts.store.jobs.states()

    assert [(refused.code, refused.facts["field"]) for refused in refusals] == [
        (Code.FIELD_RANGE, "strength"),
        (Code.FIELD_RANGE, "strength"),
        (Code.FIELD_RANGE, "upscale"),
        (Code.FIELD_RANGE, "upscale"),
        (Code.SIZE_TOO_LARGE, "upscale"),
        (Code.FIELD_RANGE, "zoom"),
        (Code.FIELD_RANGE, "zoom"),
        (Code.SIZE_TOO_LARGE, "outpaint"),
        (Code.FIELD_CHOICE, "pan"),
        (Code.FIELD_CONFLICT, "outpaint"),
    ]
    assert states == {JobState.SUCCEEDED: 1}


async def test_others_of_the_guild_may_go_on_from_a_picture_and_own_what_they_made(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA)
        image = job.images[0].id
        made = [
            await reroll(job.id, BORIS, parts.studio),
            await vary(image, BORIS, parts.studio),
            await upscale(image, BORIS, parts.studio),
            await outpaint(image, BORIS, parts.studio),
        ]

    assert {(each.job.person, each.job.guild) for each in made if each.job} == {(BORIS.person, BORIS.guild)}


async def test_private_pictures_and_other_guilds_ones_are_unknown_and_what_they_become_stays_private(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        private, public = await painted(parts, ANNA, private=True), await painted(parts, ANNA)
        codes = set()
        for job, caller in ((private, BORIS), (private, STRANGER), (public, STRANGER)):
            image = job.images[0].id
            codes.add((await refusal(reroll(job.id, caller, studio))).code)
            for act in (vary, upscale, outpaint):
                codes.add((await refusal(act(image, caller, studio))).code)
        nothing = new_id(NOW_AT)
        codes.add((await refusal(reroll(JobId(nothing), ANNA, studio))).code)
        codes.add((await refusal(vary(ImageId(nothing), ANNA, studio))).code)
        image = private.images[0].id
        own = [
            await reroll(private.id, ANNA, studio),
            await vary(image, ANNA, studio),
            await upscale(image, OPERATOR, studio),
            await outpaint(image, ANNA, studio),
        ]

    assert codes == {Code.JOB_UNKNOWN, Code.IMAGE_UNKNOWN}
    assert all(each.job is not None and each.job.private for each in own)


async def test_a_chat_gets_no_generator_that_is_for_the_api_alone(tmp_path: Path) -> None:
    over_api = Caller(ANNA.guild, ANNA.person, API)
    async with running(tmp_path, f'{SKETCH}[generators.vector]\nkind = "svg"\n') as parts:
        job = await painted(parts, over_api, generator="vector")
        refused = await refusal(reroll(job.id, ANNA, parts.studio))
        again = await reroll(job.id, over_api, parts.studio)

    assert (refused.code, refused.facts["allowed"]) == (Code.GENERATOR_UNKNOWN, ["sketch"])
    assert [step.pool for step in again.route] == ["vector"]


async def test_the_same_key_makes_one_job(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        job = await painted(parts)
        image = job.images[0].id
        acts: tuple[Callable[..., Awaitable[Accepted]], ...] = (vary, upscale, outpaint)
        for number, act in enumerate(acts):
            first = await act(image, OPERATOR, studio, key=f"k{number}")
            second = await act(image, OPERATOR, studio, key=f"k{number}")
            assert (first.is_new, second.is_new) == (True, False)
            assert first.job is not None
            assert second.job is not None
            assert first.job.id == second.job.id
        assert (await reroll(job.id, OPERATOR, studio, key="k")).is_new
        assert not (await reroll(job.id, OPERATOR, studio, key="k")).is_new
        refused = await refusal(reroll(job.id, OPERATOR, studio, key="k0"))

    assert refused.code is Code.IDEMPOTENCY_MISMATCH
