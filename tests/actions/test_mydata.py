"""People can have all that is kept about them, and have it forgotten."""

from __future__ import annotations

import io
import json
import os
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.asking import Ask, Target
from pinxit.actions.favourite import favourites, set_favourite
from pinxit.actions.history import HistoryQuery, history
from pinxit.actions.imagine import imagine
from pinxit.actions.look import find_job
from pinxit.actions.mydata import Deleted, delete_mydata, export_mydata
from pinxit.actions.recreate import recreate
from pinxit.actions.report import report
from pinxit.actions.reroll import reroll
from pinxit.data import ledger
from pinxit.data.keys import KeyScope
from pinxit.data.mydata import Part
from pinxit.data.people import Person
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.ids import GuildId, PersonId
from pinxit.domain.job import JobState
from pinxit.domain.request import Role
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, asked, draft, ended, painted, refusal, running
from tests.actions.test_delete import LONG_AGO_S, files
from tests.builders import a_png

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.parts import Parts

UPLOAD = (SourceDraft(Role.IMAGE, data=a_png(3)),)
SECRET = "xyzzyfox"  # Nothing else in any file has these letters.
NAME = "Annabel Plugh"


class Died(BaseException):
    """The program ends here."""


async def export(parts: Parts, caller: Caller) -> dict[str, bytes]:
    """Return the files of a person's zip file."""
    data = b"".join([piece async for piece in export_mydata(caller, parts.studio)])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def lines(found: dict[str, bytes], part: str) -> list[dict[str, object]]:
    """Return the rows of one part."""
    return [json.loads(line) for line in found[f"{part}.jsonl"].splitlines()]


async def a_life(parts: Parts) -> None:
    """Let Anna leave a trace in every table that she can."""
    studio = parts.studio
    own = await painted(parts, ANNA, f"a {SECRET} in snow", typed=f"a {SECRET} in snow --n 2", count=2, sources=UPLOAD)
    await painted(parts, ANNA, f"a private {SECRET}", private=True, negative_prompt=f"no {SECRET}")
    other = await painted(parts, BORIS, "a blue whale")
    await parts.store.people.save(ANNA.person, Person(NAME, "de", {"style": SECRET}), parts.clock.now())
    await set_favourite(own.images[0].id, ANNA, studio, on=True)
    await set_favourite(other.images[0].id, ANNA, studio, on=True)
    await set_favourite(own.images[0].id, BORIS, studio, on=True)
    await report(other.images[0].id, f"not a {SECRET}", ANNA, studio)
    await report(own.images[0].id, "not nice", BORIS, studio)
    await parts.store.guilds.mark_read(ANNA.person, ANNA.guild, own.id)


