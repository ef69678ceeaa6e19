"""Look up jobs and images, as far as the caller may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId, JobId
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job


async def find_job(job_id: JobId, caller: Caller, studio: Studio) -> Job:
    """Return a job that the caller may see. Raises Refused; one of another guild is as unknown as none."""
    job = await studio.store.jobs.job(job_id)
    if job is None or job.is_deleted or not _may_see(caller, job.guild, job.person, is_private=job.private):
        raise Refused(Code.JOB_UNKNOWN, job=shown(job_id))
    return job


async def find_image(image_id: ImageId, caller: Caller, studio: Studio) -> Image:
    """Return an image that the caller may see and that is there. Raises Refused."""
    image = await studio.store.images.image(image_id)
    if image is None or not may_see_image(caller, image):
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(image_id))
    if image.is_deleted:
        raise Refused(Code.IMAGE_GONE, image=image_id)
    if not image.is_ready:  # Its job still runs, and may yet throw it away.
        raise Refused(Code.IMAGE_UNKNOWN, image=image_id)
    return image


def may_see_image(caller: Caller, image: Image) -> bool:
    """Tell whether an image is for the caller's eyes, be it there or deleted."""
    return _may_see(caller, image.guild, image.person, is_private=image.private)


def _may_see(caller: Caller, guild: str, person: str, *, is_private: bool) -> bool:
    if caller.is_trusted:
        return True
    return person == caller.person if is_private else guild == caller.guild
