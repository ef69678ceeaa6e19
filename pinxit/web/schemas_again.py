"""What the routes of finished pictures take and answer, field by field."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pinxit.web.schemas import Answered, ImageDetails, JobAnswer, Sent


class NoBody(Sent):
    """Nothing: the address says it all. An empty object."""


class VaryBody(Sent):
    """How far the new pictures may go."""

    strength: float | None = Field(
        default=None, description="Over 0, which would keep the picture, to 1, which ignores it; absent: 0.35."
    )


class UpscaleBody(Sent):
    """How large."""

    factor: float = Field(default=2.0, description="How many times larger each side becomes, 1.1 to 4.")


class OutpaintAgainBody(Sent):
    """Where to go on; one of the two."""

    zoom: float | None = Field(default=None, description="How many times wider the view becomes, 1.1 to 4.")
    pan: Literal["left", "right", "up", "down"] | None = Field(default=None, description="To which side to go on.")


class ImagesAnswer(Answered):
    """One page of images."""

    images: list[ImageDetails]
    after: str | None = Field(description="Names the next page; null where this is the last.")


class HistoryAnswer(Answered):
    """One page of jobs, the newest first; their attempts are left out."""

    jobs: list[JobAnswer]
    before: str | None = Field(description="Names the next page; null where this is the last.")
