"""What stands in the menu of a message and of a person, on a loopback Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.domain.request import Mode
from tests.bot.painted import is_final, jobs_of, painted
from tests.builders import a_png
from tests.platforms.discord.entities import Callback
from tests.platforms.discord.people import person

if TYPE_CHECKING:
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.server import DiscordServer


async def test_reroll_from_the_menu(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)

    await (await ada.menu(first, "Reroll")).wait(is_final)

    newest, oldest = await jobs_of(program.studio)
    assert newest.request.prompt == oldest.request.prompt


@pytest.mark.usefixtures("program")
async def test_a_picture_of_ours_is_inspected_in_our_records(channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel, "a red fox --seed 4711")

    said = await (await ada.menu(first, "Inspect")).wait()

    assert said.is_ephemeral
    assert "4711" in said.text


async def test_a_picture_of_anybody_is_inspected_by_its_file(program: Living, channel: Channel, ada: Person) -> None:
    await painted(ada, channel, "a red fox --seed 4711")
    job = (await jobs_of(program.studio))[0]
    data = await program.studio.blobs.get(job.images[0].path)
    sent = await ada.say(channel, "look", files=[("fox.png", data)])

    used = await ada.menu(sent, "Inspect")
    said = await used.wait()

    assert used.callback is Callback.DEFERRED_MESSAGE  # A file takes longer than Discord waits.
    assert said.is_ephemeral
    assert "4711" in said.text


async def test_remix_paints_other_words_over_one_of_the_pictures(
    program: Living, channel: Channel, ada: Person
) -> None:
    first = await painted(ada, channel, "a red fox --no rain", count=2)

    form = await (await ada.menu(first, "Remix")).modal()
    assert form.field("prompt").value == 'a red fox --no "rain"'
    await (await ada.submit(form, prompt="a blue fox", strength="0,4", picture="Picture 2")).wait(is_final)

    remixed, job = await jobs_of(program.studio)
    assert (remixed.request.mode, remixed.request.strength) == (Mode.IMG2IMG, 0.4)
    sources = await program.studio.store.images.sources(remixed.id)
    assert [source.sha256 for source in sources] == [job.images[1].sha256]


async def test_a_picture_of_anybody_is_a_source(
    program: Living, server: DiscordServer, guild: Guild, channel: Channel, ada: Person
) -> None:
    ben = person(server.state, "ben", guild=guild)
    sent = await ben.say(channel, "mine", files=[("one.png", a_png(3))])

    form = await (await ada.menu(sent, "Use as source")).modal()
    await (await ada.submit(form, prompt="a blue fox")).wait(is_final)

    (job,) = await jobs_of(program.studio)
    assert job.request.mode is Mode.IMG2IMG
    assert job.person == f"discord:{ada.id}"


async def test_a_form_about_a_source_is_for_whom_it_was_opened(
    server: DiscordServer, guild: Guild, channel: Channel, ada: Person, program: Living
) -> None:
    ben = person(server.state, "ben", guild=guild)
    sent = await ada.say(channel, "mine", files=[("one.png", a_png(3))])
    hers = await (await ada.menu(sent, "Use as source")).modal()
    his = await (await ben.menu(sent, "Use as source")).modal()
    his.json["custom_id"] = hers.custom_id

    refused = await (await ben.submit(his, prompt="a fox")).wait()

    assert refused.is_ephemeral
    assert not await jobs_of(program.studio)


async def test_what_is_no_strength_is_said(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)
    said: list[Seen] = []
    for strength in ("much", "2"):
        form = await (await ada.menu(first, "Use as source")).modal()
        said.append(await (await ada.submit(form, prompt="a fox", strength=strength)).wait())

    assert all(each.is_ephemeral and "strength" in each.text.casefold() for each in said)
    assert len(await jobs_of(program.studio)) == 1


async def test_an_avatar_is_a_source(
    program: Living, server: DiscordServer, guild: Guild, channel: Channel, ada: Person
) -> None:
    ben = person(server.state, "ben", guild=guild)

    form = await (await ada.menu(ben, "Avatar as source", channel=channel)).modal()
    await (await ada.submit(form, prompt="a portrait in oil")).wait(is_final)

    assert (await jobs_of(program.studio))[0].request.mode is Mode.IMG2IMG


async def test_report_from_the_menu(program: Living, channel: Channel, ada: Person) -> None:
    first = await painted(ada, channel)

    form = await (await ada.menu(first, "Report")).modal()
    await (await ada.submit(form, reason="")).wait()

    assert await program.studio.store.reports.is_open((await jobs_of(program.studio))[0].images[0].id)


@pytest.mark.usefixtures("program")
async def test_a_message_without_a_picture_has_a_sentence_in_every_menu(channel: Channel, ada: Person) -> None:
    empty = await ada.say(channel, "hello", files=[("notes.txt", b"words")])

    for names, sentence in (
        (("Reroll", "Remix", "Report"), "shows no picture that was painted here"),
        (("Inspect", "Use as source"), "no picture in that message"),
    ):
        for name in names:
            said = await (await ada.menu(empty, name)).wait()
            assert said.is_ephemeral
            assert sentence in said.text


@pytest.mark.usefixtures("program")
async def test_menus_have_german_names(server: DiscordServer) -> None:
    menus = {each["name"]: each for each in server.state.commands[""] if each["type"] != 1}

    assert len(menus) == 6
    assert menus["Use as source"]["name_localizations"]["de"] == "Als Vorlage nehmen"
