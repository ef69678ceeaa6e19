"""Commands are registered with Discord when something about them has changed, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.bot.discord.syncing import digest, sync_commands
from tests.bot.living import NOBODY_PAINTS, living
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.living import Living
    from tests.platforms.discord.server import DiscordServer


def registrations(server: DiscordServer) -> int:
    return sum(call.status == 200 for call in server.log.of("PUT", Route.COMMANDS))


async def test_the_same_commands_are_registered_once(server: DiscordServer, tmp_path: Path) -> None:
    for _ in range(2):
        async with living(server, tmp_path, NOBODY_PAINTS):
            await server.state.wait_for(lambda: server.state.commands[""])

    assert registrations(server) == 1


async def test_another_text_is_another_registration(program: Living, server: DiscordServer) -> None:
    tree, application = program.bot.client.tree, int(server.application_id)
    notes = program.studio.store.notes
    before = await digest(tree)
    tree.remove_command("help")

    changed = await sync_commands(tree, application, notes)
    again = await sync_commands(tree, application, notes)

    assert await digest(tree) != before
    assert (changed, again) == (True, False)
    assert "help" not in [command["name"] for command in server.state.commands[""]]


async def test_another_application_is_registered_too(program: Living, server: DiscordServer) -> None:
    notes = program.studio.store.notes
    name = f"discord.commands.{server.application_id}"

    assert await notes.note(name) == await digest(program.bot.client.tree)
    assert await notes.note("discord.commands.1") == ""


async def test_where_discord_refuses_the_program_goes_on_and_the_next_start_tries_again(
    server: DiscordServer, tmp_path: Path
) -> None:
    server.faults.add("PUT", Route.COMMANDS, Fault(Kind.STATUS, status=403, code=50001))
    async with living(server, tmp_path, NOBODY_PAINTS):
        await server.state.wait_for(lambda: server.log.of("PUT", Route.COMMANDS))
    assert registrations(server) == 0

    async with living(server, tmp_path, NOBODY_PAINTS):
        await server.state.wait_for(lambda: server.state.commands[""])

    assert registrations(server) == 1


async def test_every_command_has_german_words_and_can_be_used_everywhere(
    program: Living,  # noqa: ARG001 - it must be alive
    server: DiscordServer,
) -> None:
    commands = server.state.commands[""]

    assert {"imagine", "blend", "help", "admin", "Reroll"} <= {command["name"] for command in commands}
    for command in commands:
        if command.get("type", 1) == 1:
            assert command["description_localizations"]["de"] != command["description"], command["name"]
        if command["name"] != "admin":
            assert command["contexts"] == [0, 1, 2], command["name"]
            assert command["integration_types"] == [0, 1], command["name"]
