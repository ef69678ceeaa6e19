"""Who may do what: members try the admins' commands, and everybody tries what is somebody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.lists import PAGE
from pinxit.bot.discord.modals import Form
from pinxit.bot.discord.report_cards import HANDLINGS
from pinxit.chat.cards import Act
from pinxit.domain.errors import Code
from pinxit.domain.ids import JobId
from pinxit.wording import say
from tests.bot.painted import is_final, painted
from tests.bot.table_judge import plain, refused
from tests.bot.table_rows import ROWS, slash_commands
from tests.bot.table_stage import Stage, staged
from tests.bot.table_values import MARK
from tests.platforms.discord.people_commands import PersonError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_sight import Seen

pytestmark = pytest.mark.asyncio(loop_scope="module")

_NAMING = frozenset({"picture", "job"})  # Options that name what may be somebody else's.
COMMANDS = slash_commands()
GUARDED = [path for path, one in COMMANDS.items() if (one.root_parent or one).default_permissions is not None]
ABOUT = [(path, one.name) for path, command in COMMANDS.items() for one in command.parameters if one.name in _NAMING]
TICKETED = ("confirm", "forget", Form.TICKET)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Give the program and a Discord full of people."""
    async with staged(tmp_path_factory.mktemp("people")) as found:
        yield found


async def secret(stage: Stage) -> tuple[str, str]:
    """Return the ids of a job, and of its picture, that are for ada's eyes alone."""
    seen = await painted(stage.ada, stage.room, f"a secret {MARK}", private=True)
    assert seen.is_ephemeral
    job = await stage.job(seen)
    return str(job.id), str(job.images[0].id)


async def forged(stage: Stage, who: Person, custom_id: CustomId) -> Seen | None:
    """Return what somebody is told who presses a button that nobody gave them."""
    shown = await who.find(stage.room, is_final)
    return await stage.answered(await who.press(shown, str(custom_id), force=True))


async def state_of(stage: Stage, job: str) -> str:
    """Return how a job is, and whether it is there."""
    found = await stage.program.studio.store.jobs.job(JobId(job))
    assert found is not None
    return f"{found.state.value} {'gone' if found.is_deleted else 'there'}"


@pytest.mark.parametrize("path", GUARDED)
async def test_a_member_is_not_offered_what_is_the_admins_and_is_refused_when_it_is_sent(
    stage: Stage, path: str
) -> None:
    member = stage.somebody(stage.office)
    given = await stage.values({**ROWS[path].right, **ROWS[path].always}, stage.chief)
    before = await stage.marks(member)

    with pytest.raises(PersonError):
        await member.slash(stage.desk, path, **given)
    seen = await stage.answered(await member.slash(stage.desk, path, force=True, **given))

    assert seen is not None
    assert plain(seen) == say("en", Code.NOT_ADMIN, {})
    assert await stage.marks(member) == before


async def test_whoever_manages_another_server_is_nobody_here(stage: Stage) -> None:
    member = stage.somebody(stage.office)

    seen = await stage.answered(await stage.chief.slash(stage.desk, "admin stats"))
    other = await stage.answered(await member.slash(stage.desk, "admin stats", force=True))

    assert not refused(seen)
    assert refused(other)


@pytest.mark.parametrize("act", [*HANDLINGS, PAGE])
async def test_a_members_forged_button_of_the_admins_is_refused(stage: Stage, act: str) -> None:
    member = stage.somebody(stage.guild)
    asked = await stage.ada.slash(stage.room, "report", picture=stage.picture, reason="look")
    await asked.wait()
    rows = await stage.program.studio.store.database.read(lambda tx: tx.all("SELECT id FROM report"))
    before = await stage.marks(member)

    seen = await forged(stage, member, CustomId(act, "audit" if act == PAGE else str(rows[0]["id"])))

    assert refused(seen)
    assert await stage.marks(member) == before


