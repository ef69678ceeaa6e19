"""From an event to an answer: commit first, then acknowledge, and never leave somebody without a sentence."""

from __future__ import annotations

import asyncio
import json
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import ui

from pinxit.bot.discord.address import Address
from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.drawing import draw, used
from pinxit.bot.discord.failures import log_lost, tell_failure
from pinxit.bot.discord.pages import show_page
from pinxit.bot.discord.places import asker_of, language
from pinxit.bot.discord.telling import ANSWER_WITHIN_S, is_thinking, refuse, tell, think
from pinxit.bot.discord.texts import MESSAGE_MOST, cut, escape
from pinxit.bot.discord.trouble import LOST
from pinxit.chat.cards import view
from pinxit.domain.delivery import Card
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.job import JobState
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.acks import Acks
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker, Reply
    from pinxit.domain.job import Job

__all__ = ["answer", "handle", "refuse"]

_FENCE = "```"


async def handle(
    interaction: Interaction,
    work: Callable[[Asker, Studio], Awaitable[Reply]],
    *,
    command: str = "",
    deleting: bool = False,
    thinks: bool = False,
) -> None:
    """Do what an interaction asks for and answer it, whatever comes of it.

    `work`: what is to be done; it commits before it returns. `command`: what was used, such as "/imagine". `deleting`:
    whoever may delete messages may do it. `thinks`: it uses the network, so an answer for the asker's eyes is promised
    first.
    """
    desk = interaction.client.desk
    if not desk.is_new(interaction.id):
        return  # What works once only would be refused now, and that would be the answer if it were the faster one.
    locale = language(str(interaction.locale))
    named = str(interaction.id)
    with desk.working(), nullcontext() if thinks else desk.studio.rush.answering():
        try:
            if desk.is_stopping:
                raise Refused(Code.STOPPING)  # noqa: TRY301 - told as every refusal is
            if thinks:
                await think(interaction)
            studio = desk.studio
            # Before the commit, since the outbox may be faster than the answer.
            desk.acks.expect(named, hurries=not thinks)
            async with nullcontext() if thinks else desk.turns:
                asker = await asker_of(interaction, studio, command=command, deleting=deleting, told_apart=thinks)
                locale = asker.locale
                reply = await _done(work, asker, studio)
            if not reply.jobs:
                desk.acks.forget(named)
            await answer(interaction, reply, asker, studio)
        except (Refused, Unavailable) as refused:
            desk.acks.forget(named)
            await _refuse(interaction, refused, locale, command)
        except LOST as error:
            desk.acks.failed(named)
            log_lost(interaction, command, error)
        except Exception as error:  # noqa: BLE001 - the platform's edge: it is logged, and the show goes on
            desk.acks.failed(named)
            await tell_failure(interaction, command, error)


async def _done(work: Callable[[Asker, Studio], Awaitable[Reply]], asker: Asker, studio: Studio) -> Reply:
    """Return what came of the work. A disk or a line that failed it is no answer that got lost: the person is told."""
    try:
        return await work(asker, studio)
    except LOST as error:
        raise RuntimeError("the work itself failed") from error


async def answer(interaction: Interaction, reply: Reply, asker: Asker, studio: Studio) -> None:
    """Show what came of it: a job's message, a page, a question, or a sentence for the asker's eyes.

    Raises discord.HTTPException, OSError, TimeoutError: it did not arrive.
    """
    if reply.jobs:
        await _show_job(interaction, reply, asker, studio)
    elif reply.page is not None:
        await show_page(interaction, reply, asker, studio)
    elif reply.confirm:
        await tell(interaction, escape(reply.question, MESSAGE_MOST), view=question(reply.confirm, asker.locale))
    elif reply.refill:
        await tell(interaction, _to_copy(reply.said, reply.refill))
    elif reply.removed and interaction.message is not None and interaction.message.flags.ephemeral:
        # The outbox has no way to what one person alone sees: the job's own token was forgotten when it was shown.
        said = escape(reply.said, MESSAGE_MOST)
        async with asyncio.timeout(ANSWER_WITHIN_S):
            await interaction.response.edit_message(content=said, embeds=[], attachments=[], view=None)
    else:
        await tell(interaction, escape(reply.said, MESSAGE_MOST) or "✓")


