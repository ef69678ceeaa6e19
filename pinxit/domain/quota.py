"""Limits, calendar windows, and the decision whether a reservation fits and which grants pay for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Period(StrEnum):
    """How long a limit counts before it starts anew; TOTAL never does."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


class Unit(StrEnum):
    """What is counted: thousandths of a credit, or millionths of a dollar."""

    CREDIT = "credit"
    DOLLAR = "dollar"


class Scope(StrEnum):
    """Whom a limit binds: a person everywhere or (member) in one guild, who has a role there, a guild, all."""

    PERSON = "person"
    MEMBER = "member"
    ROLE = "role"
    GUILD = "guild"
    EVERYONE = "everyone"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` of `unit` per `period` for one scope. `scope_id` of a member or role: `guild/name`."""

    scope: Scope
    scope_id: str
    unit: Unit
    period: Period
    amount: int

    @property
    def counted(self) -> Scope:
        """Return whose use counts: a role's limit holds for each member alone."""
        return Scope.MEMBER if self.scope is Scope.ROLE else self.scope


EVERY_MEMBER = "everyone"  # The role that every person of a guild has.

# Whose windows a grant lifts. A person's own grant helps in every guild.
LIFTS: Mapping[Scope, tuple[Scope, ...]] = {
    Scope.PERSON: (Scope.PERSON, Scope.MEMBER),
    Scope.MEMBER: (Scope.MEMBER,),
    Scope.GUILD: (Scope.GUILD,),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What is left of extra credits or dollars. `expires_ms`: epoch milliseconds, None: never."""

    id: str
    scope: Scope
    remaining: int
    expires_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """So much of a grant is used."""

    grant: Grant
    amount: int


@dataclass(frozen=True, slots=True)
class Room:
    """A limit with what its window has used. `granted`: what grants could add."""

    limit: Limit
    used: int
    resets_at: datetime | None
    granted: int = 0

    @property
    def free(self) -> int:
        """Return what the window itself still holds; a limit that was lowered below its use holds nothing."""
        return max(0, self.limit.amount - max(0, self.used))

    @property
    def left(self) -> int:
        """Return what can still be asked for."""
        return self.free + self.granted


def member_id(guild: str, name: str) -> str:
    """Return the id of a person in a guild, or of a guild's role, as limits are kept under it."""
    return f"{guild}/{name}"


def binding(limits: Iterable[Limit]) -> list[Limit]:
    """Return the limits that hold, of all that are about one person, their roles, guild and everyone.

    Per unit and period, a member's own limit takes the place of the roles', and of those the highest holds.
    """
    held: dict[tuple[Scope, Unit, Period], Limit] = {}
    for limit in limits:
        key = (limit.counted, limit.unit, limit.period)
        other = held.get(key)
        if other is None or (limit.scope is Scope.MEMBER, limit.amount) > (other.scope is Scope.MEMBER, other.amount):
            held[key] = limit
    return list(held.values())


def tightest(rooms: Sequence[Room], amounts: Mapping[Unit, int]) -> Room | None:
    """Return the limit that refuses these amounts, or None if all of them fit.

    Of several, the one with the smallest part of what is needed; of equals the one that frees last.
    """
    spent = [room for room in rooms if amounts.get(room.limit.unit, 0) > room.left]
    never = datetime.max.replace(tzinfo=UTC)
    return min(
        spent,
        key=lambda room: (room.left / amounts[room.limit.unit], -(room.resets_at or never).timestamp()),
        default=None,
    )


def missing(rooms: Sequence[Room], needed: int) -> Mapping[Scope, int]:
    """Return what grants have to add for each counted scope so that `needed` fits. All rooms have one unit."""
    lacking: dict[Scope, int] = {}
    for room in rooms:
        if (lack := needed - room.free) > 0:
            lacking[room.limit.counted] = max(lack, lacking.get(room.limit.counted, 0))
    return lacking


def draws(lacking: Mapping[Scope, int], grants: Iterable[Grant]) -> list[Draw]:
    """Return how grants pay for what is missing, the soonest-expiring first, older ones before younger.

    A person's grant lifts the member's windows too. What no grant can pay is left out: see `tightest` first.
    """
    never = 2**63
    left = {grant: grant.remaining for grant in sorted(grants, key=lambda grant: (grant.expires_ms or never, grant.id))}
    drawn: list[Draw] = []

    def take(needed: int, *scopes: Scope) -> int:
        for grant, remaining in left.items():
            amount = min(remaining, needed) if grant.scope in scopes else 0
            if amount > 0:
                drawn.append(Draw(grant, amount))
                left[grant] -= amount
                needed -= amount
        return needed

    for_person = lacking.get(Scope.PERSON, 0)
    paid = for_person - take(for_person, Scope.PERSON)
    take(lacking.get(Scope.MEMBER, 0) - paid, Scope.MEMBER, Scope.PERSON)
    take(lacking.get(Scope.GUILD, 0), Scope.GUILD)
    return drawn


def window(period: Period, now: datetime, zone: tzinfo) -> tuple[str, str]:
    """Return the first and last calendar day ("2026-11-21") of the window of `now` in the guild's zone."""
    today = now.astimezone(zone).date()
    match period:
        case Period.DAY:
            first, last = today, today
        case Period.WEEK:
            first = today - timedelta(days=today.weekday())
            last = first + timedelta(days=6)
        case Period.MONTH:
            first = today.replace(day=1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case _:
            first, last = date(1970, 1, 1), date(9999, 12, 31)
    return first.isoformat(), last.isoformat()


def resets_at(period: Period, now: datetime, zone: tzinfo) -> datetime | None:
    """Return when the window that `now` falls into ends, or None if it never does."""
    if period is Period.TOTAL:
        return None
    last = date.fromisoformat(window(period, now, zone)[1]) + timedelta(days=1)
    midnight = datetime(last.year, last.month, last.day, tzinfo=zone)
    return midnight.astimezone(UTC).astimezone(zone)  # Where clocks skip midnight, the day begins at one.
