"""Whom a limit, a grant or a reset is about, and whether the caller may decide on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.admin.amounts import one_of
from pinxit.actions.admin.rights import check_admin, check_manages
from pinxit.data.bans import is_known
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.ids import GuildId
from pinxit.domain.quota import Scope, Unit, member_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.domain.caller import Caller
    from pinxit.domain.ports import Tx

NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a wish is about. `person`, `guild`: "" where the scope has none."""

    scope: Scope
    scope_id: str
    person: str
    guild: str

    @property
    def subject(self) -> str:
        """Return how the audit names it."""
        return f"{self.scope}:{self.scope_id}"


def whom_of(scope: str, name: str, possible: Sequence[Scope], caller: Caller) -> Whom:
    """Return whom people mean by a name. Raises Refused."""
    found = one_of(Scope, "scope", scope, possible)
    name = name.strip()
    if found is Scope.EVERYONE:
        return Whom(found, "", "", "")
    if not name or not is_text(name) or len(name) > NAME_CHARS:
        raise Refused(Code.FIELD_MISSING, field="name", allowed=[])
    if found is Scope.PERSON:
        return Whom(found, name, name, "")
    if found is Scope.GUILD:
        return Whom(found, name, "", name)
    guild, name = _in_guild(name, caller)
    return Whom(found, member_id(guild, name), name if found is Scope.MEMBER else "", guild)


def _in_guild(name: str, caller: Caller) -> tuple[str, str]:
    """Return guild and name. What an admin writes before a / is a guild if it looks like one: a role may be `a/b`."""
    own = f"{caller.guild}/"
    if name.startswith(own) and name != own:
        return caller.guild, name.removeprefix(own)
    guild, _, rest = name.partition("/")
    names_guild = guild and rest and (caller.is_admin or ":" in guild)
    return (guild, rest) if names_guild else (caller.guild, name)


def check_rights(whom: Whom, unit: Unit, of_guild: Sequence[Scope], caller: Caller) -> None:
    """Let a guild's admin do credits of these scopes in the own guild; everything else is the operator's."""
    if unit is Unit.CREDIT and whom.scope in of_guild:
        check_manages(caller, GuildId(whom.guild))
    else:
        check_admin(caller)


def check_known(tx: Tx, whom: Whom, caller: Caller) -> None:
    """Return if there are such a person and guild; the caller's own guild may be new. Raises Refused."""
    if whom.guild and whom.guild != caller.guild and not is_known(tx, "guild", whom.guild):
        raise Refused(Code.GUILD_UNKNOWN, field="name", value=shown(whom.guild), allowed=[])
    if whom.person and not is_known(tx, "person", whom.person):
        raise Refused(Code.PERSON_UNKNOWN, field="name", value=shown(whom.person), allowed=[])
