"""How an act of an admin is done and answered: a page, a sentence, or that it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.accounts import Arrival, meet
from pinxit.actions.admin.rights import check_manages
from pinxit.bot.discord.address import DISCORD
from pinxit.bot.discord.answering import respond, say_so
from pinxit.bot.discord.pages import send_sheet
from pinxit.bot.discord.telling import tell
from pinxit.bot.discord.texts import MESSAGE_MOST, escape
from pinxit.wording import Phrase, Slash, say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.bot.discord.sheets import Sheet
    from pinxit.chat.replies import Asker
    from pinxit.domain.ids import PersonId

_WHERE = "/admin"


async def do(
    interaction: Interaction,
    work: Callable[[Asker, Studio], Awaitable[bool | str | None]],
    *,
    only_operator: bool = False,
) -> None:
    """Do an act of an admin, and tell them: what it returns, or that it is done; False: that it was so already.

    `only_operator`: it reaches beyond the server, so it takes one of `access.operators`.
    """

    async def answer(asker: Asker, studio: Studio) -> None:
        check_manages(asker.caller, asker.caller.guild)
        if only_operator and not asker.caller.is_admin:
            await say_so(interaction, asker, Slash.OPERATOR_ONLY)
            return
        result = await work(asker, studio)
        about = Phrase.SAID_UNCHANGED if result is False else Phrase.SAID_DONE
        said = result if isinstance(result, str) else say(asker.locale, about, {})
        await tell(interaction, escape(said, MESSAGE_MOST))

    await respond(interaction, _WHERE, answer)


async def look(interaction: Interaction, page: Callable[[Asker, Studio], Awaitable[Sheet]]) -> None:
    """Show an admin a page."""

    async def answer(asker: Asker, studio: Studio) -> None:
        check_manages(asker.caller, asker.caller.guild)
        await send_sheet(interaction, await page(asker, studio))

    await respond(interaction, _WHERE, answer)


async def member_of(user: discord.User | discord.Member, asker: Asker, studio: Studio) -> PersonId:
    """Return who somebody of this server is; whoever was never seen is known from now on, so that limits can be set."""
    arrival = Arrival(DISCORD, str(user.id), user.display_name, asker.caller.guild)
    return await meet(arrival, studio)
