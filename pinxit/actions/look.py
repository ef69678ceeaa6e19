"""Look up jobs and images, as far as the caller may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId, JobId
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job


async def find_job(job_id: JobId, caller: Caller, studio: Studio) -> Job:
    """Return a job that the caller may see. Raises Refused; one of another guild is as unknown as none."""
    job = await studio.store.jobs.job(job_id)
    if job is None or job.is_deleted or not _may_see_job(caller, job):
        raise Refused(Code.JOB_UNKNOWN, job=shown(job_id))
    return job


async def find_group(group: JobId, caller: Caller, studio: Studio) -> Sequence[Job]:
    """Return the jobs that were sent together, as far as the caller may see them, in the order of their ids.

    Raises Refused (JOB_UNKNOWN): there is none.
    """
    jobs = [
        job for job in await studio.store.jobs.jobs_of_group(group) if not job.is_deleted and _may_see_job(caller, job)
    ]
    if not jobs:
        raise Refused(Code.JOB_UNKNOWN, job=shown(group))
    return jobs


async def find_image(image_id: ImageId, caller: Caller, studio: Studio) -> Image:
    """Return an image that the caller may see and that is there. Raises Refused."""
    image = await studio.store.images.image(image_id)
    if image is None or not (may_see_image(caller, image) or await _decides(caller, image, studio)):
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(image_id))
    if image.is_deleted:
        raise Refused(Code.IMAGE_GONE, image=image_id)
    if not image.is_ready:  # Its job still runs, and may yet throw it away.
        raise Refused(Code.IMAGE_UNKNOWN, image=image_id)
    if not may_look(caller, image):
        raise Refused(Code.IMAGE_WITHHELD, image=image_id)
    return image


async def _decides(caller: Caller, image: Image, studio: Studio) -> bool:
    """Tell whether an image of another place waits for this caller's decision: it is withheld, or was reported."""
    if not caller.is_admin:
        return False
    return image.is_withheld or await studio.store.reports.is_open(image.id)


def may_look(caller: Caller, image: Image) -> bool:
    """Tell whether an image that the caller may see is not withheld from this caller."""
    return not image.is_withheld or _may_judge(caller, image)


def _may_judge(caller: Caller, image: Image) -> bool:
    """Tell whether a withheld picture is for the caller's eyes: an admin has to see what is to be decided."""
    if image.private or (image.verdict is not None and image.verdict.is_about_minors):
        return caller.is_admin
    return caller.may_manage(image.guild)


def may_see_image(caller: Caller, image: Image) -> bool:
    """Tell whether an image is for the caller's eyes, be it there or deleted."""
    return _may_see(caller, image.job, image.guild, image.person, is_private=image.private)


def _may_see_job(caller: Caller, job: Job) -> bool:
    return _may_see(caller, job.id, job.guild, job.person, is_private=job.private)


def _may_see(caller: Caller, job: JobId, guild: str, person: str, *, is_private: bool) -> bool:
    if caller.is_trusted:
        return True
    # One's own is seen wherever one asks from: a result that cannot be shown where it was asked for comes elsewhere.
    return person == caller.person or (not is_private and (guild == caller.guild or job in caller.sees))
