"""The Discord bot as a part of the program: log in, listen, and leave in order."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Self

from pinxit.bot.discord.acks import Acks
from pinxit.bot.discord.address import DISCORD
from pinxit.bot.discord.client import DiscordClient
from pinxit.bot.discord.connecting import Connection
from pinxit.bot.discord.desk import Desk
from pinxit.bot.discord.endpoints import use_endpoints
from pinxit.bot.discord.login_first import LoginFirst
from pinxit.bot.discord.platform import DiscordPlatform
from pinxit.bot.discord.reporting import Reporter
from pinxit.bot.discord.voice import hush_voice
from pinxit.domain.errors import ConfigError, Refused
from pinxit.domain.guild_rules import GuildRules
from pinxit.queue.stopping import first

if TYPE_CHECKING:
    from types import TracebackType

    from pinxit.actions.studio import Studio
    from pinxit.config.tree import DiscordSettings
    from pinxit.domain.ports import Blobs, Clock, Platform

_HANDLERS_WITHIN_S = 10.0


class DiscordBot:
    """Use with `async with`, which ends the connection; `run` it while the block lasts.

    `public_url`: where others reach our web server, for links to what is too large for Discord; None: nowhere.
    """

    name = DISCORD

    def __init__(self, settings: DiscordSettings, clock: Clock, *, public_url: str | None = None) -> None:
        use_endpoints(settings)
        hush_voice()
        self._settings = settings
        self._clock = clock
        self._desk = Desk(settings, clock, Acks(), public_url=public_url)
        self._client = DiscordClient(self._desk)
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def client(self) -> DiscordClient:
        """Return the connection."""
        return self._client

    def platform(self, blobs: Blobs) -> Platform:
        """Return where the outbox brings the jobs that came over Discord."""
        shown = DiscordPlatform(
            self._client,
            blobs,
            self._clock,
            self._desk.acks,
            self._desk.calls,
            public_url=self._desk.public_url,
            mention_after_s=self._settings.mention_after_s,
        )
        self._desk.platform = shown
        return LoginFirst(self._client, shown)

    async def run(self, studio: Studio, stop: asyncio.Event, started: asyncio.Event) -> None:
        """Log in, set `started`, register the commands and answer, until `close`. From `stop` on nothing new is begun.

        Where Discord cannot be reached, it is tried again for as long as it takes; `started` is set all the same after
        the first try, so that nobody else has to wait. Raises ConfigError: the token is wrong at the start. One that
        is refused later ends the bot, with an error in the log, and nothing else.
        """
        self._desk.open(studio)
        if self._desk.platform is not None:
            self._desk.platform.bind(studio)
        try:
            async with asyncio.TaskGroup() as tasks:
                talking = tasks.create_task(self._talk(studio, started))
                reporting = tasks.create_task(Reporter(self._client, studio, self._desk.calls).run())
                await first(stop.wait(), self._closing.wait())
                self._desk.is_stopping = True
                await self._closing.wait()
                talking.cancel()
                reporting.cancel()
        except BaseExceptionGroup as group:
            if len(group.exceptions) == 1 and isinstance(group.exceptions[0], ConfigError):
                raise group.exceptions[0] from None
            raise

    async def close(self) -> None:
        """Let the handlers at work end, then close the connection, which `run` returns after. Repeating is harmless."""
        self._desk.is_stopping = True
        await self._desk.idle(_HANDLERS_WITHIN_S)
        self._closing.set()
        await self._client.close()

    async def _talk(self, studio: Studio, started: asyncio.Event) -> None:
        token = self._settings.token
        if token is None:
            started.set()
            return
        # The word lists are read for the first prompt, which nobody should wait for.
        with contextlib.suppress(Refused):
            await studio.filters.admit("a fox", GuildRules())
        connection = Connection(self._client, self._clock, studio.store.notes)
        await connection.keep(token.get_secret_value(), started)
