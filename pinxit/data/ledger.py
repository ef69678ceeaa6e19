"""The ledger and the counters beside it: reserve at submit, settle or refund at the end.

Amounts are signed so that they add up: what a person, guild or provider has used in a window is the sum of its rows.
`usage` holds the same sums by calendar day, so that a limit is checked without reading history; `differences` compares
them. What a grant pays for is used as well, and counted once more as drawn, which the window gets back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pinxit.data.inserting import insert_rows
from pinxit.domain.quota import LIFTS, Scope, Unit, member_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Tx


class Kind(StrEnum):
    """What a ledger row books. Only the first three are about what was used, for every scope at once."""

    RESERVE = "reserve"
    SETTLE = "settle"
    REFUND = "refund"
    GRANT = "grant"
    DRAW = "draw"
    RETURN = "return"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True)
class Booking:
    """One ledger row. `day`: the calendar day of the window that was reserved in, which a refund returns to.

    `attempt`: of a job's calls; 0 is the job as a whole. Draws and returns of a job and adjustments are numbered.
    `scope`, `scope_id`: whose grant it is, or whose counter alone an adjustment changes.
    """

    job: str
    attempt: int
    kind: Kind
    unit: Unit
    amount: int
    person: str
    guild: str
    day: str
    at_ms: int
    provider: str = ""
    uncertain: bool = False
    note: str = ""
    scope: Scope | None = None
    scope_id: str = ""
    grant: str = ""
    expires_ms: int | None = None


def book(tx: Tx, booking: Booking) -> bool:
    """Add a row and move the counters; do nothing and return False if job, attempt, kind and unit are there already."""
    added = tx.run(
        """
        INSERT INTO ledger (id, job_id, attempt, kind, unit, amount, person_id, guild_id, provider, day, expires_ms,
            uncertain, note, at_ms, scope, scope_id, grant_id)
        VALUES (:id, :job, :attempt, :kind, :unit, :amount, :person, :guild, :provider, :day, :expires, :uncertain,
            :note, :at, :scope, :scope_id, :grant)
        ON CONFLICT DO NOTHING
        """,
        id=_id(booking.job, booking.attempt, booking.kind, booking.unit),
        job=booking.job,
        attempt=booking.attempt,
        kind=booking.kind,
        unit=booking.unit,
        amount=booking.amount,
        person=booking.person,
        guild=booking.guild,
        provider=booking.provider,
        day=booking.day,
        expires=booking.expires_ms,
        uncertain=int(booking.uncertain),
        note=booking.note,
        at=booking.at_ms,
        scope=booking.scope or "",
        scope_id=booking.scope_id,
        grant=booking.grant,
    )
    if added and booking.amount and booking.kind is not Kind.GRANT:
        _count(tx, booking)
    return bool(added)


def _id(job: str, attempt: int, kind: Kind, unit: Unit) -> str:
    return f"{job}.{attempt}.{kind[:3]}.{unit[:3]}"


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a job may cost. Credits have a row even if they are none: they tell that a job is reserved."""

    job: str
    amounts: Mapping[Unit, int]
    person: str
    guild: str
    day: str
    at_ms: int


_Counter = tuple[str, str, str, str]  # Scope, its id, unit, day.
_RESERVED = ("id", "job_id", "attempt", "kind", "unit", "amount", "person_id", "guild_id", "day", "at_ms")


def reserve(tx: Tx, reservations: Sequence[Reservation]) -> bool:
    """Book what jobs may cost, all of them together; do nothing and return False if one of them is booked already."""
    rows, used = [], dict[_Counter, int]()
    for each in reservations:
        for unit in _UNITS:
            amount = each.amounts.get(unit, 0)
            if amount or unit is Unit.CREDIT:
                name = _id(each.job, 0, Kind.RESERVE, unit)
                about = (each.person, each.guild, each.day, each.at_ms)
                rows.append((name, each.job, 0, Kind.RESERVE, unit, amount, *about))
            if amount:
                _add(used, each.person, each.guild, unit, each.day, amount)
    added = insert_rows(tx, "ledger", _RESERVED, rows, "ON CONFLICT DO NOTHING")
    if added == len(rows):
        _move(tx, used)
        return True
    if added and len(reservations) > 1:
        raise LookupError("some of these jobs are reserved already, and some are not")
    if added:  # It was reserved without dollars.
        tx.run("DELETE FROM ledger WHERE id = :id", id=_id(reservations[0].job, 0, Kind.RESERVE, Unit.DOLLAR))
    return False


