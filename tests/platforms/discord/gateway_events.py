"""Which gateway events a connection gets, and what of a message it may read: the intents' rules as plain functions.

Source: discord.com/developers/docs/events/gateway: intents, message content and sharding; read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platforms.discord import wire

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Event, Guild
    from tests.platforms.discord.state import State

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
GUILD_MESSAGE_REACTIONS = 1 << 10
DIRECT_MESSAGES = 1 << 12
DIRECT_MESSAGE_REACTIONS = 1 << 13
MESSAGE_CONTENT = 1 << 15
PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT
# Bits 0-16, 20, 21 (automatic moderation), 24, 25 (polls); the rest is an invalid intent.
EVERY_INTENT = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25

# Event (or its beginning, with *) → the intent in a guild, the intent in a direct chat; 0: never sent there.
_NEEDS: dict[str, tuple[int, int]] = {
    "GUILD_CREATE": (GUILDS, 0),
    "GUILD_UPDATE": (GUILDS, 0),
    "GUILD_DELETE": (GUILDS, 0),
    "GUILD_ROLE_*": (GUILDS, 0),
    "CHANNEL_PINS_UPDATE": (GUILDS, DIRECT_MESSAGES),
    "CHANNEL_*": (GUILDS, 0),
    "THREAD_*": (GUILDS, 0),
    "STAGE_INSTANCE_*": (GUILDS, 0),
    "GUILD_MEMBER_*": (GUILD_MEMBERS, 0),
    "GUILD_BAN_*": (1 << 2, 0),
    "GUILD_AUDIT_LOG_ENTRY_CREATE": (1 << 2, 0),
    "GUILD_EMOJIS_UPDATE": (1 << 3, 0),
    "GUILD_STICKERS_UPDATE": (1 << 3, 0),
    "GUILD_INTEGRATIONS_UPDATE": (1 << 4, 0),
    "INTEGRATION_*": (1 << 4, 0),
    "WEBHOOKS_UPDATE": (1 << 5, 0),
    "INVITE_*": (1 << 6, 0),
    "VOICE_STATE_UPDATE": (1 << 7, 0),
    "PRESENCE_UPDATE": (GUILD_PRESENCES, 0),
    "MESSAGE_REACTION_*": (GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS),
    "MESSAGE_*": (GUILD_MESSAGES, DIRECT_MESSAGES),
    "TYPING_START": (1 << 11, 1 << 14),
}
# Sent whatever the intents say.
_ALWAYS = frozenset(
    {"INTERACTION_CREATE", "APPLICATION_COMMAND_PERMISSIONS_UPDATE", "USER_UPDATE", "ENTITLEMENT_CREATE"}
)
# What reads as empty where the content is not for the bot.
_CONTENT = {"content": "", "embeds": [], "attachments": [], "components": []}


def is_covered(event: str, *, in_guild: bool, intents: int) -> bool:
    """Return whether a connection with these intents gets the event; an event nobody knows is covered by none."""
    if event in _ALWAYS:
        return True
    return bool(intents & _needed(event)[0 if in_guild else 1])


def _needed(event: str) -> tuple[int, int]:
    if event in _NEEDS:
        return _NEEDS[event]
    for beginning, needs in _NEEDS.items():
        if beginning.endswith("*") and event.startswith(beginning[:-1]):
            return needs
    return (0, 0)


def shard_of(guild_id: str | None, shards: int) -> int:
    """Return the shard that gets a guild's events; everything outside of guilds goes to the first."""
    return 0 if guild_id is None else (int(guild_id) >> 22) % shards


def as_read(event: Event, *, bot_id: str, intents: int) -> dict[str, Any]:
    """Return the event's data as the bot may read it: without the words of messages that are not its business.

    Its own messages, direct chats and messages that mention it are.
    """
    is_message = event.name in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}
    if not is_message or event.guild_id is None or intents & MESSAGE_CONTENT:
        return event.data
    return _masked(event.data, bot_id)


def _masked(message: dict[str, Any], bot_id: str) -> dict[str, Any]:
    seen = dict(message)
    mine = message.get("author", {}).get("id") == bot_id
    mentioned = any(user["id"] == bot_id for user in message.get("mentions", []))
    if not mine and not mentioned:
        seen.update({key: empty for key, empty in _CONTENT.items() if key in message})
    if isinstance(message.get("referenced_message"), dict):
        seen["referenced_message"] = _masked(message["referenced_message"], bot_id)
    return seen


def guild_create_json(state: State, guild: Guild) -> dict[str, Any]:
    """Show a server as GUILD_CREATE does to a bot without the members intent: of the members, itself alone."""
    channels = [state.channels[one] for one in guild.channels]
    bot = guild.members[state.bot.id]
    return wire.guild_json(guild) | {
        "joined_at": bot.joined_at,
        "large": False,
        "member_count": len(guild.members),
        "members": [wire.member_json(state, bot)],
        "channels": [wire.channel_json(state, one) for one in channels if not one.is_thread],
        "threads": [wire.channel_json(state, one) for one in channels if one.is_thread and not one.archived],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
