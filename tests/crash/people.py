"""People who send commands and, like a chat platform, hand a command over again until it is acknowledged."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp

from pinxit.domain.seeds import SEED_LIMIT
from tests.crash.door import ACT, FAVOURITES, IMAGINE
from tests.crash.wishes import Wishes
from tests.platforms.chat_audit import Expected

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from random import Random

_PATIENCE_S = 2.0  # How long one handing over may take before it is repeated.
_SCENES = ("a red fox in snow", "a blue wolf by the sea", "a green ball at sunset", "a cat in a forest", "night hills")
_MEMBERS = (("guild-1", "ann"), ("guild-1", "ben"), ("guild-2", "cem"), ("guild-2", "dot"), ("guild-3", "eve"))
# The odds of each.
_ACTS = {
    "vary": 2,
    "recreate": 3,
    "recreate_file": 3,
    "delete_job": 3,
    "delete_image": 4,
    "keep": 4,
    "unkeep": 1,
}
_ACTING = 0.5  # How often somebody who has pictures does something with one instead of asking for another.
_GIVING_UP = 0.4  # How often a deletion that is not answered is not tried again.
_GONE = ("image_gone", "job_unknown")


class Refusal(Exception):
    """The door turned something down for good. `code`: the reason."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class People:
    """Five persons of three guilds. `pools`: generators they name. `source_url`: a picture that some paint over.

    `acknowledged`: what each acknowledged job must come to. `wishes`: what became of pictures. `crimes`: what the door
    did wrong.
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
        self.wishes = Wishes()
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
        waiting = 0
        while not self._stopping.is_set():
            acted = self._random.random() < _ACTING and await self._act_on_any(session, guild, person)
            if not acted:
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
        answer = await self._ask_for_job(session, IMAGINE, said)
        job, seed, count = answer["id"], answer["seed"], answer["count"]
        if said["seed"] not in (None, seed) or said["count"] != count:
            self.crimes.append(f"{job}: asked {said['seed']}×{said['count']}, acknowledged {seed}×{count}")
        waiting: int = answer["waiting"]
        return waiting

    async def act(
        self, session: aiohttp.ClientSession, act: str, job: Mapping[str, Any], image: str, *, once: bool = False
    ) -> None:
        """Do something with one of a job's pictures until it is acknowledged. `once`: or until nobody answers."""
        guild, person = job["guild"], job["person"]
        said = {"act": act, "job": job["id"], "image": image, **self._said_by(guild, person)}
        try:
            if act.startswith("delete"):
                await self._delete(session, said, job, once=once)
            elif act in ("keep", "unkeep"):
                await self._hand_over(session, ACT, said)
                self.wishes.favourites[person, image] = act == "keep"
            else:
                answer = await self._ask_for_job(session, ACT, said)
                if act.startswith("recreate"):
                    self.wishes.recreations.add(answer["id"])
        except Refusal as refusal:
            self.crimes.append(f"{act} of image {image} of {job['id']}: {refusal}")

    async def pictures(self, session: aiohttp.ClientSession, person: str) -> list[dict[str, Any]]:
        """Return the person's last jobs that have pictures, as the history shows them."""
        query = f"/api/v1/history?person={person}&state=succeeded&most=20"
        while True:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(self._url + query) as response:
                    if response.status == HTTPStatus.OK:
                        jobs: list[dict[str, Any]] = (await response.json())["jobs"]
                        return self._checked(jobs)
            await asyncio.sleep(0.05)

    async def _act_on_any(self, session: aiohttp.ClientSession, guild: str, person: str) -> bool:
        jobs = await self.pictures(session, person)
        if not jobs:
            return False
        random = self._random
        job = random.choice(jobs)
        (act,) = random.choices(list(_ACTS), list(_ACTS.values()))
        await self.act(session, act, job, random.choice(job["images"])["id"], once=random.random() < _GIVING_UP)
        if act.startswith("delete"):
            listed = await self._hand_over(session, FAVOURITES, self._said_by(guild, person))
            self.crimes += [f"image {gone} is deleted and a favourite" for gone in self._gone(listed["images"])]
        return True

    async def _delete(
        self, session: aiohttp.ClientSession, said: dict[str, Any], job: Mapping[str, Any], *, once: bool
    ) -> None:
        """Delete a job or an image. From here on nobody can say whether its message still shows it."""
        wishes, expected = self.wishes, self.acknowledged[job["id"]]
        whole = said["act"] == "delete_job"
        images = _ids(job) if whole else [said["image"]]
        # The seed of an image says its place.
        places = {(image["seed"] - expected.seed) % SEED_LIMIT for image in job["images"] if image["id"] in images}
        self.acknowledged[job["id"]] = replace(expected, may_lack=expected.may_lack | places)
        wishes.tried |= {job["id"], *images} if whole else set(images)
        if await self._say(session, ACT, said) is None:
            if once:
                return
            try:
                await self._hand_over(session, ACT, said)
            except Refusal as refusal:
                # The first time it was heard, and died before it could say so.
                if refusal.code not in _GONE:
                    raise
        wishes.images |= set(images)
        if whole:
            wishes.jobs.add(job["id"])

    async def _ask_for_job(self, session: aiohttp.ClientSession, path: str, said: dict[str, Any]) -> dict[str, Any]:
        async with session.post(f"{self._chat_url}/tokens") as token:
            said["token"] = (await token.json())["token"]
        answer = await self._hand_over(session, path, said)
        job, seed = answer["id"], answer["seed"]
        if job in self.acknowledged:
            self.crimes.append(f"{job}: acknowledged for two different commands")
        self.acknowledged[job] = Expected(seed, answer["count"], channel=said["channel"])
        if self._random.random() < 0.1:  # The platform did not hear us and hands it over once more.
            again = await self._hand_over(session, path, said)
            if (again["id"], again["seed"]) != (job, seed):
                self.crimes.append(f"{job}: the same command again became {again['id']} with seed {again['seed']}")
        return answer

    async def _hand_over(self, session: aiohttp.ClientSession, path: str, said: dict[str, Any]) -> dict[str, Any]:
        while True:
            answer = await self._say(session, path, said)
            if answer is not None:
                return answer
            await asyncio.sleep(0.05)

    async def _say(self, session: aiohttp.ClientSession, path: str, said: dict[str, Any]) -> dict[str, Any] | None:
        """Say it once; None: nobody answered. Raises Refusal."""
        try:
            async with session.post(self._url + path, json=said) as response:
                if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                    return None
                answer: dict[str, Any] = await response.json()
        except (aiohttp.ClientError, TimeoutError):
            return None
        if response.status != HTTPStatus.ACCEPTED:
            raise Refusal(answer["error"], f"{response.status} {answer['message']}")
        return answer

    def _checked(self, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the jobs that have pictures; what is deleted must be in no list."""
        for job in jobs:
            if job["id"] in self.wishes.jobs:
                self.crimes.append(f"{job['id']} is deleted and in the history")
            self.crimes += [f"image {gone} is deleted and in the history" for gone in self._gone(_ids(job))]
        return [job for job in jobs if job["images"]]

    def _gone(self, images: Iterable[str]) -> list[str]:
        return [image for image in images if image in self.wishes.images]

    def _said_by(self, guild: str, person: str) -> dict[str, Any]:
        return {
            "key": f"k{next(self._numbers)}",
            "guild": guild,
            "person": person,
            "channel": f"{guild}-channel",
        }

    def _draw(self, guild: str, person: str) -> dict[str, Any]:
        random = self._random
        return {
            **self._said_by(guild, person),
            "prompt": random.choice(_SCENES),
            "generator": random.choice(self._pools),
            "seed": random.choice([None, random.randrange(2**32)]),
            "count": random.choice([1, 1, 1, 2, 3]),
            "image_url": self._source_url if random.random() < 0.25 else None,
        }


def _ids(job: Mapping[str, Any]) -> list[str]:
    return [image["id"] for image in job["images"]]
