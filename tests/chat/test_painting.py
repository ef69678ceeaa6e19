"""Painting what was typed and chosen, where there is little room or time, and after a yes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.asking import Room, Target
from pinxit.chat.painting import confirm, paint
from pinxit.chat.replies import Asker
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.draft_json import draft_from_json, draft_to_json
from pinxit.domain.errors import Code
from pinxit.domain.ids import ImageId
from pinxit.domain.job import Priority
from pinxit.domain.request import Enhance, Lora, Mode, Outpaint, Role
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, refusal, running
from tests.builders import a_png

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinxit.domain.delivery import Delivery
    from pinxit.domain.job import Job
    from pinxit.parts import Parts

APART = Target("discord", "room", '{"command": "/imagine"}')
HERE = Target("discord", "room", '{"secret": {"token": "t"}}', further=APART)
ASKER = Asker(ANNA, "en", key="i1", target=HERE)
SILENT = Draft(prompt="")
SMALL = Draft(prompt="", width_px=96, height_px=64)


async def deliveries(parts: Parts, jobs: Sequence[Job]) -> list[Delivery]:
    """Return the one delivery of each job."""
    return [one for job in jobs for one in await parts.store.deliveries.of_job(job.id)]


async def test_what_is_typed_and_what_is_chosen_say_it_together(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        chosen = replace(SMALL, steps=12, style="Watercolour", private=True)
        reply = await paint("a fox --seed 5 --steps 12", chosen, ASKER, parts.studio)
        clash = await refusal(paint("a fox --steps 9", chosen, replace(ASKER, key="i2"), parts.studio))
        unmasked = await refusal(paint("a hat", SILENT, ASKER, parts.studio, Mode.INPAINT))

    (job,) = reply.jobs
    assert (job.request.seed, job.request.steps, job.private) == (5, 12, True)
    assert (clash.code, clash.facts["field"]) == (Code.FIELD_CONFLICT, "steps")
    assert unmasked.code is Code.SOURCE_MISSING


async def test_further_jobs_have_a_place_of_their_own(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        reply = await paint("a {red, blue, grey} fox", SMALL, ASKER, parts.studio)
        again = await paint("a {red, blue, grey} fox", SMALL, ASKER, parts.studio)
        targets = [delivery.target for delivery in await deliveries(parts, reply.jobs)]

    assert [job.id for job in again.jobs] == [job.id for job in reply.jobs]
    assert targets == [{"secret": {"token": "t"}}, {"command": "/imagine"}, {"command": "/imagine"}]


async def test_the_same_wish_told_twice_is_one_though_its_address_differs(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        first = await paint("a fox", SMALL, ASKER, parts.studio)
        later = replace(ASKER, target=replace(HERE, address='{"asked_s": 7}'))
        second = await paint("a fox", SMALL, later, parts.studio)

    assert [job.id for job in second.jobs] == [job.id for job in first.jobs]


@pytest.mark.parametrize(
    ("room", "private", "is_refused"),
    [
        (Room.ANY, True, False),
        (Room.ONE, False, True),
        (Room.ONE_PRIVATE, True, True),
        (Room.ONE_PRIVATE, False, False),
    ],
)
async def test_where_one_message_has_room_there_is_one_job(
    tmp_path: Path, room: Room, *, private: bool, is_refused: bool
) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        asker = replace(ASKER, target=replace(HERE, room=room))
        fields = replace(SMALL, private=private)
        if not is_refused:
            assert len((await paint("a {red, blue} fox", fields, asker, parts.studio)).jobs) == 2
            return
        refused = await refusal(paint("a {red, blue} fox", fields, asker, parts.studio))
        one = await paint("a fox", fields, asker, parts.studio)

    assert (refused.code, refused.facts) == (Code.ONE_MESSAGE, {"count": 2})
    assert len(one.jobs) == 1


async def test_one_private_by_habit_counts_as_private(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await parts.store.database.write(
            lambda tx: tx.run(
                """INSERT INTO person (id, settings, created_ms) VALUES ('anna', '{"private": true}', 0)"""
            )
        )
        asker = replace(ASKER, target=replace(HERE, room=Room.ONE_PRIVATE))
        refused = await refusal(paint("a {red, blue} fox", SMALL, asker, parts.studio))

    assert refused.code is Code.ONE_MESSAGE


async def test_what_would_come_too_late_to_be_shown_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        asker = replace(ASKER, target=replace(HERE, within_s=600.0, further=None))
        before = await paint("a fox", SMALL, asker, parts.studio)
        await parts.store.database.write(
            lambda tx: tx.run("UPDATE lane SET backlog_s = 700 WHERE guild_id = :guild", guild=ANNA.guild)
        )
        await parts.queue.look()
        refused = await refusal(paint("a fox", SMALL, replace(asker, key="i2"), parts.studio))
        elsewhere = await paint("a fox", SMALL, replace(ASKER, key="i3"), parts.studio)

    assert len(before.jobs) == len(elsewhere.jobs) == 1
    assert refused.code is Code.TOO_LONG_HERE
    assert refused.facts["within_s"] == 600.0
    assert isinstance(refused.facts["eta_s"], float)
    assert refused.facts["eta_s"] > 700


async def test_so_many_jobs_are_queued_after_a_yes_once_and_for_their_person(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        chosen = replace(SMALL, steps=12, loras=(), aspect=None)
        asked = await paint("a fox in __season__ --repeat 9", chosen, ASKER, parts.studio)
        assert (await refusal(confirm(asked.confirm, Asker(BORIS, "en"), parts.studio))).code is Code.NOT_YOURS

        pressed = Asker(ANNA, "en", key="i2", target=replace(HERE, address="{}"))
        reply = await confirm(asked.confirm, pressed, parts.studio)

        twice = await refusal(confirm(asked.confirm, pressed, parts.studio))
        (first, *_) = await deliveries(parts, reply.jobs)

    assert asked.jobs == ()
    assert asked.said.startswith("This makes 9 jobs")
    assert asked.refill == "/imagine a fox in __season__ --repeat 9 --size 96x64 --steps 12 --yes"
    assert len(reply.jobs) == 9
    assert {job.request.steps for job in reply.jobs} == {12}
    assert first.target == {}
    assert twice.code is Code.TICKET_GONE


async def test_a_wish_with_a_file_is_asked_about_without_a_ticket(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        sent = replace(ASKER, sources=(SourceDraft(Role.IMAGE, data=a_png()),))
        reply = await paint("a fox --repeat 9", SMALL, sent, parts.studio)
        kept = await parts.store.database.read(lambda tx: tx.all("SELECT * FROM ticket"))

    assert (reply.confirm, reply.keeps, list(kept)) == ("", True, [])


async def test_whether_the_channel_is_for_adults_is_kept_with_the_job(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        for number, is_adult in enumerate((None, True, False)):
            asker = replace(ASKER, key=f"a{number}", target=replace(HERE, is_adult=is_adult))
            await paint("a fox", SMALL, asker, parts.studio)
        rows = await parts.store.database.read(lambda tx: tx.all("SELECT adult FROM job ORDER BY id"))

    assert [row["adult"] for row in rows] == [None, 1, 0]


def test_a_draft_survives_its_way_through_text() -> None:
    draft = Draft(
        prompt="a fox",
        typed="a fox --n 2",
        mode=Mode.OUTPAINT,
        aspect=(3, 2),
        count=2,
        loras=(Lora("neon", 0.5),),
        sources=(SourceDraft(Role.IMAGE, url="https://example.org/a.png"), SourceDraft(Role.STYLE, image=ImageId("i"))),
        outpaint=Outpaint(left=8),
        options={"a": [1]},
        enhance=Enhance.RULES,
        private=False,
        priority=Priority.LOW,
    )

    said = json.loads(json.dumps(draft_to_json(draft)))

    assert draft_from_json({**said, "of_a_later_version": 1}) == draft
    with pytest.raises(ValueError, match="bytes"):
        draft_to_json(Draft(prompt="", sources=(SourceDraft(Role.IMAGE, data=b"x"),)))
