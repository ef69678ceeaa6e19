"""What becomes of an error that no handler cured: one log line, and a sentence for the person. Never silence."""

from __future__ import annotations

import secrets
import sys
from typing import TYPE_CHECKING

import discord
import structlog
from discord import app_commands

from pinxit.bot.discord.places import language
from pinxit.bot.discord.telling import refuse
from pinxit.bot.discord.trouble import LOST
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.facts import shown

if TYPE_CHECKING:
    from pinxit.bot.discord.desk import Interaction

log = structlog.get_logger(__name__)


async def tell_failure(interaction: Interaction | None, where: str, error: BaseException | None = None) -> None:
    """Log an error once and tell the person, if there is one. `error`: None: the one that is being handled."""
    error = _cause(error or sys.exception() or RuntimeError("no error"))
    if isinstance(error, LOST):
        log_lost(interaction, where, error)
        return
    refused = _refused(error)
    if refused is None:
        correlation = secrets.token_hex(8)
        log.error("a handler failed", where=where, correlation_id=correlation, exc_info=error)
        refused = Refused(Code.INTERNAL, correlation_id=correlation)
    if interaction is None:
        return
    try:
        await refuse(interaction, refused, language(str(interaction.locale)))
    except LOST as lost:
        log_lost(interaction, where, lost)


def log_lost(interaction: Interaction | None, where: str, error: BaseException) -> None:
    """Note that an answer did not reach its person; what was committed is not lost by that."""
    code = error.code if isinstance(error, discord.HTTPException) else 0
    status = error.status if isinstance(error, discord.HTTPException) else 0
    named = None if interaction is None else str(interaction.id)
    log.warning(
        "an answer did not arrive", where=where, interaction=named, error=type(error).__name__, status=status, code=code
    )


def _cause(error: BaseException) -> BaseException:
    """Return what a command's own code raised, from inside discord.py's wrapping."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    return error


def _refused(error: BaseException) -> Refused | None:
    match error:
        case Refused():
            return error
        case Unavailable():
            return Refused(Code.STOPPING)
        case app_commands.CommandNotFound():
            return Refused(Code.COMMAND_UNKNOWN, value=shown(f"/{error.name}"), nearest="", allowed=[])
        case app_commands.CommandSignatureMismatch():  # Somebody's Discord still shows the commands as they were.
            return Refused(Code.COMMAND_UNKNOWN, value=shown(f"/{error.command.qualified_name}"), allowed=[])
        case app_commands.TransformerError():
            return Refused(Code.FIELD_TYPE, field="value", value=shown(error.value), allowed=[])
        case app_commands.CheckFailure():
            return Refused(Code.NOT_ADMIN)
    return None
