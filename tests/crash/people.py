"""People who send commands and, like a chat platform, hand a command over again until it is acknowledged."""

from __future__ import annotations

import asyncio
import itertools
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.crash.host import IMAGINE
from tests.platforms.chat_audit import Expected

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

_PATIENCE_S = 2.0  # How long one handing over may take before it is repeated.
_SCENES = ("a red fox in snow", "a blue wolf by the sea", "a green ball at sunset", "a cat in a forest", "night hills")
_MEMBERS = (("guild-1", "ann"), ("guild-1", "ben"), ("guild-2", "cem"), ("guild-2", "dot"), ("guild-3", "eve"))


class People:
    """Five persons of three guilds. `pools`: generators they name. `source_url`: a picture that some paint over.

    `acknowledged`: what each acknowledged job must come to. `crimes`: what the door did wrong.
    """

    def __init__(self, url: str, chat_url: str, *, pools: Sequence[str], source_url: str, random: Random) -> None:
        self._url = url
        self._chat_url = chat_url
        self._pools = pools
        self._source_url = source_url
        self._random = random
        self._numbers = itertools.count(1)
        self._stopping = asyncio.Event()
        self.acknowledged: dict[str, Expected] = {}
        self.crimes: list[str] = []

    def stop(self) -> None:
        """Begin no further command; `run` returns when the last one is acknowledged."""
        self._stopping.set()

    async def run(self) -> None:
        """Send commands until `stop`."""
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE_S)) as session,
            asyncio.TaskGroup() as persons,
        ):
            for guild, person in _MEMBERS:
                persons.create_task(self._person(session, guild, person))

    async def _person(self, session: aiohttp.ClientSession, guild: str, person: str) -> None:
        while not self._stopping.is_set():
            waiting = await self.command(session, guild, person)
            # Whoever sees a long line asks less.
            pause_s = self._random.uniform(0.05, 0.4) + 0.1 * waiting
            try:
                async with asyncio.timeout(pause_s):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def command(self, session: aiohttp.ClientSession, guild: str, person: str, **changes: object) -> int:
        """Send one command until it is acknowledged; return how many jobs are about."""
        said = {**self._draw(guild, person), **changes}
        async with session.post(f"{self._chat_url}/tokens") as token:
            said["token"] = (await token.json())["token"]
        answer = await self._hand_over(session, said)
        job, seed, count = answer["id"], answer["seed"], answer["count"]
        if said["seed"] not in (None, seed) or said["count"] != count:
            self.crimes.append(f"{job}: asked {said['seed']}×{said['count']}, acknowledged {seed}×{count}")
        if job in self.acknowledged:
            self.crimes.append(f"{job}: acknowledged for two different commands")
        self.acknowledged[job] = Expected(seed, count, channel=said["channel"])
        if self._random.random() < 0.1:  # The platform did not hear us and hands it over once more.
            again = await self._hand_over(session, said)
            if (again["id"], again["seed"]) != (job, seed):
                self.crimes.append(f"{job}: the same command again became {again['id']} with seed {again['seed']}")
        waiting: int = answer["waiting"]
        return waiting

    async def _hand_over(self, session: aiohttp.ClientSession, said: dict[str, Any]) -> dict[str, Any]:
        while True:
            try:
                async with session.post(self._url + IMAGINE, json=said) as response:
                    if response.status == HTTPStatus.ACCEPTED:
                        answer: dict[str, Any] = await response.json()
                        return answer
                    if response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                        raise AssertionError(f"{said['key']}: {response.status} {await response.text()}")
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.05)

    def _draw(self, guild: str, person: str) -> dict[str, Any]:
        random = self._random
        return {
            "key": f"k{next(self._numbers)}",
            "guild": guild,
            "person": person,
            "channel": f"{guild}-channel",
            "prompt": random.choice(_SCENES),
            "generator": random.choice(self._pools),
            "seed": random.choice([None, random.randrange(2**32)]),
            "count": random.choice([1, 1, 1, 2, 3]),
            "image_url": self._source_url if random.random() < 0.25 else None,
        }
