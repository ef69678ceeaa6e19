"""What people leave behind in one life of the program: buttons of every kind, open forms, a job that waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.actions.link import offer
from pinxit.bot.discord.custom_ids import CustomId, read_custom_id
from pinxit.bot.discord.modals import Form
from pinxit.bot.discord.report_cards import HANDLINGS
from pinxit.chat.cards import Act
from pinxit.domain.caller import Caller
from pinxit.domain.ids import GuildId, PersonId
from tests.bot.painted import painted
from tests.bot.table_stage import MANAGE
from tests.bot.table_values import MARK

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_modals import Modal
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.server import DiscordServer

A_LINE = 11  # Jobs of one person, more than a page of history holds.
LONG = f"{MARK} " * 8  # Words that no button has room for.


@dataclass(frozen=True, slots=True)
class Item:
    """Something to press or to choose from, as it stood in a message. `custom_id`: what it said then."""

    who: Person
    seen: Seen
    json: dict[str, Any]

    @property
    def said(self) -> CustomId:
        """Return what its id says."""
        found = read_custom_id(str(self.json["custom_id"]))
        assert found is not None, self.json
        return found


class City:
    """A server, a paused one, and people who leave something of every kind behind."""

    def __init__(self, server: DiscordServer) -> None:
        state = server.state
        guild, quiet = state.guild("atelier"), state.guild("quiet")
        self.server = server
        self.room, self.mods, self.still = state.channel(guild), state.channel(guild, "mods"), state.channel(quiet)
        self.ada, self.ben = server.person("ada", guild=guild), server.person("ben", guild=guild)
        self.cat = server.person("cat", guild=guild)
        self.chief = server.person("chief", guild=guild, permissions=MANAGE)
        self.chief.join(quiet, permissions=MANAGE)
        self.cards: list[Seen] = []
        self.items: list[Item] = []
        self.forms: dict[str, tuple[Person, Modal]] = {}

    async def fill(self, studio: Studio) -> None:
        """Let the people do what they do."""
        await self.results()
        await self.questions(studio)
        await self.pages()
        await self.reports()

    def keep(self, who: Person, *messages: Seen) -> None:
        """Remember what stands under messages."""
        self.items += [
            Item(who, seen, dict(one)) for seen in messages for one in seen.components if one.get("custom_id")
        ]

    async def results(self) -> None:
        """Leave results, one with four pictures and one with enhanced words, a job that waits, and their forms."""
        ada, room = self.ada, self.room
        deleted = await painted(ada, room, f"a grey {MARK}")
        self.keep(ada, deleted)
        shown = await painted(ada, room, f"a {MARK}", count=2)
        enhanced = await painted(ada, room, f"a red fox and a {MARK}", model="fine", enhance="rules")
        self.items = [one for one in self.items if one.said.act in {Act.DELETE, Act.OUTPAINT}]
        for seen in (shown, enhanced):
            self.items += [
                Item(ada, seen, dict(one)) for one in seen.components if f":{Act.DELETE}:" not in one["custom_id"]
            ]
        self.keep(
            ada, await (await ada.press(shown, "Details")).wait(), await (await ada.choose(shown, "steps")).wait()
        )
        self.forms[Form.EDIT] = (ada, await (await ada.press(shown, "Edit")).modal())
        self.forms[Form.REPORT] = (ada, await (await ada.press(shown, "Report")).modal())
        self.forms[Form.REMIX] = (ada, await (await ada.menu(shown, "Remix")).modal())
        self.forms[Form.SOURCE] = (ada, await (await ada.menu(shown, "Use as source")).modal())
        self.forms[Form.TICKET] = (ada, await (await ada.menu(ada, "Avatar as source", channel=room)).modal())
        await (await self.chief.slash(self.still, "admin pause")).wait()
        waiting = await self.chief.slash(self.still, "imagine", prompt=f"a {MARK}", size="64x64")
        self.keep(self.chief, await waiting.wait(lambda seen: "Cancel" in seen.buttons))

    async def questions(self, studio: Studio) -> None:
        """Leave questions that nobody has answered yet."""
        ada, cat, room = self.ada, self.cat, self.room
        for act in ("confirm", "decline"):
            asked = await (await ada.slash(room, "imagine", prompt=f"a {MARK} --repeat 9", size="64x64")).wait()
            self.items += [Item(ada, asked, one) for one in asked.components if f":{act}:" in one["custom_id"]]
        self.keep(cat, await (await cat.slash(room, "mydata")).wait())
        self.keep(cat, await (await cat.slash(room, "mydata", data="delete")).wait())
        code = await offer(Caller(GuildId("console"), PersonId("console:cat"), "console"), studio)
        self.keep(self.ben, await (await self.ben.slash(room, "link", code=code)).wait())

    async def pages(self) -> None:
        """Leave lists that go on."""
        for _ in range(A_LINE):
            await (await self.chief.slash(self.still, "imagine", prompt=LONG, size="64x64")).wait()
        for words in ("", MARK, LONG):
            options: dict[str, Any] = {"words": words} if words else {}
            self.keep(self.chief, await (await self.chief.slash(self.still, "history", **options)).wait())
        for name in ("queue", "styles", "favourites"):
            self.keep(self.ada, await (await self.ada.slash(self.room, name)).wait())
        for _ in range(A_LINE):
            for name in ("admin ban", "admin unban"):
                await (await self.chief.slash(self.room, name, member=self.server.state.owner)).wait()
        self.keep(self.chief, await (await self.chief.slash(self.room, "admin audit")).wait())

    async def reports(self) -> None:
        """Leave a report for each decision."""
        await (await self.chief.slash(self.room, "admin settings reports_channel", channel=self.mods)).wait()
        for act in HANDLINGS:
            shown = await painted(self.ben if act == "rban" else self.ada, self.room, f"an ugly {MARK}")
            form = await (await self.ada.press(shown, "Report")).modal()
            await (await self.ada.submit(form, reason="ugly")).wait()
            card = await self.card(len(self.cards))
            self.cards.append(card)
            self.items += [Item(self.chief, card, one) for one in card.components if f":{act}:" in one["custom_id"]]

    async def card(self, number: int) -> Seen:
        """Return the report that was posted after so many others."""
        found = await self.server.state.wait_for(lambda: self.chief.messages(self.mods)[number:])
        return found[0]
