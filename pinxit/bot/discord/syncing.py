"""Register the commands with Discord, only when something about them has changed since the last time."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog

if TYPE_CHECKING:
    from discord import app_commands

    from pinxit.data.notes import Notes

log = structlog.get_logger(__name__)


async def sync_commands(tree: app_commands.CommandTree[Any], application: int, notes: Notes) -> bool:
    """Register the commands if they differ from those registered last for this application, and tell whether.

    Where Discord refuses or cannot be reached, the earlier ones stay, it is logged, and the next start tries again.
    """
    name = f"discord.commands.{application}"
    wanted = await digest(tree)
    if await notes.note(name) == wanted:
        return False
    try:
        synced = await tree.sync()
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.error("the commands cannot be registered with Discord", error=str(error), application=str(application))  # noqa: TRY400 - Discord's words say it all
        return False
    await notes.keep(name, wanted)
    log.info("the commands are registered with Discord", commands=len(synced), application=str(application))
    return True


async def digest(tree: app_commands.CommandTree[Any]) -> str:
    """Return what changes whenever anything that Discord keeps of the commands does."""
    translator = tree.translator
    payload = [
        command.to_dict(tree) if translator is None else await command.get_translated_payload(tree, translator)
        for command in tree.get_commands()
    ]
    ordered = sorted(payload, key=lambda command: (command.get("type", 1), command["name"]))
    return hashlib.sha256(json.dumps(ordered, sort_keys=True).encode()).hexdigest()
