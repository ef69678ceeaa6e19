"""What the routes of finished pictures take and answer, field by field."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pinxit.web.schemas import Answered, ImageDetails, JobAnswer, Sent


class NoBody(Sent):
    """Nothing: the address says it all. An empty object."""


class VaryBody(Sent):
    """How far the new pictures may go."""

    strength: float | None = Field(default=None, description="0 keeps the picture, 1 ignores it; absent: a little.")


class UpscaleBody(Sent):
    """How large."""

    factor: float = Field(default=2.0, description="How many times larger each side becomes, 1 to 4.")


class OutpaintAgainBody(Sent):
    """Where to go on; one of the two."""

    zoom: float | None = Field(default=None, description="How many times wider the view becomes, over 1 to 2.")
    pan: Literal["left", "right", "up", "down"] | None = Field(default=None, description="To which side to go on.")


class ImagesAnswer(Answered):
    """One page of images."""

    images: list[ImageDetails]
    after: str | None = Field(description="Names the next page; null where this is the last.")


class HistoryAnswer(Answered):
    """One page of jobs, the newest first; their attempts are left out."""

    jobs: list[JobAnswer]
    before: str | None = Field(description="Names the next page; null where this is the last.")
