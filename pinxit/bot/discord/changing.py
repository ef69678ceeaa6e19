"""The select "change one thing": first which thing, then what it is to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import ui

from pinxit.actions.change import change, choices
from pinxit.bot.discord.buttons import FIELD_NAMES
from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.texts import cut, escape
from pinxit.chat.cards import Act
from pinxit.chat.replies import queued
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker, Reply
    from pinxit.domain.ids import JobId

# discord.com/developers/docs/components/reference, read 2026-11.
_MOST_OPTIONS = 25
_MOST_CHARS = 100


async def values_of(job: JobId, field: str, asker: Asker, studio: Studio) -> tuple[str, ui.View] | None:
    """Return what a field of the job is now, as markdown, and a select of what it could be; None: there is no choice.

    Raises Refused.
    """
    found = await choices(job, field, asker.caller, studio)
    options = [
        discord.SelectOption(label=cut(label, _MOST_CHARS), value=value, default=is_now)
        for value, label, is_now in found
        if label and 0 < len(value.encode("utf-16-le")) <= 2 * _MOST_CHARS  # A longer one could not come back whole.
    ]
    if all(option.default for option in options):
        return None
    select: ui.Select[ui.View] = ui.Select(
        custom_id=str(CustomId(Act.CHANGE, job, field)),
        placeholder=say_slash(asker.locale, Slash.CHANGE_TO),
        options=options[:_MOST_OPTIONS],
    )
    view = ui.View(timeout=None)
    view.add_item(select)
    view.stop()  # discord.py keeps in memory whatever is not finished when it is sent.
    now = next((label for _, label, is_now in found if is_now), "–")
    said = {"field": say_slash(asker.locale, FIELD_NAMES[field]), "now": escape(cut(now, _MOST_CHARS))}
    return say_slash(asker.locale, Slash.CHANGE_NOW, said), view


async def changed(job: JobId, field: str, values: Sequence[str], asker: Asker, studio: Studio) -> Reply:
    """Queue the job again with this one thing changed. Raises Refused."""
    value = values[0] if values else ""
    accepted = await change(job, field, value, asker.caller, studio, key=asker.key, target=asker.target)
    return await queued(accepted, asker, studio)
