"""Whether a job may be reserved: the limits that bind its person, what their windows have used, and grants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pinxit.data import allowances, ledger
from pinxit.data.ledger import Booking, Kind, used_since
from pinxit.data.times import from_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.quota import (
    EVERY_MEMBER,
    LIFTS,
    Draw,
    Limit,
    Period,
    Room,
    Scope,
    Unit,
    binding,
    draws,
    member_id,
    missing,
    resets_at,
    tightest,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pinxit.domain.ports import Tx


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and in which calendar. `roles`: the person's in this guild, beyond the one that all have."""

    person: str
    guild: str
    zone: ZoneInfo
    now_ms: int
    roles: tuple[str, ...] = ()

    @property
    def ids(self) -> Mapping[Scope, str]:
        """Return whose counters and grants these are, by scope."""
        member = member_id(self.guild, self.person)
        return {Scope.PERSON: self.person, Scope.MEMBER: member, Scope.GUILD: self.guild, Scope.EVERYONE: ""}

    @property
    def day(self) -> str:
        """Return the calendar day that a reservation counts for."""
        return from_ms(self.now_ms).astimezone(self.zone).date().isoformat()


def reserve(tx: Tx, job: str, asking: Asking, amounts: Mapping[Unit, int], *, may_be_limited: bool = True) -> str:
    """Book what a job may cost, out of grants where a window is spent, and return the day that it counts for.

    `may_be_limited`: False where it is known that no limit binds whoever asks. Raises Refused (QUOTA_SPENT) and books
    nothing. Repeating it changes nothing: a job is reserved once.
    """
    limits = limits_of(tx, asking) if may_be_limited else ()
    drawn = _drawn(tx, limits, asking, amounts) if limits else {}
    day, person, guild, at_ms = asking.day, asking.person, asking.guild, asking.now_ms
    if ledger.reserve(tx, [ledger.Reservation(job, amounts, person, guild, day, at_ms)]):
        for unit, draws_of_unit in drawn.items():
            reserved = Booking(job, 0, Kind.RESERVE, unit, amounts[unit], person, guild, day, at_ms)
            allowances.draw(tx, draws_of_unit, asking.ids, reserved)
    return day


def _drawn(
    tx: Tx, limits: Sequence[Limit], asking: Asking, amounts: Mapping[Unit, int]
) -> Mapping[Unit, Sequence[Draw]]:
    """Return what grants have to pay so that every limit holds. Raises Refused (QUOTA_SPENT) if they cannot."""
    rooms = rooms_of(tx, limits, asking)
    lacking = {unit: missing([room for room in rooms if room.limit.unit is unit], amounts[unit]) for unit in amounts}
    grants = {unit: allowances.open_grants(tx, asking.ids, asking.now_ms, unit) for unit in amounts if lacking[unit]}
    rooms = [with_grants(room, grants.get(room.limit.unit, ())) for room in rooms]
    if (room := tightest(rooms, amounts)) is not None:
        raise _spent(room, amounts[room.limit.unit], asking)
    return {unit: draws(lacking[unit], map(allowances.to_grant, rows)) for unit, rows in grants.items()}


_LIMITS = """
    SELECT scope, scope_id, unit, period, amount FROM quota WHERE scope = 'person' AND scope_id = :person
    UNION ALL
    SELECT scope, scope_id, unit, period, amount FROM quota WHERE scope = 'member' AND scope_id = :member
    UNION ALL
    SELECT scope, scope_id, unit, period, amount FROM quota WHERE scope = 'role' AND scope_id = :every
    UNION ALL
    SELECT scope, scope_id, unit, period, amount FROM quota WHERE scope = 'guild' AND scope_id = :guild
    UNION ALL
    SELECT scope, scope_id, unit, period, amount FROM quota WHERE scope = 'everyone' AND scope_id = ''
"""  # With OR instead of UNION, SQLite takes three times as long.
_ROLES = "UNION ALL SELECT scope, scope_id, unit, period, amount FROM quota WHERE scope = 'role' AND scope_id IN"


def limits_of(tx: Tx, asking: Asking) -> Sequence[Limit]:
    """Return the limits that hold for this person here."""
    roles = {f"role_{number}": member_id(asking.guild, role) for number, role in enumerate(asking.roles)}
    rows = tx.all(
        f"{_LIMITS} {_ROLES} ({', '.join(f':{name}' for name in roles)})" if roles else _LIMITS,
        person=asking.person,
        member=member_id(asking.guild, asking.person),
        every=member_id(asking.guild, EVERY_MEMBER),
        guild=asking.guild,
        **roles,
    )
    return binding(map(to_limit, rows))


def to_limit(row: Mapping[str, Any]) -> Limit:
    """Read a row."""
    return Limit(Scope(row["scope"]), row["scope_id"], Unit(row["unit"]), Period(row["period"]), row["amount"])


def rooms_of(tx: Tx, limits: Sequence[Limit], asking: Asking) -> Sequence[Room]:
    """Return each limit with what its window has used, grants left aside."""
    now = from_ms(asking.now_ms)
    return [
        Room(
            limit,
            used_since(
                tx,
                limit.counted,
                asking.ids[limit.counted],
                limit.unit,
                window(limit.period, now, asking.zone)[0],
            ),
            resets_at(limit.period, now, asking.zone),
        )
        for limit in limits
    ]


def with_grants(room: Room, grants: Sequence[Mapping[str, Any]]) -> Room:
    """Return the room with what these grants (rows, all of the room's unit) can add to it."""
    granted = sum(row["remaining"] for row in grants if room.limit.counted in LIFTS[Scope(row["scope"])])
    return replace(room, granted=granted)


def _spent(room: Room, needed: int, asking: Asking) -> Refused:
    frees = needed <= room.limit.amount + room.granted  # Else nobody need wait for the next window.
    return Refused(
        Code.QUOTA_SPENT,
        scope=room.limit.scope,
        unit=room.limit.unit,
        period=room.limit.period,
        limit=room.limit.amount,
        used=room.used,
        needed=needed,
        left=room.free,
        granted=room.granted or None,
        resets_at=room.resets_at.isoformat() if room.resets_at and frees else None,
        time_zone=asking.zone.key,
    )
