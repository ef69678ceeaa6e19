"""The commands about oneself: settings, quota, data and link."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from pinxit.actions.link import CODE_CHARS
from pinxit.actions.mydata import delete_mydata, export_mydata
from pinxit.actions.routing import open_to
from pinxit.actions.settings import load_settings, save_settings
from pinxit.actions.tickets import keep, take
from pinxit.bot.discord.answering import respond
from pinxit.bot.discord.answers import handle
from pinxit.bot.discord.completing import completing, fitting
from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.facts import FORGET, mydata_sheet, settings_sheet
from pinxit.bot.discord.options import draft_of
from pinxit.bot.discord.pages import send_sheet
from pinxit.bot.discord.places import language as language_of
from pinxit.bot.discord.sheets import Press, Sheet
from pinxit.bot.discord.telling import tell, think
from pinxit.bot.discord.texts import escape
from pinxit.bot.discord.translating import text
from pinxit.chat.commands import run
from pinxit.domain.request import Enhance
from pinxit.wording import LANGUAGES, Phrase, Slash, Ui, say, say_slash, ui

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

    from pinxit.actions.settings import PersonSettings
    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker
    from pinxit.domain.errors import Fact

NONE = "none"  # What takes a choice back.
_SURE = "forget"  # The kind of ticket that a deletion needs.
_SURE_MINUTES = 10.0
_EXPORT, _DELETE = "export", "delete"
_FILE = "pinxit-mydata.zip"
_MOST_COUNT = 10
JOIN = "join"  # The act of the button under the question whether to link.


def personal_commands() -> list[app_commands.Command[Any, ..., None]]:
    """Return the commands about oneself, to be added to a tree."""
    return [settings, quota, mydata, link]


async def _generators(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer who can paint here, and nobody in particular."""
    names = open_to(asker.caller, studio).generators
    return fitting([*((name, name) for name in names), (say_slash(asker.locale, Slash.CHOICE_NONE), NONE)], typed)


@app_commands.command(name="settings", description=text(Slash.SETTINGS))
@app_commands.describe(
    name=text(Slash.OF_NAME),
    language=text(Slash.OF_LANGUAGE),
    count=text(Slash.OF_COUNT),
    aspect=text(Slash.OF_ASPECT),
    generator=text(Slash.OF_MY_GENERATOR),
    negative=text(Slash.OF_NEGATIVE),
    enhance=text(Slash.OF_ENHANCE),
    private=text(Slash.OF_MY_PRIVATE),
)
@app_commands.choices(
    language=[
        *(app_commands.Choice(name=each.name, value=name) for name, each in LANGUAGES.items()),
        app_commands.Choice(name=text(Slash.AS_DISCORD), value=NONE),
    ],
    enhance=[
        app_commands.Choice(name=text(Slash.ENHANCE_OFF), value=Enhance.OFF.value),
        app_commands.Choice(name=text(Slash.ENHANCE_RULES), value=Enhance.RULES.value),
        app_commands.Choice(name=text(Slash.ENHANCE_LLM), value=Enhance.LLM.value),
        app_commands.Choice(name=text(Slash.AS_SERVER), value=NONE),
    ],
)
@app_commands.autocomplete(generator=completing(_generators))
async def settings(
    interaction: Interaction,
    *,
    name: str | None = None,
    language: str | None = None,
    count: app_commands.Range[int, 0, _MOST_COUNT] | None = None,
    aspect: str | None = None,
    generator: str | None = None,
    negative: str | None = None,
    enhance: str | None = None,
    private: bool | None = None,
) -> None:
    """Show one's settings, or change those that are named."""
    said = {
        "name": name,
        "language": language,
        "count": count,
        "aspect": aspect,
        "generator": generator,
        "negative": negative,
        "enhance": enhance,
        "private": private,
    }
    chosen = {option: value for option, value in said.items() if value is not None}

    async def answer(asker: Asker, studio: Studio) -> None:
        if chosen:
            before = await load_settings(asker.caller, studio)
            after = await save_settings(with_choices(before, chosen), asker.caller, studio)
            asker = replace(asker, locale=after.locale or language_of(str(interaction.locale)))
        await send_sheet(interaction, await settings_sheet(asker, studio))

    await respond(interaction, "/settings", answer)


@app_commands.command(name="quota", description=text(Slash.QUOTA))
async def quota(interaction: Interaction) -> None:
    """Show what one may still ask for."""
    await handle(interaction, lambda asker, studio: run("/quota", asker, studio), command="/quota")


@app_commands.command(name="link", description=text(Slash.LINK))
@app_commands.describe(code=text(Slash.OF_CODE))
async def link(interaction: Interaction, *, code: str | None = None) -> None:
    """Give a code, or ask whether to take the other account's."""
    plain = "".join(char for char in code or "" if char.isalnum())
    if len(plain) == CODE_CHARS:
        await respond(interaction, "/link", lambda asker, _: send_sheet(interaction, _link_question(plain, asker)))
    else:
        await join(interaction, code or "")  # Refused at once, where it can be no code.


