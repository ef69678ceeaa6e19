"""What the bot reads of itself, of people and of its servers, and the addresses of the gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platforms.discord import rights, wire
from tests.platforms.discord.answering import NO_CONTENT, Answer, Asked
from tests.platforms.discord.errors import DiscordError, Wrong
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.platforms.discord.answering import Serve
    from tests.platforms.discord.entities import Guild
    from tests.platforms.discord.state import State


class Account:
    """The routes of the bot itself, of people, servers and the gateway. `gateway_url`: known once it listens."""

    def __init__(self, state: State, gateway_url: Callable[[], str]) -> None:
        self._state = state
        self._gateway_url = gateway_url

    def routes(self) -> Iterator[tuple[str, Route, Serve]]:
        """Return method, route and what serves it."""
        yield "GET", Route.USER_ME, self._me
        yield "GET", Route.USER, self._user
        yield "GET", Route.MY_GUILDS, self._my_guilds
        yield "DELETE", Route.MY_GUILD, self._leave
        yield "GET", Route.APPLICATION, self._application
        yield "GET", Route.OAUTH_APPLICATION, self._application
        yield "GET", Route.GUILD, self._guild
        yield "GET", Route.GUILD_CHANNELS, self._channels
        yield "GET", Route.GUILD_MEMBER, self._member
        yield "GET", Route.GUILD_THREADS, self._threads
        yield "GET", Route.GATEWAY, self._gateway
        yield "GET", Route.GATEWAY_BOT, self._gateway_bot

    async def _me(self, _: Asked) -> Answer:
        extra = {"mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}
        return Answer(wire.user_json(self._state.bot) | extra)

    async def _user(self, asked: Asked) -> Answer:
        user = self._state.users.get(asked.path["user_id"])
        if user is None:
            raise DiscordError(Wrong.UNKNOWN_USER)
        return Answer(wire.user_json(user))

    async def _my_guilds(self, asked: Asked) -> Answer:
        after = int(asked.query.get("after", "0"))
        mine = [one for one in self._state.guilds.values() if self._state.bot.id in one.members and int(one.id) > after]
        return Answer([self._own(one) for one in mine[: int(asked.query.get("limit", "200"))]])

    def _own(self, guild: Guild) -> dict[str, Any]:
        member = guild.members[self._state.bot.id]
        return {
            "id": guild.id,
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(rights.in_guild(guild, member)),
            "features": [],
        }

    async def _leave(self, asked: Asked) -> Answer:
        guild = self._here(asked)
        self._state.emit("GUILD_DELETE", {"id": guild.id}, guild_id=guild.id)  # Members alone hear of it.
        del guild.members[self._state.bot.id]
        return NO_CONTENT

    async def _application(self, _: Asked) -> Answer:
        state = self._state
        return Answer(
            {
                "id": state.application_id,
                "name": state.bot.name,
                "icon": None,
                "description": "",
                "type": None,
                "bot": wire.user_json(state.bot),
                "bot_public": True,
                "bot_require_code_grant": False,
                "verify_key": "0" * 64,
                "flags": state.application_flags,
                "flags_new": str(state.application_flags),
                "redirect_uris": [],
                "interactions_endpoint_url": None,
                "role_connections_verification_url": None,
                "owner": wire.user_json(state.owner),
                "approximate_guild_count": len(state.guilds),
                "approximate_user_install_count": 0,
                "approximate_user_authorization_count": 0,
                "explicit_content_filter": 0,
                "team": None,
                "eligible_oauth2_scopes": [],
                "integration_types_config": state.integration_types,
                "rpc_origins": [],
            }
        )

    async def _guild(self, asked: Asked) -> Answer:
        guild = self._here(asked)
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
        return Answer(wire.guild_json(guild) | (counts if asked.query.get("with_counts") else {}))

    async def _channels(self, asked: Asked) -> Answer:
        found = [self._state.channels[one] for one in self._here(asked).channels]
        return Answer([wire.channel_json(self._state, one) for one in found if not one.is_thread])

    async def _member(self, asked: Asked) -> Answer:
        member = self._here(asked).members.get(asked.path["user_id"])
        if member is None:
            raise DiscordError(Wrong.UNKNOWN_MEMBER)
        return Answer(wire.member_json(self._state, member))

    async def _threads(self, asked: Asked) -> Answer:
        found = [self._state.channels[one] for one in self._here(asked).channels]
        threads = [wire.channel_json(self._state, one) for one in found if one.is_thread and not one.archived]
        return Answer({"threads": threads, "members": [], "has_more": False})

    async def _gateway(self, _: Asked) -> Answer:
        return Answer({"url": self._gateway_url()})

    async def _gateway_bot(self, _: Asked) -> Answer:
        start = {
            "total": 1000,
            "remaining": self._state.session_starts,
            "reset_after": 14_400_000,
            "max_concurrency": 16,
        }
        return Answer({"url": self._gateway_url(), "shards": self._state.shards, "session_start_limit": start})

    def _here(self, asked: Asked) -> Guild:
        guild = self._state.guilds.get(asked.path["guild_id"])
        if guild is None or self._state.bot.id not in guild.members:
            raise DiscordError(Wrong.MISSING_ACCESS if guild is not None else Wrong.UNKNOWN_GUILD)
        return guild
