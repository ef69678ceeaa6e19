"""Rows of jobs and attempts as the rest of the program sees them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pinxit.data.image_rows import images_from_rows
from pinxit.data.many import rows_among
from pinxit.data.recreations import load_recreation, load_recreations
from pinxit.data.times import from_ms, moment
from pinxit.domain.ids import BootId, GuildId, ImageId, JobId, PersonId, PoolName, WorkerId
from pinxit.domain.job import Attempt, Job, JobState, Outcome, Priority, RouteStep
from pinxit.domain.request import request_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinxit.domain.image import Image
    from pinxit.domain.image_rules import ImageRules
    from pinxit.domain.ports import Tx
    from pinxit.domain.verdict import Recreation


_ENCODER = json.JSONEncoder(separators=(",", ":"), default=asdict)  # Kept: `json.dumps` makes one for each call.


def load_job(tx: Tx, job: JobId, house: ImageRules) -> Job | None:
    """Return a job with its images and attempts, or None, inside a transaction of the caller."""
    row = tx.one("SELECT * FROM job WHERE id = :id", id=job)
    if row is None:
        return None
    images = tx.all("SELECT * FROM image WHERE job_id = :id AND state <> 'deleted' ORDER BY position", id=job)
    attempts = tx.all("SELECT * FROM attempt WHERE job_id = :id ORDER BY number", id=job)
    return _job(row, images_from_rows(tx, images, house), load_recreation(tx, row), attempts)


def load_jobs(tx: Tx, rows: Sequence[Mapping[str, Any]], house: ImageRules) -> list[Job]:
    """Return the jobs of these whole rows with their images, without their attempts: two statements in all."""
    sql = "SELECT * FROM image WHERE job_id IN (:values) AND state <> 'deleted' ORDER BY job_id, position"
    images: dict[str, list[Image]] = {}
    for image in images_from_rows(tx, rows_among(tx, sql, [row["id"] for row in rows]), house):
        images.setdefault(image.job, []).append(image)
    recreations = load_recreations(tx, [row["id"] for row in rows if row["recreates"]])
    return [_job(row, images.get(row["id"], ()), recreations.get(row["id"])) for row in rows]


def _job(
    row: Mapping[str, Any],
    images: Sequence[Image],
    recreation: Recreation | None,
    attempts: Sequence[Mapping[str, Any]] = (),
) -> Job:
    return Job(
        id=JobId(row["id"]),
        group_id=row["group_id"],
        guild=GuildId(row["guild_id"]),
        person=PersonId(row["person_id"]),
        state=JobState(row["state"]),
        pool=PoolName(row["pool"]),
        route=tuple(RouteStep(**step) for step in json.loads(row["route"])),
        step=row["step"],
        priority=Priority(row["priority"]),
        request=request_from_json(row["request"]),
        credits_milli=row["credits_milli"],
        deadline_s=row["deadline_s"],
        private=bool(row["private"]),
        cancel_wanted=bool(row["cancel_wanted"]),
        tries=row["tries"],
        created_at=from_ms(row["created_ms"]),
        started_at=moment(row["started_ms"]),
        ended_at=moment(row["ended_ms"]),
        run_at=moment(row["run_ms"]),
        error_code=row["error_code"],
        error_facts=json.loads(row["error_facts"]),
        images=tuple(images),
        attempts=tuple(_attempt(attempt) for attempt in attempts),
        boot=None if row["boot"] is None else BootId(row["boot"]),
        platform=row["platform"],
        recreation=recreation,
        parent_image=None if row["parent_image"] is None else ImageId(row["parent_image"]),
        made=row["made"],
        is_deleted=row["deleted_ms"] is not None,
    )


def route_to_json(route: Iterable[RouteStep]) -> str:
    """Write a route as it is stored; `load_job` reads it."""
    return _ENCODER.encode([{name: getattr(step, name) for name in RouteStep.__slots__} for step in route])


def _attempt(row: Mapping[str, Any]) -> Attempt:
    return Attempt(
        number=row["number"],
        generator=row["pool"],
        worker=WorkerId(row["worker"]),
        started_at=from_ms(row["started_ms"]),
        ended_at=moment(row["ended_ms"]),
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
        message=row["message"],
        seconds=row["accrued_s"],
    )
