"""Short ordeals on Discord, each for one mistake that a program could make: a mutant must fail where ours passes."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any

from pinxit.data.sqlite import connect
from tests.crash import judge
from tests.crash.discord_cards import is_final, jobs_in
from tests.crash.discord_crowd import SECRET
from tests.crash.discord_judge import verdict
from tests.crash.discord_program import Program
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.routes import Route
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from tests.platforms.discord.log import Call
    from tests.platforms.discord.people_use import Used

_PATIENCE_S = 40.0
_HASTE_S = 1.5  # Within which a final that waits for nothing has been sent.


async def dies_with_a_message_made(folder: Path, package: Path) -> Sequence[str]:
    """Go through this: a further job's message is created in the channel, and nobody hears of it."""
    async with _staged(folder, package) as stage:
        await stage.die_at("POST", Route.MESSAGES, Kind.SLOW, "a {red, blue} fox")
        return await stage.crimes()


async def dies_before_the_final_arrives(folder: Path, package: Path) -> Sequence[str]:
    """Go through this: the last edit is sent and comes nowhere."""
    async with _staged(folder, package) as stage:
        await stage.die_at("PATCH", Route.FOLLOW_UP_MESSAGE, Kind.RESET, "a fox", when=lambda call: bool(call.files))
        return await stage.crimes()


async def dies_before_a_private_answer(folder: Path, package: Path) -> Sequence[str]:
    """Go through this: a private wish is taken, and its answer comes nowhere."""
    async with _staged(folder, package) as stage:
        await stage.die_at("POST", Route.CALLBACK, Kind.RESET, f"a {SECRET}", private=True)
        return await stage.crimes()


async def progress_is_carried_out_late(folder: Path, package: Path) -> Sequence[str]:
    """Go through this: Discord takes its time with an edit that shows progress, and the job ends meanwhile."""
    # One painter: the second job waits, and is painted when it is time to show the first progress.
    async with _staged(folder, package, painters=1, pace_s=2.0) as stage:
        # discord.py makes one call at a time until it has learnt the limits of a route; then it would not wait.
        await stage.imagine("a {red, blue} fox")
        await stage.until(lambda: stage.finals() == 2)
        let_go, faults = asyncio.Event(), stage.server.faults
        faults.add("PATCH", Route.MESSAGE, Fault(Kind.LATE, hold=let_go), when=lambda call: not call.files)
        await stage.imagine("a {red, blue} bird")
        await stage.until(lambda: faults.struck[Kind.LATE] == 1)
        await _painted(stage.program)
        await stage.until(lambda: stage.finals() >= 3)
        with contextlib.suppress(TimeoutError):
            await stage.server.state.wait_for(lambda: stage.finals() == 4, _HASTE_S)
        let_go.set()
        return await stage.crimes()


class _Stage:
    """A server with a channel and a person in it, and the program that is tried there."""

    def __init__(self, server: DiscordServer, program: Program) -> None:
        self.server = server
        self.program = program
        guild = server.state.guild()
        self._channel = server.state.channel(guild)
        self._ada = server.person("ada", guild=guild)
        self._used: list[Used] = []

    async def imagine(self, prompt: str, *, private: bool = False) -> None:
        """Ask for a picture."""
        self._used.append(await self._ada.slash(self._channel, "imagine", prompt=prompt, size="64x64", private=private))

    def finals(self) -> int:
        """Return how many messages show pictures."""
        state = self.server.state
        found = [one.json for one in state.messages_in(self._channel.id)]
        return sum(bool(json["attachments"]) and is_final(json) for json in found)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for it. Raises TimeoutError."""
        await self.server.state.wait_for(condition, _PATIENCE_S)

    async def die_at(
        self,
        method: str,
        route: Route,
        kind: Kind,
        prompt: str,
        *,
        private: bool = False,
        when: Callable[[Call], bool] = bool,
    ) -> None:
        """Ask for a picture, die with such a call on its way, and live on."""
        let_go, faults = asyncio.Event(), self.server.faults
        faults.add(method, route, Fault(kind, hold=let_go), when=when)
        await self.imagine(prompt, private=private)
        await self.until(lambda: faults.struck[kind] > 0)
        await self.program.kill()
        let_go.set()
        await self.program.start()

    async def crimes(self) -> Sequence[str]:
        """Wait until everything is at rest, end, and judge."""
        told, found = list(self._told()), []
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while judge.unfinished(self.program.database, [job for job, _ in told]):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
        except TimeoutError:
            found.append("lost: it does not come to rest")
        await self.program.stop()
        return [*found, *verdict(self.server, self.program.database, self.program.var, told).crimes]

    def _told(self) -> Sequence[tuple[str, str]]:
        known = self.server.state.messages
        answers = [known[one.interaction.original_id] for one in self._used if one.interaction.original_id]
        return [(job, answer.id) for answer in answers for job in jobs_in(answer.history[0])]


@asynccontextmanager
async def _staged(folder: Path, package: Path, **pace: Any) -> AsyncIterator[_Stage]:  # noqa: ANN401 - as Program's
    async with DiscordServer() as server, Program(server, folder, package=package, **pace) as program:
        stage = _Stage(server, program)
        await program.start()
        yield stage


async def _painted(program: Program) -> None:
    """Wait until every job has ended."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            with closing(connect(program.database, read_only=True)) as connection:
                (going_on,) = connection.execute("SELECT COUNT(*) FROM job WHERE state <> 'succeeded'").fetchone()
            if not going_on:
                return
            await asyncio.sleep(0.02)