_UNITS = tuple(Unit)


def _add(used: dict[_Counter, int], person: str, guild: str, unit: Unit, day: str, amount: int) -> None:
    """Count an amount for everybody whom it is about."""
    for scope, scope_id in (
        ("person", person),
        ("member", member_id(guild, person)),
        ("guild", guild),
        ("everyone", ""),
    ):
        key = (scope, scope_id, unit, day)
        used[key] = used.get(key, 0) + amount


def _move(tx: Tx, used: Mapping[_Counter, int]) -> None:
    if used:
        insert_rows(
            tx,
            "usage",
            ("scope", "scope_id", "unit", "day", "used"),
            [(*counter, amount) for counter, amount in used.items()],
            "ON CONFLICT (scope, scope_id, unit, day) DO UPDATE SET used = usage.used + excluded.used",
        )


def _count(tx: Tx, booking: Booking) -> None:
    """Move the counters of everybody whom a row is about, in one statement."""
    if booking.scope is None and not booking.provider:
        used: dict[_Counter, int] = {}
        _add(used, booking.person, booking.guild, booking.unit, booking.day, booking.amount)
        _move(tx, used)
        return
    counted = _counted(booking)
    names = {f"scope_{number}": str(scope) for number, (scope, _) in enumerate(counted)}
    names |= {f"id_{number}": scope_id for number, (_, scope_id) in enumerate(counted)}
    rows = ", ".join(f"(:scope_{number}, :id_{number}, :unit, :day, :used, :drawn)" for number in range(len(counted)))
    drawn = booking.amount if booking.kind in (Kind.DRAW, Kind.RETURN) else 0
    tx.run(
        # S608: only names of parameters are put in.
        f"""
        INSERT INTO usage (scope, scope_id, unit, day, used, drawn) VALUES {rows}
        ON CONFLICT (scope, scope_id, unit, day)
        DO UPDATE SET used = usage.used + :used, drawn = usage.drawn + :drawn
        """,  # noqa: S608
        unit=booking.unit,
        day=booking.day,
        used=booking.amount - drawn,
        drawn=drawn,
        **names,
    )


def _counted(booking: Booking) -> Sequence[tuple[Scope, str]]:
    """Return whose counters a row moves."""
    ids = {
        Scope.PERSON: booking.person,
        Scope.MEMBER: member_id(booking.guild, booking.person),
        Scope.GUILD: booking.guild,
        Scope.EVERYONE: "",
    }
    if booking.scope is None:
        provider = [(Scope.PROVIDER, booking.provider)] if booking.provider else []
        return [*ids.items(), *provider]
    if booking.kind is Kind.ADJUST:
        return [(booking.scope, booking.scope_id)]
    return [(scope, ids[scope]) for scope in LIFTS[booking.scope]]


def used_since(tx: Tx, scope: Scope, scope_id: str, unit: Unit, first: str) -> int:
    """Return what a window has used, beyond what grants paid for. `first`: its first day.

    Later days than today count too: somebody was there whose guild was in another time zone, or moved to another one.
    """
    row = tx.one(
        """
        SELECT CAST(COALESCE(SUM(used - drawn), 0) AS BIGINT) AS used FROM usage
        WHERE scope = :scope AND scope_id = :scope_id AND unit = :unit AND day >= :first
        """,
        scope=scope,
        scope_id=scope_id,
        unit=unit,
        first=first,
    )
    return int(row["used"]) if row else 0


