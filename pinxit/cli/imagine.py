"""`pinxit imagine`: pictures from a prompt, by the running server or, where none runs, by this process."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pinxit import log
from pinxit.cli import output
from pinxit.cli.client import Client
from pinxit.cli.connection import Address, address, running_server, server_or_folder
from pinxit.cli.exits import Exit
from pinxit.cli.local_painter import LocalPainter
from pinxit.cli.outcome import Outcome, say_outcomes, say_price
from pinxit.cli.painting import Wish
from pinxit.cli.screen import Screen
from pinxit.cli.server_painter import ServerPainter
from pinxit.domain.errors import Refused
from pinxit.domain.job import JobState
from pinxit.prompt.wildcards import Wildcards
from pinxit.prompt.wishes import read
from pinxit.queue.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from pinxit.cli.painting import Painter, Promised
    from pinxit.cli.program import Program
    from pinxit.config import Settings


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed after `imagine`. `output`: a file, a folder, or None for the current one."""

    prompt: str
    output: Path | None = None
    count: int | None = None
    seed: int | None = None
    force: bool = False
    as_json: bool = False
    quiet: bool = False
    dry_run: bool = False
    confirmed: bool = False
    url: str | None = None
    token: str | None = None


def imagine(options: Options, settings: Settings, program: Program) -> Exit:
    """Paint, save and say where. Raises Refused, Failure, ConfigError."""
    # How it goes is told in sentences; lines of the log would hide them, unless somebody asks for more of it.
    level = settings.log.level.value
    log.set_up(level="error" if level == "info" else level, secrets=settings.secrets() | {options.token or ""})
    if not options.dry_run:
        output.check(options.output, _count(options, settings), force=options.force)
    screen = Screen(quiet=options.quiet or options.as_json)
    if options.url is not None:
        return asyncio.run(_imagine(options, settings, program, screen, address(options.url, options.token)))
    with server_or_folder(settings, "imagine", token=options.token, waiting=screen.note) as server:
        return asyncio.run(_imagine(options, settings, program, screen, server))


async def _imagine(
    options: Options, settings: Settings, program: Program, screen: Screen, server: Address | None
) -> Exit:
    async with _painter(options, settings, program, screen, server) as painter:
        with screen:
            promised, outcomes, was_interrupted = await _paint(options, painter, screen)
    if not promised.jobs:
        say_price(promised, as_json=options.as_json)
        return Exit.DONE
    say_outcomes(promised, outcomes, as_json=options.as_json, quiet=options.quiet)
    if all(outcome.is_success for outcome in outcomes):
        return Exit.DONE
    return Exit.INTERRUPTED if was_interrupted else Exit.FAILED


@asynccontextmanager
async def _painter(
    options: Options, settings: Settings, program: Program, screen: Screen, server: Address | None
) -> AsyncIterator[Painter]:
    if server is None:
        # Nothing has to run for a price.
        async with program.opened(settings) if options.dry_run else program.embedded(settings) as studio:
            yield LocalPainter(studio)
        return
    async with Client(server) as client:
        yield ServerPainter(
            client,
            SystemClock(),
            locate=lambda: options.url or running_server(settings.var),
            note=screen.note,
        )


async def _paint(options: Options, painter: Painter, screen: Screen) -> tuple[Promised, Sequence[Outcome], bool]:
    """Return the jobs, their ends, and whether Ctrl-C was pressed: that cancels the jobs, and waits for their ends.

    The pictures of each are saved as soon as it has ended.
    """
    queued: asyncio.Future[Promised] = asyncio.get_running_loop().create_future()

    async def cancel_when_interrupted(interrupted: asyncio.Event) -> None:
        await interrupted.wait()
        screen.note("Cancelling … (Ctrl-C once more leaves at once)")
        # The last ones first: those that wait do not begin in the meantime.
        for job in reversed((await queued).jobs):
            await painter.cancel(job.id)

    outcomes: list[Outcome] = []
    async with _interruption() as interrupted, asyncio.TaskGroup() as group:
        cancelling = group.create_task(cancel_when_interrupted(interrupted))
        promised = await painter.submit(_wish(options))
        queued.set_result(promised)
        for hint in promised.hints:
            screen.note(hint)
        saved = 0
        for number, job in enumerate(promised.jobs, 1):
            place = f"{number}/{len(promised.jobs)}" if len(promised.jobs) > 1 else ""
            end = await painter.follow(job.id, partial(screen.show, place=place))
            images = end.images if end.state is JobState.SUCCEEDED else ()
            files: list[Path] = []
            for image in images:
                path = output.target(options.output, saved + len(files) + 1, image)
                output.save(path, await painter.fetch(image), force=options.force)
                files.append(path)
            saved += len(files)
            outcomes.append(Outcome(job, end, tuple(files), place))
        cancelling.cancel()
    return promised, outcomes, interrupted.is_set()


def _wish(options: Options) -> Wish:
    return Wish(
        options.prompt,
        options.count,
        options.seed,
        secrets.token_hex(16),
        dry_run=options.dry_run,
        confirmed=options.confirmed,
    )


@asynccontextmanager
async def _interruption() -> AsyncIterator[asyncio.Event]:
    """Give an event that Ctrl-C or a SIGTERM sets; a second one ends the process as usual."""
    loop, interrupted = asyncio.get_running_loop(), asyncio.Event()
    both = (signal.SIGINT, signal.SIGTERM)

    def hear() -> None:
        interrupted.set()
        for one in both:
            loop.remove_signal_handler(one)
            signal.signal(one, signal.SIG_DFL)

    for one in both:
        loop.add_signal_handler(one, hear)
    try:
        yield interrupted
    finally:
        for one in both:
            loop.remove_signal_handler(one)


def _count(options: Options, settings: Settings) -> int:
    """Return about how many images will come, so that their names can be checked before they are painted."""
    count = options.count or settings.defaults.count
    with contextlib.suppress(Refused):  # Whoever paints says so, and may know flags that we do not.
        wishes = read(options.prompt, Wildcards(), 0)
        return sum(options.count or wish.draft.count or settings.defaults.count for wish in wishes)
    return count
