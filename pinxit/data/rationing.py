"""What admins do to limits and counters: set, list, forgive, rank."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pinxit.data.ledger import Booking, Kind, book
from pinxit.data.many import rows_among
from pinxit.data.times import from_ms
from pinxit.domain.quota import LIFTS, Limit, Period, Scope, Unit, window

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Tx

LONG_AGO = "1970-01-01"  # The day of adjustments that only a limit in all can see.

# Whose open jobs count for a scope; SQL about job j. Nothing is put behind the ids but that no index of all the jobs
# there ever were is used for them.
_WHOSE: Mapping[Scope, str] = {
    Scope.PERSON: "j.person_id || '' = :person",
    Scope.MEMBER: "j.person_id || '' = :person AND j.guild_id || '' = :guild",
    Scope.GUILD: "j.guild_id || '' = :guild",
    Scope.EVERYONE: "1 = 1",
}


def zone_of(tx: Tx, guild: str) -> ZoneInfo:
    """Return the guild's time zone; UTC for one that was never here."""
    row = tx.one("SELECT time_zone FROM guild WHERE id = :id", id=guild)
    return ZoneInfo(row["time_zone"] if row else "UTC")


def set_limit(tx: Tx, limit: Limit, amount: int | None, set_by: str, now_ms: int) -> int | None:
    """Set a limit to `amount`, or take it away (None), and return what it was before (None: none)."""
    key = {"scope": limit.scope, "scope_id": limit.scope_id, "unit": limit.unit, "period": limit.period}
    where = "scope = :scope AND scope_id = :scope_id AND unit = :unit AND period = :period"
    before = tx.one(f"SELECT amount FROM quota WHERE {where}", **key)  # noqa: S608 - the literal above
    if amount is None:
        tx.run(f"DELETE FROM quota WHERE {where}", **key)  # noqa: S608 - the same
    else:
        tx.run(
            """
            INSERT INTO quota (scope, scope_id, unit, period, amount, set_by, set_ms)
            VALUES (:scope, :scope_id, :unit, :period, :amount, :set_by, :now)
            ON CONFLICT (scope, scope_id, unit, period) DO UPDATE
            SET amount = :amount, set_by = :set_by, set_ms = :now
            """,
            amount=amount,
            set_by=set_by,
            now=now_ms,
            **key,
        )
    return None if before is None else int(before["amount"])


def limit_rows(tx: Tx, guild: str | None) -> Sequence[Mapping[str, Any]]:
    """Return every limit, or those of one guild: its own, its roles' and its members'."""
    prefix = None if guild is None else f"{guild}/"
    return tx.all(
        """
        SELECT scope, scope_id, unit, period, amount, set_by, set_ms FROM quota
        WHERE CAST(:guild AS TEXT) IS NULL OR (scope = 'guild' AND scope_id = :guild)
            OR (scope IN ('member', 'role') AND substr(scope_id, 1, :chars) = :prefix)
        ORDER BY scope, scope_id, unit, period
        """,
        guild=guild,
        prefix=prefix,
        chars=len(prefix or ""),
    )


def forgive(tx: Tx, scope: Scope, scope_id: str, unit: Unit, booking: Booking) -> int:
    """Bring what a scope has used to nothing, in every window, and return how much that was.

    What open jobs have reserved stays reserved. `booking`: the first adjustment, whose day and amount are set here.
    """
    waiting = _open(tx, scope, booking.person, booking.guild, unit)
    # Where it is earliest on Earth: days before that are in no window but that of all time.
    earliest = from_ms(booking.at_ms) - timedelta(days=1)
    since = min(window(period, earliest, UTC)[0] for period in (Period.WEEK, Period.MONTH))
    spent: dict[str, int] = {}
    for row in tx.all(
        "SELECT day, used - drawn AS net FROM usage WHERE scope = :scope AND scope_id = :scope_id AND unit = :unit",
        scope=scope,
        scope_id=scope_id,
        unit=unit,
    ):
        day = row["day"] if row["day"] >= since else LONG_AGO
        spent[day] = spent.get(day, 0) + row["net"] - waiting.get(row["day"], 0)
    for number, (day, amount) in enumerate(sorted(item for item in spent.items() if item[1])):
        adjust(tx, booking, number, scope, scope_id, unit, day, -amount)
    return sum(spent.values())


