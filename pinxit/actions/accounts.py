"""Who somebody is who comes over a chat: one person, however many accounts they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data.accounts import Met
from pinxit.domain.facts import is_text
from pinxit.domain.ids import GuildId, PersonId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.data.accounts import Standing

NAME_CHARS = 100


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody, as a platform shows them now. `external_id`, `name`: theirs there; `guild`: where they stand.

    `guild_name`, `guild_locale`: what the platform says of the place; "": nothing.
    """

    platform: str
    external_id: str
    name: str
    guild: GuildId
    guild_name: str = ""
    guild_locale: str = ""


async def meet(arrival: Arrival, studio: Studio) -> PersonId:
    """Return who this is, and keep what they and the place are called, for lists that name them.

    One read where nothing is new. A name or a language that the guild's admins chose stays as it is.
    """
    return (await welcome(arrival, studio)).person


async def welcome(arrival: Arrival, studio: Studio) -> Standing:
    """Do what `meet` does, and return what person and place chose as well; for one read."""
    met = Met(
        arrival.platform,
        arrival.external_id,
        _name(arrival.name),
        arrival.guild,
        _name(arrival.guild_name),
        arrival.guild_locale,
    )
    newcomer = newcomer_of(arrival.platform, arrival.external_id)
    return await studio.store.accounts.welcome(met, newcomer, studio.clock.now())


async def person_of(platform: str, external_id: str, studio: Studio) -> PersonId:
    """Return whose account this is, or will be once they are met. Nothing is written."""
    found = await studio.store.accounts.person(platform, external_id)
    return found or newcomer_of(platform, external_id)


async def external_of(person: PersonId, studio: Studio) -> Sequence[tuple[str, str]]:
    """Return the person's accounts as (platform, id there)."""
    return [(one.platform, one.external_id) for one in await studio.store.accounts.of_person(person)]


def newcomer_of(platform: str, external_id: str) -> PersonId:
    """Return the id of a person who is known by this account alone. Pure."""
    return PersonId(f"{platform}:{external_id}")


def _name(name: str) -> str:
    """Return a name on one line; one that no database takes is left out."""
    return " ".join(name.split())[:NAME_CHARS] if is_text(name) else ""
