"""What the API takes and answers about a guild's settings, reports and books, for admins."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations when it runs
from typing import Any, Literal

from pydantic import BaseModel, Field

from pinxit.web.schemas import Answered, ImageDetails, Sent


class GuildFields(BaseModel):
    """What a guild's admins decide; null: nothing."""

    name: str | None = Field(default=None, description="What the guild is called.")
    locale: str | None = Field(default=None, description="The language that Pinxit speaks here: en, de.")
    time_zone: str | None = Field(default=None, description="Whose midnight begins a day of quotas: Europe/Berlin.")
    generator: str | None = Field(default=None, description="The generator where nobody names one.")
    model: str | None = Field(default=None, description="The model where nobody names one.")
    models: list[str] | None = Field(default=None, description="The only models and generators that may be used.")
    negative_prompt: str | None = Field(default=None, description="What no picture shows where nobody says.")
    style: str | None = Field(default=None, description="The style where nobody names one.")
    count: int | None = Field(default=None, description="How many images where nobody says.")
    steps: int | None = Field(default=None, description="How many steps where nobody says.")
    aspect: str | None = Field(default=None, description="Width to height where nobody says.", examples=["3:2"])
    max_side_px: int | None = Field(default=None, description="The longest side of an image, in pixels.")
    max_steps: int | None = Field(default=None, description="The most steps of a request.")
    max_count: int | None = Field(default=None, description="The most images of a request.")
    enhance: str | None = Field(default=None, description="Who may rewrite prompts where nobody says: off, rules, llm.")
    failover: bool | None = Field(default=None, description="Whether another generator steps in for one that fails.")
    nsfw: str | None = Field(default=None, description="What becomes of flagged images: post, spoiler, withhold.")
    reports_channel: str | None = Field(default=None, description="The channel that reports are shown in.")
    retention_days: int | None = Field(default=None, description="After how many days images and prompts go.")
    person_cooldown_s: float | None = Field(default=None, description="Seconds between two requests of a person.")
    guild_cooldown_s: float | None = Field(default=None, description="Seconds between two requests of anybody.")
    blocked_words: list[str] | None = Field(default=None, description="Words and phrases that no prompt may hold.")
    blocked_patterns: list[str] | None = Field(
        default=None, description="Regular expressions that no prompt may match."
    )
    allowed_words: list[str] | None = Field(default=None, description="Words that are never blocked.")


class GuildBody(GuildFields, Sent):
    """What is to change: a field that is absent stays, null takes it back."""


class GuildValues(GuildFields, Answered):
    """What a guild's admins decided; null: nothing."""


class OwnStyleAnswer(Answered):
    """A style of the guild's own."""

    name: str
    about: str
    suffix: str
    negative_prompt: str
    aspect: str | None
    steps: int | None
    guidance_scale: float | None


class GuildAnswer(Answered):
    """A guild."""

    id: str
    settings: GuildValues
    styles: list[OwnStyleAnswer] = Field(description="Its own styles.")
    weight: float = Field(description="Its share of the queue.")
    running_cap: int | None = Field(
        description="How many of its jobs run at once in a pool; null: as the settings say."
    )
    paused: bool


class StyleBody(Sent):
    """A style of a guild; one of its own of that name is replaced."""

    suffix: str = Field(default="", description="What it adds to the prompt; at most 500 characters.")
    negative_prompt: str = Field(default="", description="What it adds to the negative prompt.")
    aspect: str | None = Field(default=None, description="Width to height where nobody says.", examples=["3:2"])
    steps: int | None = Field(default=None, description="Steps where nobody says.")
    guidance_scale: float | None = Field(default=None, description="Guidance where nobody says.")
    about: str = Field(default="", description="For the list of styles; at most 200 characters.")


class ReportAnswer(Answered):
    """A picture that was reported, with all that is to be known to decide."""

    id: str = Field(description="To handle it is to handle all reports of the picture.")
    guild: str
    image: ImageDetails
    prompt: str = Field(description="What was asked for; the image's own prompt is what was painted.")
    verdict: list[str] | None = Field(description="What a filter found in it, by category; null: no filter looked.")
    hidden: bool = Field(description="An admin hid it before, or it is of a kind that nobody is shown.")
    person: str = Field(description="Who asked for it.")
    reasons: list[str]
    reporters: list[str]
    count: int = Field(description="How many persons reported it.")
    created_at: datetime


class ReportsAnswer(Answered):
    """Open reports, the oldest first."""

    reports: list[ReportAnswer]


class HandleBody(Sent):
    """What becomes of a reported picture."""

    verdict: Literal["dismiss", "hide", "delete", "ban"] = Field(
        description="Leave it, hide it, delete it, or hide it and ban who asked for it."
    )
    hours: float | None = Field(default=None, description="How long the ban holds; null: without end.")


class AuditAnswer(Answered):
    """One row of the audit."""

    id: str
    at: datetime
    actor: str = Field(description="Who did it.")
    act: str = Field(description="What was done, as guild.set; prompt.blocked is a refused prompt.")
    guild: str = Field(description="Empty: the whole installation.")
    subject: str = Field(description="To whom or what.")
    details: dict[str, Any] = Field(description="Numbers and names, never a prompt.")


class AuditsAnswer(Answered):
    """A page of the audit, the newest first."""

    rows: list[AuditAnswer]
    before: str | None = Field(description="Names the next page; null where this is the last.")


class VerifiedAnswer(Answered):
    """Whether every balance is the sum of the ledger's rows."""

    is_right: bool
    differences: list[str] = Field(description="A sentence for each that is not, at most 1,000 of them.")
    difference_count: int = Field(description="How many are not.")
    rows: int = Field(description="How many rows the ledger has.")
    counters: int = Field(description="How many counters were recomputed from them.")
    grants: int = Field(description="How many grants were.")
