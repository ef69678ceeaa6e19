"""Answering a picture and mentioning the bot, on a loopback Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.domain.request import Mode
from tests.bot.painted import is_final, jobs_of, painted, settled
from tests.builders import a_png

if TYPE_CHECKING:
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer


@pytest.fixture
def bot(server: DiscordServer) -> str:
    """Return what is written to mention the bot."""
    return f"<@{server.state.bot.id}>"


async def test_words_under_a_picture_of_ours_are_painted_over_it(
    program: Living, channel: Channel, ada: Person, bot: str
) -> None:
    first = await painted(ada, channel)

    wish = await ada.say(channel, f"{bot} as a watercolour --strength 0.4", reply_to=first)
    answer = await ada.find(channel, lambda message: message.id != first.id and is_final(message))

    assert answer.json["message_reference"]["message_id"] == wish.id
    painted_over, job = await jobs_of(program.studio)
    assert painted_over.request.prompt == "as a watercolour"
    assert (painted_over.request.mode, painted_over.request.strength) == (Mode.IMG2IMG, 0.4)
    sources = await program.studio.store.images.sources(painted_over.id)
    assert [source.sha256 for source in sources] == [job.images[0].sha256]


async def test_words_under_anybodys_picture_are_painted_over_it(
    program: Living, channel: Channel, ada: Person, bot: str
) -> None:
    sent = await ada.say(channel, bot, files=[("one.png", a_png(3))])

    await ada.say(channel, f"a blue fox {bot}", reply_to=sent)
    await ada.find(channel, is_final)

    (job,) = await jobs_of(program.studio)
    assert (job.request.prompt, job.request.mode) == ("a blue fox", Mode.IMG2IMG)


async def test_who_does_not_name_the_bot_does_not_mean_it(
    program: Living, channel: Channel, ada: Person, bot: str
) -> None:
    first = await painted(ada, channel)

    await ada.say(channel, "how nice", reply_to=first)
    await ada.say(channel, f"{bot} how nice")
    await ada.say(channel, f"{bot} a blue fox", reply_to=first)
    await ada.find(channel, lambda message: message.id != first.id and is_final(message))
    await settled(program)

    assert [job.request.prompt for job in await jobs_of(program.studio)] == ["a blue fox", "a red fox"]
    assert len([message for message in ada.messages(channel) if message.json["author"].get("bot")]) == 2


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(("words", "said"), [("", "prompt is empty"), ("a fox --steps many", "another value")])
async def test_what_is_wrong_is_said_under_the_message_and_pings_nobody(
    channel: Channel, ada: Person, bot: str, words: str, said: str
) -> None:
    first = await painted(ada, channel)

    wish = await ada.say(channel, f"{bot} {words}", reply_to=first)
    answer = await ada.find(channel, lambda message: said in message.text)

    assert answer.json["message_reference"]["message_id"] == wish.id
    assert not answer.json["mentions"]


async def test_words_under_words_are_told_how_else(program: Living, channel: Channel, ada: Person, bot: str) -> None:
    sent = await ada.say(channel, "only words")

    await ada.say(channel, f"{bot} a blue fox", reply_to=sent)

    await ada.find(channel, lambda message: "Use as source" in message.text)
    assert not await jobs_of(program.studio)


async def test_many_jobs_are_asked_about_under_the_message(
    program: Living, channel: Channel, ada: Person, bot: str
) -> None:
    first = await painted(ada, channel)

    await ada.say(channel, f"{bot} a {{red|blue|green}} {{fox|owl|bear}}", reply_to=first)
    question = await ada.find(channel, lambda message: "Paint them" in message.buttons)
    await (await ada.press(question, "Paint them")).wait()

    assert len(await jobs_of(program.studio)) == 10