@app_commands.command(name="mydata", description=text(Slash.MYDATA))
@app_commands.describe(data=text(Slash.OF_DATA))
@app_commands.choices(
    data=[
        app_commands.Choice(name=text(Slash.DATA_EXPORT), value=_EXPORT),
        app_commands.Choice(name=text(Slash.DATA_DELETE), value=_DELETE),
    ]
)
async def mydata(interaction: Interaction, *, data: str | None = None) -> None:
    """Say what can be done with one's data, or do it."""
    match data:
        case "export":
            await take_along(interaction)
        case "delete":
            await forget(interaction, "")
        case _:
            await respond(interaction, "/mydata", lambda asker, _: send_sheet(interaction, mydata_sheet(asker)))


async def join(interaction: Interaction, code: str) -> None:
    """Make the asker's account one with that of the code; without one, give them a code."""
    typed = f"/link {code}".rstrip()
    await handle(interaction, lambda asker, studio: run(typed, asker, studio), command="/link")


async def take_along(interaction: Interaction) -> None:
    """Send everything that is kept about somebody as a file for their eyes, or say why it cannot be sent."""

    async def answer(asker: Asker, studio: Studio) -> None:
        await think(interaction)
        most = interaction.filesize_limit
        with tempfile.TemporaryFile() as file:
            size_bytes = await _written(file, most, asker, studio)
            if size_bytes > most:
                facts = {"limit": most // 2**20}
                await tell(interaction, say_slash(asker.locale, Slash.DATA_TOO_LARGE, facts))
                return
            file.seek(0)
            said = say_slash(asker.locale, Slash.DATA_READY)
            await tell(interaction, said, files=[discord.File(file, filename=_FILE)])

    await respond(interaction, "/mydata", answer)


async def forget(interaction: Interaction, ticket: str) -> None:
    """Delete everything about somebody; without the ticket of a question, ask it. They get a sentence."""

    async def answer(asker: Asker, studio: Studio) -> None:
        if not ticket:
            await send_sheet(interaction, await _question(asker, studio))
            return
        await take(ticket, _SURE, asker.caller, studio)
        await think(interaction)  # There may be thousands of files.
        gone = await delete_mydata(asker.caller, studio)
        facts: dict[str, Fact] = {"jobs": gone.jobs, "images": gone.images}
        await tell(interaction, say(asker.locale, Phrase.SAID_MYDATA_DELETED, facts))

    await respond(interaction, "/mydata", answer)


def _link_question(code: str, asker: Asker) -> Sheet:
    """Return the question whether it is their own code: who is talked into another's gives everything away."""
    button = Press(say_slash(asker.locale, Slash.LINK_YES), CustomId(JOIN, value=code), is_last=True)
    return Sheet("", escape(say_slash(asker.locale, Slash.LINK_ASK)), [button])


async def _question(asker: Asker, studio: Studio) -> Sheet:
    ticket = await keep(_SURE, None, asker.caller, studio, _SURE_MINUTES)
    words = ui(asker.locale)
    button = Press(words[Ui.JS_FORGET], CustomId(FORGET, ticket), is_last=True)
    return Sheet(words[Ui.MYDATA], words[Ui.JS_FORGET_ASK], [button])


def with_choices(before: PersonSettings, chosen: Mapping[str, str | float | bool]) -> PersonSettings:
    """Return the settings with what was chosen; `none`, and no pictures, take a choice back. Pure.

    Raises Refused (FLAG_VALUE) for a shape that is none.
    """
    after = before
    for option, value in chosen.items():
        is_back = value == NONE
        match option:
            case "name":
                after = replace(after, name="" if is_back else str(value))
            case "language":
                after = replace(after, locale="" if is_back else str(value))
            case "count":
                after = replace(after, count=int(value) or None)
            case "aspect":
                after = replace(after, aspect=None if is_back else draft_of({"aspect": str(value)}).aspect)
            case "generator":
                after = replace(after, generator=None if is_back else str(value))
            case "negative":
                after = replace(after, negative_prompt="" if is_back else str(value))
            case "enhance":
                after = replace(after, enhance=None if is_back else Enhance(str(value)))
            case "private":
                after = replace(after, private=bool(value))
    return after


async def _written(file: IO[bytes], most: int, asker: Asker, studio: Studio) -> int:
    """Write the export and return its size; it ends where it is too large to be sent."""
    size_bytes = 0
    async for piece in export_mydata(asker.caller, studio):
        size_bytes += len(piece)
        if size_bytes > most:
            break
        await asyncio.to_thread(file.write, piece)
    return size_bytes
