"""The people of the loopback Discord: they type commands, press, choose and fill in forms (and talk: people_talk).

A person does only what a real client lets them do; anything else is a PersonError. With `force=True` a use is sent all
the same, to see what the bot makes of it. Nothing here waits for the bot: what is returned knows how to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platforms.discord import people_commands as commands
from tests.platforms.discord import people_modals, rights
from tests.platforms.discord import people_payloads as payloads
from tests.platforms.discord.entities import Callback, InteractionType, Message
from tests.platforms.discord.people_commands import PersonError
from tests.platforms.discord.people_sight import NotSeen, Seen
from tests.platforms.discord.people_talk import Talker
from tests.platforms.discord.people_use import Used

if TYPE_CHECKING:
    from collections.abc import Mapping

    import discord

    from tests.platforms.discord.entities import Channel, Guild, User
    from tests.platforms.discord.people_modals import Modal
    from tests.platforms.discord.state import State

Json = dict[str, Any]
_BUTTON = 2


def person(
    state: State,
    name: str,
    *,
    guild: Guild | None = None,
    permissions: int | discord.Permissions = 0,
    locale: str = "en-US",
    own_install: bool = False,
    dms_open: bool = True,
) -> Person:
    """Make a user, and a member of the guild with a role of these permissions besides those of @everyone.

    `own_install`: they have installed the app on their own account. `dms_open`: they take messages from bots.
    """
    user = state.user(name, locale=locale, dms_open=dms_open)
    found = Person(state, user, own_install=own_install)
    if guild is not None:
        found.join(guild, permissions=permissions)
    return found


class Person(Talker):
    """A user with a client in front of them: what a Talker does, and the use of the bot."""

    def __init__(self, state: State, user: User, *, own_install: bool = False) -> None:
        super().__init__(state, user)
        self.own_install = own_install

    async def slash(self, channel: Channel, path: str, /, *, force: bool = False, **options: object) -> Used:
        """Type `/path` with options: texts, numbers, people, and files as (name, bytes). Raises PersonError."""
        found = self._command(channel, path, force=force)
        resolved = payloads.Resolved(self._state, channel, self.id, force=force)
        if force:
            filled = payloads.guessed(options, found.options)
        else:
            filled = commands.check_options(found.options, options, path=path, locale=self.user.locale)
        data = payloads.command_json(found, filled, resolved, guild_id=channel.guild_id)
        return self.use(InteractionType.COMMAND, channel, data, command=found.command)

    async def complete(
        self, path: str, option: str, typed: str = "", /, *, channel: Channel | None = None, **options: object
    ) -> list[tuple[str, Any]]:
        """Type into an option that completes itself and return the suggestions as (shown, value). Raises PersonError.

        `channel`: where; None: in the first they see of any server. `options`: what is filled in already.
        """
        channel = channel or self._some_channel()
        found = self._command(channel, path, force=False)
        focused = next((one for one in found.options if one["name"] == option), None)
        if focused is None or not focused.get("autocomplete"):
            raise PersonError(f"/{path} does not complete {option!r}")
        others = [one for one in payloads.guessed(options, found.options) if one[0]["type"] != commands.ATTACHMENT]
        resolved = payloads.Resolved(self._state, channel, self.id)
        filled = [*others, (focused, typed)]
        data = payloads.command_json(found, filled, resolved, guild_id=channel.guild_id, focused=option)
        data.pop("resolved", None)
        used = self.use(InteractionType.AUTOCOMPLETE, channel, data, command=found.command)
        await used.acknowledged()
        if used.callback is not Callback.CHOICES:
            raise NotSeen(f"no suggestions but {used.callback!r}")
        return commands.check_choices(focused, used.interaction.answer.get("choices") or [])

    async def menu(
        self, target: Message | Seen | Person | User, name: str, /, *, channel: Channel | None = None
    ) -> Used:
        """Choose a command from the menu of a message or of a person (then `channel` says where)."""
        if isinstance(target, (Message, Seen)):
            seen = self._look(target)
            channel = self._state.channels[seen.message.channel_id]
            resolved = payloads.Resolved(self._state, channel, self.id)
            kind, target_id = commands.MESSAGE_MENU, resolved.message(seen.message)
        else:
            channel = channel or self._some_channel()
            resolved = payloads.Resolved(self._state, channel, self.id)
            kind, target_id = commands.USER_MENU, resolved.user(target.id)
        found = self._command(channel, name, kind=kind, force=False)
        data = payloads.menu_json(found.command, target_id, resolved, guild_id=channel.guild_id)
        return self.use(InteractionType.COMMAND, channel, data, command=found.command)

    async def press(self, message: Message | Seen, name: str, /, *, force: bool = False) -> Used:
        """Press the button of this label, emoji or custom id. `force`: a custom id that need not be there."""
        seen = self._look(message)
        button: Json = {"custom_id": name, "id": 1} if force else seen.button(name)
        data = {"custom_id": button["custom_id"], "component_type": _BUTTON, "id": button.get("id", 1)}
        return self._use_component(seen, data)

    async def choose(
        self, message: Message | Seen, values: object, /, *, select: str | None = None, force: bool = False
    ) -> Used:
        """Choose a value, or a list of them, in a select: values or labels, or people, roles, channels.

        `select`: its custom id or placeholder, None for the only one. `force`: values that need not be there.
        """
        seen = self._look(message)
        one = seen.select(select)
        wanted = list(values) if isinstance(values, (list, tuple)) else [values]
        resolved = payloads.Resolved(self._state, self._state.channels[seen.message.channel_id], self.id, force=force)
        chosen = people_modals.chosen(one, wanted, resolved, force=force)
        data: Json = {"custom_id": one["custom_id"], "component_type": one["type"], "values": chosen}
        data["id"] = one.get("id", 1)
        if resolved.json:
            data["resolved"] = resolved.json
        return self._use_component(seen, data)

    async def submit(
        self, modal: Modal, fields: Mapping[str, Any] | None = None, /, *, force: bool = False, **more: object
    ) -> Used:
        """Fill in a form, by the fields' labels or custom ids, and send it; other fields stay as they opened."""
        opener = self._state.interactions[modal.interaction_id]
        if opener.user_id != self.id:
            raise PersonError(f"the form {modal.title!r} is open at somebody else")
        channel = self._state.channels[opener.channel_id]
        resolved = payloads.Resolved(self._state, channel, self.id, force=force)
        components = modal.filled({**(fields or {}), **more}, resolved, force=force)
        data: Json = {"custom_id": modal.custom_id, "components": components}
        if resolved.json:
            data["resolved"] = resolved.json
        owners = opener.payload["authorizing_integration_owners"]
        message = self._state.message(opener.message_id)
        return self.use(InteractionType.MODAL, channel, data, owners=owners, message=message)

    def use(
        self,
        type: InteractionType,  # noqa: A002 - Discord's word for it
        channel: Channel,
        data: Json,
        *,
        command: Mapping[str, Any] | None = None,
        owners: Json | None = None,
        message: Message | None = None,
    ) -> Used:
        """Send an interaction of whatever `data`, unchecked, in a whole payload; the other verbs end here."""
        if owners is None:
            owners = payloads.installs(self._state, self.user, channel, own_install=self.own_install)
        if command is not None:
            ways = command.get("integration_types") or [commands.GUILD_INSTALL]
            owners = {way: owner for way, owner in owners.items() if int(way) in ways}
        guild = self._state.guild_of(channel)
        limit_bytes = payloads.DM_LIMIT_BYTES if guild is None else guild.attachment_size_limit
        interaction = self._state.interaction(
            type,
            self.id,
            channel,
            message_id=None if message is None else message.id,
            attachment_size_limit=limit_bytes,
        )
        payloads.fill(self._state, interaction, data, owners, message)
        self.send(interaction.payload)
        return Used(self._state, interaction)

    def send(self, payload: Json) -> None:
        """Bring an interaction's payload to the bot; the same one again is a double delivery."""
        self._state.emit(
            "INTERACTION_CREATE",
            payload,
            guild_id=payload.get("guild_id"),
            channel_id=payload["channel_id"],
            user_id=self.id,
        )

    def _use_component(self, seen: Seen, data: Json) -> Used:
        if seen.message.author_id != self._state.bot.id:
            raise PersonError("only an app's own messages have components that work")
        channel = self._state.channels[seen.message.channel_id]
        made_by = seen.message.json.get("interaction_metadata") or {}
        owners = made_by.get("authorizing_integration_owners")
        return self.use(InteractionType.COMPONENT, channel, data, owners=owners, message=seen.message)

    def _command(self, channel: Channel, path: str, *, kind: int = commands.CHAT_INPUT, force: bool) -> commands.Found:
        own = self._state.commands.get(channel.guild_id or "-") or []
        found = commands.find([*own, *self._state.commands[""]], path, kind=kind, locale=self.user.locale)
        if force:
            return found
        bits = payloads.permissions_in(self._state, self.id, channel)
        if not rights.has(bits, view_channel=True, use_application_commands=True):
            raise PersonError(f"{self.user.name} cannot use commands in {channel.name or 'this chat'!r}")
        owners = payloads.installs(self._state, self.user, channel, own_install=self.own_install)
        commands.check_place(
            found,
            context=payloads.context_of(self._state, channel),
            installs=[int(way) for way in owners],
            permissions=None if channel.guild_id is None else bits,
            is_age_restricted=channel.nsfw,
            path=path,
        )
        return found

    def _some_channel(self) -> Channel:
        for channel in self._state.channels.values():
            if channel.guild_id is not None and self._sees(channel):
                return channel
        return self.dm
