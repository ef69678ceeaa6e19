"""The ledger and the counters beside it: reserve at submit, settle or refund at the end.

Amounts are signed so that they add up: what a person, guild or provider has used in a window is the sum of its rows.
`usage` holds the same sums by calendar day, so that a limit is checked without reading history; `verify` compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.data.times import from_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.quota import Period, Scope, Unit, resets_at, window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from pinxit.domain.ports import Tx


class Kind(StrEnum):
    """What a ledger row books."""

    RESERVE = "reserve"
    SETTLE = "settle"
    REFUND = "refund"
    GRANT = "grant"
    ADJUST = "adjust"


@dataclass(frozen=True, slots=True)
class Booking:
    """One ledger row. `day`: the calendar day of the window that was reserved in, which a refund returns to."""

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


def book(tx: Tx, booking: Booking) -> None:
    """Add a row and raise the counters. The table refuses a second row of the same job, attempt, kind and unit."""
    tx.run(
        """
        INSERT INTO ledger (id, job_id, attempt, kind, unit, amount, person_id, guild_id, provider, day, uncertain,
            note, at_ms)
        VALUES (:id, :job, :attempt, :kind, :unit, :amount, :person, :guild, :provider, :day, :uncertain, :note, :at)
        """,
        id=f"{booking.job}.{booking.attempt}.{booking.kind[:3]}.{booking.unit[:3]}",
        job=booking.job,
        attempt=booking.attempt,
        kind=booking.kind,
        unit=booking.unit,
        amount=booking.amount,
        person=booking.person,
        guild=booking.guild,
        provider=booking.provider,
        day=booking.day,
        uncertain=int(booking.uncertain),
        note=booking.note,
        at=booking.at_ms,
    )
    if not booking.amount:
        return
    scopes = [(Scope.PERSON, booking.person), (Scope.GUILD, booking.guild), (Scope.EVERYONE, "")]
    if booking.provider:
        scopes.append((Scope.PROVIDER, booking.provider))
    for scope, scope_id in scopes:
        tx.run(
            """
            INSERT INTO usage (scope, scope_id, unit, day, used) VALUES (:scope, :scope_id, :unit, :day, :amount)
            ON CONFLICT (scope, scope_id, unit, day) DO UPDATE SET used = usage.used + :amount
            """,
            scope=scope,
            scope_id=scope_id,
            unit=booking.unit,
            day=booking.day,
            amount=booking.amount,
        )


def check(tx: Tx, *, person: str, guild: str, zone: ZoneInfo, amounts: dict[Unit, int], now_ms: int) -> None:
    """Refuse what would pass the tightest limit of person, guild or everyone. Without limits it costs one search."""
    rows = tx.all(
        """
        SELECT scope, scope_id, unit, period, amount FROM quota
        WHERE (scope = 'person' AND scope_id = :person) OR (scope = 'guild' AND scope_id = :guild) OR scope = 'everyone'
        """,
        person=person,
        guild=guild,
    )
    now = from_ms(now_ms)
    tightest: tuple[int, Refused] | None = None
    for row in rows:
        unit, period = Unit(row["unit"]), Period(row["period"])
        first, last = window(period, now, zone)
        used = _used(tx, row["scope"], row["scope_id"], unit, first, last)
        left = row["amount"] - used
        if amounts.get(unit, 0) > left and (tightest is None or left < tightest[0]):
            resets = resets_at(period, now, zone)
            refused = Refused(
                Code.QUOTA_SPENT,
                scope=row["scope"],
                unit=unit,
                period=period,
                limit=row["amount"],
                used=used,
                needed=amounts[unit],
                resets_at=resets.isoformat() if resets else None,
                time_zone=zone.key,
            )
            tightest = left, refused
    if tightest is not None:
        raise tightest[1]


def _used(tx: Tx, scope: str, scope_id: str, unit: Unit, first: str, last: str) -> int:
    row = tx.one(
        """
        SELECT CAST(COALESCE(SUM(used), 0) AS BIGINT) AS used FROM usage
        WHERE scope = :scope AND scope_id = :scope_id AND unit = :unit AND day BETWEEN :first AND :last
        """,
        scope=scope,
        scope_id=scope_id,
        unit=unit,
        first=first,
        last=last,
    )
    return int(row["used"]) if row else 0


def differences(tx: Tx) -> Sequence[str]:
    """Return every counter that is not the sum of its rows, as `scope id unit day: counter ≠ sum`; none is right."""
    wrong = []
    for scope, column in (("person", "person_id"), ("guild", "guild_id"), ("everyone", "''"), ("provider", "provider")):
        where = "WHERE provider <> ''" if scope == "provider" else ""
        sums = {
            (row["scope_id"], row["unit"], row["day"]): int(row["amount"])
            for row in tx.all(
                f"SELECT {column} AS scope_id, unit, day, CAST(SUM(amount) AS BIGINT) AS amount "  # noqa: S608 - literals
                f"FROM ledger {where} GROUP BY 1, 2, 3"
            )
        }
        counters = {
            (row["scope_id"], row["unit"], row["day"]): int(row["used"])
            for row in tx.all("SELECT scope_id, unit, day, used FROM usage WHERE scope = :scope", scope=scope)
        }
        wrong += [
            f"{scope} {' '.join(key)}: {counters.get(key, 0)} ≠ {sums.get(key, 0)}"
            for key in sorted({*sums, *counters})
            if sums.get(key, 0) != counters.get(key, 0)
        ]
    return wrong
