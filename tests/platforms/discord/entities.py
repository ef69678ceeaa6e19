"""The things of the loopback Discord, as they are kept: mutable, ids as text, permissions as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class ChannelType(IntEnum):
    """discord.com/developers/docs/resources/channel#channel-object-channel-types, read 2026-11."""

    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


THREADS = frozenset({ChannelType.NEWS_THREAD, ChannelType.THREAD, ChannelType.PRIVATE_THREAD})


class InteractionType(IntEnum):
    """discord.com/developers/docs/interactions/receiving-and-responding, read 2026-11."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """How an interaction was answered; same page."""

    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(slots=True)
class User:
    """`dms_open`: False where the person takes no direct messages from bots (code 50007)."""

    id: str
    name: str
    bot: bool = False
    locale: str = "en-US"
    avatar: str | None = None
    dms_open: bool = True


@dataclass(slots=True)
class Role:
    """`permissions`: bits as in discord.Permissions. @everyone bears the server's id."""

    id: str
    name: str
    permissions: int
    position: int = 0
    bot_id: str | None = None


@dataclass(slots=True)
class Member:
    """`roles`: ids without @everyone."""

    user_id: str
    roles: list[str] = field(default_factory=list)
    nick: str | None = None
    joined_at: str = "2026-01-01T00:00:00+00:00"


@dataclass(slots=True)
class Guild:
    """A server. The bot is there when it is a member."""

    id: str
    name: str
    owner_id: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)
    locale: str = "en-US"
    nsfw_level: int = 0
    attachment_size_limit: int = 10 * 2**20


@dataclass(slots=True)
class Overwrite:
    """`of`: a role's or a user's id."""

    of: str
    is_role: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Channel:
    """A text channel, thread, forum, DM or group DM. `archived`, `locked`, `owner_id`: of a thread.

    `recipients`: the user ids of a DM or group DM (a DM with the bot holds the bot's id too).
    """

    id: str
    type: ChannelType
    name: str = ""
    guild_id: str | None = None
    parent_id: str | None = None
    nsfw: bool = False
    overwrites: list[Overwrite] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    owner_id: str | None = None
    recipients: list[str] = field(default_factory=list)
    last_message_id: str | None = None

    @property
    def is_thread(self) -> bool:
        """Return whether it is a thread or a forum's post."""
        return self.type in THREADS


@dataclass(slots=True)
class Message:
    """`json`: what the API shows of it, but for the reactions (`wire.message_json` adds them).

    `only_for`: the user who alone sees it (ephemeral), or None. `interaction_id`: whose answer it is, or None.
    `reactions`: emoji → user ids. `history`: each `json` it had, the present one last.
    """

    id: str
    channel_id: str
    author_id: str
    json: dict[str, Any]
    created_s: float
    only_for: str | None = None
    interaction_id: str | None = None
    nonce: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False

    @property
    def loading(self) -> bool:
        """Return whether it says "thinking…": deferred, not answered yet."""
        return bool(self.json["flags"] & (1 << 7))


@dataclass(slots=True)
class Interaction:
    """One interaction. `payload`: as the gateway sent it. Seconds are of the epoch, on the server's clock.

    `answered_s`: when the first valid callback came, None before; `took_s` is its measure. `callback`: how it was
    answered, `answer` the `data` of that. `ephemeral`: what the callback chose. `original_id`: the message that
    @original means (of a component with type 6 or 7: the message pressed). `follow_ups`: ids of further messages.
    """

    id: str
    token: str
    type: InteractionType
    user_id: str
    channel_id: str
    guild_id: str | None
    payload: dict[str, Any]
    created_s: float
    message_id: str | None = None
    answered_s: float | None = None
    callback: Callback | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    ephemeral: bool = False
    original_id: str | None = None
    follow_ups: list[str] = field(default_factory=list)
    attachment_size_limit: int = 10 * 2**20

    @property
    def took_s(self) -> float | None:
        """Return the seconds until it was acknowledged, None while it is not."""
        return None if self.answered_s is None else self.answered_s - self.created_s


@dataclass(slots=True)
class Attachment:
    """A file of the CDN. `content`: its bytes. The measures are None of what is no picture.

    `gone`: its address is dead, as after a day without a new signature.
    """

    id: str
    channel_id: str
    filename: str
    content: bytes
    content_type: str
    width_px: int | None = None
    height_px: int | None = None
    description: str | None = None
    ephemeral: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A gateway event. `user_id`: who caused it; `guild_id` None: for shard 0."""

    name: str
    data: dict[str, Any]
    guild_id: str | None = None
    channel_id: str | None = None
    user_id: str | None = None
