"""What must not become of a report's message: two, none, or one that says for ever what is not so."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.guild_settings import save_guild
from pinxit.actions.admin.reports import handle
from pinxit.actions.delete import delete_image
from pinxit.actions.report import report
from pinxit.bot.discord.reporting import Reporter
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId
from tests.bot.painted import jobs_of, painted
from tests.bot.reported import caller_of, is_report, reports_in
from tests.fakes import FakeClock
from tests.platforms.discord import posting
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.people import person
from tests.platforms.discord.people_sight import wait_until
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.log import Call
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer

UNKNOWN_KIND = 14  # A directory: discord.py 2.7.1 does not know it.


@pytest.fixture
def attic(server: DiscordServer, desk: Channel) -> Channel:
    """Give a thread for reports in which nobody has written for long: the bot does not know it yet."""
    thread = server.state.thread(desk, "attic")
    thread.archived = True
    return thread


async def choose(desk: Channel, program: Living) -> None:
    """Have reports of its server shown in a channel."""
    guild = GuildId(f"discord:{desk.guild_id}")
    there = replace(OPERATOR, guild=guild, platform="discord")
    await save_guild(guild, {"reports_channel": desk.id}, there, program.studio)


async def reported(who: Person, channel: Channel, program: Living, prompt: str = "a red fox") -> str:
    """Have a picture painted and reported, and return the report's id."""
    await painted(who, channel, prompt)
    image = (await jobs_of(program.studio))[0].pictures[0]
    return await report(image.id, "ugly", caller_of(who, channel), program.studio)


async def delete_newest(who: Person, channel: Channel, program: Living) -> None:
    """Delete the newest picture."""
    await delete_image((await jobs_of(program.studio))[0].pictures[0].id, caller_of(who, channel), program.studio)


def reporter_of(program: Living, studio: Studio | None = None) -> Reporter:
    """Return another reporter, as the program's own is after a start."""
    client = program.bot.client
    return Reporter(client, program.studio if studio is None else studio, client.desk.calls)


async def test_what_is_decided_while_the_channel_is_looked_for_is_not_posted_as_open(
    server: DiscordServer, channel: Channel, attic: Channel, ada: Person, chief: Person, program: Living
) -> None:
    asked, hold = asyncio.Event(), asyncio.Event()

    def is_noted(_call: Call) -> bool:
        asked.set()
        return True

    server.faults.add("GET", Route.CHANNEL, Fault(Kind.SLOW, hold=hold), when=is_noted)
    await choose(attic, program)
    number = await reported(ada, channel, program)
    await asked.wait()

    await handle(number, "hide", OPERATOR, program.studio)
    hold.set()
    await reported(ada, channel, program, "a blue owl")
    await chief.find(attic, lambda seen: is_report(seen) and "owl" in seen.text)

    assert [one.text for one in reports_in(attic, chief) if "fox" in one.text and one.buttons] == []


async def test_a_message_in_a_thread_that_was_put_away_forgets_as_well(
    server: DiscordServer, channel: Channel, attic: Channel, ada: Person, chief: Person, program: Living
) -> None:
    await choose(attic, program)
    await reported(ada, channel, program)
    message = await chief.find(attic, is_report)
    attic.archived = True

    await delete_newest(ada, channel, program)
    await wait_until(server.state, lambda: "fox" not in message.text, message.describe)

    assert "ugly" not in message.text


async def test_what_discord_takes_later_rests_and_is_not_given_up_for_it(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    await choose(desk, program)
    await reported(ada, channel, program)
    message = await chief.find(desk, is_report)
    clock = FakeClock()
    reporter = reporter_of(program, replace(program.studio, clock=clock))
    server.faults.add("PATCH", Route.MESSAGE, Kind.STATUS, times=None)

    await delete_newest(ada, channel, program)
    for _ in range(300):  # As often as something is reported or deleted anywhere.
        await reporter.redraw_all()
    assert server.faults.struck[Kind.STATUS] < 5
    server.faults.clear()
    await clock.advance(20)
    await reporter.redraw_all()

    assert "fox" not in message.text


async def test_a_channel_of_an_unknown_kind_keeps_no_other_servers_reports_waiting(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    museum = server.state.guild("museum")
    lobby, odd = server.state.channel(museum, "lobby"), server.state.channel(museum, "odd")
    odd.type = UNKNOWN_KIND  # type: ignore[assignment]  # as a kind to come would be
    await choose(odd, program)
    await choose(desk, program)
    await reported(person(server.state, "boris", guild=museum), lobby, program)

    await reported(ada, channel, program)

    await chief.find(desk, is_report)


async def test_a_report_that_may_be_in_the_channel_of_before_is_looked_for_there_until_that_is_known(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    other = server.state.channel(server.state.guilds[str(desk.guild_id)], "other")
    await choose(desk, program)
    server.faults.add("POST", Route.MESSAGES, Kind.LOST, when=lambda call: call.path["channel_id"] == desk.id)
    server.faults.add("GET", Route.MESSAGES, Kind.STATUS, times=2)
    await reported(ada, channel, program)
    message = await chief.find(desk, is_report)
    server.state.clock.advance(600)  # Discord has forgotten the nonce.
    await choose(other, program)

    for _ in range(3):
        await reporter_of(program).post_all()

    assert server.faults.struck[Kind.STATUS] == 2
    assert [one.id for one in reports_in(desk, chief)] == [message.id]
    assert reports_in(other, chief) == []


async def test_a_message_is_found_in_a_channel_where_much_was_said_since_the_report(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    await reported(ada, channel, program)
    for _ in range(201):
        posting.post(server.state, desk, {**posting.NOTHING, "content": "hm"}, posting.Origin(chief.id))
    server.faults.add("POST", Route.MESSAGES, Kind.LOST, when=lambda call: call.path["channel_id"] == desk.id)
    await choose(desk, program)
    await reporter_of(program).post_all()
    assert server.faults.struck[Kind.LOST] == 1
    server.state.clock.advance(600)  # Discord has forgotten the nonce.

    await reporter_of(program).post_all()

    assert len(reports_in(desk, chief)) == 1
    assert await program.studio.store.reports.undelivered("discord") == []


async def test_a_message_that_nobody_lived_to_note_forgets_also_once_it_was_decided_there(
    server: DiscordServer, channel: Channel, desk: Channel, ada: Person, chief: Person, program: Living
) -> None:
    await choose(desk, program)
    server.faults.add("POST", Route.MESSAGES, Kind.LOST, when=lambda call: call.path["channel_id"] == desk.id)
    server.faults.add("GET", Route.MESSAGES, Kind.STATUS, times=None)
    await reported(ada, channel, program)
    message = await chief.find(desk, is_report)
    await (await chief.press(message, "Dismiss")).wait(lambda seen: not seen.buttons)
    assert "fox" in message.text

    server.faults.clear()
    await delete_newest(ada, channel, program)
    await reporter_of(program).redraw_all()

    assert "fox" not in message.text
