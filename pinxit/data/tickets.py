"""What would else be kept in memory between two presses: rows of tickets, each for one person and for a while."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data.times import to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.domain.ids import PersonId
    from pinxit.domain.ports import Database, Tx
    from pinxit.domain.request import Json


@dataclass(frozen=True, slots=True)
class Ticket:
    """`id`: what its holder shows, or a digest of it. `kind`: what it is for. `person`: the only one it serves."""

    id: str
    kind: str
    person: PersonId
    payload: Json


class Tickets:
    """Rows of tickets. Sessions of browsers are tickets as well, and have a module of their own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, ticket: Ticket, now: datetime, expires_at: datetime) -> None:
        """Store a ticket."""
        await self._database.write(lambda tx: keep_in(tx, ticket, to_ms(now), to_ms(expires_at)))

    async def find(self, ticket: str, kind: str, now: datetime) -> Ticket | None:
        """Return a ticket that still serves, or None."""
        return await self._database.read(lambda tx: find_in(tx, ticket, kind, to_ms(now)))

    async def take(self, ticket: str, kind: str, person: PersonId, now: datetime) -> Ticket | None:
        """Return this person's ticket and have it serve no more; None: there is none that still serves."""

        def work(tx: Tx) -> Ticket | None:
            found = find_in(tx, ticket, kind, to_ms(now))
            if found is None or found.person != person:
                return None
            tx.run("DELETE FROM ticket WHERE id = :id", id=ticket)
            return found

        return await self._database.write(work)

    async def sweep(self, now: datetime) -> int:
        """Delete the tickets that serve no more, and return how many."""
        return await self._database.write(
            lambda tx: tx.run("DELETE FROM ticket WHERE expires_ms <= :now", now=to_ms(now))
        )


def keep_in(tx: Tx, ticket: Ticket, now_ms: int, expires_ms: int) -> None:
    """Do the same as `Tickets.keep`, inside a transaction of the caller."""
    tx.run(
        """
        INSERT INTO ticket (id, kind, person_id, payload, created_ms, expires_ms)
        VALUES (:id, :kind, :person, :payload, :now, :expires)
        """,
        id=ticket.id,
        kind=ticket.kind,
        person=ticket.person,
        payload=json.dumps(ticket.payload, ensure_ascii=False),
        now=now_ms,
        expires=expires_ms,
    )


def find_in(tx: Tx, ticket: str, kind: str, now_ms: int) -> Ticket | None:
    """Do the same as `Tickets.find`, inside a transaction of the caller."""
    row = tx.one(
        "SELECT person_id, payload FROM ticket WHERE id = :id AND kind = :kind AND expires_ms > :now",
        id=ticket,
        kind=kind,
        now=now_ms,
    )
    return None if row is None else Ticket(ticket, kind, row["person_id"], json.loads(row["payload"]))
