"""Discord: how soon a burst of commands is acknowledged and its pictures are posted, and what a thousand servers need.

The loopback Discord and its people live in this process, the bots in others.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.discord_bare import API, TOKEN
from benchmarks.sample import Sample
from benchmarks.server import MB, ROOT, family, resident_bytes, served
from benchmarks.table import Line
from pinxit.data.sqlite import connect
from tests.platforms.discord.rest_interactions import ACKNOWLEDGE_S
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from benchmarks.scale import Scale
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_use import Used

GOAL_ACKNOWLEDGED_MS = 1000
GOAL_RATIO = 2.0
GOAL_MEMORY_MB = 170
BURSTS = (10, 100, 200)
SERVERS = 20
SIZE = "512x512"
PATIENCE_S = 120.0
SETTLE_S = 3.0


@dataclass(frozen=True, slots=True)
class Hall:
    """A Discord with a person in a channel of each of its servers."""

    server: DiscordServer
    seats: Sequence[tuple[Person, Channel]]

    async def burst(self, count: int) -> Sequence[Used]:
        """Let so many people use /imagine at once, and wait until all are answered, or can be answered no more."""
        used = []
        for number in range(count):
            who, where = self.seats[number % len(self.seats)]
            used.append(await who.slash(where, "imagine", prompt=f"a lighthouse, number {number}", size=SIZE))
        with contextlib.suppress(TimeoutError):
            await self.server.state.wait_for(
                lambda: all(one.interaction.answered_s is not None for one in used), 2 * ACKNOWLEDGE_S
            )
        return used


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Burst at a bare bot and at ours in turns, follow the pictures, then connect to a thousand servers."""
    var = folder / "var"
    async with _hall(SERVERS) as bare, _hall(SERVERS) as ours, _bare(bare.server), _ours(ours.server, var):
        for count in BURSTS:
            theirs, mine = Sample(), Sample()
            for _ in range(scale.bursts):
                _add(theirs, await bare.burst(count))
                used = await ours.burst(count)
                _add(mine, used)
                await _posted(used)
            yield _acknowledged(count, mine, theirs)
        yield _finished(ours.server, var / "pinxit.db")
    none_mb = await _memory_mb(0, folder / "none")
    many_mb = await _memory_mb(scale.servers, folder / "many")
    yield Line(
        f"discord: memory with {scale.servers:,} servers",
        f"{many_mb:.0f} MB, {none_mb:.0f} MB with none",
        f"≤ {GOAL_MEMORY_MB} MB",
        many_mb <= GOAL_MEMORY_MB,
    )


@asynccontextmanager
async def _hall(servers: int, channels: int = 1, roles: int = 0) -> AsyncIterator[Hall]:
    """Open a Discord that looks at no document: only time is measured."""
    async with DiscordServer(judges=False) as server:
        seats = []
        for number in range(servers):
            guild = server.state.guild(f"server {number}")
            for role in range(roles):
                server.state.role(guild, f"role {role}")
            rooms = [server.state.channel(guild, f"room {room}") for room in range(channels)]
            seats.append((server.person(f"ada{number}", guild=guild), rooms[0]))
        yield Hall(server, seats)


@asynccontextmanager
async def _ours(server: DiscordServer, var: Path) -> AsyncIterator[int]:
    """Run Pinxit on it; gives the process's id."""
    at = {"API_URL": server.api_url, "CDN_URL": server.cdn_url, "TOKEN": server.token}
    async with served(var, {f"PINXIT_DISCORD__{name}": value for name, value in at.items()}) as running:
        await server.gateway.connected(timeout_s=PATIENCE_S)
        yield running.pid


@asynccontextmanager
async def _bare(server: DiscordServer) -> AsyncIterator[None]:
    """Run the bot that only defers."""
    environment = {**os.environ, API: server.api_url, TOKEN: server.token}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.discord_bare", cwd=ROOT, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await server.gateway.connected(timeout_s=PATIENCE_S)
        yield
    finally:
        process.terminate()
        await process.wait()


def _add(sample: Sample, used: Sequence[Used]) -> None:
    """Note how long each answer took; one that came too late for Discord counts as long as Discord waits."""
    for one in used:
        sample.add(one.interaction.took_s or ACKNOWLEDGE_S)


async def _posted(used: Sequence[Used]) -> None:
    """Wait until each message has its picture."""
    for one in used:
        if one.interaction.answered_s is None:  # It is shown in a message of its own.
            continue
        await one.wait(lambda seen: seen.attachments, timeout_s=PATIENCE_S)


def _acknowledged(count: int, ours: Sample, bare: Sample) -> Line:
    ratio = ours.p99_ms / bare.p99_ms
    return Line(
        f"discord: {count} commands at once, acknowledged",
        f"{ours}; bare {bare}; {ratio:.2f} ×",
        f"p99 ≤ {GOAL_ACKNOWLEDGED_MS / 1000:g} s, ≤ {GOAL_RATIO:g} × bare",
        ours.p99_ms <= GOAL_ACKNOWLEDGED_MS and ratio <= GOAL_RATIO,
    )


def _finished(server: DiscordServer, database: Path) -> Line:
    """Compare when each job ended with when its picture came to Discord; both clocks are this machine's."""
    with closing(connect(database, read_only=True)) as connection:
        ended_ms = dict(connection.execute("SELECT id, ended_ms FROM job WHERE state = 'succeeded'").fetchall())
    sample, seen = Sample(), set[str]()
    for call in server.log.changes:
        for job in call.jobs & ended_ms.keys() - seen if call.files else ():
            seen.add(job)
            sample.add(call.at_s - ended_ms[job] / 1000)
    return Line(f"discord: finished → posted, {len(seen)} pictures", str(sample))


async def _memory_mb(servers: int, folder: Path) -> float:
    """Return what Pinxit has in memory, connected to so many servers of 20 channels and 20 roles, and left alone."""
    await asyncio.to_thread(folder.mkdir)
    async with _hall(servers, channels=20, roles=20) as hall, _ours(hall.server, folder / "var") as pid:
        if hall.seats:
            who, where = hall.seats[-1]  # Events come in order: who answers here knows of all the others.
            await (await who.slash(where, "help")).acknowledged(PATIENCE_S)
        await asyncio.sleep(SETTLE_S)
        return sum(map(resident_bytes, family(pid))) / MB
