"""Stop a job that nobody wants any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.admin.rights import entry_for
from pinxit.actions.look import find_job

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Job


async def cancel(job_id: JobId, caller: Caller, studio: Studio) -> Job:
    """Cancel a waiting job at once, ask a running one's worker to stop, and return the job as it is then.

    Raises Refused: no such job, somebody else's, or it has ended.
    """
    job = await find_job(job_id, caller, studio)
    await studio.queue.cancel(job_id, entry_for("job.cancelled", job.person, job.guild, caller, job=job_id))
    return await find_job(job_id, caller, studio)