async def _show_job(interaction: Interaction, reply: Reply, asker: Asker, studio: Studio) -> None:
    """Show the first job's message as the answer; the outbox brings the others."""
    job, named, acks = reply.jobs[0], str(interaction.id), interaction.client.desk.acks
    address = Address.read(json.loads("{}" if asker.target is None else asker.target.address))
    if not address.token:  # It gets a message of its own, which the outbox brings.
        acks.forget(named)
        said = "\n".join([say_slash(asker.locale, Slash.ON_ITS_WAY), *reply.hints])
        await tell(interaction, escape(said, MESSAGE_MOST))
        return
    if _is_promised(interaction, reply, studio):
        await _promise(interaction, job, acks)
        return
    card = Card(job, place=reply.place) if job.state is JobState.QUEUED else await studio.queue.card(job)
    knows_place = card.place is not None or job.state is not JobState.QUEUED  # In a crowd nobody looks.
    drawn = draw(view(card, address.locale, studio.clock.now()), address, locale=address.locale)
    if interaction.type is not discord.InteractionType.application_command and not job.private:
        # Only above the answer to a command does Discord itself say whose it is.
        drawn = replace(drawn, content=used(address, address.locale))
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            if is_thinking(interaction):
                message = await interaction.edit_original_response(**drawn.to_edit())
                acks.answered(named, str(message.id), knows_place=knows_place)
            else:
                answered = await interaction.response.send_message(**drawn.to_send(), ephemeral=job.private)
                acks.answered(named, str(answered.message_id), knows_place=knows_place)
    except BaseException:
        acks.failed(named)
        raise
    if reply.hints:
        await tell(interaction, escape("\n".join(reply.hints), MESSAGE_MOST))


def _is_promised(interaction: Interaction, reply: Reply, studio: Studio) -> bool:
    """Tell whether so many wait for an answer that this one only says that it comes: half of what a card takes."""
    # Hints would be told in the place of what was promised; and "is thinking …" says by itself who used a command only.
    is_command = interaction.type is discord.InteractionType.application_command
    return studio.rush.is_crowded and is_command and not reply.hints and not interaction.response.is_done()


async def _promise(interaction: Interaction, job: Job, acks: Acks) -> None:
    """Answer that it takes a moment; the outbox fills the answer as soon as fewer wait for theirs.

    The job is durable already, and the token that fills it stands with it: after a death the next program keeps the
    promise, unless it comes when the token has expired. Then the result is a message of its own.
    """
    named = str(interaction.id)
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            await interaction.response.defer(ephemeral=job.private, thinking=True)
    except BaseException:
        acks.failed(named)
        raise
    acks.promised(named)


def question(ticket: str, locale: str) -> ui.View:
    """Return the buttons that do it after all, or not."""
    asked = ui.View(timeout=None)
    for act, label, style in (
        ("confirm", Slash.CONFIRM, discord.ButtonStyle.primary),
        ("decline", Slash.DECLINE, discord.ButtonStyle.secondary),
    ):
        asked.add_item(ui.Button(label=say_slash(locale, label), style=style, custom_id=str(CustomId(act, ticket))))
    asked.stop()  # discord.py keeps in memory whatever is not finished when it is sent.
    return asked


def _to_copy(said: str, text: str) -> str:
    """Return a sentence, and a text in a box that can be copied from, cut where there is no more room."""
    # A mark of no width inside keeps a fence from ending ours.
    box = text.replace("/imagine ", "/imagine prompt:", 1).replace(_FENCE, "`\u200b`\u200b`")
    head = escape(said, MESSAGE_MOST // 2)
    room = MESSAGE_MOST - len(head.encode("utf-16-le")) // 2 - 2 * len(_FENCE) - 3
    return f"{head}\n{_FENCE}\n{cut(box, room)}\n{_FENCE}".lstrip("\n")


async def _refuse(interaction: Interaction, refused: Refused | Unavailable, locale: str, command: str) -> None:
    try:
        await refuse(interaction, refused if isinstance(refused, Refused) else Refused(Code.STOPPING), locale)
    except LOST as error:
        log_lost(interaction, command, error)
