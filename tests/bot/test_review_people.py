"""Who may do what on Discord, tried by people who should not, and in which language they hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from structlog.testing import capture_logs

from pinxit.actions.look import find_job
from pinxit.bot.discord.answers import handle
from pinxit.bot.discord.places import spot_of_reaction
from pinxit.domain.caller import Caller
from pinxit.domain.errors import Refused
from pinxit.domain.ids import GuildId, PersonId
from tests.bot.painted import jobs_of, painted
from tests.platforms.discord.people import person

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker, Reply
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer

MANY = "a {red,blue,green,grey,white,black,pink,brown} fox"


@pytest.fixture
def ben(server: DiscordServer, guild: Guild) -> Person:
    """Give another member without any special right."""
    return person(server.state, "ben", guild=guild)


@pytest.fixture
def bot(server: DiscordServer) -> str:
    """Return what is written to mention the bot."""
    return f"<@{server.state.bot.id}>"


@pytest.mark.usefixtures("program")
async def test_only_who_was_asked_takes_an_open_question_away(
    channel: Channel, ada: Person, ben: Person, bot: str
) -> None:
    first = await painted(ada, channel)
    await ada.say(channel, f"{bot} {MANY}", reply_to=first)
    question = await ada.find(channel, lambda message: "Do not" in message.buttons)

    refused = await (await ben.press(question, "Do not")).wait()

    assert refused.is_ephemeral
    assert "Do not" in next(seen for seen in ada.messages(channel) if seen.id == question.id).buttons
    await (await ada.press(question, "Do not")).acknowledged()
    assert not next(seen for seen in ada.messages(channel) if seen.id == question.id).buttons


async def test_nobody_is_linked_to_another_account_without_being_asked(
    program: Living, channel: Channel, ada: Person, ben: Person
) -> None:
    offered = await (await ben.slash(channel, "link")).wait()
    code = offered.text.partition("code is ")[2][:8]
    await painted(ada, channel, private=True)

    question = await (await ada.slash(channel, "link", code=code)).wait()
    (job,) = await jobs_of(program.studio)
    assert job.person == f"discord:{ada.id}"
    assert question.is_ephemeral
    assert "private" in question.text

    await (await ada.press(question, "Link them")).wait()
    (job,) = await jobs_of(program.studio)
    assert job.person == f"discord:{ben.id}"


@pytest.mark.usefixtures("program")
async def test_a_guesser_of_codes_is_stopped(channel: Channel, ada: Person) -> None:
    question = await (await ada.slash(channel, "link", code="ABCD-EFGH")).wait()

    said = [(await (await ada.press(question, "Link them")).wait()).text for _ in range(6)]

    assert "not valid" in said[0]
    assert said[0] == said[4] != said[5]


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"steps": 100_000}, "schritte ist 100000"),
        ({"aspect": "wide"}, "seitenverhältnis braucht einen anderen Wert als wide"),
        ({"image": ("notes.txt", b"no picture")}, "bild ist kein lesbares Bild"),
        ({"style": "nobody's"}, "/stile zeigt alle"),
        ({"lora": "nobody's"}, "lora"),
    ],
)
async def test_a_german_refusal_calls_options_and_commands_as_discord_shows_them(
    server: DiscordServer, guild: Guild, channel: Channel, options: dict[str, Any], said: str
) -> None:
    eva = person(server.state, "eva", guild=guild, locale="de")

    refused = await (await eva.slash(channel, "imagine", prompt="ein Fuchs", **options)).wait()

    assert said in refused.text.replace("\\", "")
    assert " such as " not in refused.text


async def test_what_had_to_come_to_the_direct_chat_can_be_worked_on_there_by_its_requester_alone(
    program: Living, channel: Channel, ada: Person, ben: Person
) -> None:
    await painted(ada, channel)
    (job,) = await jobs_of(program.studio)
    direct = Caller(GuildId(f"discord:dm:{ada.id}"), PersonId(f"discord:{ada.id}"), "discord")
    other = Caller(GuildId(f"discord:dm:{ben.id}"), PersonId(f"discord:{ben.id}"), "discord")

    assert (await find_job(job.id, direct, program.studio)).id == job.id
    with pytest.raises(Refused):
        await find_job(job.id, other, program.studio)


@pytest.mark.usefixtures("program")
async def test_in_a_direct_chat_a_reaction_is_answered_in_the_language_that_was_heard_there(
    server: DiscordServer,
) -> None:
    eva = person(server.state, "eva", locale="de")
    used = await eva.slash(eva.dm, "imagine", prompt="ein Fuchs", size="64x64")
    first = await used.wait(lambda message: "Details" in message.buttons)

    await eva.react(first, "🔁")
    second = await eva.find(eva.dm, lambda message: message.id != first.id and "Details" in message.buttons)

    assert "Bearbeiten" in second.buttons


@pytest.mark.usefixtures("channel")
async def test_a_channel_that_is_not_known_is_not_for_adults(program: Living, guild: Guild) -> None:
    said: Any = {"user_id": "7", "channel_id": "8", "message_id": "9", "guild_id": guild.id, "type": 0}
    event = discord.RawReactionActionEvent(said, discord.PartialEmoji(name="🔁"), "REACTION_ADD")

    spot = spot_of_reaction(event, program.bot.client)

    assert spot.is_adult is False


@pytest.mark.parametrize("name", ["vary", "upscale", "outpaint", "recreate", "describe", "inspect", "report"])
async def test_nobody_gets_at_somebodys_private_picture_by_its_id(
    program: Living, channel: Channel, ada: Person, ben: Person, name: str
) -> None:
    await painted(ada, channel, "a secret fox", private=True)
    (job,) = await jobs_of(program.studio)

    refused = await (await ben.slash(channel, name, picture=str(job.images[0].id))).wait()

    assert "secret" not in refused.text
    assert not refused.buttons
    assert job.id not in refused.text.replace("\\", "")  # Not even which job it is of.
    assert len(await jobs_of(program.studio)) == 1


async def test_a_moderator_of_messages_deletes_and_does_nothing_else(
    program: Living, server: DiscordServer, guild: Guild, channel: Channel, ada: Person
) -> None:
    mod = person(server.state, "mod", guild=guild, permissions=discord.Permissions(manage_messages=True))
    first = await painted(ada, channel)

    looked = await (await mod.slash(channel, "admin stats", force=True)).wait()
    await (await mod.press(first, "🗑️")).wait()

    assert "admin" in looked.text
    assert not await jobs_of(program.studio)


async def test_an_admin_of_another_server_decides_nothing_here(
    program: Living, server: DiscordServer, channel: Channel, ada: Person
) -> None:
    elsewhere = server.state.guild("elsewhere")
    room = server.state.channel(elsewhere, "room")
    chief = person(server.state, "chief", guild=elsewhere, permissions=discord.Permissions(manage_guild=True))
    first = await painted(ada, channel)
    form = await (await ada.press(first, "Report")).modal()
    await (await ada.submit(form, reason="no")).wait()
    (job,) = await jobs_of(program.studio)
    chiefs = Caller(GuildId(f"discord:{elsewhere.id}"), PersonId(f"discord:{chief.id}"), "discord", is_moderator=True)

    listed = await (await chief.slash(room, "admin reports")).wait()
    with pytest.raises(Refused):
        await find_job(job.id, chiefs, program.studio)

    assert not listed.buttons


@pytest.mark.usefixtures("program")
async def test_what_all_admins_read_under_a_report_is_in_the_servers_language(
    server: DiscordServer, guild: Guild, channel: Channel, ada: Person
) -> None:
    reports = server.state.channel(guild, "reports")
    eva = person(server.state, "eva", guild=guild, locale="de", permissions=discord.Permissions(manage_guild=True))
    await (await eva.slash(channel, "admin settings reports_channel", channel=reports)).wait()
    first = await painted(ada, channel)
    form = await (await ada.press(first, "Report")).modal()
    await (await ada.submit(form, reason="no")).wait()
    report = await eva.find(reports, lambda message: "Dismiss" in message.buttons)

    await (await eva.press(report, "Dismiss")).acknowledged()
    decided = await eva.find(reports, lambda message: not message.buttons)

    assert "dismissed" in decided.text


async def test_a_disk_that_fails_while_a_wish_is_done_is_told_like_every_failure(
    program: Living, channel: Channel, ada: Person
) -> None:
    first = await painted(ada, channel)

    async def work(_asker: Asker, _studio: Studio) -> Reply:
        raise OSError(28, "No space left on device")

    async def on_interaction(interaction: Interaction) -> None:
        await handle(interaction, work, command="/imagine")

    program.bot.client.event(on_interaction)
    with capture_logs() as logged:  # Drawing a traceback in colour may take longer than an answer may.
        said = await (await ada.press(first, "of nobody", force=True)).wait()

    assert [line["where"] for line in logged if line["event"] == "a handler failed"] == ["/imagine"]
    assert said.is_ephemeral
    assert "went wrong" in said.text
