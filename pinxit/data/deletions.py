"""Throw away images and jobs. The files are their caller's to delete, after the commit."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.data.audit import note
from pinxit.data.reopening import reopen_in
from pinxit.data.report_cards import redraw_in
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.job import JobState
from pinxit.domain.request import request_from_json, request_to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pinxit.data.audit import Entry
    from pinxit.domain.ids import ImageId, JobId
    from pinxit.domain.ports import Database, Tx


@dataclass(frozen=True, slots=True)
class Deleted:
    """Paths of files that no row names any more: of images, and of sources and the like that only the job had."""

    images: tuple[str, ...]
    sources: tuple[str, ...] = ()


class Deletions:
    """Each is one transaction; a death after it leaves files that the sweep takes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def image(self, image: ImageId, now: datetime, entry: Entry | None = None) -> Deleted:
        """Delete one finished image, if it is still there, from every list of favourites too.

        `entry`: what the books note of it, where it is an admin's act.
        """

        def work(tx: Tx) -> Deleted:
            deleted = delete_image_in(tx, image, to_ms(now))
            if entry is not None and deleted.images:
                note(tx, entry, to_ms(now))
            return deleted

        return await self._database.write(work)

    async def job(self, job: JobId, now: datetime, entry: Entry | None = None) -> Deleted:
        """Delete an ended job with everything that it shows and what it asked for; its bookings stay.

        `entry`: as for an image. Raises Refused: no such job, or it has not ended.
        """

        def work(tx: Tx) -> Deleted:
            deleted = delete_job_in(tx, job, to_ms(now))
            if entry is not None:
                note(tx, entry, to_ms(now))
            return deleted

        return await self._database.write(work)


def delete_image_in(tx: Tx, image: ImageId, now_ms: int) -> Deleted:
    """Do the same as `Deletions.image`, inside a transaction of the caller."""
    sql = """
        UPDATE image SET state = 'deleted', deleted_ms = :now WHERE id = :id AND state = 'ready' RETURNING path, job_id
    """
    rows = tx.all(sql, now=now_ms, id=image)
    for row in rows:
        reopen_in(tx, row["job_id"], now_ms)
    tx.run("DELETE FROM favourite WHERE image_id = :id", id=image)
    _close_reports(tx, [image], now_ms)
    return Deleted(tuple(row["path"] for row in rows))


def delete_job_in(tx: Tx, job: JobId, now_ms: int) -> Deleted:
    """Do the same as `Deletions.job`, inside a transaction of the caller."""
    row = tx.one("SELECT state, request, route FROM job WHERE id = :id AND deleted_ms IS NULL", id=job)
    if row is None:
        raise Refused(Code.JOB_UNKNOWN, job=job)
    if not JobState(row["state"]).is_final:
        raise Refused(Code.JOB_NOT_ENDED, job=job, state=row["state"])
    images = tx.all(
        """
        UPDATE image SET state = 'deleted', deleted_ms = :now WHERE job_id = :job AND state <> 'deleted'
        RETURNING id, path
        """,
        now=now_ms,
        job=job,
    )
    _close_reports(tx, [row["id"] for row in images], now_ms)
    tx.run("DELETE FROM favourite WHERE image_id IN (SELECT id FROM image WHERE job_id = :job)", job=job)
    tx.run("UPDATE image SET prompt = '', recipe = '{}' WHERE job_id = :job", job=job)
    # A job that was made from this one has copies of its own.
    sources = tx.all("DELETE FROM source WHERE job_id = :job RETURNING path", job=job)
    # What it was compared with: its file, if one was sent that nobody got to compare, and words that differed.
    sent = tx.all("DELETE FROM recreation WHERE job_id = :job RETURNING path", job=job)
    tx.run("DELETE FROM job_words WHERE job_id = :job", job=job)
    asked = request_from_json(row["request"])
    forgotten = replace(asked, prompt="", typed="", negative_prompt="", enhanced="", suffix="", options={})
    # Another generator may have been given other words: without weights, with those to be left out.
    route = [{**step, "changes": {}} for step in json.loads(row["route"])]
    tx.run(
        """
        UPDATE job SET deleted_ms = :now, request = :request, route = :route, error_facts = '{}' WHERE id = :job
        """,
        now=now_ms,
        request=request_to_json(forgotten),
        route=json.dumps(route, separators=(",", ":")),
        job=job,
    )
    reopen_in(tx, job, now_ms)
    return Deleted(tuple(row["path"] for row in images), tuple(row["path"] for row in (*sources, *sent) if row["path"]))


def _close_reports(tx: Tx, images: Sequence[str], now_ms: int) -> None:
    """End the open reports of pictures that are not there any more, and have their messages forget them."""
    for image in images:
        redraw_in(tx, image)
        tx.run(
            "UPDATE report SET state = 'gone', handled_ms = :now WHERE image_id = :image AND handled_ms IS NULL",
            now=now_ms,
            image=image,
        )
