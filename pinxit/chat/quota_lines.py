"""What somebody may still ask for, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.quota import Unit
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.actions.quota import Balance, BalanceLine, GrantLine


def lines_of(balance: Balance, locale: str) -> Iterator[str]:
    """Return a sentence for each limit, the tightest first, and for each grant; or that there is no limit."""
    if not balance.lines:
        yield say(locale, Phrase.SAID_NO_LIMIT, {})
    yield from (limit_said(line, locale) for line in balance.lines)
    yield from (grant_said(grant, locale) for grant in balance.grants)


def limit_said(line: BalanceLine, locale: str) -> str:
    """Return how much of a limit is used, and when it frees."""
    facts = {
        "scope": line.scope.value,
        "unit": line.unit.value,
        "period": line.period.value,
        "limit": line.limit,
        "used": line.used,
        "resets_at": None if line.resets_at is None else line.resets_at.isoformat(),
        "time_zone": line.time_zone,
    }
    return say(locale, Phrase.QUOTA_USED, facts)


def grant_said(grant: GrantLine, locale: str) -> str:
    """Return what is left of a grant, and until when."""
    expires = None if grant.expires_at is None else grant.expires_at.isoformat()
    facts = {"unit": grant.unit.value, "left": grant.left, "amount": grant.amount, "expires_at": expires}
    return say(locale, Phrase.SAID_GRANT, facts)


def left_said(balance: Balance, locale: str) -> str:
    """Return "8 of 12 left today" of the tightest limit in credits, "" where there is none."""
    line = next((line for line in balance.lines if line.unit is Unit.CREDIT), None)
    if line is None:
        return ""
    facts = {"unit": line.unit.value, "left": line.left, "limit": line.limit, "period": line.period.value}
    return say(locale, Phrase.SAID_LEFT, facts)
