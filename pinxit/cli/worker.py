"""`pinxit worker`: this machine's generators work for a server elsewhere, until a signal stops them."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import structlog

from pinxit import log as logging
from pinxit.cli.exits import Exit, tell
from pinxit.config.tree import LogFormat
from pinxit.domain.errors import ConfigError
from pinxit.domain.ids import BootId, PoolName, worker_id
from pinxit.generators import registry
from pinxit.generators.catalogue import Catalogue
from pinxit.queue.children import die_with_parent
from pinxit.queue.clock import SystemClock
from pinxit.queue.generator_loop import EXIT_STUCK, Stuck, hosted
from pinxit.queue.holding import Pace
from pinxit.queue.http_broker import HttpBroker
from pinxit.queue.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinxit.config import Settings

log = structlog.get_logger(__name__)

TOKEN_VARIABLE, BOOT_VARIABLE = "PINXIT_WORKER_TOKEN", "PINXIT_WORKER_BOOT"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed after `worker`.

    `pools`: generators of the local settings; none means all that are enabled. `slots`: how many jobs of each pool at
    once; None takes what the settings say. `boot`: of the server that started this process as its child, else "".
    """

    url: str
    token: str
    pools: tuple[str, ...] = ()
    slots: int | None = None
    boot: str = ""


def token_from(typed: str | None, file: Path | None) -> str:
    """Return the key from the option, its file or its variable (which typer has read). Raises ConfigError."""
    if file is not None:
        try:
            typed = file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise ConfigError([f"option --token-file is {file}, which cannot be read ({error}); correct it"]) from error
    if not typed:
        made = "make one at the server with `pinxit keys create NAME --scope worker`"
        raise ConfigError([f"no key is given; {made}, and set {TOKEN_VARIABLE}, --token-file or --token"])
    return typed


def worker(options: Options, settings: Settings) -> Exit:
    """Work until SIGINT or SIGTERM. Raises Refused where the server does not take the key, ConfigError."""
    logging.set_up(
        level=settings.log.level.value,
        json=settings.log.format is LogFormat.JSON,
        secrets=settings.secrets() | {options.token},
        environment=settings.environment,
    )
    pools = _pools(options, settings)
    if options.boot:
        die_with_parent()
    try:
        asyncio.run(_work(pools, options, settings))
    except* Stuck as stuck:
        _leave(stuck)
    return Exit.DONE


def _pools(options: Options, settings: Settings) -> Sequence[str]:
    enabled = settings.chain()
    for name in options.pools:
        if name not in enabled:
            known = ", ".join(enabled)
            raise ConfigError([f"option --pool is {name}, no generator of these settings; write some of {known}"])
    return options.pools or enabled


async def _work(pools: Sequence[str], options: Options, settings: Settings) -> None:
    clock, boot, catalogue = SystemClock(), BootId(options.boot), Catalogue.load(settings.catalogue)
    # A server tells remote workers apart by name alone.
    prefix = "" if boot else f"{socket.gethostname()}.{secrets.token_hex(4)}."
    pace = Pace(beat_s=settings.queue.beat_s)
    workers: list[Worker] = []
    async with HttpBroker(options.url, options.token) as broker, AsyncExitStack() as stack:
        for pool in pools:
            table = settings.generators[pool]
            generator = registry.build(pool, table.kind, table.kind_options(), clock, catalogue)
            loop = await stack.enter_async_context(hosted(generator))
            workers += [
                Worker(
                    worker_id(boot, pool, number, prefix),
                    PoolName(pool),
                    broker=broker,
                    generator=generator,
                    loop=loop,
                    clock=clock,
                    pace=pace,
                )
                for number in range(options.slots or table.slots(generator.capabilities) or 1)
            ]
        _stop_when_asked(workers, settings.queue.stop_s, stack)
        if not boot:
            tell(f"Working for {options.url}: {', '.join(pools)}. Ctrl-C stops it, and loses nothing.")
        async with asyncio.TaskGroup() as group:
            for one in workers:
                group.create_task(one.run())


def _stop_when_asked(workers: Sequence[Worker], stop_s: float, stack: AsyncExitStack) -> None:
    loop = asyncio.get_running_loop()

    def hear(number: int) -> None:
        for one in workers:
            one.stop(stop_s)
        # The second time it ends the process as usual.
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)

    for number in _SIGNALS:
        loop.add_signal_handler(number, hear, number)
        stack.callback(loop.remove_signal_handler, number)


def _leave(stuck: BaseExceptionGroup[Stuck]) -> NoReturn:
    """Leave without Python's own exit, which would wait for the generator's threads."""
    log.error("a generator does not stop, so its process ends", reason=str(stuck.exceptions[0]))
    os._exit(EXIT_STUCK)
