"""Commands on Discord: every one of the registered tree with right and wrong values, in every place it can be used."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.bot.living import NOBODY_PAINTS, living
from tests.bot.painted import job_of
from tests.platforms.discord.people import person
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer

SMALL: dict[str, Any] = {"size": "96x64"}
# A command that paints nothing, with options that fit, and a word of its answer.
LOOKING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("queue", {}),
    ("history", {}),
    ("history", {"words": "fox"}),
    ("favourites", {}),
    ("models", {}),
    ("loras", {}),
    ("styles", {}),
    ("help", {}),
    ("quota", {}),
)
WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("imagine", {"prompt": "a fox", "aspect": "wide"}, "aspect"),
    ("imagine", {"prompt": "a fox", "size": "huge"}, "size"),
    ("imagine", {"prompt": "a fox", "count": 99}, "count"),
    ("imagine", {"prompt": "a fox", "steps": 100_000}, "steps"),
    ("imagine", {"prompt": "a fox", "guidance": -3.0}, "guidance"),
    ("imagine", {"prompt": "a fox", "seed": -7}, "seed"),
    ("imagine", {"prompt": "a fox", "strength": 1.5}, "strength"),
    ("imagine", {"prompt": "a fox", "style": "nobody's"}, "style"),
    ("imagine", {"prompt": "a fox", "model": "nobody's"}, "model"),
    ("imagine", {"prompt": "a fox", "sampler": "nobody's"}, "sampler"),
    ("imagine", {"prompt": "a fox --seed 1", "seed": 2}, "seed"),
    ("imagine", {"prompt": "a fox --sead 1"}, "--seed"),
    ("vary", {"picture": "the fox"}, "the fox"),
    ("upscale", {"picture": "the fox"}, "the fox"),
    ("outpaint", {"picture": "the fox"}, "the fox"),
    ("recreate", {"picture": "the fox"}, "the fox"),
    ("inspect", {"picture": "the fox"}, "the fox"),
    ("describe", {"picture": "the fox"}, "the fox"),
    ("report", {"picture": "the fox"}, "the fox"),
    ("cancel", {"job": "the fox"}, "the fox"),
    ("vary", {}, ""),
    ("cancel", {}, ""),
    ("inpaint", {"prompt": "a hat", "mask": ("mask.txt", b"no picture")}, "mask"),
    ("imagine", {"prompt": "a fox", "image": ("notes.txt", b"no picture")}, "image"),
)


def picture(colour: str = "red", size_px: tuple[int, int] = (96, 64)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size_px, colour).save(file, "PNG")
    return file.getvalue()


async def test_a_wish_becomes_a_message_with_its_pictures(program: Living, channel: Channel, ada: Person) -> None:
    used = await ada.slash(channel, "imagine", prompt="a red fox in snow", count=2, seed=7, **SMALL)

    await used.acknowledged()
    seen = await used.wait(lambda message: len(message.attachments) == 2)
    assert "a red fox in snow" in seen.text
    assert not seen.is_ephemeral
    job = (await program.studio.store.history.named([job_of(seen)]))[0]
    assert (job.request.seed, job.request.width_px, job.request.count) == (7, 96, 2)
    assert (job.guild, job.person) == (f"discord:{channel.guild_id}", f"discord:{ada.id}")


async def test_the_acknowledgement_is_the_placeholder_itself(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS):
        used = await ada.slash(channel, "imagine", prompt="a red fox", **SMALL)
        await used.acknowledged()

        seen = used.message

    assert "⏳" in seen.text
    assert seen.button("Cancel")


async def test_private_wishes_are_for_the_asker_s_eyes(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    used = await ada.slash(channel, "imagine", prompt="a red fox", private=True, **SMALL)

    seen = await used.wait(lambda message: message.attachments)

    assert seen.is_ephemeral


async def test_an_interaction_that_the_next_life_is_told_again_is_one_job(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path):
        used = await ada.slash(channel, "imagine", prompt="a red fox", **SMALL)
        await used.wait(lambda message: message.attachments)

    async with living(server, tmp_path) as life:
        ada.send(used.interaction.payload)
        await server.state.wait_for(lambda: _answers(server, used.id) == 2 or None)

        guild = f"discord:{channel.guild_id}"
        sql = "SELECT id FROM job WHERE guild_id = :guild"
        jobs = await life.studio.store.database.read(lambda tx: tx.all(sql, guild=guild))
        assert len(jobs) == 1


async def test_looking_is_answered_for_the_asker_alone(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    for name, options in LOOKING:
        used = await ada.slash(channel, name, **options)

        seen = await used.wait(lambda message: message.text)

        assert seen.is_ephemeral, name
        assert "went wrong" not in seen.text, name


async def test_wrong_values_are_refused_in_words(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    for name, options, word in WRONG:
        used = await ada.slash(channel, name, **options)

        seen = await used.wait(lambda message: message.text)

        assert seen.is_ephemeral, (name, options)
        assert word in seen.text, (name, options, seen.text)
        assert "went wrong" not in seen.text, (name, options, seen.text)


async def test_what_is_done_with_the_newest_picture(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    first = await ada.slash(channel, "imagine", prompt="a red fox", **SMALL)
    await first.wait(lambda message: message.attachments)

    for name, options in (
        ("vary", {"strength": 0.3}),
        ("upscale", {"factor": 1.5}),
        ("outpaint", {"direction": "left"}),
        ("recreate", {}),
    ):
        used = await ada.slash(channel, name, **options)
        seen = await used.wait(lambda message: message.attachments)
        assert "a red fox" in seen.text, name


async def test_a_picture_is_chosen_from_a_list(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    for prompt in ("a red fox", "a blue whale"):
        used = await ada.slash(channel, "imagine", prompt=prompt, seed=7, **SMALL)
        await used.wait(lambda message: message.attachments)

    offered = await ada.complete("upscale", "picture", "fox", channel=channel)

    assert [label for label, _ in offered] == ["a red fox · seed 7"]
    used = await ada.slash(channel, "upscale", picture=offered[0][1])
    seen = await used.wait(lambda message: message.attachments)
    assert "a red fox" in seen.text


async def test_names_are_offered_while_they_are_typed(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    styles = await ada.complete("imagine", "style", "water", channel=channel)
    shapes = await ada.complete("imagine", "aspect", "16", channel=channel)

    assert "watercolour" in [value.casefold() for _, value in styles]
    assert len({value.casefold() for _, value in styles}) == len(styles)
    assert all("water" in value.casefold() for _, value in styles)
    assert shapes[0][1] == "16:9"


async def test_attached_pictures_are_painted_over(program: Living, channel: Channel, ada: Person) -> None:
    used = await ada.slash(channel, "imagine", prompt="a red fox", image=("fox.png", picture()), strength=0.4, **SMALL)

    seen = await used.wait(lambda message: message.attachments)

    job = (await program.studio.store.history.named([job_of(seen)]))[0]
    assert job.request.mode == "img2img"
    assert job.request.strength == 0.4


async def test_two_pictures_are_blended(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    used = await ada.slash(
        channel, "blend", first=("a.png", picture()), second=("b.png", picture("blue")), prompt="a fox"
    )

    seen = await used.wait(lambda message: message.attachments or message.is_ephemeral)

    assert seen.attachments, seen.text


async def test_white_parts_of_a_mask_are_repainted(program: Living, channel: Channel, ada: Person) -> None:
    used = await ada.slash(
        channel, "inpaint", prompt="a hat", image=("fox.png", picture()), mask=("mask.png", picture("white"))
    )

    seen = await used.wait(lambda message: message.attachments)

    job = (await program.studio.store.history.named([job_of(seen)]))[0]
    assert job.request.mode == "inpaint"


async def test_a_file_is_inspected_and_painted_again(program: Living, channel: Channel, ada: Person) -> None:
    used = await ada.slash(channel, "imagine", prompt="a red fox", seed=7, **SMALL)
    seen = await used.wait(lambda message: message.attachments)
    job = (await program.studio.store.history.named([job_of(seen)]))[0]
    file = ("fox.png", await program.studio.blobs.get(job.images[0].path))

    said = await (await ada.slash(channel, "inspect", file=file)).wait()
    prompt = await (await ada.slash(channel, "describe", file=file)).wait()
    await (await ada.slash(channel, "recreate", file=file)).wait()
    again = await ada.find(channel, lambda message: message.attachments and message.id != seen.id)

    assert said.is_ephemeral
    assert "a red fox" in said.text
    assert "/imagine prompt:a red fox" in prompt.content
    assert not again.is_ephemeral


async def test_many_jobs_are_asked_about_first(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    used = await ada.slash(channel, "imagine", prompt="a fox --repeat 9", **SMALL)

    seen = await used.wait(lambda message: message.buttons)

    assert seen.is_ephemeral
    assert "9" in seen.text


async def test_what_is_worth_telling_comes_after_the_message(program: Living, channel: Channel, ada: Person) -> None:  # noqa: ARG001 - it must be alive
    used = await ada.slash(channel, "imagine", prompt="a fox --chaos 20", **SMALL)

    hint = await used.follow_up()

    assert hint.is_ephemeral
    assert "chaos" in hint.text


async def test_a_german_is_answered_in_german(
    server: DiscordServer,
    program: Living,  # noqa: ARG001 - it must be alive
    guild: Guild,
    channel: Channel,
) -> None:
    otto = person(server.state, "otto", guild=guild, locale="de")

    used = await otto.slash(channel, "imagine", prompt="a fox", seitenverhältnis="breit")
    refused = await used.wait()

    styles = await (await otto.slash(channel, "styles")).wait()

    assert "braucht einen anderen Wert" in refused.text
    assert "Durchscheinende Farbe auf weißem Papier" in styles.text


async def test_somebody_s_own_installation_pays_for_itself(
    server: DiscordServer,
    program: Living,
    tmp_path: Path,  # noqa: ARG001 - the program's
) -> None:
    elsewhere = server.state.guild("elsewhere", with_bot=False)
    room = server.state.channel(elsewhere, "talk")
    eve = person(server.state, "eve", guild=elsewhere, own_install=True)

    used = await eve.slash(room, "imagine", prompt="a red fox", **SMALL)
    seen = await used.wait(lambda message: message.attachments)

    job = (await program.studio.store.history.named([job_of(seen)]))[0]
    assert job.guild == f"discord:dm:{eve.id}"


async def test_whoever_sees_a_result_of_somebody_s_own_installation_may_go_on_from_it(
    server: DiscordServer, program: Living
) -> None:
    elsewhere = server.state.guild("elsewhere", with_bot=False)
    room = server.state.channel(elsewhere, "talk")
    eve = person(server.state, "eve", guild=elsewhere, own_install=True)
    fay = person(server.state, "fay", guild=elsewhere)
    shown = await (await eve.slash(room, "imagine", prompt="a red fox", **SMALL)).wait(lambda seen: seen.attachments)

    again = await (await fay.press(shown, "Reroll")).wait(lambda seen: seen.attachments)
    form = await (await fay.press(shown, "Edit")).modal()
    edited = await (await fay.submit(form, prompt="a blue fox")).wait(lambda seen: seen.attachments)
    kept = await (await fay.press(shown, "🗑️")).wait()

    named = [job_of(one) for one in (shown, again, edited)]
    jobs = sorted(await program.studio.store.history.named(named), key=lambda job: job.id)
    assert [job.guild for job in jobs] == [f"discord:dm:{each.id}" for each in (eve, fay, fay)]
    assert "a blue fox" in edited.text
    assert kept.is_ephemeral
    assert "somebody else" in kept.text
    assert shown.attachments


async def test_there_is_room_for_one_message_only_where_the_bot_is_not(server: DiscordServer, program: Living) -> None:  # noqa: ARG001 - it must be alive
    elsewhere = server.state.guild("elsewhere", with_bot=False)
    room = server.state.channel(elsewhere, "talk")
    eve = person(server.state, "eve", guild=elsewhere, own_install=True)

    used = await eve.slash(room, "imagine", prompt="a {red, blue} fox", **SMALL)
    seen = await used.wait(lambda message: message.text)

    assert seen.is_ephemeral
    assert not seen.attachments


async def test_each_further_job_of_a_wish_is_a_message_of_its_own(
    program: Living,  # noqa: ARG001 - it must be alive
    channel: Channel,
    ada: Person,
) -> None:
    used = await ada.slash(channel, "imagine", prompt="a {red, blue} fox", **SMALL)

    first = await used.wait(lambda message: message.attachments)
    second = await ada.find(channel, lambda message: message.attachments and message.id != first.id)

    assert "a red fox" in first.text
    assert "a blue fox" in second.text
    assert ada.mention in second.content


async def test_in_a_direct_chat_everything_works_as_well(program: Living, ada: Person) -> None:
    used = await ada.slash(ada.dm, "imagine", prompt="a red fox", **SMALL)

    seen = await used.wait(lambda message: message.attachments)

    job = (await program.studio.store.history.named([job_of(seen)]))[0]
    assert job.guild == f"discord:dm:{ada.id}"


async def test_a_stopping_program_says_so(program: Living, channel: Channel, ada: Person) -> None:
    used = await ada.slash(channel, "help")
    await used.acknowledged()
    program.bot.client.desk.is_stopping = True

    seen = await (await ada.slash(channel, "imagine", prompt="a fox")).wait()

    assert seen.is_ephemeral
    assert "stopping" in seen.text


def _answers(server: DiscordServer, interaction: str) -> int:
    return sum(call.interaction_id == interaction for call in server.log.of("POST", Route.CALLBACK))
