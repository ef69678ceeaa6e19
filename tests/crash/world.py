"""Everything around the server under test: the chat, the outside, people, and the hand that kills."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from tests.crash import gallery, judge
from tests.crash.host import Life
from tests.crash.people import People
from tests.crash.points import POINTS, WORKER_POINTS
from tests.crash.processes import ROOT, Child, Nursery
from tests.crash.remote_worker import Shift
from tests.platforms.chat_audit import Verdict, audit
from tests.platforms.chat_process import running_chat
from tests.providers.slow_server import SlowServer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

LATE_S = 0.9  # Longer than the platform's client waits for an answer, on purpose.
LEASE_S = 2.0
HOSTILE: Mapping[str, float] = {
    "delay": 0.08,
    "reorder": 0.06,
    "lose_answer": 0.06,
    "slow_answer": 0.04,
    "refuse": 0.04,
    "limit": 0.04,
    "forget": 0.02,
    "expire": 0.05,
}
GENERATORS: Mapping[str, Mapping[str, Any]] = {
    "quick": {"kind": "sketch", "workers": 2, "pace_s": 0.05},
    "slow": {"kind": "sketch", "workers": 3, "pace_s": 0.4},
    "far": {"kind": "sketch", "workers": 0, "pace_s": 0.2},
}
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    # No job may fail for our killing: what becomes of one that dies too often is tested elsewhere.
    "queue": {
        "lease_s": LEASE_S,
        "beat_s": 0.25,
        "deadline_s": 60.0,
        "tries": 100,
        "program_deaths": 1000,
        "stop_s": 0.5,
    },
    "delivery": {"settle_s": LATE_S + 0.2},
    "generators": GENERATORS,
}
_REACH_S = 20.0  # How long a life may take to come to its point.
_STOP_S = 8.0


@dataclass(frozen=True, slots=True)
class Ordeal:
    """What is to be gone through. `points`, `worker_points`: killed at each; then `random_s` seconds of killing.

    `mood`: the chat's; `late_s`: its promise that nothing takes effect later. `progress_s`: between progress edits.
    `drain_s`: how long everything may take to come to rest after the last kill. `package`: the folder that holds the
    `pinxit` to be tested.
    """

    seed: int = 0
    points: tuple[str, ...] = POINTS
    worker_points: tuple[str, ...] = WORKER_POINTS
    random_s: float = 10.0
    drain_s: float = 30.0
    mood: Mapping[str, float] = field(default_factory=lambda: HOSTILE)
    late_s: float = LATE_S
    progress_s: float = 0.15
    package: Path = ROOT


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it. `kills`: how many of each kind. `points`: named points that somebody was killed at.

    `wrongs`: a sentence for each invariant that does not hold. `verdict`: the audit of the chat's log.
    """

    kills: Mapping[str, int]
    points: frozenset[str]
    jobs: int
    verdict: Verdict
    wrongs: tuple[str, ...]

    @property
    def crimes(self) -> tuple[str, ...]:
        """Return every crime as a sentence; none is right."""
        verdict = self.verdict
        kinds = ("lost", "doubled", "wrong", "finals_then_progress")
        found = [f"{kind}: {crime.job} {crime.why}" for kind in kinds for crime in getattr(verdict, kind)]
        if verdict.nonces and verdict.orphans + verdict.copies:
            found.append(f"{verdict.orphans} orphans and {verdict.copies} copies in a chat that keeps nonces")
        return (*found, *self.wrongs)


