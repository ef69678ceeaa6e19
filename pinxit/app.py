"""The only place that connects and sets to work what `parts.py` builds."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, Self

import structlog

from pinxit.domain.errors import ConfigError
from pinxit.domain.ids import worker_id
from pinxit.domain.job import PREPARE
from pinxit.domain.ports import no_steps
from pinxit.parts import Parts, build_generator, open_parts
from pinxit.queue.children import Child, Children
from pinxit.queue.clock import SystemClock
from pinxit.queue.crew import Crew
from pinxit.queue.holding import Pace
from pinxit.web.console.console import console
from pinxit.web.keys import keys_router
from pinxit.web.server import ApiParts, ApiServer, build_api, listen
from pinxit.web.trust import startup_problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from pinxit.actions.studio import Studio
    from pinxit.config import Settings
    from pinxit.config.tree import WebSettings
    from pinxit.domain.generator import Generator
    from pinxit.domain.ids import WorkerId
    from pinxit.domain.ports import Blobs, Clock, Platform, Steps
    from pinxit.queue.broker import LocalBroker

log = structlog.get_logger(__name__)

CHILD_GRACE_S = 5.0  # What a child process has beyond its workers' time, to give jobs back and end.
SWITCH_S = 0.0005  # How long a thread that paints may keep the others of this process waiting, where it is asked for.
PREPARE_WORKERS = 8  # They only wait for other servers, so a few at once cost nothing.


class Bot(Protocol):
    """A chat platform at work; its folder in `bot/` knows how. `async with` closes its connection."""

    name: str

    async def __aenter__(self) -> Self:
        """Return the bot."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""

    def platform(self, blobs: Blobs) -> Platform:
        """Return where the outbox brings the jobs that came over this chat."""

    async def run(self, studio: Studio, stop: asyncio.Event, started: asyncio.Event) -> None:
        """Listen and answer until `close`; from `stop` on nothing new is begun. Raises ConfigError: a wrong token.

        `started` is set once the chat is there, or cannot be reached for now.
        """

    async def close(self) -> None:
        """Let what is being answered end, and close the connection."""


async def serve(
    settings: Settings,
    stop: asyncio.Event,
    on_ready: Callable[[str], None],
    *,
    platforms: Callable[[Blobs], Mapping[str, Platform]] | None = None,
    steps: Steps = no_steps,
) -> None:
    """Be the server: API, queue, workers and deliveries, until `stop` is set. The caller holds the folder's lock.

    `on_ready` is told the address once requests are answered. Raises ConfigError.
    """
    # Python's own 5 ms add up over the steps of one request: with a painter in this process, by half of the whole time.
    sys.setswitchinterval(SWITCH_S)
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        bots = [await stack.enter_async_context(bot) for bot in _bots(settings, clock)]

        def chats(blobs: Blobs) -> Mapping[str, Platform]:
            own = {} if platforms is None else platforms(blobs)
            return {**{bot.name: bot.platform(blobs) for bot in bots}, **own}

        parts = await stack.enter_async_context(open_parts(settings, platforms=chats, steps=steps, clock=clock))
        for sentence in parts.warnings:
            log.warning(sentence)
        await _check_openness(parts)
        url = await stack.enter_async_context(_served(parts, settings.web))
        # What was built so far lives as long as the program, so no later search for garbage need look at it.
        gc.freeze()
        await _listen(parts, bots, stop, partial(on_ready, url), _children(parts, url))


async def _listen(
    parts: Parts, bots: Sequence[Bot], stop: asyncio.Event, on_ready: Callable[[], None], children: Children | None
) -> None:
    """Run the queue and the bots until `stop`. Raises ConfigError: a chat refuses its token."""
    try:
        async with asyncio.TaskGroup() as tasks:
            started = [asyncio.Event() for _ in bots]
            talking = [
                tasks.create_task(bot.run(parts.studio, stop, event)) for bot, event in zip(bots, started, strict=True)
            ]
            for event in started:
                await event.wait()
            on_ready()
            await work(parts, stop, children)
            # The last edits are made; what a bot still answers, it answers by itself.
            for bot in bots:
                await bot.close()
            await asyncio.gather(*talking)
    except* ConfigError as errors:
        raise ConfigError(list(_problems(errors))) from errors


def _problems(group: BaseExceptionGroup[ConfigError]) -> Iterator[str]:
    for error in group.exceptions:
        yield from _problems(error) if isinstance(error, BaseExceptionGroup) else error.problems


def _bots(settings: Settings, clock: Clock) -> Sequence[Bot]:
    """Return the chats that are set up; the library of one that is not is never imported."""
    bots: list[Bot] = []
    if settings.discord.token is not None:
        from pinxit.bot.discord.bot import DiscordBot  # noqa: PLC0415 - see above

        bots.append(DiscordBot(settings.discord, clock, public_url=settings.web.public_url))
    return bots


