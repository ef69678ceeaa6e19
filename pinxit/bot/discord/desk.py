"""What every handler of an event finds: the studio, the acknowledgements, the settings. The client carries it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import discord

from pinxit.bot.discord.calls import Calls
from pinxit.bot.discord.invalid_requests import InvalidRequests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from discord import app_commands

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.acks import Acks
    from pinxit.bot.discord.platform import DiscordPlatform
    from pinxit.config.tree import DiscordSettings
    from pinxit.domain.ports import Clock

    Interaction: TypeAlias = discord.Interaction["DeskClient"]


AT_ONCE = 128
_REMEMBERED = 4096


class Desk:
    """Handlers work at it. `public_url`: where others reach our web server, None where they do not.

    `calls`: makes calls of the API that no event waits for; `invalid` counts what Discord turns down of all of them.
    `platform` and the studio are there before the first event comes. `is_stopping`: nothing new is begun.
    """

    def __init__(self, settings: DiscordSettings, clock: Clock, acks: Acks, *, public_url: str | None = None) -> None:
        self.settings = settings
        self.clock = clock
        self.acks = acks
        self.public_url = public_url
        self.invalid = InvalidRequests(clock)
        self.calls = Calls(self.invalid)
        self.platform: DiscordPlatform | None = None
        self.is_stopping = False
        # So many are worked at at once, the first that came first; all at once would all end last.
        self.turns = asyncio.Semaphore(AT_ONCE)
        self._studio: Studio | None = None
        self._heard: OrderedDict[int, None] = OrderedDict()
        self._working = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def studio(self) -> Studio:
        """Return what the actions are handed."""
        if self._studio is None:
            raise RuntimeError("an event came before the bot was given its studio")
        return self._studio

    def open(self, studio: Studio) -> None:
        """Let the handlers work with this studio."""
        self._studio = studio

    def is_new(self, interaction: int) -> bool:
        """Tell whether an interaction is heard for the first time; a gateway that is resumed may tell it twice."""
        if interaction in self._heard:
            return False
        self._heard[interaction] = None
        if len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)
        return True

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count a handler as at work, so that the connection is not closed under it."""
        self._working += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._working -= 1
            if not self._working:
                self._idle.set()

    async def idle(self, within_s: float) -> None:
        """Return when no handler is at work, or after so many seconds."""
        try:
            async with asyncio.timeout(within_s):
                await self._idle.wait()
        except TimeoutError:
            pass


class DeskClient(discord.AutoShardedClient):
    """A client whose handlers find their desk as `interaction.client.desk`. `tree`: the registered commands."""

    tree: app_commands.CommandTree[Any]

    def __init__(self, desk: Desk, **options: Any) -> None:  # noqa: ANN401 - discord.py's own options
        super().__init__(**options)
        self.desk = desk
