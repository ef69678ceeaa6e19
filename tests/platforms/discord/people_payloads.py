"""Interaction payloads as Discord sends them, whole: who, where, with which rights, and everything that ids stand for.

Source: discord.com/developers/docs/interactions/receiving-and-responding, read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from tests.platforms.discord import people_commands as commands
from tests.platforms.discord import rights, wire
from tests.platforms.discord.entities import ChannelType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.platforms.discord.entities import Channel, Guild, Interaction, Message, User
    from tests.platforms.discord.state import State

Json = dict[str, Any]
DM_LIMIT_BYTES = 10 * 2**20
_THINGS = frozenset({commands.USER, commands.ROLE, commands.MENTIONABLE, commands.CHANNEL})
# What an app may do where it is no member; with its own bot it may use other servers' emoji besides.
_ABROAD = discord.Permissions(attach_files=True, embed_links=True, mention_everyone=True).value
_IN_BOT_DM = _ABROAD | discord.Permissions(use_external_emojis=True).value


def context_of(state: State, channel: Channel) -> int:
    """Return Discord's number for where something was used: a server, a chat with the bot, another private chat."""
    if channel.guild_id is not None:
        return commands.IN_GUILD
    with_bot = channel.type is ChannelType.DM and state.bot.id in channel.recipients
    return commands.IN_BOT_DM if with_bot else commands.IN_PRIVATE_CHANNEL


def permissions_in(state: State, user_id: str, channel: Channel) -> int:
    """Return what somebody may do in a channel; nothing, where they are no member of its server."""
    guild = state.guild_of(channel)
    if guild is None:
        return rights.EVERYONE if user_id in channel.recipients else 0
    member = guild.members.get(user_id)
    parent = state.channels[channel.parent_id] if channel.is_thread and channel.parent_id else channel
    return 0 if member is None else rights.in_channel(guild, member, parent)


def installs(state: State, user: User, channel: Channel, *, own_install: bool) -> Json:
    """Return `authorizing_integration_owners`: by whom the app is there, for the server's install and the user's."""
    owners: Json = {}
    guild = state.guild_of(channel)
    if guild is not None and state.bot.id in guild.members:
        owners[str(commands.GUILD_INSTALL)] = guild.id
    if context_of(state, channel) == commands.IN_BOT_DM:
        owners[str(commands.GUILD_INSTALL)] = "0"
    if own_install:
        owners[str(commands.USER_INSTALL)] = user.id
    return owners


def fill(state: State, interaction: Interaction, data: Json, owners: Json, message: Message | None) -> None:
    """Write the whole payload into the interaction; `data` is the part that its type decides."""
    user = state.users[interaction.user_id]
    channel = state.channels[interaction.channel_id]
    guild = state.guild_of(channel)
    payload: Json = {
        "version": 1,
        "type": int(interaction.type),
        "token": interaction.token,
        "locale": user.locale,
        "id": interaction.id,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "data": data,
        "context": context_of(state, channel),
        "channel_id": channel.id,
        "channel": channel_json(state, channel, user.id),
        "authorizing_integration_owners": owners,
        "attachment_size_limit": interaction.attachment_size_limit,
        "application_id": state.application_id,
        "app_permissions": str(_app_permissions(state, channel)),
    }
    if guild is None:
        payload["user"] = wire.user_json(user)
    else:
        payload["member"] = member_json(state, guild, user.id, channel)
        payload["guild_id"] = guild.id
        payload["guild_locale"] = guild.locale
        payload["guild"] = {"id": guild.id, "locale": guild.locale, "features": []}
    if message is not None:
        payload["message"] = wire.message_json(state, message)
    interaction.payload.update(payload)


def _app_permissions(state: State, channel: Channel) -> int:
    if context_of(state, channel) == commands.IN_BOT_DM:
        return _IN_BOT_DM
    return permissions_in(state, state.bot.id, channel) or _ABROAD


def channel_json(state: State, channel: Channel, user_id: str) -> Json:
    """Show a channel as interactions do: with what its user may do there."""
    shown = wire.channel_json(state, channel)
    if channel.guild_id is not None:
        shown["permissions"] = str(permissions_in(state, user_id, channel))
    return shown


def member_json(state: State, guild: Guild, user_id: str, channel: Channel, *, with_user: bool = True) -> Json:
    """Show a member as interactions do: with what they may do in the channel."""
    shown = wire.member_json(state, guild.members[user_id], with_user=with_user)
    return shown | {"permissions": str(permissions_in(state, user_id, channel))}


