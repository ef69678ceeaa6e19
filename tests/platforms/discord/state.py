"""What the loopback Discord knows: people, servers, channels, messages, interactions; and who wants to hear of changes.

Ids are text, as in Discord's JSON. Everything here is changed by the server's routes and by the people of a test, both
on one event loop; after a change call `touch` (`emit` does), so that who waits looks again.
"""

from __future__ import annotations

import asyncio
import io
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from PIL import Image, UnidentifiedImageError

from tests.platforms.discord.entities import (
    Attachment,
    Channel,
    ChannelType,
    Event,
    Guild,
    Interaction,
    InteractionType,
    Member,
    Message,
    Overwrite,
    Role,
    User,
)
from tests.platforms.discord.rights import EVERYONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_EPOCH_MS = 1_420_070_400_000  # discord.com/developers/docs/reference#snowflakes, read 2026-11.
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}


_T = TypeVar("_T")


@dataclass(slots=True)
class Clock:
    """Real time and what a test added to it, so that tokens can grow old without waiting."""

    added_s: float = 0.0

    def now_s(self) -> float:
        """Return the moment in seconds of the epoch."""
        return time.time() + self.added_s

    def advance(self, seconds: float) -> None:
        """Let so much time have passed, at once."""
        self.added_s += seconds


@dataclass(slots=True)
class Session:
    """The last that a client said of itself at the gateway; written by the gateway for who asks."""

    intents: int = 0
    shards: set[int] = field(default_factory=set)


