"""Reports in the channel that a server's admins chose: posted once each, and decided about by buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import structlog

from pinxit.actions.admin.reports import handle
from pinxit.actions.report import REPORTS
from pinxit.bot.discord.address import DISCORD
from pinxit.bot.discord.calls import End, Trouble
from pinxit.bot.discord.places import language
from pinxit.bot.discord.report_cards import HANDLINGS, decision_said, report_card
from pinxit.bot.discord.sheets import embed_of, view_of
from pinxit.bot.discord.texts import DESCRIPTION_MOST, cut
from pinxit.domain.errors import Code, Refused
from pinxit.queue.events import heard_within

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.calls import Calls
    from pinxit.bot.discord.custom_ids import CustomId
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker
    from pinxit.data.reports import Undelivered
    from pinxit.domain.ids import GuildId

log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 15.0  # A report wakes us; a login, or a channel that was chosen after it, does not.
_TRIES = 240  # Of one report that Discord takes later: an hour of them.


class Reporter:
    """Posts reports into the channels that were chosen for them, one per client; it waits for the login."""

    def __init__(self, client: discord.Client, studio: Studio, calls: Calls) -> None:
        self._client = client
        self._studio = studio
        self._calls = calls
        self._tries: dict[str, int] = {}

    async def run(self) -> None:
        """Post whatever is reported, until it is cancelled."""
        with self._studio.events.listen(REPORTS) as heard:
            while True:
                heard.clear()
                try:
                    if self._client.user is not None and not self._client.is_closed():
                        await self.post_all()
                except Exception:
                    log.exception("reports cannot be posted just now")
                await heard_within(heard, _LOOK_EVERY_S)

    async def post_all(self) -> None:
        """Post every report that waits, each once. What cannot be posted at all stays among the open reports."""
        waiting = await self._studio.store.reports.undelivered(DISCORD)
        self._tries = {one.report: self._tries.get(one.report, 0) for one in waiting}
        for one in waiting:
            trouble = await self._post(one)
            self._tries[one.report] += 1
            if trouble is not None and trouble.end is End.LATER and self._tries[one.report] < _TRIES:
                continue
            if trouble is not None:
                log.warning("a report cannot be posted", guild=one.guild, report=one.report, reason=trouble.reason)
            # A death before this posts it again, and the nonce has Discord answer with the message that is there.
            await self._studio.store.reports.delivered(one.report, self._studio.clock.now())

    async def _post(self, one: Undelivered) -> Trouble | None:
        """Post a report; None: it is there, or nobody needs it any more."""
        report = await self._studio.store.reports.one(one.report)
        if report is None:
            return None
        channel = await self._channel(one)
        if isinstance(channel, Trouble):
            return channel
        locale = await _language_of(one.guild, self._studio)

        async def post() -> None:
            card = await report_card(report, locale, self._studio)
            view = view_of(card.sheet) or discord.utils.MISSING
            await channel.send(embed=embed_of(card.sheet), view=view, files=card.files, nonce=one.report)

        posted = await self._calls.tried("report", post)
        return posted if isinstance(posted, Trouble) else None

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


async def _language_of(guild: GuildId, studio: Studio) -> str:
    record = await studio.store.guilds.record(guild)
    return language(record.locale if record is not None else "")


async def decide(interaction: Interaction, custom_id: CustomId, asker: Asker, studio: Studio) -> None:
    """Do what a button under a report says, and write under it who decided what. Raises Refused.

    Under a report that was handled elsewhere, the buttons go.
    """
    handling = HANDLINGS[custom_id.act]
    try:
        await handle(custom_id.subject, handling, asker.caller, studio)
    except Refused as refused:
        if refused.code is Code.REPORT_UNKNOWN and asker.caller.is_moderator:
            await interaction.response.edit_message(view=None)
        raise
    message = interaction.message
    is_own = message is None or message.flags.ephemeral  # Else all admins there read it.
    locale = asker.locale if is_own else await _language_of(asker.caller.guild, studio)
    said = decision_said(handling, interaction.user.id, locale)
    embeds = [] if message is None else message.embeds[:1]
    for embed in embeds:
        embed.description = cut(f"{embed.description or ''}\n\n{said}", DESCRIPTION_MOST)
        embed.remove_footer()
    # The picture goes with the decision: whoever opens the channel later need not come across it.
    await interaction.response.edit_message(embeds=embeds, attachments=[], view=None)
