"""A user without the bot's commands: joins, sees, says, reacts, deletes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.platforms.discord import people_payloads as payloads
from tests.platforms.discord import rights, wire
from tests.platforms.discord.entities import Message
from tests.platforms.discord.people_commands import PersonError
from tests.platforms.discord.people_sight import Seen, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import discord

    from tests.platforms.discord.entities import Channel, Guild, User
    from tests.platforms.discord.state import State

Json = dict[str, Any]
_DEFAULT, _REPLY = 0, 19
_MENTION = re.compile(r"<@!?(\d+)>")


class Talker:
    """A user of this Discord. All verbs raise PersonError for what a real client would not let them do."""

    def __init__(self, state: State, user: User) -> None:
        self.user = user
        self._state = state

    @property
    def id(self) -> str:
        """Return the user's id."""
        return self.user.id

    @property
    def mention(self) -> str:
        """Return the markup that mentions them."""
        return f"<@{self.id}>"

    @property
    def dm(self) -> Channel:
        """Return the direct chat with the bot."""
        return self._state.dm(self.id, self._state.bot.id)

    def join(self, guild: Guild, *, permissions: int | discord.Permissions = 0) -> None:
        """Become a member of the guild, with a role of these permissions if there are any."""
        bits = permissions if isinstance(permissions, int) else permissions.value
        roles = [self._state.role(guild, self.user.name, bits).id] if bits else []
        self._state.join(guild, self.user, roles=roles)

    def visible(self, message: Message | Seen) -> bool:
        """Return whether they see the message: it is there, in a channel they see, not for somebody else's eyes."""
        kept = message.message if isinstance(message, Seen) else message
        return self._state.sees(self.id, kept) and self._sees(self._state.channels[kept.channel_id])

    def messages(self, channel: Channel) -> list[Seen]:
        """Return the messages that they see in the channel, oldest first."""
        return [Seen(self._state, one) for one in self._state.messages_in(channel.id) if self.visible(one)]

    async def find(
        self, channel: Channel, predicate: Callable[[Seen], object] = bool, *, timeout_s: float = 10.0
    ) -> Seen:
        """Wait for a message in the channel that they see and that satisfies the predicate. Raises NotSeen."""
        seen: Seen = await wait_until(
            self._state,
            lambda: next((one for one in self.messages(channel) if predicate(one)), None),
            lambda: str([one.describe() for one in self.messages(channel)]),
            timeout_s=timeout_s,
        )
        return seen

    async def say(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | Seen | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Seen:
        """Write a message; `<@id>` in it mentions, and a reply mentions nobody by itself. `files`: (name, bytes)."""
        self._need(channel, "talk", send_messages=True)
        if channel.archived and channel.locked:
            raise PersonError("the thread is locked")
        message_id = self._state.snowflake()
        json = self._message_json(channel, message_id, text, files)
        if reply_to is not None:
            answered = self._look(reply_to).message
            json["type"] = _REPLY
            json["message_reference"] = {"type": 0, "channel_id": channel.id, "message_id": answered.id}
            if channel.guild_id is not None:
                json["message_reference"]["guild_id"] = channel.guild_id
            json["referenced_message"] = wire.message_json(self._state, answered)
        message = Message(message_id, channel.id, self.id, json, self._state.clock.now_s(), history=[json])
        self._state.messages[message_id] = message
        channel.last_message_id = message_id
        event = {**json, **self._where(channel)}
        if (guild := self._state.guild_of(channel)) is not None:
            event["member"] = wire.member_json(self._state, guild.members[self.id], with_user=False)
        self._emit("MESSAGE_CREATE", event, channel)
        return Seen(self._state, message)

    def _message_json(self, channel: Channel, message_id: str, text: str, files: Sequence[tuple[str, bytes]]) -> Json:
        mentioned = [one for one in dict.fromkeys(_MENTION.findall(text)) if one in self._state.users]
        kept = [self._state.upload(name, content, channel.id) for name, content in files]
        return {
            "id": message_id,
            "type": _DEFAULT,
            "channel_id": channel.id,
            "content": text,
            "author": wire.user_json(self.user),
            "mentions": [wire.user_json(self._state.users[one]) for one in mentioned],
            "mention_roles": [],
            "mention_everyone": False,
            "attachments": [wire.attachment_json(self._state, one) for one in kept],
            "embeds": [],
            "components": [],
            "timestamp": datetime.fromtimestamp(self._state.clock.now_s(), UTC).isoformat(),
            "edited_timestamp": None,
            "flags": 0,
            "pinned": False,
            "tts": False,
        }

    async def react(self, message: Message | Seen, emoji: str) -> None:
        """Add a reaction; the same twice is refused, as a client takes it away instead."""
        kept, channel = self._reactable(message)
        users = kept.reactions.setdefault(emoji, [])
        if self.id in users:
            raise PersonError(f"{self.user.name} has reacted with {emoji} already")
        if not users:
            self._need(channel, "react", add_reactions=True)
        users.append(self.id)
        event = self._reaction_json(kept, channel, emoji) | {"message_author_id": kept.author_id}
        if (guild := self._state.guild_of(channel)) is not None:
            event["member"] = wire.member_json(self._state, guild.members[self.id])
        self._emit("MESSAGE_REACTION_ADD", event, channel)

    async def unreact(self, message: Message | Seen, emoji: str) -> None:
        """Take a reaction of theirs away."""
        kept, channel = self._reactable(message)
        if self.id not in kept.reactions.get(emoji, ()):
            raise PersonError(f"{self.user.name} has not reacted with {emoji}; there are {[*kept.reactions]}")
        kept.reactions[emoji].remove(self.id)
        if not kept.reactions[emoji]:
            del kept.reactions[emoji]
        self._emit("MESSAGE_REACTION_REMOVE", self._reaction_json(kept, channel, emoji), channel)

    def _reactable(self, message: Message | Seen) -> tuple[Message, Channel]:
        kept = self._look(message).message
        if kept.only_for is not None:
            raise PersonError("nobody can react to an ephemeral message")
        channel = self._state.channels[kept.channel_id]
        self._need(channel, "react", read_message_history=True)
        return kept, channel

    def _reaction_json(self, message: Message, channel: Channel, emoji: str) -> Json:
        return {
            "user_id": self.id,
            "type": 0,
            "message_id": message.id,
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            **self._where(channel),
        }

    async def delete(self, message: Message | Seen) -> None:
        """Delete a message: their own, or anybody's with Manage Messages."""
        kept = self._look(message).message
        channel = self._state.channels[kept.channel_id]
        if kept.author_id != self.id and kept.only_for is None:
            self._need(channel, "delete this message", manage_messages=True)
        kept.deleted = True
        if kept.only_for is None:  # Dismissing an ephemeral message is told to nobody.
            self._emit("MESSAGE_DELETE", {"id": kept.id, **self._where(channel)}, channel)
        else:
            self._state.touch()

    def _look(self, message: Message | Seen) -> Seen:
        kept = message.message if isinstance(message, Seen) else message
        if not self.visible(kept):
            raise PersonError(f"{self.user.name} does not see this message: {Seen(self._state, kept).describe()}")
        return Seen(self._state, kept)

    def _sees(self, channel: Channel) -> bool:
        return rights.has(payloads.permissions_in(self._state, self.id, channel), view_channel=True)

    def _need(self, channel: Channel, what: str, **permissions: bool) -> None:
        bits = payloads.permissions_in(self._state, self.id, channel)
        if not rights.has(bits, view_channel=True, **permissions) and channel.guild_id is not None:
            raise PersonError(f"{self.user.name} may not {what} in {channel.name!r}: {[*permissions]} is missing")
        if not bits:
            raise PersonError(f"{self.user.name} is not in this chat")

    def _where(self, channel: Channel) -> Json:
        where = {"channel_id": channel.id}
        return where if channel.guild_id is None else where | {"guild_id": channel.guild_id}

    def _emit(self, name: str, data: Json, channel: Channel) -> None:
        self._state.emit(name, data, guild_id=channel.guild_id, channel_id=channel.id, user_id=self.id)
