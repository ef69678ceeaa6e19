"""Where the table of commands is tried: one program on one loopback Discord, and what must be true of every answer."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route as Endpoint

from pinxit.actions.link import offer
from pinxit.domain.caller import Caller
from pinxit.domain.ids import GuildId, JobId, PersonId
from tests.bot.living import SKETCH, living
from tests.bot.painted import job_of, painted
from tests.bot.table_judge import Judge, listening
from tests.bot.table_rows import ADMIN, ROWS
from tests.bot.table_values import MARK
from tests.platforms.discord.entities import ChannelType
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from pathlib import Path

    from pinxit.domain.job import Job
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild, Role
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.people_use import Used

MANAGE = discord.Permissions(manage_guild=True)
PAINTERS = SKETCH + '[generators.fine]\nkind = "tests.bot.table_painter:build"\nprocess = false\n'


@dataclass(frozen=True, slots=True)
class Spot:
    """Somewhere that the bot can be used, and who uses it there: an admin, where there are admins."""

    who: Person
    where: Channel


@dataclass(slots=True)
class Stage:
    """`room`: where the pictures are; `desk`: of `office`, the server whose admin is `chief`; `still`: where jobs wait.

    `picture`: the id of one that everybody in `room` may see, and `original` its file; ada asked for it.
    """

    server: DiscordServer
    judge: Judge
    program: Living
    guild: Guild
    room: Channel
    office: Guild
    desk: Channel
    still: Channel
    ada: Person
    chief: Person
    role: Role
    shown: Seen
    picture: str
    original: bytes
    spots: Mapping[str, Spot]
    people: int = 0

    def somebody(self, guild: Guild | None, **more: Any) -> Person:  # noqa: ANN401 - as `person` takes it
        """Return a person who was never here before."""
        self.people += 1
        return self.server.person(f"person{self.people}", guild=guild, **more)

    def who_and_where(self, path: str) -> tuple[Person, Channel]:
        """Return who tries a command, and where: somebody new, but where only an admin can be right."""
        if path.split(" ", maxsplit=1)[0] == ADMIN:
            return self.chief, self.desk
        if ROWS[path].still:
            return self.somebody(self.server.state.guild_of(self.still)), self.still
        return self.somebody(self.guild), self.room

    async def waiting_job(self, who: Person) -> str:
        """Return the id of a job that this person has just asked for, and that waits."""
        used = await who.slash(self.still, "imagine", prompt=f"a {MARK}", size="64x64")
        seen = await used.wait(lambda message: "Cancel" in message.buttons)
        return job_of(seen)

    async def job(self, seen: Seen) -> Job:
        """Return the job that a message shows."""
        found = await self.program.studio.store.jobs.job(JobId(job_of(seen)))
        assert found is not None
        return found

    async def link_code(self) -> str:
        """Return a code that a person of another place was given."""
        self.people += 1
        caller = Caller(GuildId("console"), PersonId(f"console:{self.people}"), "console")
        return await offer(caller, self.program.studio)

    async def values(self, given: Mapping[str, Any], who: Person) -> dict[str, Any]:
        """Return the values, those that have to be found on the stage among them."""
        return {name: await value(self, who) if callable(value) else value for name, value in given.items()}

    async def answered(self, used: Used) -> Seen | None:
        """Wait for the answer to an interaction and check it; see `Judge.answered`."""
        return await self.judge.answered(used)

    def check(self) -> None:
        """Check what happened since the last look; see `Judge.check`."""
        self.judge.check()

    async def marks(self, who: Person) -> tuple[int, int]:
        """Return how many jobs a person has, and how much is in the books of the admins."""
        jobs = "SELECT COUNT(*) AS n FROM job WHERE person_id = :person"
        audit = "SELECT COUNT(*) AS n FROM audit"
        read = self.program.studio.store.database.read
        return (
            (await read(lambda tx: tx.all(jobs, person=f"discord:{who.id}")))[0]["n"],
            (await read(lambda tx: tx.all(audit)))[0]["n"],
        )


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Open a Discord with everything that the table needs, and let the program live on it."""
    with addresses_kept(), listening() as lines:
        async with DiscordServer() as server:
            guild, office, quiet = (server.state.guild(name) for name in ("atelier", "office", "quiet"))
            room, desk, still = (server.state.channel(one) for one in (guild, office, quiet))
            ada = server.person("ada", guild=guild)
            chief = server.person("chief", guild=office, permissions=MANAGE)
            chief.join(quiet, permissions=MANAGE)
            role = server.state.role(office, "artists")
            judge = Judge(server, lines)
            spots = _spots(server, office, desk, chief)
            async with living(server, folder, PAINTERS) as program:
                await (await chief.slash(still, "admin pause")).wait()
                shown = await painted(ada, room, f"a grey {MARK}", count=2)
                job = (await program.studio.store.history.named([JobId(job_of(shown))]))[0]
                original = await program.studio.blobs.get(job.images[0].path)
                yield Stage(
                    server,
                    judge,
                    program,
                    guild,
                    room,
                    office,
                    desk,
                    still,
                    ada,
                    chief,
                    role,
                    shown,
                    str(job.images[0].id),
                    original,
                    spots,
                )
                judge.check()


def _spots(server: DiscordServer, guild: Guild, channel: Channel, chief: Person) -> Mapping[str, Spot]:
    state = server.state
    forum = state.channel(guild, "showcase", type=ChannelType.FORUM)
    abroad = state.guild("abroad", with_bot=False)
    foreign = state.channel(abroad, "talk")
    eve = server.person("eve", guild=abroad, permissions=MANAGE, own_install=True)
    dan, fay = server.person("dan"), server.person("fay", own_install=True)
    return {
        "server": Spot(chief, channel),
        "thread": Spot(chief, state.thread(channel)),
        "forum": Spot(chief, state.thread(forum, "a post")),
        "dm": Spot(dan, dan.dm),
        "abroad": Spot(eve, foreign),
        "group": Spot(fay, state.dm(fay.id, dan.id, eve.id)),
    }


SPOTS = ("server", "thread", "forum", "dm", "abroad", "group")
IN_SERVERS = frozenset({"server", "thread", "forum"})  # Where the bot is a member.


@contextmanager
def addresses_kept() -> Iterator[None]:
    """Let discord.py forget afterwards where the stage's Discord was."""
    before = (Endpoint.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE)
    try:
        yield
    finally:
        Endpoint.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before
