"""A bare discord.py client that talks to the loopback Discord: nothing patched, only its documented attributes set."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.discord.server import DiscordServer

READY_TIMEOUT_S = 0.05  # How long discord.py waits for one more GUILD_CREATE; on loopback they come at once.


class PlainClient(discord.AutoShardedClient):
    """A client with a command tree. `heard`: the gateway events that its library dispatched, by discord.py's names."""

    def __init__(self, *, intents: discord.Intents | None = None, shard_count: int | None = None) -> None:
        super().__init__(
            intents=intents or discord.Intents(guilds=True, messages=True, reactions=True),
            shard_count=shard_count,
            max_messages=None,
            chunk_guilds_at_startup=False,
            guild_ready_timeout=READY_TIMEOUT_S,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, object]] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once: the five seconds between two are kind to Discord, not to a test."""

    async def until(self, event: str, times: int = 1) -> list[Any]:
        """Wait until discord.py dispatched the event so often, and return what came with each. Raises TimeoutError."""
        async with asyncio.timeout(10):
            while len(found := [what for name, what in self.heard if name == event]) < times:
                await self.wait_for(event)
        return found

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        """Keep what came, and go on as ever."""
        self.heard.append((event, args[0] if args else None))
        super().dispatch(event, *args, **kwargs)


@asynccontextmanager
async def connected(server: DiscordServer, client: PlainClient, *, sync: bool = False) -> AsyncIterator[PlainClient]:
    """Let the client run against the server while the body does. `sync`: its commands are sent first."""
    before = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway.url)
    try:
        async with client, asyncio.TaskGroup() as tasks:
            tasks.create_task(client.start(server.token))
            try:
                async with asyncio.timeout(10):
                    await server.gateway.connected(client.shard_count or server.state.shards)
                    await client.wait_until_ready()
                if sync:
                    await client.tree.sync()
                yield client
            finally:
                # Closed, not cancelled: while a shard reconnects, discord.py 2.7.1 swallows a cancellation.
                await client.close()
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
