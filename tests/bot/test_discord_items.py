"""Buttons and selects under a result, pressed by people on a loopback Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.bot.discord.custom_ids import CustomId
from pinxit.domain.request import Mode
from tests.bot.living import NOBODY_PAINTS, living
from tests.bot.painted import is_final, jobs_of, painted, settled
from tests.builders import a_png
from tests.platforms.discord.people import person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer

MANAGE_MESSAGES, MANAGE_GUILD = 1 << 13, 1 << 5


async def test_everybody_rerolls_into_a_message_of_its_own(
    program: Living, server: DiscordServer, guild: Guild, channel: Channel, ada: Person
) -> None:
    first = await painted(ada, channel)
    ben = person(server.state, "ben", guild=guild)

    second = await (await ben.press(first, "Reroll")).wait(is_final)

    assert second.id != first.id
    assert not second.is_ephemeral
    newest, oldest = await jobs_of(program.studio)
    assert newest.person == f"discord:{ben.id}"
    assert newest.request.prompt == oldest.request.prompt
    assert newest.request.seed != oldest.request.seed


async def test_numbered_buttons_mean_their_picture(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel, count=2)

    await (await ada.press(first, "U2")).wait(is_final)
    await (await ada.press(first, "V1")).wait(is_final)

    varied, upscaled, job = await jobs_of(program.studio)
    assert upscaled.request.mode is Mode.UPSCALE
    assert [varied.parent_image, upscaled.parent_image] == [image.id for image in job.images]


async def test_two_presses_are_two_wishes_and_one_that_comes_twice_is_one(
    program: Living, channel: Channel, ada: Person
) -> None:
    first = await painted(ada, channel)

    one, two = await ada.press(first, "Reroll"), await ada.press(first, "Reroll")
    ada.send(two.interaction.payload)
    await one.wait(is_final)
    await two.wait(is_final)

    assert len(await jobs_of(program.studio)) == 3


async def test_edit_opens_a_form_with_the_words_and_paints_what_comes_back(
    program: Living, channel: Channel, ada: Person
) -> None:
    first = await painted(ada, channel, "a red fox --seed 7")

    form = await (await ada.press(first, "Edit")).modal()
    assert form.field("prompt").value == "a red fox --size 64x64 --seed 7"
    await (await ada.submit(form, prompt="a blue fox --size 64x64 --seed 8")).wait(is_final)

    job = (await jobs_of(program.studio))[0]
    assert (job.request.prompt, job.request.seed) == ("a blue fox", 8)


async def test_an_edit_stays_on_the_picture_that_the_job_was_painted_over(
    program: Living, channel: Channel, ada: Person
) -> None:
    first = await painted(ada, channel, image=("source.png", a_png(3)))

    form = await (await ada.press(first, "Edit")).modal()
    await (await ada.submit(form, prompt="a blue fox")).wait(is_final)

    assert [job.request.mode for job in await jobs_of(program.studio)] == [Mode.IMG2IMG, Mode.IMG2IMG]


@pytest.mark.usefixtures("program")
async def test_words_that_no_form_can_hold_come_whole_as_a_file(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel, "fox " * 499, negative="rain " * 399)

    said = await (await ada.press(first, "Edit")).wait()

    assert said.is_ephemeral
    assert [file["filename"] for file in said.attachments] == ["prompt.txt"]


@pytest.mark.usefixtures("program")
async def test_what_is_wrong_in_a_form_is_said_to_the_person_alone(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)
    form = await (await ada.press(first, "Edit")).modal()

    refused = await (await ada.submit(form, prompt="a fox --steps many")).wait()

    assert refused.is_ephemeral
    assert "steps" in refused.text


@pytest.mark.usefixtures("program")
async def test_details_are_for_the_person_alone(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel, "a red fox --seed 4711")

    details = await (await ada.press(first, "Details")).wait()

    assert details.is_ephemeral
    assert "4711" in details.text


async def test_a_report_asks_why_and_reaches_the_admins(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)

    form = await (await ada.press(first, "Report")).modal()
    said = await (await ada.submit(form, reason="somebody is insulted in it")).wait()

    assert said.is_ephemeral
    job = (await jobs_of(program.studio))[0]
    assert await program.studio.store.reports.is_open(job.images[0].id)


async def test_one_thing_is_changed_by_two_choices(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)

    question = await (await ada.choose(first, "steps")).wait()
    options = question.select(None)["options"]
    now = next(option for option in options if option.get("default"))
    other = next(option for option in options if option is not now)
    await (await ada.choose(question, other["value"])).wait(is_final)

    assert question.is_ephemeral
    changed, before = await jobs_of(program.studio)
    assert changed.request.steps == int(other["value"]) != before.request.steps == int(now["value"])
    assert changed.request.seed == before.request.seed


@pytest.mark.usefixtures("program")
async def test_where_there_is_no_choice_the_select_says_so(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)  # By the sketch, which has one sampler: itself.

    said = await (await ada.choose(first, "sampler")).wait()

    assert not said.selects
    assert "nothing else to choose" in said.text


async def test_only_the_requester_and_moderators_delete(
    server: DiscordServer, guild: Guild, channel: Channel, ada: Person, program: Living
) -> None:
    first, second = await painted(ada, channel), await painted(ada, channel)
    ben = person(server.state, "ben", guild=guild)
    mod = person(server.state, "mod", guild=guild, permissions=MANAGE_MESSAGES)

    refused = await (await ben.press(first, "🗑️")).wait()
    assert refused.is_ephemeral
    assert first.is_there
    await (await mod.press(first, "🗑️")).wait()
    await (await ada.press(second, "🗑️")).wait()

    assert not await jobs_of(program.studio)


@pytest.mark.usefixtures("program")
async def test_a_button_of_a_deleted_job_has_a_sentence(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)
    reroll = first.button("Reroll")["custom_id"]
    await (await ada.press(first, "🗑️")).wait()
    other = await painted(ada, channel)
    other.message.json["components"][0]["components"][0]["custom_id"] = reroll

    said = await (await ada.press(other, reroll)).wait()

    assert said.is_ephemeral
    assert "no job" in said.text.casefold()


@pytest.mark.usefixtures("program")
async def test_a_button_of_another_version_has_a_sentence(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)
    said = []
    for custom_id in (str(CustomId("dance", "x")), "px0:reroll:x", "somebody-elses"):
        first.message.json["components"][0]["components"][0]["custom_id"] = custom_id
        said.append(await (await ada.press(first, custom_id)).wait())

    assert all(each.is_ephemeral and "another version" in each.text for each in said)


async def test_buttons_work_after_a_restart(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path):
        first = await painted(ada, channel)
        form = await (await ada.press(first, "Edit")).modal()
    async with living(server, tmp_path) as again:
        await (await ada.press(first, "Reroll")).wait(is_final)
        await (await ada.submit(form, prompt="a blue fox")).wait(is_final)

        assert len(await jobs_of(again.studio)) == 3


async def test_cancel_is_for_the_requester(
    server: DiscordServer, guild: Guild, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    ben = person(server.state, "ben", guild=guild)
    async with living(server, tmp_path, NOBODY_PAINTS) as program:
        waiting = await (await ada.slash(channel, "imagine", prompt="a fox")).wait()

        refused = await (await ben.press(waiting, "Cancel")).wait()
        said = await (await ada.press(waiting, "Cancel")).wait()

        assert refused.is_ephemeral
        assert said.is_ephemeral
        assert refused.text != said.text
        assert (await jobs_of(program.studio))[0].state.is_final


async def test_many_jobs_are_asked_about_and_painted_or_not(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    many = "a {red|blue|green} {fox|owl|bear}"
    async with living(server, tmp_path, NOBODY_PAINTS) as program:
        asked = await (await ada.slash(channel, "imagine", prompt=many)).wait()
        declined = await (await ada.slash(channel, "imagine", prompt=many)).wait()

        turned = await ada.press(declined, "Do not")
        await turned.acknowledged()
        assert not declined.buttons
        assert not await jobs_of(program.studio)
        await (await ada.press(asked, "Paint them")).wait()
        assert len(await jobs_of(program.studio)) == 9
        twice = await (await ada.press(asked, "Paint them")).wait()
        assert twice.is_ephemeral
        assert len(await jobs_of(program.studio)) == 9


@pytest.mark.usefixtures("program")
async def test_the_originals_can_be_asked_for_by_a_button_too(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)
    row = first.message.json["components"][0]["components"]
    row[0]["custom_id"] = row[0]["custom_id"].replace("reroll", "files")

    said = await (await ada.press(first, row[0]["custom_id"])).wait()

    assert said.is_ephemeral
    assert (await ada.find(ada.dm)).attachments


@pytest.mark.usefixtures("program")
async def test_a_private_result_stays_private_when_it_is_rerolled(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel, private=True)

    second = await (await ada.press(first, "Reroll")).wait(is_final)

    assert first.is_ephemeral
    assert second.is_ephemeral


async def test_nothing_of_messages_and_forms_is_kept_in_memory(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)
    await (await ada.press(first, "Edit")).modal()
    await (await ada.choose(first, "steps")).wait()
    await settled(program)

    kept = program.bot.client._connection._view_store  # noqa: SLF001 - where discord.py would keep them
    assert not kept._views  # noqa: SLF001 - as above
    assert not kept._modals  # noqa: SLF001 - as above


async def test_while_it_stops_a_press_is_told_so(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)
    program.bot.client.desk.is_stopping = True

    said = [await (await ada.press(first, name)).wait() for name in ("Reroll", "Edit")]

    assert all(each.is_ephemeral and each.text for each in said)
    assert len(await jobs_of(program.studio)) == 1
