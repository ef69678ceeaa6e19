"""Messages that come, change and go, and what the gateway tells of it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.platforms.discord import wire
from tests.platforms.discord.entities import Interaction, InteractionType, Message

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.state import State

Json = dict[str, Any]
LOADING = 1 << 7
EPHEMERAL = 1 << 6
_DEFAULT, _REPLY, _COMMAND, _CONTEXT_MENU = 0, 19, 20, 23
NOTHING: Json = {
    "content": "",
    "embeds": [],
    "attachments": [],
    "components": [],
    "flags": 0,
    "mentions": [],
    "mention_roles": [],
    "mention_everyone": False,
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose message it is. `interaction`: what it answers; `reply_to`: the message that it replies to."""

    author_id: str
    interaction: Interaction | None = None
    reply_to: Message | None = None
    nonce: str | None = None


def post(state: State, channel: Channel, said: Json, origin: Origin) -> Message:
    """Put a message into the channel and tell everybody, but of an ephemeral one. `said`: what `composed` returns."""
    message_id = state.snowflake()
    json = {
        "id": message_id,
        "channel_id": channel.id,
        "author": wire.user_json(state.users[origin.author_id]),
        "type": _DEFAULT,
        "timestamp": _moment(state),
        "edited_timestamp": None,
        "pinned": False,
        "tts": False,
        **copy.deepcopy(said),
    }
    if origin.reply_to is not None:
        json |= {"type": _REPLY, **_reference(channel, origin.reply_to), "referenced_message": origin.reply_to.json}
    if origin.interaction is not None:
        json |= _of_interaction(state, origin.interaction)
    is_ephemeral = bool(json["flags"] & EPHEMERAL)
    message = Message(
        message_id,
        channel.id,
        origin.author_id,
        json,
        state.clock.now_s(),
        only_for=origin.interaction.user_id if is_ephemeral and origin.interaction is not None else None,
        interaction_id=None if origin.interaction is None else origin.interaction.id,
        nonce=origin.nonce,
        history=[json],
    )
    state.messages[message_id] = message
    channel.last_message_id = message_id
    _tell(state, "MESSAGE_CREATE", channel, message)
    return message


def change(state: State, message: Message, said: Json) -> None:
    """Give the message a new text, files and so on. Its loading ends."""
    message.json = {**message.json, **copy.deepcopy(said), "edited_timestamp": _moment(state)}
    message.history.append(message.json)
    _tell(state, "MESSAGE_UPDATE", state.channels[message.channel_id], message)


def remove(state: State, message: Message) -> None:
    """Delete the message for everybody."""
    message.deleted = True
    channel = state.channels[message.channel_id]
    if message.only_for is not None:
        state.touch()
        return
    gone = {"id": message.id, "channel_id": channel.id}
    if channel.guild_id is not None:
        gone["guild_id"] = channel.guild_id
    state.emit("MESSAGE_DELETE", gone, guild_id=channel.guild_id, channel_id=channel.id, user_id=message.author_id)


def react(state: State, message: Message, user_id: str, emoji: str, *, add: bool = True) -> bool:
    """Put a person's reaction on the message, or take it back. Return whether anything changed."""
    users = message.reactions.setdefault(emoji, [])
    if (user_id in users) is add:
        return False
    channel = state.channels[message.channel_id]
    told: Json = {
        "user_id": user_id,
        "channel_id": channel.id,
        "message_id": message.id,
        "emoji": {"id": None, "name": emoji},
        "burst": False,
        "type": 0,
    }
    guild = state.guild_of(channel)
    if guild is not None:
        told["guild_id"] = guild.id
    if add:
        users.append(user_id)
        told["message_author_id"] = message.author_id
        if guild is not None and user_id in guild.members:
            told["member"] = wire.member_json(state, guild.members[user_id])
    else:
        users.remove(user_id)
    name = "MESSAGE_REACTION_ADD" if add else "MESSAGE_REACTION_REMOVE"
    state.emit(name, told, guild_id=channel.guild_id, channel_id=channel.id, user_id=user_id)
    return True


def _tell(state: State, event: str, channel: Channel, message: Message) -> None:
    if message.only_for is not None:  # The gateway never tells of what one person alone sees.
        state.touch()
        return
    told = wire.message_json(state, message)
    guild = state.guild_of(channel)
    if guild is not None:
        told["guild_id"] = guild.id
        if message.author_id in guild.members:
            told["member"] = wire.member_json(state, guild.members[message.author_id], with_user=False)
    if message.nonce is not None and event == "MESSAGE_CREATE":
        told["nonce"] = message.nonce
    state.emit(event, told, guild_id=channel.guild_id, channel_id=channel.id, user_id=message.author_id)


def _of_interaction(state: State, interaction: Interaction) -> Json:
    payload = interaction.payload
    owners = payload.get("authorizing_integration_owners", {})
    told: Json = {
        "id": interaction.id,
        "type": int(interaction.type),
        "user": wire.user_json(state.users[interaction.user_id]),
        "authorizing_integration_owners": owners,
    }
    extra: Json = {"application_id": state.application_id, "webhook_id": state.application_id}
    if interaction.original_id is not None:
        told["original_response_message_id"] = interaction.original_id
        first = state.messages[interaction.original_id]
        extra |= {"type": _REPLY, **_reference(state.channels[first.channel_id], first)}
    elif interaction.type is InteractionType.COMMAND:
        extra["type"] = _COMMAND if payload.get("data", {}).get("type", 1) == 1 else _CONTEXT_MENU
    if interaction.type is InteractionType.COMPONENT:
        told["interacted_message_id"] = interaction.message_id
    elif interaction.type is InteractionType.MODAL:
        told["triggering_interaction_metadata"] = {
            name: told[name] for name in ("id", "user", "authorizing_integration_owners")
        } | {"type": int(InteractionType.COMMAND)}
    return extra | {"interaction_metadata": told}


def _reference(channel: Channel, message: Message) -> Json:
    told: Json = {"type": 0, "channel_id": channel.id, "message_id": message.id}
    if channel.guild_id is not None:
        told["guild_id"] = channel.guild_id
    return {"message_reference": told}


def _moment(state: State) -> str:
    return datetime.fromtimestamp(state.clock.now_s(), UTC).isoformat()
