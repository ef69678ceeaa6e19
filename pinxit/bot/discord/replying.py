"""A message that answers a picture and mentions the bot: its words are painted over that picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import discord
import structlog

from pinxit.actions.look import find_job
from pinxit.actions.remix import painted_over
from pinxit.bot.discord.answers import question
from pinxit.bot.discord.messages import seen_in
from pinxit.bot.discord.options import check_file
from pinxit.bot.discord.places import asker_without_answer, spot_of_message
from pinxit.bot.discord.refusals import refused_said
from pinxit.bot.discord.texts import MESSAGE_MOST, escape
from pinxit.chat.painting import paint
from pinxit.chat.replies import Reply
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.request import Role
from pinxit.wording import Slash, say, say_slash

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.calls import Calls
    from pinxit.bot.discord.desk import DeskClient
    from pinxit.chat.replies import Asker

log = structlog.get_logger(__name__)


async def heard(client: DeskClient, message: discord.Message) -> None:
    """Look at a message; one that answers a picture and mentions the bot by name is a wish. Bots' are not looked at.

    A job gets a message of its own; everything else is said in an answer that pings nobody.
    """
    words = _words(client, message)
    if words is None or client.desk.is_stopping:
        return
    studio = client.desk.studio
    with client.desk.working():
        spot = spot_of_message(message, client)
        if not spot.can_post:
            log.info("somebody asked where we may not write", guild=spot.guild)
            return
        asker = await asker_without_answer(
            spot, studio, key=f"m{message.id}", command="/imagine", reply_to=str(message.id)
        )
        try:
            reply = await _wish(words, message, asker, studio)
        except Refused as refused:
            reply = Reply(refused_said(refused, asker.locale))
        except Unavailable:
            reply = Reply(say(asker.locale, Code.STOPPING, {}))
        if not reply.jobs:
            await _answer(message, reply, asker, client.desk.calls)


def _words(client: DeskClient, message: discord.Message) -> str | None:
    """Return what was written to the bot under another message, None where that is not so.

    Answering a message of ours pings us too; only who writes our name means us.
    """
    if client.user is None or message.author.bot or message.reference is None:
        return None
    if message.type not in (discord.MessageType.reply, discord.MessageType.default):
        return None
    if message.reference.type is not discord.MessageReferenceType.reply:
        return None
    mention = re.compile(rf"<@!?{client.user.id}>")
    return " ".join(mention.sub(" ", message.content).split()) if mention.search(message.content) else None


async def _wish(words: str, message: discord.Message, asker: Asker, studio: Studio) -> Reply:
    answered = message.reference.resolved if message.reference is not None else None
    if not isinstance(answered, discord.Message):
        return Reply(_unseen(asker))
    seen = await seen_in(answered, studio)
    if seen.job is not None:
        job = await find_job(seen.job, asker.caller, studio)
        if not job.pictures:
            raise Refused(Code.IMAGE_UNKNOWN)
        fields = await painted_over(job.pictures[0].id, asker.caller, studio)
        return await paint(words, fields, asker, studio)
    if not seen.pictures:
        return Reply(_unseen(asker))
    check_file(seen.pictures[0], Role.IMAGE.field, studio.house.limits)
    return await paint(words, Draft("", sources=(SourceDraft(Role.IMAGE, url=seen.pictures[0].url),)), asker, studio)


def _unseen(asker: Asker) -> str:
    """Return that no picture is to be seen; Discord shows bots what others sent only in a menu, or if it names them."""
    return say_slash(asker.locale, Slash.PICTURE_UNSEEN, {"menu": say_slash(asker.locale, Slash.MENU_SOURCE)})


async def _answer(message: discord.Message, reply: Reply, asker: Asker, calls: Calls) -> None:
    """Say something under a message. Where that cannot be, it stays unsaid."""
    view = question(reply.confirm, asker.locale) if reply.confirm else discord.utils.MISSING

    async def say() -> None:
        await message.reply(
            escape(reply.question or reply.said, MESSAGE_MOST),
            view=view,
            mention_author=False,
            allowed_mentions=discord.AllowedMentions.none(),
            nonce=str(message.id),
        )

    await calls.tried("answer to a message", say)
