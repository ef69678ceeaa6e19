"""The commands of every chat: what they are called, what they take, and what they do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.actions.history import HistoryQuery, history
from pinxit.actions.imagine import Ask, imagine
from pinxit.actions.inspect import inspect
from pinxit.actions.look import find_image
from pinxit.actions.outpaint import DIRECTIONS
from pinxit.actions.recreate import recreate
from pinxit.actions.routing import open_to
from pinxit.chat.acts import OFF, press
from pinxit.chat.cards import Act
from pinxit.chat.readings import command_of, lines_of
from pinxit.chat.replies import Page, Reply, queued
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.ids import ImageId, JobId, is_id
from pinxit.domain.request import Mode, Role
from pinxit.prompt.flags import decimal, parse
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `takes`: "prompt", "image", "job", "text" or nothing; `example` as it is typed."""

    name: str
    summary: Phrase
    takes: str
    example: str


COMMANDS = (
    Command("imagine", Phrase.COMMAND_IMAGINE, "prompt", "/imagine a red fox in snow --ar 3:2 --n 4"),
    Command("reroll", Phrase.COMMAND_REROLL, "job", "/reroll"),
    Command("vary", Phrase.COMMAND_VARY, "image", "/vary 0.3"),
    Command("upscale", Phrase.COMMAND_UPSCALE, "image", "/upscale 2"),
    Command("outpaint", Phrase.COMMAND_OUTPAINT, "image", "/outpaint left"),
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
    Command("models", Phrase.COMMAND_MODELS, "", "/models"),
    Command("settings", Phrase.COMMAND_SETTINGS, "", "/settings"),
    Command("help", Phrase.COMMAND_HELP, "", "/help"),
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


async def run(text: str, asker: Asker, studio: Studio) -> Reply:
    """Do what was typed. Text without a command is a prompt.

    A command about a picture or a job takes its id; without one it means the asker's newest here. Raises Refused.
    """
    typed = _COMMAND.fullmatch(text)
    name, rest = (typed["name"].casefold(), typed["rest"].strip()) if typed else ("imagine", text)
    if name not in _NAMES:
        raise Refused(Code.COMMAND_UNKNOWN, value=shown(f"/{name}"), nearest=_nearest(name), allowed=[])
    if name in _PAGES:
        return Reply(page=_PAGES[name])
    match name:
        case "imagine" | "inpaint":
            return await _paint(rest, asker, studio, Mode.INPAINT if name == "inpaint" else None)
        case "history":
            return Reply(page=Page.HISTORY, about=rest)
        case "models":
            return Reply(_models(asker, studio))
        case "inspect" if not rest and not asker.sources:
            return Reply(page=Page.INSPECT)
        case "inspect":
            return await _inspect(ImageId(_first_id(rest)) if rest else _attached(asker), asker, studio)
        case "recreate" if asker.sources and not rest:
            accepted = await recreate(_attached(asker), asker.caller, studio, key=asker.key, target=asker.target)
            return await queued(accepted, asker, studio)
        case "recreate":
            job, index, _ = await _meant(rest, "recreate", asker, studio)
            return await press(Act.RECREATE, job, index, asker, studio)
    job, index, value = await _meant(rest, name, asker, studio)
    return await press(_ACTS[name], job, index, asker, studio, value)


async def _paint(rest: str, asker: Asker, studio: Studio, mode: Mode | None) -> Reply:
    draft = replace(parse(rest), mode=mode, sources=asker.sources)
    if mode is Mode.INPAINT and not any(source.role is Role.MASK for source in asker.sources):
        raise Refused(Code.SOURCE_MISSING, field=Role.MASK.field, mode=Mode.INPAINT.value, value="", allowed=[])
    accepted = await imagine(Ask(draft, asker.caller, asker.key, asker.target), studio)
    return await queued(accepted, asker, studio)


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


async def _meant(rest: str, name: str, asker: Asker, studio: Studio) -> tuple[JobId, int | None, str]:
    """Return the job and the picture that the words name, else the asker's newest, and the word that is left."""
    words = rest.split()
    named = next((word for word in words if is_id(word)), None)
    value = " ".join(word for word in words if word != named)
    if named is None and value and not _is_value(value):
        raise Refused(Code.JOB_UNKNOWN, job=shown(value))
    if named is not None:
        image = await studio.store.images.image(ImageId(named))
        return (JobId(named), None, value) if image is None else (image.job, image.index, value)
    query = HistoryQuery(guild=asker.caller.guild, person=asker.caller.person, most=20)
    jobs = (await history(query, asker.caller, studio)).jobs
    for job in jobs:
        if name == "cancel" and not job.state.is_final:
            return job.id, None, value
        if name in ("reroll", "edit", "details", "delete") or (name != "cancel" and job.images):
            return job.id, None, value
    raise Refused(Code.NO_PICTURE_YET)


def _is_value(text: str) -> bool:
    """Tell whether a word is an act's value, and not the id of something that is not there."""
    try:
        decimal(text)
    except ValueError:
        return text in (*DIRECTIONS, OFF)
    return True


def _first_id(rest: str) -> str:
    named = next((word for word in rest.split() if is_id(word)), None)
    if named is None:
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(rest))
    return named


def _models(asker: Asker, studio: Studio) -> str:
    return "\n".join(
        say(asker.locale, Phrase.SAID_MODELS, {"generator": name, "allowed": list(generator.capabilities.models)})
        for name, generator in open_to(asker.caller, studio).generators.items()
    )


def _nearest(name: str) -> str:
    found = nearest(name, _NAMES)
    return f"/{found}" if found else ""
