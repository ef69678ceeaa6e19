from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from discord import app_commands

from pinxit.bot.discord.acks import Acks
from pinxit.bot.discord.checks import PERMISSIONS
from pinxit.bot.discord.desk import Desk
from pinxit.bot.discord.slash import commands
from pinxit.chat.acts import REACTIONS
from pinxit.config.tree import DiscordSettings
from pinxit.wording import Slash, say_slash
from tests.cli.shell import ROOT
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PAGE = (ROOT / "docs/discord.md").read_text(encoding="utf-8")
PICTURE_BYTES_MOST = 120_000
_OPTIONS_ELSEWHERE = re.compile(r"\[[a-z]+\]\(#")


def registered() -> dict[str, list[tuple[str, bool]]]:
    """Return each command's options, and whether they must be there, as they are registered."""
    desk = Desk(DiscordSettings(), FakeClock(), Acks())
    plain = (one for one in commands(desk) if not isinstance(one, app_commands.ContextMenu))
    return {
        one.qualified_name: [(parameter.display_name, parameter.required) for parameter in one.parameters]
        for one in leaves(plain)
    }


def leaves(some: Iterable[app_commands.Command[Any, Any, Any] | app_commands.Group]) -> Iterator[Any]:
    for one in some:
        if isinstance(one, app_commands.Group):
            yield from leaves(one.commands)
        else:
            yield one


def documented() -> dict[str, list[tuple[str, bool]]]:
    """Return each command's options, and whether they must be there, as the page lists them."""
    found = {}
    for name, options in re.findall(r"^\| `/([a-z_ ]+)` \|(.*?)\|", PAGE, re.MULTILINE):
        if not _OPTIONS_ELSEWHERE.search(options):
            found[name] = [(option, not bracket) for bracket, option in re.findall(r"(\[)?`([a-z_]+)`", options)]
    section = PAGE.partition("\n### `/imagine`")[2].partition("\n##")[0]
    options = re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE)
    return found | {"imagine": [(option, option == "prompt") for option in options]}


def test_the_page_lists_exactly_the_commands_and_options_that_are_registered() -> None:
    assert documented() == registered()


def test_every_command_of_the_first_level_has_an_example_of_itself() -> None:
    for name in {name.partition(" ")[0] for name in registered()}:
        assert re.search(rf"^\| `/{name}` \|.*\| `/{name}\b[^`]*` \|$", PAGE, re.MULTILINE), name


def test_the_page_lists_exactly_the_entries_of_the_menus() -> None:
    desk = Desk(DiscordSettings(), FakeClock(), Acks())
    names = [one.name for one in commands(desk) if isinstance(one, app_commands.ContextMenu)]
    section = PAGE.partition("\n### Menus\n")[2].partition("\n##")[0]

    said = re.findall(r"^\| ([A-Z][a-z ]+) \|", section, re.MULTILINE) + re.findall(
        r"\*(A[a-z ]+[a-z])\* paints", section
    )

    assert said == names


def test_the_page_lists_exactly_the_reactions() -> None:
    section = PAGE.partition("\n### Reactions\n")[2].partition("\n##")[0]
    rows = re.findall(r"^\| (\S[^|]*) \| (?!what)", section, re.MULTILINE)

    assert [emoji for row in rows if row != "---" for emoji in row.split()] == [*REACTIONS]


def test_the_page_lists_exactly_the_settings() -> None:
    section = PAGE.partition("\n## Settings\n")[2].partition("\n## ")[0]

    assert re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE) == [*DiscordSettings.model_fields]


def test_the_page_asks_for_exactly_the_permissions_that_the_invite_link_asks_for() -> None:
    section = PAGE.partition("\n### What it may do")[2].partition("\n### ")[0]
    said = re.findall(r"^\| ([A-Z][A-Za-z ]+) \|", section, re.MULTILINE)
    names = {"view_channel": "view_channels"}

    assert {name.lower().replace(" ", "_") for name in said} == {names.get(name, name) for name in PERMISSIONS}


def test_the_page_calls_the_select_by_its_name() -> None:
    assert f"| {say_slash('en', Slash.CHANGE_ONE)} |" in PAGE


def test_every_picture_is_there_said_in_words_and_small() -> None:
    shown = re.findall(r"!\[([^\]]+)\]\(images/(discord-[a-z]+\.webp)\)", PAGE)

    assert {name for _, name in shown} == {path.name for path in (ROOT / "docs/images").glob("discord-*.webp")}
    for words, name in shown:
        assert len(words.split()) > 10, name
        assert (ROOT / "docs/images" / name).stat().st_size <= PICTURE_BYTES_MOST, name


def test_every_link_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^a-z -]", "", line.lower()).replace(" ", "-")
        for line in re.findall(r"^##+ (.+)$", PAGE, re.MULTILINE)
    }

    for target in re.findall(r"\]\((?!http)([^)]+)\)", PAGE):
        file, _, anchor = target.partition("#")
        assert not file or (ROOT / "docs" / file).exists(), target
        assert file or anchor in headings, target
