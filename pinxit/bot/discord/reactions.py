"""Reactions under messages of ours, however old: each asks for what a button asks for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from pinxit.actions.look import find_job
from pinxit.bot.discord.address import DISCORD
from pinxit.bot.discord.places import asker_without_answer, spot_of_reaction
from pinxit.bot.discord.reaction_table import Recent, key_of, plain, table_of
from pinxit.bot.discord.refusals import refused_said
from pinxit.bot.discord.whispers import Whispers
from pinxit.chat.acts import OFF, press
from pinxit.chat.cards import Act
from pinxit.chat.replies import Page
from pinxit.domain.errors import Refused, Unavailable
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    import discord

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import DeskClient
    from pinxit.bot.discord.places import Spot
    from pinxit.bot.discord.reaction_table import Asked
    from pinxit.chat.replies import Asker
    from pinxit.domain.ids import JobId

log = structlog.get_logger(__name__)

_WITHOUT_MESSAGE = (Act.FAVOURITE, Act.DELETE, Act.FILES, Act.REPORT)  # All others make a job, which is shown.


class Reactions:
    """What the client calls for each reaction. Bots' are not looked at, ours included.

    What somebody asks for by a reaction has no answer that only they would see. So a job gets a message of its own in
    the channel, and a refusal goes to the person directly; where they take no direct messages, nowhere.
    """

    def __init__(self, client: DeskClient) -> None:
        self._client = client
        self._table = table_of(client.desk.settings.acts_of_reactions())
        self._recent = Recent()
        self._whispers = Whispers(client)
        self._in_turn = asyncio.Lock()  # So that a favourite ends as the last of its reactions says.

    async def added(self, event: discord.RawReactionActionEvent) -> None:
        """Do what a new reaction asks for."""
        asked = self._asked(event)
        if asked is None or (event.member is not None and event.member.bot):
            return
        if asked.act is Act.FAVOURITE:  # Keeping a picture twice changes nothing, and the last word counts.
            await self._keep(asked, event)
            return
        job = await self._job(event)
        if job is not None and self._is_new(event):
            await self._do(asked, job, event)

    async def removed(self, event: discord.RawReactionActionEvent) -> None:
        """Take back what can be taken back: a favourite."""
        asked = self._asked(event)
        if asked is None or asked.act is not Act.FAVOURITE:
            return
        await self._keep(asked, event, OFF)

    async def _keep(self, asked: Asked, event: discord.RawReactionActionEvent, value: str = "") -> None:
        async with self._in_turn:
            job = await self._job(event)
            if job is not None:
                await self._do(asked, job, event, value)

    def _asked(self, event: discord.RawReactionActionEvent) -> Asked | None:
        desk, me = self._client.desk, self._client.user
        if desk.is_stopping or me is None or event.user_id == me.id:
            return None
        return self._table.get(plain(str(event.emoji)))

    def _is_new(self, event: discord.RawReactionActionEvent) -> bool:
        now = self._client.desk.studio.clock.now()
        return self._recent.is_new(str(event.user_id), str(event.message_id), plain(str(event.emoji)), now)

    async def _job(self, event: discord.RawReactionActionEvent) -> JobId | None:
        deliveries = self._client.desk.studio.store.deliveries
        return await deliveries.by_message(DISCORD, str(event.channel_id), str(event.message_id))

    async def _do(self, asked: Asked, job: JobId, event: discord.RawReactionActionEvent, value: str = "") -> None:
        """Do it, or tell the person why not."""
        desk = self._client.desk
        studio = desk.studio
        with desk.working():
            spot = spot_of_reaction(event, self._client, deleting=asked.act is Act.DELETE)
            asker = await self._asker(spot, event, studio)
            if not spot.can_post and asked.act not in _WITHOUT_MESSAGE:
                await self._whispers.tell(event.user_id, say_slash(asker.locale, Slash.CANNOT_WRITE))
                return
            try:
                reply = await press(asked.act, job, asked.index, asker, studio, value)
                if reply.page is Page.FILES and desk.platform is not None:
                    found = await find_job(job, asker.caller, studio)
                    await desk.platform.send_files(found, str(event.user_id), asker.locale)
            except Refused as refused:
                log.info("discord.reaction_refused", act=asked.act.value, job=job, code=refused.code.value)
                await self._whispers.tell(event.user_id, refused_said(refused, asker.locale))
            except Unavailable:
                log.info("discord.reaction_unavailable", act=asked.act.value, job=job)

    async def _asker(self, spot: Spot, event: discord.RawReactionActionEvent, studio: Studio) -> Asker:
        emoji, message = str(event.emoji), str(event.message_id)
        key = key_of(message, emoji, studio.clock.now())
        return await asker_without_answer(spot, studio, key=key, command=emoji, reply_to=message)
