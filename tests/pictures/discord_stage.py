"""Where the pictures of docs/discord.md are taken: the real program on the loopback Discord, and what we see of it.

Everything in the windows was sent by the program, but for what a client draws itself: who used what, the command box,
its suggestions, an open select.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.pictures.discord_markdown import Names
from tests.pictures.discord_window import Part, Window
from tests.platforms.discord import wire
from tests.platforms.discord.entities import InteractionType

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.platforms.discord.people_modals import Modal
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.server import DiscordServer
    from tests.platforms.discord.state import State

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
# Slow enough that somebody waits and progress is seen.
SETTINGS = """
[generators.sketch]
kind = "sketch"
workers = 1
pace_s = 2.0
"""
READY_WITHIN_S = 30.0


@asynccontextmanager
async def program(server: DiscordServer) -> AsyncIterator[None]:
    """Run Pinxit over an empty folder as a bot of that Discord; it is there, and its commands are known."""
    with tempfile.TemporaryDirectory() as folder:
        await asyncio.to_thread(Path(folder, "config.toml").write_text, SETTINGS, "utf-8")
        env = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PINXIT_WEB__PORT": "0",
            "PINXIT_DISCORD__TOKEN": server.token,
            "PINXIT_DISCORD__API_URL": server.api_url,
            "PINXIT_DISCORD__CDN_URL": server.cdn_url,
        }
        command = (sys.executable, "-m", "pinxit", "run")
        running = await asyncio.create_subprocess_exec(*command, cwd=folder, env=env)
        try:
            await server.state.wait_for(lambda: server.state.commands[""], READY_WITHIN_S)
            await server.state.wait_for(lambda: server.state.session.shards, READY_WITHIN_S)
            yield
        finally:
            with suppress(ProcessLookupError):  # It ended by itself, and has said why.
                running.terminate()
            await running.wait()


@dataclass(frozen=True, slots=True)
class Stage:
    """One server of the loopback Discord, and how what happens in it is shown."""

    state: State

    def window(self, title: str, *parts: Part) -> Window:
        """Return a window of a channel."""
        return Window(title, parts, self._names(), self._file)

    def message(self, seen: Seen, json: Json | None = None) -> Part:
        """Return a message as it is now, or as it was at `json`; with what a client says above an answer."""
        shown = dict(json or seen.json)
        used = self.state.interactions.get(seen.message.interaction_id or "")
        if used is not None and used.type is InteractionType.COMMAND:
            user = wire.user_json(self.state.users[used.user_id])
            shown["interaction"] = {"name": _path(used.payload["data"]), "user": user}
        elif used is not None and (pressed := self.state.message(used.message_id)) is not None:
            shown["referenced_message"] = wire.message_json(self.state, pressed)
        return Part("message", shown)

    def _names(self) -> Names:
        users = {user.id: wire.user_json(user)["global_name"] or user.name for user in self.state.users.values()}
        roles = {role.id: role.name for guild in self.state.guilds.values() for role in guild.roles.values()}
        channels = {channel.id: channel.name for channel in self.state.channels.values()}
        return Names(datetime.now(UTC), users, roles, channels)

    def _file(self, url: str) -> bytes | None:
        named = next((part for part in url.split("/") if part in self.state.attachments), "")
        kept = self.state.attachments.get(named)
        return None if kept is None else kept.content


def _path(data: Json) -> str:
    """Return the whole name of a command that was used: "admin quota show"."""
    names, options = [str(data["name"])], data.get("options") or []
    while options and options[0]["type"] in {1, 2}:
        names.append(options[0]["name"])
        options = options[0].get("options") or []
    return " ".join(names)


def menu(names: Sequence[str], now: str) -> Part:
    """Return the entries that a right-click offers, and the one that is pointed at."""
    return Part("menu", {"names": names, "now": now})


def form(modal: Modal) -> Part:
    """Return a form that is open."""
    return Part("modal", modal.json)


def box(command: str, options: Sequence[tuple[str, str]], now: str = "") -> Part:
    """Return the command box with what is typed into it; `now`: the option that is being typed."""
    return Part("box", {"command": command, "options": options, "now": now})


def offer(title: str, names: Sequence[str]) -> Part:
    """Return the suggestions above the command box."""
    return Part("offer", {"title": title, "choices": names})


def choosing(select: Json) -> Part:
    """Return what an open select offers."""
    return Part("choosing", select)