class State:
    """The whole of this Discord. `listeners` are called with each `Event`, in order, on the loop (the gateway).

    `commands`: what the bot has synced, as Discord's JSON with ids: under "" the global ones, else under the server's
    id.
    """

    def __init__(self, *, bot_name: str = "pinxit") -> None:
        self.clock = Clock()
        self.cdn_url = "http://127.0.0.1:0"
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        self.attachments: dict[str, Attachment] = {}
        self.commands: dict[str, list[dict[str, Any]]] = {"": []}
        self.listeners: list[Callable[[Event], None]] = []
        self.session = Session()
        self.shards = 1
        self.session_starts = 1000  # How many more times the bot may identify today.
        self._last_id = 0
        self._by_token: dict[str, Interaction] = {}
        self._dms: dict[frozenset[str], Channel] = {}
        self._waiting: set[asyncio.Future[None]] = set()
        self.owner = self.user("owner")
        self.bot = self.user(bot_name, bot=True)
        self.application_id = self.bot.id
        self.application_flags = 0
        # Installable to servers ("0") and to people ("1"), as GET /applications/@me tells it.
        self.integration_types: dict[str, Any] = {"0": {}, "1": {}}
        self.token = f"{self.bot.id}.{secrets.token_urlsafe(12)}"

    def snowflake(self) -> str:
        """Return a new id: later ones are greater, and their time is ours."""
        now = (int(self.clock.now_s() * 1000) - _EPOCH_MS) << 22
        self._last_id = max(now, self._last_id + 1)
        return str(self._last_id)

    def touch(self) -> None:
        """Let everybody who waits for something look again."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    async def wait_for(self, predicate: Callable[[], _T], timeout_s: float = 10.0) -> _T:
        """Return the predicate's first true value. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while not (found := predicate()):
                waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.add(waiting)
                await waiting
        return found

    def emit(
        self,
        name: str,
        data: Mapping[str, Any],
        *,
        guild_id: str | None = None,
        channel_id: str | None = None,
        user_id: str | None = None,
    ) -> None:
        """Tell the listeners of a gateway event. `user_id`: who caused it. Without a guild it is for shard 0."""
        event = Event(name, dict(data), guild_id=guild_id, channel_id=channel_id, user_id=user_id)
        for listener in tuple(self.listeners):
            listener(event)
        self.touch()

    def user(self, name: str, *, bot: bool = False, locale: str = "en-US", dms_open: bool = True) -> User:
        """Make a user."""
        user = User(self.snowflake(), name, bot=bot, locale=locale, dms_open=dms_open)
        self.users[user.id] = user
        return user

    def guild(self, name: str = "atelier", *, with_bot: bool = True, bot_permissions: int = 0) -> Guild:
        """Make a server with @everyone (usual permissions) and the bot, whose role has `bot_permissions` besides.

        Silent: no GUILD_CREATE is told; the gateway tells of it when a client identifies, or `emit` it yourself.
        """
        guild = Guild(self.snowflake(), name, self.owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE)
        self.guilds[guild.id] = guild
        self.join(guild, self.owner)
        if with_bot:
            role = self.role(guild, self.bot.name, bot_permissions)
            role.bot_id = self.bot.id
            self.join(guild, self.bot, roles=[role.id])
        return guild

    def role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        """Make a role of the server."""
        role = Role(self.snowflake(), name, permissions, position=len(guild.roles))
        guild.roles[role.id] = role
        return role

    def join(self, guild: Guild, user: User, *, roles: Sequence[str] = ()) -> Member:
        """Make the user a member with the roles (ids)."""
        member = guild.members[user.id] = Member(user.id, list(roles))
        return member

    def channel(
        self,
        guild: Guild,
        name: str = "pictures",
        *,
        type: ChannelType = ChannelType.TEXT,  # noqa: A002 - Discord's word for it
        parent: Channel | None = None,
        nsfw: bool = False,
        overwrites: Iterable[Overwrite] = (),
    ) -> Channel:
        """Make a channel of the server, or a thread of `parent` (a forum's post, if that is a forum)."""
        channel = Channel(
            self.snowflake(),
            type,
            name,
            guild_id=guild.id,
            parent_id=None if parent is None else parent.id,
            nsfw=nsfw,
            overwrites=list(overwrites),
            owner_id=self.owner.id,
        )
        self.channels[channel.id] = channel
        guild.channels.append(channel.id)
        return channel

    def thread(self, parent: Channel, name: str = "a thread") -> Channel:
        """Make a public thread of the channel."""
        if parent.guild_id is None:
            raise ValueError("threads are of servers")
        return self.channel(self.guilds[parent.guild_id], name, type=ChannelType.THREAD, parent=parent)

    def dm(self, *user_ids: str) -> Channel:
        """Return the direct chat of two users, made when it is not there; of three and more a new group."""
        if len(user_ids) > 2:
            channel = Channel(self.snowflake(), ChannelType.GROUP_DM, "group", recipients=list(user_ids))
        elif (known := self._dms.get(frozenset(user_ids))) is not None:
            return known
        else:
            channel = Channel(self.snowflake(), ChannelType.DM, recipients=list(user_ids))
            self._dms[frozenset(user_ids)] = channel
        self.channels[channel.id] = channel
        return channel

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the server of a channel, None for direct chats."""
        return None if channel.guild_id is None else self.guilds.get(channel.guild_id)

    def upload(
        self,
        filename: str,
        content: bytes,
        channel_id: str,
        *,
        content_type: str = "",
        description: str | None = None,
        ephemeral: bool = False,
    ) -> Attachment:
        """Keep a file at the CDN; `wire.attachment_json` shows it."""
        kind = content_type or _TYPES.get(filename.rsplit(".", 1)[-1].lower(), "application/octet-stream")
        width_px, height_px = _size_px(content) if kind.startswith("image/") else (None, None)
        kept = Attachment(
            self.snowflake(), channel_id, filename, content, kind, width_px, height_px, description, ephemeral
        )
        self.attachments[kept.id] = kept
        return kept

    def message(self, message_id: str | None) -> Message | None:
        """Return the message, None when it is not there (any more)."""
        found = self.messages.get(message_id or "")
        return None if found is None or found.deleted else found

    def messages_in(self, channel_id: str) -> list[Message]:
        """Return the messages that are in the channel, oldest first, the ephemeral ones too."""
        return [one for one in self.messages.values() if one.channel_id == channel_id and not one.deleted]

    def sees(self, user_id: str, message: Message) -> bool:
        """Return whether the user sees the message, as far as ephemeral ones go."""
        return not message.deleted and message.only_for in {None, user_id}

    def interaction(
        self,
        type: InteractionType,  # noqa: A002 - Discord's word for it
        user_id: str,
        channel: Channel,
        *,
        message_id: str | None = None,
        attachment_size_limit: int = 10 * 2**20,
    ) -> Interaction:
        """Open an interaction, with an empty `payload` that the caller fills and sends as INTERACTION_CREATE.

        `message_id`: of the message whose component was used (or that the modal came from).
        """
        found = Interaction(
            self.snowflake(),
            secrets.token_urlsafe(40),
            type,
            user_id,
            channel.id,
            channel.guild_id,
            payload={},
            created_s=self.clock.now_s(),
            message_id=message_id,
            attachment_size_limit=attachment_size_limit,
        )
        self.interactions[found.id] = found
        self._by_token[found.token] = found
        return found

    def by_token(self, token: str) -> Interaction | None:
        """Return the interaction of a token, however old; None where there never was one."""
        return self._by_token.get(token)


def _size_px(content: bytes) -> tuple[int, int] | tuple[None, None]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.size
    except UnidentifiedImageError:
        return (None, None)
