"""A chain of four providers on loopback that die one after another while the queue asks them, and its money."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.app import work
from pinxit.config import load
from pinxit.parts import open_parts
from pinxit.queue.clock import SystemClock
from tests.providers.automatic1111_server import Automatic1111Server
from tests.providers.bfl_server import BflServer
from tests.providers.cloudflare_ai_server import SDXL, CloudflareAiServer
from tests.providers.keys import a_key
from tests.providers.replicate_server import VERSION, ReplicateServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from pinxit.parts import Parts

    Server = ReplicateServer | CloudflareAiServer | BflServer | Automatic1111Server

CHAIN = ("replicate", "cloudflare", "bfl", "webui", "plain")
WORKERS = 8  # Of each.
ANSWERED = 30  # Calls that a provider that dies answers before.
ERRORS = 3  # Answers of 500 before it is gone.
REFUSED = 3  # Prompts.
# What the providers say that a call costs, and what the catalogue reckons: for the first two not the same.
PREDICTION_MICRO, NEURONS, NEURONS_MICRO, CREDITS, CREDITS_MICRO = 1000, "31.7", 349, 1.4, 14_000
RECKONED_MICRO = 400
BUDGET_CALLS = 40
LOGIN = f"anna:{a_key('webui')}"
_HASTE = 10

_CATALOGUE = f"""
[replicate."someone/small"]
min_side_px = 64
price = {{ image = 0.0013 }}
extra = {{ version = "{VERSION}", dollars_per_second = 0.0004, fields = {{ prompt = "prompt", seed = "seed", \
width = "width", height = "height" }} }}
[cloudflare_ai."{SDXL}"]
min_side_px = 64
price = {{ image = {RECKONED_MICRO / 1e6} }}
"""


class BriskClock(SystemClock):
    """The real time, of which nobody sleeps away more than a part: pauses and progress come sooner, leases do not."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / _HASTE)


class Counted(list[Any]):
    """A list that calls a function when it has so many items."""

    def __init__(self, calls: Mapping[int, Callable[[], None]]) -> None:
        super().__init__()
        self._calls = calls

    def append(self, item: Any) -> None:  # noqa: ANN401 - a list's
        super().append(item)
        self._calls.get(len(self), lambda: None)()


@dataclass(slots=True)
class Providers:
    """The four servers."""

    replicate: ReplicateServer
    cloudflare: CloudflareAiServer
    bfl: BflServer
    webui: Automatic1111Server

    async def live(self, parts: Parts) -> None:
        """Let three of them fail and die after so many calls; the other one refuses three prompts and has a budget."""
        self.cloudflare.neurons = NEURONS
        for _ in range(REFUSED):
            self.bfl.refuse_next()
        async with asyncio.TaskGroup() as dying:
            dying.create_task(_fade(self.replicate))
            dying.create_task(_fade(self.cloudflare))
            dying.create_task(_break_down(self.webui, parts))

    def settings(self) -> str:
        """Return a configuration with all of them in a row."""
        tables = {
            "replicate": {"kind": "replicate", **self.replicate.options(), "model": "someone/small"},
            "cloudflare": {"kind": "cloudflare_ai", **self.cloudflare.options(), "models": [SDXL]},
            "bfl": {"kind": "bfl", **self.bfl.options(), "dollars_per_day": BUDGET_CALLS * CREDITS_MICRO / 1e6},
            "webui": {
                "kind": "automatic1111",
                "base_url": self.webui.url,
                "steps": 2,
                "api_key": LOGIN,
            },
            "plain": {"kind": "tests.generators_for_tests:build_plain", "process": False},
        }
        return "".join(
            f"[generators.{name}]\nworkers = {WORKERS}\n"
            + "".join(f"{key} = {_toml(value)}\n" for key, value in table.items())
            for name, table in tables.items()
        )

    @property
    def strangers(self) -> list[str]:
        """Return what the servers saw that they should not have."""
        return [*self.replicate.strangers, *self.cloudflare.strangers, *self.bfl.strangers, *self.webui.strangers]


@asynccontextmanager
async def a_chain(folder: Path) -> AsyncIterator[tuple[Parts, Providers]]:
    """Run the queue with eight workers a provider; each provider is closed as soon as it fails and nothing is left."""
    async with AsyncExitStack() as stack:
        providers = Providers(
            await stack.enter_async_context(ReplicateServer()),
            await stack.enter_async_context(CloudflareAiServer()),
            await stack.enter_async_context(BflServer(credit=CREDITS)),
            await stack.enter_async_context(Automatic1111Server(auth=LOGIN)),
        )
        (folder / "models.toml").write_text(_CATALOGUE)
        file = folder / "config.toml"
        file.write_text(f'catalogue = "{folder / "models.toml"}"\n{providers.settings()}')
        settings = load({}, file, {"var": folder / "var"})
        parts = await stack.enter_async_context(open_parts(settings, clock=BriskClock()))
        async with asyncio.TaskGroup() as tasks:
            stop = asyncio.Event()
            tasks.create_task(work(parts, stop))
            living = tasks.create_task(providers.live(parts))
            try:
                yield parts, providers
            finally:
                living.cancel()
                stop.set()


async def _fade(server: ReplicateServer | CloudflareAiServer) -> None:
    """Answer ANSWERED calls, then ERRORS with 500; take one more from each worker, and be gone before any is done."""
    is_full = asyncio.Event()

    def fail() -> None:
        for _ in range(ERRORS):
            server.fail_next(500)
        server.hold()

    server.created = Counted({ANSWERED + 1: fail, ANSWERED + WORKERS: is_full.set})
    await is_full.wait()
    await _cut_off(server)


async def _break_down(server: Automatic1111Server, parts: Parts) -> None:
    """Answer ANSWERED calls, then all with 500, and be gone after ERRORS of those."""

    def fail() -> None:
        server.answers["/sdapi/v1/txt2img"] = (500, "{}")

    server.painted = Counted({ANSWERED: fail})
    sql = "SELECT COUNT(*) AS n FROM attempt WHERE pool = 'webui' AND outcome = 'temporary'"
    with parts.events.listen("webui") as heard:
        while (await parts.store.database.read(lambda tx: tx.all(sql)))[0]["n"] < ERRORS:
            await heard.wait()
            heard.clear()
    await _cut_off(server)


async def _cut_off(server: Server) -> None:
    """Close a server as a power cut does; its own way out would answer first what it holds."""
    runner = server._runner  # noqa: SLF001 - see above
    assert runner.server is not None
    for connection in runner.server.connections:
        connection.force_close()
    await runner.cleanup()


def _toml(value: object) -> str:
    """Write a value of the few types that options have."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
