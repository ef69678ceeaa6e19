"""A small bot with one of everything, for those who try out the people of the loopback Discord."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui

from tests.platforms.discord.people import Person, person
from tests.platforms.discord.plain_client import PlainClient, connected
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.discord.entities import Channel, Guild

GOTHIC = "gothic"


class Painter(PlainClient):
    """A bot with one of everything. `got`: the interactions that came, in discord.py's own objects."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[discord.Interaction[Any]] = []
        self.tree.add_command(_paint())
        self.tree.add_command(_admin())
        self.tree.add_command(_secret())
        self.tree.add_command(app_commands.ContextMenu(name="Inspect this", callback=_inspect))
        self.tree.add_command(app_commands.ContextMenu(name="Avatar as source", callback=_avatar))

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.got.append(interaction)
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.modal_submit:
            await interaction.response.send_message(f"sent {_written(data['components'])}", ephemeral=True)
        elif interaction.type is discord.InteractionType.component and data["custom_id"] == "edit":
            form = Form()
            form.stop()
            await interaction.response.send_modal(form)
        elif interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(content=f"{data['custom_id']} {data.get('values', '')}")


def _written(components: list[Any]) -> dict[str, Any]:
    inner = [one["component"] for one in components if one["type"] == 18]
    return {one["custom_id"]: one.get("value", one.get("values")) for one in inner}


class Form(ui.Modal, title="Edit"):
    prompt: ui.Label[Any] = ui.Label(
        text="Prompt", component=ui.TextInput(custom_id="prompt", default="a cat", max_length=20)
    )
    size: ui.Label[Any] = ui.Label(
        text="Size",
        component=ui.Select(
            custom_id="size",
            options=[discord.SelectOption(label="Small", value="s"), discord.SelectOption(label="Large", value="l")],
        ),
    )
    file: ui.Label[Any] = ui.Label(text="Picture", component=ui.FileUpload(custom_id="file", required=False))


def _view() -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label="Reroll", emoji="🔁", custom_id="reroll"))
    view.add_item(ui.Button(label="Edit", custom_id="edit"))
    view.add_item(ui.Button(label="Sold", custom_id="sold", disabled=True))
    view.add_item(ui.Button(label="Site", url="https://example.com"))
    options = [discord.SelectOption(label="Fast", value="f"), discord.SelectOption(label="Fine", value="q")]
    view.add_item(ui.Select(custom_id="speed", placeholder="How", options=options))
    view.stop()
    return view


def _paint() -> app_commands.Command[Any, ..., Any]:
    @app_commands.command(name="paint", description="Paint")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.choices(style=[app_commands.Choice(name="Gothic art", value=GOTHIC)])
    async def paint(
        interaction: discord.Interaction[Any],
        prompt: app_commands.Range[str, 1, 100],
        steps: app_commands.Range[int, 1, 50] = 20,
        style: str = "",
        model: str = "",
        image: discord.Attachment | None = None,
        friend: discord.User | discord.Member | None = None,
        hidden: bool = False,  # noqa: FBT001, FBT002 - a command's option
    ) -> None:
        told = [prompt, str(steps), style, model, "" if friend is None else friend.name]
        if image is not None:
            told += [image.filename, str(len(await image.read()))]
        await interaction.response.send_message("|".join(told), view=_view(), ephemeral=hidden)

    @paint.autocomplete("model")
    async def models(_: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"Model {name}", value=name) for name in ("sdxl", "flux") if typed in name]

    return paint


def _admin() -> app_commands.Group:
    admin = app_commands.Group(
        name="admin", description="Admin", default_permissions=discord.Permissions(manage_guild=True)
    )
    quota = app_commands.Group(name="quota", description="Quota", parent=admin)

    @quota.command(name="set", description="Set")
    async def set_quota(interaction: discord.Interaction[Any], credits: int) -> None:  # noqa: A002 - an option
        await interaction.response.send_message(f"{credits} credits")

    return admin


def _secret() -> app_commands.Command[Any, ..., Any]:
    @app_commands.command(name="secret", description="Never answers")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def secret(interaction: discord.Interaction[Any]) -> None:
        del interaction

    return secret


async def _inspect(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    await interaction.response.send_message(f"it says {message.content}", ephemeral=True)


async def _avatar(interaction: discord.Interaction[Any], user: discord.User | discord.Member) -> None:
    await interaction.response.send_message(f"avatar of {user.name}", ephemeral=True)


class Studio:
    """A server with a guild, a channel, two people and the painter."""

    def __init__(self, server: DiscordServer, painter: Painter) -> None:
        self.state = server.state
        self.painter = painter
        self.guild: Guild = self.state.guild()
        self.channel: Channel = self.state.channel(self.guild)
        self.ada: Person = person(self.state, "ada", guild=self.guild)
        self.bob: Person = person(self.state, "bob", guild=self.guild)


@asynccontextmanager
async def at_work() -> AsyncIterator[Studio]:
    """Let the painter work at a server of its own; afterwards nobody has broken Discord's rules."""
    # No fixture: those are set up and torn down in different tasks, and the client's TaskGroup wants one.
    async with DiscordServer() as server:
        painter = Painter()
        studio = Studio(server, painter)
        async with connected(server, painter, sync=True):
            yield studio
        assert not server.problems
