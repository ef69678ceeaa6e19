"""What the forms of the admin pages send: texts, as they were typed. "" says nothing."""

from __future__ import annotations

from pinxit.web.schemas import Answered, Sent


class QuotaForm(Sent):
    """A limit. `amount`: "12" or "1.5"; "" takes the limit away. `guild`: of a member or a role."""

    scope: str
    name: str = ""
    guild: str = ""
    amount: str = ""
    unit: str = "credit"
    period: str = "day"


class GrantForm(Sent):
    """Extra credits or dollars."""

    scope: str
    name: str = ""
    guild: str = ""
    amount: str
    unit: str = "credit"
    days: str = ""
    note: str = ""


class ResetForm(Sent):
    """Whose usage is forgiven."""

    scope: str
    name: str = ""
    guild: str = ""


class BanForm(Sent):
    """Whom to ban, and for how long. `guild`: where a person is; "": everywhere."""

    scope: str
    scope_id: str
    guild: str = ""
    hours: str = ""
    reason: str = ""


class LiftForm(Sent):
    """The ban that ends."""

    scope: str
    scope_id: str
    guild: str = ""


class VerdictForm(Sent):
    """What becomes of a reported picture."""

    verdict: str
    hours: str = ""


class ShareForm(Sent):
    """A guild's share of the queue."""

    weight: str = ""
    running_cap: str = ""


class PauseForm(Sent):
    """`act`: pause or resume. `pool`: "" is every pool, or the guild that the address names."""

    act: str
    pool: str = ""


class ClearForm(Sent):
    """Which jobs are cancelled. `also_running`: "on" for those that run as well."""

    also_running: str = ""


class StyleForm(Sent):
    """A guild's own style. `aspect`: "3:2"."""

    name: str
    suffix: str = ""
    negative: str = ""
    aspect: str = ""
    about: str = ""


class StyleNameForm(Sent):
    """The style that is removed."""

    name: str


class NothingForm(Sent):
    """Nothing but the wish."""


class SaidOut(Answered):
    """What came of it, in words. `lines`: more, where there is more to say."""

    said: str
    lines: list[str]
