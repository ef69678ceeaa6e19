"""Short ordeals in which one kind of mistake cannot but show: the hand that kills knows where to strike."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

import aiohttp

from pinxit.data.sqlite import connect
from tests.crash import gallery
from tests.crash.processes import ROOT
from tests.crash.world import SETTINGS, Ordeal, Report, World
from tests.platforms.chat_log import read_effects
from tests.platforms.chat_talk import counts_of, set_mood, tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

_PATIENCE_S = 60.0  # How long a machine with other work may take to come to a step.
_REST_S = 5.0  # A mutant has to be left to itself for so long, because what it lost never comes.


async def dies_once_the_end_is_committed(folder: Path, package: Path) -> Report:
    """Kill the program after `finish` and before the final left."""
    async with _trial(folder, package) as world:
        host = await world.start_host("finish.after_commit:1")
        await _command(world, "slow")
        await world.die_at("finish.after_commit", host, "host point")
        await world.start_host()
        await _rest(world, package)
        return await world.report()


async def dies_before_the_final_leaves(folder: Path, package: Path) -> Report:
    """Kill the program with the final in its hand."""
    async with _trial(folder, package) as world:
        host = await world.start_host("delivery.before_final:1")
        await _command(world, "slow")
        await world.die_at("delivery.before_final", host, "host point")
        await world.start_host()
        await _rest(world, package)
        return await world.report()


async def zombie_wakes_after_its_deadline(folder: Path, package: Path) -> Report:
    """Stop a worker until another one has its job, then let it go on."""
    queue = {**SETTINGS["queue"], "lease_s": 1.0, "deadline_s": 2.5}
    generators = {"far": {"kind": "sketch", "workers": 0, "pace_s": 1.0}}
    async with _trial(folder, package, queue=queue, generators=generators) as world:
        await world.start_host()
        zombie = await world.start_worker("generate.during:1:stop")
        await _command(world, "far")
        await _within(zombie.stopped.wait())
        await world.start_worker()
        await _until(world, "SELECT 1 FROM job WHERE state = 'running' AND attempt = 2")
        zombie.send(signal.SIGCONT)
        world.kills["zombie"] += 1
        await _rest(world, package)
        return await world.report()


async def progress_lands_after_the_final(folder: Path, package: Path) -> Report:
    """Let the chat hold a progress edit until the final has been applied."""
    async with _trial(folder, package, late_s=3.0) as world:
        await _hold_first_progress(world, "slow")
        await set_mood(world.chat)
        await _rest(world, package, 3.0)
        return await world.report()


async def progress_of_a_dead_program_lands_after_the_final(folder: Path, package: Path) -> Report:
    """Kill the program while the chat holds its progress edit; the next one edits, too, before it shows the final."""
    async with _trial(folder, package, late_s=5.0) as world:
        await _hold_first_progress(world, "slow")
        # The next program's own progress has no effect, so the held edit stays held.
        await set_mood(world.chat, refuse=1.0)
        await world.kill(world.host, "host")
        await world.start_host()
        await _heard(world, lambda counts: counts["refuse"] > 0)
        await set_mood(world.chat)
        await _rest(world, package, 5.0)
        return await world.report()


async def message_vanishes_before_its_id_is_known(folder: Path, package: Path) -> Report:
    """Kill the program when the chat has made the message, delete that, and refuse everything until the job ends."""
    async with _trial(folder, package) as world:
        host = await world.start_host("delivery.after_place:1")
        # It may die with the command's answer on its way; whoever asked then asks the next life.
        asking = asyncio.create_task(_command(world, "slow"))
        await world.die_at("delivery.after_place", host, "host point")
        await tell(world.chat, "/admin/forget", message_id=read_effects(world.chat.log)[-1].message)
        await set_mood(world.chat, refuse=1.0)
        await world.start_host()
        await asking
        await _until(world, "SELECT 1 FROM job WHERE state = 'succeeded'")
        await set_mood(world.chat)
        await _rest(world, package, 2.0)
        return await world.report()


async def dies_between_the_files_of_a_deletion(folder: Path, package: Path) -> Report:
    """Kill the program when the first of an image's files is gone and nobody asks again; then delete another image."""
    async with _trial(folder, package) as world:
        host = await world.start_host("file.after_delete:1")
        await _command(world, "slow", count=2)
        await _until(world, "SELECT 1 FROM delivery WHERE state = 'done'")
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5.0)) as session:
            (job,) = await world.people.pictures(session, "ann")
            first, second = (image["id"] for image in job["images"])
            await world.people.act(session, "delete_image", job, first, once=True)
            await world.die_at("file.after_delete", host, "host point")
            await world.start_host(after_hours=True)
            await world.people.act(session, "delete_image", job, second)
        await _rest(world, package)
        world.wrongs += gallery.strays(world.database, world.files)
        return await world.report()


async def _hold_first_progress(world: World, pool: str) -> None:
    host = await world.start_host("delivery.before_progress:1:stop")
    await _command(world, pool)
    await _within(host.stopped.wait())
    await set_mood(world.chat, reorder=1.0)
    host.send(signal.SIGCONT)
    await _heard(world, lambda counts: counts["held"] > 0)


@asynccontextmanager
async def _trial(
    folder: Path, package: Path, *, late_s: float = 0.9, **settings: Mapping[str, Any]
) -> AsyncIterator[World]:
    ordeal = Ordeal(points=(), worker_points=(), mood={}, late_s=late_s, progress_s=60.0, package=package)
    generators = {"slow": {"kind": "sketch", "workers": 1, "pace_s": 0.8}}
    all_settings = {**SETTINGS, "generators": generators, "delivery": {"settle_s": late_s + 0.2}, **settings}
    async with World(folder, ordeal, all_settings) as world:
        yield world


async def _rest(world: World, package: Path, more_s: float = 0.0) -> None:
    """Wait until all is done: the program as long as a machine with other work may take, a mutant not in vain."""
    await world.rest(_PATIENCE_S if package == ROOT else _REST_S + more_s)


async def _command(world: World, pool: str, count: int = 1) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5.0)) as session:
        await world.people.command(session, "guild-1", "ann", generator=pool, count=count, image_url=None)


async def _until(world: World, question: str) -> None:
    """Ask the database until it has a row."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            with closing(connect(world.database, read_only=True)) as connection:
                if connection.execute(question).fetchone():
                    return
            await asyncio.sleep(0.02)


async def _heard(world: World, condition: Callable[[Mapping[str, int]], bool]) -> None:
    """Ask the chat for its counts until they fulfil the condition."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            if condition(await counts_of(world.chat)):
                return
            await asyncio.sleep(0.01)


async def _within(waiting: Any) -> None:  # noqa: ANN401 - whatever can be awaited
    async with asyncio.timeout(_PATIENCE_S):
        await waiting
