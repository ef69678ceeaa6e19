"""What somebody may do in a channel, computed as Discord does.

Source: discord.com/developers/docs/topics/permissions#permission-overwrites, read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Channel, Guild, Member

ALL = discord.Permissions.all().value
EVERYONE = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    add_reactions=True,
    use_external_emojis=True,
    use_application_commands=True,
    use_external_apps=True,
    change_nickname=True,
).value
# Without these a message is refused, or comes without what it shows.
_SEND = discord.Permissions(send_messages=True).value
_OF_SENDING = discord.Permissions(
    mention_everyone=True, send_tts_messages=True, attach_files=True, embed_links=True
).value
_SEE = discord.Permissions(view_channel=True).value


def in_guild(guild: Guild, member: Member) -> int:
    """Return the member's permissions in the server as a whole."""
    if member.user_id == guild.owner_id:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role in member.roles:
        bits |= guild.roles[role].permissions
    return ALL if bits & discord.Permissions(administrator=True).value else bits


def in_channel(guild: Guild, member: Member, channel: Channel) -> int:
    """Return the member's permissions in a channel of the server (of a thread: pass its parent).

    Overwrites: @everyone first, then all roles together (allow wins), then the member. Who does not see the channel
    may do nothing there; who may not send may not send files either.
    """
    bits = in_guild(guild, member)
    if bits == ALL:
        return ALL
    for overwrite in channel.overwrites:
        if overwrite.of == guild.id:
            bits = bits & ~overwrite.deny | overwrite.allow
    roles = [one for one in channel.overwrites if one.is_role and one.of in member.roles]
    deny = allow = 0
    for overwrite in roles:
        deny |= overwrite.deny
        allow |= overwrite.allow
    bits = bits & ~deny | allow
    for overwrite in channel.overwrites:
        if not overwrite.is_role and overwrite.of == member.user_id:
            bits = bits & ~overwrite.deny | overwrite.allow
    if not bits & _SEE:
        return 0
    return bits if bits & _SEND else bits & ~_OF_SENDING


def has(bits: int, **names: bool) -> bool:
    """Return whether all the named permissions are among the bits: `has(bits, view_channel=True)`."""
    asked = discord.Permissions(**names).value
    return bits & asked == asked
