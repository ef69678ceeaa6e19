"""Everything that can be pressed, chosen or filled in, left behind by one life of the program and used in the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from pinxit.bot.discord.custom_ids import read_custom_id
from pinxit.bot.discord.facts import EXPORT, FORGET
from pinxit.bot.discord.lists import PAGE
from pinxit.bot.discord.modals import Form
from pinxit.bot.discord.personal import JOIN
from pinxit.bot.discord.report_cards import HANDLINGS
from pinxit.chat.cards import Act
from pinxit.domain.ids import JobId
from pinxit.domain.job import JobState
from pinxit.wording import Phrase, say
from tests.bot.living import living
from tests.bot.painted import is_final
from tests.bot.table_city import City, Item
from tests.bot.table_judge import Judge, listening, plain, refused
from tests.bot.table_stage import PAINTERS, addresses_kept
from tests.bot.table_values import MARK
from tests.platforms.discord.server import DiscordServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.bot.living import Living
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_modals import Modal

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNSHOWN = frozenset({Act.FAVOURITE, Act.RECREATE})  # Acts of reactions and commands; no button has them.
PRESSED = (*(act for act in Act if act not in UNSHOWN), "confirm", "decline", PAGE, EXPORT, FORGET, JOIN, *HANDLINGS)
# Where a bare sentence says that it was done.
SAID = {
    Act.CANCEL: "ancelled",
    Act.DELETE: "eleted",
    Act.FILES: "sent",
    "decline": "othing",
    JOIN: say("en", Phrase.SAID_LINKED, {}),
}
FORGOTTEN = "is deleted"
ENDING = frozenset({"decline", *HANDLINGS})  # After these nothing is left to press.


@dataclass(slots=True)
class Left:
    """What the first life left behind, in the second."""

    judge: Judge
    life: Living
    items: list[Item] = field(default_factory=list)
    forms: dict[str, tuple[Person, Modal]] = field(default_factory=dict)

    def of(self, act: str) -> list[Item]:
        """Return one item of an act for each kind of thing that it can be about."""
        kinds = {
            (one.said.subject if act == PAGE else bool(one.said.subject)): one
            for one in self.items
            if one.said.act == act
        }
        return list(kinds.values())


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def left(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Left]:
    """Give what stands in the messages and forms of one life, in the next one over the same folder."""
    folder = tmp_path_factory.mktemp("restart")
    with addresses_kept(), listening() as lines:
        async with DiscordServer() as server:
            judge = Judge(server, lines)
            city = City(server)
            async with living(server, folder, PAINTERS) as life:
                await city.fill(life.studio)
            judge.check()
            async with living(server, folder, PAINTERS) as again:
                yield Left(judge, again, city.items, city.forms)
                judge.check()


async def test_whatever_was_shown_is_tried_here(left: Left) -> None:
    shown = {read_custom_id(one["custom_id"]) for message in _messages(left) for one in message if one.get("custom_id")}

    assert None not in shown
    assert {one.act for one in shown if one is not None} == set(PRESSED)
    assert {one.said.act for one in left.items} == set(PRESSED)
    assert set(left.forms) == set(Form)


@pytest.mark.parametrize("act", PRESSED)
async def test_a_button_or_select_of_the_life_before_does_what_it_says(left: Left, act: str) -> None:
    for item in left.of(act):
        if "options" in item.json:
            values = [one["value"] for one in item.json["options"] if not one.get("default")]
            used = await item.who.choose(item.seen, values[0], select=item.json["custom_id"])
        else:
            used = await item.who.press(item.seen, item.json["custom_id"])
        seen = await left.judge.answered(used)

        if act in SAID:
            assert seen is not None
            assert SAID[act] in plain(seen), seen
        else:
            is_sure = act == FORGET and bool(item.said.subject)
            assert refused(seen) is is_sure, seen
            assert not is_sure or (seen is not None and FORGOTTEN in plain(seen)), seen
        assert act not in ENDING or not item.seen.components
        if act == Act.CANCEL:  # Of a job that waited over the restart.
            (job,) = await left.life.studio.store.history.named([JobId(item.said.subject)])
            assert job.state is JobState.CANCELLED
        if seen is not None and "Cancel" in seen.buttons:
            await used.wait(is_final)


@pytest.mark.parametrize("form", list(Form))
async def test_a_form_that_was_open_over_the_restart_is_taken(left: Left, form: Form) -> None:
    who, opened = left.forms[form]
    said = {"reason": "ugly"} if form is Form.REPORT else {"prompt": f"a blue {MARK} --size 64x64"}

    used = await who.submit(opened, said)
    seen = await left.judge.answered(used)

    assert seen is not None
    if form is Form.REPORT:
        assert "Reported" in seen.text
    else:
        await used.wait(is_final)


def _messages(left: Left) -> list[list[dict[str, Any]]]:
    state = left.judge.server.state
    found = [one for one in state.messages.values() if one.author_id == state.bot.id]
    shown = [json for one in found for json in one.history]
    return [[item for row in json.get("components") or () for item in row["components"]] for json in shown]
