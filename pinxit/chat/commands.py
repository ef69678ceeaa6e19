"""The commands of every chat: what they are called, what they take, and what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.inspect import inspect
from pinxit.actions.look import find_image
from pinxit.actions.recreate import recreate
from pinxit.chat.acts import press
from pinxit.chat.admin_commands import run_admin
from pinxit.chat.cards import Act
from pinxit.chat.meaning import meant
from pinxit.chat.own_commands import run_own
from pinxit.chat.painters import listed
from pinxit.chat.painting import blended, paint
from pinxit.chat.readings import command_of, lines_of
from pinxit.chat.replies import Page, Reply, queued
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.ids import ImageId, is_id
from pinxit.domain.request import Mode
from pinxit.wording import Phrase

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker
    from pinxit.domain.caller import Caller


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `takes`: "prompt", "image", "job", "text" or nothing; `example` as it is typed.

    `only_admin`: of the guild, or of everything.
    """

    name: str
    summary: Phrase
    takes: str
    example: str
    only_admin: bool = False


COMMANDS = (
    Command("imagine", Phrase.COMMAND_IMAGINE, "prompt", "/imagine a red fox in snow --ar 3:2 --n 4"),
    Command("reroll", Phrase.COMMAND_REROLL, "job", "/reroll"),
    Command("vary", Phrase.COMMAND_VARY, "image", "/vary 0.3"),
    Command("upscale", Phrase.COMMAND_UPSCALE, "image", "/upscale 2"),
    Command("outpaint", Phrase.COMMAND_OUTPAINT, "image", "/outpaint left"),
    Command("blend", Phrase.COMMAND_BLEND, "prompt", "/blend a harbour in fog"),
    Command("inpaint", Phrase.COMMAND_INPAINT, "prompt", "/inpaint a straw hat"),
    Command("edit", Phrase.COMMAND_EDIT, "job", "/edit"),
    Command("recreate", Phrase.COMMAND_RECREATE, "image", "/recreate"),
    Command("inspect", Phrase.COMMAND_INSPECT, "image", "/inspect"),
    Command("details", Phrase.COMMAND_DETAILS, "job", "/details"),
    Command("favourite", Phrase.COMMAND_FAVOURITE, "image", "/favourite"),
    Command("favourites", Phrase.COMMAND_FAVOURITES, "", "/favourites"),
    Command("history", Phrase.COMMAND_HISTORY, "text", "/history fox"),
    Command("queue", Phrase.COMMAND_QUEUE, "", "/queue"),
    Command("cancel", Phrase.COMMAND_CANCEL, "job", "/cancel"),
    Command("delete", Phrase.COMMAND_DELETE, "job", "/delete"),
    Command("original", Phrase.COMMAND_ORIGINAL, "job", "/original"),
    Command("describe", Phrase.COMMAND_DESCRIBE, "image", "/describe"),
    Command("report", Phrase.COMMAND_REPORT, "image", "/report somebody is insulted in it"),
    Command("styles", Phrase.COMMAND_STYLES, "", "/styles"),
    Command("loras", Phrase.COMMAND_LORAS, "", "/loras"),
    Command("quota", Phrase.COMMAND_QUOTA, "", "/quota"),
    Command("enhance", Phrase.COMMAND_ENHANCE, "text", "/enhance off"),
    Command("mydata", Phrase.COMMAND_MYDATA, "text", "/mydata export"),
    Command("link", Phrase.COMMAND_LINK, "text", "/link"),
    Command("models", Phrase.COMMAND_MODELS, "", "/models"),
    Command("settings", Phrase.COMMAND_SETTINGS, "", "/settings"),
    Command("help", Phrase.COMMAND_HELP, "", "/help"),
    Command("admin", Phrase.COMMAND_ADMIN, "text", "/admin quota set everyone 12/day", only_admin=True),
)
_NAMES = tuple(command.name for command in COMMANDS)
_COMMAND = re.compile(r"\s*/(?P<name>[A-Za-z]\w*)(?=\s|$)\s*(?P<rest>.*)", re.DOTALL)
_ACTS = {
    "reroll": Act.REROLL,
    "vary": Act.VARY,
    "upscale": Act.UPSCALE,
    "outpaint": Act.OUTPAINT,
    "edit": Act.EDIT,
    "details": Act.DETAILS,
    "favourite": Act.FAVOURITE,
    "cancel": Act.CANCEL,
    "delete": Act.DELETE,
}
_PAGES = {"favourites": Page.FAVOURITES, "queue": Page.QUEUE, "settings": Page.SETTINGS, "help": Page.HELP}
_OWN = ("quota", "styles", "describe", "report", "original", "enhance", "mydata", "link", "loras")


