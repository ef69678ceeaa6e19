"""A Discord on loopback, for the real discord.py: REST and CDN here, the gateway and the people beside it.

    async with DiscordServer() as server:
        discord.http.Route.BASE = server.api_url  # and so on, as `[discord] api_url` does
        ada = server.person("ada", guild=guild)

Every request is judged by Discord's OpenAPI document, every answer too; a test ends with `assert not server.problems`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from aiohttp import web

from tests.platforms.discord import gateway, people
from tests.platforms.discord.answering import BODY_MAX_BYTES, Answering, Limit
from tests.platforms.discord.cdn import Cdn
from tests.platforms.discord.errors import DiscordError, Wrong
from tests.platforms.discord.rest_account import Account
from tests.platforms.discord.rest_channels import Channels
from tests.platforms.discord.rest_commands import Commands
from tests.platforms.discord.rest_interactions import Interactions
from tests.platforms.discord.routes import Route
from tests.platforms.discord.state import State

if TYPE_CHECKING:
    from types import TracebackType

    import discord

    from tests.platforms.discord.answering import Answer, Asked
    from tests.platforms.discord.entities import Guild
    from tests.platforms.discord.faults import Faults
    from tests.platforms.discord.log import Log
    from tests.platforms.discord.state import Clock


class DiscordServer:
    """The server on a port of 127.0.0.1 of its own (`port`: a given one), while the context is open.

    `judges`: False leaves the OpenAPI document out, where only time is measured. `state`: of an earlier server, to go
    on with what it knew.
    """

    def __init__(self, *, judges: bool = True, port: int = 0, state: State | None = None) -> None:
        self.state = State() if state is None else state
        self._answering = Answering(self.state, judges=judges)
        self._port = port
        self._app = web.Application(client_max_size=BODY_MAX_BYTES)
        self._app.add_routes(self._routes())
        self.gateway = gateway.add_routes(self._app, self)
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.state.cdn_url = self.cdn_url
        self.gateway.url = self.gateway_url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Return the root of everything, as http://127.0.0.1:1234."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """Return what stands for https://discord.com/api/v10."""
        return f"{self.url}/api/v10"

    @property
    def cdn_url(self) -> str:
        """Return what stands for https://cdn.discordapp.com."""
        return f"{self.url}/cdn"

    @property
    def gateway_url(self) -> str:
        """Return the websocket's address."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    @property
    def token(self) -> str:
        """Return the bot's token."""
        return self.state.token

    @property
    def application_id(self) -> str:
        """Return the id of the application, which is the bot's too."""
        return self.state.application_id

    @property
    def clock(self) -> Clock:
        """Return the server's clock; `advance` makes tokens old."""
        return self.state.clock

    @property
    def faults(self) -> Faults:
        """Return what is to go wrong: `server.faults.add("PATCH", Route.ORIGINAL, Kind.LOST)`."""
        return self._answering.faults

    @property
    def log(self) -> Log:
        """Return every REST call so far."""
        return self._answering.log

    @property
    def problems(self) -> list[str]:
        """Return what the OpenAPI document, or the gateway, found wrong: [] where everybody behaved."""
        return self._answering.problems

    @property
    def invalid_requests(self) -> int:
        """Return how many requests count against the 10,000 of ten minutes."""
        return self.log.invalid_requests

    def limit(self, method: str, route: Route, most: int, per_s: float) -> None:
        """Enforce a bucket on a route, and tell it in the headers; without one nothing is ever limited."""
        self._answering.limits[method, route] = Limit(most, per_s)

    def person(
        self,
        name: str,
        *,
        guild: Guild | None = None,
        permissions: int | discord.Permissions = 0,
        locale: str = "en-US",
        own_install: bool = False,
        dms_open: bool = True,
    ) -> people.Person:
        """Return somebody new who uses the bot; see `people.person`."""
        return people.person(
            self.state,
            name,
            guild=guild,
            permissions=permissions,
            locale=locale,
            own_install=own_install,
            dms_open=dms_open,
        )

    def _routes(self) -> list[web.RouteDef]:
        parts = (
            Account(self.state, lambda: self.gateway_url),
            Commands(self.state),
            Channels(self.state),
            Interactions(self.state),
        )
        named = [
            web.route(method, f"/api/v10{route}", self._answering.handler(method, route, serve))
            for part in parts
            for method, route, serve in part.routes()
        ]
        # Fixed words before placeholders: aiohttp takes the first route that fits.
        named.sort(key=lambda one: one.path.count("{"))
        nowhere = web.route("*", "/api/{rest:.*}", self._answering.handler("*", Route.NOWHERE, _nowhere))
        return [*named, nowhere, *Cdn(self.state, self.log).routes()]


async def _nowhere(_: Asked) -> Answer:
    raise DiscordError(Wrong.NOT_FOUND)
