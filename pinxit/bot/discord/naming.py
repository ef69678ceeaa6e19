"""How persons, roles and messages are written in our own texts, so that a client shows their names and pings nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinxit.actions.accounts import external_of
from pinxit.bot.discord.address import DISCORD
from pinxit.bot.discord.texts import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pinxit.actions.studio import Studio
    from pinxit.domain.ids import GuildId, JobId, PersonId

_ID = re.compile(r"[0-9]{5,20}")
_HERE = f"{DISCORD}:"
_DIRECT = f"{DISCORD}:dm:"


def person_said(person: str) -> str:
    """Return a person as a mention where their id is Discord's, else the id as text."""
    user = person.removeprefix(_HERE)
    return f"<@{user}>" if person.startswith(_HERE) and _ID.fullmatch(user) else escape(person)


def role_said(role: str) -> str:
    """Return a role as a mention where it is Discord's, else its name as text."""
    return f"<@&{role}>" if _ID.fullmatch(role) else escape(role)


def time_said(moment: datetime, form: str = "R") -> str:
    """Return a moment that each client writes in its own language and zone. `form`: R is "2 hours ago", f in full."""
    return f"<t:{int(moment.timestamp())}:{form}>"


async def persons_said(persons: Iterable[PersonId], studio: Studio) -> Mapping[PersonId, str]:
    """Return each person as a mention, also one whose first account was not on Discord."""
    said = {}
    for person in dict.fromkeys(persons):
        here = next((user for platform, user in await external_of(person, studio) if platform == DISCORD), None)
        said[person] = person_said(person if here is None else f"{_HERE}{here}")
    return said


async def link_of(job: JobId, guild: GuildId, studio: Studio) -> str:
    """Return the address of the newest message here that shows a job, "" where none is known.

    `guild`: the job's, since a message of Discord's is only found by its server.
    """
    if not guild.startswith(_HERE):
        return ""
    server = "@me" if guild.startswith(_DIRECT) else guild.removeprefix(_HERE)
    shown = [
        (channel, message)
        for platform, channel, message in await studio.store.deliveries.messages_of(job)
        if platform == DISCORD
    ]
    return f"https://discord.com/channels/{server}/{shown[-1][0]}/{shown[-1][1]}" if shown else ""
