"""The process under test: the server with the hostile chat as its platform, and a door for what people say in it."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from pinxit import log
from pinxit.app import work
from pinxit.config import Settings
from pinxit.data.lock import hold
from pinxit.domain.delivery import Budget
from pinxit.parts import open_parts
from pinxit.web.server import ApiParts, ApiServer, build_api
from tests.crash.door import door
from tests.crash.points import Killer
from tests.platforms.chat_platform import ChatPlatform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.image import Image
    from pinxit.domain.ports import Blobs, Platform
    from pinxit.parts import Parts


@dataclass(frozen=True, slots=True)
class Life:
    """One life of the server. `settings`: those that differ from the defaults, nested.

    `listener`: the descriptor of a socket that listens already, so that callers wait in line while nobody lives.
    `token`: opens the endpoint of workers elsewhere. `crash_at`, `notes`: see Killer.
    """

    settings: Mapping[str, Any]
    listener: int
    chat_url: str
    notes: str
    token: str
    crash_at: str = ""
    chat_timeout_s: float = 0.7
    budget: Mapping[str, Any] = field(default_factory=dict)


def live(life: Life) -> None:
    """Be the server until SIGTERM, or until it is killed."""
    log.set_up(level="info", stream=sys.stderr)
    asyncio.run(_serve(life))


async def _serve(life: Life) -> None:
    settings = Settings.model_validate_json(json.dumps(life.settings), strict=True)
    steps = Killer(life.crash_at, life.notes)

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:

        def platforms(blobs: Blobs) -> Mapping[str, Platform]:
            async def fetch(image: Image) -> bytes:
                return await blobs.get(image.path)

            budget = Budget(**life.budget)
            chat = ChatPlatform(
                life.chat_url, fetch, timeout_s=life.chat_timeout_s, retry_s=0.1, budget=budget, session=session
            )
            return {"chat": chat}

        with hold(settings.var, "run"):
            async with open_parts(settings, platforms=platforms, steps=steps) as parts:
                await _run(parts, life)


async def _run(parts: Parts, life: Life) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    api = build_api(ApiParts(parts.studio, parts.settings.web, parts.broker, life.token, (door(parts),)))
    listener = socket.socket(fileno=life.listener)
    listener.settimeout(0)
    server = ApiServer(api, listener, stop_s=1.0)
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.run())
        await server.started()
        await work(parts, stop)
        server.stop()
        await serving


if __name__ == "__main__":
    live(Life(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
