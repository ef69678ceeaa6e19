"""The things of the loopback Discord as its JSON shows them, over REST and the gateway alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.platforms.discord.entities import Channel, ChannelType

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Attachment, Guild, Member, Message, Role, User
    from tests.platforms.discord.state import State

Json = dict[str, Any]


def user_json(user: User) -> Json:
    """Show a user as everybody sees one."""
    shown: Json = {
        "id": user.id,
        "username": user.name,
        "avatar": user.avatar,
        "discriminator": "0" if not user.bot else "1234",
        "public_flags": 0,
        "flags": 0,
        "global_name": None if user.bot else user.name.title(),
        "primary_guild": None,
        "avatar_decoration_data": None,
    }
    if user.bot:
        shown["bot"] = True
    return shown


def member_json(state: State, member: Member, *, with_user: bool = True) -> Json:
    """Show a member; the one inside a message comes without its user."""
    shown: Json = {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": member.joined_at,
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": list(member.roles),
        "mute": False,
        "deaf": False,
    }
    if with_user:
        shown["user"] = user_json(state.users[member.user_id])
    return shown


def role_json(role: Role) -> Json:
    """Show a role."""
    shown: Json = {
        "id": role.id,
        "name": role.name,
        "description": None,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.bot_id is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if role.bot_id is not None:
        shown["tags"] = {"bot_id": role.bot_id}
    return shown


def channel_json(state: State, channel: Channel) -> Json:
    """Show a channel, thread, direct chat or group; a direct chat shows the others as the bot sees them."""
    shown: Json = {
        "id": channel.id,
        "type": int(channel.type),
        "flags": 0,
        "last_message_id": channel.last_message_id,
    }
    if channel.guild_id is None:
        shown["recipients"] = [user_json(state.users[one]) for one in channel.recipients if one != state.bot.id]
        if channel.type is ChannelType.GROUP_DM:
            shown |= {"name": channel.name, "icon": None, "owner_id": channel.recipients[0]}
        return shown
    shown |= {"guild_id": channel.guild_id, "name": channel.name, "parent_id": channel.parent_id}
    shown["rate_limit_per_user"] = 0
    if channel.is_thread:
        return shown | _thread_json(state, channel)
    return shown | {
        "position": state.guilds[channel.guild_id].channels.index(channel.id),
        "permission_overwrites": [
            {"id": one.of, "type": 0 if one.is_role else 1, "allow": str(one.allow), "deny": str(one.deny)}
            for one in channel.overwrites
        ],
        "topic": None,
        "nsfw": channel.nsfw,
        **({"available_tags": []} if channel.type is ChannelType.FORUM else {}),
    }


def _thread_json(state: State, thread: Channel) -> Json:
    said = len(state.messages_in(thread.id))
    return {
        "owner_id": thread.owner_id,
        "message_count": said,
        "member_count": 1,
        "total_message_sent": said,
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": "2026-01-01T00:00:00+00:00",
            "auto_archive_duration": 1440,
            "locked": thread.locked,
            "create_timestamp": "2026-01-01T00:00:00+00:00",
        },
    }


def guild_json(guild: Guild) -> Json:
    """Show a server as `GET /guilds/{id}` does; GUILD_CREATE has members, channels and threads besides."""
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "preferred_locale": guild.locale,
        "roles": [role_json(role) for role in guild.roles.values()],
        "nsfw": guild.nsfw_level in {1, 3},
        "nsfw_level": guild.nsfw_level,
        **_PLAIN_GUILD,
    }


_PLAIN_GUILD: Json = {
    "icon": None,
    "description": None,
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "features": [],
    "banner": None,
    "application_id": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "widget_channel_id": None,
    "verification_level": 0,
    "default_message_notifications": 1,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "vanity_url_code": None,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "premium_progress_bar_enabled": False,
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
}


def attachment_json(state: State, file: Attachment) -> Json:
    """Show a file, with its address at the CDN."""
    folder = "ephemeral-attachments" if file.ephemeral else "attachments"
    path = f"{folder}/{file.channel_id}/{file.id}/{quote(file.filename)}?ex=7fffffff&is=67000000&hm={file.id}"
    shown: Json = {
        "id": file.id,
        "filename": file.filename,
        "size": len(file.content),
        "url": f"{state.cdn_url}/{path}",
        "proxy_url": f"{state.cdn_url}/{path}",
        "content_type": file.content_type,
    }
    if file.width_px is not None:
        shown |= {"width": file.width_px, "height": file.height_px}
    if file.description is not None:
        shown["description"] = file.description
    if file.ephemeral:
        shown["ephemeral"] = True
    return shown


def message_json(state: State, message: Message) -> Json:
    """Show a message with the reactions it has now."""
    shown = dict(message.json)
    if any(message.reactions.values()):
        shown["reactions"] = [
            {
                "emoji": {"id": None, "name": emoji},
                "count": len(users),
                "count_details": {"burst": 0, "normal": len(users)},
                "burst_colors": [],
                "me_burst": False,
                "me": state.bot.id in users,
            }
            for emoji, users in message.reactions.items()
            if users
        ]
    return shown