@pytest.mark.parametrize(("path", "option"), ABOUT)
async def test_nobody_does_anything_with_what_is_for_somebody_elses_eyes(stage: Stage, path: str, option: str) -> None:
    job, picture = await secret(stage)
    ben = stage.somebody(stage.guild)
    given = await stage.values(ROWS[path].filled(option, picture if option == "picture" else job), ben)
    before = await stage.marks(ben)

    assert refused(await stage.answered(await ben.slash(stage.room, path, **given)))
    assert await stage.marks(ben) == before
    assert await state_of(stage, job) == "succeeded there"


@pytest.mark.parametrize(("path", "option"), ABOUT)
async def test_what_is_of_one_server_is_unknown_in_another(stage: Stage, path: str, option: str) -> None:
    given = await stage.values(ROWS[path].filled(option, stage.picture), stage.chief)
    before = await stage.marks(stage.chief)

    assert refused(await stage.answered(await stage.chief.slash(stage.desk, path, **given)))
    assert await stage.marks(stage.chief) == before


@pytest.mark.parametrize("act", list(Act))
async def test_no_forged_button_reaches_what_is_for_somebody_elses_eyes(stage: Stage, act: Act) -> None:
    job, _ = await secret(stage)
    ben = stage.somebody(stage.guild)
    before = await stage.marks(ben)

    for value in ("", "0"):
        assert refused(await forged(stage, ben, CustomId(act, job, value)))

    assert await stage.marks(ben) == before
    assert await state_of(stage, job) == "succeeded there"


@pytest.mark.parametrize("form", list(Form))
async def test_no_forged_form_reaches_what_is_for_somebody_elses_eyes(stage: Stage, form: Form) -> None:
    job, _ = await secret(stage)
    ben = stage.somebody(stage.guild)
    shown = await ben.find(stage.room, is_final)
    opened = await (await ben.press(shown, "Edit")).modal()
    opened.json["custom_id"] = str(CustomId(form, job, "0"))
    before = await stage.marks(ben)

    assert refused(await stage.answered(await ben.submit(opened, prompt=f"a stolen {MARK}")))
    assert await stage.marks(ben) == before


async def test_a_waiting_job_is_cancelled_by_nobody_but_who_asked(stage: Stage) -> None:
    quiet = stage.server.state.guild_of(stage.still)
    ann, ben = stage.somebody(quiet), stage.somebody(quiet)
    job = await stage.waiting_job(ann)
    shown = await ben.find(stage.still, lambda seen: job in str(seen.components))

    by_command = await stage.answered(await ben.slash(stage.still, "cancel", job=job))
    by_button = await stage.answered(await ben.press(shown, "Cancel"))

    assert refused(by_command)
    assert refused(by_button)
    assert await state_of(stage, job) == "queued there"


async def test_a_shared_picture_is_deleted_by_nobody_but_who_asked(stage: Stage) -> None:
    ben = stage.somebody(stage.guild)

    seen = await stage.answered(await ben.press(stage.shown, "🗑️"))

    assert refused(seen)
    assert stage.shown.is_there


@pytest.mark.parametrize("act", TICKETED)
async def test_what_one_person_is_asked_nobody_else_answers(stage: Stage, act: str) -> None:
    ann, ben = stage.somebody(stage.guild), stage.somebody(stage.guild)
    if act == "confirm":
        asked = await (await ann.slash(stage.room, "imagine", prompt=f"a {MARK} --repeat 9", size="64x64")).wait()
        ticket = next(one["custom_id"] for one in asked.components if ":confirm:" in one["custom_id"])
    elif act == "forget":
        asked = await (await ann.slash(stage.room, "mydata", data="delete")).wait()
        ticket = asked.components[0]["custom_id"]
    else:
        ticket = (await (await ann.menu(ann, "Avatar as source", channel=stage.room)).modal()).custom_id
    before = (await stage.marks(ann), await stage.marks(ben))

    shown = await ben.find(stage.room, is_final)
    if act == Form.TICKET:
        opened = await (await ben.press(shown, "Edit")).modal()
        opened.json["custom_id"] = ticket
        used = await ben.submit(opened, prompt=f"a {MARK}")
    else:
        used = await ben.press(shown, ticket, force=True)

    assert refused(await stage.answered(used))
    assert (await stage.marks(ann), await stage.marks(ben)) == before
