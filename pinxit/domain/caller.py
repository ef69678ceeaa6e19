"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass

from pinxit.domain.ids import GuildId, JobId, PersonId


@dataclass(frozen=True, slots=True)
class Caller:
    """The person, the guild that pays, and the platform it came over.

    `is_trusted`: may speak for any person and guild, see every job and use high priority: the operator's own tools
    and keys of scope `act_as`. `is_admin`: may administer every guild: the operator and keys of scope `admin`.
    `is_moderator`: may administer the guild that this caller stands in. `roles`: the caller's roles there, for limits.
    `sees`: jobs of other places that the caller was shown, and that are theirs to look at unless they are private.
    """

    guild: GuildId
    person: PersonId
    platform: str
    is_trusted: bool = False
    is_admin: bool = False
    is_moderator: bool = False
    roles: tuple[str, ...] = ()
    sees: frozenset[JobId] = frozenset()

    def may_manage(self, guild: GuildId) -> bool:
        """Tell whether this caller is an admin of the guild."""
        return self.is_admin or (self.is_moderator and guild == self.guild)


API = "api"  # The platform of everybody who comes over HTTP or the command line.
# Everybody who comes over HTTP without a key, where none is asked for: one person for all of them.
ANONYMOUS = Caller(GuildId("api:anonymous"), PersonId("api:anonymous"), API)
OPERATOR = Caller(
    GuildId("local"), PersonId("local"), API, is_trusted=True, is_admin=True
)  # A program on the server's own machine.
