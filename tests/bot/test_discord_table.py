"""Every command of the registered tree, every option of it, with what fits and with what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from discord import AppCommandOptionType

from tests.bot.table_judge import plain, refused, taken
from tests.bot.table_rows import ROWS, has_row, needed, right_values, slash_commands
from tests.bot.table_stage import Stage, staged
from tests.bot.table_values import wrong_values

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from discord.app_commands import Parameter

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMANDS = slash_commands()
OPTIONS = [(path, one) for path, command in COMMANDS.items() for one in command.parameters]
RIGHT = [
    pytest.param(path, one, name, id=f"{path} {one.name} {name}")
    for path, one in OPTIONS
    if path in ROWS and has_row(ROWS[path], one)
    for name in right_values(ROWS[path], one)
]
WRONG = [
    pytest.param(path, one, name, id=f"{path} {one.name} {name}") for path, one in OPTIONS for name in wrong_values(one)
]
COMPLETING = [pytest.param(path, one, id=f"{path} {one.name}") for path, one in OPTIONS if one.autocomplete]
TYPED = ("", "s", "x" * 6000, "**[a](http://b)** @everyone", "\u200b", "a\x00b", "%_'\";--", "🦊" * 200)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give the program and a Discord full of people, for all that is tried here."""
    async with staged(tmp_path_factory.mktemp("table")) as found:
        yield found


async def test_every_command_and_option_has_a_row_of_values_and_no_row_is_left_over() -> None:
    known = {(path, option) for path, row in ROWS.items() for option in row.right}

    lacking = [(path, one.name) for path, one in OPTIONS if path not in ROWS or not has_row(ROWS[path], one)]

    assert set(ROWS) == set(COMMANDS)
    assert not lacking
    assert known <= {(path, one.name) for path, one in OPTIONS}


async def test_what_is_tried_here_is_what_discord_was_told(stage: Stage) -> None:
    told = {path for one in stage.server.state.commands[""] if one.get("type", 1) == 1 for path in _paths(one)}

    assert told == set(COMMANDS)


@pytest.mark.parametrize("path", COMMANDS)
async def test_a_command_is_done_with_nothing_but_what_it_needs(stage: Stage, path: str) -> None:
    who, where = stage.who_and_where(path)
    given = await stage.values(needed(COMMANDS[path]), who)

    seen = await stage.answered(await who.slash(where, path, **given))

    row = ROWS[path]
    if any(row.refuses(name) for name in given or ("",)):
        assert refused(seen)
    elif "picture" not in given and ({"picture", "job"} & {one.name for one in COMMANDS[path].parameters}):
        assert refused(seen)  # Somebody new has no picture and no job of their own.
    else:
        assert taken(seen, row.said), seen


@pytest.mark.parametrize(("path", "option", "name"), RIGHT)
async def test_a_right_value_is_taken(stage: Stage, path: str, option: Parameter, name: str) -> None:
    row = ROWS[path]
    who, where = stage.who_and_where(path)
    given = await stage.values(row.filled(option.name, right_values(row, option)[name]), who)

    seen = await stage.answered(await who.slash(where, path, **given))

    if row.refuses(option.name, name):
        assert refused(seen)
    else:
        assert taken(seen, row.said), seen


@pytest.mark.parametrize(("path", "option", "name"), WRONG)
async def test_a_wrong_value_is_refused_in_words_and_leaves_nothing(
    stage: Stage, path: str, option: Parameter, name: str
) -> None:
    row = ROWS[path]
    who, where = stage.who_and_where(path)
    given = await stage.values(row.filled(option.name, wrong_values(option)[name]), who)
    before = await stage.marks(who)

    used = await who.slash(where, path, force=True, **given)
    seen = await stage.answered(used)

    if option.type is AppCommandOptionType.attachment and seen is not None and not refused(seen):
        # Only when it is fetched, and that is the queue's, it turns out to be no picture.
        assert "Cancel" in seen.buttons
        await used.wait(lambda message: "Cancel" not in message.buttons)
        assert not seen.attachments
        assert "no readable picture" in plain(seen), seen
    elif not row.takes(option.name, name):
        assert refused(seen), seen
    if refused(seen) and not taken(seen, row.said):
        assert await stage.marks(who) == before


@pytest.mark.parametrize("path", COMMANDS)
async def test_an_option_that_is_not_there_and_one_that_is_missing_have_a_sentence(stage: Stage, path: str) -> None:
    who, where = stage.who_and_where(path)
    given = await stage.values(needed(COMMANDS[path]), who)

    await stage.answered(await who.slash(where, path, force=True, **given, nobodys=7))
    for missing in given:
        less = {name: value for name, value in given.items() if name != missing}
        assert refused(await stage.answered(await who.slash(where, path, force=True, **less)))


@pytest.mark.parametrize(("path", "option"), COMPLETING)
async def test_whatever_is_typed_the_suggestions_are_some_that_discord_takes(
    stage: Stage, path: str, option: Parameter
) -> None:
    who, where = stage.who_and_where(path)

    for typed in TYPED:
        for shown, value in await who.complete(path, option.name, typed, channel=where):
            assert shown.strip()
            assert value.strip()

    stage.check()


def _paths(command: dict[str, Any], before: str = "") -> set[str]:
    path = f"{before} {command['name']}".strip()
    inner = [one for one in command.get("options") or () if one["type"] in {1, 2}]
    return {path} if not inner else {found for one in inner for found in _paths(one, path)}
