"""Reports in the channel that a server's admins chose: posted once each, decided about by buttons, and kept true."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import discord
import structlog

from pinxit.actions.admin.reports import handle
from pinxit.actions.report import REPORTS
from pinxit.bot.discord.address import DISCORD
from pinxit.bot.discord.calls import End, Trouble
from pinxit.bot.discord.custom_ids import read_custom_id
from pinxit.bot.discord.patience import Patience
from pinxit.bot.discord.places import language
from pinxit.bot.discord.report_cards import HANDLINGS, ended_sheet, report_card
from pinxit.bot.discord.sheets import embed_of, view_of
from pinxit.domain.errors import Code, Refused
from pinxit.queue.events import heard_within

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.calls import Calls
    from pinxit.bot.discord.custom_ids import CustomId
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker
    from pinxit.data.report_cards import ReportCard
    from pinxit.data.reports import Undelivered
    from pinxit.domain.ids import GuildId

log = structlog.get_logger(__name__)

T = TypeVar("T")

_LOOK_EVERY_S = 15.0  # A report wakes us; a channel that was chosen after it, does not.
_LOGIN_EVERY_S = 0.5
_LOOK_THROUGH = 200  # Messages among which one is looked for that may be there.
_SKEW = timedelta(minutes=1)  # Between our clock and Discord's.


class Reporter:
    """Posts reports into the channels that were chosen for them, one per client; it waits for the login.

    What becomes of a report, its picture, and who is named there, is written into its message afterwards.
    """

    def __init__(self, client: discord.Client, studio: Studio, calls: Calls) -> None:
        self._client = client
        self._studio = studio
        self._calls = calls
        self._posting = Patience(studio.clock)
        self._redrawing = Patience(studio.clock)

    async def run(self) -> None:
        """Post whatever is reported, until it is cancelled."""
        with self._studio.events.listen(REPORTS) as heard:
            while True:
                heard.clear()
                is_in = False
                try:
                    if is_in := self._client.user is not None and not self._client.is_closed():
                        await self.post_all()
                        await self.redraw_all()
                except Exception:
                    log.exception("reports cannot be posted just now")
                await heard_within(heard, _LOOK_EVERY_S if is_in else _LOGIN_EVERY_S)

    async def post_all(self) -> None:
        """Post every report that waits, each once. What cannot be posted at all stays among the open reports."""
        reports, after = self._studio.store.reports, ""
        while waiting := await reports.undelivered(DISCORD, after):
            for one in waiting:
                if not self._posting.is_due(one.report):
                    continue
                posted = await self._tried(one.report, self._post(one))
                if not isinstance(posted, Trouble):
                    await reports.delivered(one.report, self._studio.clock.now(), posted)
                elif not self._posting.again(one.report, posted):
                    log.warning("a report cannot be posted", guild=one.guild, report=one.report, reason=posted.reason)
                    # Its card stays: the message may be there, and is looked for once something of it changes.
                    await reports.delivered(one.report, self._studio.clock.now())
            after = waiting[-1].report

    async def redraw_all(self) -> None:
        """Write every message anew that says what is not so any more."""
        cards, after = self._studio.store.report_cards, ""
        while waiting := await cards.stale(DISCORD, after):
            for one in waiting:
                if not self._redrawing.is_due(one.report):
                    continue
                is_kept = await self._tried(one.report, self._redraw(one))
                if isinstance(is_kept, Trouble):
                    if self._redrawing.again(one.report, is_kept):
                        continue
                    log.warning("a report's message cannot be edited", report=one.report, reason=is_kept.reason)
                if is_kept is True:
                    await cards.written(one)
                else:
                    await cards.forget(one.report)
            after = waiting[-1].report

    async def _tried(self, report: str, doing: Awaitable[T | Trouble]) -> T | Trouble:
        """Return what comes of it; what nobody foresaw is no reason to keep the other reports waiting."""
        try:
            return await doing
        except Exception as error:
            log.exception("a report's message failed", report=report)
            return Trouble(End.LATER, type(error).__name__)

    async def _redraw(self, one: ReportCard) -> bool | Trouble:
        """Write a message anew, and return whether anything of it may change after this."""
        report = await self._studio.store.reports.told(one.report)
        found = one.message
        if found is None:
            left = await self._left_behind(one.report, one.channel)
            if isinstance(left, Trouble):
                return left
            if left is None:  # Not posted yet, or never.
                return report is not None and report.state == "open"
            found = left[1]
            await self._studio.store.report_cards.found(one.report, *left)
        message = self._client.get_partial_messageable(int(one.channel)).get_partial_message(int(found))
        locale = language("") if report is None else await _language_of(report.guild, self._studio)

        async def edit() -> None:
            if report is not None and report.state == "open":  # The picture stays as it is attached.
                card = await report_card(report, locale, self._studio)
                await message.edit(embed=embed_of(card.sheet), view=view_of(card.sheet))
            else:
                sheet = await ended_sheet(report, locale, self._studio)
                await message.edit(embed=embed_of(sheet), attachments=[], view=None)

        async def wake() -> None:
            thread = await self._client.fetch_channel(int(one.channel))
            if isinstance(thread, discord.Thread):
                await thread.edit(archived=False)

        edited = await self._calls.tried("report", edit)
        if isinstance(edited, Trouble) and edited.end is End.ARCHIVED:  # As every thread is in which nobody writes.
            woken = await self._calls.tried("reports channel", wake)
            edited = woken if isinstance(woken, Trouble) else await self._calls.tried("report", edit)
        if isinstance(edited, Trouble):
            return edited
        return report is not None and not (report.picture.is_deleted and report.handled_by is None)

    async def _post(self, one: Undelivered) -> tuple[str, str] | Trouble | None:
        """Post a report and return (channel, message id); None: nobody needs it any more."""
        cards = self._studio.store.report_cards
        channel = await self._channel(one)
        if isinstance(channel, Trouble):
            return channel
        before = await cards.begin(one.report, DISCORD, str(channel.id))
        if before is not None:
            left = await self._left_behind(one.report, before)
            if left is not None and not (isinstance(left, Trouble) and left.end is not End.LATER):
                return left
            await cards.move(one.report, str(channel.id))
        # Not before it has a card: what changes from here on has its message written anew.
        report = await self._studio.store.reports.one(one.report)
        if report is None:
            await cards.forget(one.report)
            return None
        locale = await _language_of(one.guild, self._studio)

        async def post() -> discord.Message:
            card = await report_card(report, locale, self._studio)
            view = view_of(card.sheet) or discord.utils.MISSING
            return await channel.send(embed=embed_of(card.sheet), view=view, files=card.files, nonce=one.report)

        posted = await self._calls.tried("report", post)
        return posted if isinstance(posted, Trouble) else (str(channel.id), str(posted.id))

    async def _left_behind(self, report: str, channel: str) -> tuple[str, str] | Trouble | None:
        """Return (channel, message id) of a message that an earlier try posted without living to note it.

        A nonce tells them apart for some minutes only, so the channel is read from the report's moment on.
        """
        told = await self._studio.store.reports.told(report)
        if told is None or self._client.user is None:
            return None
        us, since = self._client.user.id, told.created_at - _SKEW

        async def look() -> discord.Message | None:
            # The newest first: it was posted just before that life ended, the report may be older by far.
            place = self._client.get_partial_messageable(int(channel))
            history = place.history(limit=_LOOK_THROUGH, after=since, oldest_first=False)
            return await discord.utils.find(lambda each: each.author.id == us and _is_about(each, report), history)

        found = await self._calls.tried("reports left behind", look)
        return found if found is None or isinstance(found, Trouble) else (channel, str(found.id))

    async def _channel(self, one: Undelivered) -> discord.TextChannel | discord.Thread | discord.VoiceChannel | Trouble:
        """Return the channel that was chosen, if it is one of the server whose admins chose it."""
        named = one.channel.strip("<#> ")
        if not (named.isascii() and named.isdecimal()):
            return Trouble(End.CHANNEL, "reports_channel names no channel of Discord's")
        found: object = self._client.get_channel(int(named))
        if found is None:

            async def fetch() -> object:
                try:
                    return await self._client.fetch_channel(int(named))
                except discord.InvalidData:  # A kind that discord.py does not know.
                    return None

            found = await self._calls.tried("reports channel", fetch)
        match found:
            case Trouble():
                return found
            case discord.TextChannel() | discord.Thread() | discord.VoiceChannel():
                # Else the admins of one server could have us write into another one.
                if f"{DISCORD}:{found.guild.id}" == one.guild:
                    return found
        return Trouble(End.CHANNEL, "reports_channel is no channel of that server to write in")


def _is_about(message: discord.Message, report: str) -> bool:
    rows = (row for row in message.components if isinstance(row, discord.ActionRow))
    named = (read_custom_id(child.custom_id or "") for row in rows for child in row.children)
    return any(one is not None and one.act in HANDLINGS and one.subject == report for one in named)


async def _language_of(guild: GuildId, studio: Studio) -> str:
    record = await studio.store.guilds.record(guild)
    return language(record.locale if record is not None else "")


async def decide(interaction: Interaction, custom_id: CustomId, asker: Asker, studio: Studio) -> None:
    """Do what a button under a report says, and write under it who decided what. Raises Refused.

    Under a report that was handled elsewhere, the buttons go.
    """
    message = interaction.message
    is_own = message is None or message.flags.ephemeral  # Else all admins there read it.
    if message is not None and not is_own:  # A life before this one may have died before it noted where it is.
        await studio.store.report_cards.found(custom_id.subject, str(message.channel.id), str(message.id))
    try:
        await handle(custom_id.subject, HANDLINGS[custom_id.act], asker.caller, studio)
    except Refused as refused:
        if refused.code is Code.REPORT_UNKNOWN and asker.caller.is_moderator:
            await interaction.response.edit_message(view=None)
        raise
    locale = asker.locale if is_own else await _language_of(asker.caller.guild, studio)
    sheet = await ended_sheet(await studio.store.reports.told(custom_id.subject), locale, studio)
    await interaction.response.edit_message(embed=embed_of(sheet), attachments=[], view=None)
