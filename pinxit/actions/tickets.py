"""Keep between two presses what a button cannot carry: for one person, for some minutes, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pinxit.data.tickets import Ticket
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import new_id

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.request import Json


async def keep(kind: str, payload: Json, caller: Caller, studio: Studio, minutes: float = 15.0) -> str:
    """Keep something for the caller and return what finds it again. It outlives a restart."""
    now = studio.clock.now()
    ticket = new_id(now)
    await studio.store.tickets.keep(Ticket(ticket, kind, caller.person, payload), now, now + timedelta(minutes=minutes))
    return ticket


async def look(ticket: str, kind: str, caller: Caller, studio: Studio) -> Json:
    """Return what was kept, and keep it. Raises Refused as `take` does."""
    found = await studio.store.tickets.find(ticket, kind, studio.clock.now())
    if found is None:
        raise Refused(Code.TICKET_GONE)
    if found.person != caller.person:
        raise Refused(Code.NOT_YOURS)
    return found.payload


async def take(ticket: str, kind: str, caller: Caller, studio: Studio) -> Json:
    """Return what was kept, for the first and last time.

    Raises Refused: TICKET_GONE (used, run out, or never there), NOT_YOURS.
    """
    await look(ticket, kind, caller, studio)
    found = await studio.store.tickets.take(ticket, kind, caller.person, studio.clock.now())
    if found is None:  # Somebody's second finger was faster.
        raise Refused(Code.TICKET_GONE)
    return found.payload