@asynccontextmanager
async def embedded(settings: Settings) -> AsyncIterator[Parts]:
    """Run the queue and its workers for this process alone, until the block ends. The caller holds the folder's lock.

    Only where a generator lives in a child process is there a web server, at a free port of loopback.
    """
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(open_parts(settings))
        children = None
        if any(needs_process(parts, name) for name in parts.generators):
            web = settings.web.model_copy(update={"host": "127.0.0.1", "port": 0})
            children = _children(parts, await stack.enter_async_context(_served(parts, web)))
        async with asyncio.TaskGroup() as tasks:
            stop = asyncio.Event()
            tasks.create_task(work(parts, stop, children))
            try:
                yield parts
            finally:
                stop.set()


@asynccontextmanager
async def _served(parts: Parts, web: WebSettings) -> AsyncIterator[str]:
    """Answer requests until the block ends, and give the address for this machine. Raises ConfigError."""
    api = ApiParts(parts.studio, web, parts.broker, parts.worker_token)
    async with console(parts.studio, api.trust, web) as pages, asyncio.TaskGroup() as tasks:
        api = replace(api, routers=(keys_router(parts.studio, api.trust), *pages.routers), error_page=pages.error)
        server = ApiServer(build_api(api), listen(web.host, web.port))
        tasks.create_task(server.run())
        await server.started()
        try:
            yield server.url
        finally:
            server.stop()


async def work(parts: Parts, stop: asyncio.Event, children: Children | None = None) -> None:
    """Run the queue's loops, this process's own workers and its children until `stop` is set, then wind down.

    Nothing new is claimed; what runs has `queue.stop_s` seconds to end and is given back unpunished after that; the
    edits in flight are finished.
    """
    crews = [_crew(parts, PREPARE, lambda: parts.prepare, PREPARE_WORKERS)]
    crews += [
        _crew(parts, name, partial(build_generator, parts.settings, name, parts.clock), slots)
        for name in parts.generators
        if (slots := _slots(parts, name)) and not needs_process(parts, name)
    ]
    async with asyncio.TaskGroup() as tasks:
        ticking = tasks.create_task(parts.ticker.run())
        delivering = tasks.create_task(parts.delivery.run())
        working = [tasks.create_task(crew.run()) for crew in crews]
        if children is not None:
            working.append(tasks.create_task(children.run()))
        await stop.wait()
        run_s = parts.settings.queue.stop_s
        for crew in crews:
            crew.stop(run_s)
        if children is not None:
            children.stop(run_s + CHILD_GRACE_S)
        parts.broker.stop()
        await asyncio.wait(working)
        parts.delivery.stop()
        await asyncio.wait({delivering})
        ticking.cancel()


def needs_process(parts: Parts, name: str) -> bool:
    """Tell whether a generator's local workers live in a child process: by its setting, else by its kind."""
    wanted = parts.settings.generators[name].process
    return not parts.generators[name].capabilities.runs_inline if wanted is None else wanted


def _slots(parts: Parts, name: str) -> int:
    return parts.settings.generators[name].slots(parts.generators[name].capabilities)


def _crew(parts: Parts, pool: str, build: Callable[[], Generator], count: int) -> Crew:
    return Crew(
        pool,
        build,
        count,
        broker=parts.broker,
        clock=parts.clock,
        boot=parts.boot,
        pace=Pace(beat_s=parts.settings.queue.beat_s),
        steps=parts.steps,
        rush=parts.studio.rush,
    )


def _children(parts: Parts, url: str) -> Children | None:
    """Return the child processes of the generators that need one, or None if none does."""
    settings = parts.settings
    env = {**os.environ, "PINXIT_VAR": str(settings.var.absolute())}
    env |= {"PINXIT_WORKER_TOKEN": parts.worker_token, "PINXIT_WORKER_BOOT": parts.boot}
    if settings.file is not None:
        env["PINXIT_CONFIG"] = str(settings.file.absolute())
    children = []
    for name in parts.generators:
        slots = _slots(parts, name)
        if slots and needs_process(parts, name):
            workers = [worker_id(parts.boot, name, number) for number in range(slots)]
            argv = (sys.executable, "-m", "pinxit", "worker", "--url", url, "--pool", name, "--slots", str(slots))
            children.append(Child(name, argv, env, partial(_last_heard, parts.broker, workers)))
    return Children(children, parts.clock) if children else None


def _last_heard(broker: LocalBroker, workers: Sequence[WorkerId]) -> float | None:
    moments = [moment for worker in workers if (moment := broker.last_heard(worker)) is not None]
    return max(moments, default=None)


async def _check_openness(parts: Parts) -> None:
    """Raise ConfigError where strangers could reach a server that asks for nothing; say it loudly where they may."""
    web = parts.settings.web
    now = parts.clock.now()
    has_keys = any(key.is_valid(now) for key in await parts.store.keys.all())
    has_password = web.password is not None
    problem = startup_problem(web.host, has_password=has_password, has_keys=has_keys, authentication=web.authentication)
    if problem is not None:
        raise ConfigError([problem])
    if not web.authentication:
        log.warning("authentication is off: whoever reaches this server may use it", host=web.host)
