"""The commands that only look, and the one that stops a job: /queue, /cancel, /history, /models, /help and the like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from pinxit.bot.discord.answers import handle
from pinxit.bot.discord.completing import completing, waiting_jobs
from pinxit.bot.discord.translating import text
from pinxit.chat.acts import press
from pinxit.chat.cards import Act
from pinxit.chat.commands import run
from pinxit.chat.meaning import found
from pinxit.chat.replies import Reply
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import is_id
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker


@app_commands.command(name="cancel", description=text(Slash.CANCEL))
@app_commands.describe(job=text(Slash.OF_JOB))
@app_commands.autocomplete(job=completing(waiting_jobs))
async def cancel(interaction: Interaction, *, job: str | None = None) -> None:
    """Stop a job, the person's newest without a name."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        if job is not None and not is_id(job):
            raise Refused(Code.JOB_UNKNOWN, job=shown(job))
        named, _ = await found(job, "cancel", asker, studio)
        return await press(Act.CANCEL, named, None, asker, studio)

    await handle(interaction, work, command="/cancel")


@app_commands.command(name="history", description=text(Slash.HISTORY))
@app_commands.describe(words=text(Slash.OF_WORDS))
async def history(interaction: Interaction, *, words: str = "") -> None:
    """Look through what was painted here."""
    await _run(interaction, "history", words)


@app_commands.command(name="queue", description=text(Slash.QUEUE))
async def queue(interaction: Interaction) -> None:
    """Show what waits and whose turn it is."""
    await _run(interaction, "queue")


@app_commands.command(name="favourites", description=text(Slash.FAVOURITES))
async def favourites(interaction: Interaction) -> None:
    """Show the pictures that the person keeps."""
    await _run(interaction, "favourites")


@app_commands.command(name="models", description=text(Slash.MODELS))
async def models(interaction: Interaction) -> None:
    """List who can paint."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        known = (await run("/models", asker, studio)).said
        return Reply(f"{known}\n\n{say_slash(asker.locale, Slash.MODELS_HOW)}")

    await handle(interaction, work, command="/models")


@app_commands.command(name="loras", description=text(Slash.LORAS))
async def loras(interaction: Interaction) -> None:
    """List the LoRAs that can be used."""
    await _run(interaction, "loras")


@app_commands.command(name="styles", description=text(Slash.STYLES))
async def styles(interaction: Interaction) -> None:
    """List the styles that can be named."""
    await _run(interaction, "styles")


@app_commands.command(name="help", description=text(Slash.HELP))
async def help_(interaction: Interaction) -> None:
    """Show what can be done here."""
    await _run(interaction, "help")


async def _run(interaction: Interaction, name: str, rest: str = "") -> None:
    async def work(asker: Asker, studio: Studio) -> Reply:
        return await run(f"/{name} {rest}".rstrip(), asker, studio)

    await handle(interaction, work, command=f"/{name}")
