"""Bans of persons, in one guild or everywhere, and of whole guilds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pinxit.actions.admin.rights import check_admin, check_manages
from pinxit.actions.admin.texts import one_line
from pinxit.data.audit import Entry, note
from pinxit.data.bans import GUILD, PERSON, Ban, is_known, lift_ban, put_ban
from pinxit.data.times import to_ms
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, nearest, shown
from pinxit.domain.ids import GuildId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ports import Tx

REASON_CHARS = 200
HOURS_MOST = 24 * 366 * 10


@dataclass(frozen=True, slots=True)
class BanWish:
    """Who is to be banned. `scope`: person or guild; `scope_id`: which. `guild`: where a person is; "": everywhere.

    `hours`: None is without end. To end a ban, scope, scope_id and guild are enough.
    """

    scope: str
    scope_id: str
    guild: str = ""
    reason: str = ""
    hours: float | None = None


async def ban(wish: BanWish, caller: Caller, studio: Studio) -> Ban:
    """Ban a person or a guild; what they have waiting stays (`clear` takes it away). A ban that is there is replaced.

    The admins of a guild ban persons in it, the operator anybody anywhere. Raises Refused: NOT_ADMIN, NOT_BANNABLE
    (the operator, or the caller), PERSON_UNKNOWN, GUILD_UNKNOWN, FIELD_RANGE, FIELD_CHOICE, TEXT_INVALID.
    """
    where = _place(wish, caller)
    own = (caller.person, OPERATOR.person) if wish.scope == PERSON else (caller.guild, OPERATOR.guild)
    if wish.scope_id in own:
        raise Refused(Code.NOT_BANNABLE, field="scope_id", value=shown(wish.scope_id))
    now = studio.clock.now()
    until = None if wish.hours is None else now + timedelta(hours=_hours(wish.hours))
    made = Ban(
        wish.scope, wish.scope_id, where, one_line("reason", wish.reason, REASON_CHARS), caller.person, now, until
    )

    def work(tx: Tx) -> None:
        if not is_known(tx, wish.scope, wish.scope_id):
            code = Code.PERSON_UNKNOWN if wish.scope == PERSON else Code.GUILD_UNKNOWN
            raise Refused(code, field="scope_id", value=shown(wish.scope_id))
        put_ban(tx, made)
        subject = f"{wish.scope}:{wish.scope_id}"
        # The reason stays with the ban, which ends: somebody may have quoted a prompt in it.
        note(tx, Entry(caller.person, "ban.set", where, subject, {"hours": wish.hours}), to_ms(now))

    await studio.store.database.write(work)
    return made


async def unban(wish: BanWish, caller: Caller, studio: Studio) -> bool:
    """End a ban; False: there was none, or it had run out. Raises Refused: NOT_ADMIN, FIELD_CHOICE, TEXT_INVALID."""
    where = _place(wish, caller)
    now_ms = to_ms(studio.clock.now())

    def work(tx: Tx) -> bool:
        was_there = lift_ban(tx, wish.scope, wish.scope_id, where, now_ms)
        if was_there:
            note(tx, Entry(caller.person, "ban.lifted", where, f"{wish.scope}:{wish.scope_id}"), now_ms)
        return was_there

    return await studio.store.database.write(work)


async def bans(guild: GuildId | None, caller: Caller, studio: Studio) -> Sequence[Ban]:
    """Return the bans that hold now, the newest first, at most 500: in one guild, or (None) all there are.

    Raises Refused: NOT_ADMIN, TEXT_INVALID.
    """
    if guild:
        check_manages(caller, guild)
    else:
        check_admin(caller)
    if not is_text(guild or ""):
        raise Refused(Code.TEXT_INVALID, field="guild", value="", allowed=[])
    return await studio.store.bans.active(guild, to_ms(studio.clock.now()))


def _place(wish: BanWish, caller: Caller) -> str:
    """Return where the ban holds, once the caller may decide about it there."""
    if wish.scope not in (PERSON, GUILD):
        near = nearest(wish.scope, (PERSON, GUILD))
        raise Refused(Code.FIELD_CHOICE, field="scope", value=shown(wish.scope), nearest=near, allowed=[PERSON, GUILD])
    if not is_text(wish.scope_id) or not is_text(wish.guild):
        raise Refused(Code.TEXT_INVALID, field="scope_id" if is_text(wish.guild) else "guild", value="", allowed=[])
    if wish.scope == PERSON and wish.guild:
        check_manages(caller, GuildId(wish.guild))
        return wish.guild
    check_admin(caller)
    return ""


def _hours(hours: float) -> float:
    if not (math.isfinite(hours) and 0 < hours <= HOURS_MOST):
        allowed = [f"more than 0, at most {HOURS_MOST}"]
        raise Refused(Code.FIELD_RANGE, field="hours", value=shown(hours), allowed=allowed)
    return hours
