"""`pinxit run` with a token of the loopback Discord, and the hand that kills it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING, Self

from tests.cli.born import Born, nursery
from tests.crash.processes import ROOT

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from tests.platforms.discord.server import DiscordServer

_CONFIG = """
[discord]
api_url = "{api}"
gateway_url = "{gateway}"
cdn_url = "{cdn}"
[web]
port = 0
[queue]
# No job may fail for our killing: what becomes of one that dies too often is tested elsewhere.
lease_s = 3.0
beat_s = 0.25
tries = 100
program_deaths = 1000
stop_s = 0.5
[delivery]
settle_s = 1.0
[generators.sketch]
kind = "sketch"
workers = {painters}
pace_s = {pace_s}
"""
_START_S = 60.0
_STOP_S = 20.0


class Program:
    """Lives in a folder, one life after the other; for `async with`, after which nothing of it lives.

    `package`: the folder that holds the `pinxit` to be tested. `painters`, `pace_s`: how many pictures are painted at
    once, and how long each takes at least.
    """

    def __init__(
        self,
        server: DiscordServer,
        folder: Path,
        *,
        package: Path = ROOT,
        painters: int = 6,
        pace_s: float = 0.06,
    ) -> None:
        self.folder = folder
        self._server = server
        self._package = package
        self._painters = painters
        self._pace_s = pace_s
        self._process: Born | None = None
        self._stack = contextlib.ExitStack()

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        server = self._server
        addresses = {"api": server.api_url, "gateway": server.gateway_url, "cdn": server.cdn_url}
        text = _CONFIG.format(**addresses, painters=self._painters, pace_s=self._pace_s)
        (self.folder / "config.toml").write_text(text, encoding="utf-8")
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("PINXIT_")}
        self._env |= {"PINXIT_DISCORD__TOKEN": server.token, "PYTHONPATH": f"{self._package}{os.pathsep}{ROOT}"}
        self._nursery = self._stack.enter_context(nursery(self._env))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.kill()
        await asyncio.to_thread(self._stack.close)

    @property
    def var(self) -> Path:
        """Return the folder of its database and its pictures."""
        return self.folder / "var"

    @property
    def database(self) -> Path:
        """Return its database."""
        return self.var / "pinxit.db"

    @property
    def pid(self) -> int:
        """Return the id of its present process."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Begin a life; return when it hears what people do. Raises RuntimeError, with the log, where it does not."""
        before = self._server.gateway.identifies
        self._process = await asyncio.to_thread(self._bear)
        self._ended = ended = asyncio.create_task(_ended(self._process))
        heard = asyncio.ensure_future(
            self._server.state.wait_for(lambda: self._server.gateway.identifies > before, _START_S)
        )
        done, _ = await asyncio.wait({ended, heard}, return_when=asyncio.FIRST_COMPLETED)
        if heard not in done or heard.exception() is not None:
            heard.cancel()
            raise RuntimeError((self.folder / "program.log").read_text(encoding="utf-8")[-3000:])

    async def kill(self) -> None:
        """Kill it and whatever it started, as `kill -9` does."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._ended

    async def stop(self) -> int:
        """Ask it to end, and return its status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_STOP_S):
            return await asyncio.shield(self._ended)

    def _bear(self) -> Born:
        """Start it, forked from a process that has imported the package: it dies some twenty times."""
        words = ("pinxit", "run", "--config", "config.toml", "--var", "var")
        with (self.folder / "program.log").open("ab") as log, open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a name, no path of ours
            descriptors = (nothing.fileno(), log.fileno(), log.fileno())
            return Born(self._nursery.bear(words, self.folder, self._env, descriptors))


async def _ended(process: Born) -> int:
    """Return the process's status when it has ended."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process.fileno(), over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(process.fileno())
    with process:
        return process.wait()
