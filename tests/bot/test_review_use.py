"""What somebody new reads, message by message: whose it is, what it says, and what to do next."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from tests.bot.living import SKETCH, living
from tests.bot.painted import is_final, painted
from tests.platforms.discord.people import person

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.server import DiscordServer

A_CODE = re.compile(r"```\n(?P<command>.*)\n```")


@pytest.fixture
def bob(server: DiscordServer, guild: Guild) -> Person:
    """Give another member."""
    return person(server.state, "bob", guild=guild)


async def read(who: Person, channel: Channel, path: str, **options: Any) -> str:  # noqa: ANN401 - whatever a command takes
    """Return what somebody alone reads after a command."""
    seen = await (await who.slash(channel, path, **options)).wait()
    assert seen.is_ephemeral
    return seen.text


def pixels(server: DiscordServer, message: Seen) -> list[bytes]:
    """Return what the pictures of a message look like."""
    kept = [server.state.attachments[one["id"]].content for one in message.attachments]
    return [Image.open(io.BytesIO(content)).tobytes() for content in kept]


async def test_what_details_say_to_type_paints_the_very_same(
    server: DiscordServer, channel: Channel, ada: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()
    first = await painted(ada, channel, "a red fox", count=2, style="watercolour", negative="a sign")

    details = await (await ada.press(first, "Details")).wait()
    command = A_CODE.search(details.text)
    assert command is not None
    again = await ada.slash(channel, "imagine", prompt=command["command"].removeprefix("/imagine prompt:"))

    assert pixels(server, await again.wait(is_final)) == pixels(server, first)


async def test_of_a_picture_made_from_a_picture_details_name_the_command_that_makes_it_again(
    channel: Channel, ada: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()
    varied = await (await ada.press(await painted(ada, channel), "Vary")).wait(is_final)

    command = A_CODE.search((await (await ada.press(varied, "Details")).wait()).text)

    assert command is not None
    name, _, picture = command["command"].partition(" picture:")
    again = await (await ada.slash(channel, name.removeprefix("/"), picture=picture)).wait(is_final)
    assert "Identical" in again.text


async def test_details_fit_on_a_screen_and_speak_to_people(channel: Channel, ada: Person, program: Living) -> None:
    assert program.bot.client.is_ready()

    details = await (await ada.press(await painted(ada, channel, count=4), "Details")).wait()

    assert "SHA-256" not in details.text
    assert '{"' not in details.text
    assert len(details.text.splitlines()) < 15
    assert re.search(r"Asked for\*\* <t:\d+:f>", details.text)


async def test_above_the_answer_to_a_press_stands_who_pressed_what(
    channel: Channel, ada: Person, bob: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()
    first = await painted(ada, channel, count=2)

    rerolled = await (await bob.press(first, "Reroll")).wait(is_final)
    enlarged = await (await bob.press(first, "U2")).wait(is_final)
    edited = await bob.submit(await (await bob.press(first, "Edit")).modal(), prompt="a blue fox --size 64x64")
    asked = await (await bob.choose(first, "steps")).wait()
    changed = await (await bob.choose(asked, "10")).wait(is_final)

    assert first.content == ""  # Discord itself says it above the answer to a command.
    assert rerolled.content == f"{bob.mention} used 🔁 Reroll"
    assert enlarged.content == f"{bob.mention} used U2"
    assert (await edited.wait(is_final)).content == f"{bob.mention} used Edit"
    assert changed.content == f"{bob.mention} used ⚙ Change one thing"


async def test_a_private_answer_to_a_press_says_no_name(channel: Channel, ada: Person, program: Living) -> None:
    assert program.bot.client.is_ready()
    first = await painted(ada, channel, private=True)

    again = await (await ada.press(first, "Reroll")).wait(is_final)

    assert (again.is_ephemeral, again.content) == (True, "")


async def test_changing_one_thing_says_which_one_and_what_it_is(channel: Channel, ada: Person, program: Living) -> None:
    assert program.bot.client.is_ready()
    first = await painted(ada, channel, size="96x64")

    steps = await (await ada.choose(first, "steps")).wait()
    aspect = await (await ada.choose(first, "aspect")).wait()

    assert steps.content.startswith("**Steps** is now: 20.")
    assert aspect.content.startswith("**Aspect ratio** is now: 3\\:2.")


async def test_many_jobs_are_asked_about_in_words_that_the_buttons_answer(
    channel: Channel, ada: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()

    asked = await (await ada.slash(channel, "imagine", prompt="a {red|blue|green} {fox|hare|owl} --size 64x64")).wait()

    assert "9 jobs" in asked.text
    assert "--yes" not in asked.text
    assert [*asked.buttons] == ["Paint them", "Do not"]


async def test_where_there_is_nothing_yet_it_says_how_to_begin(channel: Channel, ada: Person, program: Living) -> None:
    assert program.bot.client.is_ready()

    assert "/imagine" in await read(ada, channel, "history")
    assert "these words" in await read(ada, channel, "history", words="zebra")
    assert "React with ❤️" in await read(ada, channel, "favourites")
    assert "waits or runs" in await read(ada, channel, "cancel")
    assert "/imagine" in await read(ada, channel, "vary")


async def test_help_explains_the_buttons_and_the_reactions_that_hold_here(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, SKETCH, discord='reactions = ["🎲=reroll", "2️⃣=upscale2", "1️⃣=upscale1"]'):
        told = await read(ada, channel, "help")

    assert "U1 to U4" in told
    assert "🎲 Reroll, 2️⃣1️⃣ Upscale." in told
    assert "❌" not in told


async def test_without_reactions_help_says_nothing_of_them(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, SKETCH, discord="reactions = []"):
        assert "Reactions" not in await read(ada, channel, "help")


@pytest.mark.usefixtures("program")
async def test_an_admin_sees_what_holds_after_a_change(channel: Channel, chief: Person, ada: Person) -> None:
    limits = await read(chief, channel, "admin quota set", amount="12/day")
    chosen = await read(chief, channel, "admin settings set", field="max_count", value="2")
    banned = await read(chief, channel, "admin ban", member=ada.user, reason="spam")

    assert "everyone: 12 credits a day" in limits
    assert "`max_count` **2**" in chosen
    assert f"<@{ada.id}> · for good · spam" in banned


@pytest.mark.usefixtures("program")
async def test_the_audit_names_people_and_roles_and_says_no_ids(
    server: DiscordServer, guild: Guild, channel: Channel, chief: Person, ada: Person
) -> None:
    role = server.state.role(guild, "artists")
    await read(chief, channel, "admin quota set", amount="12/day")
    await read(chief, channel, "admin quota set", amount="5/day", member=ada.user)
    await read(chief, channel, "admin quota set", amount="7/day", role=role)
    await read(chief, channel, "admin pause")

    lines = (await read(chief, channel, "admin audit")).splitlines()[1:]

    said = [line.partition("`")[2] for line in lines]
    assert said == [
        "guild.paused`",
        f"quota.set` · <@&{role.id}>",
        f"quota.set` · <@{ada.id}>",
        "quota.set` · everyone",
    ]


async def test_a_file_that_says_nothing_is_not_said_to_be_of_a_program(
    channel: Channel, ada: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "PNG")

    told = await (await ada.slash(channel, "inspect", file=("photo.png", file.getvalue()))).wait()

    assert told.text == "The file says nothing about how it was made."


async def test_somebody_elses_picture_can_be_chosen_to_be_reported(
    channel: Channel, ada: Person, bob: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()
    await painted(ada, channel, "a red fox", seed=3)
    await painted(ada, channel, "a secret fox", private=True)

    offered = await bob.complete("report", "picture", "fox", channel=channel)
    told = await read(bob, channel, "report", picture=offered[0][1])

    assert [name for name, _ in offered] == ["a red fox · seed 3"]
    assert "Reported" in told


async def test_a_reaction_for_a_picture_that_is_not_there_is_answered_without_ids(
    channel: Channel, ada: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()
    await ada.react(await painted(ada, channel), "4️⃣")

    told = await ada.find(ada.dm)

    assert told.text == "There is no picture 4 here. Check which one you mean."
