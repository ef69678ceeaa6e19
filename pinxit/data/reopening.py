"""Have the messages of ended jobs shown anew, in the transaction that changed what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.caller import API

if TYPE_CHECKING:
    from pinxit.domain.ports import Tx

_LIVE = "web"  # The console draws from the rows themselves, whenever they change.


def reopen_in(tx: Tx, job: str, now_ms: int) -> None:
    """Make every final of a job that a chat shows, or is about to, one that is to be shown as the job is now.

    Whoever commits this wakes the deliveries afterwards; a death in between is no harm, since the rows are due.
    """
    tx.run(
        """
        UPDATE delivery SET state = 'due', next_ms = :now, tries = 0, repeat_ms = NULL, done_ms = NULL, error = '',
            revision = revision + 1, reopened_ms = :now
        WHERE job_id = :job AND state IN ('due', 'done') AND message_id IS NOT NULL AND platform NOT IN (:api, :live)
        """,
        job=job,
        now=now_ms,
        api=API,
        live=_LIVE,
    )
