"""A bare discord.py client that is logged in at the loopback Discord's REST, without a gateway."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord
from discord.http import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.discord.server import DiscordServer


@asynccontextmanager
async def logged_in(server: DiscordServer, token: str | None = None) -> AsyncIterator[discord.Client]:
    """Let the body use the client against the server. `token`: another than the server's own."""
    before = (Route.BASE, discord.Asset.BASE)
    Route.BASE, discord.Asset.BASE = server.api_url, server.cdn_url
    try:
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(token or server.token)
            yield client
    finally:
        Route.BASE, discord.Asset.BASE = before
