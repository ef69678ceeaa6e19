"""What the doctor looks at about Discord: the token, the application, intents, and permissions in each server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from pinxit.domain.checkup import Check, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pinxit.config.tree import DiscordSettings

WITHIN_S = 10.0  # For everything together: who calls the doctor waits for it.
PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
)
_NAME = "discord"
_SERVERS_A_PAGE = 200  # Discord, "Get Current User Guilds", read 2026-11.
_PAGES = 5
_NAMED = 5  # Servers that a finding names; the rest is counted.
_CONTEXTS = {"0": "servers", "1": "persons"}  # Discord, "Application Integration Types", read 2026-11.
_HTTP_OK, _HTTP_UNAUTHORIZED, _HTTP_LIMITED, _HTTP_SERVER = 200, 401, 429, 500


def least_permissions() -> discord.Permissions:
    """Return what the bot needs in a server, and nothing more."""
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True))


def invite_link(application: str) -> str:
    """Return the address at which a server's owner lets the bot in, with the least permissions."""
    scopes = ("bot", "applications.commands")
    return discord.utils.oauth_url(application, permissions=least_permissions(), scopes=scopes)


async def check_discord(settings: DiscordSettings) -> Sequence[Check]:
    """Look at everything about Discord, in at most ten seconds; nothing is changed there and no secret is said."""
    if settings.token is None:
        return ()
    found: list[Check] = []
    try:
        async with asyncio.timeout(WITHIN_S), aiohttp.ClientSession() as session:
            door = _Door(session, settings, settings.token.get_secret_value())
            found.append(_token(await door.get("/users/@me")))
            found += _application(await door.get("/applications/@me"))
            found.append(_servers(await _all_servers(door)))
    except _Unexpected as unexpected:
        found.append(Check(_NAME, State.BAD, *unexpected.finding))
    except TimeoutError:
        message = f"{settings.api_url} did not answer within {WITHIN_S:g} s"
        found.append(Check(_NAME, State.BAD, message, "look at the network, at discord.proxy and at discordstatus.com"))
    except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: what answered is no JSON.
        message = f"{settings.api_url} cannot be reached ({type(error).__name__})"
        found.append(Check(_NAME, State.BAD, message, "look at the network, and at discord.api_url and discord.proxy"))
    return found


class _Unexpected(Exception):
    """An answer that is a finding."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.finding = (message, cure)


class _Door:
    """Asks Discord's REST API as the bot."""

    def __init__(self, session: aiohttp.ClientSession, settings: DiscordSettings, token: str) -> None:
        self._session = session
        self._url = settings.api_url
        self._headers = {"Authorization": f"Bot {token}"}
        self._proxy = None if settings.proxy is None else settings.proxy.get_secret_value()

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON of Discord's, read by whoever asked
        """Return what Discord answers. Raises _Unexpected for anything but an answer."""
        url = f"{self._url}{path}"
        async with self._session.get(url, headers=self._headers, proxy=self._proxy) as answer:
            match answer.status:
                case status if status == _HTTP_OK:
                    return await answer.json()
                case status if status == _HTTP_UNAUTHORIZED:
                    cure = "copy it again from the Bot page of discord.com/developers/applications into discord.token"
                    raise _Unexpected("the token is not valid", cure)
                case status if status == _HTTP_LIMITED:
                    raise _Unexpected("Discord answers that it was asked too often", "try again in some minutes")
                case status if status >= _HTTP_SERVER:
                    raise _Unexpected(f"Discord answers with status {status}", "look at discordstatus.com")
        raise _Unexpected(f"{path} is answered with status {answer.status}", "look at discord.api_url")


def _token(me: Mapping[str, Any]) -> Check:
    return Check(_NAME, State.GOOD, f"the token is valid; the bot is called {me.get('username', '?')}")


def _application(application: Mapping[str, Any]) -> Iterator[Check]:
    if application.get("interactions_endpoint_url"):
        message = "the application has an Interactions Endpoint URL, so that no command reaches this bot"
        cure = "empty that field on the General Information page of discord.com/developers/applications"
        yield Check(_NAME, State.BAD, message, cure)
    page = "on the Installation page of discord.com/developers/applications"
    contexts = application.get("integration_types_config")
    offered = [] if contexts is None else [name for key, name in _CONTEXTS.items() if key in contexts]
    if contexts is not None and _CONTEXTS["0"] not in offered:
        yield Check(_NAME, State.BAD, "the application cannot be added to servers", f"turn on Guild Install {page}")
    elif contexts is not None and _CONTEXTS["1"] not in offered:
        message = "persons cannot add the application to their own account; only its servers can use it"
        yield Check(_NAME, State.ODD, message, f"turn on User Install {page} unless you want just that")
    if application.get("bot_require_code_grant"):
        message = "the application requires a code grant, so that the invite link does not work"
        yield Check(_NAME, State.BAD, message, "turn off Requires OAuth2 Code Grant on its Bot page")
    who = "anybody" if application.get("bot_public") else "only its owner"
    yield Check(_NAME, State.GOOD, f"{who} can invite the bot: {invite_link(str(application.get('id', '')))}")
    yield Check(_NAME, State.GOOD, "no privileged intent is needed, and none is asked for")


async def _all_servers(door: _Door) -> list[Mapping[str, Any]]:
    """Return the servers that the bot is in, at most a thousand of them."""
    servers: list[Mapping[str, Any]] = []
    after = "0"
    for _ in range(_PAGES):
        page = await door.get(f"/users/@me/guilds?limit={_SERVERS_A_PAGE}&after={after}")
        servers += page
        if len(page) < _SERVERS_A_PAGE:
            break
        after = page[-1]["id"]
    return servers


def _servers(servers: Sequence[Mapping[str, Any]]) -> Check:
    """Tell where permissions are missing. They are those of the server: a channel of it may take some of them away."""
    if not servers:
        return Check(_NAME, State.ODD, "the bot is in no server yet", "open the invite link above")
    lacking = {str(server["name"]): missing for server in servers if (missing := _missing(server))}
    if not lacking:
        return Check(_NAME, State.GOOD, f"in {_count(servers)}, with every permission that is needed")
    told = [f"{name} ({', '.join(missing)})" for name, missing in list(lacking.items())[:_NAMED]]
    more = [] if len(lacking) <= _NAMED else [f"and {len(lacking) - _NAMED} more"]
    message = f"permissions are missing in {len(lacking)} of {_count(servers)}: {'; '.join([*told, *more])}"
    return Check(_NAME, State.ODD, message, "grant them to the bot's role there, or open the invite link again")


def _missing(server: Mapping[str, Any]) -> list[str]:
    has = discord.Permissions(int(server.get("permissions", "0")))
    if has.administrator:
        return []
    return [name.replace("_", " ") for name in PERMISSIONS if not getattr(has, name)]


def _count(servers: Sequence[object]) -> str:
    return f"{len(servers)} {'server' if len(servers) == 1 else 'servers'}"
