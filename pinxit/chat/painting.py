"""Paint what was typed and chosen, and ask before so many jobs that it may be a slip."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from pinxit.actions import tickets
from pinxit.actions.blend import blend
from pinxit.actions.imagine import imagine_all
from pinxit.actions.wishes import asks_of
from pinxit.chat.replies import Reply, all_queued
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.draft_json import draft_from_json, draft_to_json
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import ImageId, is_id
from pinxit.domain.request import Mode, Role
from pinxit.prompt.render import render
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker
    from pinxit.domain.request import Json

_CONFIRM = "confirm"  # The kind of the tickets of wishes that wait for a yes.


async def paint(text: str, fields: Draft, asker: Asker, studio: Studio, mode: Mode | None = None) -> Reply:
    """Queue what a text asks for, choices and flags included, with what was said beside it in `fields`.

    Where both name the same thing differently it is refused; the pictures are those of `fields`, else the asker's.
    `mode`: None: that of `fields`, else whatever fits. Many jobs at once are not queued but asked about, with a ticket
    for `confirm` where no file came along. Raises Refused.
    """
    fields = replace(fields, mode=mode or fields.mode, sources=fields.sources or asker.sources)
    if fields.mode is Mode.INPAINT and not any(source.role is Role.MASK for source in fields.sources):
        raise Refused(Code.SOURCE_MISSING, field=Role.MASK.field, mode=Mode.INPAINT.value, value="", allowed=[])
    asks = asks_of(text, fields, asker.caller, studio, key=asker.key, target=asker.target)
    try:
        group = await imagine_all(asks, studio, asker.saved)
    except Refused as refused:
        if refused.code is not Code.CONFIRM_NEEDED:
            raise
        return await _asked_back(text, fields, refused, asker, studio)
    return await all_queued(group, asker, studio)


async def blended(text: str, asker: Asker, studio: Studio, fields: Draft | None = None) -> Reply:
    """Queue one picture of two: those that came along, and before them those whose ids `text` begins with.

    Behind them stands a prompt, or nothing. Raises Refused as `blend` does.
    """
    words = text.split()
    named = list(takewhile(is_id, words))
    ours = (SourceDraft(Role.IMAGE, image=ImageId(word)) for word in named)
    said, rest = fields or Draft(prompt=""), " ".join(words[len(named) :]) if named else text
    caller, key, target = asker.caller, asker.key, asker.target
    group = await blend((*ours, *asker.sources), rest, said, caller, studio, key=key, target=target)
    return await all_queued(group, asker, studio)


async def confirm(ticket: str, asker: Asker, studio: Studio) -> Reply:
    """Queue a wish that was asked about. Raises Refused: TICKET_GONE, NOT_YOURS, and what `paint` raises."""
    kept: Any = await tickets.take(ticket, _CONFIRM, asker.caller, studio)
    fields = replace(draft_from_json(kept["fields"]), confirmed=True)
    # Its first key draws the same wildcards once more.
    return await paint(kept["text"], fields, replace(asker, key=kept["key"] or asker.key), studio)


async def decline(ticket: str, asker: Asker, studio: Studio) -> None:
    """Forget a wish that was asked about; one that is forgotten already is no harm. Raises Refused: NOT_YOURS."""
    try:
        await tickets.take(ticket, _CONFIRM, asker.caller, studio)
    except Refused as refused:
        if refused.code is not Code.TICKET_GONE:
            raise


async def _asked_back(text: str, fields: Draft, refused: Refused, asker: Asker, studio: Studio) -> Reply:
    said = say(asker.locale, refused.code, refused.facts)
    command = "imagine" if fields.mode is None else fields.mode.value
    flags = render(replace(fields, prompt="", confirmed=True))
    reply = Reply(said, refill=f"/{command} {text} {flags}", keeps=True)
    if any(source.data is not None for source in fields.sources):  # Files would have to be kept for nothing, mostly.
        return reply
    kept: Json = {"text": text, "fields": draft_to_json(fields), "key": asker.key}
    reply = replace(reply, question=say(asker.locale, Phrase.SAID_SURE, refused.facts))
    return replace(reply, confirm=await tickets.keep(_CONFIRM, kept, asker.caller, studio))
