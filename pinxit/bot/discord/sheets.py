"""A page that only its reader sees, as a value: title, text, and buttons that say everything they need in their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
from discord import ui

from pinxit.bot.discord.texts import DESCRIPTION_MOST, EMBED_MOST, cut, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.bot.discord.custom_ids import CustomId

# discord.com/developers/docs/resources/message, "Embed Limits", read 2026-11.
_TITLE_CHARS, _FOOTER_CHARS = 256, 2048
_LABEL_CHARS = 80  # discord.com/developers/docs/components/reference, read 2026-11.
_A_ROW = 5
_MOST_BUTTONS = 25


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a page. `is_last`: what it does cannot be undone."""

    label: str
    custom_id: CustomId
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. `body`: markdown in which everything that people wrote is escaped. `footer`: plain text."""

    title: str
    body: str
    buttons: Sequence[Press] = ()
    footer: str = ""


def embed_of(sheet: Sheet) -> discord.Embed:
    """Return the page as Discord takes it; what is too long is cut where one sees it."""
    title, footer = cut(sheet.title, _TITLE_CHARS), cut(sheet.footer, _FOOTER_CHARS)
    room = min(DESCRIPTION_MOST, EMBED_MOST - size(title) - size(footer))
    embed = discord.Embed(title=title or None, description=cut(sheet.body, room))
    if footer:
        embed.set_footer(text=footer)
    return embed


def view_of(sheet: Sheet) -> ui.View | None:
    """Return the page's buttons, None where it has none."""
    if not sheet.buttons:
        return None
    view = ui.View(timeout=None)
    for number, press in enumerate(sheet.buttons[:_MOST_BUTTONS]):
        style = discord.ButtonStyle.danger if press.is_last else discord.ButtonStyle.secondary
        label = cut(press.label, _LABEL_CHARS)
        button: ui.Button[ui.View] = ui.Button(
            label=label, custom_id=str(press.custom_id), style=style, row=number // _A_ROW
        )
        view.add_item(button)
    view.stop()  # discord.py keeps in memory whatever is not finished when it is sent.
    return view
