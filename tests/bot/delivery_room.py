"""A platform on the loopback Discord, with jobs and deliveries made by hand: no queue, no store, no gateway."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import discord
from discord.http import Route as Endpoint

from pinxit.bot.discord.acks import Acks
from pinxit.bot.discord.address import Address
from pinxit.bot.discord.calls import Calls
from pinxit.bot.discord.invalid_requests import InvalidRequests
from pinxit.bot.discord.platform import DiscordPlatform
from pinxit.domain.delivery import Card, Delivery, DeliveryState, Shown, Urgency
from tests.builders import a_delivery, a_finished_job, a_job, a_png
from tests.platforms.discord.entities import Callback, InteractionType
from tests.platforms.discord.posting import EPHEMERAL, NOTHING, Origin, post
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.domain.delivery import Answer
    from pinxit.domain.job import Job
    from pinxit.domain.request import Json
    from tests.platforms.discord.entities import Channel, Guild, Interaction, Message, User


class Shelf:
    """Blobs in memory. `broken`: keys whose reading fails for now."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.broken: set[str] = set()

    async def get(self, key: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError, OSError."""
        if key in self.broken:
            raise OSError(5, "Input/output error")
        if key not in self.files:
            raise FileNotFoundError(key)
        return self.files[key]

    async def put(self, key: str, data: bytes) -> None:
        """Store a file."""
        self.files[key] = data

    async def delete(self, key: str) -> None:
        """Remove a file."""
        self.files.pop(key, None)

    def link(self, key: str) -> str | None:
        """Return that there is no address."""
        del key
        return None

    def keep(self, job: Job) -> Job:
        """Store the files of a job made by `a_finished_job`, and return it."""
        self.files |= {image.path: a_png(image.seed) for image in job.images}
        return job


@dataclass
class ServerClock:
    """The server's time as ours, so that tokens grow old for both at once."""

    server: DiscordServer

    def now(self) -> datetime:
        """Return the server's moment."""
        return datetime.fromtimestamp(self.server.clock.now_s(), UTC)

    def monotonic(self) -> float:
        """Return seconds."""
        return self.server.clock.now_s()

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.server.clock.advance(seconds)
        await asyncio.sleep(0)


@dataclass
class Room:
    """A server with a channel, a person in it, and a platform that writes there."""

    server: DiscordServer
    client: discord.Client
    platform: DiscordPlatform
    shelf: Shelf
    acks: Acks
    calls: Calls
    invalid: InvalidRequests
    clock: ServerClock
    guild: Guild
    channel: Channel
    ada: User

    def address(self, **changes: object) -> Address:
        """Return where a message without an interaction goes."""
        values = {"user": self.ada.id, "guild": self.guild.id, "command": "/imagine"}
        return Address(**{**values, **changes})  # type: ignore[arg-type]  # of any field

    def asked(self, *, ephemeral: bool = False, answered: bool = True) -> tuple[Address, Interaction, Message | None]:
        """Return where an interaction's answer goes, the interaction, and the answer, if it was given."""
        state = self.server.state
        interaction = state.interaction(InteractionType.COMMAND, self.ada.id, self.channel)
        address = self.address(
            application=self.server.application_id,
            interaction=interaction.id,
            token=interaction.token,
            asked_s=interaction.created_s,
        )
        if not answered:
            return address, interaction, None
        flags = EPHEMERAL if ephemeral else 0
        said = {**NOTHING, "content": "…", "flags": flags}
        message = post(state, self.channel, said, Origin(state.bot.id, interaction=interaction))
        interaction.callback, interaction.answered_s = Callback.MESSAGE, state.clock.now_s()
        interaction.original_id, interaction.ephemeral = message.id, ephemeral
        return address, interaction, message

    def delivery(self, job: Job, address: Address, **changes: object) -> Delivery:
        """Return the outbox's row of a job."""
        target: dict[str, Json] = json.loads(address.to_json())
        values = {"job": job.id, "platform": "discord", "channel": self.channel.id, "target": target}
        return a_delivery(**{**values, **changes})

    def shown(self, delivery: Delivery, message_id: str) -> Delivery:
        """Return the delivery as it is when its message is there and its job has ended."""
        return dataclasses.replace(delivery, message_id=message_id, state=DeliveryState.DUE)

    def finished(self, **changes: object) -> Job:
        """Return a finished job of ada's, with its files."""
        request = changes.pop("request", None)
        more = {} if request is None else {"request": request}
        return self.shelf.keep(a_finished_job(platform="discord", **more, **changes))

    def waiting(self, **changes: object) -> Job:
        """Return a job of ada's that waits."""
        return a_job(platform="discord", **changes)

    async def placed(self, job: Job, address: Address, **changes: object) -> Delivery:
        """Return a delivery whose message was just created by the platform."""
        delivery = self.delivery(job, address, **changes)
        answer = await self.platform.place(delivery, Card(job))
        assert isinstance(answer, Shown), answer
        there = answer.channel or delivery.channel
        return dataclasses.replace(self.shown(delivery, answer.message_id), channel=there)

    def json(self, message_id: str | None) -> dict[str, object]:
        """Return a message as Discord tells it."""
        message = self.server.state.message(message_id)
        assert message is not None
        return message.json

    def in_channel(self) -> list[Message]:
        """Return the messages that stand in the channel for everybody."""
        return [one for one in self.server.state.messages_in(self.channel.id) if one.only_for is None]

    def in_dm(self) -> list[Message]:
        """Return the messages of ada's direct chat with the bot."""
        state = self.server.state
        return state.messages_in(state.dm(state.bot.id, self.ada.id).id)


@asynccontextmanager
async def a_room(
    *, mention_after_s: float | None = None, public_url: str | None = None, timeout_s: float = 30.0
) -> AsyncIterator[Room]:
    """Open a loopback Discord and log a bare client in; at the end nothing may have been said against the document."""
    async with DiscordServer() as server:
        clock = ServerClock(server)
        invalid = InvalidRequests(clock)
        before, Endpoint.BASE = Endpoint.BASE, server.api_url
        client = discord.Client(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            http_trace=invalid.trace(),
        )
        try:
            async with client:
                await client.login(server.token)
                acks, calls, shelf = Acks(), Calls(invalid, timeout_s=timeout_s), Shelf()
                platform = DiscordPlatform(
                    client, shelf, clock, acks, calls, public_url=public_url, mention_after_s=mention_after_s
                )
                guild = server.state.guild()
                ada = server.state.user("ada")
                server.state.join(guild, ada)
                channel = server.state.channel(guild)
                yield Room(server, client, platform, shelf, acks, calls, invalid, clock, guild, channel, ada)
        finally:
            Endpoint.BASE = before
        assert not server.problems


async def final(room: Room, delivery: Delivery, job: Job) -> Answer:
    return await room.platform.show(delivery, Card(job, 1.0), Urgency.FINAL)


async def progress(room: Room, delivery: Delivery, job: Job, fraction: float = 0.5) -> Answer:
    return await room.platform.show(delivery, Card(job, fraction), Urgency.PROGRESS)


def files(room: Room, message_id: str | None) -> list[str]:
    attachments: Any = room.json(message_id)["attachments"]
    return [one["filename"] for one in attachments]


def words(room: Room, message_id: str | None) -> str:
    embeds: Any = room.json(message_id)["embeds"]
    return str(embeds[0]["description"])
