"""What a button or a reaction under a message does; nothing is remembered between the message and the press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.cancel import cancel
from pinxit.actions.change import change
from pinxit.actions.delete import delete_image, delete_job
from pinxit.actions.edit import edit_text
from pinxit.actions.favourite import set_favourite
from pinxit.actions.look import find_job
from pinxit.actions.outpaint import DIRECTIONS, outpaint
from pinxit.actions.recreate import recreate
from pinxit.actions.report import report
from pinxit.actions.reroll import reroll
from pinxit.actions.upscale import upscale
from pinxit.actions.use_original import use_original
from pinxit.actions.vary import vary
from pinxit.chat.cards import Act
from pinxit.chat.replies import Page, Reply, queued
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.job import JobState
from pinxit.prompt.flag_values import decimal
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker
    from pinxit.domain.ids import JobId
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job

# With the position of the picture meant, from 0; None: the job as a whole. Compare without the variation selector.
REACTIONS: Mapping[str, tuple[Act, int | None]] = {
    "🔁": (Act.REROLL, None),
    "❤️": (Act.FAVOURITE, None),
    "❌": (Act.DELETE, None),
    "✉️": (Act.FILES, None),
    "1️⃣": (Act.UPSCALE, 0),
    "2️⃣": (Act.UPSCALE, 1),
    "3️⃣": (Act.UPSCALE, 2),
    "4️⃣": (Act.UPSCALE, 3),
    "⚠️": (Act.REPORT, None),
}

OFF = "off"  # The value that takes a favourite back.


async def press(act: Act, job: JobId, index: int | None, asker: Asker, studio: Studio, value: str = "") -> Reply:
    """Do what the button says.

    `index`: of the picture meant, from 0; None: the job, or its first picture where it must be one. `value`: what the
    act takes besides: a factor, a direction, a zoom, `off`, a reason, `field=value`. Raises Refused as the actions do.
    """
    caller, key, target = asker.caller, asker.key, asker.target
    match act:
        case Act.REROLL:
            return await queued(await reroll(job, caller, studio, key=key, target=target), asker, studio)
        case Act.ORIGINAL:
            return await queued(await use_original(job, caller, studio, key=key, target=target), asker, studio)
        case Act.EDIT:
            return Reply(refill=await edit_text(job, caller, studio))
        case Act.DETAILS:
            await find_job(job, caller, studio)
            return Reply(page=Page.DETAILS, about=job)
        case Act.FILES:
            await find_job(job, caller, studio)
            return Reply(page=Page.FILES, about=job)
        case Act.CHANGE:
            field, _, wanted = value.partition("=")
            return await queued(await change(job, field, wanted, caller, studio, key=key, target=target), asker, studio)
        case Act.CANCEL:
            stopped = await cancel(job, caller, studio)
            about = Phrase.SAID_CANCELLED if stopped.state is JobState.CANCELLED else Phrase.SAID_STOPPING
            return Reply(say(asker.locale, about, {}))
        case Act.DELETE if index is None:
            await delete_job(job, caller, studio)
            return Reply(say(asker.locale, Phrase.SAID_DELETED, {}), removed=(job,))
    found = await find_job(job, caller, studio)
    return await _on_picture(act, found, index, asker, studio, value)


async def _on_picture(act: Act, job: Job, index: int | None, asker: Asker, studio: Studio, value: str) -> Reply:
    image = _image(job, index)
    caller, key, target = asker.caller, asker.key, asker.target
    match act:
        case Act.VARY:
            strength = _number(value, "strength")
            accepted = await vary(image.id, caller, studio, strength=strength, key=key, target=target)
        case Act.UPSCALE:
            factor = _number(value, "upscale")
            accepted = await upscale(image.id, caller, studio, factor=factor, key=key, target=target)
        case Act.OUTPAINT if value in DIRECTIONS:
            accepted = await outpaint(image.id, caller, studio, pan=value, key=key, target=target)
        case Act.OUTPAINT:
            zoom = _number(value, "zoom")
            accepted = await outpaint(image.id, caller, studio, zoom=zoom, key=key, target=target)
        case Act.RECREATE:
            accepted = await recreate(image.id, caller, studio, key=key, target=target)
        case Act.DELETE:
            await delete_image(image.id, caller, studio)
            return Reply(say(asker.locale, Phrase.SAID_DELETED, {}))
        case Act.REPORT:
            for one in job.pictures if index is None else (image,):
                await report(one.id, value, caller, studio)
            return Reply(say(asker.locale, Phrase.SAID_REPORTED, {}))
        case _:
            wanted = value != OFF
            for one in job.pictures if index is None else (image,):
                await set_favourite(one.id, caller, studio, on=wanted)
            said = Phrase.SAID_FAVOURED if wanted else Phrase.SAID_UNFAVOURED
            return Reply(say(asker.locale, said, {}))
    return await queued(accepted, asker, studio)


def _image(job: Job, index: int | None) -> Image:
    found = next((image for image in job.pictures if index is None or image.index == index), None)
    if found is None:
        raise Refused(Code.IMAGE_UNKNOWN, image="" if index is None else str(index + 1))
    return found


def _number(value: str, field: str) -> float | None:
    """Return the number that was typed, None for none; whether it is in range, the action says."""
    try:
        return decimal(value) if value else None
    except ValueError:
        allowed = ["a number", *(DIRECTIONS if field == "zoom" else ())]
        raise Refused(Code.FIELD_TYPE, field=field, value=shown(value), allowed=allowed) from None
