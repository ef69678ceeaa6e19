"""Delete jobs whose time is over. A picture among somebody's favourites keeps its job."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pinxit.data.deletions import delete_job_in
from pinxit.data.forgetting import Forgotten
from pinxit.data.times import to_ms
from pinxit.domain.guild_rules import read_rules
from pinxit.domain.ids import GuildId, JobId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ports import Database, Tx

_IS_OVER = """
    j.ended_ms IS NOT NULL AND j.deleted_ms IS NULL AND j.ended_ms < :before AND NOT EXISTS (
        SELECT 1 FROM image i JOIN favourite f ON f.image_id = i.id WHERE i.job_id = j.id
    )
"""
OVER = f"""
    SELECT j.id FROM job j WHERE j.guild_id = :guild AND {_IS_OVER} ORDER BY j.ended_ms LIMIT :most
"""  # noqa: S608 - a literal of this file
_STILL_OVER = f"SELECT j.guild_id FROM job j WHERE j.id = :job AND {_IS_OVER}"  # noqa: S608 - as above


class Retention:
    """Finding and deleting what is too old."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def delete(self, days: int | None, now: datetime, most: int) -> Forgotten:
        """Delete up to `most` jobs that ended more than `days` ago, with what they show and what they asked for.

        `days`: of the whole installation; None: for ever. A guild's own setting holds there, if it is shorter.
        """
        over = await self._database.read(lambda tx: _over(tx, days, now, most))

        def work(tx: Tx) -> Forgotten:
            jobs: list[tuple[GuildId, JobId]] = []
            images: list[str] = []
            sources: list[str] = []
            for job, before in over:
                # Somebody may have deleted it meanwhile, or begun to keep it.
                row = tx.one(_STILL_OVER, job=job, before=before)
                if row is not None:
                    deleted = delete_job_in(tx, JobId(job), to_ms(now))
                    jobs.append((GuildId(row["guild_id"]), JobId(job)))
                    images += deleted.images
                    sources += deleted.sources
            return Forgotten(tuple(jobs), tuple(images), tuple(sources))

        return await self._database.write(work) if over else Forgotten((), (), ())


def _over(tx: Tx, days: int | None, now: datetime, most: int) -> list[tuple[str, int]]:
    """Return (job, moment before which it ended) of at most `most` jobs."""
    sql = "SELECT id, settings FROM guild"
    if days is None:
        sql += " WHERE settings LIKE '%\"retention_days\"%'"
    found: list[tuple[str, int]] = []
    for guild in tx.all(sql):
        kept = _shorter(days, guild)
        if kept is None:
            continue
        before = to_ms(now - timedelta(days=kept))
        rows: Sequence[Mapping[str, Any]] = tx.all(OVER, guild=guild["id"], before=before, most=most - len(found))
        found += [(row["id"], before) for row in rows]
        if len(found) >= most:
            break
    return found


def _shorter(days: int | None, guild: Mapping[str, Any]) -> int | None:
    own = None if guild["settings"] == "{}" else read_rules(json.loads(guild["settings"])).retention_days
    return min((each for each in (days, own) if each is not None), default=None)
