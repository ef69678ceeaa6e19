"""Ids as they stand in an address or a body; what can be none is as unknown as one that is not there."""

from __future__ import annotations

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import ImageId, JobId, is_id


def to_job_id(text: str) -> JobId:
    """Return the text as a job's id. Raises Refused: JOB_UNKNOWN."""
    if not is_id(text):
        raise Refused(Code.JOB_UNKNOWN, job=shown(text))
    return JobId(text)


def to_image_id(text: str) -> ImageId:
    """Return the text as an image's id. Raises Refused: IMAGE_UNKNOWN."""
    if not is_id(text):
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(text))
    return ImageId(text)
