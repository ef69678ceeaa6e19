"""Images that are made again: what each is compared with, and the verdict."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pinxit.data.many import rows_among
from pinxit.domain.ids import ImageId
from pinxit.domain.verdict import Change, Recreation, Verdict, verdict_from_json, verdict_to_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ids import JobId
    from pinxit.domain.ports import Database, Tx
    from pinxit.domain.request import Json


@dataclass(frozen=True, slots=True)
class Original:
    """The first picture, as far as it is needed to judge the second one.

    `pixels_sha256`: of the picture that is compared with. `recorded_sha256`: what the file's own record says of its
    pixels, "" where it says nothing. `changes`: what was known at submit to be different.
    """

    pixels_sha256: str
    width_px: int
    height_px: int
    generator: str = ""
    model: str = ""
    model_hash: str = ""
    recorded_sha256: str = ""
    recipe: Mapping[str, Json] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class NewRecreation:
    """What a submit writes. One of the two: `image`, our own; `path`, of a file that was sent, until it is compared."""

    original: Original
    image: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A recreation that is to be judged. `path`: of the first picture's file, None where its row is gone."""

    original: Original
    path: str | None
    was_sent: bool


class Recreations:
    """The rows by job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked(self, job: JobId) -> Asked | None:
        """Return what the job's picture is to be compared with; None: it makes no picture again."""

        def work(tx: Tx) -> Mapping[str, Any] | None:
            return tx.one(
                """
                SELECT r.original, r.path AS sent, i.path AS stored FROM recreation r
                LEFT JOIN image i ON i.id = r.image_id AND i.state <> 'deleted' WHERE r.job_id = :job
                """,
                job=job,
            )

        row = await self._database.read(work)
        if row is None:
            return None
        return Asked(_original(row["original"]), row["sent"] or row["stored"], row["sent"] is not None)


def insert(tx: Tx, job: str, new: NewRecreation, now_ms: int) -> None:
    """Note, with its job, that it makes a picture again."""
    tx.run(
        """
        INSERT INTO recreation (job_id, image_id, path, original, created_ms)
        VALUES (:job, :image, :path, :original, :now)
        """,
        job=job,
        image=new.image,
        path=new.path,
        original=json.dumps(asdict(new.original), ensure_ascii=False),
        now=now_ms,
    )


def judged(tx: Tx, job: str, verdict: Verdict) -> None:
    """Note the verdict; a file that was sent is not needed any more."""
    tx.run(
        "UPDATE recreation SET verdict = :verdict, path = NULL WHERE job_id = :job",
        verdict=verdict_to_json(verdict),
        job=job,
    )


def load_recreation(tx: Tx, job: Mapping[str, Any]) -> Recreation | None:
    """Return what a job (its whole row) makes again, or None; only a job that does costs a statement."""
    if not job["recreates"]:
        return None
    return load_recreations(tx, [job["id"]]).get(job["id"])


def load_recreations(tx: Tx, jobs: Sequence[str]) -> Mapping[str, Recreation]:
    """Return by job what each of these makes again."""
    sql = "SELECT job_id, image_id, verdict FROM recreation WHERE job_id IN (:values)"
    return {row["job_id"]: _recreation(row) for row in rows_among(tx, sql, jobs)}


def _recreation(row: Mapping[str, Any]) -> Recreation:
    verdict = None if row["verdict"] is None else verdict_from_json(row["verdict"])
    return Recreation(None if row["image_id"] is None else ImageId(row["image_id"]), verdict)


def _original(text: str) -> Original:
    raw: dict[str, Any] = json.loads(text)
    return Original(**{**raw, "changes": tuple(Change(**change) for change in raw["changes"])})
