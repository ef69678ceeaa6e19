"""Who asks on Discord, where, and where the answer is shown: an `Asker` made of what discord.py tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord

from pinxit.actions.accounts import Arrival, person_of, welcome
from pinxit.actions.asking import Room, Target
from pinxit.bot.discord.address import DISCORD, Address
from pinxit.bot.discord.custom_ids import read_custom_id
from pinxit.chat.replies import Asker
from pinxit.domain.caller import Caller
from pinxit.domain.changing import changed
from pinxit.domain.ids import GuildId, JobId
from pinxit.wording import LANGUAGES

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.domain.ids import PersonId

# For so long the answer to an interaction can be edited (15 minutes less the time an upload takes), where no other
# message can take its place; discord.com/developers/docs/interactions/receiving-and-responding, read 2026-11.
ALONE_WITHIN_S = 600.0
# discord.com/developers/docs/reference, "Uploading Files", read 2026-11: what a server without boosts takes.
_LEAST_LIMIT_BYTES = 10 * 2**20
_ENGLISH = "en"
_IN_SERVERS = (discord.abc.GuildChannel, discord.Thread)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and by whom something was said, as plain values.

    `guild`: the server's id where the bot was added to it, "" elsewhere (a direct chat, somebody's own installation).
    `locale`: of the person, `room_locale`: of the server; as Discord writes them. `can_post`: the bot itself may write
    in the channel. `is_shared`: others read along. `is_adult`: for adults only; None where that is not said.
    """

    user: str
    name: str
    channel: str
    guild: str = ""
    guild_name: str = ""
    locale: str = ""
    room_locale: str = ""
    roles: tuple[str, ...] = ()
    is_moderator: bool = False
    can_post: bool = True
    is_shared: bool = False
    is_adult: bool | None = None
    limit_bytes: int = _LEAST_LIMIT_BYTES

    @property
    def tenant(self) -> GuildId:
        """Return the guild that pays: the server, or the person's own place."""
        return GuildId(f"{DISCORD}:{self.guild}" if self.guild else f"{DISCORD}:dm:{self.user}")


def spot_of(interaction: Interaction, *, deleting: bool = False) -> Spot:
    """Return where an interaction comes from. `deleting`: whoever may delete messages there is a moderator too."""
    user, channel = interaction.user, interaction.channel
    is_member = interaction.guild_id is not None and interaction.is_guild_integration()
    may = interaction.permissions
    return Spot(
        user=str(user.id),
        name=user.display_name,
        channel="" if interaction.channel_id is None else str(interaction.channel_id),
        guild=str(interaction.guild_id) if is_member else "",
        guild_name=_name_of(interaction.guild) if is_member else "",
        locale=str(interaction.locale),
        room_locale=str(interaction.guild_locale or "") if is_member else "",
        roles=_roles_of(user) if is_member else (),
        is_moderator=is_member and (may.manage_guild or may.administrator or (deleting and may.manage_messages)),
        can_post=_can_post(interaction, is_member=is_member),
        is_shared=not interaction.context.dm_channel,
        is_adult=_is_adult(channel, in_server=interaction.guild_id is not None),
        limit_bytes=interaction.filesize_limit,
    )


def spot_of_message(message: discord.Message, client: discord.Client) -> Spot:
    """Return where a message was written that the bot was sent."""
    return _spot_without_token(message.author, message.channel, message.guild, client)


def spot_of_reaction(event: discord.RawReactionActionEvent, client: discord.Client, *, deleting: bool = False) -> Spot:
    """Return where a reaction was made; who took one back is only known by id. `deleting`: as in `spot_of`."""
    guild = None if event.guild_id is None else client.get_guild(event.guild_id)
    channel = client.get_channel(event.channel_id)
    if channel is None and guild is not None:
        channel = guild.get_channel_or_thread(event.channel_id)
    spot = _spot_without_token(event.member, channel, guild, client)
    # What is not cached is known by the event's ids.
    named = "" if event.guild_id is None else str(event.guild_id)
    spot = replace(spot, user=str(event.user_id), channel=str(event.channel_id), guild=named, is_shared=bool(named))
    if named and spot.is_adult is None:
        spot = replace(spot, is_adult=False)
    if deleting and isinstance(event.member, discord.Member) and isinstance(channel, _IN_SERVERS):
        spot = replace(spot, is_moderator=spot.is_moderator or channel.permissions_for(event.member).manage_messages)
    return spot


