"""Everything that is known of a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.details import details_of_image, details_of_job
from pinxit.actions.upscale import upscale
from pinxit.data.job_rows import route_to_json
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code
from pinxit.domain.ids import ImageId, JobId, new_id
from pinxit.wording import LANGUAGES, Phrase, say
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, PLAIN, SKETCH, asked, ended, painted, refusal, running
from tests.builders import NOW_AT

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.actions.details import Details

BUSY = '[generators.busy]\nkind = "tests.generators_for_tests:build_broken"\nprocess = false\n'
CHAIN = f'{BUSY}{SKETCH}[chains.both]\ngenerators = ["busy", "sketch"]\n'


def told(details: Details, label: Phrase) -> list[str]:
    return [text for each, text in details.facts if each is label]


async def test_an_image_tells_all_that_is_needed_to_make_it_again(tmp_path: Path) -> None:
    async with running(tmp_path, CHAIN) as parts:
        job = await painted(
            parts, chain="both", count=2, negative_prompt="rain", typed="a red fox in snow --n 2", steps=9
        )
        image = job.images[1]
        details = await details_of_image(image.id, OPERATOR, parts.studio)

    assert details.image == image
    assert details.job == job
    for label, text in (
        (Phrase.LABEL_PROMPT, "a red fox in snow"),
        (Phrase.LABEL_TYPED, "a red fox in snow --n 2"),
        (Phrase.LABEL_NEGATIVE, "rain"),
        (Phrase.LABEL_SEED, str(image.seed)),
        (Phrase.LABEL_GENERATOR, "sketch"),
        (Phrase.LABEL_MODEL, "sketch"),
        (Phrase.LABEL_SIZE, "96×64"),
        (Phrase.LABEL_COUNT, "2"),
        (Phrase.LABEL_STEPS, "9"),
        (Phrase.LABEL_STATE, "succeeded"),
        (Phrase.LABEL_ROUTE, "busy → sketch"),
        (Phrase.LABEL_JOB, job.id),
        (Phrase.LABEL_IMAGE, image.id),
        (Phrase.LABEL_SHA256, image.sha256),
        (Phrase.LABEL_PIXELS, image.pixels_sha256),
        (Phrase.LABEL_CREDITS, f"{job.credits_milli / 1000:g}"),
    ):
        assert told(details, label) == [text]
    attempts = told(details, Phrase.LABEL_ATTEMPT)
    assert [attempt.split(" · ")[:3] for attempt in attempts] == [["1", "busy", "broken"], ["2", "sketch", "succeeded"]]
    assert all(text for _, text in details.facts)


async def test_the_prompt_that_was_painted_is_told_beside_the_one_that_was_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts)
        image = job.images[0].id
        sql = """UPDATE image SET prompt = 'a redder fox', recipe = '{"undrawn": ["quantum", "zeal"], "kind": "x"}'"""
        await parts.store.database.write(lambda tx: tx.run(sql))
        details = await details_of_image(image, OPERATOR, parts.studio)

    assert told(details, Phrase.LABEL_PROMPT) == ["a red fox in snow"]
    assert told(details, Phrase.LABEL_ENHANCED) == ["a redder fox"]
    assert told(details, Phrase.LABEL_UNDRAWN) == ["quantum, zeal"]
    assert told(details, Phrase.LABEL_RECIPE) == ['{"kind": "x"}']


async def test_the_second_generators_own_numbers_are_told(tmp_path: Path) -> None:
    both = f'{PLAIN}{BUSY}[chains.both]\ngenerators = ["busy", "plain"]\n'
    async with running(tmp_path, both) as parts:
        job = await painted(parts, chain="both")
        route = route_to_json([job.route[0], replace(job.route[1], changes={"steps": 33})])
        sql = "UPDATE job SET route = :route WHERE id = :id"
        await parts.store.database.write(lambda tx: tx.run(sql, route=route, id=job.id))
        details = await details_of_job(job.id, OPERATOR, parts.studio)

    assert (told(details, Phrase.LABEL_GENERATOR), told(details, Phrase.LABEL_MODEL)) == (["plain"], ["plain"])
    assert (job.request.steps, told(details, Phrase.LABEL_STEPS)) == (20, ["33"])


async def test_a_picture_tells_what_it_goes_on_from(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        parent = (await painted(parts)).images[0].id
        larger = await ended(await upscale(parent, OPERATOR, parts.studio), parts)
        details = await details_of_job(larger.id, OPERATOR, parts.studio)

    assert told(details, Phrase.LABEL_PARENT) == [parent]
    assert told(details, Phrase.LABEL_UPSCALE) == ["2×"]
    assert told(details, Phrase.LABEL_SOURCES) == ["image"]
    assert details.image == larger.images[0]


async def test_a_job_without_pictures_tells_what_is_known_so_far(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, ANNA, private=True, count=3)
        details = await details_of_job(job.id, ANNA, parts.studio)

    assert (details.image, told(details, Phrase.LABEL_SHA256)) == (None, [])
    assert (told(details, Phrase.LABEL_SEED), told(details, Phrase.LABEL_STATE)) == (["7"], ["queued"])
    assert told(details, Phrase.LABEL_PRIVATE)


async def test_of_several_pictures_each_one_is_listed_with_the_job(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, count=3)
        details = await details_of_job(job.id, OPERATOR, parts.studio)

    assert details.image is None
    assert told(details, Phrase.LABEL_SHA256) == [image.sha256 for image in job.images]


async def test_details_are_for_those_who_may_see_the_picture(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, private=True)
        refused = [
            await refusal(details_of_job(job.id, BORIS, parts.studio)),
            await refusal(details_of_image(job.images[0].id, BORIS, parts.studio)),
            await refusal(details_of_job(JobId(new_id(NOW_AT)), OPERATOR, parts.studio)),
            await refusal(details_of_image(ImageId(new_id(NOW_AT)), OPERATOR, parts.studio)),
        ]

    assert [each.code for each in refused] == [Code.JOB_UNKNOWN, Code.IMAGE_UNKNOWN] * 2


def test_every_label_is_one_word_or_a_few_in_every_language() -> None:
    for label in Phrase:
        if label.name.startswith("LABEL_"):
            assert all(say(locale, label, {})[-1] not in ".:…" for locale in LANGUAGES)
