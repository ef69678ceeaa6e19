"""What the attempts before left behind: images that are there, and calls that are polled instead of paid again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Tx


@dataclass(frozen=True, slots=True)
class Leftover:
    """What is to be made of a job just claimed. `missing`: the images that are not there.

    `upstream_id`: under which calls without an answer can be polled, as the attempt `continues` stored it; None: there
    are none. `polled`: how many of the missing images those calls are for.
    """

    missing: tuple[int, ...]
    upstream_id: str | None = None
    continues: int = 0
    polled: int = 0


def take_up(tx: Tx, row: Mapping[str, Any]) -> Leftover:
    """Return what is left of a job (row as claimed), and note in its attempt which calls that goes on from."""
    everything = range(row["count"])
    if row["attempt"] == 1:
        return Leftover(tuple(everything))
    stored = tx.all("SELECT position FROM image WHERE job_id = :job AND state <> 'deleted'", job=row["id"])
    there = {image["position"] for image in stored}
    missing = tuple(index for index in everything if index not in there)
    # The id may be some attempts old: one that was released or turned away before it could poll has none of its own.
    before = tx.one(
        """
        SELECT number, upstream_id FROM attempt
        WHERE job_id = :job AND pool = :pool AND upstream_id IS NOT NULL AND number < :number AND number > (
            SELECT COALESCE(MAX(number), 0) FROM attempt
            WHERE job_id = :job AND outcome NOT IN ('died', 'program_died', 'timed_out', 'released')
                AND (asked > 0 OR sent_ms IS NOT NULL)
        )
        ORDER BY number DESC LIMIT 1
        """,
        job=row["id"],
        number=row["attempt"],
        pool=row["pool"],
    )
    if before is None:
        return Leftover(missing)
    polled = _known(before["upstream_id"], missing)
    tx.run(
        "UPDATE attempt SET continues = :continues, polled = :polled WHERE job_id = :job AND number = :number",
        continues=before["number"],
        polled=polled,
        job=row["id"],
        number=row["attempt"],
    )
    return Leftover(missing, before["upstream_id"], before["number"], polled)


def _known(upstream_id: str, missing: Sequence[int]) -> int:
    """Return how many of these images an id is for: those that it names, if it is a JSON object of ids by index."""
    try:
        ids = json.loads(upstream_id)
    except (ValueError, RecursionError):
        return len(missing)
    if not isinstance(ids, dict) or not all(key.isdecimal() for key in ids):
        return len(missing)
    return sum(str(index) in ids for index in missing)


def booked_before_micro(tx: Tx, job: Mapping[str, Any], attempt: Mapping[str, Any]) -> int:
    """Return what attempts before have booked for the calls that this one (`continues`, `polled`) polled.

    Images that were stored before stay paid for as they were, and so do calls whose ids nobody knows.
    """
    if not attempt["polled"]:
        return 0
    before = tx.one(
        "SELECT asked, dollars_micro, continues, polled FROM attempt WHERE job_id = :job AND number = :number",
        job=job["id"],
        number=attempt["continues"],
    )
    if before is None:
        return 0
    whole = (before["dollars_micro"] or 0) + booked_before_micro(tx, job, before)
    return whole * int(attempt["polled"]) // int(before["asked"] or job["count"])


def ended_ms(tx: Tx, job: Mapping[str, Any], number: int) -> int:
    """Return when an attempt of a job ended, in epoch milliseconds."""
    row = tx.one("SELECT ended_ms FROM attempt WHERE job_id = :job AND number = :number", job=job["id"], number=number)
    return int(row["ended_ms"]) if row else 0
