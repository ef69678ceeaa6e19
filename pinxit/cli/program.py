"""What the command line asks of the program, which `__main__.py` hands over: `cli` itself cannot see `app.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence
    from contextlib import AbstractAsyncContextManager

    from pinxit.actions.studio import Studio
    from pinxit.config import Settings
    from pinxit.domain.checkup import Check


class Program(Protocol):
    """The ways of running. Whoever calls holds the lock of the run-time folder."""

    async def serve(self, settings: Settings, stop: asyncio.Event, on_ready: Callable[[str], None]) -> None:
        """Run everything until `stop` is set, then end gracefully. Raises ConfigError.

        `on_ready` is called once, with the URL for this machine, as soon as requests are answered.
        """

    def embedded(self, settings: Settings) -> AbstractAsyncContextManager[Studio]:
        """Run the queue and its workers, and no web server, until the block ends. Raises ConfigError."""

    def opened(self, settings: Settings) -> AbstractAsyncContextManager[Studio]:
        """Open everything that is kept, and run nothing: for commands that look at it or administer it.

        Raises ConfigError.
        """

    async def platform_checks(self, settings: Settings) -> Sequence[Check]:
        """Look at every chat platform that is set up, for the doctor; nothing is changed there."""
