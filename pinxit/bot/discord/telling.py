"""Say something to the one person whose interaction it is, whatever was answered before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord

from pinxit.bot.discord.refusals import refused_said
from pinxit.bot.discord.texts import MESSAGE_MOST, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.bot.discord.desk import Interaction
    from pinxit.domain.errors import Refused

ANSWER_WITHIN_S = 20.0
_FILLED = "filled"  # In an interaction's extras: its "is thinking …" was replaced by an answer.


async def tell(
    interaction: Interaction,
    content: str | None = None,
    *,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
    files: Sequence[discord.File] = (),
) -> discord.InteractionMessage | None:
    """Show a message to this person only: as the answer, in the place of "is thinking …", or as a further message.

    `content`: markdown, at most 2000 characters. `view`: stopped already. Returns the message where Discord tells of
    it. Raises discord.HTTPException, OSError, TimeoutError.
    """
    shown = _shown(embed, view)
    async with asyncio.timeout(ANSWER_WITHIN_S):
        if not interaction.response.is_done():
            answered = await interaction.response.send_message(content, ephemeral=True, files=list(files), **shown)
            return answered.resource if isinstance(answered.resource, discord.InteractionMessage) else None
        if is_thinking(interaction):
            interaction.extras[_FILLED] = True
            return await interaction.edit_original_response(content=content, attachments=list(files), **shown)
        await interaction.followup.send(content or "", ephemeral=True, files=list(files), **shown)
    return None


async def think(interaction: Interaction) -> None:
    """Answer that it takes a moment, so that there is time for the network; only the person sees that and the end."""
    async with asyncio.timeout(ANSWER_WITHIN_S):
        await interaction.response.defer(ephemeral=True, thinking=True)


def is_thinking(interaction: Interaction) -> bool:
    """Tell whether the person sees "is thinking …"."""
    kind = interaction.response.type
    return kind is discord.InteractionResponseType.deferred_channel_message and _FILLED not in interaction.extras


async def refuse(interaction: Interaction, refused: Refused, locale: str) -> None:
    """Tell why something was refused. Raises as `tell` does."""
    await tell(interaction, escape(refused_said(refused, locale), MESSAGE_MOST))


def _shown(embed: discord.Embed | None, view: discord.ui.View | None) -> dict[str, Any]:
    """Return what is there, as discord.py takes it: nothing at all for what is not."""
    return {name: value for name, value in (("embed", embed), ("view", view)) if value is not None}
