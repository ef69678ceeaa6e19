"""The program with its Discord bot, alive in this process against the loopback Discord, life after life."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.app import work
from pinxit.bot.discord.bot import DiscordBot
from pinxit.config import load
from pinxit.parts import open_parts
from pinxit.queue.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.actions.studio import Studio
    from pinxit.config import Settings
    from pinxit.parts import Parts
    from tests.platforms.discord.server import DiscordServer

SKETCH = '[generators.sketch]\nkind = "sketch"\n'
NOBODY_PAINTS = '[generators.sketch]\nkind = "sketch"\nworkers = 0\n'
START_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Living:
    """One life of the program. `parts`: of its queue; `bot`: its Discord bot, logged in and connected."""

    parts: Parts
    bot: DiscordBot
    stop: asyncio.Event

    @property
    def studio(self) -> Studio:
        """Return what the actions are handed."""
        return self.parts.studio


def settings_for(server: DiscordServer, folder: Path, more: str = SKETCH, discord: str = "") -> Settings:
    """Return settings that lead to the server. `more`: tables; `discord`: lines of its own table."""
    file = folder / "config.toml"
    file.write_text(
        f"""
[discord]
token = "{server.token}"
api_url = "{server.api_url}"
gateway_url = "{server.gateway_url}"
cdn_url = "{server.cdn_url}"
{discord}
{more}
"""
    )
    return load({}, file, {"var": folder / "var"})


@asynccontextmanager
async def living(
    server: DiscordServer, folder: Path, more: str = SKETCH, *, discord: str = ""
) -> AsyncIterator[Living]:
    """Run queue, painters, outbox and bot until the block ends, over what an earlier life left in the folder."""
    settings = settings_for(server, folder, more, discord)
    clock = SystemClock()
    async with (
        DiscordBot(settings.discord, clock, public_url=settings.web.public_url) as bot,
        open_parts(settings, platforms=lambda blobs: {bot.name: bot.platform(blobs)}, clock=clock) as parts,
        asyncio.TaskGroup() as tasks,
    ):
        stop, started = asyncio.Event(), asyncio.Event()
        tasks.create_task(bot.run(parts.studio, stop, started))
        async with asyncio.timeout(START_WITHIN_S):
            await started.wait()
            await bot.client.wait_until_ready()
        working = tasks.create_task(work(parts, stop))
        try:
            yield Living(parts, bot, stop)
        finally:
            stop.set()
            await asyncio.wait({working})
            await bot.close()
