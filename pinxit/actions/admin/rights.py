"""Who may administer what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.data.audit import Entry
from pinxit.domain.errors import Code, Refused

if TYPE_CHECKING:
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import GuildId, PersonId


def check_admin(caller: Caller) -> None:
    """Return if the caller may administer the whole installation. Raises Refused (NOT_ADMIN)."""
    if not caller.is_admin:
        raise Refused(Code.NOT_ADMIN)


def check_manages(caller: Caller, guild: GuildId) -> None:
    """Return if the caller may administer this guild. Raises Refused (NOT_ADMIN)."""
    if not caller.may_manage(guild):
        raise Refused(Code.NOT_ADMIN)


def entry_for(act: str, person: PersonId, guild: GuildId, caller: Caller, **about: str) -> Entry | None:
    """Return what the books note of an act on something of `person`: None where it is the caller's own.

    Raises Refused (NOT_YOURS) for everybody else's, but to the guild's admins and the operator's tools.
    """
    if person == caller.person:
        return None
    if not (caller.is_trusted or caller.may_manage(guild)):
        raise Refused(Code.NOT_YOURS, **about)
    return Entry(caller.person, act, guild, f"person:{person}", dict(about))
