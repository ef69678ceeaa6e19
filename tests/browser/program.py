"""A server of ours over a folder of its own, which can be stopped, killed and started anew at the same address."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from tests.cli.shell import Running, Shell

CONFIG = """
[generators.sketch]
pace_s = {pace_s}

[web]
port = {port}
"""
LONGEST_S = 600
BAD_SIGNS = ("Traceback", "code=internal", '"internal"')


class Program:
    """The server. `pace_s`: seconds that a picture takes longer."""

    def __init__(self, shell: Shell, pace_s: float = 0.0) -> None:
        self.shell = shell
        self._pace_s = pace_s
        self._life = ExitStack()
        self._port = 0
        self._running: Running | None = None
        self._read_bytes = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Return the program's address; it stays the same over a restart."""
        assert self._running is not None
        return self._running.url

    def start(self, *, pace_s: float | None = None) -> None:
        """Start the program, or start it anew, at the port that it had."""
        self.stop()
        self._pace_s = self._pace_s if pace_s is None else pace_s
        self.shell.configure(CONFIG.format(pace_s=self._pace_s, port=self._port))
        env = {"PINXIT_WEB__PORT": str(self._port)}
        self._running = self._life.enter_context(self.shell.server(longest_s=LONGEST_S, **env))
        self._port = int(self._running.url.rpartition(":")[2])

    def stop(self) -> None:
        """End the program as an operator does."""
        self._life.close()

    def kill(self) -> None:
        """Let the program die at once."""
        assert self._running is not None
        self._running.kill()

    def check_log(self) -> None:
        """Fail if the program has logged an error of its own since the last check."""
        log = self.shell.folder / "server.log"
        with log.open("rb") as file:
            file.seek(self._read_bytes)
            said = file.read().decode()
        self._read_bytes = log.stat().st_size
        assert not any(sign in said for sign in BAD_SIGNS), said