def used_on(tx: Tx, scope: Scope, scope_id: str, unit: Unit, day: str) -> int:
    """Return what was used on one day, also what grants paid for."""
    row = tx.one(
        "SELECT used FROM usage WHERE scope = :scope AND scope_id = :scope_id AND unit = :unit AND day = :day",
        scope=scope,
        scope_id=scope_id,
        unit=unit,
        day=day,
    )
    return int(row["used"]) if row else 0


# Whose counter a row belongs to, as SQL; a row that is about nobody of that scope adds nothing to the empty id.
_ID: Mapping[Scope, str] = {
    Scope.PERSON: "person_id",
    Scope.MEMBER: "guild_id || '/' || person_id",
    Scope.GUILD: "guild_id",
    Scope.EVERYONE: "''",
    Scope.PROVIDER: "provider",
}


def differences(tx: Tx) -> Sequence[str]:
    """Return a sentence for every counter and every grant that is not the sum of its rows; none is right."""
    wrong = [sentence for scope in _ID for sentence in _counters(tx, scope)]
    for row in tx.all(
        """
        SELECT a.id, a.amount, a.remaining, CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) AS drawn,
            (SELECT CAST(COALESCE(SUM(g.amount), 0) AS BIGINT) FROM ledger g
                WHERE g.job_id = a.id AND g.kind = 'grant' AND g.unit = a.unit) AS granted
        FROM allowance a LEFT JOIN ledger l ON l.grant_id = a.id AND l.kind IN ('draw', 'return')
        GROUP BY a.id, a.unit, a.amount, a.remaining ORDER BY a.id
        """
    ):
        if row["granted"] != row["amount"]:
            wrong.append(f"grant {row['id']}: {row['amount']} ≠ {row['granted']} granted")
        if row["remaining"] != row["amount"] - row["drawn"]:
            wrong.append(f"grant {row['id']}: {row['remaining']} left ≠ {row['amount']} - {row['drawn']}")
        if not 0 <= row["remaining"] <= row["amount"]:
            wrong.append(f"grant {row['id']}: {row['remaining']} left of {row['amount']}")
    return wrong


def _counters(tx: Tx, scope: Scope) -> list[str]:
    lifting = [str(grant) for grant, lifted in LIFTS.items() if scope in lifted]
    names = {f"lift_{number}": name for number, name in enumerate(lifting or [""])}
    sums = tx.all(
        # S608: the names of columns are literals of this file.
        f"""
        SELECT {_ID[scope]} AS scope_id, unit, day,
            CAST(SUM(CASE WHEN kind IN ('reserve', 'settle', 'refund') OR (kind = 'adjust' AND scope = :scope)
                THEN amount ELSE 0 END) AS BIGINT) AS used,
            CAST(SUM(CASE WHEN kind IN ('draw', 'return') AND scope IN ({", ".join(f":{name}" for name in names)})
                THEN amount ELSE 0 END) AS BIGINT) AS drawn
        FROM ledger {"WHERE provider <> ''" if scope is Scope.PROVIDER else ""} GROUP BY 1, 2, 3
        """,  # noqa: S608
        scope=scope,
        **names,
    )
    booked = {_key(row): (int(row["used"]), int(row["drawn"])) for row in sums}
    rows = tx.all("SELECT scope_id, unit, day, used, drawn FROM usage WHERE scope = :scope", scope=scope)
    counters = {_key(row): (int(row["used"]), int(row["drawn"])) for row in rows}
    wrong = []
    for key in sorted({*booked, *counters}):
        (used, drawn), (real, real_drawn) = counters.get(key, (0, 0)), booked.get(key, (0, 0))
        if used != real:
            wrong.append(f"{scope} {' '.join(key)}: {used} ≠ {real}")
        if drawn != real_drawn:
            wrong.append(f"{scope} {' '.join(key)}: {drawn} drawn ≠ {real_drawn}")
    return wrong


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["scope_id"], row["unit"], row["day"]