def commands_for(caller: Caller) -> tuple[Command, ...]:
    """Return the commands that this caller may use where they stand."""
    is_admin = caller.may_manage(caller.guild)
    return tuple(command for command in COMMANDS if is_admin or not command.only_admin)


async def run(text: str, asker: Asker, studio: Studio) -> Reply:
    """Do what was typed. Text without a command is a prompt.

    A command about a picture or a job takes its id; without one it means the asker's newest here. Raises Refused.
    """
    name, rest = split_command(text)
    if name not in _NAMES:
        raise Refused(Code.COMMAND_UNKNOWN, value=shown(f"/{name}"), nearest=_nearest(name), allowed=[])
    if name in _PAGES:
        return Reply(page=_PAGES[name])
    if name in _OWN:
        return await run_own(name, rest, asker, studio)
    match name:
        case "admin":
            return await run_admin(rest, asker, studio)
        case "imagine" | "inpaint":
            silent = Draft(prompt="", mode=Mode.INPAINT if name == "inpaint" else None, sources=asker.sources)
            return await paint(rest, silent, asker, studio)
        case "blend":
            return await blended(rest, asker, studio)
        case "history":
            return Reply(page=Page.HISTORY, about=rest)
        case "models":
            return Reply(await listed(asker, studio))
        case "inspect" if not rest and not asker.sources:
            return Reply(page=Page.INSPECT)
        case "inspect":
            return await _inspect(ImageId(_first_id(rest)) if rest else _attached(asker), asker, studio)
        case "recreate" if asker.sources and not rest:
            accepted = await recreate(_attached(asker), asker.caller, studio, key=asker.key, target=asker.target)
            return await queued(accepted, asker, studio)
        case "recreate":
            job, index, _ = await meant(rest, "recreate", asker, studio)
            return await press(Act.RECREATE, job, index, asker, studio)
    job, index, value = await meant(rest, name, asker, studio)
    return await press(_ACTS[name], job, index, asker, studio, value)


def split_command(text: str) -> tuple[str, str]:
    """Return the name of the command and what stands behind it; text without a command is a prompt. Pure."""
    typed = _COMMAND.fullmatch(text)
    return (typed["name"].casefold(), typed["rest"].strip()) if typed else ("imagine", text)


async def _inspect(named: ImageId | bytes, asker: Asker, studio: Studio) -> Reply:
    if isinstance(named, bytes):
        reading = await inspect(named, asker.caller, studio)
        return Reply("\n".join(lines_of(reading, asker.locale)), refill=command_of(reading))
    image = await find_image(named, asker.caller, studio)
    return Reply(page=Page.DETAILS, about=image.job)


def _attached(asker: Asker) -> ImageId | bytes:
    source = asker.sources[0]
    named = source.image or source.data
    if named is None:  # An address, which only `prepare` may fetch.
        raise Refused(Code.SOURCE_INVALID, field=source.role.field, reason="it is not a file", allowed=[])
    return named


def _first_id(rest: str) -> str:
    named = next((word for word in rest.split() if is_id(word)), None)
    if named is None:
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(rest))
    return named


def _nearest(name: str) -> str:
    found = nearest(name, _NAMES)
    return f"/{found}" if found else ""
