"""Get connected to Discord and stay so, whatever happens to Discord or on the way to it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import structlog

from pinxit.bot.discord.client import GatewayUnreachable
from pinxit.bot.discord.syncing import sync_commands
from pinxit.bot.discord.trouble import LOST
from pinxit.domain.errors import ConfigError

if TYPE_CHECKING:
    from pinxit.bot.discord.client import DiscordClient
    from pinxit.data.notes import Notes
    from pinxit.domain.ports import Clock

log = structlog.get_logger(__name__)

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 60.0
_LOOK_S, _AWAY_S = 15.0, 120.0
_HEALTHY_S = 600.0  # After so long it was no failure of the start any more.
# Of the thousand sessions a day that Discord lets a bot begin, the last ones are kept: who begins more loses the token.
# discord.com/developers/docs/events/gateway, "Session Start Limit Object", read 2026-11.
_STARTS_KEPT = 10
# The token, the version of the gateway, what we want to hear: nothing of that changes by trying again. The same page.
_FOR_GOOD = frozenset({4004, 4012, 4013})
_REFUSED = (
    "discord.token was refused by Discord; copy the bot's token anew from discord.com/developers, "
    "page Bot, and set PINXIT_DISCORD__TOKEN"
)
_PRIVILEGED = "Discord closes the connection because of an intent that it does not grant; Pinxit asks for none of those"


class Connection:
    """Keeps a client logged in and connected."""

    def __init__(self, client: DiscordClient, clock: Clock, notes: Notes) -> None:
        self._client = client
        self._clock = clock
        self._notes = notes
        self._is_in = False

    async def keep(self, token: str, started: asyncio.Event) -> None:
        """Log in, register the commands, connect, and begin anew after each end that was not ours.

        `started` is set when we are logged in or the first try has failed. Returns when the client was closed, or when
        the token is refused later on. Raises ConfigError: it is wrong from the start.
        """
        pause_s = _FIRST_PAUSE_S
        while True:
            began_s = self._clock.monotonic()
            try:
                await self._connect(token, started)
            except discord.LoginFailure as error:
                if not started.is_set():
                    raise ConfigError([_REFUSED]) from error
                log.error("Discord refuses our token; see it, then restart")  # noqa: TRY400 - that says it all
                return
            except discord.PrivilegedIntentsRequired as error:
                raise ConfigError([_PRIVILEGED]) from error
            except discord.ConnectionClosed as error:
                if error.code in _FOR_GOOD:
                    log.error("Discord has ended the connection for good; see the token, then restart", code=error.code)  # noqa: TRY400 - the code says it all
                    return
                log.warning("Discord has ended the connection", code=error.code)
            except LOST as error:
                log.warning("Discord cannot be reached", error=type(error).__name__)
            except Exception:
                # The platform's edge: what discord.py stumbles over ends a connection, and nobody else's work.
                log.exception("the connection to Discord has failed")
            else:
                return
            started.set()
            pause_s = _FIRST_PAUSE_S if self._clock.monotonic() - began_s > _HEALTHY_S else pause_s
            log.info("the connection to Discord is begun anew", after_s=pause_s)
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            if self._client.is_closed() or self._is_away or not self._is_in:
                self._is_in = False
                await self._client.reopen()

    async def _connect(self, token: str, started: asyncio.Event) -> None:
        if not self._is_in:
            await self._client.login(token)
            self._is_in = True
            started.set()
            if self._client.application_id is not None:
                await sync_commands(self._client.tree, self._client.application_id, self._notes)
        await self._spare_starts()
        try:
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(self._watch())
                await self._client.connect()
                watching.cancel()
        except ExceptionGroup as group:
            raise group.exceptions[0] from None

    async def _watch(self) -> None:
        """Raise GatewayUnreachable when no shard has been connected for a while.

        discord.py 2.7.1 waits up to a quarter of an hour before it tries again, however long Discord has been back.
        """
        away_s = 0.0
        while away_s < _AWAY_S:
            await self._clock.sleep(_LOOK_S)
            away_s = away_s + _LOOK_S if self._is_away else 0.0
        raise GatewayUnreachable

    @property
    def _is_away(self) -> bool:
        """Tell whether no shard is connected."""
        return all(shard.is_closed() for shard in self._client.shards.values())

    async def _spare_starts(self) -> None:
        """Wait until Discord lets us begin sessions, so that a program which fails at each start costs no token."""
        shards, _, starts = await self._client.http.get_bot_gateway()
        if starts["remaining"] >= shards + _STARTS_KEPT:
            return
        wait_s = starts["reset_after"] / 1000
        log.error("the program was started too often: Discord lets it listen again later", after_s=wait_s)
        await self._clock.sleep(wait_s)
