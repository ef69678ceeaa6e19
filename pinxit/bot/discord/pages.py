"""What a reply asks to be looked at, as a message that only its reader sees; its buttons turn the page in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from pinxit.actions.look import find_job
from pinxit.bot.discord.admin_lists import AUDIT, audit_sheet
from pinxit.bot.discord.facts import details_sheet, help_sheet, mydata_sheet, quota_sheet, said_sheet, settings_sheet
from pinxit.bot.discord.lists import favourites_sheet, history_sheet, older_sheet, queue_sheet, styles_sheet
from pinxit.bot.discord.reaction_table import signs_of
from pinxit.bot.discord.sheets import embed_of, view_of
from pinxit.bot.discord.telling import tell, think
from pinxit.bot.discord.texts import escape
from pinxit.chat.replies import Page
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import JobId
from pinxit.wording import LANGUAGES, SLASH, Slash, Ui, say_slash, ui

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.custom_ids import CustomId
    from pinxit.bot.discord.desk import Interaction
    from pinxit.bot.discord.sheets import Sheet
    from pinxit.chat.replies import Asker, Reply


async def show_page(interaction: Interaction, reply: Reply, asker: Asker, studio: Studio) -> None:
    """Answer with the page that a reply names, for the asker's eyes only; originals go to their direct chat.

    Raises Refused.
    """
    if reply.page is Page.FILES:
        await _send_files(interaction, JobId(reply.about), asker, studio)
        return
    if reply.page is Page.HELP:
        signs = signs_of(interaction.client.desk.settings.acts_of_reactions())
        sheet = help_sheet(_commands(interaction, asker.locale), signs, asker)
    else:
        sheet = await sheet_of(reply, asker, studio)
    await send_sheet(interaction, sheet)


async def turn_page(interaction: Interaction, custom_id: CustomId, asker: Asker, studio: Studio) -> None:
    """Do what a button of a page asks for: show another part of it in its place. Raises Refused."""
    match custom_id.subject:
        case Page.FAVOURITES.value:
            sheet = await favourites_sheet(custom_id.value, asker, studio)
        case Page.QUEUE.value:
            sheet = await queue_sheet(asker, studio)
        case subject if subject == AUDIT:
            sheet = await audit_sheet(custom_id.value, asker, studio)
        case Page.STYLES.value:
            sheet = await styles_sheet(custom_id.value, asker, studio)
        case _:
            sheet = await older_sheet(custom_id.subject, custom_id.value, asker, studio)
    await interaction.response.edit_message(embed=embed_of(sheet), view=view_of(sheet))


async def sheet_of(reply: Reply, asker: Asker, studio: Studio) -> Sheet:
    """Return the page that a reply names; help is put together apart. Raises Refused."""
    words = ui(asker.locale)
    match reply.page:
        case Page.HISTORY:
            return await history_sheet(reply.about, "", asker, studio)
        case Page.FAVOURITES:
            return await favourites_sheet("", asker, studio)
        case Page.QUEUE:
            return await queue_sheet(asker, studio)
        case Page.STYLES:
            return await styles_sheet("", asker, studio)
        case Page.DETAILS:
            return await details_sheet(reply.about, asker, studio)
        case Page.SETTINGS:
            return await settings_sheet(asker, studio)
        case Page.QUOTA:
            return await quota_sheet(asker, studio)
        case Page.MYDATA:
            return mydata_sheet(asker)
        case Page.INSPECT:
            return said_sheet(words[Ui.INSPECT], reply.said or say_slash(asker.locale, Slash.INSPECT_HOW))
        case Page.ADMIN:
            return said_sheet(words[Ui.ADMIN], reply.said)
    return said_sheet("", reply.said)


async def send_sheet(interaction: Interaction, sheet: Sheet, files: Sequence[discord.File] = ()) -> None:
    """Answer with a page, for the asker's eyes only. Raises as `telling.tell` does."""
    await tell(interaction, embed=embed_of(sheet), view=view_of(sheet), files=files)


async def _send_files(interaction: Interaction, named: JobId, asker: Asker, studio: Studio) -> None:
    job = await find_job(named, asker.caller, studio)
    if not interaction.response.is_done():
        await think(interaction)  # Uploading takes longer than an answer may.
    platform = interaction.client.desk.platform
    if platform is None:
        raise Refused(Code.CHAT_SILENT)
    sent = await platform.send_files(job, str(interaction.user.id), asker.locale)
    await tell(interaction, escape(say_slash(asker.locale, sent)))


def _commands(interaction: Interaction, locale: str) -> dict[str, str]:
    """Return what each registered command does, in this language, by its English name."""
    texts = SLASH[locale if locale in LANGUAGES else "en"]
    known = {english: about for about, english in SLASH["en"].items()}
    return {
        command.name: texts[known[command.description]] if command.description in known else command.description
        for command in interaction.client.tree.get_commands()
        if not isinstance(command, app_commands.ContextMenu)
    }
