"""A private job is in no list that anybody else sees: neither its words, nor its pictures, nor that it is there."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.reports import open_reports
from pinxit.actions.channels import channels
from pinxit.actions.delete import delete_job
from pinxit.actions.details import details_of_image, details_of_job
from pinxit.actions.favourite import favoured, favourites, set_favourite
from pinxit.actions.history import HistoryQuery, history, named_jobs
from pinxit.actions.inspect import inspect
from pinxit.actions.lines import queue_view
from pinxit.actions.look import find_group, find_image, find_job
from pinxit.actions.mydata import export_mydata
from pinxit.actions.report import report
from pinxit.data.mydata import Part
from pinxit.domain.errors import Code
from pinxit.domain.ids import GuildId, JobId
from tests.actions.atelier import ANNA, BORIS, STRANGER, painted, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.caller import Caller
    from pinxit.domain.job import Job
    from pinxit.parts import Parts

SECRET = "xyzzyfox"  # Nothing else has these letters.
# The admins of a guild are not to look over people's shoulders either.
OTHERS = [BORIS, replace(BORIS, is_moderator=True), STRANGER]


async def told(parts: Parts, caller: Caller, private: Job) -> str:
    """Return all that every list tells somebody."""
    studio = parts.studio
    queries = [
        HistoryQuery(),
        HistoryQuery(text=SECRET),
        HistoryQuery(person=ANNA.person),
        HistoryQuery(guild=GuildId(ANNA.guild)),
        HistoryQuery(after=None, before=None, model="sketch"),
    ]
    pages = [await history(query, caller, studio) for query in queries]
    zipped = b"".join([piece async for piece in export_mydata(caller, studio)])
    return repr(
        (
            pages,
            await named_jobs([private.id], caller, studio),
            await favourites(caller, studio),
            await favoured([image.id for image in private.images], caller, studio),
            await queue_view(caller, studio),
            [asdict(channel) for channel in await channels(caller, studio)],
            (await inspect(await parts.blobs.get(private.images[0].path), caller, studio)).known,
            await open_reports(caller.guild, caller, studio) if caller.is_moderator else (),
            zipped,
        )
    )


@pytest.mark.parametrize("caller", OTHERS)
async def test_nobody_else_is_told_of_a_private_job(tmp_path: Path, caller: Caller) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        public = await painted(parts, ANNA, "a whale")
        before = [(each.guild, each.unread) for each in await channels(caller, studio)]
        private = await painted(parts, ANNA, f"a {SECRET}", private=True, count=2)
        image = private.images[0].id
        await set_favourite(image, ANNA, studio, on=True)
        await report(image, "", ANNA, studio)
        # As if it had been public once.
        await parts.store.favourites.add(caller.person, image, parts.clock.now())

        said = await told(parts, caller, private)
        mine = await told(parts, ANNA, private)
        after = [(each.guild, each.unread) for each in await channels(caller, studio)]
        codes = {
            (await refusal(doing)).code
            for doing in (
                find_job(private.id, caller, studio),
                find_group(JobId(private.group_id), caller, studio),
                find_image(image, caller, studio),
                details_of_job(private.id, caller, studio),
                details_of_image(image, caller, studio),
                report(image, "", caller, studio),
                set_favourite(image, caller, studio, on=True),
            )
        }

    kept_by_both = said.replace(f"frozenset({{'{image}'}})", "")  # What somebody keeps is their own mark.
    assert [word for word in (SECRET, private.id, image) if word in kept_by_both] == []
    assert all(word in mine for word in (SECRET, private.id, image))
    assert codes == {Code.JOB_UNKNOWN, Code.IMAGE_UNKNOWN}
    assert before == after  # Not even a number of unread messages grows.
    assert (public.id in said) == (caller.guild == ANNA.guild)


async def test_a_job_of_another_place_that_somebody_was_shown_is_theirs_to_look_at_unless_it_is_private(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as parts:
        public, other = await painted(parts, ANNA, "a whale"), await painted(parts, ANNA, "a fox")
        private = await painted(parts, ANNA, f"a {SECRET}", private=True)
        caller = replace(STRANGER, sees=frozenset({public.id, private.id}))

        found = await find_job(public.id, caller, parts.studio)
        image = await find_image(public.images[0].id, caller, parts.studio)
        refused = [
            await refusal(doing)
            for doing in (
                find_job(private.id, caller, parts.studio),
                find_image(private.images[0].id, caller, parts.studio),
                find_job(other.id, caller, parts.studio),
                delete_job(public.id, caller, parts.studio),
            )
        ]

    assert (found.id, image.job) == (public.id, public.id)
    assert [one.code for one in refused] == [
        Code.JOB_UNKNOWN,
        Code.IMAGE_UNKNOWN,
        Code.JOB_UNKNOWN,
        Code.NOT_YOURS,
    ]


async def test_what_the_export_says_of_a_favourite_is_no_more_than_its_id(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, f"a {SECRET}")
        await set_favourite(job.images[0].id, BORIS, parts.studio, on=True)
        row = (await parts.store.mydata.lines(Part.FAVOURITES, BORIS.person)).text

    assert set(json.loads(row)) == {"image_id", "created_at"}
