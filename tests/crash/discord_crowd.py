"""People of ten servers who wish for pictures in every way that Discord has, heard or not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.crash.discord_cards import is_final, jobs_in
from tests.platforms.discord.entities import Callback
from tests.platforms.discord.people_sight import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_use import Used
    from tests.platforms.discord.server import DiscordServer

SECRET = "whisper"  # In every private prompt, and in no other.
_SERVERS = 10
_ACTS = ("imagine", "imagine", "private", "permute", "press", "react", "cancel")
_BUTTONS = ("Reroll", "V1", "U1")


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of a server, and the people in it; `shy` takes no direct messages."""

    channel: Channel
    ada: Person
    shy: Person


class Crowd:
    """Everybody. `used`: every use of the bot so far, heard or not. `asked`: how often something was wished for."""

    def __init__(self, server: DiscordServer, random: Random) -> None:
        self._server = server
        self._random = random
        self.used: list[Used] = []
        self.asked = 0
        self._began = 0
        self._rooms = [self._room(number) for number in range(_SERVERS)]
        self._reacted: set[tuple[str, str]] = set()
        self._cancelled: set[str] = set()

    def _room(self, number: int) -> Room:
        state = self._server.state
        guild = state.guild(f"server {number}")
        channel = state.channel(guild, "pictures")
        ada = self._server.person(f"ada{number}", guild=guild)
        return Room(channel, ada, self._server.person(f"shy{number}", guild=guild, dms_open=False))

    async def wish(self, times: int, *first: str) -> None:
        """Do so many things, those named first; where there is nothing to do them to, ask for a picture instead."""
        self._began = len(self.used)
        for act in [*first, *self._random.choices(_ACTS, k=times - len(first))]:
            await self._do(act)
            await asyncio.sleep(0)  # The gateway tells of it, then the next one.

    async def _do(self, act: str) -> None:
        room = self._random.choice(self._rooms)
        who = self._random.choice((room.ada, room.ada, room.ada, room.shy))
        self.asked += 1
        match act:
            case "press" if (seen := self._final(room, who)) is not None:
                name = self._random.choice([name for name in _BUTTONS if name in seen.buttons])
                self.used.append(await who.press(seen, name))
            case "react" if (seen := self._final(room, who)) is not None and not seen.is_ephemeral:
                if (who.id, seen.id) not in self._reacted:
                    self._reacted.add((who.id, seen.id))
                    await who.react(seen, "🔁")
            case "cancel" if (waiting := self._waiting(room)) is not None:
                who, seen = waiting
                self.used.append(await who.press(seen, "Cancel"))
            case "private":
                prompt = f"a {SECRET} of number {self.asked}"
                count = self._random.randint(1, 2)
                self.used.append(
                    await who.slash(room.channel, "imagine", prompt=prompt, size="64x64", count=count, private=True)
                )
            case "permute":
                prompt = f"a {{red, blue}} fox {self.asked}"
                self.used.append(await who.slash(room.channel, "imagine", prompt=prompt, size="64x64"))
            case _:
                count = self._random.choice((1, 1, 2, 4))
                prompt = f"a lighthouse {self.asked}"
                self.used.append(await who.slash(room.channel, "imagine", prompt=prompt, size="64x64", count=count))

    def _final(self, room: Room, who: Person) -> Seen | None:
        """Return a message with pictures that the person sees."""
        found = [seen for seen in who.messages(room.channel) if seen.attachments and is_final(seen.message.json)]
        return self._random.choice(found) if found else None

    def _waiting(self, room: Room) -> tuple[Person, Seen] | None:
        """Return a message of a job that goes on, and who asked for it; never the same one twice."""
        people = {who.id: who for who in (room.ada, room.shy)}
        for used in self.used:
            message = self._server.state.message(used.interaction.original_id)
            who = people.get(used.interaction.user_id)
            if message is None or who is None or message.id in self._cancelled:
                continue
            if jobs_in(message.json) and not is_final(message.json):
                self._cancelled.add(message.id)
                return who, Seen(self._server.state, message)
        return None

    def acknowledged(self) -> Iterator[tuple[str, str]]:
        """Yield (job, message) of each use whose answer was accepted and showed a job."""
        for used in self.used:
            message = self._server.state.messages.get(used.interaction.original_id or "")
            if used.callback is Callback.MESSAGE and message is not None:
                for job in jobs_in(message.history[0]):
                    yield job, message.id

    def is_answered(self) -> bool:
        """Tell whether the last wishes were all answered; those that died with a program never are."""
        return all(used.interaction.answered_s is not None for used in self.used[self._began :])
