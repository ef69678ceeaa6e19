"""Every command and every menu entry of the registered tree, in every place where it can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from discord import AppCommandType

from tests.bot.painted import is_final, painted
from tests.bot.table_judge import refused, taken
from tests.bot.table_rows import ROWS, menu_commands, needed, slash_commands
from tests.bot.table_stage import IN_SERVERS, SPOTS, Stage, staged
from tests.bot.table_values import MARK
from tests.platforms.discord.people_commands import PersonError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMANDS = slash_commands()
MENUS = menu_commands()
PAINTING = frozenset({"imagine", "vary", "upscale", "outpaint", "inpaint", "blend", "recreate"})


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give a Discord in whose every place somebody has had a picture painted."""
    async with staged(tmp_path_factory.mktemp("places")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pictures(stage: Stage) -> Mapping[str, str]:
    """Give the id of a picture that was painted in each of the places."""
    seen = {name: await painted(spot.who, spot.where, f"a {MARK}") for name, spot in stage.spots.items()}
    return {name: str((await stage.job(one)).images[0].id) for name, one in seen.items()}


def is_offered(path: str, place: str) -> bool:
    """Tell whether the tree offers a command in a place."""
    root = COMMANDS[path].root_parent or COMMANDS[path]
    contexts = root.allowed_contexts
    return contexts is None or place in IN_SERVERS or bool(contexts.dm_channel)


async def test_the_places_are_all_that_there_are(stage: Stage) -> None:
    assert set(stage.spots) == set(SPOTS)


@pytest.mark.parametrize("place", SPOTS)
@pytest.mark.parametrize("path", COMMANDS)
async def test_a_command_is_answered_in_every_place_that_offers_it(
    stage: Stage, pictures: Mapping[str, str], path: str, place: str
) -> None:
    spot, row = stage.spots[place], ROWS[path]
    if not is_offered(path, place):
        with pytest.raises(PersonError):
            await spot.who.slash(spot.where, path)
        return
    given = await stage.values(needed(COMMANDS[path]), spot.who)
    if "picture" in {option.name for option in COMMANDS[path].parameters}:
        given["picture"] = pictures[place]

    used = await spot.who.slash(spot.where, path, **given)
    seen = await stage.answered(used)

    if path == "cancel" or any(row.refuses(name) for name in given or ("",)):
        assert refused(seen)  # Nothing of theirs waits; only the operator may.
    else:
        assert taken(seen, row.said), seen
    if path in PAINTING and seen is not None:
        await used.wait(is_final)
        stage.check()


@pytest.mark.parametrize("place", SPOTS)
@pytest.mark.parametrize("path", [path for path in COMMANDS if not all(is_offered(path, place) for place in SPOTS)])
async def test_what_is_not_offered_is_refused_all_the_same_when_it_is_sent(stage: Stage, path: str, place: str) -> None:
    spot = stage.spots[place]
    if is_offered(path, place):
        return
    given = {name: value for name, value in needed(COMMANDS[path]).items() if not callable(value)}
    before = await stage.marks(spot.who)

    assert refused(await stage.answered(await spot.who.slash(spot.where, path, force=True, **given)))
    assert await stage.marks(spot.who) == before


@pytest.mark.parametrize("place", SPOTS)
@pytest.mark.parametrize("name", MENUS)
@pytest.mark.usefixtures("pictures")
async def test_a_menu_entry_is_answered_in_every_place(stage: Stage, name: str, place: str) -> None:
    spot = stage.spots[place]
    theirs = await spot.who.find(spot.where, is_final)
    bare = await spot.who.say(spot.where, f"no picture of a {MARK}")

    if MENUS[name].type is AppCommandType.user:
        await stage.answered(await spot.who.menu(spot.who, name, channel=spot.where))
    else:
        assert taken(await stage.answered(await spot.who.menu(theirs, name)), "")
        assert refused(await stage.answered(await spot.who.menu(bare, name)))
