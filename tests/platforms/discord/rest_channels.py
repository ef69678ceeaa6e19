"""The bot's own way: channels, messages, reactions and direct chats, with its permissions in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platforms.discord import posting, rights, wire
from tests.platforms.discord.answering import NO_CONTENT, Answer, Asked
from tests.platforms.discord.composing import Where, composed
from tests.platforms.discord.entities import Channel, ChannelType, Message
from tests.platforms.discord.errors import DiscordError, Wrong, invalid
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.platforms.discord.answering import Serve
    from tests.platforms.discord.state import State

_NONCE_KEPT_S = 300.0  # "the past few minutes": discord.com/developers/docs/resources/message, read 2026-11.
_WITHOUT_TEXT = {ChannelType.CATEGORY, ChannelType.FORUM}


class Channels:
    """The routes under /channels, and /users/@me/channels."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._nonces: dict[str, Message] = {}  # All authored by the bot; nobody else writes here.

    def routes(self) -> Iterator[tuple[str, Route, Serve]]:
        """Return method, route and what serves it."""
        yield "GET", Route.CHANNEL, self._channel
        yield "PATCH", Route.CHANNEL, self._wake
        yield "POST", Route.MESSAGES, self._post
        yield "GET", Route.MESSAGES, self._list
        yield "GET", Route.MESSAGE, self._get
        yield "PATCH", Route.MESSAGE, self._edit
        yield "DELETE", Route.MESSAGE, self._delete
        yield "PUT", Route.MY_REACTION, self._react
        yield "DELETE", Route.MY_REACTION, self._unreact
        yield "DELETE", Route.REACTION, self._unreact
        yield "POST", Route.TYPING, self._typing
        yield "POST", Route.THREADS, self._thread
        yield "POST", Route.DMS, self._dm

    async def _channel(self, asked: Asked) -> Answer:
        channel, _ = self._open(asked)
        return Answer(wire.channel_json(self._state, channel))

    async def _wake(self, asked: Asked) -> Answer:
        """Put a thread to use again: nothing else of a channel is changed here."""
        thread, bits = self._open(asked)
        if asked.body != {"archived": False} or not thread.is_thread:
            raise invalid("archived", "NOT_SERVED", "Only a thread that is woken", is_mistake=True)
        # "When setting archived to false, when locked is also false, only the SEND_MESSAGES permission is required":
        # discord.com/developers/docs/resources/channel#modify-channel, read 2026-11.
        _require(bits, **{"manage_threads" if thread.locked else "send_messages_in_threads": True})
        thread.archived = False
        return Answer(wire.channel_json(self._state, thread))

    async def _post(self, asked: Asked) -> Answer:
        state = self._state
        channel, bits = self._open(asked)
        if channel.type in _WITHOUT_TEXT:
            raise DiscordError(Wrong.NOT_A_TEXT_CHANNEL)
        _require(bits, **{"send_messages_in_threads" if channel.is_thread else "send_messages": True})
        if channel.archived and channel.locked and not rights.has(bits, manage_threads=True):
            raise DiscordError(Wrong.ARCHIVED)
        if asked.sent.files:
            _require(bits, attach_files=True)
        if channel.type is ChannelType.DM:
            self._require_open_dm(channel)
        body = asked.body
        nonce = None if body.get("nonce") is None else str(body["nonce"])
        if nonce is not None and body.get("enforce_nonce") and (known := self._of_nonce(nonce)) is not None:
            asked.call.message_id = known.id
            return Answer(wire.message_json(state, known) | {"nonce": nonce})
        reply_to = self._replied(asked, channel, bits)
        said = composed(state, asked.sent, self._where(channel, bits))
        channel.archived = False
        message = posting.post(state, channel, said, posting.Origin(state.bot.id, reply_to=reply_to, nonce=nonce))
        if nonce is not None:
            self._nonces[nonce] = message
        asked.call.message_id, asked.call.shown = message.id, message.json
        shown = wire.message_json(state, message)
        return Answer(shown if nonce is None else shown | {"nonce": nonce})

    async def _list(self, asked: Asked) -> Answer:
        channel, bits = self._open(asked)
        _require(bits, read_message_history=True)
        found = [one for one in self._state.messages_in(channel.id) if one.only_for is None]
        if "before" in asked.query:
            found = [one for one in found if int(one.id) < int(asked.query["before"])]
        if "after" in asked.query:
            found = [one for one in found if int(one.id) > int(asked.query["after"])]
        most = int(asked.query.get("limit", "50"))
        # Those next to the one that is named, the newest first in any case.
        page = found[:most] if "after" in asked.query else found[-most:]
        return Answer([wire.message_json(self._state, one) for one in reversed(page)])

    async def _get(self, asked: Asked) -> Answer:
        message, _, bits = self._message(asked)
        _require(bits, read_message_history=True)
        return Answer(wire.message_json(self._state, message))

    async def _edit(self, asked: Asked) -> Answer:
        message, channel, bits = self._message(asked)
        if message.author_id != self._state.bot.id:
            raise DiscordError(Wrong.NOT_THE_AUTHOR)
        if channel.archived:
            raise DiscordError(Wrong.ARCHIVED)
        posting.change(
            self._state, message, composed(self._state, asked.sent, self._where(channel, bits), message.json)
        )
        asked.call.shown = message.json
        return Answer(wire.message_json(self._state, message))

    async def _delete(self, asked: Asked) -> Answer:
        message, channel, bits = self._message(asked)
        if message.author_id != self._state.bot.id:
            if channel.guild_id is None:
                raise DiscordError(Wrong.NOT_IN_DM)
            _require(bits, manage_messages=True)
        posting.remove(self._state, message)
        return NO_CONTENT

    async def _react(self, asked: Asked) -> Answer:
        message, channel, bits = self._message(asked)
        emoji = asked.path["emoji_name"]
        if channel.archived:
            raise DiscordError(Wrong.ARCHIVED)
        _require(bits, read_message_history=True)
        if not message.reactions.get(emoji):
            _require(bits, add_reactions=True)
        if emoji.isascii() and ":" not in emoji:
            raise DiscordError(Wrong.UNKNOWN_EMOJI)
        posting.react(self._state, message, self._state.bot.id, emoji)
        return NO_CONTENT

    async def _unreact(self, asked: Asked) -> Answer:
        message, _, bits = self._message(asked)
        user_id = asked.path.get("user_id", self._state.bot.id)
        if user_id != self._state.bot.id:
            _require(bits, manage_messages=True)
        posting.react(self._state, message, user_id, asked.path["emoji_name"], add=False)
        return NO_CONTENT

    async def _typing(self, asked: Asked) -> Answer:
        _, bits = self._open(asked)
        _require(bits, send_messages=True)
        return NO_CONTENT

    async def _thread(self, asked: Asked) -> Answer:
        state = self._state
        parent, bits = self._open(asked)
        _require(bits, create_public_threads=True)
        thread = state.thread(parent, asked.body["name"])
        thread.owner_id = state.bot.id
        shown = wire.channel_json(state, thread)
        state.emit("THREAD_CREATE", shown, guild_id=thread.guild_id, channel_id=thread.id, user_id=state.bot.id)
        return Answer(shown, status=201)

    async def _dm(self, asked: Asked) -> Answer:
        user_id = str(asked.body.get("recipient_id"))
        if user_id not in self._state.users or user_id == self._state.bot.id:
            raise invalid("recipient_id", "USER_NOT_FOUND", f"User {user_id} is not there", is_mistake=False)
        return Answer(wire.channel_json(self._state, self._state.dm(self._state.bot.id, user_id)))

    def _open(self, asked: Asked) -> tuple[Channel, int]:
        """Return the channel of the path and the bot's permissions there. Raises DiscordError if it does not see it."""
        state = self._state
        channel = state.channels.get(asked.path["channel_id"])
        if channel is None:
            raise DiscordError(Wrong.UNKNOWN_CHANNEL)
        if channel.guild_id is None:
            if state.bot.id not in channel.recipients or channel.type is ChannelType.GROUP_DM:
                raise DiscordError(Wrong.MISSING_ACCESS)
            return channel, rights.EVERYONE
        guild = state.guilds.get(channel.guild_id)
        if guild is None or state.bot.id not in guild.members:
            raise DiscordError(Wrong.MISSING_ACCESS)
        parent = state.channels.get(channel.parent_id or "") if channel.is_thread else channel
        if parent is None:
            raise DiscordError(Wrong.UNKNOWN_CHANNEL)
        bits = rights.in_channel(guild, guild.members[state.bot.id], parent)
        if not rights.has(bits, view_channel=True):
            raise DiscordError(Wrong.MISSING_ACCESS)
        return channel, bits

    def _message(self, asked: Asked) -> tuple[Message, Channel, int]:
        channel, bits = self._open(asked)
        asked.call.message_id = asked.path["message_id"]
        message = self._state.message(asked.path["message_id"])
        if message is None or message.channel_id != channel.id or message.only_for is not None:
            raise DiscordError(Wrong.UNKNOWN_MESSAGE)
        return message, channel, bits

    def _where(self, channel: Channel, bits: int) -> Where:
        guild = self._state.guild_of(channel)
        limit_bytes = 10 * 2**20 if guild is None else guild.attachment_size_limit
        return Where(channel.id, limit_bytes, may_embed=rights.has(bits, embed_links=True))

    def _require_open_dm(self, channel: Channel) -> None:
        others = [self._state.users[one] for one in channel.recipients if one != self._state.bot.id]
        if not all(one.dms_open for one in others):
            raise DiscordError(Wrong.CANNOT_DM)

    def _of_nonce(self, nonce: str) -> Message | None:
        found = self._nonces.get(nonce)
        is_fresh = found is not None and found.created_s > self._state.clock.now_s() - _NONCE_KEPT_S
        return found if found is not None and is_fresh and not found.deleted else None

    def _replied(self, asked: Asked, channel: Channel, bits: int) -> Message | None:
        reference: dict[str, Any] | None = asked.body.get("message_reference")
        if reference is None:
            return None
        _require(bits, read_message_history=True)
        found = self._state.message(str(reference["message_id"]))
        if found is not None and found.channel_id == channel.id and found.only_for is None:
            return found
        if reference.get("fail_if_not_exists", True):
            raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message", is_mistake=False)
        return None


def _require(bits: int, **names: bool) -> None:
    if not rights.has(bits, **names):
        raise DiscordError(Wrong.MISSING_PERMISSIONS)