async def asker_of(
    interaction: Interaction, studio: Studio, *, command: str = "", deleting: bool = False, told_apart: bool = False
) -> Asker:
    """Return who asks by an interaction; a job that comes of it is shown in the answer to it.

    `command`: what was used, such as "/imagine". `told_apart`: the answer is for the asker's eyes, so that a job which
    others may see gets a message of its own.
    """
    spot = spot_of(interaction, deleting=deleting)
    address = Address(
        user=spot.user,
        guild=spot.guild,
        application=str(interaction.application_id),
        interaction=str(interaction.id),
        token=interaction.token,
        # By our own clock, which its age is measured with: one that is wrong is as wrong then.
        asked_s=studio.clock.now().timestamp(),
        limit_bytes=spot.limit_bytes,
        can_post=spot.can_post,
        command=command,
        roles=spot.roles,
    )
    asker = await _asker(spot, address, studio, key=f"i{interaction.id}")
    asker = _shown(interaction, asker)
    target = asker.target
    if told_apart and target is not None and target.further is not None:
        preferences = await studio.store.people.defaults(asker.caller.person, asker.caller.guild)
        if preferences.get("private") is not True:
            return replace(asker, target=target.further)
    return asker


async def asker_without_answer(spot: Spot, studio: Studio, *, key: str, command: str = "", reply_to: str = "") -> Asker:
    """Return who asks by a reaction or a message, for which Discord has no answer: a job gets a channel message.

    `key`: makes repeating the wish harmless. `reply_to`: the message that the new one answers.
    """
    address = Address(
        user=spot.user,
        guild=spot.guild,
        limit_bytes=spot.limit_bytes,
        can_post=spot.can_post,
        command=command,
        reply_to=reply_to,
        roles=spot.roles,
    )
    return await _asker(spot, address, studio, key=key)


async def known_asker(interaction: Interaction, studio: Studio) -> Asker:
    """Return who asks, for looking up only: nothing is written and no job can come of it."""
    spot = spot_of(interaction)
    person = await person_of(DISCORD, spot.user, studio)
    chosen = (await studio.store.people.person(person)).locale
    return _shown(interaction, Asker(_caller(spot, person, studio), chosen or _locale_of(spot)))


def language(locale: str) -> str:
    """Return ours of Discord's languages: "de" of "de" and "de-DE", English where we have none. Pure."""
    name = locale.partition("-")[0]
    return name if name in LANGUAGES else _ENGLISH


async def _asker(spot: Spot, address: Address, studio: Studio, *, key: str) -> Asker:
    # In a place of their own a person's language is heard too: reactions and messages there do not tell it.
    said = spot.room_locale if spot.guild else spot.locale
    heard = language(said) if said else ""
    known = await welcome(Arrival(DISCORD, spot.user, spot.name, spot.tenant, spot.guild_name, heard), studio)
    locale = known.locale or (language(spot.locale) if spot.locale else known.guild_locale or _locale_of(spot))
    # What everybody there reads is in the place's language, which its admins may have chosen.
    shown = known.guild_locale or locale if spot.is_shared and spot.guild else locale
    target = _target(spot, changed(address, locale=language(shown)))
    return Asker(_caller(spot, known.person, studio), locale, key, target, saved=known.saved)


def _caller(spot: Spot, person: PersonId, studio: Studio) -> Caller:
    # By the account, not the person: whoever links another one to it has not become the operator there.
    is_admin = f"{DISCORD}:{spot.user}" in studio.house.operators
    return Caller(spot.tenant, person, DISCORD, is_admin=is_admin, is_moderator=spot.is_moderator, roles=spot.roles)


