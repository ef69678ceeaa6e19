"""Everything outside that `prepare` asks, on loopback and as slow as wanted: in this process, or as one of its own.

    python -m tests.providers.slow_server [--delay-s 10 | --held] [--seconds 120] [--flag WORD]

As a process it prints one line `{"port": …}`, listens on 127.0.0.1 only, and ends after --seconds, on SIGTERM, or when
its standard input, a pipe, closes because its parent died.

    GET  /image.png               a small picture
    POST /v1/chat/completions     the last message with ", in golden light" behind it
    POST /v1/moderations          flags an input that holds --flag's word, as "violence"
    POST /admin/hold, /release    let everything wait, or go on
    GET  /admin/counts            {path: how often it was asked}
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import os
import signal
import stat
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from aiohttp import web
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from types import TracebackType

_ROOT = Path(__file__).parents[2]
_HELD_AT_MOST_S = 60.0
REWRITE = ", in golden light"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came, before any delay."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class SlowServer:
    """A server for `async with`. `answers`: handlers by path, beside or instead of those above."""

    def __init__(
        self,
        answers: Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] | None = None,
        *,
        delay_s: float = 0.0,
        flag: str = "forbidden",
    ) -> None:
        self.asked: list[Asked] = []
        self._answers = {
            "/image.png": _image,
            "/v1/chat/completions": _chat,
            "/v1/moderations": self._moderation,
            "/admin/hold": self._hold,
            "/admin/release": self._release,
            "/admin/counts": self._counts,
            **(answers or {}),
        }
        self._delay_s = delay_s
        self._flag = flag
        self._goes = asyncio.Event()
        self._goes.set()
        self._came = asyncio.Condition()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """Return where it listens."""
        port: int = self._runner.addresses[0][1]
        return port

    @property
    def host(self) -> str:
        """Return host and port, as `allow_hosts` takes them."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Return the address in front of every path."""
        return f"http://{self.host}"

    def hold(self) -> None:
        """Answer nothing until `release`, or for a minute."""
        self._goes.clear()

    def release(self) -> None:
        """Answer what waits and what comes."""
        self._goes.set()

    async def asked_for(self, path: str, times: int = 1) -> None:
        """Return when `path` was asked for so often."""
        async with self._came:
            await self._came.wait_for(lambda: sum(one.path == path for one in self.asked) >= times)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if not request.path.startswith("/admin/"):
            body = await request.read()
            async with self._came:
                self.asked.append(Asked(request.path, dict(request.headers), body))
                self._came.notify_all()
            await asyncio.sleep(self._delay_s)
            async with asyncio.timeout(_HELD_AT_MOST_S):
                await self._goes.wait()
        if request.path not in self._answers:
            raise web.HTTPNotFound
        return await self._answers[request.path](request)

    async def _moderation(self, request: web.Request) -> web.Response:
        flagged = self._flag in (await request.json())["input"]
        result = {"flagged": flagged, "categories": {"violence": flagged, "self-harm": False}}
        return web.json_response({"id": "modr-1", "model": "m", "results": [result]})

    async def _hold(self, _: web.Request) -> web.Response:
        self.hold()
        return web.Response()

    async def _release(self, _: web.Request) -> web.Response:
        self.release()
        return web.Response()

    async def _counts(self, _: web.Request) -> web.Response:
        return web.json_response(Counter(one.path for one in self.asked))


async def _image(_: web.Request) -> web.Response:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "PNG")
    return web.Response(body=file.getvalue(), content_type="image/png")


async def _chat(request: web.Request) -> web.Response:
    return web.json_response(completion((await request.json())["messages"][-1]["content"] + REWRITE))


def completion(content: object, **choice: object) -> dict[str, object]:
    """Return a chat completion that says `content`."""
    message = {"role": "assistant", "content": content}
    choices = [{"index": 0, "finish_reason": "stop", "message": message, **choice}]
    return {"id": "chat-1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices}


@contextlib.contextmanager
def running_slow_server(*options: str) -> Iterator[str]:
    """Run the server as a process with `options` and give its URL; it ends with the block, or with this process.

    Blocks the caller for the part of a second that the start takes. Raises RuntimeError if it does not start.
    """
    command = [sys.executable, "-m", "tests.providers.slow_server", *options]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("The slow server did not start; its own words are above.")
            yield f"http://127.0.0.1:{json.loads(line)['port']}"
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()


async def serve(options: argparse.Namespace) -> None:
    """Run until its time is over, its parent is gone, or SIGTERM."""
    async with SlowServer(delay_s=options.delay_s, flag=options.flag) as server:
        if options.held:
            server.hold()
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, over.set)
        mode = os.fstat(0).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            loop.add_reader(0, over.set)  # Nothing is ever written to it, so it becomes readable when it closes.
        sys.stdout.write(json.dumps({"port": server.port}) + "\n")
        sys.stdout.flush()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(options.seconds):
                await over.wait()
        loop.remove_reader(0)


def parse_options(arguments: list[str]) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description="A slow outside world.", allow_abbrev=False)
    parser.add_argument("--delay-s", type=float, default=0.0, help="how long every answer takes")
    parser.add_argument("--held", action="store_true", help="answer nothing before POST /admin/release")
    parser.add_argument("--seconds", type=float, default=120.0, help="it stops by itself after so long")
    parser.add_argument("--flag", default="forbidden", help="the word that moderation flags")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    asyncio.run(serve(parse_options(sys.argv[1:])))
