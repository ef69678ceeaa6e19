"""Run with `python -m pinxit`: the command line, and the program behind it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pinxit.cli import main as command_line

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.config import Settings
    from pinxit.domain.checkup import Check


class Pinxit:
    """The program as the command line asks for it; app.py is imported only by commands that run it."""

    async def serve(self, settings: Settings, stop: asyncio.Event, on_ready: Callable[[str], None]) -> None:
        """Run everything until `stop` is set. `on_ready` is called once, with the URL. Raises ConfigError."""
        from pinxit import app  # noqa: PLC0415 - see the class

        await app.serve(settings, stop, on_ready)

    @asynccontextmanager
    async def embedded(self, settings: Settings) -> AsyncIterator[Studio]:
        """Run the queue and its workers, and no web server, until the block ends. Raises ConfigError."""
        from pinxit import app  # noqa: PLC0415 - see the class

        async with app.embedded(settings) as parts:
            yield parts.studio

    @asynccontextmanager
    async def opened(self, settings: Settings) -> AsyncIterator[Studio]:
        """Open everything that is kept, and run nothing, until the block ends. Raises ConfigError."""
        from pinxit.parts import open_parts  # noqa: PLC0415 - see the class

        async with open_parts(settings) as parts:
            yield parts.studio

    async def platform_checks(self, settings: Settings) -> Sequence[Check]:
        """Look at every chat platform that is set up."""
        if settings.discord.token is None:
            return ()
        from pinxit.bot.discord.checks import check_discord  # noqa: PLC0415 - see the class

        return await check_discord(settings.discord)


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    command_line.main(Pinxit())


if __name__ == "__main__":
    main()
