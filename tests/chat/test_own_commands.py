"""The commands about quota, styles, descriptions, reports, the original and personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.quota import GrantWish, QuotaWish, grant, set_quota
from pinxit.actions.admin.reports import open_reports
from pinxit.actions.settings import load_settings
from pinxit.chat.acts import press
from pinxit.chat.cards import Act, view
from pinxit.chat.commands import COMMANDS, commands_for, run
from pinxit.chat.estimate import estimate
from pinxit.chat.replies import Asker, Page, Reply
from pinxit.domain.caller import OPERATOR
from pinxit.domain.delivery import Card
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.request import Enhance, Role
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, STRANGER, painted, refusal, running
from tests.builders import NOW_AT, a_png

if TYPE_CHECKING:
    from pathlib import Path

ANNA_ASKS = Asker(ANNA, "en")
SMALL = "--size 96x64 --seed 7"


async def test_quota_says_each_limit_and_when_it_frees(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        free = await run("/quota", ANNA_ASKS, parts.studio)
        await painted(parts, ANNA)
        await set_quota(QuotaWish("member", f"{ANNA.guild}/anna", "credit", "day", 12_000), OPERATOR, parts.studio)
        await grant(GrantWish("person", "anna", "credit", 5000, 30.0), OPERATOR, parts.studio)
        limited = await run("/quota", ANNA_ASKS, parts.studio)
        german = await run("/quota", Asker(ANNA, "de"), parts.studio)

    assert free == Reply("No limit holds for you here.", page=Page.QUOTA, about=ANNA.guild)
    first, second = limited.said.splitlines()
    assert first == "0.1 of your 12 credits are used today; they reset at 00:00 UTC."
    assert second.startswith("5 of 5 credits granted on top are left, until ")
    assert "heute" in german.said


async def test_styles_are_named(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        reply = await run("/styles", ANNA_ASKS, parts.studio)

    assert "Watercolour" in reply.said
    assert reply.page is Page.STYLES


async def test_a_picture_becomes_a_prompt_in_the_box(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, "a red {fox, bear}")
        data = await parts.blobs.get(job.images[0].path)
        newest = await run("/describe", ANNA_ASKS, parts.studio)
        named = await run(f"/describe {job.images[0].id}", Asker(BORIS, "en"), parts.studio)
        sent = Asker(BORIS, "en", sources=(SourceDraft(Role.IMAGE, data=data),))
        attached = await run("/describe", sent, parts.studio)
        stranger = await refusal(run(f"/describe {job.images[0].id}", Asker(STRANGER, "en"), parts.studio))
        blank = Asker(BORIS, "en", sources=(SourceDraft(Role.IMAGE, data=a_png(7)),))
        nothing = await refusal(run("/describe", blank, parts.studio))

    assert newest.refill == named.refill == attached.refill == r"/imagine a red \{fox, bear}"
    assert newest.said == "The file says what was asked for. It is in the box."
    assert (stranger.code, nothing.code) == (Code.IMAGE_UNKNOWN, Code.DESCRIBE_NOTHING)


async def test_a_report_reaches_the_admins_with_its_reason(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, count=2)
        said = await run(f"/report {job.images[1].id} somebody is insulted", Asker(BORIS, "en"), parts.studio)
        await press(Act.REPORT, job.id, None, Asker(BORIS, "en"), parts.studio, "all of them")
        found = await open_reports(None, OPERATOR, parts.studio)
        stranger = await refusal(run(f"/report {job.images[1].id}", Asker(STRANGER, "en"), parts.studio))

    assert said.said == "Reported. An admin will look at it."
    assert {(one.picture.index, one.reasons) for one in found} == {
        (0, ("all of them",)),
        (1, ("somebody is insulted",)),
    }
    assert stranger.code is Code.JOB_UNKNOWN


async def test_the_original_is_painted_without_what_was_added(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, enhance=Enhance.RULES)
        (again,) = (await run("/original", ANNA_ASKS, parts.studio)).jobs
        offered = [button.act for row in view(Card(job), "en", NOW_AT).buttons for button in row]
        plain = await painted(parts, ANNA, enhance=Enhance.OFF)
        not_offered = [button.act for row in view(Card(plain), "en", NOW_AT).buttons for button in row]

    assert job.request.enhanced
    assert (again.request.enhanced, again.request.prompt, again.request.seed) == ("", job.request.prompt, 7)
    assert Act.ORIGINAL in offered
    assert Act.ORIGINAL not in not_offered


async def test_everybody_chooses_how_their_prompts_are_enhanced(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        said = [
            (await run(f"/enhance {level}", ANNA_ASKS, parts.studio)).said for level in ("off", "on", "", "default")
        ]
        kept = await load_settings(ANNA, parts.studio)
        wrong = await refusal(run("/enhance rule", ANNA_ASKS, parts.studio))
        no_model = await refusal(run("/enhance llm", ANNA_ASKS, parts.studio))

    assert [line.rpartition(": ")[2] for line in said[:3]] == ["off.", "rules.", "rules."]
    assert "the guild decides" in said[3]
    assert kept.enhance is None
    assert (wrong.code, wrong.facts["nearest"]) == (Code.FIELD_CHOICE, "rules")
    assert no_model.code is Code.FIELD_CHOICE


async def test_everything_about_oneself_is_deleted_only_when_one_is_sure(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA)
        how = await run("/mydata", ANNA_ASKS, parts.studio)
        export = await run("/mydata export", ANNA_ASKS, parts.studio)
        asked = await run("/mydata delete", ANNA_ASKS, parts.studio)
        there = await parts.store.images.image(job.images[0].id)
        gone = await run("/mydata delete yes", ANNA_ASKS, parts.studio)
        image = await parts.store.images.image(job.images[0].id)
        wrong = await refusal(run("/mydata burn", ANNA_ASKS, parts.studio))

    assert how.page is export.page is Page.MYDATA
    assert "cannot be undone" in asked.said
    assert there is not None
    assert not there.is_deleted
    assert gone.said == "Everything about you is deleted: 1 job and 1 picture."
    assert image is None or image.is_deleted
    assert wrong.code is Code.FIELD_CHOICE


async def test_many_jobs_wait_for_a_yes_and_keep_what_was_attached(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        asked = await run(f"a {{a,b,c}} {{1,2,3}} fox {SMALL}", ANNA_ASKS, parts.studio)
        sent = await run(asked.refill, ANNA_ASKS, parts.studio)

    assert (asked.jobs, asked.keeps) == ((), True)
    assert asked.said == "This makes 9 jobs for 0.9 credits. Send it once more with --yes if you want that."
    assert asked.refill == f"/imagine a {{a,b,c}} {{1,2,3}} fox {SMALL} --yes"
    assert (len(sent.jobs), sent.keeps) == (9, False)


async def test_hints_are_told_beside_what_was_queued(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        reply = await run(f"a fox {SMALL} --stylize 250", ANNA_ASKS, parts.studio)

    assert len(reply.hints) == 1
    assert reply.hints[0].startswith("--stylize 250 is Midjourney's")
    assert reply.said.splitlines() == [reply.said.splitlines()[0], *reply.hints]


@pytest.mark.parametrize(
    ("text", "credits_milli", "jobs"),
    [
        ("a fox --size 1024x1024", 1000, 1),
        ("/imagine a {red, blue} fox", 1200, 2),
        ("a {a,b,c} {1,2,3} fox", 5400, 9),
        ("/queue", None, 0),
        ("/imagine ", None, 0),
        ("a fox --seed x", None, 0),
    ],
)
async def test_a_price_is_told_before_anything_is_sent(
    tmp_path: Path, text: str, credits_milli: int | None, jobs: int
) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        found = await estimate(text, ANNA_ASKS, parts.studio)
        states = await parts.store.jobs.states()

    assert (None if found is None else found.credits_milli, 0 if found is None else found.jobs) == (credits_milli, jobs)
    assert states == {}


async def test_what_is_only_being_typed_is_no_block_in_the_audit(tmp_path: Path) -> None:
    settings = f'{NOBODY_PAINTS}\n[moderation]\nblocked_words = ["grimblefax"]\n'
    async with running(tmp_path, settings) as parts:
        typed = await estimate("a grimblefax", ANNA_ASKS, parts.studio)
        before = await parts.store.database.read(lambda tx: tx.all("SELECT act FROM audit"))
        sent = await refusal(run("a grimblefax", ANNA_ASKS, parts.studio))
        after = await parts.store.database.read(lambda tx: tx.all("SELECT act FROM audit"))

    assert (typed, sent.code) == (None, Code.MODERATED)
    assert (len(before), [row["act"] for row in after]) == (0, ["prompt.blocked"])


def test_only_admins_are_shown_what_admins_can_do() -> None:
    names = {command.name for command in commands_for(ANNA)}

    assert "admin" not in names
    assert {command.name for command in commands_for(OPERATOR)} == {command.name for command in COMMANDS}
    assert names == {command.name for command in COMMANDS} - {"admin"}
