"""Whom a small real program asks what to do: it prints what it is told to, and ends as it is told to.

The program reads its question, hands it over a line to this desk, and waits. So a test can hold it, have it fail, and
see that it was killed, as with a provider's server.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_HELD_AT_MOST_S = 30.0
_PROGRAM = """
import json, socket, sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as line:
    line.sendall(sys.stdin.readline().encode())
    said = json.loads(line.makefile().readline())
print(said["printed"])
sys.exit(said["status"])
"""


class ScriptDesk:
    """A desk for `async with`, with the interface of a provider's server."""

    def __init__(self) -> None:
        self.created: list[Any] = []
        self.cancels = 0
        self.strangers: list[str] = []
        self.holding = asyncio.Event()
        self._failures: list[tuple[int, str]] = []
        self._spoils = 0
        self._goes = asyncio.Event()
        self._goes.set()

    async def __aenter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="pinxit-desk-")
        self._program = Path(self._folder.name) / "program.py"
        self._program.write_text(_PROGRAM, encoding="utf-8")
        self._line = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go()
        self._line.close()
        await self._line.wait_closed()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """Return nothing: a program has no address."""
        return ""

    def options(self) -> dict[str, Any]:
        """Return the options for `build`."""
        port = self._line.sockets[0].getsockname()[1]
        # Without what an installation adds, Python starts in half the time.
        return {"program": [sys.executable, "-I", "-S", str(self._program), str(port)]}

    def fail_next(self, status: int, headers: Mapping[str, str] = {}, body: str | None = None) -> None:  # noqa: ARG002 - a server's
        """Have the program print `body` next; it ends well for 200 only."""
        self._failures.append((int(status != 200), body or ""))

    def refuse_next(self) -> None:
        """Have the program say that it does not want to."""
        self.fail_next(200, body=json.dumps({"error": "this is not painted"}))

    def spoil_next(self) -> None:
        """Cut the next picture in half."""
        self._spoils += 1

    def hold(self) -> None:
        """Let every program wait until `go`, or for half a minute."""
        self._goes.clear()

    def go(self) -> None:
        """Let those that wait, and that come, go on."""
        self._goes.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = json.loads(await reader.readline())
        status, printed = self._failures.pop(0) if self._failures else (0, None)
        if printed is None:
            self.created.append(said)
            printed = json.dumps({"dataUri": self._painted(said)})
        ended = asyncio.ensure_future(reader.read())
        goes = asyncio.ensure_future(self._goes.wait())
        if not self._goes.is_set():
            self.holding.set()
        await asyncio.wait((ended, goes), timeout=_HELD_AT_MOST_S, return_when=asyncio.FIRST_COMPLETED)
        goes.cancel()
        if ended.done():
            self.cancels += 1
        else:
            writer.write(json.dumps({"status": status, "printed": printed}).encode() + b"\n")
            await ended
        writer.close()

    def _painted(self, said: Mapping[str, Any]) -> str:
        seed = int(said["seed"])
        file = io.BytesIO()
        colour = (64 + seed % 191, seed >> 8 & 255, seed >> 16 & 255)
        Image.new("RGB", (said["width"], said["height"]), colour).save(file, "PNG")
        data = file.getvalue()
        if self._spoils:
            self._spoils -= 1
            data = data[: len(data) // 2]
        return f"data:image/png;base64,{base64.b64encode(data).decode()}"
