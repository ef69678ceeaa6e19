"""Reports in the channel that a server's admins chose, on a loopback Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from pinxit.actions.admin.reports import Handling, handle
from pinxit.actions.delete import delete_image
from pinxit.actions.mydata import delete_mydata
from pinxit.actions.report import report
from pinxit.bot.discord.reporting import Reporter
from pinxit.domain.caller import OPERATOR
from pinxit.parts import open_parts
from pinxit.queue.clock import SystemClock
from tests.bot.living import living, settings_for
from tests.bot.painted import jobs_of, painted
from tests.bot.reported import caller_of, is_report, reports_in
from tests.platforms.discord.faults import Kind
from tests.platforms.discord.people import person
from tests.platforms.discord.people_sight import wait_until
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.server import DiscordServer

BUTTONS = ["Dismiss", "Hide", "Delete", "Hide and ban"]


async def choose(chief: Person, channel: Channel, desk: Channel | None) -> None:
    """Have reports shown in a channel, or (None) nowhere."""
    chosen: dict[str, Any] = {} if desk is None else {"channel": desk}
    await (await chief.slash(channel, "admin settings reports_channel", **chosen)).wait(
        lambda seen: "reports_channel" in seen.text
    )


async def reported(who: Person, channel: Channel, program: Living, reason: str = "*ugly*") -> str:
    """Return the id of a report of the newest picture."""
    image = (await jobs_of(program.studio))[0].pictures[0]
    return await report(image.id, reason, caller_of(who, channel), program.studio)


async def until(server: DiscordServer, message: Seen, is_so: Callable[[], object]) -> None:
    """Wait until a message has become so."""
    await wait_until(server.state, is_so, message.describe)


async def open_reports(program: Living) -> list[str]:
    """Return the ids of the reports that nobody has decided about."""
    return [one.id for one in await program.studio.store.reports.open(None, 10)]


async def posted(ada: Person, chief: Person, channel: Channel, desk: Channel, program: Living) -> Seen:
    """Return the message about a picture of ada's that was reported."""
    await choose(chief, channel, desk)
    await painted(ada, channel, "a __red__ fox")
    await reported(ada, channel, program)
    return await chief.find(desk, is_report)


