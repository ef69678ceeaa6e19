"""When a form is opened, and what comes of it when it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions import tickets
from pinxit.actions.edit import edit_sources
from pinxit.actions.look import find_job
from pinxit.actions.remix import painted_over
from pinxit.bot.discord.answering import ask, hand_over
from pinxit.bot.discord.answers import handle
from pinxit.bot.discord.modals import Blank, Form, edit_form, filled_in, fits, picture_form, report_form
from pinxit.bot.discord.places import language
from pinxit.chat.acts import press
from pinxit.chat.cards import Act
from pinxit.chat.commands import split_command
from pinxit.chat.painting import paint
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import JobId
from pinxit.domain.request import Role
from pinxit.prompt.flag_values import decimal
from pinxit.prompt.render import render
from pinxit.wording import Phrase, Slash, say, say_slash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.custom_ids import CustomId
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker, Reply
    from pinxit.domain.job import Job

_TICKET = "picture"
_MINUTES = 60.0  # Longer than anybody looks at an open form; Discord's addresses of files live for a day.
_IMAGINE = "/imagine"
_ASKED_BY: Mapping[Form, Phrase | Slash] = {
    Form.EDIT: Phrase.ACT_EDIT,
    Form.REPORT: Phrase.ACT_REPORT,
    Form.REMIX: Slash.MENU_REMIX,
    Form.SOURCE: Slash.MENU_SOURCE,
    Form.TICKET: Slash.MENU_SOURCE,
}


async def open_edit(interaction: Interaction, job: JobId, asker: Asker, studio: Studio) -> None:
    """Open the form with the words of a job, or hand them over where they are too long for one. Raises Refused."""
    reply = await press(Act.EDIT, job, None, asker, studio)
    text = reply.refill.removeprefix(_IMAGINE).strip()
    if fits(text):
        await ask(interaction, edit_form(job, text, asker.locale))
    else:
        await hand_over(interaction, asker, text)


async def open_report(interaction: Interaction, job: JobId, index: int | None, asker: Asker, studio: Studio) -> None:
    """Open the form that asks what is wrong. Raises Refused."""
    _check_pictures(await find_job(job, asker.caller, studio))
    await ask(interaction, report_form(job, index, asker.locale))


async def open_remix(interaction: Interaction, job: JobId, asker: Asker, studio: Studio) -> None:
    """Open the form with the words of a job, to be painted over one of its pictures. Raises Refused."""
    found = await find_job(job, asker.caller, studio)
    _check_pictures(found)
    request = found.request
    text = render(Draft(request.prompt, negative_prompt=request.negative_prompt or None))
    if not fits(text):
        await hand_over(interaction, asker, text)
        return
    indices = [image.index for image in found.pictures]
    await ask(interaction, picture_form(Form.REMIX, job, asker.locale, indices=indices, text=text))


async def open_source(interaction: Interaction, job: JobId, asker: Asker, studio: Studio) -> None:
    """Open the form that asks what is to become of one of a job's pictures. Raises Refused."""
    found = await find_job(job, asker.caller, studio)
    _check_pictures(found)
    indices = [image.index for image in found.pictures]
    await ask(interaction, picture_form(Form.SOURCE, job, asker.locale, indices=indices))


async def open_addresses(interaction: Interaction, urls: Sequence[str], asker: Asker, studio: Studio) -> None:
    """Open the form that asks what is to become of pictures that lie elsewhere, one or more."""
    ticket = await tickets.keep(_TICKET, {"urls": list(urls)}, asker.caller, studio, _MINUTES)
    await ask(interaction, picture_form(Form.TICKET, ticket, asker.locale, indices=range(len(urls))))


async def sent(interaction: Interaction) -> None:
    """Do what a form of ours asks for, and answer it; forms of nobody are not looked at."""
    found = filled_in(interaction.data or {})
    if found is None:
        return
    custom_id, written = found

    async def work(asker: Asker, studio: Studio) -> Reply:
        return await _done(custom_id, written, asker, studio)

    about = _ASKED_BY[Form(custom_id.act)]
    locale = language(str(interaction.guild_locale or interaction.locale))
    name = say(locale, about, {}) if isinstance(about, Phrase) else say_slash(locale, about)
    await handle(interaction, work, command=name)


async def _done(custom_id: CustomId, written: Mapping[Blank, str], asker: Asker, studio: Studio) -> Reply:
    words = written[Blank.PROMPT]
    match Form(custom_id.act):
        case Form.REPORT:
            job = JobId(custom_id.subject)
            return await press(Act.REPORT, job, custom_id.index, asker, studio, written[Blank.REASON])
        case Form.EDIT:
            sources = await edit_sources(JobId(custom_id.subject), asker.caller, studio)
            name, rest = split_command(words)
            return await paint(rest if name == "imagine" else words, Draft("", sources=sources), asker, studio)
        case Form.TICKET:
            fields = await _kept(custom_id, written, asker, studio)
        case _:
            fields = await _of_job(custom_id, written, asker, studio)
    return await paint(words, fields, asker, studio)


async def _of_job(custom_id: CustomId, written: Mapping[Blank, str], asker: Asker, studio: Studio) -> Draft:
    job = await find_job(JobId(custom_id.subject), asker.caller, studio)
    index = _index(custom_id, written)
    image = next((image for image in job.pictures if index is None or image.index == index), None)
    if image is None:
        raise Refused(Code.IMAGE_UNKNOWN, image="" if index is None else f"{index + 1}")
    return await painted_over(image.id, asker.caller, studio, strength=_strength(written))


async def _kept(custom_id: CustomId, written: Mapping[Blank, str], asker: Asker, studio: Studio) -> Draft:
    # The ticket stays: a form that comes twice, or is refused and sent again, means the same picture.
    payload = await tickets.look(custom_id.subject, _TICKET, asker.caller, studio)
    urls = payload.get("urls") if isinstance(payload, dict) else None
    index = _index(custom_id, written) or 0
    url = urls[index] if isinstance(urls, list) and index < len(urls) else None
    if not isinstance(url, str):
        raise Refused(Code.IMAGE_UNKNOWN, image=f"{index + 1}")
    return Draft("", sources=(SourceDraft(Role.IMAGE, url=url),), strength=_strength(written))


def _index(custom_id: CustomId, written: Mapping[Blank, str]) -> int | None:
    if custom_id.index is not None:
        return custom_id.index
    chosen = written[Blank.PICTURE]
    return int(chosen) if chosen.isdecimal() and chosen.isascii() else None


def _strength(written: Mapping[Blank, str]) -> float | None:
    """Return the number that was written, None for none; whether it is in range, the action says."""
    text = written[Blank.STRENGTH]
    try:
        return decimal(text) if text else None
    except ValueError:
        raise Refused(Code.FIELD_TYPE, field="strength", value=shown(text), allowed=["0 to 1"]) from None


def _check_pictures(job: Job) -> None:
    if not job.pictures:
        raise Refused(Code.IMAGE_UNKNOWN)
