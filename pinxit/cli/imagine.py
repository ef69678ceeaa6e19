"""`pinxit imagine`: a picture from a prompt, by the running server or, where none runs, by this process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit import log
from pinxit.cli import output
from pinxit.cli.client import Client
from pinxit.cli.connection import Address, address, running_server, server_or_folder
from pinxit.cli.exits import LOCALE, Exit, tell
from pinxit.cli.local_painter import LocalPainter
from pinxit.cli.painting import Wish
from pinxit.cli.screen import Screen, status
from pinxit.cli.server_painter import ServerPainter
from pinxit.domain.errors import Refused
from pinxit.domain.job import JobState
from pinxit.prompt import flags
from pinxit.queue.clock import SystemClock
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.cli.painting import Painted, Painter, Progress, Promised
    from pinxit.cli.program import Program
    from pinxit.config import Settings
    from pinxit.domain.errors import Fact


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
    url: str | None = None
    token: str | None = None


def imagine(options: Options, settings: Settings, program: Program) -> Exit:
    """Paint, save and say where. Raises Refused, Failure, ConfigError."""
    # How it goes is told in sentences; lines of the log would hide them, unless somebody asks for more of it.
    level = settings.log.level.value
    log.set_up(level="error" if level == "info" else level, secrets=settings.secrets() | {options.token or ""})
    output.check(options.output, _count(options, settings), force=options.force)
    screen = Screen(quiet=options.quiet or options.as_json)
    if options.url is not None:
        return asyncio.run(_imagine(options, settings, program, screen, address(options.url, options.token)))
    with server_or_folder(settings, "imagine", token=options.token, waiting=screen.note) as server:
        return asyncio.run(_imagine(options, settings, program, screen, server))


async def _imagine(
    options: Options, settings: Settings, program: Program, screen: Screen, server: Address | None
) -> Exit:
    wish = Wish(options.prompt, options.count, options.seed, secrets.token_hex(16))
    async with _painter(options, settings, program, screen, server) as painter:
        with screen:
            promised, end, was_interrupted = await _paint(wish, painter, screen)
        if end.state is not JobState.SUCCEEDED:
            _say_failure(end, options)
            return Exit.INTERRUPTED if was_interrupted else Exit.FAILED
        files = [await _save(number, image, painter, options) for number, image in enumerate(end.images, 1)]
    _say_success(promised, end, files, options)
    return Exit.DONE


@asynccontextmanager
async def _painter(
    options: Options, settings: Settings, program: Program, screen: Screen, server: Address | None
) -> AsyncIterator[Painter]:
    if server is None:
        async with program.embedded(settings) as studio:
            yield LocalPainter(studio)
        return
    async with Client(server) as client:
        yield ServerPainter(
            client,
            SystemClock(),
            locate=lambda: options.url or running_server(settings.var),
            note=screen.note,
        )


async def _paint(wish: Wish, painter: Painter, screen: Screen) -> tuple[Promised, Progress, bool]:
    """Return the job, its end, and whether Ctrl-C was pressed: that cancels the job, and waits for its end."""
    queued: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def cancel_when_interrupted(interrupted: asyncio.Event) -> None:
        await interrupted.wait()
        screen.note("Cancelling … (Ctrl-C once more leaves at once)")
        await painter.cancel(await queued)

    async with _interruption() as interrupted, asyncio.TaskGroup() as group:
        cancelling = group.create_task(cancel_when_interrupted(interrupted))
        promised = await painter.submit(wish)
        queued.set_result(promised.job)
        end = await painter.follow(promised.job, screen.show)
        cancelling.cancel()
    return promised, end, interrupted.is_set()


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


async def _save(number: int, image: Painted, painter: Painter, options: Options) -> Path:
    path = output.target(options.output, number, image)
    output.save(path, await painter.fetch(image), force=options.force)
    return path


def _count(options: Options, settings: Settings) -> int:
    """Return about how many images will come, so that their names can be checked before they are painted."""
    if options.count is not None:
        return options.count
    with contextlib.suppress(Refused):  # Whoever paints says so, and may know flags that we do not.
        return flags.parse(options.prompt).count or settings.defaults.count
    return 1


def _say_success(promised: Promised, end: Progress, files: list[Path], options: Options) -> None:
    if options.as_json:
        images = [{**_image(image), "path": str(path)} for image, path in zip(end.images, files, strict=True)]
        _print_json(end, images)
        return
    for path in files:
        print(path)  # noqa: T201 - the answer, on standard output
    if options.quiet:
        return
    if len(files) < promised.count:
        facts: dict[str, Fact] = {
            "count": len(files),
            "asked": promised.count,
            "generator": end.generator,
            "seed": end.seed,
        }
        tell(say(LOCALE, Phrase.PARTIAL, facts), *filter(None, [end.reason]))
    elif sys.stderr.isatty():
        tell(status(end))
    if end.generator != promised.generator:
        facts_of_both = {"generator": end.generator, "wanted": promised.generator}
        tell(say(LOCALE, Phrase.OTHER_GENERATOR, facts_of_both))


def _say_failure(end: Progress, options: Options) -> None:
    if options.as_json:
        _print_json(end, [])
        return
    reason = end.reason or say(LOCALE, Phrase.FAILED, {})
    tell(f"{reason} Tried: {', '.join(end.tried)}." if end.tried else reason)


def _print_json(end: Progress, images: list[dict[str, object]]) -> None:
    said = {
        "id": end.job,
        "status": end.state.value,
        "seed": end.seed,
        "generator": end.generator,
        "images": images,
        "reason": end.reason or None,
        "tried": list(end.tried),
    }
    print(json.dumps(said, ensure_ascii=False, indent=2))  # noqa: T201 - the answer, on standard output


def _image(image: Painted) -> dict[str, object]:
    return {
        "id": image.id,
        "seed": image.seed,
        "width": image.width_px,
        "height": image.height_px,
        "media_type": image.media_type,
    }
