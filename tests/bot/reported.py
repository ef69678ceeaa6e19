"""Reports as who decides about them meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.caller import Caller
from pinxit.domain.ids import GuildId, PersonId

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_sight import Seen


def caller_of(who: Person, channel: Channel) -> Caller:
    """Return them as the actions know them."""
    return Caller(GuildId(f"discord:{channel.guild_id}"), PersonId(f"discord:{who.id}"), "discord")


def is_report(message: Seen) -> bool:
    """Tell whether a message is about a report."""
    return "A picture was reported" in message.text


def reports_in(channel: Channel, chief: Person) -> list[Seen]:
    """Return the messages about reports there."""
    return [one for one in chief.messages(channel) if is_report(one)]
