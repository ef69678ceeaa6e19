"""Throw away images and jobs. The files are their caller's to delete, after the commit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.job import JobState
from pinxit.domain.request import request_from_json, request_to_json

if TYPE_CHECKING:
    from datetime import datetime

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

    async def image(self, image: ImageId, now: datetime) -> Deleted:
        """Delete one finished image, if it is still there, from every list of favourites too."""

        def work(tx: Tx) -> Deleted:
            rows = tx.all(
                """
                UPDATE image SET state = 'deleted', deleted_ms = :now WHERE id = :id AND state = 'ready' RETURNING path
                """,
                now=to_ms(now),
                id=image,
            )
            tx.run("DELETE FROM favourite WHERE image_id = :id", id=image)
            return Deleted(tuple(row["path"] for row in rows))

        return await self._database.write(work)

    async def job(self, job: JobId, now: datetime) -> Deleted:
        """Delete an ended job with everything that it shows and what it asked for; its bookings stay.

        Raises Refused: no such job, or it has not ended.
        """
        return await self._database.write(lambda tx: _job(tx, job, to_ms(now)))


def _job(tx: Tx, job: JobId, now_ms: int) -> Deleted:
    row = tx.one("SELECT state, request FROM job WHERE id = :id AND deleted_ms IS NULL", id=job)
    if row is None:
        raise Refused(Code.JOB_UNKNOWN, job=job)
    if not JobState(row["state"]).is_final:
        raise Refused(Code.JOB_NOT_ENDED, job=job, state=row["state"])
    images = tx.all(
        """
        UPDATE image SET state = 'deleted', deleted_ms = :now WHERE job_id = :job AND state <> 'deleted' RETURNING path
        """,
        now=now_ms,
        job=job,
    )
    tx.run("DELETE FROM favourite WHERE image_id IN (SELECT id FROM image WHERE job_id = :job)", job=job)
    tx.run("UPDATE image SET prompt = '', recipe = '{}' WHERE job_id = :job", job=job)
    # A job that was made from this one has copies of its own.
    sources = tx.all("DELETE FROM source WHERE job_id = :job RETURNING path", job=job)
    # What it was compared with: its file, if one was sent that nobody got to compare, and words that differed.
    sent = tx.all("DELETE FROM recreation WHERE job_id = :job RETURNING path", job=job)
    tx.run("DELETE FROM job_words WHERE job_id = :job", job=job)
    asked = request_from_json(row["request"])
    forgotten = replace(asked, prompt="", typed="", negative_prompt="", enhanced="", options={})
    tx.run(
        """
        UPDATE job SET deleted_ms = :now, request = :request, error_facts = '{}' WHERE id = :job
        """,
        now=now_ms,
        request=request_to_json(forgotten),
        job=job,
    )
    return Deleted(tuple(row["path"] for row in images), tuple(row["path"] for row in (*sources, *sent) if row["path"]))