def _shown(interaction: Interaction, asker: Asker) -> Asker:
    """Return them as somebody who sees the jobs that the message is about under which they pressed something.

    In places where the bot is not, a result belongs to whoever asked for it, and others there look at it all the same.
    Discord tells what the message bears, so nobody can name a job that they were not shown.
    """
    if interaction.message is None:
        return asker
    rows = [row for row in interaction.message.components if isinstance(row, discord.ActionRow)]
    said = (read_custom_id(item.custom_id or "") for row in rows for item in row.children)
    sees = frozenset(JobId(one.subject) for one in said if one is not None and one.subject)
    return replace(asker, caller=replace(asker.caller, sees=sees)) if sees else asker


def _locale_of(spot: Spot) -> str:
    """Return the language that somebody's Discord is set to."""
    return language(spot.locale or spot.room_locale)


def _target(spot: Spot, address: Address) -> Target:
    further = None
    if spot.can_post:
        apart = changed(address, application="", interaction="", token="", asked_s=0.0)
        further = Target(DISCORD, spot.channel, apart.to_json(), is_adult=spot.is_adult)
    room = Room.ANY if spot.can_post and not spot.is_shared else Room.ONE_PRIVATE
    return Target(
        DISCORD,
        spot.channel,
        address.to_json(),
        further=further,
        room=room if spot.can_post else Room.ONE,
        within_s=None if spot.can_post else ALONE_WITHIN_S,
        is_adult=spot.is_adult,
    )


def _spot_without_token(
    user: discord.User | discord.Member | None,
    channel: object,
    guild: discord.Guild | None,
    client: discord.Client,
) -> Spot:
    may = user.guild_permissions if isinstance(user, discord.Member) else discord.Permissions.none()
    return Spot(
        user="" if user is None else str(user.id),
        name="" if user is None else user.display_name,
        channel=str(getattr(channel, "id", "")),
        guild="" if guild is None else str(guild.id),
        guild_name=_name_of(guild),
        room_locale="" if guild is None else str(guild.preferred_locale),
        roles=() if user is None else _roles_of(user),
        is_moderator=may.manage_guild or may.administrator,
        can_post=_can_post_by_cache(channel, guild, client),
        is_shared=guild is not None,
        is_adult=_is_adult(channel, in_server=guild is not None),
        limit_bytes=_LEAST_LIMIT_BYTES if guild is None else guild.filesize_limit,
    )


def _can_post(interaction: Interaction, *, is_member: bool) -> bool:
    """Tell whether the bot may write by itself where the interaction was: it is there, and is permitted to."""
    if interaction.guild_id is None:
        return interaction.context.dm_channel
    if not is_member or interaction.client.get_guild(interaction.guild_id) is None:
        return False
    return _suffices(interaction.app_permissions, in_thread=isinstance(interaction.channel, discord.Thread))


def _can_post_by_cache(channel: object, guild: discord.Guild | None, client: discord.Client) -> bool:
    if guild is None:
        return True  # It was sent to us there.
    me = None if client.user is None else guild.get_member(client.user.id)
    if me is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return True  # Not known, so Discord will say.
    return _suffices(channel.permissions_for(me), in_thread=isinstance(channel, discord.Thread))


def _suffices(may: discord.Permissions, *, in_thread: bool) -> bool:
    can_send = may.send_messages_in_threads if in_thread else may.send_messages
    return may.view_channel and can_send and may.embed_links and may.attach_files


def _is_adult(channel: object, *, in_server: bool) -> bool | None:
    """Tell whether a channel is for adults only; an unknown one of a server is not, a direct chat does not say."""
    match channel:
        case discord.Thread():  # Of a thread its parent says it, where that is known.
            return channel.parent is not None and channel.is_nsfw()
        case discord.abc.GuildChannel():
            is_nsfw = getattr(channel, "is_nsfw", None)
            return bool(is_nsfw()) if callable(is_nsfw) else False
    return False if in_server else None


def _roles_of(user: discord.User | discord.Member) -> tuple[str, ...]:
    if not isinstance(user, discord.Member):
        return ()
    return tuple(str(role.id) for role in user.roles if not role.is_default())


def _name_of(guild: discord.Guild | None) -> str:
    return "" if guild is None else getattr(guild, "name", "") or ""
