"""The pages that a person alone sees: history, favourites, queue, styles, details, settings, data, help."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import discord
import pytest

from pinxit.actions.accounts import person_of
from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.facts import coded
from pinxit.bot.discord.sheets import Press, Sheet, embed_of, view_of
from pinxit.domain.caller import OPERATOR
from tests.bot.painted import jobs_of, painted
from tests.platforms.discord.people import person

if TYPE_CHECKING:
    from pinxit.domain.ids import GuildId, PersonId
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.server import DiscordServer


async def shown(who: Person, channel: Channel, path: str, **options: Any) -> Seen:  # noqa: ANN401 - whatever a command takes
    """Return what somebody alone reads after a command."""
    seen = await (await who.slash(channel, path, **options)).wait()
    assert seen.is_ephemeral
    return seen


async def paint_many(who: Person, channel: Channel, count: int) -> None:
    for number in range(count):
        used = await who.slash(channel, "imagine", prompt=f"fox number {number}", size="64x64", seed=number)
        await used.wait(lambda seen: bool(seen.attachments))


async def test_history_goes_back_page_by_page_and_home_again(channel: Channel, ada: Person, program: Living) -> None:
    await paint_many(ada, channel, 11)

    first = await shown(ada, channel, "history")
    newest = first.text
    older = (await (await ada.press(first, "Show older")).wait(lambda seen: "number 0" in seen.text)).text
    home = (await (await ada.press(first, "To the newest")).wait(lambda seen: "number 10" in seen.text)).text

    assert newest.count("fox number") == 10
    assert "fox number 10**" in newest
    assert "seed 10" in newest
    assert f"https://discord.com/channels/{channel.guild_id}/{channel.id}/" in newest
    assert older.count("fox number") == 1
    assert home == newest
    assert len(await jobs_of(program.studio)) == 11


@pytest.mark.parametrize("words", ["fox", "fox number and a long search that does not fit into a button: at all"])
async def test_a_search_stays_the_same_from_page_to_page(
    words: str, channel: Channel, ada: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()
    prompts = [f"{words} {number}" for number in range(11)]
    for prompt in ["a lighthouse", *prompts, "a harbour"]:
        used = await ada.slash(channel, "imagine", prompt=prompt, size="64x64")
        await used.wait(lambda seen: bool(seen.attachments))

    first = await shown(ada, channel, "history", words=words)
    assert "harbour" not in first.text
    older = await (await ada.press(first, "Show older")).wait(lambda seen: "To the newest" in seen.buttons)

    assert "lighthouse" not in older.text
    assert older.text.count("fox") >= 1
    assert "Show older" not in older.buttons


async def test_favourites_styles_and_the_queue_are_listed(channel: Channel, ada: Person, program: Living) -> None:
    await painted(ada, channel, "a *bold* fox")
    job = (await jobs_of(program.studio))[0]
    await program.studio.store.favourites.add(job.person, job.pictures[0].id, program.studio.clock.now())

    favourites = (await shown(ada, channel, "favourites")).text
    styles = await shown(ada, channel, "styles")
    first = styles.text
    second = (await (await ada.press(styles, "▶")).wait(lambda seen: "◀" in seen.buttons)).text
    queue = (await shown(ada, channel, "queue")).text

    assert "a \\*bold\\* fox" in favourites
    assert f"seed {job.pictures[0].seed}" in favourites
    assert "1-15 / " in first
    assert "16-30 / " in second
    assert "Nobody waits" in queue


async def test_details_say_everything_and_what_to_type_again(channel: Channel, ada: Person, program: Living) -> None:
    assert program.bot.client.is_ready()
    message = await painted(ada, channel, "a red fox", seed=7)

    details = await (await ada.press(message, "Details")).wait()

    assert details.is_ephemeral
    assert "/imagine prompt:a red fox --size 64x64 --seed 7" in details.text
    assert "**Seed** 7" in details.text
    assert f"https://discord.com/channels/{channel.guild_id}/{channel.id}/{message.id}" in details.text


async def test_originals_come_into_the_direct_chat_from_the_details(
    channel: Channel, ada: Person, program: Living
) -> None:
    assert program.bot.client.is_ready()
    details = await (await ada.press(await painted(ada, channel), "Details")).wait()

    told = await (await ada.press(details, "Originals")).wait(lambda seen: bool(seen.text))
    sent = await ada.find(ada.dm, lambda seen: bool(seen.attachments))

    assert told.is_ephemeral
    assert sent.attachments[0]["filename"].endswith(".png")


async def test_settings_are_chosen_shown_and_taken_back(channel: Channel, ada: Person, program: Living) -> None:
    chosen = await shown(ada, channel, "settings", count=2, aspect="3:2", negative="text", language="de", private=True)
    german = chosen.text
    kept = await program.studio.store.people.defaults(*await whose(program, ada))
    refused = (await shown(ada, channel, "settings", aspect="wide")).text
    back = await shown(
        ada, channel, "settings", count=0, aspect="none", negative="none", language="none", private=False
    )

    assert "3\\:2" in german
    assert "**Sprache** Deutsch" in german
    assert (kept["count"], kept["aspect"], kept["negative_prompt"], kept["private"]) == (2, [3, 2], "text", True)
    assert "wide" in refused
    assert "3" not in back.text.partition("\n")[2].rpartition("\n")[0]
    assert "**Language** as in Discord" in back.text


async def whose(program: Living, who: Person) -> tuple[PersonId, GuildId]:
    """Return person and a guild that decided nothing."""
    return await person_of("discord", who.id, program.studio), OPERATOR.guild


async def test_ones_data_is_taken_along_as_a_file_and_forgotten_after_a_question(
    server: DiscordServer, channel: Channel, ada: Person, program: Living
) -> None:
    await painted(ada, channel, "a red fox")

    choices = await shown(ada, channel, "mydata")
    export = await (await ada.press(choices, "Take it along")).wait(lambda seen: bool(seen.attachments))
    question = await (await ada.press(choices, "Delete everything")).wait(lambda seen: "undone" in seen.text)
    still_there = len(await jobs_of(program.studio))
    forgotten = await (await ada.press(question, "Delete everything")).wait(lambda seen: "1 job" in seen.text)
    again = await (await ada.press(question, "Delete everything")).wait()

    content = next(kept.content for kept in server.state.attachments.values() if kept.id == export.attachments[0]["id"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"a red fox" in archive.read("jobs.jsonl")
    assert export.is_ephemeral
    assert still_there == 1
    assert forgotten.is_ephemeral
    assert "again" not in forgotten.text
    assert again.text != forgotten.text
    assert await jobs_of(program.studio) == ()


async def test_help_names_every_command_that_one_may_use(
    server: DiscordServer, channel: Channel, guild: Guild, ada: Person, program: Living
) -> None:
    manage = discord.Permissions(manage_guild=True)
    chef = person(server.state, "chef", guild=guild, permissions=manage, locale="de")

    help_ = (await shown(ada, channel, "help")).text
    german = (await shown(chef, channel, "hilfe")).text

    for command in program.bot.client.tree.get_commands(type=discord.AppCommandType.chat_input):
        assert (f"`/{command.name}`" in help_) == (command.name != "admin")
    assert "`/admin`" in german
    assert "`/verlauf` Durchsehen" in german
    assert len(help_) < 4096


async def test_what_is_left_of_a_quota_is_a_page_of_ones_own(channel: Channel, ada: Person, program: Living) -> None:
    assert program.bot.client.is_ready()
    assert "No limit holds" in (await shown(ada, channel, "quota")).text


async def test_a_long_page_is_cut_to_what_discord_takes_visibly() -> None:
    sheet = Sheet("T" * 300, "🦊" * 5000, [Press("L" * 100, CustomId("page", "history"))], "F" * 3000)

    embed, view = embed_of(sheet), view_of(sheet)

    assert view is not None
    assert len(embed.title or "") == 256
    assert len((embed.description or "").encode("utf-16-le")) // 2 <= 4096
    assert sum(len((text or "").encode("utf-16-le")) // 2 for text in _texts(embed)) <= 6000
    assert all((text or "").endswith("…") for text in _texts(embed))
    assert view.is_finished()


def _texts(embed: discord.Embed) -> tuple[str | None, ...]:
    return embed.title, embed.description, embed.footer.text


def test_nothing_in_a_text_to_copy_ends_its_block() -> None:
    assert coded("a ```fox``` here", 900).count("```") == 2
