"""The connection to Discord: which events it hears, what it remembers (next to nothing), and what becomes of errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from pinxit.bot.discord.desk import DeskClient
from pinxit.bot.discord.endpoints import proxy_of
from pinxit.bot.discord.failures import tell_failure
from pinxit.bot.discord.items import listen, register
from pinxit.bot.discord.option_values import check_options
from pinxit.bot.discord.pauses import LONGEST_S
from pinxit.bot.discord.slash import commands
from pinxit.bot.discord.translating import SlashTranslator
from pinxit.domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yarl import URL

    from pinxit.bot.discord.desk import Desk, Interaction

_SERVERS_WITHIN_S = 0.2  # Between one and the next at the start; no handler waits for all of them.


class GatewayUnreachable(OSError):
    """A shard could not be connected just now."""


class DiscordClient(DeskClient):
    """discord.py's client without members, messages and privileged intents, over the configured addresses."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk,
            intents=_intents(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=_SERVERS_WITHIN_S,
            allowed_mentions=discord.AllowedMentions.none(),
            proxy=proxy_of(desk.settings),
            http_trace=desk.invalid.trace(),
            max_ratelimit_timeout=LONGEST_S,
        )
        self._launching: set[int] = set()
        self._launched: set[int] = set()
        self.tree = Tree(self)
        for command in commands(desk):
            self.tree.add_command(command)
        register(self, desk)

    async def launch_shard(self, gateway: URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard; one that is connected stays so. Raises GatewayUnreachable.

        discord.py 2.7.1 tries again by calling this from inside its own failure, deeper each time until Python gives
        up, with a log line each time that tells of all failures before it. So the second call ends that.
        """
        if shard_id in self._launching:
            raise GatewayUnreachable
        if shard_id in self._launched:
            return
        self._launching.add(shard_id)
        try:
            await super().launch_shard(gateway, shard_id, initial=initial)
        finally:
            self._launching.discard(shard_id)
        self._launched.add(shard_id)

    async def reopen(self) -> None:
        """Make ready for another login, whatever became of the last one."""
        await self.close()
        self._launched.clear()
        self.clear()
        self.http.connector = discord.utils.MISSING
        self.shard_count = None  # type: ignore[assignment]  # what it is in discord.py before the first connection
        await self.__aenter__()
        listen(self)

    async def setup_hook(self) -> None:
        """Prepare what needs a running loop and a login."""
        await self.tree.set_translator(SlashTranslator())
        if self.desk.settings.gateway_url is not None:
            # With a known number of shards discord.py takes its default gateway, which is ours.
            self.shard_count, _, _ = await self.http.get_bot_gateway()

    async def on_error(self, event_method: str, /, *args: Any, **_named: Any) -> None:  # noqa: ANN401 - discord.py's
        """Log what an event's handler let through, once, and tell the person where there is one to tell."""
        interaction = next((one for one in args if isinstance(one, discord.Interaction)), None)
        await tell_failure(interaction, event_method)


class Tree(app_commands.CommandTree[DiscordClient]):
    """Our commands, usable in servers, in direct chats, and wherever somebody installed the app for themselves."""

    def __init__(self, client: DiscordClient) -> None:
        everywhere = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
        installed = app_commands.AppInstallationType(guild=True, user=True)
        super().__init__(client, allowed_contexts=everywhere, allowed_installs=installed)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Tell whether a command may see its options; who sent others is told so."""
        if interaction.type is not discord.InteractionType.application_command:
            return True
        try:
            check_options(self, cast("Mapping[str, Any]", interaction.data or {}))
        except Refused as refused:
            await tell_failure(interaction, "command", refused)
            return False
        return True

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the person what is wrong with a command that did not come to its handler, or failed in it."""
        await tell_failure(interaction, "command", error)


def _intents() -> discord.Intents:
    """Return which events are heard; none of them is privileged."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.guild_reactions = True
    intents.dm_messages = True
    intents.dm_reactions = True
    return intents
