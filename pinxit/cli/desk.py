"""Where a command's question goes: to the running server, or straight to what is kept where none runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pinxit import log
from pinxit.cli.client import Client
from pinxit.cli.connection import server_or_folder
from pinxit.cli.exits import Failure, tell
from pinxit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pinxit.actions.studio import Studio
    from pinxit.cli.connection import Address
    from pinxit.cli.program import Program
    from pinxit.config import Settings

T = TypeVar("T")

ADMIN = "/api/v1/admin"


@dataclass(frozen=True, slots=True)
class Desk:
    """Asks for one command. `doing`: what others are told who wait for the folder meanwhile."""

    settings: Settings
    program: Program
    doing: str

    def ask(self, there: Callable[[Client], Awaitable[T]], here: Callable[[Studio], Awaitable[T]]) -> T:
        """Return what `there` answers where a server runs, else `here`, which stands for the operator.

        Raises Refused, Failure, ConfigError.
        """
        level = self.settings.log.level.value
        # The answer is a sentence or a table; lines of the log would stand between.
        log.set_up(level="error" if level == "info" else level, secrets=self.settings.secrets())
        with server_or_folder(self.settings, self.doing, waiting=tell) as server:
            if server is None:
                return asyncio.run(self._here(here))
            return asyncio.run(at(server, there))

    async def _here(self, work: Callable[[Studio], Awaitable[T]]) -> T:
        async with self.program.opened(self.settings) as studio:
            return await work(studio)


async def at(server: Address, work: Callable[[Client], Awaitable[T]]) -> T:
    """Return what a server answers. Raises Failure where it refuses, is away, or is none of ours."""
    async with Client(server) as client:
        try:
            return await work(client)
        except Unavailable as error:
            raise Failure(
                f"The server at {server.url} does not answer ({error}). Try again, or see its log."
            ) from error
        except (KeyError, TypeError, ValueError) as error:
            raise Failure(f"What answers at {server.url} is no Pinxit server of this release.") from error
