"""Telling somebody something by direct message, where there is no answer that only they would see."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING

import discord

from pinxit.bot.discord.calls import End, Trouble
from pinxit.bot.discord.texts import MESSAGE_MOST, escape

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.bot.discord.desk import DeskClient

_SILENT_S = 3600.0
_MOST_REMEMBERED = 10_000


class Whispers:
    """Sends them. Who takes none from us is left alone for an hour: Discord bars who is turned down too often."""

    def __init__(self, client: DeskClient) -> None:
        self._client = client
        self._closed: OrderedDict[int, datetime] = OrderedDict()

    async def tell(self, user: int, said: str) -> None:
        """Send a plain text to a person; one that does not arrive is lost."""
        now = self._client.desk.clock.now()
        closed_at = self._closed.get(user)
        if closed_at is not None and now - closed_at < timedelta(seconds=_SILENT_S):
            return

        async def say() -> None:
            room = await self._client.create_dm(discord.Object(user))
            await room.send(escape(said, MESSAGE_MOST), allowed_mentions=discord.AllowedMentions.none())

        told = await self._client.desk.calls.tried("whisper", say, can_wait=True)
        if isinstance(told, Trouble) and told.end in (End.CLOSED, End.CHANNEL):
            self._closed[user] = now
            self._closed.move_to_end(user)
            if len(self._closed) > _MOST_REMEMBERED:
                self._closed.popitem(last=False)
