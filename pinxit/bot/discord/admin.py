"""The command /admin: one for all, since Discord sets permissions per top-level command. The actions check again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from pinxit.actions.admin.bans import BanWish, ban, unban
from pinxit.actions.admin.lanes import clear, pause, resume, set_running_cap, set_weight
from pinxit.actions.admin.reports import open_reports
from pinxit.bot.discord.admin_lists import audit_sheet, bans_sheet, stats_sheet
from pinxit.bot.discord.admin_quota import quota_group
from pinxit.bot.discord.admin_settings import settings_group, style_group
from pinxit.bot.discord.admin_work import do, look, member_of
from pinxit.bot.discord.answering import respond
from pinxit.bot.discord.completing import completing, fitting
from pinxit.bot.discord.pages import send_sheet
from pinxit.bot.discord.report_cards import report_card
from pinxit.bot.discord.sheets import Sheet
from pinxit.bot.discord.translating import text
from pinxit.data.bans import PERSON
from pinxit.domain.ids import PoolName
from pinxit.wording import AdminUi, Phrase, Slash, admin_ui, say, say_slash

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker

_ALL = "all"


def admin_group() -> app_commands.Group:
    """Return the command, to be added to a tree."""
    group = app_commands.Group(
        name="admin",
        description=text(Slash.ADMIN),
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    for inner in (quota_group(), settings_group(), style_group()):
        group.add_command(inner)
    commands: list[app_commands.Command[Any, Any, None]]
    commands = [_weight, _cap, _pause, _resume, _clear, _ban, _unban, _bans, _stats, _audit, _reports]
    for command in commands:
        group.add_command(command)
    return group


async def _pools(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the pools, and all of them."""
    names = [str(name) for name in await studio.store.pools.names()]
    offered = [*((name, name) for name in names), (say_slash(asker.locale, Slash.CHOICE_ALL), _ALL)]
    return fitting(offered, typed)


@app_commands.command(name="weight", description=text(Slash.ADMIN_WEIGHT))
@app_commands.describe(weight=text(Slash.OF_WEIGHT))
async def _weight(interaction: Interaction, weight: float) -> None:
    async def work(asker: Asker, studio: Studio) -> None:
        await set_weight(asker.caller.guild, weight, asker.caller, studio)

    await do(interaction, work, only_operator=True)


@app_commands.command(name="cap", description=text(Slash.ADMIN_CAP))
@app_commands.describe(cap=text(Slash.OF_CAP))
async def _cap(interaction: Interaction, cap: int | None = None) -> None:
    async def work(asker: Asker, studio: Studio) -> None:
        await set_running_cap(asker.caller.guild, cap, asker.caller, studio)

    await do(interaction, work, only_operator=True)


@app_commands.command(name="pause", description=text(Slash.ADMIN_PAUSE))
@app_commands.describe(pool=text(Slash.OF_POOL))
@app_commands.autocomplete(pool=completing(_pools))
async def _pause(interaction: Interaction, pool: str | None = None) -> None:
    await _flip(interaction, pause, pool)


@app_commands.command(name="resume", description=text(Slash.ADMIN_RESUME))
@app_commands.describe(pool=text(Slash.OF_POOL))
@app_commands.autocomplete(pool=completing(_pools))
async def _resume(interaction: Interaction, pool: str | None = None) -> None:
    await _flip(interaction, resume, pool)


async def _flip(interaction: Interaction, flip: Callable[..., Awaitable[bool]], pool: str | None) -> None:
    async def work(asker: Asker, studio: Studio) -> bool:
        guild = asker.caller.guild if pool is None else None
        name = None if pool is None or pool.casefold() == _ALL else PoolName(pool)
        return await flip(guild, name, asker.caller, studio)

    await do(interaction, work, only_operator=pool is not None)


@app_commands.command(name="clear", description=text(Slash.ADMIN_CLEAR))
@app_commands.describe(member=text(Slash.OF_MEMBER_OR_ALL), running=text(Slash.OF_RUNNING))
async def _clear(interaction: Interaction, member: discord.User | None = None, *, running: bool = False) -> None:
    async def work(asker: Asker, studio: Studio) -> str:
        person = None if member is None else await member_of(member, asker, studio)
        count = await clear(asker.caller.guild, person, asker.caller, studio, also_running=running)
        return say(asker.locale, Phrase.SAID_CLEARED, {"count": count})

    await do(interaction, work)


@app_commands.command(name="ban", description=text(Slash.ADMIN_BAN))
@app_commands.describe(member=text(Slash.OF_MEMBER), hours=text(Slash.OF_HOURS), reason=text(Slash.OF_BAN_REASON))
async def _ban(interaction: Interaction, member: discord.User, hours: float | None = None, reason: str = "") -> None:
    async def work(asker: Asker, studio: Studio) -> Sheet:
        person = await member_of(member, asker, studio)
        await ban(BanWish(PERSON, person, asker.caller.guild, reason, hours), asker.caller, studio)
        return await bans_sheet(asker, studio)

    await look(interaction, work)


@app_commands.command(name="unban", description=text(Slash.ADMIN_UNBAN))
@app_commands.describe(member=text(Slash.OF_MEMBER))
async def _unban(interaction: Interaction, member: discord.User) -> None:
    async def work(asker: Asker, studio: Studio) -> bool:
        person = await member_of(member, asker, studio)
        return await unban(BanWish(PERSON, person, asker.caller.guild), asker.caller, studio)

    await do(interaction, work)


@app_commands.command(name="bans", description=text(Slash.ADMIN_BANS))
async def _bans(interaction: Interaction) -> None:
    await look(interaction, bans_sheet)


@app_commands.command(name="stats", description=text(Slash.ADMIN_STATS))
async def _stats(interaction: Interaction) -> None:
    await look(interaction, stats_sheet)


@app_commands.command(name="audit", description=text(Slash.ADMIN_AUDIT))
async def _audit(interaction: Interaction) -> None:
    await look(interaction, lambda asker, studio: audit_sheet("", asker, studio))


@app_commands.command(name="reports", description=text(Slash.ADMIN_REPORTS))
async def _reports(interaction: Interaction) -> None:
    async def answer(asker: Asker, studio: Studio) -> None:
        found = await open_reports(asker.caller.guild, asker.caller, studio)
        if not found:
            words = admin_ui(asker.locale)
            await send_sheet(interaction, Sheet(words[AdminUi.REPORTS], words[AdminUi.NO_REPORTS]))
            return
        card = await report_card(found[0], asker.locale, studio, footer=f"1 / {len(found)}")
        await send_sheet(interaction, card.sheet, card.files)

    await respond(interaction, "/admin", answer)
