"""The commands /admin quota: limits, grants, resets, and who used most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.app_commands import Choice

from pinxit.actions.admin.amounts import read_amount, read_quota
from pinxit.actions.admin.quota import GrantWish, QuotaWish, grant, reset_quota, set_quota
from pinxit.bot.discord.admin_lists import limits_sheet, top_sheet
from pinxit.bot.discord.admin_work import do, look, member_of
from pinxit.bot.discord.translating import text
from pinxit.domain.errors import Code, Refused
from pinxit.domain.quota import EVERY_MEMBER, Period, Scope, Unit
from pinxit.wording import Slash

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.bot.discord.sheets import Sheet
    from pinxit.chat.replies import Asker

_NONE = "none"  # The amount that takes a limit away.
_PERIODS = [
    Choice(name=text(Slash.PER_DAY), value=Period.DAY.value),
    Choice(name=text(Slash.PER_WEEK), value=Period.WEEK.value),
    Choice(name=text(Slash.PER_MONTH), value=Period.MONTH.value),
    Choice(name=text(Slash.PER_TOTAL), value=Period.TOTAL.value),
]


def quota_group() -> app_commands.Group:
    """Return the commands."""
    group = app_commands.Group(name="quota", description=text(Slash.ADMIN_QUOTA))
    commands: list[app_commands.Command[Any, Any, None]] = [_set, _grant, _reset, _show, _top]
    for command in commands:
        group.add_command(command)
    return group


@app_commands.command(name="set", description=text(Slash.ADMIN_QUOTA_SET))
@app_commands.describe(amount=text(Slash.OF_AMOUNT), member=text(Slash.OF_MEMBER_OR_ALL), role=text(Slash.OF_ROLE))
async def _set(
    interaction: Interaction, amount: str, member: discord.User | None = None, role: discord.Role | None = None
) -> None:
    async def work(asker: Asker, studio: Studio) -> Sheet:
        if member is not None and role is not None:
            raise Refused(Code.FIELD_CONFLICT, field="member", value=member.display_name, other="role", allowed=[])
        scope, name = Scope.ROLE, EVERY_MEMBER
        if member is not None:
            scope, name = Scope.MEMBER, str(await member_of(member, asker, studio))
        elif role is not None and not role.is_default():
            name = str(role.id)
        await set_quota(limit_wish(scope, name, amount), asker.caller, studio)
        return await limits_sheet(asker, studio)

    await look(interaction, work)


@app_commands.command(name="grant", description=text(Slash.ADMIN_QUOTA_GRANT))
@app_commands.describe(
    member=text(Slash.OF_MEMBER), amount=text(Slash.OF_CREDITS), days=text(Slash.OF_DAYS), note=text(Slash.OF_NOTE)
)
async def _grant(
    interaction: Interaction, member: discord.User, amount: str, days: float | None = None, note: str = ""
) -> None:
    async def work(asker: Asker, studio: Studio) -> None:
        unit = _unit_of(amount)
        person = await member_of(member, asker, studio)
        wish = GrantWish(Scope.MEMBER, person, unit, read_amount(amount, unit), days, note)
        await grant(wish, asker.caller, studio)

    await do(interaction, work)


@app_commands.command(name="reset", description=text(Slash.ADMIN_QUOTA_RESET))
@app_commands.describe(member=text(Slash.OF_MEMBER))
async def _reset(interaction: Interaction, member: discord.User) -> None:
    async def work(asker: Asker, studio: Studio) -> None:
        person = await member_of(member, asker, studio)
        await reset_quota(Scope.MEMBER, person, None, asker.caller, studio)

    await do(interaction, work)


@app_commands.command(name="show", description=text(Slash.ADMIN_QUOTA_SHOW))
async def _show(interaction: Interaction) -> None:
    await look(interaction, limits_sheet)


@app_commands.command(name="top", description=text(Slash.ADMIN_QUOTA_TOP))
@app_commands.describe(period=text(Slash.OF_PERIOD))
@app_commands.choices(period=_PERIODS)
async def _top(interaction: Interaction, period: str = Period.DAY.value) -> None:
    await look(interaction, lambda asker, studio: top_sheet(period, asker, studio))


def limit_wish(scope: Scope, name: str, typed: str) -> QuotaWish:
    """Return the limit that "12/day", "5$/month" or "none/week" means. Pure. Raises Refused."""
    unit = _unit_of(typed)
    number, _, period = typed.partition("/")
    if number.strip("$ ").casefold() == _NONE:
        return QuotaWish(scope, name, unit, period.strip().casefold() or Period.DAY, None)
    amount, each = read_quota(typed, unit)
    return QuotaWish(scope, name, unit, each, amount)


def _unit_of(typed: str) -> Unit:
    return Unit.DOLLAR if "$" in typed else Unit.CREDIT
