"""What people do for the pictures of docs/discord.md, by the picture's name."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord

from tests.pictures.discord_stage import Stage, box, choosing, form, menu, offer
from tests.platforms.discord.people import Person, person
from tests.platforms.discord.people_commands import MESSAGE_MENU

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.pictures.discord_window import Window
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.people_use import Used
    from tests.platforms.discord.server import DiscordServer

WITHIN_S = 60.0
LIGHTHOUSE = "a lighthouse at dusk, stormy sea"


class Cast:
    """Ada, who paints; Bob, who looks on; Mira, who runs their server; and Anna in a German one.

    To be made before the program starts, since the bot is told of its servers when it comes.
    """

    def __init__(self, server: DiscordServer) -> None:
        state = server.state
        state.bot.name = "Pinxit"
        self._server = server
        self._stage = Stage(state)
        self._guild = state.guild("atelier", bot_permissions=_needed().value)
        self._channel = state.channel(self._guild, "sketchbook")
        self._reports = state.channel(self._guild, "reports")
        may = discord.Permissions(add_reactions=True, attach_files=True)
        self._ada = person(server.state, "ada", guild=self._guild, permissions=may.value)
        self._bob = person(server.state, "bob", guild=self._guild, permissions=may.value)
        self._mira = person(
            server.state, "mira", guild=self._guild, permissions=discord.Permissions(manage_guild=True).value
        )
        self._german, self._anna = _german(server)
        self._first: Seen | None = None

    async def scenes(self) -> AsyncIterator[tuple[str, Window]]:
        """Yield each picture's name and window, while the program runs as the server's bot."""
        await self._admin("quota set", amount="12/day")
        await self._admin("settings set", field="time_zone", value="Europe/Berlin")
        yield "result", await self.result()
        yield "complete", await self.complete()
        yield "edit", await self.edit()
        yield "change", await self.change()
        yield "menu", await self.menu()
        yield "waiting", await self.waiting()
        yield "own", await self.own()
        yield "admin", await self.admin()
        yield "report", await self.report()
        yield "german", await self.german()

    async def result(self) -> Window:
        """Ada asks for four pictures, and Bob likes them."""
        done = await self._painted(self._ada, prompt=LIGHTHOUSE, aspect="3:2", count=4, seed=7)
        await self._bob.react(done, "❤️")
        self._first = done
        return self._stage.window("#sketchbook", self._stage.message(done))

    async def complete(self) -> Window:
        """Ada types the beginning of a style's name."""
        typed = "wa"
        found = await self._ada.complete("imagine", "style", typed, channel=self._channel, prompt=LIGHTHOUSE)
        return self._stage.window(
            "#sketchbook",
            offer(f"Options matching style: {typed}", [name for name, _ in found][:6]),
            box("imagine", [("prompt", LIGHTHOUSE), ("style", typed)], "style"),
        )

    async def edit(self) -> Window:
        """Ada presses Edit."""
        used = await self._ada.press(self._result, "Edit")
        return self._stage.window("#sketchbook", form(await used.modal()))

    async def change(self) -> Window:
        """Ada chooses what is to be different, and opens the list of what it can be."""
        used = await self._ada.choose(self._result, "aspect")
        asked = await used.wait()
        return self._stage.window("#sketchbook", self._stage.message(asked), choosing(asked.selects[0]))

    async def menu(self) -> Window:
        """Ada wants to know how a picture of Bob's was made."""
        painted = await self._painted(self._bob, prompt="a village in the mountains, starry night", seed=3)
        chosen = "Inspect"
        entries = [one["name"] for one in self._server.state.commands[""] if one.get("type") == MESSAGE_MENU]
        used = await self._ada.menu(painted, chosen)
        told = await used.wait()
        return self._stage.window("#sketchbook", menu(entries, chosen), self._stage.message(told))

    async def waiting(self) -> Window:
        """Ada's picture is painted, Bob's waits, and Ada has no credits left for a third one."""
        await self._admin("quota set", amount="3.5/day", member=self._ada.user)
        first = await self._ada.slash(
            self._channel, "imagine", prompt="a red fox in fresh snow at dawn", aspect="3:2", count=2, seed=12
        )
        second = await self._bob.slash(self._channel, "imagine", prompt="hot air balloons over a canyon", count=2)
        await second.acknowledged()
        refused = await self._ada.slash(self._channel, "imagine", prompt="three sailboats on a lake")
        await refused.wait()
        running = await first.wait(lambda seen: seen.attachments and "▓" in seen.text, timeout_s=WITHIN_S)
        half = self._stage.message(running)
        await asyncio.gather(self._end(first), self._end(second))
        await self._admin("quota set", amount="none/day", member=self._ada.user)
        waits = second.message
        return self._stage.window(
            "#sketchbook",
            half,
            self._stage.message(waits, waits.message.history[0]),
            self._stage.message(refused.message),
        )

    async def own(self) -> Window:
        """Ada looks at her quota and at what was painted."""
        quota = await self._ada.slash(self._channel, "quota")
        history = await self._ada.slash(self._channel, "history")
        shown = [self._stage.message(await used.wait()) for used in (quota, history)]
        return self._stage.window("#sketchbook", *shown)

    async def admin(self) -> Window:
        """Mira sets a limit, and looks at who has used most."""
        artists = self._server.state.role(self._guild, "artists")
        told = await self._admin("quota set", amount="40/day", role=artists)
        listed = await self._admin("quota top")
        return self._stage.window("#sketchbook", self._stage.message(told), self._stage.message(listed))

    async def report(self) -> Window:
        """Bob reports Ada's picture."""
        await self._admin("settings reports_channel", channel=self._reports)
        pressed = await self._bob.press(self._result, "Report")
        await self._bob.submit(await pressed.modal(), reason="It is the lighthouse of a game that is not ours to use.")
        told = await self._mira.find(self._reports, timeout_s=WITHIN_S)
        return self._stage.window("#reports", self._stage.message(told))

    async def german(self) -> Window:
        """Anna paints in a server that speaks German."""
        done = await self._painted(self._anna, self._german, prompt="ein roter Fuchs im Schnee", aspect="3:2", seed=5)
        return self._stage.window("#skizzen", self._stage.message(done))

    @property
    def _result(self) -> Seen:
        """Return the message of the first scene. Raises RuntimeError before it."""
        if self._first is None:
            raise RuntimeError("the first scene comes first")
        return self._first

    async def _admin(self, path: str, /, **options: Any) -> Seen:  # noqa: ANN401 - a command's own options
        return await (await self._mira.slash(self._channel, f"admin {path}", **options)).wait()

    async def _painted(self, who: Person, channel: Channel | None = None, /, **options: Any) -> Seen:  # noqa: ANN401 - a command's own options
        return await self._end(await who.slash(channel or self._channel, "imagine", **options))

    async def _end(self, used: Used) -> Seen:
        return await used.wait(lambda seen: len(seen.buttons) > 2 and seen.attachments, timeout_s=WITHIN_S)


def _german(server: DiscordServer) -> tuple[Channel, Person]:
    guild = server.state.guild("Werkstatt", bot_permissions=_needed().value)
    guild.locale = "de"
    anna = person(server.state, "anna", guild=guild, locale="de")
    return server.state.channel(guild, "skizzen"), anna


def _needed() -> discord.Permissions:
    return discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
    )
