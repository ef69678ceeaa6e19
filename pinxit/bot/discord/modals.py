"""Forms that somebody fills in, as values: what they ask, and what was written into them. Nothing of them is kept."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from pinxit.actions.report import REASON_CHARS
from pinxit.bot.discord.custom_ids import CustomId, read_custom_id
from pinxit.wording import Phrase, Slash, say, say_slash

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pinxit.domain.ids import JobId

# What a text input takes; discord.com/developers/docs/components/reference, read 2026-11.
MOST_TEXT_CHARS = 4000
_NUMBER_CHARS = 10
_MOST_PICTURES = 25  # Options of a select; the same page.


class Form(StrEnum):
    """What is asked for. The value stands in the custom id, as an act does in a button's.

    EDIT and REPORT are about a job. REMIX is about one of our pictures, SOURCE about one too, or, by a ticket, about a
    picture that lies elsewhere.
    """

    EDIT = "edit"
    REPORT = "report"
    REMIX = "remix"
    SOURCE = "source"
    TICKET = "ticket"


class Blank(StrEnum):
    """One thing to fill in."""

    PROMPT = "prompt"
    STRENGTH = "strength"
    PICTURE = "picture"
    REASON = "reason"


def edit_form(job: JobId, text: str, locale: str) -> ui.Modal:
    """Return the form with a command's words to change. `text`: at most `MOST_TEXT_CHARS`; see `fits`."""
    return _modal(CustomId(Form.EDIT, job), Phrase.ACT_EDIT, [_words(locale, text)], locale)


def report_form(job: JobId, index: int | None, locale: str) -> ui.Modal:
    """Return the form that asks what is wrong with a picture, or with all of a job."""
    reason: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=Blank.REASON, style=discord.TextStyle.paragraph, max_length=REASON_CHARS, required=False
    )
    blank = ui.Label(text=say_slash(locale, Slash.FORM_REASON), component=reason)
    value = "" if index is None else f"{index}"
    return _modal(CustomId(Form.REPORT, job, value), Phrase.ACT_REPORT, [blank], locale)


def picture_form(
    form: Form, subject: str, locale: str, *, index: int | None = None, indices: Sequence[int] = (), text: str = ""
) -> ui.Modal:
    """Return the form that asks what is to become of a picture.

    `subject`: the job whose pictures have these `indices`, or a ticket. `index`: the one that is meant; None: the
    person chooses where there are several.
    """
    strength: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=Blank.STRENGTH, max_length=_NUMBER_CHARS, required=False)
    blanks = [
        _words(locale, text),
        ui.Label(
            text=say_slash(locale, Slash.FORM_STRENGTH),
            description=say_slash(locale, Slash.FORM_STRENGTH_HINT),
            component=strength,
        ),
    ]
    if index is None and len(indices) > 1:
        blanks.append(_pictures(indices, locale))
    chosen = index if index is not None or len(indices) > 1 else next(iter(indices), None)
    title = Slash.MENU_REMIX if form is Form.REMIX else Slash.MENU_SOURCE
    return _modal(CustomId(form, subject, "" if chosen is None else f"{chosen}"), title, blanks, locale)


def fits(text: str) -> bool:
    """Tell whether a text can be put into a form whole."""
    return len(text.encode("utf-16-le")) <= 2 * MOST_TEXT_CHARS


def filled_in(data: Mapping[str, Any]) -> tuple[CustomId, Mapping[Blank, str]] | None:
    """Return which form of ours was sent, and what was written into it; None for one that is not ours.

    `data`: of the interaction. Text comes stripped, and what is not there is "".
    """
    custom_id = read_custom_id(str(data.get("custom_id", "")))
    if custom_id is None or custom_id.act not in set(Form):
        return None
    written = dict.fromkeys(Blank, "")
    for component in _inputs(data.get("components")):
        name = component.get("custom_id")
        if name in set(Blank):
            written[Blank(name)] = _written(component)
    return custom_id, written


def _inputs(components: object) -> Iterator[Mapping[str, Any]]:
    """Yield what can be filled in, from within rows and labels."""
    for component in components if isinstance(components, list) else []:
        if not isinstance(component, dict):
            continue
        yield component
        yield from _inputs(component.get("components"))
        yield from _inputs([component.get("component")])


def _written(component: Mapping[str, Any]) -> str:
    value, values = component.get("value"), component.get("values")
    if isinstance(value, str):
        return value.strip()
    return values[0] if isinstance(values, list) and values and isinstance(values[0], str) else ""


def _modal(custom_id: CustomId, title: Phrase | Slash, blanks: Sequence[ui.Label[Any]], locale: str) -> ui.Modal:
    said = say(locale, title, {}) if isinstance(title, Phrase) else say_slash(locale, title)
    modal = ui.Modal(title=said, custom_id=str(custom_id), timeout=None)
    for blank in blanks:
        modal.add_item(blank)
    modal.stop()  # discord.py keeps in memory whatever is not finished when it is sent.
    return modal


def _words(locale: str, text: str) -> ui.Label[ui.Modal]:
    box: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=Blank.PROMPT, style=discord.TextStyle.paragraph, default=text or None, max_length=MOST_TEXT_CHARS
    )
    return ui.Label(text=say_slash(locale, Slash.FORM_PROMPT), component=box)


def _pictures(indices: Sequence[int], locale: str) -> ui.Label[ui.Modal]:
    options = [
        discord.SelectOption(
            label=say_slash(locale, Slash.FORM_PICTURE_NUMBER, {"number": index + 1}),
            value=f"{index}",
            default=index == indices[0],
        )
        for index in indices[:_MOST_PICTURES]
    ]
    select: ui.Select[ui.Modal] = ui.Select(custom_id=Blank.PICTURE, options=options)
    return ui.Label(text=say_slash(locale, Slash.FORM_PICTURE), component=select)
