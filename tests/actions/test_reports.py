"""Whoever sees a picture may report it, and the guild's admins decide."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pinxit.actions.admin.reports import handle, open_reports, unhide
from pinxit.actions.look import find_image
from pinxit.actions.report import A_DAY_MOST, report
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import GuildId, ImageId, PersonId, new_id
from pinxit.domain.image_rules import Finding, finding_to_text
from tests.actions.atelier import ANNA, BORIS, STRANGER, asked, painted, refusal, running
from tests.actions.test_delete import files
from tests.builders import NOW_AT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinxit.parts import Parts

CARLA = Caller(ANNA.guild, PersonId("carla"), "discord")
MODERATOR = Caller(ANNA.guild, PersonId("max"), "discord", is_moderator=True)


async def audit(parts: Parts) -> Sequence[tuple[str, str, dict[str, Any]]]:
    """Return (actor, act, details) of every row."""
    rows = await parts.store.database.read(lambda tx: tx.all("SELECT * FROM audit ORDER BY id"))
    return [(row["actor"], row["act"], json.loads(row["details"])) for row in rows]


async def test_a_report_comes_with_all_that_is_to_be_known(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        job = await painted(parts, ANNA, "a rude fox")
        image = job.images[0].id
        first = await report(image, "  it is rude ", BORIS, studio)
        again = await report(image, "really", BORIS, studio)
        await report(image, "", CARLA, studio)
        (found,) = await open_reports(ANNA.guild, MODERATOR, studio)
        everywhere = await open_reports(None, OPERATOR, studio)

    assert first == again == found.id
    assert (found.picture.job, found.picture.id, found.picture.person) == (job.id, image, ANNA.person)
    assert (found.prompt, found.reasons, found.count) == ("a rude fox", ("it is rude",), 2)
    assert found.reporters == (BORIS.person, CARLA.person)
    assert everywhere == [found]


async def test_a_report_needs_a_picture_that_its_sender_sees_and_a_bearable_reason(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        public, private = await painted(parts, ANNA), await painted(parts, ANNA, private=True)
        image = public.images[0].id
        codes = [
            (await refusal(doing)).code
            for doing in (
                report(private.images[0].id, "", BORIS, studio),
                report(image, "", STRANGER, studio),
                report(ImageId(new_id(NOW_AT)), "", BORIS, studio),
                report(image, "x" * 501, BORIS, studio),
                report(image, "a\x00b", BORIS, studio),
            )
        ]
        rows = await parts.store.database.read(lambda tx: tx.all("SELECT * FROM report"))

    assert codes == [*[Code.IMAGE_UNKNOWN] * 3, Code.FIELD_RANGE, Code.TEXT_INVALID]
    assert list(rows) == []


async def test_a_person_sends_only_so_many_reports_a_day(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        images = [image.id for _ in range(6) for image in (await painted(parts, ANNA, count=4)).images]
        for image in images[:A_DAY_MOST]:
            await report(image, "", BORIS, parts.studio)
        refused = await refusal(report(images[A_DAY_MOST], "", BORIS, parts.studio))
        await report(images[A_DAY_MOST], "", CARLA, parts.studio)

    assert (refused.code, refused.facts) == (Code.REPORTS_FULL, {"limit": A_DAY_MOST})


async def test_only_admins_of_the_guild_decide(tmp_path: Path) -> None:
    elsewhere = replace(STRANGER, is_moderator=True)
    async with running(tmp_path) as parts:
        studio = parts.studio
        number = await report((await painted(parts, ANNA)).images[0].id, "", BORIS, studio)
        codes = [
            (await refusal(doing)).code
            for doing in (
                open_reports(ANNA.guild, BORIS, studio),
                open_reports(ANNA.guild, elsewhere, studio),
                open_reports(None, MODERATOR, studio),
                handle(number, "hide", BORIS, studio),
                handle(number, "hide", elsewhere, studio),
                handle("no such report", "hide", MODERATOR, studio),
                handle(number, "burn", MODERATOR, studio),
            )
        ]
        still = await open_reports(ANNA.guild, MODERATOR, studio)

    assert codes == [*[Code.NOT_ADMIN] * 4, *[Code.REPORT_UNKNOWN] * 2, Code.FIELD_CHOICE]
    assert [each.id for each in still] == [number]


async def test_a_private_pictures_report_is_for_the_operator_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        number = await report((await painted(parts, ANNA, private=True)).images[0].id, "", ANNA, parts.studio)
        seen = await open_reports(ANNA.guild, MODERATOR, parts.studio)
        refused = await refusal(handle(number, "dismiss", MODERATOR, parts.studio))
        (mine,) = await open_reports(None, OPERATOR, parts.studio)

    assert (seen, refused.code, mine.id) == ([], Code.REPORT_UNKNOWN, number)


async def test_a_dismissed_report_changes_nothing_but_the_books(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        image = (await painted(parts, ANNA)).images[0].id
        number = await report(image, "", BORIS, parts.studio)
        await handle(number, "dismiss", MODERATOR, parts.studio)
        again = await refusal(handle(number, "hide", MODERATOR, parts.studio))
        shown = await find_image(image, BORIS, parts.studio)
        book = await audit(parts)

    assert (again.code, shown.is_hidden) == (Code.REPORT_UNKNOWN, False)
    assert book == [("max", "report.dismiss", {"report": number, "verdict": "dismiss", "count": 1})]


async def test_a_hidden_picture_can_be_shown_again_unless_it_sexualizes_minors(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        job = await painted(parts, ANNA)
        image = job.images[0].id
        number = await report(image, "", BORIS, studio)
        with parts.events.listen(job.id) as heard:
            await handle(number, "hide", MODERATOR, studio)
            assert heard.is_set()
        hidden = await refusal(find_image(image, ANNA, studio))
        refused = await refusal(unhide(image, BORIS, studio))
        await unhide(image, MODERATOR, studio)
        shown = await find_image(image, ANNA, studio)
        abuse = finding_to_text(Finding(is_flagged=True, categories=("sexual/minors",)))
        await parts.store.database.write(
            lambda tx: tx.run("UPDATE image SET hidden = 1, verdict = :v WHERE id = :id", v=abuse, id=image)
        )
        never = await refusal(unhide(image, OPERATOR, studio))
        book = [act for _, act, _ in await audit(parts)]

    assert (hidden.code, refused.code, never.code) == (Code.IMAGE_WITHHELD, Code.NOT_ADMIN, Code.IMAGE_WITHHELD)
    assert not shown.is_hidden
    assert sorted(book) == ["image.shown", "report.hide"]


async def test_a_deleted_picture_is_gone_from_the_disk(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, count=2)
        image = job.images[0].id
        number = await report(image, "", BORIS, parts.studio)
        await report(image, "", CARLA, parts.studio)
        await handle(number, "delete", MODERATOR, parts.studio)
        gone = await refusal(find_image(image, ANNA, parts.studio))
        left = await open_reports(ANNA.guild, MODERATOR, parts.studio)
        book = await audit(parts)

    assert gone.code is Code.IMAGE_GONE
    assert left == []
    assert [name for name in files(tmp_path, "images") if image in name] == []
    assert len(files(tmp_path, "images")) == 3
    assert book == [("max", "report.delete", {"report": number, "verdict": "delete", "count": 2})]


async def test_who_asked_for_a_reported_picture_can_be_banned(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        image = (await painted(parts, ANNA)).images[0].id
        number = await report(image, "", BORIS, parts.studio)
        await handle(number, "ban", MODERATOR, parts.studio, hours=2)
        refused = await refusal(asked(parts, ANNA))
        hidden = await refusal(find_image(image, BORIS, parts.studio))
        elsewhere = await asked(parts, replace(ANNA, guild=GuildId("discord:2")))
        book = [(actor, act) for actor, act, _ in await audit(parts)]

    assert (refused.code, hidden.code) == (Code.BANNED, Code.IMAGE_WITHHELD)
    assert elsewhere.person == ANNA.person
    assert sorted(book) == [("max", "ban.set"), ("max", "report.ban")]


async def test_a_ban_that_is_refused_leaves_the_report_open(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        image = (await painted(parts, OPERATOR)).images[0].id
        number = await report(image, "", OPERATOR, parts.studio)
        refused = await refusal(handle(number, "ban", OPERATOR, parts.studio))
        left = await open_reports(None, OPERATOR, parts.studio)

    assert refused.code is Code.NOT_BANNABLE
    assert [each.id for each in left] == [number]
