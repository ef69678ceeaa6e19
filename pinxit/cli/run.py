"""`pinxit run`: the server, until a signal stops it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from pinxit import __version__, log
from pinxit.cli.connection import announced
from pinxit.cli.exits import Exit, tell
from pinxit.config.tree import LogFormat
from pinxit.data.lock import hold

if TYPE_CHECKING:
    from pinxit.cli.program import Program
    from pinxit.config import Settings

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(settings: Settings, program: Program) -> Exit:
    """Serve until SIGINT or SIGTERM; what runs then may end, a second signal leaves at once. Raises ConfigError."""
    log.set_up(
        level=settings.log.level.value,
        json=settings.log.format is LogFormat.JSON,
        secrets=settings.secrets(),
        environment=settings.environment,
    )
    with hold(settings.var, "run"):
        asyncio.run(_serve(settings, program))
    return Exit.DONE


async def _serve(settings: Settings, program: Program) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def hear(number: int) -> None:
        if stop.is_set():
            # Nothing is lost: whatever runs is tried again at the next start.
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        tell(f"Stopping; what runs may end within {settings.queue.stop_s:g} s. Once more stops at once.")
        stop.set()

    with ExitStack() as stack:
        for number in _SIGNALS:
            loop.add_signal_handler(number, hear, number)
            stack.callback(loop.remove_signal_handler, number)

        def greet(url: str) -> None:
            stack.enter_context(announced(settings.var, url))
            _greet(url, settings)

        await program.serve(settings, stop, greet)
    tell("Stopped. What waits is kept for the next start.")


def _greet(url: str, settings: Settings) -> None:
    body = '{"prompt": "a red fox in snow"}'
    pinxit, same = f"{_python()} -m pinxit", _same(settings)
    lines = (
        (f"Pinxit {__version__} listens on {url}", "bold"),
        (f"  Chat     {url}/", ""),
        (f'  Paint    {pinxit} imagine "a red fox in snow --ar 3:2 --seed 7" -o fox.png{same}', ""),
        (f"  Or ask   curl {url}/api/v1/jobs -H 'Content-Type: application/json' -d '{body}'", ""),
        (f"  Routes   {url}/docs", ""),
        (f"  Look     {pinxit} doctor{same}", ""),
        ("  Stop     Ctrl-C; nothing that was accepted is lost", ""),
    )
    console = Console(soft_wrap=True, highlight=False)
    for text, style in lines:
        console.print(Text(text, style=style))
    console.file.flush()


def _python() -> str:
    """Return the Python to type: the one of this folder's environment, which a shell does not find by itself."""
    try:
        return str(Path(sys.executable).relative_to(Path.cwd()))
    except ValueError:
        return "python"


def _same(settings: Settings) -> str:
    """Return what another command needs to find this folder."""
    return "" if str(settings.var) == "var" else f" --var {settings.var}"
