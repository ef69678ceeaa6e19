"""Grants: extra credits and dollars, drawn when a window is spent and given back before the window is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pinxit.data.ledger import Booking, Kind, book
from pinxit.domain.quota import Draw, Grant, Scope, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinxit.domain.ports import Tx

_ENDLESS_MS = 2**62

_OPEN = """
    SELECT * FROM allowance WHERE scope = 'person' AND scope_id = :person AND remaining > 0
        AND COALESCE(expires_ms, :endless) > :now AND (CAST(:unit AS TEXT) IS NULL OR unit = :unit)
    UNION ALL
    SELECT * FROM allowance WHERE scope = 'member' AND scope_id = :member AND remaining > 0
        AND COALESCE(expires_ms, :endless) > :now AND (CAST(:unit AS TEXT) IS NULL OR unit = :unit)
    UNION ALL
    SELECT * FROM allowance WHERE scope = 'guild' AND scope_id = :guild AND remaining > 0
        AND COALESCE(expires_ms, :endless) > :now AND (CAST(:unit AS TEXT) IS NULL OR unit = :unit)
"""  # With OR and an order, SQLite reads everybody's open grants.


@dataclass(frozen=True, slots=True)
class NewGrant:
    """Extra credits (thousandths) or dollars (millionths). `scope_id` of a member: `guild/person`."""

    id: str
    scope: Scope
    scope_id: str
    unit: Unit
    amount: int
    expires_ms: int | None
    note: str
    set_by: str


def grant(tx: Tx, new: NewGrant, now_ms: int) -> None:
    """Make a grant, with its row in the ledger."""
    tx.run(
        """
        INSERT INTO allowance (id, scope, scope_id, unit, amount, remaining, expires_ms, note, set_by, at_ms)
        VALUES (:id, :scope, :scope_id, :unit, :amount, :amount, :expires, :note, :set_by, :now)
        """,
        id=new.id,
        scope=new.scope,
        scope_id=new.scope_id,
        unit=new.unit,
        amount=new.amount,
        expires=new.expires_ms,
        note=new.note,
        set_by=new.set_by,
        now=now_ms,
    )
    guild, _, person = new.scope_id.partition("/") if new.scope is Scope.MEMBER else ("", "", "")
    booking = Booking(
        job=new.id,
        attempt=0,
        kind=Kind.GRANT,
        unit=new.unit,
        amount=new.amount,
        person=new.scope_id if new.scope is Scope.PERSON else person,
        guild=new.scope_id if new.scope is Scope.GUILD else guild,
        day="",
        at_ms=now_ms,
        scope=new.scope,
        scope_id=new.scope_id,
        grant=new.id,
        expires_ms=new.expires_ms,
    )
    book(tx, booking)


def open_grants(
    tx: Tx, scopes: Mapping[Scope, str], now_ms: int, unit: Unit | None = None
) -> Sequence[Mapping[str, Any]]:
    """Return the rows of the grants that can still be drawn by any of these scopes, the soonest-expiring first."""
    rows = tx.all(
        _OPEN,
        endless=_ENDLESS_MS,
        now=now_ms,
        unit=unit,
        person=scopes.get(Scope.PERSON),
        member=scopes.get(Scope.MEMBER),
        guild=scopes.get(Scope.GUILD),
    )
    return sorted(rows, key=lambda row: (row["expires_ms"] or _ENDLESS_MS, row["id"]))


def to_grant(row: Mapping[str, Any]) -> Grant:
    """Read a row for a decision."""
    return Grant(row["id"], Scope(row["scope"]), row["remaining"], row["expires_ms"])


def draw(tx: Tx, draws: Iterable[Draw], ids: Mapping[Scope, str], reserved: Booking) -> None:
    """Pay for a part of what was reserved out of grants. `ids`: whose they are, by scope."""
    for number, each in enumerate(draws):
        _move(tx, each.grant.id, -each.amount)
        scope = each.grant.scope
        drawn = replace(
            reserved,
            attempt=number,
            kind=Kind.DRAW,
            amount=each.amount,
            scope=scope,
            scope_id=ids[scope],
            grant=each.grant.id,
        )
        book(tx, drawn)


def give_back(tx: Tx, job: Mapping[str, Any], unit: Unit, most: int, now_ms: int) -> None:
    """Return up to `most` of what a job drew: a person's grants first, and of each scope the longest-lived.

    Each window's own use can only fall by what is refunded: a guild's grants apart from a person's and member's. A
    person's lifted both windows, so what goes back to a member's before would free the person's own window instead.
    """
    if most <= 0:
        return
    rows = tx.all(
        """
        SELECT attempt, kind, amount, scope, scope_id, grant_id FROM ledger
        WHERE job_id = :job AND kind IN ('draw', 'return') AND unit = :unit ORDER BY attempt DESC
        """,
        job=job["id"],
        unit=unit,
    )
    if any(row["kind"] == Kind.RETURN for row in rows):
        return
    left = {True: most, False: most}
    for row in sorted(rows, key=lambda row: row["scope"] != Scope.PERSON):
        is_guilds = row["scope"] == Scope.GUILD
        amount = min(row["amount"], left[is_guilds])
        if amount <= 0:
            continue
        left[is_guilds] -= amount
        _move(tx, row["grant_id"], amount)
        returned = Booking(
            job=job["id"],
            attempt=row["attempt"],
            kind=Kind.RETURN,
            unit=unit,
            amount=-amount,
            person=job["person_id"],
            guild=job["guild_id"],
            day=job["day"],
            at_ms=now_ms,
            scope=Scope(row["scope"]),
            scope_id=row["scope_id"],
            grant=row["grant_id"],
        )
        book(tx, returned)


def _move(tx: Tx, grant_id: str, more: int) -> None:
    moved = tx.run(
        """
        UPDATE allowance SET remaining = remaining + :more WHERE id = :id AND remaining + :more BETWEEN 0 AND amount
        """,
        id=grant_id,
        more=more,
    )
    if moved != 1:
        raise LookupError(f"grant {grant_id} cannot take {more} more")
