"""Where Discord is: its REST API, its gateway, its files, and the proxy in front of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

if TYPE_CHECKING:
    from pinxit.config.tree import DiscordSettings


def use_endpoints(settings: DiscordSettings) -> None:
    """Let discord.py talk to the configured addresses, in this whole process; call before a client is made."""
    Route.BASE = settings.api_url.rstrip("/")
    discord.Asset.BASE = settings.cdn_url.rstrip("/")
    if settings.gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.gateway_url)


def proxy_of(settings: DiscordSettings) -> str | None:
    """Return the configured proxy, with name and password in it where it asks for them; None: there is none.

    aiohttp takes them from the address too, and finds the argument that discord.py has for them out of date.
    """
    return None if settings.proxy is None else settings.proxy.get_secret_value()
