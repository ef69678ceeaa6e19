"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass

from pinxit.domain.ids import GuildId, PersonId


@dataclass(frozen=True, slots=True)
class Caller:
    """The person, the guild that pays, and the platform it came over.

    `is_trusted`: may speak for any person and guild, see every job and use high priority: the operator's own tools
    and keys of scope `act_as`.
    """

    guild: GuildId
    person: PersonId
    platform: str
    is_trusted: bool = False


API = "api"  # The platform of everybody who comes over HTTP or the command line.
OPERATOR = Caller(GuildId("local"), PersonId("local"), API, is_trusted=True)  # A program on the server's own machine.
