"""The originals of a job, as direct messages to whoever asks for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from pinxit.bot.discord.address import Address
from pinxit.bot.discord.calls import End, Trouble
from pinxit.bot.discord.drawing import draw
from pinxit.bot.discord.files import DEFAULT_MOST_BYTES, Room, gather, in_parcels
from pinxit.chat.cards import view
from pinxit.domain.delivery import Card
from pinxit.domain.errors import Code, Refused
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.bot.discord.ways import Ways
    from pinxit.domain.job import Job
    from pinxit.domain.ports import Blobs

log = structlog.get_logger(__name__)


async def send_originals(
    job: Job, user: str, ways: Ways, blobs: Blobs, now: datetime, *, locale: str, public_url: str | None = None
) -> Slash:
    """Send them, in as many messages as they need, and return what to tell the person.

    Who may have them is not asked here. Raises Refused: NO_PICTURE_YET, DM_CLOSED, CHAT_SILENT.
    """
    card = view(Card(job, 1.0), locale, now)
    if not card.pictures:
        raise Refused(Code.NO_PICTURE_YET)
    room = Room(DEFAULT_MOST_BYTES, len(card.pictures) * DEFAULT_MOST_BYTES)
    try:
        gathered = await gather(job, card, blobs, room, locale=locale, public_url=public_url)
    except OSError as error:
        log.warning("originals cannot be read", job=job.id, error=type(error).__name__)
        raise Refused(Code.CHAT_SILENT) from error
    head = draw(card, Address(user=user, locale=locale), locale=locale, notes=gathered.notes)
    head = replace(head, content=say_slash(locale, Slash.YOUR_FILES), view=None)
    for parcel in tuple(in_parcels(gathered.files, Room())) or ((),):
        sent = await ways.create_directly(user, replace(head, files=parcel))
        if isinstance(sent, Trouble):
            raise Refused(Code.DM_CLOSED if sent.end is End.CLOSED else Code.CHAT_SILENT)
    return Slash.SENT_FILES
