"""The commands about a picture that is there: /vary, /upscale, /outpaint, /recreate, /describe, /inspect, /report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice

from pinxit.bot.discord.answers import handle
from pinxit.bot.discord.completing import completing, pictures, pictures_here
from pinxit.bot.discord.fetching import fetched
from pinxit.bot.discord.options import check_file, image_of, number_of
from pinxit.bot.discord.translating import text
from pinxit.chat.acts import press
from pinxit.chat.cards import Act
from pinxit.chat.commands import run
from pinxit.chat.meaning import found
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Role
from pinxit.wording import Slash

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker, Reply

_DIRECTIONS = [
    Choice(name=text(Slash.LEFT), value="left"),
    Choice(name=text(Slash.RIGHT), value="right"),
    Choice(name=text(Slash.UP), value="up"),
    Choice(name=text(Slash.DOWN), value="down"),
]


@app_commands.command(name="vary", description=text(Slash.VARY))
@app_commands.describe(picture=text(Slash.OF_PICTURE), strength=text(Slash.OF_STRENGTH))
@app_commands.autocomplete(picture=completing(pictures))
async def vary(interaction: Interaction, *, picture: str | None = None, strength: float | None = None) -> None:
    """Paint something close to a picture."""
    await _press(interaction, Act.VARY, picture, number_of(strength))


@app_commands.command(name="upscale", description=text(Slash.UPSCALE))
@app_commands.describe(picture=text(Slash.OF_PICTURE), factor=text(Slash.OF_FACTOR))
@app_commands.autocomplete(picture=completing(pictures))
async def upscale(interaction: Interaction, *, picture: str | None = None, factor: float | None = None) -> None:
    """Make a picture larger."""
    await _press(interaction, Act.UPSCALE, picture, number_of(factor))


@app_commands.command(name="outpaint", description=text(Slash.OUTPAINT))
@app_commands.describe(picture=text(Slash.OF_PICTURE), zoom=text(Slash.OF_ZOOM), direction=text(Slash.OF_DIRECTION))
@app_commands.choices(direction=_DIRECTIONS)
@app_commands.autocomplete(picture=completing(pictures))
async def outpaint(
    interaction: Interaction, *, picture: str | None = None, zoom: float | None = None, direction: str | None = None
) -> None:
    """Paint beyond a picture's edges."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        if zoom is not None and direction is not None:
            raise Refused(Code.FIELD_CONFLICT, field="zoom", value=number_of(zoom), other=direction, allowed=[])
        return await _pressed(Act.OUTPAINT, picture, direction or number_of(zoom), asker, studio)

    await handle(interaction, work, command="/outpaint")


@app_commands.command(name="recreate", description=text(Slash.RECREATE))
@app_commands.describe(picture=text(Slash.OF_PICTURE), file=text(Slash.OF_FILE))
@app_commands.autocomplete(picture=completing(pictures))
async def recreate(
    interaction: Interaction, *, picture: str | None = None, file: discord.Attachment | None = None
) -> None:
    """Paint a picture again, from ours or from a file, and compare the two."""
    if file is None:
        await _press(interaction, Act.RECREATE, picture, "")
    else:
        await _with_file(interaction, "recreate", picture, file)


@app_commands.command(name="describe", description=text(Slash.DESCRIBE))
@app_commands.describe(picture=text(Slash.OF_PICTURE), file=text(Slash.OF_FILE))
@app_commands.autocomplete(picture=completing(pictures))
async def describe(
    interaction: Interaction, *, picture: str | None = None, file: discord.Attachment | None = None
) -> None:
    """Get a prompt for a picture."""
    await _with_file(interaction, "describe", picture, file)


@app_commands.command(name="inspect", description=text(Slash.INSPECT))
@app_commands.describe(picture=text(Slash.OF_PICTURE), file=text(Slash.OF_FILE))
@app_commands.autocomplete(picture=completing(pictures))
async def inspect(
    interaction: Interaction, *, picture: str | None = None, file: discord.Attachment | None = None
) -> None:
    """Read from a picture how it was made."""
    if file is None:
        await _press(interaction, Act.DETAILS, picture, "", command="/inspect")
    else:
        await _with_file(interaction, "inspect", picture, file)


@app_commands.command(name="report", description=text(Slash.REPORT))
@app_commands.describe(picture=text(Slash.OF_REPORTED), reason=text(Slash.OF_REASON))
@app_commands.autocomplete(picture=completing(pictures_here))
async def report(interaction: Interaction, *, picture: str, reason: str = "") -> None:
    """Tell the admins that a picture should not be there."""
    await _press(interaction, Act.REPORT, picture, reason)


async def _press(interaction: Interaction, act: Act, picture: str | None, value: str, command: str = "") -> None:
    async def work(asker: Asker, studio: Studio) -> Reply:
        return await _pressed(act, picture, value, asker, studio)

    await handle(interaction, work, command=command or f"/{act.value}")


async def _pressed(act: Act, picture: str | None, value: str, asker: Asker, studio: Studio) -> Reply:
    job, index = await found(image_of(picture), act.value, asker, studio)
    return await press(act, job, index, asker, studio, value)


async def _with_file(interaction: Interaction, name: str, picture: str | None, file: discord.Attachment | None) -> None:
    """Run a command that reads a whole picture: the file that was sent, else one of ours."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        if file is None:
            return await run(f"/{name} {image_of(picture) or ''}".rstrip(), asker, studio)
        if picture is not None:
            raise Refused(Code.FIELD_CONFLICT, field="picture", value="picture", other="file", allowed=[])
        check_file(file, Role.IMAGE.field, studio.house.limits)
        sent = SourceDraft(Role.IMAGE, data=await fetched(file))
        return await run(f"/{name}", replace(asker, sources=(sent,)), studio)

    await handle(interaction, work, command=f"/{name}", thinks=True)
