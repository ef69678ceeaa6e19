"""Delete images and jobs: gone from every list, and from the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.admin.rights import entry_for
from pinxit.actions.look import find_image, find_job
from pinxit.actions.report import REPORTS
from pinxit.domain.errors import Code, Refused
from pinxit.queue.aftermath import drop_images
from pinxit.queue.events import DELIVERIES

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.data.deletions import Deleted
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId, JobId
    from pinxit.domain.job import Job


async def delete_image(image_id: ImageId, caller: Caller, studio: Studio) -> Job:
    """Delete one image with its record and thumbnail, and return its job as it is then.

    Raises Refused: no such image, gone already, somebody else's.
    """
    image = await find_image(image_id, caller, studio)
    entry = entry_for("image.deleted", image.person, image.guild, caller, image=image_id)
    studio.steps("delete.before_commit")
    deleted = await studio.store.deletions.image(image_id, studio.clock.now(), entry)
    return await _followed(image.job, deleted, studio)


async def delete_job(job_id: JobId, caller: Caller, studio: Studio) -> Job:
    """Delete an ended job with its images, its sources and its words, and return what is left of it.

    What it cost stays booked. Raises Refused: no such job, somebody else's, JOB_NOT_ENDED (cancel it first).
    """
    job = await find_job(job_id, caller, studio)
    entry = entry_for("job.deleted", job.person, job.guild, caller, job=job_id)
    studio.steps("delete.before_commit")
    deleted = await studio.store.deletions.job(job_id, studio.clock.now(), entry)
    return await _followed(job_id, deleted, studio)


async def _followed(job_id: JobId, deleted: Deleted, studio: Studio) -> Job:
    """Delete the files, tell whoever follows the job, and return it."""
    studio.steps("delete.after_commit")
    studio.events.wake(DELIVERIES)
    studio.events.wake(REPORTS)
    # After the commit: a death in between leaves files that no row names, which the sweep takes at the next start.
    await drop_images(deleted.images, studio.blobs)
    for path in deleted.sources:
        await studio.blobs.delete(path)
    job = await studio.store.jobs.job(job_id)
    if job is None:
        raise Refused(Code.JOB_UNKNOWN, job=job_id)
    studio.events.changed(job.guild, job.id)
    return job
