"""What admins type behind /admin does what it says, for those who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.guild_settings import load_guild
from pinxit.actions.admin.quota import show_quotas
from pinxit.actions.admin.reports import open_reports
from pinxit.actions.quota import balance
from pinxit.actions.report import report
from pinxit.chat.admin_commands import ADMIN_COMMANDS
from pinxit.chat.commands import run
from pinxit.chat.replies import Asker, Page
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import PersonId
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, asked, painted, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.parts import Parts

CHIEF = Asker(replace(OPERATOR, guild=ANNA.guild, platform="discord"), "en")
MODERATOR = Asker(Caller(ANNA.guild, PersonId("max"), "discord", is_moderator=True), "en")


async def do(parts: Parts, *lines: str, asker: Asker = CHIEF) -> list[str]:
    return [(await run(f"/admin {line}", asker, parts.studio)).said for line in lines]


@pytest.mark.parametrize("name", [command.name for command in ADMIN_COMMANDS])
async def test_nobody_else_may_do_any_of_it(tmp_path: Path, name: str) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        error = await refusal(run(f"/admin {name} x", Asker(ANNA, "en"), parts.studio))

    assert error.code is Code.NOT_ADMIN


async def test_limits_are_set_shown_forgiven_and_taken_away(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        await painted(parts, ANNA)
        await do(
            parts,
            "quota set everyone 12/day",
            "quota set anna 20/week",
            "quota set guild $1.5/month",
            "quota set all 900/total",
            "quota set role:artists 30/day",
            "quota set person:anna 7/day",
            "quota grant anna 5 30d for the contest",
        )
        (shown,) = await do(parts, "quota show")
        (ranked,) = await do(parts, "quota top")
        used = (await balance(ANNA, parts.studio)).lines
        await do(parts, "quota reset anna", "quota set anna none/week", "quota set guild $none/month")
        forgiven = (await balance(ANNA, parts.studio)).lines
        grants = (await balance(ANNA, parts.studio)).grants
        everything = await show_quotas(None, OPERATOR, parts.studio)

    assert set(shown.splitlines()) == {
        "role:everyone 12/day",
        "anna 20/week",
        "guild:discord:1 1.5$/month",
        "role:artists 30/day",
    }
    assert ranked == "anna: 0.1 credits, 1 job"
    assert {line.used for line in used if line.scope.value == "member"} == {100}
    assert {line.used for line in forgiven if line.scope.value == "member"} <= {0}
    assert [(one.amount, one.left) for one in grants] == [(5000, 5000)]
    assert {(line.scope.value, line.amount) for line in everything} == {
        ("role", 12_000),
        ("role", 30_000),
        ("person", 7000),
        ("everyone", 900_000),
    }


async def test_a_guild_s_admins_may_decide_about_their_guild_alone(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, ANNA)
        said = await do(parts, "quota set everyone 12/day", "pause", "pause", "resume", asker=MODERATOR)
        too_much = (
            "quota set all 12/day",
            "quota set everyone $1/day",
            "weight 2",
            "cap 1",
            "pause all",
            "pause sketch",
        )
        codes = [(await refusal(run(f"/admin {line}", MODERATOR, parts.studio))).code for line in too_much]
        (listed,) = await do(parts, "", asker=MODERATOR)

    assert said == ["Done.", "Done.", "Nothing to change: it was so already.", "Done."]
    assert codes == [Code.NOT_ADMIN] * len(too_much)
    assert "/admin quota" in listed
    assert "/admin weight" not in listed


async def test_the_queue_is_weighed_paused_and_cleared(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        mine, other = await asked(parts, ANNA), await asked(parts, BORIS)
        await do(parts, "weight 2,5", "cap 3", "pause")
        paused = await load_guild(ANNA.guild, OPERATOR, parts.studio)
        cleared = await do(parts, "resume", "clear anna", "clear", "cap none", "pause all", "resume all")
        after = await load_guild(ANNA.guild, OPERATOR, parts.studio)
        states = [(await parts.store.jobs.job(job.id)) for job in (mine, other)]

    assert (paused.weight, paused.running_cap, paused.is_paused) == (2.5, 3, True)
    assert (after.running_cap, after.is_paused) == (None, False)
    assert cleared == ["Done.", "1 job was cancelled.", "1 job was cancelled.", "Done.", "Done.", "Done."]
    assert [job.state.value for job in states if job is not None] == ["cancelled", "cancelled"]


async def test_who_is_banned_cannot_ask_until_the_ban_ends(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, BORIS)
        before = parts.studio.clock.now()
        await do(parts, "ban boris 24 he was rude")
        banned = await refusal(run("a fox", Asker(BORIS, "en"), parts.studio))
        (listed,) = await do(parts, "bans")
        (ban,) = await parts.store.bans.active(ANNA.guild, 0)
        lifted = await do(parts, "unban boris", "unban boris")
        (job,) = (await run("a fox", Asker(BORIS, "en"), parts.studio)).jobs
        await do(parts, "ban boris never again")
        (endless,) = await parts.store.bans.active(ANNA.guild, 0)

    assert banned.code is Code.BANNED
    assert listed.startswith("boris · he was rude · 20")
    assert ban.until_at is not None
    assert timedelta(hours=23) < ban.until_at - before < timedelta(hours=25)
    assert lifted == ["Done.", "Nothing to change: it was so already."]
    assert job.person == "boris"
    assert (endless.until_at, endless.reason) == (None, "never again")


async def test_settings_are_listed_explained_saved_and_taken_back(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await do(
            parts,
            "settings nsfw withhold",
            "settings aspect 3:2",
            "settings failover off",
            "settings blocked_words mud, rust",
            "settings time_zone Europe/Berlin",
        )
        (listed,) = await do(parts, "settings")
        (one,) = await do(parts, "settings nsfw")
        (job,) = (await run("a fox", Asker(ANNA, "en"), parts.studio)).jobs
        await do(parts, "settings aspect none")
        after = await load_guild(ANNA.guild, OPERATOR, parts.studio)
        wrong = [
            (error.code, error.facts["nearest"])
            for error in [
                await refusal(run(f"/admin settings {line}", CHIEF, parts.studio))
                for line in ("nsfv withhold", "nsfw withold", "nsfv")
            ]
        ]

    told = dict(line.split(" (")[0].split(": ", 1) for line in listed.splitlines())
    assert told["nsfw"] == "withhold"
    assert (told["aspect"], told["failover"], told["blocked_words"]) == ("3:2", "off", "mud, rust")
    assert told["time_zone"] == "Europe/Berlin"
    assert one.startswith("nsfw: withhold (")
    assert len(one.splitlines()) == 1
    assert job.request.width_px > job.request.height_px
    assert after.rules.aspect is None
    assert wrong == [(Code.FIELD_UNKNOWN, "nsfw"), (Code.FIELD_CHOICE, "withhold"), (Code.FIELD_UNKNOWN, "nsfw")]


async def test_a_style_of_the_guild_is_added_and_removed(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await do(parts, "style add candle lit: gothic novel, candle light")
        (job,) = (await run('a fox --style "Candle Lit"', Asker(ANNA, "en"), parts.studio)).jobs
        await do(parts, "style remove candle lit")
        rules, _ = await parts.store.guilds.rules(ANNA.guild)
        wrong = [
            (await refusal(run(f"/admin style {line}", CHIEF, parts.studio))).code for line in ("ad x: y", "add x")
        ]

    assert job.request.suffix == "gothic novel, candle light"
    assert rules.styles == {}
    assert wrong == [Code.FIELD_CHOICE, Code.FIELD_MISSING]


async def test_reports_are_listed_and_decided(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, "a rude fox")
        name = await report(job.images[0].id, "it is rude", BORIS, parts.studio)
        (listed,) = await do(parts, "reports")
        await do(parts, f"report {name} hide")
        left = await open_reports(None, OPERATOR, parts.studio)
        image = await parts.store.images.image(job.images[0].id)
        (book,) = await do(parts, "audit")
        (nothing,) = await do(parts, "reports")

    assert listed == f"{name} · anna · ×1 · a rude fox · it is rude"
    assert left == []
    assert image is not None
    assert image.is_hidden
    assert "report.hide" in book
    assert "rude" not in book
    assert nothing == "There is nothing to show."


async def test_what_cannot_be_understood_is_named_with_the_nearest(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        errors = [
            await refusal(run(f"/admin {line}", CHIEF, parts.studio))
            for line in ("paus", "quota sett anna 3/day", "quota set anna", "quota set anna 3/dai", "weight heavy")
        ]
        page = await run("/admin", CHIEF, parts.studio)

    assert [(error.code, error.facts.get("nearest", "")) for error in errors] == [
        (Code.FIELD_CHOICE, "pause"),
        (Code.FIELD_CHOICE, "set"),
        (Code.FIELD_MISSING, ""),
        (Code.FIELD_CHOICE, "day"),
        (Code.FIELD_TYPE, ""),
    ]
    assert page.page is Page.ADMIN
    assert all(f"/admin {command.name}" in page.said for command in ADMIN_COMMANDS)