class Resolved:
    """What ids in one interaction stand for. `json` is Discord's `resolved`, empty where nothing needed it.

    `by`: the user. With `force`, ids that stand for nothing are sent all the same.
    """

    def __init__(self, state: State, channel: Channel, by: str, *, force: bool = False) -> None:
        self._force = force
        self.json: dict[str, Json] = {}
        self._state = state
        self._channel = channel
        self._by = by

    def user(self, user_id: str) -> str:
        """Add a user, and the member where they are one; return the id."""
        self._put("users", user_id, wire.user_json(self._state.users[user_id]))
        guild = self._state.guild_of(self._channel)
        if guild is not None and user_id in guild.members:
            member = member_json(self._state, guild, user_id, self._channel, with_user=False)
            self._put("members", user_id, member)
        return user_id

    def role(self, role_id: str) -> str:
        """Add a role of the server; return the id."""
        guild = self._state.guild_of(self._channel)
        if guild is not None:
            self._put("roles", role_id, wire.role_json(guild.roles[role_id]))
        return role_id

    def channel(self, channel_id: str) -> str:
        """Add a channel; return the id."""
        channel = self._state.channels[channel_id]
        self._put("channels", channel_id, channel_json(self._state, channel, self._by))
        return channel_id

    def message(self, message: Message) -> str:
        """Add a message, with all its words: it was shown to the app on purpose; return the id."""
        self._put("messages", message.id, wire.message_json(self._state, message))
        return message.id

    def file(self, name: str, content: bytes) -> str:
        """Upload a file for this interaction; return the attachment's id."""
        kept = self._state.upload(name, content, self._channel.id, ephemeral=True)
        self._put("attachments", kept.id, wire.attachment_json(self._state, kept))
        return kept.id

    def value(self, kind: int, value: Any) -> Any:  # noqa: ANN401 - an option's value is of the option's type
        """Return an option's value as sent: things become their ids, and what those stand for is added."""
        if kind == commands.ATTACHMENT and isinstance(value, tuple):
            return self.file(*value)
        an_id = str(getattr(value, "id", value))
        guild = self._state.guild_of(self._channel)
        roles = {} if guild is None else guild.roles
        if kind in {commands.USER, commands.MENTIONABLE} and an_id in self._state.users:
            return self.user(an_id)
        if kind in {commands.ROLE, commands.MENTIONABLE} and an_id in roles:
            return self.role(an_id)
        if kind == commands.CHANNEL and an_id in self._state.channels:
            return self.channel(an_id)
        if kind in _THINGS and not self._force:
            raise commands.PersonError(f"{value!r} is nobody and nothing that could be chosen here")
        return value

    def _put(self, kind: str, an_id: str, shown: Json) -> None:
        self.json.setdefault(kind, {})[an_id] = shown


def command_json(
    found: commands.Found,
    filled: Iterable[tuple[Mapping[str, Any], Any]],
    resolved: Resolved,
    *,
    guild_id: str | None,
    focused: str | None = None,
) -> Json:
    """Return `data` of a slash command. `focused`: the option being typed, of an autocomplete; its value goes as is."""
    options: list[Json] = []
    for option, value in filled:
        in_focus = option["name"] == focused
        sent = value if in_focus else resolved.value(option["type"], value)
        one = {"name": option["name"], "type": option["type"], "value": sent}
        options.append(one | {"focused": True} if in_focus else one)
    for step in reversed(found.steps):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    return _data_json(found.command, resolved, guild_id) | {"options": options}


def menu_json(command: Mapping[str, Any], target_id: str, resolved: Resolved, *, guild_id: str | None) -> Json:
    """Return `data` of a command in the menu of a message or user."""
    return _data_json(command, resolved, guild_id) | {"target_id": target_id}


def _data_json(command: Mapping[str, Any], resolved: Resolved, guild_id: str | None) -> Json:
    data: Json = {"id": command["id"], "name": command["name"], "type": command.get("type", commands.CHAT_INPUT)}
    if command.get("guild_id"):
        data["guild_id"] = guild_id
    if resolved.json:
        data["resolved"] = resolved.json
    return data


def guessed(given: Mapping[str, Any], options: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Any]]:
    """Pair values with options without any check, as no real client would: unknown ones get the value's own type."""
    known = {option["name"]: option for option in options}
    return [(known.get(name) or {"name": name, "type": _type_of(value)}, value) for name, value in given.items()]


def _type_of(value: object) -> int:
    kinds = {bool: commands.BOOLEAN, int: commands.INTEGER, float: commands.NUMBER, tuple: commands.ATTACHMENT}
    return kinds.get(type(value), commands.STRING)
