"""Reports in the channel that a server's admins chose: posted once each, decided about by buttons, and kept true."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import structlog

from pinxit.actions.admin.reports import handle
from pinxit.actions.report import REPORTS
from pinxit.bot.discord.address import DISCORD
from pinxit.bot.discord.calls import End, Trouble
from pinxit.bot.discord.custom_ids import read_custom_id
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
    from pinxit.data.reports import Report, Undelivered
    from pinxit.domain.ids import GuildId

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 15.0  # A report wakes us; a channel that was chosen after it, does not.
_LOGIN_EVERY_S = 0.5
_TRIES = 240  # Of one report that Discord takes later: an hour of them.
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
        self._tries: dict[str, int] = {}
        self._redrawn: dict[str, int] = {}

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
        reports = self._studio.store.reports
        waiting = await reports.undelivered(DISCORD)
        self._tries = {one.report: self._tries.get(one.report, 0) for one in waiting}
        for one in waiting:
            posted = await self._post(one)
            self._tries[one.report] += 1
            if not isinstance(posted, Trouble):
                await reports.delivered(one.report, self._studio.clock.now(), posted)
            elif posted.end is not End.LATER or self._tries[one.report] >= _TRIES:
                log.warning("a report cannot be posted", guild=one.guild, report=one.report, reason=posted.reason)
                await self._studio.store.report_cards.forget(one.report)
                await reports.delivered(one.report, self._studio.clock.now())

    async def redraw_all(self) -> None:
        """Write every message anew that says what is not so any more."""
        cards = self._studio.store.report_cards
        waiting = await cards.stale(DISCORD)
        self._redrawn = {one.report: self._redrawn.get(one.report, 0) for one in waiting}
        for one in waiting:
            report = await self._studio.store.reports.told(one.report)
            trouble = await self._redraw(one, report)
            self._redrawn[one.report] += 1
            if trouble is not None and trouble.end is End.LATER and self._redrawn[one.report] < _TRIES:
                continue
            if trouble is not None:
                log.warning("a report's message cannot be edited", report=one.report, reason=trouble.reason)
            is_over = report is None or (report.picture.is_deleted and report.handled_by is None)
            if trouble is not None or is_over:
                await cards.forget(one.report)
            else:
                await cards.written(one)

    async def _redraw(self, one: ReportCard, report: Report | None) -> Trouble | None:
        found = one.message
        if found is None:
            left = await self._left_behind(one.report, one.channel)
            if left is None or isinstance(left, Trouble):
                return left or Trouble(End.MESSAGE, "it was never posted")
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

        edited = await self._calls.tried("report", edit)
        return edited if isinstance(edited, Trouble) else None

    async def _post(self, one: Undelivered) -> tuple[str, str] | Trouble | None:
        """Post a report and return (channel, message id); None: nobody needs it any more."""
        report = await self._studio.store.reports.one(one.report)
        if report is None:
            return None
        channel = await self._channel(one)
        if isinstance(channel, Trouble):
            return channel
        before = await self._studio.store.report_cards.begin(one.report, DISCORD, str(channel.id))
        if before is not None:
            left = await self._left_behind(one.report, before)
            if left is not None and not (isinstance(left, Trouble) and left.end is not End.LATER):
                return left
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
            history = self._client.get_partial_messageable(int(channel)).history(limit=_LOOK_THROUGH, after=since)
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

            def fetch() -> Awaitable[object]:
                return self._client.fetch_channel(int(named))

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
    try:
        await handle(custom_id.subject, HANDLINGS[custom_id.act], asker.caller, studio)
    except Refused as refused:
        if refused.code is Code.REPORT_UNKNOWN and asker.caller.is_moderator:
            await interaction.response.edit_message(view=None)
        raise
    message = interaction.message
    is_own = message is None or message.flags.ephemeral  # Else all admins there read it.
    locale = asker.locale if is_own else await _language_of(asker.caller.guild, studio)
    sheet = await ended_sheet(await studio.store.reports.told(custom_id.subject), locale, studio)
    await interaction.response.edit_message(embed=embed_of(sheet), attachments=[], view=None)
