from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.asking import Target
from pinxit.actions.imagine import Accepted
from pinxit.chat.acts import REACTIONS, press
from pinxit.chat.cards import Act
from pinxit.chat.commands import COMMANDS, run
from pinxit.chat.replies import Asker, Page, Reply
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.generator import Quote
from pinxit.domain.job import JobState
from pinxit.domain.request import Mode, Role
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, ended, painted, refusal, running
from tests.builders import a_png

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.job import Job
    from pinxit.parts import Parts

SMALL = "--size 96x64 --seed 7"
ANNA_ASKS = Asker(ANNA, "en")


async def only_job(reply: Reply, parts: Parts) -> Job:
    (job,) = reply.jobs
    return await ended(Accepted(job, job.request, job.route, Quote(0, 0, 0.0), is_new=True), parts)


async def test_text_without_a_command_is_a_prompt(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await only_job(await run(f"a red fox {SMALL}", ANNA_ASKS, parts.studio), parts)

    assert (job.request.prompt, job.request.typed, job.request.seed) == ("a red fox", f"a red fox {SMALL}", 7)


async def test_a_command_repeated_with_its_key_is_one_job(tmp_path: Path) -> None:
    asker = Asker(ANNA, "en", key="k-1", target=Target("web", "discord:1"))
    async with running(tmp_path) as parts:
        first = await run(f"/imagine a red fox {SMALL}", asker, parts.studio)
        again = await run(f"/imagine a red fox {SMALL}", asker, parts.studio)

    assert [job.id for job in first.jobs] == [job.id for job in again.jobs]


@pytest.mark.parametrize(("typed", "near"), [("/imagin a fox", "/imagine"), ("/UPSCALES", "/upscale"), ("/xyz", "")])
async def test_an_unknown_command_is_named_with_the_nearest(tmp_path: Path, typed: str, near: str) -> None:
    async with running(tmp_path) as parts:
        error = await refusal(run(typed, ANNA_ASKS, parts.studio))

    assert (error.code, error.facts["nearest"]) == (Code.COMMAND_UNKNOWN, near)


@pytest.mark.parametrize(
    ("typed", "page", "about"),
    [
        ("/history red fox", Page.HISTORY, "red fox"),
        ("/favourites", Page.FAVOURITES, ""),
        ("/queue", Page.QUEUE, ""),
        ("/settings", Page.SETTINGS, ""),
        ("/help", Page.HELP, ""),
        ("/inspect", Page.INSPECT, ""),
    ],
)
async def test_some_commands_show_a_page(tmp_path: Path, typed: str, page: Page, about: str) -> None:
    async with running(tmp_path) as parts:
        assert await run(typed, ANNA_ASKS, parts.studio) == Reply(page=page, about=about)


async def test_a_command_about_a_picture_means_the_askers_newest(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        mine = await painted(parts, ANNA)
        await painted(parts, BORIS)
        job = await only_job(await run("/upscale 2", ANNA_ASKS, parts.studio), parts)
        details = await run(f"/details {mine.images[0].id}", ANNA_ASKS, parts.studio)

    assert (job.request.mode, job.request.width_px) == (Mode.UPSCALE, 192)
    assert details == Reply(page=Page.DETAILS, about=mine.id)


async def test_without_a_picture_a_command_about_one_says_so(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        assert (await refusal(run("/vary", ANNA_ASKS, parts.studio))).code is Code.NO_PICTURE_YET
        assert (await refusal(run("/vary no-such-id-at-all", ANNA_ASKS, parts.studio))).code is Code.JOB_UNKNOWN
        assert (await refusal(run("/cancel", ANNA_ASKS, parts.studio))).code is Code.NOTHING_TO_CANCEL


async def test_an_attached_file_is_read_and_told(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA)
        data = await parts.blobs.get(job.images[0].path)
        own, german, empty = [
            await run("/inspect", Asker(ANNA, locale, sources=(SourceDraft(Role.IMAGE, data=file),)), parts.studio)
            for locale, file in (("en", data), ("de", data), ("en", a_png(7)))
        ]

    assert own.said.splitlines()[0].startswith("Pinxit")
    assert {"Prompt: a red fox in snow", "Seed: 7", "This picture was painted here."} <= set(own.said.splitlines())
    assert "Dieses Bild wurde hier gemalt." in german.said
    assert own.refill.startswith("/imagine a red fox in snow --size 96x64 --seed 7")
    assert (empty.said.splitlines()[-1], empty.refill) == ("The file says nothing about how it was made.", "")


async def test_an_attached_picture_of_ours_is_shown_and_made_again(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job, _newer = await painted(parts, ANNA), await painted(parts, ANNA, seed=8)
        named = Asker(ANNA, "en", sources=(SourceDraft(Role.IMAGE, image=job.images[0].id),))
        shown = await run("/inspect", named, parts.studio)
        made = await only_job(await run("/recreate", named, parts.studio), parts)

    assert shown == Reply(page=Page.DETAILS, about=job.id)
    assert made.parent_image == job.images[0].id


async def test_an_address_is_no_file_that_can_be_read(tmp_path: Path) -> None:
    linked = Asker(ANNA, "en", sources=(SourceDraft(Role.IMAGE, url="https://example.org/fox.png"),))
    async with running(tmp_path) as parts:
        await painted(parts, ANNA)
        refused = [await refusal(run(command, linked, parts.studio)) for command in ("/inspect", "/recreate")]

    assert [error.code for error in refused] == [Code.SOURCE_INVALID] * 2


async def test_inpaint_needs_a_mask_and_paints_with_one(tmp_path: Path) -> None:
    picture = SourceDraft(Role.IMAGE, data=a_png(7))
    async with running(tmp_path) as parts:
        error = await refusal(run("/inpaint a hat", Asker(ANNA, "en", sources=(picture,)), parts.studio))
        both = Asker(ANNA, "en", sources=(picture, SourceDraft(Role.MASK, data=a_png(8))))
        job = await only_job(await run("/inpaint a hat", both, parts.studio), parts)

    assert (error.code, error.facts["field"]) == (Code.SOURCE_MISSING, "mask")
    assert (job.request.mode, job.state) == (Mode.INPAINT, JobState.SUCCEEDED)


async def test_every_act_on_a_picture_does_what_its_button_says(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, count=2)
        second = job.images[1]
        modes = {}
        for act in (Act.REROLL, Act.VARY, Act.UPSCALE, Act.OUTPAINT, Act.RECREATE):
            made = await only_job(await press(act, job.id, 1, ANNA_ASKS, parts.studio), parts)
            modes[act] = (made.request.mode, made.request.seed == second.seed, made.state)
        edited = await press(Act.EDIT, job.id, None, ANNA_ASKS, parts.studio)

    assert modes == {
        Act.REROLL: (Mode.TXT2IMG, False, JobState.SUCCEEDED),
        Act.VARY: (Mode.IMG2IMG, modes[Act.VARY][1], JobState.SUCCEEDED),
        Act.UPSCALE: (Mode.UPSCALE, modes[Act.UPSCALE][1], JobState.SUCCEEDED),
        Act.OUTPAINT: (Mode.OUTPAINT, modes[Act.OUTPAINT][1], JobState.SUCCEEDED),
        Act.RECREATE: (Mode.TXT2IMG, True, JobState.SUCCEEDED),
    }
    assert edited.refill.startswith("/imagine a red fox in snow --")


async def test_a_favourite_is_kept_of_every_picture_and_taken_back(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, count=2)
        said = await press(Act.FAVOURITE, job.id, None, ANNA_ASKS, parts.studio)
        kept = await parts.store.favourites.among(ANNA.person, [image.id for image in job.images])
        taken = await press(Act.FAVOURITE, job.id, 0, ANNA_ASKS, parts.studio, "off")
        left = await parts.store.favourites.among(ANNA.person, [image.id for image in job.images])

    assert kept == {image.id for image in job.images}
    assert left == {job.images[1].id}
    assert (said.said, taken.said) == ("Added to your favourites.", "Taken out of your favourites.")


async def test_only_who_asked_may_cancel_and_delete(tmp_path: Path) -> None:
    boris = Asker(BORIS, "en")
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA)
        stranger = await refusal(press(Act.DELETE, job.id, None, boris, parts.studio))
        gone = await press(Act.DELETE, job.id, None, ANNA_ASKS, parts.studio)
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        (waiting,) = (await run(f"a fox {SMALL}", ANNA_ASKS, parts.studio)).jobs
        kept = await refusal(press(Act.CANCEL, waiting.id, None, boris, parts.studio))
        stopped = await run("/cancel", ANNA_ASKS, parts.studio)

    assert stranger.code is kept.code is Code.NOT_YOURS
    assert gone.removed == (job.id,)
    assert stopped.said == "Cancelled."


async def test_a_picture_that_is_not_there_is_named_by_its_number(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA)
        error = await refusal(press(Act.UPSCALE, job.id, 3, ANNA_ASKS, parts.studio))

    assert (error.code, error.facts["image"]) == (Code.IMAGE_UNKNOWN, "4")


@pytest.mark.parametrize(
    ("act", "value", "code"),
    [
        (Act.UPSCALE, "nan", Code.FIELD_TYPE),
        (Act.UPSCALE, "9", Code.FIELD_RANGE),
        (Act.VARY, "1,01", Code.FIELD_RANGE),
        (Act.OUTPAINT, "5", Code.FIELD_RANGE),
        (Act.OUTPAINT, "sideways", Code.FIELD_TYPE),
    ],
)
async def test_a_value_that_is_wrong_is_refused(tmp_path: Path, act: Act, value: str, code: Code) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA)
        error = await refusal(press(act, job.id, 0, ANNA_ASKS, parts.studio, value))

    assert error.code is code
    assert error.facts["allowed"]


async def test_models_lists_what_can_be_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        assert (await run("/models", ANNA_ASKS, parts.studio)).said == "sketch: sketch"


def test_every_command_can_be_typed_as_its_example_says() -> None:
    assert all(command.example.split()[0] == f"/{command.name}" for command in COMMANDS)
    acts = {act for act, _ in REACTIONS.values()}
    assert acts == {Act.REROLL, Act.FAVOURITE, Act.DELETE, Act.REPORT, Act.FILES, Act.UPSCALE}
