"""A pause that Discord asks for is kept to its end, however long our own patience is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from pinxit.bot.discord.calls import End, Trouble
from tests.bot.delivery_room import Room, a_room
from tests.bot.living import NOBODY_PAINTS, living
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from pathlib import Path

    from tests.platforms.discord.server import DiscordServer


async def send(room: Room) -> discord.Message | Trouble:
    channel = room.client.get_partial_messageable(int(room.channel.id))
    return await room.calls.tried("create", lambda: channel.send("hello"))


async def test_a_pause_for_everything_that_outlasts_our_patience_does_not_silence_us_for_ever() -> None:
    async with a_room(timeout_s=0.2) as room:
        pause = Fault(Kind.RATE_LIMITED, retry_after_s=0.4, is_global=True)
        room.server.faults.add("POST", Route.MESSAGES, pause)

        first, second = await send(room), await send(room)

    assert isinstance(first, discord.Message)
    assert isinstance(second, discord.Message)


async def test_a_pause_of_minutes_is_not_slept_through_inside_a_call(server: DiscordServer, tmp_path: Path) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS) as life:
        server.faults.add("GET", Route.CHANNEL, Fault(Kind.RATE_LIMITED, retry_after_s=300.0, is_global=True))
        client = life.bot.client

        trouble = await client.desk.calls.tried("look", lambda: client.fetch_channel(5))

    assert isinstance(trouble, Trouble)
    assert (trouble.end, trouble.after_s, trouble.named) == (End.LATER, 300.0, True)
