"""What the loopback Discord makes go wrong on purpose, as the real discord.py meets it."""

from __future__ import annotations

import asyncio
import errno

import aiohttp
import discord
import pytest

from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.logged_in import logged_in
from tests.platforms.discord.routes import Route
from tests.platforms.discord.server import DiscordServer


async def test_discord_py_waits_out_a_rate_limit_with_via() -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        server.faults.add("GET", Route.USER, Fault(Kind.RATE_LIMITED, retry_after_s=0.01), times=2)
        user = await client.fetch_user(int(server.state.owner.id))
        assert user.name == "owner"
        assert [call.status for call in server.log.of("GET", Route.USER)] == [429, 429, 200]
        assert server.invalid_requests == 2


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(Kind.BLOCKED), 429, 0),
        (Fault(Kind.STATUS, status=503), 503, 0),
        (Fault(Kind.STATUS, status=403, code=50013), 403, 50013),
    ],
)
async def test_what_discord_py_leaves_to_us(fault: Fault, status: int, code: int) -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        there = client.get_partial_messageable(int(server.state.channel(server.state.guild()).id))
        server.faults.add("POST", Route.MESSAGES, fault)
        with pytest.raises(discord.HTTPException) as told:
            await there.send("x")
        assert (told.value.status, told.value.code) == (status, code)
        assert not server.state.messages
        assert (await there.send("x")).content == "x"


@pytest.mark.parametrize(("kind", "messages"), [(Kind.RESET, 0), (Kind.LOST, 1)])
async def test_a_reset_is_a_real_one_and_only_a_lost_answer_had_an_effect(kind: Kind, messages: int) -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        there = client.get_partial_messageable(int(server.state.channel(server.state.guild()).id))
        server.faults.add("POST", Route.MESSAGES, kind)
        with pytest.raises(aiohttp.ClientOSError) as told:
            await there.send("x", nonce="n")
        assert told.value.errno == errno.ECONNRESET
        assert len(server.state.messages) == messages
        call = server.log.of("POST", Route.MESSAGES)[0]
        assert (call.lost, call.shown is not None, call.status) == (kind is Kind.LOST, messages == 1, 0)

        again = await there.send("x", nonce="n")
        assert list(server.state.messages) == [str(again.id)]


async def test_a_slow_answer_waits_for_the_test_and_its_effect_does_not() -> None:
    async with DiscordServer() as server, logged_in(server) as client, asyncio.TaskGroup() as tasks:
        there = client.get_partial_messageable(int(server.state.channel(server.state.guild()).id))
        hold = asyncio.Event()
        server.faults.add("POST", Route.MESSAGES, Fault(Kind.SLOW, hold=hold))
        sending = tasks.create_task(there.send("x"))
        await server.state.wait_for(lambda: server.state.messages)
        assert not sending.done()
        hold.set()
        assert (await sending).content == "x"


async def test_a_fault_may_choose_its_requests_and_can_be_lifted() -> None:
    async with DiscordServer() as server, logged_in(server) as client:
        guild = server.state.guild()
        bad, good = (client.get_partial_messageable(int(server.state.channel(guild).id)) for _ in range(2))
        fault = Fault(Kind.STATUS, status=404, code=10003)
        server.faults.add("POST", Route.MESSAGES, fault, times=None, when=lambda call: call.channel_id == str(bad.id))
        assert (await good.send("x")).content == "x"
        for _ in range(2):
            with pytest.raises(discord.NotFound):
                await bad.send("x")
        server.faults.clear()
        assert (await bad.send("x")).content == "x"
        assert server.faults.struck[Kind.STATUS] == 2


async def test_a_real_bucket_is_told_and_enforced() -> None:
    async with DiscordServer() as server, aiohttp.ClientSession() as web:
        server.limit("GET", Route.GATEWAY, 2, per_s=60.0)
        statuses, left = [], []
        for _ in range(3):
            async with web.get(server.api_url + Route.GATEWAY) as answer:
                statuses.append(answer.status)
                left.append(answer.headers["X-RateLimit-Remaining"])
        assert statuses == [200, 200, 429]
        assert left == ["1", "0", "0"]
        server.clock.advance(60)
        async with web.get(server.api_url + Route.GATEWAY) as answer:
            assert answer.status == 200