async def test_a_person_gets_all_that_is_theirs_and_nothing_of_others(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        await a_life(parts)
        found = await export(parts, ANNA)
        pictures = {path.name: path.read_bytes() for path in (tmp_path / "var").rglob("*") if path.is_file()}

    assert {f"{part}.jsonl" for part in Part} | {"README.txt"} <= set(found)
    assert [row["request"]["prompt"] for row in lines(found, "jobs")] == [f"a {SECRET} in snow", f"a private {SECRET}"]  # type: ignore[index]  # JSON
    assert lines(found, "person")[0]["name"] == NAME
    kept = {name: data for name, data in found.items() if "/" in name}
    assert len([name for name in kept if name.startswith("images/")]) == 6  # Three pictures, each with its record.
    assert len([name for name in kept if name.startswith("sources/")]) == 1
    assert all(pictures[name.partition("/")[2]] == data for name, data in kept.items())
    assert len(lines(found, "favourites")) == 2
    assert [row["reason"] for row in lines(found, "reports")] == [f"not a {SECRET}"]
    assert {row["kind"] for row in lines(found, "ledger")} == {"reserve", "settle"}
    everything = b"".join(found.values())
    assert b"whale" not in everything
    assert b"not nice" not in everything
    assert BORIS.person.encode() not in everything


async def test_who_was_never_here_gets_an_empty_zip_file(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        found = await export(parts, ANNA)

    assert {name for name, data in found.items() if data} == {"README.txt"}


async def test_a_picture_whose_file_is_lost_does_not_keep_the_rest_back(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        lost, kept = await painted(parts, ANNA), await painted(parts, ANNA)
        await parts.blobs.delete(lost.images[0].path)
        found = await export(parts, ANNA)

    names = [name for name in found if name.endswith(".png")]
    assert names == [f"images/{kept.images[0].id}.png"]


async def test_an_export_is_never_whole_in_memory(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        for _ in range(3):
            await painted(parts, ANNA, width_px=256, height_px=256)
        pieces = [len(piece) async for piece in export_mydata(ANNA, parts.studio)]

    assert max(pieces) < sum(pieces) / 2


async def test_nothing_of_a_forgotten_person_is_found_on_the_disk(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        await a_life(parts)
        assert found_on_disk(tmp_path, SECRET, NAME, ANNA.person)
        gone = await delete_mydata(ANNA, parts.studio)
        mine = await favourites(BORIS, parts.studio)
        page = await history(HistoryQuery(), BORIS, parts.studio)
        nothing = await export(parts, ANNA)
        wrong = await parts.store.database.read(ledger.differences)
        rows = await parts.store.database.read(lambda tx: tx.all("SELECT * FROM person ORDER BY created_ms"))
        book = await parts.store.database.read(lambda tx: tx.all("SELECT * FROM audit"))

    assert gone == Deleted(jobs=2, images=3, cancelled=0)
    assert found_on_disk(tmp_path, SECRET, NAME) == []
    assert [job.request.prompt for job in page.jobs] == ["a blue whale"]
    assert mine.items == ()
    assert lines(nothing, "jobs") == lines(nothing, "images") == lines(nothing, "person") == []
    assert wrong == []
    (pseudonym,) = [row["id"] for row in rows if row["deleted_ms"] is not None]
    assert [(row["actor"], row["act"]) for row in book] == [(pseudonym, "mydata.deleted")]
    assert [row["id"] for row in rows if row["deleted_ms"] is None] == [BORIS.person]
    assert len(files(tmp_path, "images")) == 3  # Boris's picture, with its record and its thumbnail.


def found_on_disk(folder: Path, *words: str) -> list[str]:
    """Return the files that hold one of these words, whatever kind they are of."""
    wanted = [word.encode() for word in words]
    there = [path for path in (folder / "var").rglob("*") if path.is_file()]
    return [path.name for path in there if any(word in path.read_bytes() for word in wanted)]


async def test_what_others_made_of_it_stays_theirs(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await painted(parts, ANNA, sources=UPLOAD)
        second = await ended(await reroll(first.id, BORIS, parts.studio), parts)
        await delete_mydata(ANNA, parts.studio)
        third = await ended(await reroll(second.id, BORIS, parts.studio), parts)

    assert third.state is JobState.SUCCEEDED


async def test_waiting_jobs_are_cancelled_and_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, ANNA, sources=UPLOAD)
        kept = await asked(parts, BORIS)
        gone = await delete_mydata(ANNA, parts.studio)
        unknown = await refusal(find_job(job.id, OPERATOR, parts.studio))
        waits = await find_job(kept.id, BORIS, parts.studio)
        left = await parts.store.database.read(lambda tx: tx.all("SELECT state FROM job WHERE id = :id", id=job.id))

    assert gone == Deleted(jobs=1, images=0, cancelled=1)
    assert (unknown.code, waits.state) == (Code.JOB_UNKNOWN, JobState.QUEUED)
    assert [row["state"] for row in left] == ["cancelled"]
    assert files(tmp_path, "sources") == []


async def test_nothing_is_deleted_while_a_job_runs(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        runs, waits = await asked(parts, ANNA), await asked(parts, ANNA)
        worker = "w:sketch.0"
        await parts.broker.claim(worker, runs.pool, most=1)  # type: ignore[arg-type]  # a worker's id
        refused = await refusal(delete_mydata(ANNA, parts.studio))
        states = {(await find_job(job.id, ANNA, parts.studio)).state for job in (runs, waits)}

    assert (refused.code, refused.facts) == (Code.JOBS_RUNNING, {"count": 1})
    assert states == {JobState.RUNNING, JobState.QUEUED}


async def test_a_keys_holder_loses_the_key_and_its_sessions(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        now, store = parts.clock.now(), parts.store
        key, secret = await store.keys.create("Annabel's", {KeyScope.SUBMIT}, now)
        token, operators = await store.sessions.open(key.id, "", now), await store.sessions.open(None, "secret", now)
        holder = Caller(key.guild, key.person, "api")
        await painted(parts, holder)
        await delete_mydata(holder, parts.studio)
        sessions = [await store.sessions.find(each, now) for each in (token, operators)]
        keys = [each.name for each in await store.keys.all()]

    assert secret
    assert (sessions[0], keys) == (None, [])
    assert sessions[1] is not None


async def test_a_ban_and_what_was_used_survive_the_deletion(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        await painted(parts, ANNA)
        await parts.store.database.write(
            lambda tx: tx.run(
                """
                INSERT INTO quota (scope, scope_id, unit, period, amount, set_by, set_ms)
                VALUES ('person', :id, 'credit', 'day', 1, 'admin', 0)
                """,
                id=ANNA.person,
            )
        )
        await delete_mydata(ANNA, parts.studio)
        spent = await refusal(asked(parts, ANNA))
        await parts.store.database.write(
            lambda tx: tx.run(
                "INSERT INTO ban (scope, scope_id, set_by, created_ms) VALUES ('person', :id, 'admin', 0)",
                id=ANNA.person,
            )
        )
        await delete_mydata(ANNA, parts.studio)
        banned = await refusal(asked(parts, ANNA))

    assert (spent.code, banned.code) == (Code.QUOTA_SPENT, Code.BANNED)


async def test_the_operators_own_person_can_be_forgotten(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        await painted(parts, OPERATOR, f"a {SECRET}")
        await delete_mydata(OPERATOR, parts.studio)
        again = await painted(parts, OPERATOR, "a whale")
        page = await history(HistoryQuery(), OPERATOR, parts.studio)

    assert [job.id for job in page.jobs] == [again.id]
    assert found_on_disk(tmp_path, SECRET) == []


@pytest.mark.parametrize(
    "last", ["mydata.before_commit", "mydata.after_commit", "mydata.before_end", "mydata.after_end"]
)
async def test_a_death_in_the_middle_leaves_only_files_that_are_swept(tmp_path: Path, last: str) -> None:
    def die(step: str) -> None:
        if step == last:
            raise Died

    async with running(tmp_path) as parts:
        await a_life(parts)
        with pytest.raises(Died):
            await delete_mydata(ANNA, replace(parts.studio, steps=die))
    for path in (tmp_path / "var").rglob("*"):
        if path.is_file() and path.parent != tmp_path / "var":
            os.utime(path, (LONG_AGO_S, LONG_AGO_S))

    async with running(tmp_path) as parts:
        await delete_mydata(ANNA, parts.studio)
        wrong = await parts.store.database.read(ledger.differences)

    assert found_on_disk(tmp_path, SECRET, NAME) == []
    assert (len(files(tmp_path, "images")), files(tmp_path, "sources"), wrong) == (3, [], [])


async def test_each_of_many_jobs_is_forgotten_and_those_of_a_namesake_are_not(tmp_path: Path) -> None:
    namesake = Caller(GuildId("discord:1"), PersonId("Xanna"), "discord")
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        for _ in range(60):
            await asked(parts, ANNA, f"a {SECRET}")
        kept = await asked(parts, namesake)
        gone = await delete_mydata(ANNA, parts.studio)
        left = await find_job(kept.id, namesake, parts.studio)

    assert (gone.jobs, gone.cancelled) == (60, 60)
    assert (left.state, left.person) == (JobState.QUEUED, namesake.person)
    assert found_on_disk(tmp_path, SECRET) == []


async def test_an_export_says_how_jobs_went_and_where_they_were_shown(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        target = Target("test", "a room", json.dumps({"token": SECRET}))
        job = await ended(await imagine(Ask(draft(), ANNA, None, target), parts.studio), parts)
        again = await ended(await recreate(job.images[0].id, ANNA, parts.studio), parts)
        await painted(parts, BORIS)
        found = await export(parts, ANNA)

    assert [(row["job_id"], row["outcome"]) for row in lines(found, "attempts")] == [
        (job.id, "succeeded"),
        (again.id, "succeeded"),
    ]
    assert [(row["job_id"], row["channel"]) for row in lines(found, "messages")] == [(job.id, "a room")]
    (made_again,) = lines(found, "recreations")
    assert (made_again["job_id"], made_again["image_id"]) == (again.id, job.images[0].id)
    assert made_again["comparison"]
    assert SECRET.encode() not in b"".join(found.values())  # With that, somebody could write in one's name.


async def test_a_source_that_is_a_withheld_picture_is_not_in_the_export(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        image = (await painted(parts, BORIS)).images[0].id
        await painted(parts, ANNA, sources=(SourceDraft(Role.IMAGE, image=image),))
        await painted(parts, ANNA, sources=UPLOAD)
        before = await export(parts, ANNA)
        await parts.store.database.write(lambda tx: tx.run("UPDATE image SET hidden = 1 WHERE id = :id", id=image))
        after = await export(parts, ANNA)

    count = [sum(name.startswith("sources/") for name in found) for found in (before, after)]
    assert count == [2, 1]
    assert len(lines(after, "sources")) == 2
