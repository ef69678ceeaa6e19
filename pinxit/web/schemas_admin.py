"""What the API takes and answers about limits, the queue and bans, for admins."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations when it runs
from typing import Literal

from pydantic import Field

from pinxit.web.schemas import Answered, Sent

LimitScope = Literal["person", "member", "role", "guild", "everyone"]
UnitName = Literal["credit", "dollar"]
PeriodName = Literal["day", "week", "month", "total"]

_NAME = "Which person, role or guild; the role everyone is every member's. Empty: everyone."
_GUILD = "In which guild, for a member or a role; absent: the caller's own."


class QuotaBody(Sent):
    """A limit to be set; one of the same scope, name, unit and period is replaced."""

    scope: LimitScope = Field(description="Whom it binds; member is a person in one guild.")
    name: str = Field(default="", description=_NAME)
    guild: str | None = Field(default=None, description=_GUILD)
    unit: UnitName = Field(default="credit", description="What is counted.")
    period: PeriodName = Field(description="When it begins anew: the guild's calendar; total never does.")
    amount: float = Field(description="Credits or dollars; 0 forbids.")


class QuotaAnswer(Answered):
    """A limit. `guild` is empty for a person's and everyone's."""

    scope: str
    guild: str
    name: str
    unit: str
    period: str
    amount: float = Field(description="Credits or dollars.")
    set_by: str
    set_at: datetime


class QuotasAnswer(Answered):
    """Limits as they were set."""

    quotas: list[QuotaAnswer]


class QuotaSetAnswer(Answered):
    """A limit holds."""

    amount: float = Field(description="Credits or dollars.")
    before: float | None = Field(description="What it was; null: there was none.")


class GrantBody(Sent):
    """Extra credits or dollars, drawn when a limit's window is spent."""

    scope: Literal["person", "member", "guild"] = Field(description="Whose; a person's is good in every guild.")
    name: str = Field(description="Which person or guild.")
    guild: str | None = Field(default=None, description=_GUILD)
    unit: UnitName = Field(default="credit", description="What is given.")
    amount: float = Field(description="Credits or dollars.")
    expires_days: float | None = Field(default=None, description="After how many days the rest goes; null: never.")
    note: str = Field(default="", description="For the ledger; at most 200 characters.")


class GrantAnswer(Answered):
    """A grant was made."""

    id: str


class ResetBody(Sent):
    """Whose use is forgiven, in every window."""

    scope: Literal["person", "member", "guild", "everyone"] = Field(description="Whose.")
    name: str = Field(default="", description=_NAME)
    guild: str | None = Field(default=None, description=_GUILD)
    unit: UnitName | None = Field(default=None, description="null: both.")


class TopLineAnswer(Answered):
    """One of those who used most."""

    person: str
    name: str
    used: float = Field(description="Credits or dollars.")
    jobs: int


class TopAnswer(Answered):
    """Who used most, first the one who used most of all."""

    top: list[TopLineAnswer]


class WeightBody(Sent):
    """A guild's share."""

    weight: float = Field(description="Times the seconds of a guild of weight 1: 0.1 to 100.")


class RunningCapBody(Sent):
    """How many jobs of a guild run at once."""

    running_cap: int | None = Field(description="In each pool, 1 to 1000; null: as the settings say.")


class ShareAnswer(Answered):
    """What a guild gets of every pool."""

    guild: str
    weight: float
    running_cap: int | None = Field(description="null: as the settings say.")
    paused: bool


class PauseBody(Sent):
    """What is paused or goes on: a guild, or a pool, or, with neither, every pool."""

    guild: str | None = Field(default=None, description="A guild by its id.")
    pool: str | None = Field(default=None, description="A pool: a generator's name, or prepare.")


class ChangedAnswer(Answered):
    """Whether it was otherwise before."""

    changed: bool


class ClearBody(Sent):
    """Whose jobs are cancelled; with neither, everybody's."""

    guild: str | None = Field(default=None, description="Of one guild.")
    person: str | None = Field(default=None, description="Of one person.")
    also_running: bool = Field(default=False, description="Running ones are asked to stop as well.")


class ClearedAnswer(Answered):
    """How many jobs were cancelled, or asked to stop."""

    cleared: int


class BanBody(Sent):
    """Who may not ask any more; a ban of the same at the same place is replaced."""

    scope: Literal["person", "guild"] = Field(description="What is banned.")
    scope_id: str = Field(description="Which person or guild.")
    guild: str = Field(default="", description="Where a person is; empty: everywhere.")
    reason: str = Field(default="", description="The person is told it; at most 200 characters.")
    hours: float | None = Field(default=None, description="For how long; null: without end.")


class BanAnswer(Answered):
    """A ban."""

    scope: str
    scope_id: str
    guild: str = Field(description="Where it holds; empty: everywhere.")
    reason: str
    set_by: str
    created_at: datetime
    until_at: datetime | None = Field(description="null: without end.")


class BansAnswer(Answered):
    """The bans that hold now, the newest first."""

    bans: list[BanAnswer]
