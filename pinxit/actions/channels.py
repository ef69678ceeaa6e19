"""The channels that somebody sees, and what is new in each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.ids import GuildId, JobId, is_id

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.data.guilds import GuildRow
    from pinxit.domain.caller import Caller

NAME_CHARS = 40
PLATFORM = "web"


@dataclass(frozen=True, slots=True)
class Channel:
    """A guild as somebody sees it. `name`: its id where it has none. `unread`: jobs that are new, counted up to 99."""

    guild: GuildId
    name: str
    platform: str
    unread: int
    newest: JobId | None


async def channels(caller: Caller, studio: Studio) -> tuple[Channel, ...]:
    """Return the caller's own channel first, and for a trusted caller all others, those with the newest jobs first."""
    only = None if caller.is_trusted else caller.guild
    rows = await studio.store.guilds.seen_by(caller.person, only)
    own = [row for row in rows if row.id == caller.guild]
    if not own and only is None:  # So many guilds that the caller's own quiet one is not among them.
        own = list(await studio.store.guilds.seen_by(caller.person, caller.guild))
    first = _channel(own[0]) if own else Channel(caller.guild, caller.guild, caller.platform, 0, None)
    return (first, *(_channel(row) for row in rows if row.id != caller.guild))


async def make_channel(name: str, caller: Caller, studio: Studio) -> Channel:
    """Make a channel of the console. Raises Refused: who is not trusted, FIELD_RANGE, TEXT_INVALID, NAME_TAKEN."""
    if not caller.is_trusted:
        raise Refused(Code.SCOPE_MISSING, scope="act_as")
    wanted = " ".join(name.split())
    if not is_text(name):
        raise Refused(Code.TEXT_INVALID, field="name", value="", allowed=[])
    if not 1 <= len(wanted) <= NAME_CHARS:
        allowed = [f"1 to {NAME_CHARS} characters"]
        raise Refused(Code.FIELD_RANGE, field="name", value=shown(wanted) or '""', allowed=allowed)
    guild = await studio.store.guilds.make(f"{PLATFORM}:{_slug(wanted)}", wanted, PLATFORM, studio.clock.now())
    if guild is None:
        raise Refused(Code.NAME_TAKEN, value=shown(wanted))
    return Channel(guild, wanted, PLATFORM, 0, None)


async def mark_read(guild: GuildId, up_to: JobId, caller: Caller, studio: Studio) -> None:
    """Note that the caller has seen a channel's jobs up to this one. Raises Refused: another's channel, no job's id."""
    if not caller.is_trusted and guild != caller.guild:
        raise Refused(Code.CHANNEL_UNKNOWN, value=shown(guild))
    if not is_id(up_to):
        raise Refused(Code.JOB_UNKNOWN, job=shown(up_to))
    await studio.store.guilds.mark_read(caller.person, guild, up_to)


def _channel(row: GuildRow) -> Channel:
    return Channel(row.id, row.name or row.id, row.platform, row.unread, row.newest)


def _slug(name: str) -> str:
    """Return the name as a part of an address: "Über uns!" as "uber-uns"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "channel"
