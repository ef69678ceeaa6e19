"""What stands in the menu of a message, and of a person: our picture there, or anybody's, as the start of something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from pinxit.bot.discord.answering import respond, say_so
from pinxit.bot.discord.answers import handle
from pinxit.bot.discord.fetching import fetched
from pinxit.bot.discord.forms import open_addresses, open_remix, open_report, open_source
from pinxit.bot.discord.messages import seen_in
from pinxit.bot.discord.options import check_file
from pinxit.bot.discord.translating import text
from pinxit.chat.acts import press
from pinxit.chat.cards import Act
from pinxit.chat.commands import run
from pinxit.chat.replies import Reply
from pinxit.domain.draft import SourceDraft
from pinxit.domain.request import Role
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Desk
    from pinxit.chat.replies import Asker

_AVATAR_PX = 1024


def menus(_desk: Desk) -> Sequence[app_commands.ContextMenu]:
    """Return the menus' entries. What they do, they do at the desk of the client that hears them."""
    return [
        app_commands.ContextMenu(name=text(name), callback=callback)
        for name, callback in (
            (Slash.MENU_REROLL, reroll),
            (Slash.MENU_INSPECT, inspect),
            (Slash.MENU_REMIX, remix),
            (Slash.MENU_SOURCE, use_as_source),
            (Slash.MENU_REPORT, report),
            (Slash.MENU_AVATAR, avatar_as_source),
        )
    ]


async def reroll(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Paint what the message shows again."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        job = (await seen_in(message, studio)).job
        if job is None:
            return Reply(say_slash(asker.locale, Slash.NO_JOB_THERE))
        return await press(Act.REROLL, job, None, asker, studio)

    await handle(interaction, work, command="/reroll")


async def inspect(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Show how a picture was made: from our own records, else from what its file says."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        seen = await seen_in(message, studio)
        if seen.job is not None:
            return await press(Act.DETAILS, seen.job, None, asker, studio)
        if not seen.pictures:
            return Reply(say_slash(asker.locale, Slash.NO_PICTURE_THERE))
        file = seen.pictures[0]
        check_file(file, Role.IMAGE.field, studio.house.limits)
        source = SourceDraft(Role.IMAGE, data=await fetched(file))
        return await run("/inspect", replace(asker, sources=(source,)), studio)

    # Files have to be fetched, but for those of a job, whose message has buttons.
    await handle(interaction, work, command="/inspect", thinks=not message.components)


async def remix(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Ask for other words for one of our pictures."""

    async def answer(asker: Asker, studio: Studio) -> None:
        job = (await seen_in(message, studio)).job
        if job is None:
            await say_so(interaction, asker, Slash.NO_JOB_THERE)
        else:
            await open_remix(interaction, job, asker, studio)

    await respond(interaction, "remix", answer)


async def use_as_source(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Ask what is to become of the picture in a message, whoever sent it."""

    async def answer(asker: Asker, studio: Studio) -> None:
        seen = await seen_in(message, studio)
        if seen.job is not None:
            await open_source(interaction, seen.job, asker, studio)
        elif not seen.pictures:
            await say_so(interaction, asker, Slash.NO_PICTURE_THERE)
        else:
            for file in seen.pictures:
                check_file(file, Role.IMAGE.field, studio.house.limits)
            await open_addresses(interaction, [file.url for file in seen.pictures], asker, studio)

    await respond(interaction, "source", answer)


async def report(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Ask what is wrong with the picture in a message."""

    async def answer(asker: Asker, studio: Studio) -> None:
        job = (await seen_in(message, studio)).job
        if job is None:
            await say_so(interaction, asker, Slash.NO_JOB_THERE)
        else:
            await open_report(interaction, job, None, asker, studio)

    await respond(interaction, "report", answer)


async def avatar_as_source(interaction: discord.Interaction[Any], user: discord.User) -> None:
    """Ask what is to become of somebody's avatar."""

    async def answer(asker: Asker, studio: Studio) -> None:
        picture = user.display_avatar.replace(size=_AVATAR_PX, static_format="png", format="png")
        await open_addresses(interaction, [picture.url], asker, studio)

    await respond(interaction, "avatar", answer)
