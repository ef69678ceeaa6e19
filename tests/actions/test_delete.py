"""What is deleted is gone: from every list and from the disk."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.cancel import cancel
from pinxit.actions.delete import delete_image, delete_job
from pinxit.actions.favourite import favourites, set_favourite
from pinxit.actions.history import HistoryQuery, history
from pinxit.actions.look import find_image, find_job
from pinxit.actions.reroll import reroll
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.ids import ImageId, JobId, new_id
from pinxit.domain.job import JobState
from pinxit.domain.request import Role
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, STRANGER, asked, ended, painted, refusal, running
from tests.builders import NOW_AT, a_png

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.ports import Tx

UPLOAD = (SourceDraft(Role.IMAGE, data=a_png(3)),)
LONG_AGO_S = 1_000_000


def files(folder: Path, kind: str) -> list[str]:
    return sorted(path.name for path in (folder / "var" / kind).rglob("*") if path.is_file())


async def test_a_deleted_image_is_gone_with_its_record_and_its_thumbnail(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, count=2)
        before = files(tmp_path, "images")
        with parts.events.listen(job.id) as heard:
            left = await delete_image(job.images[0].id, ANNA, parts.studio)
            assert heard.is_set()
        gone = await refusal(find_image(job.images[0].id, ANNA, parts.studio))
        again = await refusal(delete_image(job.images[0].id, ANNA, parts.studio))
        page = await history(HistoryQuery(), ANNA, parts.studio)

    kept = [name for name in before if job.images[0].id not in name]
    assert len(before) == 6  # An image, its record and its thumbnail, twice.
    assert files(tmp_path, "images") == kept
    assert [image.id for image in left.images] == [job.images[1].id]
    assert [image.id for image in page.jobs[0].images] == [job.images[1].id]
    assert gone.code is again.code is Code.IMAGE_GONE


async def test_a_job_stays_when_its_last_image_is_deleted(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts)
        left = await delete_image(job.images[0].id, OPERATOR, parts.studio)
        second = await reroll(job.id, OPERATOR, parts.studio)

    assert (left.state, left.images, left.is_deleted) == (JobState.SUCCEEDED, (), False)
    assert second.request.prompt == job.request.prompt


async def test_nothing_of_a_deleted_job_can_be_found_again(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        job = await painted(parts, ANNA, "a secret fox", sources=UPLOAD, count=2, typed="a secret fox --n 2")
        assert files(tmp_path, "sources")
        left = await delete_job(job.id, ANNA, studio)
        unknown = await refusal(find_job(job.id, ANNA, studio))
        again = await refusal(delete_job(job.id, OPERATOR, studio))
        gone = await refusal(find_image(job.images[0].id, ANNA, studio))
        pages = [await history(HistoryQuery(text=text), ANNA, studio) for text in ("", "secret")]
        dump = await parts.store.database.read(all_text)

    assert files(tmp_path, "images") == files(tmp_path, "sources") == []
    assert (left.is_deleted, left.images, left.request.prompt, left.state) == (True, (), "", JobState.SUCCEEDED)
    assert {unknown.code, again.code} == {Code.JOB_UNKNOWN}
    assert gone.code is Code.IMAGE_GONE
    assert [page.jobs for page in pages] == [(), ()]
    assert "secret" not in dump


def all_text(tx: Tx) -> str:
    """Return every value of the database."""
    tables = [row["name"] for row in tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return " ".join(str(tuple(row)) for table in tables for row in tx.all(f"SELECT * FROM {table}"))  # noqa: S608 - our own tables


async def test_a_job_that_was_made_from_a_deleted_one_keeps_its_sources(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await painted(parts, sources=UPLOAD)
        second = await ended(await reroll(first.id, OPERATOR, parts.studio), parts)
        await delete_job(first.id, OPERATOR, parts.studio)
        third = await ended(await reroll(second.id, OPERATOR, parts.studio), parts)

    assert third.state is JobState.SUCCEEDED


async def test_what_a_deleted_job_cost_stays_booked(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts)
        sql = "SELECT CAST(SUM(amount) AS BIGINT) AS booked FROM ledger WHERE unit = 'credit'"
        before = await parts.store.database.read(lambda tx: tx.one(sql))
        await delete_job(job.id, OPERATOR, parts.studio)
        after = await parts.store.database.read(lambda tx: tx.one(sql))

    assert before is not None
    assert after is not None
    assert before["booked"] == after["booked"] > 0


async def test_a_living_job_is_cancelled_before_it_is_deleted(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, sources=UPLOAD)
        refused = await refusal(delete_job(job.id, OPERATOR, parts.studio))
        assert files(tmp_path, "sources")
        await cancel(job.id, OPERATOR, parts.studio)
        left = await delete_job(job.id, OPERATOR, parts.studio)

    assert (refused.code, refused.facts["state"]) == (Code.JOB_NOT_ENDED, "queued")
    assert left.is_deleted
    assert files(tmp_path, "sources") == []


async def test_only_who_asked_and_who_may_speak_for_them_may_delete(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        public, private = await painted(parts, ANNA), await painted(parts, ANNA, private=True)
        codes = [
            (await refusal(doing)).code
            for doing in (
                delete_image(public.images[0].id, BORIS, studio),
                delete_job(public.id, BORIS, studio),
                delete_image(public.images[0].id, STRANGER, studio),
                delete_job(public.id, STRANGER, studio),
                delete_image(private.images[0].id, BORIS, studio),
                delete_job(private.id, BORIS, studio),
                delete_image(ImageId(new_id(NOW_AT)), OPERATOR, studio),
                delete_job(JobId("no id at all"), OPERATOR, studio),
            )
        ]
        assert len(files(tmp_path, "images")) == 6
        await delete_image(public.images[0].id, OPERATOR, studio)
        await delete_job(private.id, OPERATOR, studio)

    assert codes == [
        Code.NOT_YOURS,
        Code.NOT_YOURS,
        Code.IMAGE_UNKNOWN,
        Code.JOB_UNKNOWN,
        Code.IMAGE_UNKNOWN,
        Code.JOB_UNKNOWN,
        Code.IMAGE_UNKNOWN,
        Code.JOB_UNKNOWN,
    ]
    assert files(tmp_path, "images") == []


@pytest.mark.parametrize("whole", [True, False])
async def test_deleted_images_vanish_from_everybodys_favourites(tmp_path: Path, whole: bool) -> None:  # noqa: FBT001 - a case
    async with running(tmp_path) as parts:
        studio = parts.studio
        job = await painted(parts, ANNA)
        image = job.images[0].id
        for caller in (ANNA, BORIS):
            await set_favourite(image, caller, studio, on=True)
        if whole:
            await delete_job(job.id, ANNA, studio)
        else:
            await delete_image(image, ANNA, studio)
        lists = [(await favourites(caller, studio)).items for caller in (ANNA, BORIS)]
        rows = await parts.store.database.read(lambda tx: tx.all("SELECT * FROM favourite"))

    assert (lists, rows) == ([(), ()], [])


async def test_files_that_a_death_left_behind_are_swept_at_the_next_start(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        kept, job = await painted(parts), await painted(parts, sources=UPLOAD)
        # Only the commit; the program dies before it deletes a file.
        await parts.store.deletions.job(job.id, parts.clock.now())
    left = [path for kind in ("images", "sources") for path in (tmp_path / "var" / kind).rglob("*") if path.is_file()]
    assert len(left) == 3 + 3 + 1
    for path in left:
        os.utime(path, (LONG_AGO_S, LONG_AGO_S))

    async with running(tmp_path) as parts:
        assert await parts.store.jobs.job(kept.id) is not None

    assert all(kept.images[0].id in name for name in files(tmp_path, "images"))
    assert (len(files(tmp_path, "images")), files(tmp_path, "sources")) == (3, [])


async def test_what_an_admin_does_to_somebody_elses_is_noted_and_to_their_own_is_not(tmp_path: Path) -> None:
    moderator = replace(BORIS, is_moderator=True)
    async with running(tmp_path) as parts:
        hers, his = await painted(parts, ANNA), await painted(parts, moderator)
        image = hers.pictures[0]
        await delete_image(image.id, moderator, parts.studio)
        await delete_job(hers.id, moderator, parts.studio)
        await delete_job(his.id, moderator, parts.studio)
        rows = await parts.store.database.read(lambda tx: tx.all("SELECT * FROM audit ORDER BY at_ms, id"))
        stranger = await refusal(delete_job((await painted(parts, ANNA)).id, BORIS, parts.studio))

    noted = {(row["act"], row["actor"], row["guild_id"], row["subject"]) for row in rows}
    assert noted == {(act, BORIS.person, ANNA.guild, "person:anna") for act in ("image.deleted", "job.deleted")}
    assert len(rows) == 2
    assert stranger.code is Code.NOT_YOURS
