"""A bot that only defers, with discord.py alone, and paints what was asked for in a thread as ours does.

It shows what the library and this machine need by themselves, with the sketch at work in the same process.
"""

from __future__ import annotations

import asyncio
import os
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

from benchmarks.sketch import Ears, painted

SIDE_PX = 512
BACKLOG = 10  # It is to paint while it is measured, and not while the other one is.
API, TOKEN = "BENCH_DISCORD_API", "BENCH_DISCORD_TOKEN"  # The variables that say where it logs in, and as whom.


async def main() -> None:
    """Answer until somebody ends the process."""
    Route.BASE = os.environ[API]
    intents = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)
    client = discord.AutoShardedClient(
        intents=intents,
        max_messages=None,
        chunk_guilds_at_startup=False,
        guild_ready_timeout=0.2,
        member_cache_flags=discord.MemberCacheFlags.none(),
    )
    tree = app_commands.CommandTree(client)
    await painted("a lighthouse", SIDE_PX, Ears())  # What is only needed once is not what is measured.
    wanted: asyncio.Queue[str] = asyncio.Queue(BACKLOG)
    tree.add_command(_imagine(wanted))
    async with client, asyncio.TaskGroup() as tasks:
        tasks.create_task(_paint(wanted))
        await client.login(os.environ[TOKEN])
        await tree.sync()
        await client.connect()


async def _paint(wanted: asyncio.Queue[str]) -> None:
    """Paint one prompt after the other, and show nobody."""
    while True:
        await painted(await wanted.get(), SIDE_PX, Ears())


def _imagine(wanted: asyncio.Queue[str]) -> app_commands.Command[Any, ..., Any]:
    @app_commands.command(name="imagine", description="Defers")
    @app_commands.describe(prompt="What to paint", size="How large")
    async def imagine(interaction: discord.Interaction[Any], prompt: str, size: str) -> None:
        del size
        await interaction.response.defer()
        if not wanted.full():
            wanted.put_nowait(prompt)

    return imagine


if __name__ == "__main__":
    asyncio.run(main())