async def test_a_report_is_posted_once_with_all_that_is_to_be_known(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    boris = person(server.state, "boris", guild=server.state.guild_of(channel))
    message = await posted(ada, chief, channel, desk, program)
    await reported(boris, channel, program, "too")
    await (await chief.slash(channel, "admin stats")).wait()

    said = message.text
    assert "a \\_\\_red\\_\\_ fox" in said
    assert f"<@{ada.id}>" in said
    assert "> \\*ugly\\*" in said
    assert f"https://discord.com/channels/{channel.guild_id}/{channel.id}/" in said
    assert [*message.buttons] == BUTTONS
    assert [file["filename"] for file in message.attachments] == ["SPOILER_reported.webp"]
    assert len(reports_in(desk, chief)) == 1


@pytest.mark.parametrize(
    ("button", "sentence", "state"),
    [("Dismiss", "dismissed", "shown"), ("Hide", "hid the picture", "hidden"), ("Delete", "deleted", "gone")],
)
async def test_a_decision_is_done_and_written_under_the_report(
    button: str,
    sentence: str,
    state: str,
    channel: Channel,
    desk: Channel,
    ada: Person,
    chief: Person,
    program: Living,
) -> None:
    message = await posted(ada, chief, channel, desk, program)

    decided = await (await chief.press(message, button)).wait(lambda seen: not seen.buttons)

    job = (await jobs_of(program.studio))[0]
    images = [image for image in job.images if not image.is_deleted]
    now = "gone" if not images else "hidden" if images[0].is_hidden else "shown"
    assert decided.id == message.id
    assert f"<@{chief.id}>" in decided.text
    assert sentence in decided.text
    assert ("fox" in decided.text) is (now != "gone")
    assert decided.attachments == []
    assert now == state
    assert await open_reports(program) == []


async def test_a_ban_by_button_keeps_the_person_from_asking(
    channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    message = await posted(ada, chief, channel, desk, program)

    await (await chief.press(message, "Hide and ban")).wait(lambda seen: not seen.buttons)
    refused = await (await ada.slash(channel, "imagine", prompt="a fox")).wait()

    assert refused.is_ephemeral
    assert "a reported picture" in refused.text


async def test_a_member_cannot_decide_and_an_old_button_says_so(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    message = await posted(ada, chief, channel, desk, program)
    server.faults.add("PATCH", Route.MESSAGE, Kind.STATUS, times=None)  # So that it keeps its buttons.

    refused = await (await ada.press(message, "Delete")).wait()
    still_open = await open_reports(program)
    shown = await (await chief.slash(channel, "admin reports")).wait(is_report)
    await (await chief.press(shown, "Dismiss")).wait(lambda seen: not seen.buttons)
    late = await (await chief.press(message, "Hide")).follow_up()

    assert "admin" in refused.text
    assert len(still_open) == 1
    assert "1 / 1" not in late.text
    assert "handled" in late.text
    assert not message.buttons


async def test_a_channel_of_another_server_is_not_written_to(
    server: DiscordServer, channel: Channel, ada: Person, chief: Person, program: Living
) -> None:
    foreign = server.state.channel(server.state.guild("museum"), "lobby")
    used = await chief.slash(channel, "admin settings set", field="reports_channel", value=foreign.id)
    await used.wait(lambda seen: "reports_channel" in seen.text)
    await painted(ada, channel)
    await reported(ada, channel, program)

    await until_delivered(program)

    assert server.state.messages_in(foreign.id) == []
    assert len(await open_reports(program)) == 1


async def test_a_channel_that_is_closed_to_us_is_not_tried_for_ever(
    server: DiscordServer, channel: Channel, ada: Person, chief: Person, program: Living
) -> None:
    await choose(chief, channel, channel)
    used = await chief.slash(channel, "admin settings set", field="reports_channel", value="123456789012345678")
    await used.wait(lambda seen: "reports_channel" in seen.text)
    await painted(ada, channel)
    await reported(ada, channel, program)

    await until_delivered(program)
    shown = await (await chief.slash(channel, "admin reports")).wait(is_report)

    assert shown.is_ephemeral
    assert server.problems == []


async def until_delivered(program: Living) -> None:
    """Have the reporter do its round, and see that nothing is left for a next one."""
    bot = program.bot
    await Reporter(bot.client, program.studio, bot.client.desk.calls).post_all()
    assert await program.studio.store.reports.undelivered("discord") == []


async def test_a_report_that_came_while_the_bot_was_away_is_posted_at_the_next_start(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path) as program:
        await choose(chief, channel, None)
        await painted(ada, channel)
        await reported(ada, channel, program)
        await choose(chief, channel, desk)
    async with living(server, tmp_path) as program:
        await until_delivered(program)

    assert len(reports_in(desk, chief)) == 1


async def test_a_private_picture_is_reported_to_nobody_in_a_channel(
    channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    await choose(chief, channel, desk)
    await painted(ada, channel, private=True)
    await reported(ada, channel, program)

    await until_delivered(program)

    assert reports_in(desk, chief) == []


async def test_a_lost_answer_makes_no_second_message(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    await choose(chief, channel, desk)
    await painted(ada, channel)
    server.faults.add("POST", Route.MESSAGES, Kind.LOST, when=lambda call: call.path["channel_id"] == desk.id)
    await reported(ada, channel, program)
    await chief.find(desk, is_report)

    await until_delivered(program)

    assert server.faults.struck[Kind.LOST] == 1
    assert len(reports_in(desk, chief)) == 1


async def test_a_decision_from_elsewhere_is_written_under_the_report(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    message = await posted(ada, chief, channel, desk, program)
    shown = await (await chief.slash(channel, "admin reports")).wait(is_report)

    await (await chief.press(shown, "Hide")).wait(lambda seen: not seen.buttons)
    await until(server, message, lambda: not message.buttons)

    assert "a \\_\\_red\\_\\_ fox" in message.text
    assert f"<@{chief.id}> hid the picture." in message.text
    assert message.attachments == []


async def test_a_decision_of_the_operator_is_told_as_that(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    message = await posted(ada, chief, channel, desk, program)

    await handle((await open_reports(program))[0], Handling.DISMISS, OPERATOR, program.studio)
    await until(server, message, lambda: not message.buttons)

    assert "The operator dismissed this report." in message.text


async def test_a_message_forgets_what_was_asked_for_once_the_picture_is_deleted(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    message = await posted(ada, chief, channel, desk, program)
    await (await chief.press(message, "Dismiss")).wait(lambda seen: not seen.buttons)

    await delete_image((await jobs_of(program.studio))[0].pictures[0].id, caller_of(ada, channel), program.studio)
    await until(server, message, lambda: "deleted" in message.text)

    assert f"<@{chief.id}> dismissed this report." in message.text
    assert "fox" not in message.text
    assert ada.id not in message.text
    assert "ugly" not in message.text


async def test_what_a_reporter_said_goes_with_their_data_and_the_rest_stays(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    boris = person(server.state, "boris", guild=server.state.guild_of(channel))
    await choose(chief, channel, desk)
    await painted(ada, channel, "a __red__ fox")
    await reported(boris, channel, program)
    message = await chief.find(desk, is_report)
    assert "> \\*ugly\\*" in message.text

    await delete_mydata(caller_of(boris, channel), program.studio)
    await until(server, message, lambda: "ugly" not in message.text)

    assert "fox" in message.text
    assert [*message.buttons] == BUTTONS
    assert [file["filename"] for file in message.attachments] == ["SPOILER_reported.webp"]


async def test_a_picture_that_goes_while_the_bot_is_away_goes_from_the_report_at_the_next_start(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path) as program:
        message = await posted(ada, chief, channel, desk, program)
        image = (await jobs_of(program.studio))[0].pictures[0].id
    async with open_parts(settings_for(server, tmp_path), clock=SystemClock()) as parts:
        await delete_image(image, caller_of(ada, channel), parts.studio)
    assert "fox" in message.text
    async with living(server, tmp_path):
        await until(server, message, lambda: "fox" not in message.text)

    assert (message.attachments, message.buttons) == ([], {})


@pytest.mark.parametrize("meanwhile", ["deleted", "nothing"])
async def test_a_report_whose_posting_nobody_lived_to_note_is_found_in_the_channel(
    meanwhile: str,
    server: DiscordServer,
    channel: Channel,
    desk: Channel,
    ada: Person,
    chief: Person,
    tmp_path: Path,
) -> None:
    async with living(server, tmp_path) as program:
        await choose(chief, channel, desk)
        await painted(ada, channel, "a red fox")
        server.faults.add("POST", Route.MESSAGES, Kind.LOST, when=lambda call: call.path["channel_id"] == desk.id)
        await reported(ada, channel, program)
        message = await chief.find(desk, is_report)
        image = (await jobs_of(program.studio))[0].pictures[0].id
    assert server.faults.struck[Kind.LOST] == 1
    server.state.clock.advance(600)  # Discord has forgotten the nonce.
    if meanwhile == "deleted":
        async with open_parts(settings_for(server, tmp_path), clock=SystemClock()) as parts:
            await delete_image(image, caller_of(ada, channel), parts.studio)
    async with living(server, tmp_path) as program:
        await until_delivered(program)
        if meanwhile == "deleted":
            await until(server, message, lambda: "fox" not in message.text)

    assert [one.id for one in chief.messages(desk) if is_report(one)] == [message.id]


async def test_a_report_message_that_is_gone_is_not_asked_for_for_ever(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    owner = person(server.state, "owner", guild=server.state.guild_of(channel), permissions=discord.Permissions.all())
    message = await posted(ada, chief, channel, desk, program)
    await owner.delete(message)

    await delete_image((await jobs_of(program.studio))[0].pictures[0].id, caller_of(ada, channel), program.studio)
    bot = program.bot
    await Reporter(bot.client, program.studio, bot.client.desk.calls).redraw_all()

    assert await program.studio.store.report_cards.stale("discord") == []
