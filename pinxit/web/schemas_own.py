"""What the API takes and answers about the caller's own things: quota, styles, reports, personal data."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations when it runs

from pydantic import Field

from pinxit.web.inspecting import ReadingAnswer  # noqa: TC001 - as above
from pinxit.web.schemas import Answered, JobAnswer, Sent


class LimitAnswer(Answered):
    """A limit that binds the caller, and what its window has used."""

    scope: str = Field(description="Whom it binds: person, member (a person in one guild), role, guild, everyone.")
    name: str = Field(description="Which person, role or guild; empty: everyone.")
    unit: str = Field(description="What the amounts are: credit or dollar.")
    period: str = Field(description="day, week, month or total.")
    limit: float
    used: float
    left: float = Field(description="What the window still holds; grants come on top of it.")
    resets_at: datetime | None = Field(description="When the window begins anew; null: never.")
    time_zone: str = Field(description="Whose midnight that is.")


class GrantLeftAnswer(Answered):
    """Extra credits or dollars that the caller can still use."""

    scope: str
    unit: str
    amount: float
    left: float
    expires_at: datetime | None = Field(description="null: never.")


class BalanceAnswer(Answered):
    """What the caller may still ask for, the tightest limit first."""

    limits: list[LimitAnswer] = Field(description="Empty: nothing is limited.")
    grants: list[GrantLeftAnswer]
    credits_left: float | None = Field(description="By the tightest limit, grants included; null: no limit.")
    used_today: float = Field(description="Credits that the caller used in this guild.")


class StyleAnswer(Answered):
    """A style that can be named."""

    name: str
    about: str
    suffix: str = Field(description="What it adds to the prompt.")
    negative_prompt: str = Field(description="What it adds to the negative prompt.")
    aspect: str | None = Field(description="Width to height, where nobody says.")
    steps: int | None
    guidance_scale: float | None
    preview_url: str = Field(description="A small picture of it.")


class StylesAnswer(Answered):
    """The guild's own styles, and those that everybody has."""

    styles: list[StyleAnswer]


class DescribeBody(Sent):
    """A picture to be put into words."""

    image: str = Field(description="The file as base64 or as a data URI, or the id of one of our images.")


class DescriptionAnswer(Answered):
    """A picture in words."""

    prompt: str
    negative_prompt: str
    by: str = Field(description="metadata: the file says it itself; model: a model looked at it.")
    reading: ReadingAnswer | None = Field(description="All that the file says, where it says something.")


class ReportBody(Sent):
    """What is wrong with a picture."""

    reason: str = Field(default="", description="For those who decide; at most 500 characters.")


class ReportedAnswer(Answered):
    """A report is noted."""

    id: str


class DeletedAnswer(Answered):
    """How much was deleted."""

    jobs: int
    images: int
    cancelled: int = Field(description="Of the jobs, those that still waited.")


class GroupAnswer(Answered):
    """Jobs that were sent together, as far as the caller may see them."""

    group_id: str
    jobs: list[JobAnswer]
    ended: int = Field(description="How many of them have ended.")
    credits: float = Field(description="What was reserved for all of them.")
