"""The routes of the loopback Discord, spelled as in the OpenAPI document: what faults and limits are set on."""

from __future__ import annotations

from enum import StrEnum


class Route(StrEnum):
    """The template of a path under api_url."""

    APPLICATION = "/applications/@me"
    CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
    CHANNEL = "/channels/{channel_id}"
    COMMANDS = "/applications/{application_id}/commands"
    DMS = "/users/@me/channels"
    FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}"
    FOLLOW_UP_MESSAGE = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
    GATEWAY = "/gateway"
    GATEWAY_BOT = "/gateway/bot"
    GUILD = "/guilds/{guild_id}"
    GUILD_CHANNELS = "/guilds/{guild_id}/channels"
    GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"
    GUILD_MEMBER = "/guilds/{guild_id}/members/{user_id}"
    GUILD_THREADS = "/guilds/{guild_id}/threads/active"
    MESSAGE = "/channels/{channel_id}/messages/{message_id}"
    MESSAGES = "/channels/{channel_id}/messages"
    MY_GUILD = "/users/@me/guilds/{guild_id}"
    MY_GUILDS = "/users/@me/guilds"
    MY_REACTION = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"
    OAUTH_APPLICATION = "/oauth2/applications/@me"
    ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
    REACTION = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/{user_id}"
    THREADS = "/channels/{channel_id}/threads"
    TYPING = "/channels/{channel_id}/typing"
    USER = "/users/{user_id}"
    USER_ME = "/users/@me"
    # Not of the document: a file's address, and every path that is served nowhere.
    CDN = "/attachments"
    NOWHERE = "*"


# These bear their secret in the path and need no bot token.
BY_TOKEN = frozenset({Route.CALLBACK, Route.FOLLOW_UP, Route.FOLLOW_UP_MESSAGE, Route.ORIGINAL})
OPEN = BY_TOKEN | {Route.GATEWAY}
