"""The commands about what is one's own: quota, styles, descriptions, reports, the original, personal data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.describe import By, describe
from pinxit.actions.link import MINUTES, offer, redeem
from pinxit.actions.loras import loras
from pinxit.actions.mydata import delete_mydata
from pinxit.actions.quota import balance
from pinxit.actions.settings import load_settings, save_settings
from pinxit.actions.styles import list_styles
from pinxit.chat.acts import press
from pinxit.chat.cards import Act
from pinxit.chat.meaning import found, split_id
from pinxit.chat.quota_lines import lines_of
from pinxit.chat.replies import Page, Reply
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.request import Enhance
from pinxit.prompt.render import render
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker
    from pinxit.domain.ids import ImageId

DEFAULT = "default"  # What takes a person's own choice of enhancement back.
_LEVELS = {"on": Enhance.RULES, **{level.value: level for level in Enhance}}
_MOST_STYLES = 100


async def run_own(name: str, rest: str, asker: Asker, studio: Studio) -> Reply:
    """Do one of these commands. Raises Refused."""
    match name:
        case "quota":
            return Reply(await _quota(asker, studio), page=Page.QUOTA, about=asker.caller.guild)
        case "styles":
            styles = await list_styles(asker.caller, studio)
            return Reply(
                ", ".join(style.name for style in styles[:_MOST_STYLES]), page=Page.STYLES, about=asker.caller.guild
            )
        case "describe":
            return await _describe(rest, asker, studio)
        case "report" | "original":
            named, reason = split_id(rest)
            job, index = await found(named, name, asker, studio)
            return await press(Act(name), job, index, asker, studio, reason)
        case "enhance":
            return await _enhance(rest, asker, studio)
        case "link":
            return await _link(rest, asker, studio)
        case "loras":
            return Reply(_loras(asker, studio))
    return await _mydata(rest, asker, studio)


async def _quota(asker: Asker, studio: Studio) -> str:
    return "\n".join(lines_of(await balance(asker.caller, studio), asker.locale))


async def _describe(rest: str, asker: Asker, studio: Studio) -> Reply:
    named, _ = split_id(rest)
    source = asker.sources[0] if asker.sources and named is None else None
    if source is not None:
        picture = source.image or source.data
        if picture is None:  # An address, which only `prepare` may fetch.
            raise Refused(Code.SOURCE_INVALID, field=source.role.field, reason="it is not a file", allowed=[])
    else:
        picture = await _picture(named, rest, asker, studio)
    seen = await describe(picture, asker.caller, studio, studio.describer, studio.moderator)
    about = Phrase.SAID_DESCRIBED_FILE if seen.by is By.METADATA else Phrase.SAID_DESCRIBED_MODEL
    words = Draft(" ".join(seen.prompt.split()), negative_prompt=" ".join(seen.negative.split()) or None)
    return Reply(say(asker.locale, about, {}), refill=f"/imagine {render(words)}")


async def _picture(named: str | None, rest: str, asker: Asker, studio: Studio) -> ImageId:
    if named is None and rest:
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(rest))
    job_id, index = await found(named, "describe", asker, studio)
    job = await studio.store.jobs.job(job_id)
    images = [] if job is None else [image for image in job.pictures if index is None or image.index == index]
    if not images:
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(named or ""))
    return images[0].id


async def _enhance(rest: str, asker: Asker, studio: Studio) -> Reply:
    wanted = rest.casefold()
    settings = await load_settings(asker.caller, studio)
    if wanted and wanted != DEFAULT and wanted not in _LEVELS:
        known = [*_LEVELS, DEFAULT]
        raise Refused(
            Code.FIELD_CHOICE, field="enhance", value=shown(rest), nearest=nearest(wanted, known), allowed=known
        )
    if wanted:
        settings = await save_settings(replace(settings, enhance=_LEVELS.get(wanted)), asker.caller, studio)
    if settings.enhance is None:
        return Reply(say(asker.locale, Phrase.SAID_ENHANCE_OPEN, {}))
    return Reply(say(asker.locale, Phrase.SAID_ENHANCE, {"enhance": settings.enhance.value}))


async def _link(code: str, asker: Asker, studio: Studio) -> Reply:
    if code:
        await redeem(code, asker.caller, studio)
        return Reply(say(asker.locale, Phrase.SAID_LINKED, {}))
    offered = await offer(asker.caller, studio)
    return Reply(say(asker.locale, Phrase.SAID_LINK, {"code": offered, "count": MINUTES}))


def _loras(asker: Asker, studio: Studio) -> str:
    known = loras(asker.caller, studio)
    if not known:
        return say(asker.locale, Phrase.SAID_NO_LORAS, {})
    return "\n".join(
        say(asker.locale, Phrase.SAID_LORAS, {"generator": name, "allowed": list(names)})
        for name, names in known.items()
    )


async def _mydata(rest: str, asker: Asker, studio: Studio) -> Reply:
    match rest.casefold().split():
        case []:
            return Reply(say(asker.locale, Phrase.SAID_MYDATA, {}), page=Page.MYDATA)
        case ["export"]:
            return Reply(page=Page.MYDATA)
        case ["delete"]:
            return Reply(say(asker.locale, Phrase.SAID_MYDATA_SURE, {}))
        case ["delete", "yes"]:
            gone = await delete_mydata(asker.caller, studio)
            facts = {"jobs": gone.jobs, "images": gone.images}
            return Reply(say(asker.locale, Phrase.SAID_MYDATA_DELETED, {**facts}))
    raise Refused(Code.FIELD_CHOICE, field="mydata", value=shown(rest), allowed=["export", "delete"])
