"""Names that JSON can say and no database takes are refused like any other wrong name, by every act of an admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.audit import AuditQuery, audit_page
from pinxit.actions.admin.bans import BanWish, ban, bans, unban
from pinxit.actions.admin.guild_settings import load_guild, save_guild
from pinxit.actions.admin.lanes import clear, pause, set_running_cap, set_weight
from pinxit.actions.admin.styles import add_style, remove_style
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code
from pinxit.domain.guild_rules import NamedStyle
from pinxit.domain.ids import GuildId, PersonId, PoolName
from tests.actions.atelier import NOBODY_PAINTS, refusal, running

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from pinxit.actions.studio import Studio

ODD = "odd\ud800"
GUILD = GuildId(ODD)
ACTS: dict[str, tuple[Callable[[Studio], Awaitable[object]], Code]] = {
    "ban": (lambda studio: ban(BanWish("person", ODD), OPERATOR, studio), Code.TEXT_INVALID),
    "ban in": (lambda studio: ban(BanWish("person", "anna", ODD), OPERATOR, studio), Code.TEXT_INVALID),
    "unban": (lambda studio: unban(BanWish("guild", ODD), OPERATOR, studio), Code.TEXT_INVALID),
    "bans": (lambda studio: bans(GUILD, OPERATOR, studio), Code.TEXT_INVALID),
    "settings": (lambda studio: load_guild(GUILD, OPERATOR, studio), Code.GUILD_UNKNOWN),
    "set": (lambda studio: save_guild(GUILD, {"count": 1}, OPERATOR, studio), Code.GUILD_UNKNOWN),
    "style": (lambda studio: add_style(GUILD, NamedStyle("a", "b"), OPERATOR, studio), Code.GUILD_UNKNOWN),
    "no style": (lambda studio: remove_style(GUILD, "a", OPERATOR, studio), Code.GUILD_UNKNOWN),
    "weight": (lambda studio: set_weight(GUILD, 2, OPERATOR, studio), Code.GUILD_UNKNOWN),
    "cap": (lambda studio: set_running_cap(GUILD, 2, OPERATOR, studio), Code.GUILD_UNKNOWN),
    "pause": (lambda studio: pause(GUILD, None, OPERATOR, studio), Code.GUILD_UNKNOWN),
    "pool": (lambda studio: pause(None, PoolName(ODD), OPERATOR, studio), Code.GENERATOR_UNKNOWN),
    "clear": (lambda studio: clear(GUILD, None, OPERATOR, studio), Code.TEXT_INVALID),
    "clear person": (lambda studio: clear(None, PersonId(ODD), OPERATOR, studio), Code.TEXT_INVALID),
    "audit": (lambda studio: audit_page(AuditQuery(actor=ODD), OPERATOR, studio), Code.TEXT_INVALID),
}


@pytest.mark.parametrize("act", ACTS)
async def test_a_name_that_no_database_takes_is_refused(tmp_path: Path, act: str) -> None:
    doing, code = ACTS[act]
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        refused = await refusal(doing(parts.studio))

    assert refused.code is code
