"""A hundred wishes from ten servers, and a program that is killed at every moment that matters while it serves them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.crash import judge
from tests.crash.discord_crowd import Crowd
from tests.crash.discord_judge import Verdict, in_flight, verdict
from tests.crash.discord_moments import MOMENTS, Trap, be_moody
from tests.crash.discord_program import Program
from tests.crash.processes import ROOT
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.crash.discord_moments import Moment

_REACH_S = 20.0  # How long a life may take to come to its moment.
_REST_S = 60.0
_ANSWERS_S = 1.0  # An answer that was lost, or that Discord refused, never comes.


@dataclass(frozen=True, slots=True)
class Ordeal:
    """What is to be gone through. `moments`: killed at each; then so many `random` kills.

    `jobs`: how many wishes must be acknowledged at least. `at_first`: how many things people do before the first kill,
    `each`: in each life after it. `package`: the folder that holds the `pinxit` to be tested.
    """

    seed: int = 0
    moments: tuple[Moment, ...] = MOMENTS
    random: int = 1
    jobs: int = 100
    at_first: int = 90
    each: int = 4
    package: Path = ROOT


@dataclass(frozen=True, slots=True)
class Report:
    """`kills`: how many at each moment. `most_in_flight`: jobs whose end was not shown yet, at the worst kill."""

    kills: Mapping[str, int]
    most_in_flight: int
    acknowledged: int
    verdict: Verdict
    wrongs: tuple[str, ...]

    @property
    def crimes(self) -> tuple[str, ...]:
        """Return every crime as a sentence; none is right."""
        return (*self.verdict.crimes, *self.wrongs)


async def ordeal(folder: Path, plan: Ordeal) -> Report:
    """Go through it in an empty folder."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(DiscordServer())
        program = await stack.enter_async_context(Program(server, folder, package=plan.package))
        world = _World(server, program, plan)
        await world.live_and_die()
        await world.last_life()
        return world.report()


class _World:
    def __init__(self, server: DiscordServer, program: Program, plan: Ordeal) -> None:
        self._server = server
        self._program = program
        self._plan = plan
        self._random = Random(plan.seed)  # noqa: S311 - it has to repeat by seed
        self._crowd = Crowd(server, self._random)
        self._kills: Counter[str] = Counter()
        self._wrongs: list[str] = []
        self._most_in_flight = 0

    async def live_and_die(self) -> None:
        """Live once for each moment, and then a while each for the random ones."""
        wishes = self._plan.at_first
        for moment in self._plan.moments:
            trap = Trap(moment)
            await self._begin(trap if moment.at_start else None)
            await self._wish(wishes)
            wishes = self._plan.each
            if not moment.at_start:
                self._expect(trap)
            await self._crowd.wish(2, moment.needs, moment.needs)
            try:
                async with asyncio.timeout(_REACH_S):
                    await trap.sprung.wait()
            except TimeoutError:
                self._wrongs.append(f"the moment did not come: {moment.name}")
            await self._kill(moment.name)
            trap.let_go.set()
        for _ in range(self._plan.random):
            await self._begin()
            await self._crowd.wish(wishes)
            if self._random.random() < 0.5:
                self._server.gateway.drop(resumable=True)
            await asyncio.sleep(self._random.uniform(0.0, 0.6))
            await self._kill("at random")

    async def last_life(self) -> None:
        """Live on until everything is shown, and end in order."""
        await self._begin()
        await self._wish(self._plan.each)
        self._server.gateway.drop(resumable=False)
        await self._server.gateway.connected()
        try:
            async with asyncio.timeout(_REST_S):
                while self._acknowledged() < self._plan.jobs:
                    await self._wish(self._plan.each)
                self._server.faults.clear()
                while self._left():  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.1)
        except TimeoutError:
            self._wrongs.append(f"lost: after {_REST_S:g} s {self._acknowledged()} are acknowledged; {self._left()}")
        if (status := await self._program.stop()) != 0:
            self._wrongs.append(f"the program was asked to stop and ended with {status}")

    def report(self) -> Report:
        """Judge. Call it at rest."""
        acknowledged = list(self._crowd.acknowledged())
        found = verdict(self._server, self._program.database, self._program.var, acknowledged)
        return Report(dict(self._kills), self._most_in_flight, len(acknowledged), found, tuple(self._wrongs))

    async def _begin(self, trap: Trap | None = None) -> None:
        self._expect(trap)
        await self._program.start()

    def _expect(self, trap: Trap | None) -> None:
        faults = self._server.faults
        faults.clear()  # The first one that is set is the first that is taken.
        if trap is not None:
            trap.set_in(faults, self._server.state)
        be_moody(faults, self._random)

    async def _wish(self, times: int) -> None:
        """Let people do so many things, and wait for the answers; some never come."""
        await self._crowd.wish(times)
        with contextlib.suppress(TimeoutError):
            await self._server.state.wait_for(self._crowd.is_answered, _ANSWERS_S)

    async def _kill(self, name: str) -> None:
        self._most_in_flight = max(self._most_in_flight, in_flight(self._program.database))
        await self._program.kill()
        self._kills[name] += 1

    def _acknowledged(self) -> int:
        return len(list(self._crowd.acknowledged()))

    def _left(self) -> str:
        return judge.unfinished(self._program.database, [job for job, _ in self._crowd.acknowledged()])