def adjust(
    tx: Tx, booking: Booking, number: int, scope: Scope, scope_id: str, unit: Unit, day: str, amount: int
) -> None:
    """Change one counter alone, with its row in the ledger. `number`: among the adjustments of `booking.job`."""
    row = Booking(
        job=booking.job,
        attempt=number,
        kind=Kind.ADJUST,
        unit=unit,
        amount=amount,
        person=booking.person,
        guild=booking.guild,
        day=day,
        at_ms=booking.at_ms,
        note=booking.note,
        scope=scope,
        scope_id=scope_id,
    )
    book(tx, row)


def _open(tx: Tx, scope: Scope, person: str, guild: str, unit: Unit) -> Mapping[str, int]:
    """Return what jobs that have not ended count for a scope, by day. Each state of them has an index of its own."""
    names = {"person": person} if ":person" in _WHOSE[scope] else {}
    names |= {"guild": guild} if ":guild" in _WHOSE[scope] else {}
    rows = tx.all(
        # S608: a literal of this file.
        f"""
        SELECT l.day, l.kind, l.scope, CAST(SUM(l.amount) AS BIGINT) AS amount
        FROM (
            SELECT id, person_id, guild_id FROM job WHERE state = 'queued'
            UNION ALL SELECT id, person_id, guild_id FROM job WHERE state = 'running'
            UNION ALL SELECT id, person_id, guild_id FROM job WHERE state = 'waiting'
        ) AS j JOIN ledger l ON l.job_id = j.id
        WHERE {_WHOSE[scope]} AND l.unit = :unit GROUP BY l.day, l.kind, l.scope
        """,  # noqa: S608
        unit=unit,
        **names,
    )
    days: dict[str, int] = {}
    for row in rows:
        if row["kind"] in (Kind.DRAW, Kind.RETURN):
            amount = -row["amount"] if scope in LIFTS[Scope(row["scope"])] else 0
        else:
            amount = row["amount"]
        days[row["day"]] = days.get(row["day"], 0) + amount
    return days


def ranking(tx: Tx, guild: str | None, unit: Unit, first: str, most: int) -> Sequence[tuple[str, int, int]]:
    """Return who used most since a day, of a guild or of all: the person, how much, and in how many jobs."""
    prefix = "" if guild is None else f"{guild}/"
    rows = tx.all(
        """
        SELECT scope_id, CAST(SUM(used) AS BIGINT) AS total FROM usage
        WHERE scope = :scope AND unit = :unit AND day >= :first AND substr(scope_id, 1, :chars) = :prefix
        GROUP BY scope_id HAVING SUM(used) > 0 ORDER BY 2 DESC, 1 LIMIT :most
        """,
        scope=Scope.PERSON if guild is None else Scope.MEMBER,
        unit=unit,
        first=first,
        prefix=prefix,
        chars=len(prefix),
        most=most,
    )
    totals = {row["scope_id"].removeprefix(prefix): int(row["total"]) for row in rows}
    counted = rows_among(
        tx,
        """
        SELECT person_id, COUNT(*) AS jobs FROM ledger
        WHERE kind = 'reserve' AND unit = 'credit' AND day >= :first AND person_id IN (:values)
            AND (CAST(:guild AS TEXT) IS NULL OR guild_id = :guild)
        GROUP BY person_id
        """,
        totals,
        first=first,
        guild=guild,
    )
    jobs = {row["person_id"]: row["jobs"] for row in counted}
    return [(person, total, jobs.get(person, 0)) for person, total in totals.items()]