class World:
    """One folder, one chat and one server that lives many lives. For `async with`.

    `host` and `worker` are the present lives. What is wrong with how a process ended is added to `wrongs`.
    """

    host: Child
    worker: Child | None = None

    def __init__(self, folder: Path, ordeal: Ordeal, settings: Mapping[str, Any] = SETTINGS) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.random = Random(ordeal.seed)  # noqa: S311 - it has to repeat by seed
        self.kills: Counter[str] = Counter()
        self.wrongs: list[str] = []
        self.notes = folder / "killed_at"
        self._ordeal = ordeal
        self._settings = settings
        self._token = secrets.token_urlsafe(16)
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=256))
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            mood = [word for name, odds in self._ordeal.mood.items() for word in (f"--{name}".replace("_", "-"), odds)]
            options = ["--late-s", self._ordeal.late_s, "--slow-s", 1.3, "--seed", self._ordeal.seed, *mood]
            seconds = self._ordeal.random_s + self._ordeal.drain_s + 10 * _REACH_S
            chat = running_chat(self.folder / "chat.log", *map(str, options), "--seconds", str(seconds))
            self.chat = await asyncio.to_thread(stack.enter_context, chat)
            outside = await stack.enter_async_context(SlowServer(delay_s=0.05))
            self.nursery = await stack.enter_async_context(
                Nursery(self.folder, package=self._ordeal.package, descriptors=[listener.fileno()])
            )
            self.people = People(
                self.url,
                self.chat.url,
                pools=tuple(self._settings["generators"]),
                source_url=f"{outside.url}/image.png",
                random=self.random,
            )
            self._life = Life(
                settings={
                    "var": str(self.folder / "var"),
                    "sources": {"allow_hosts": [outside.host], "timeout_s": 3.0},
                    **self._settings,
                },
                listener=listener.fileno(),
                chat_url=self.chat.url,
                notes=str(self.notes),
                token=self._token,
                budget={"progress_s": self._ordeal.progress_s, "at_once": 8},
            )
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def database(self) -> Path:
        """Return the file under test."""
        return self.folder / "var" / "pinxit.db"

    @property
    def files(self) -> Path:
        """Return the folder of the pictures under test."""
        return self.folder / "var"

    async def start_host(self, crash_at: str = "", *, after_hours: bool = False) -> Child:
        """Start a life of the server. `after_hours`: everything on the disk is then old enough to be swept."""
        if after_hours:
            gallery.age(self.files)
        self.host = await self.nursery.bear(replace(self._life, crash_at=crash_at))
        return self.host

    async def start_worker(self, crash_at: str = "") -> Child:
        """Start a life of the worker elsewhere."""
        options = {"pace_s": self._settings["generators"]["far"]["pace_s"]}
        shift = Shift(self.url, self._token, "far", "sketch", str(self.notes), crash_at, options=options)
        self.worker = await self.nursery.bear(shift)
        return self.worker

    async def kill(self, child: Child, kind: str) -> None:
        """Kill it now."""
        child.send(signal.SIGKILL)
        if await child.end(_STOP_S) == -signal.SIGKILL:
            self.kills[kind] += 1

    async def stop(self, child: Child, name: str) -> None:
        """Ask it to end, which it must do soon and without an error."""
        child.send(signal.SIGTERM)
        status = await child.end(_STOP_S)
        if status not in (0, -signal.SIGTERM):  # Before it is up, the signal simply kills it.
            self.wrongs.append(f"the {name} was asked to stop and ended with {status}; see {name}.log")
            await self.kill(child, "stubborn")

    async def die_at(self, point: str, child: Child, kind: str) -> None:
        """Wait until it has been killed at its point."""
        status = await child.end(_REACH_S)
        if status == -signal.SIGKILL:
            self.kills[kind] += 1
        else:
            self.wrongs.append(f"{kind}: {point} was not reached; the process ended with {status}")
            await self.kill(child, "late")

    async def rest(self, within_s: float) -> None:
        """Wait until everything acknowledged is ended and delivered, and nothing can act late any more."""
        left = ""
        try:
            async with asyncio.timeout(within_s):
                while True:
                    left = judge.unfinished(self.database, self.people.acknowledged)
                    if not left:
                        break
                    await asyncio.sleep(0.1)
        except TimeoutError:
            self.wrongs.append(f"after {within_s:g} s: {left}")
        if self.worker is not None:
            await self.stop(self.worker, "worker")
        await self.stop(self.host, "host")
        await asyncio.sleep(self._ordeal.late_s + 0.1)

    async def sweep(self) -> None:
        """Live once more, hours later, for the sweep at the start; after it no file may be without a row."""
        await self.start_host(after_hours=True)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_STOP_S)) as session:
            await self.people.pictures(session, "nobody")
        await self.stop(self.host, "host")
        self.wrongs += gallery.strays(self.database, self.files)

    async def report(self) -> Report:
        """Judge. Call it at rest."""
        found = [*self.wrongs, *self.people.crimes]
        found += judge.wrongs(self.database, self.files, self.people.acknowledged, self.people.wishes)
        found += await judge.repainted(self.database, self.files)
        tries, deaths = judge.harm(self.database)
        harmed = self.kills["worker"] + self.kills["worker point"] + self.kills["zombie"]
        killed = self.kills["host"] + self.kills["host point"]
        # A host that dies with a claim's answer in its mouth leaves a lease that runs out: the job counts one try.
        if tries > harmed + killed:
            found.append(f"a job has {tries} tries, more than workers were harmed")
        if deaths > killed:
            found.append(f"a job was there at {deaths} deaths of a program that died {killed} times")
        points = self.notes.read_text(encoding="utf-8").split() if self.notes.exists() else []
        verdict = audit(self.chat.log, self.people.acknowledged)
        return Report(dict(self.kills), frozenset(points), len(self.people.acknowledged), verdict, tuple(found))
