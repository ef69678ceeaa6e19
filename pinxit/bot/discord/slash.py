"""Every command that is registered with Discord, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from pinxit.bot.discord import slash_looking, slash_painting, slash_pictures
from pinxit.bot.discord.admin import admin_group
from pinxit.bot.discord.menus import menus
from pinxit.bot.discord.personal import personal_commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from discord import app_commands

    from pinxit.bot.discord.desk import Desk

    AnyCommand: TypeAlias = app_commands.Command[Any, Any, Any] | app_commands.Group | app_commands.ContextMenu


def commands(desk: Desk) -> Sequence[AnyCommand]:
    """Return the commands, those of the menus included, in the order in which help lists them."""
    return [
        slash_painting.imagine,
        slash_pictures.vary,
        slash_pictures.upscale,
        slash_painting.inpaint,
        slash_pictures.outpaint,
        slash_painting.blend,
        slash_pictures.recreate,
        slash_pictures.describe,
        slash_pictures.inspect,
        slash_looking.queue,
        slash_looking.cancel,
        slash_looking.history,
        slash_looking.favourites,
        slash_looking.models,
        slash_looking.loras,
        slash_looking.styles,
        slash_pictures.report,
        *personal_commands(),
        slash_looking.help_,
        admin_group(),
        *menus(desk),
    ]
