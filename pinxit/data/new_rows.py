"""The rows of new jobs: job, words, deliveries, sources and what is made again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pinxit.data import recreations
from pinxit.data.inserting import insert_rows
from pinxit.data.words import insert_words, texts_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.data.submitting import NewDelivery, NewJob
    from pinxit.domain.ports import Tx

_JOB = (
    "id",
    "idem",
    "idem_digest",
    "group_id",
    "guild_id",
    "person_id",
    "platform",
    "parent_image",
    "private",
    "state",
    "pool",
    "route",
    "priority",
    "tag",
    "cost_s",
    "batch_key",
    "model",
    "request",
    "credits_milli",
    "dollars_micro",
    "day",
    "deadline_s",
    "count",
    "recreates",
    "adult",
    "created_ms",
)
_DELIVERY = (
    "id",
    "job_id",
    "platform",
    "channel",
    "target",
    "state",
    "message_id",
    "next_ms",
    "created_ms",
)


def insert_person(tx: Tx, new: NewJob) -> None:
    """Make the row of the person who asks for this job."""
    sql = "INSERT INTO person (id, created_ms) VALUES (:id, :now) ON CONFLICT (id) DO NOTHING"
    tx.run(sql, id=new.person, now=new.now_ms)


def insert_jobs(tx: Tx, news: Sequence[NewJob], tags: Sequence[float], days: Sequence[str]) -> None:
    """Write new jobs as they wait in line. `tags`, `days`: of each, its place and the day that it counts for."""
    insert_rows(tx, "job", _JOB, [_job(*each) for each in zip(news, tags, days, strict=True)])
    insert_words(tx, [(new.id, new.guild, words_of(new.texts or texts_of(new.request))) for new in news])
    deliveries = [_delivery(each, new) for new in news for each in new.deliveries]
    if deliveries:
        insert_rows(tx, "delivery", _DELIVERY, deliveries)
    for new in news:
        if new.recreates is not None:
            recreations.insert(tx, new.id, new.recreates, new.now_ms)
        if new.sources:
            _insert_sources(tx, new)


def _job(new: NewJob, tag: float, day: str) -> tuple[object, ...]:
    return (
        new.id,
        new.idem,
        new.digest,
        new.group,
        new.guild,
        new.person,
        new.platform,
        new.parent_image,
        int(new.private),
        "queued",
        new.first["pool"],
        new.route,
        new.priority,
        tag,
        new.first["cost_s"],
        new.first["batch_key"],
        new.first["model"],
        new.request,
        new.credits_milli,
        new.dollars_micro,
        day,
        new.deadline_s,
        new.count,
        int(new.recreates is not None),
        None if new.is_adult is None else int(new.is_adult),
        new.now_ms,
    )


def _delivery(each: NewDelivery, new: NewJob) -> tuple[object, ...]:
    where = (each.platform, each.channel, each.target)
    return (each.id, new.id, *where, "open", each.message_id, new.now_ms, new.now_ms)


def _insert_sources(tx: Tx, new: NewJob) -> None:
    for source in new.sources:
        tx.run(
            """
            INSERT INTO source (id, job_id, role, url, image_id, path, media_type, width_px, height_px, size_bytes,
                sha256, created_ms)
            VALUES (:id, :job, :role, :url, :image_id, :path, :media_type, :width_px, :height_px, :size_bytes,
                :sha256, :now)
            """,
            job=new.id,
            now=new.now_ms,
            **asdict(source),
        )
