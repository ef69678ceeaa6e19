"""Every way in which Discord turns a call down has its end, and too many of them make us quiet."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING

import discord
import pytest
from structlog.testing import capture_logs

from pinxit.bot.discord.calls import Calls, End, Trouble, trouble_of
from pinxit.bot.discord.invalid_requests import CAREFUL, STILL, WINDOW_S, InvalidRequests
from tests.bot.delivery_room import Room, a_room
from tests.fakes import FakeClock
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

SECRET = "aW50ZXJhY3Rpb24"


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with a_room(timeout_s=5.0) as opened:
        yield opened


def an_error(status: int, code: int, headers: dict[str, str] | None = None, text: str = "no") -> discord.HTTPException:
    response = SimpleNamespace(status=status, reason="", headers=headers or {})
    return discord.HTTPException(response, {"code": code, "message": text})  # type: ignore[arg-type]  # a stand-in


@pytest.mark.parametrize(
    ("status", "code", "by_token", "end"),
    [
        (401, 50027, True, End.TOKEN),
        (401, 0, True, End.TOKEN),
        (401, 0, False, End.LATER),
        (403, 50001, False, End.CHANNEL),
        (403, 50013, False, End.CHANNEL),
        (403, 50007, False, End.CLOSED),
        (403, 50278, False, End.CLOSED),
        (403, 50005, False, End.MESSAGE),
        (403, 160005, False, End.CHANNEL),
        (403, 40001, False, End.CHANNEL),
        (403, 0, False, End.LATER),
        (404, 10003, False, End.CHANNEL),
        (404, 10004, False, End.CHANNEL),
        (404, 10008, False, End.MESSAGE),
        (404, 10008, True, End.MESSAGE),
        (404, 10013, False, End.CLOSED),
        (404, 10015, True, End.TOKEN),
        (404, 10062, True, End.TOKEN),
        (404, 0, True, End.TOKEN),
        (404, 0, False, End.LATER),
        (400, 50083, False, End.ARCHIVED),
        (400, 50035, False, End.INVALID),
        (400, 50006, False, End.INVALID),
        (400, 20016, False, End.LATER),
        (413, 40005, False, End.LARGE),
        (413, 0, False, End.LARGE),
        (429, 0, False, End.LATER),
        (429, 30046, False, End.LATER),
        (500, 0, False, End.LATER),
        (503, 130000, False, End.LATER),
    ],
)
def test_every_code_has_its_end(status: int, code: int, by_token: bool, end: End) -> None:  # noqa: FBT001 - of the table
    assert trouble_of(an_error(status, code), by_token=by_token).end is end


def test_a_server_error_may_still_take_effect_and_a_refusal_cannot() -> None:
    assert trouble_of(an_error(503, 0), by_token=False).later().unknown
    assert not trouble_of(an_error(429, 0), by_token=False).later().unknown


@pytest.mark.parametrize(("named", "after_s"), [("7", 7.0), ("", 60.0), ("soon", 60.0), ("0.1", 1.0), ("1e9", 3600.0)])
def test_a_rate_limit_is_kept_as_it_is_named(named: str, after_s: float) -> None:
    later = trouble_of(an_error(429, 0, {"Retry-After": named}), by_token=False).later()

    assert (later.after_s, later.named) == (after_s, True)


def test_a_fault_names_its_field_and_not_what_stands_in_it() -> None:
    response = SimpleNamespace(status=400, reason="", headers={})
    told = {"_errors": [{"code": "X", "message": 'Value "a red fox" is too long.'}]}
    body = {"code": 50035, "message": "Invalid Form Body", "errors": {"embeds": {"0": {"description": told}}}}

    trouble = trouble_of(discord.HTTPException(response, body), by_token=False)  # type: ignore[arg-type]  # a stand-in

    assert "embeds.0.description" in trouble.reason
    assert "fox" not in trouble.reason


async def send(room: Room, nonce: str = "n") -> object:
    channel = room.client.get_partial_messageable(int(room.channel.id))
    return await room.calls.tried("create", lambda: channel.send("hello", nonce=nonce))


@pytest.mark.parametrize(
    ("fault", "unknown", "named"),
    [
        (Fault(Kind.BLOCKED, retry_after_s=9.0), False, True),
        (Fault(Kind.STATUS, status=503), True, False),
        (Fault(Kind.RESET), True, False),
        (Fault(Kind.LOST), True, False),
    ],
    ids=str,
)
async def test_what_discord_py_gives_up_on_comes_back_as_later(
    room: Room,
    fault: Fault,
    unknown: bool,  # noqa: FBT001 - of the table
    named: bool,  # noqa: FBT001 - of the table
) -> None:
    room.server.faults.add("POST", Route.MESSAGES, fault)

    trouble = await send(room)

    assert isinstance(trouble, Trouble)
    assert (trouble.end, trouble.unknown, trouble.named) == (End.LATER, unknown, named)


async def test_a_creation_whose_answer_was_lost_is_repeated_by_its_nonce(room: Room) -> None:
    room.server.faults.add("POST", Route.MESSAGES, Kind.LOST)

    first, again = await send(room, "once"), await send(room, "once")

    assert isinstance(first, Trouble)
    assert isinstance(again, discord.Message)
    assert [str(again.id)] == [one.id for one in room.in_channel()]


async def test_an_answer_that_never_comes_is_not_waited_for() -> None:
    async with a_room(timeout_s=0.05) as room:
        hold = asyncio.Event()
        room.server.faults.add("POST", Route.MESSAGES, Fault(Kind.SLOW, hold=hold))

        trouble = await send(room)
        hold.set()

    assert isinstance(trouble, Trouble)
    assert trouble.later().unknown


async def test_a_rate_limit_of_discords_own_is_waited_out_by_discord_py(room: Room) -> None:
    room.server.faults.add("POST", Route.MESSAGES, Fault(Kind.RATE_LIMITED, retry_after_s=0.01))

    assert isinstance(await send(room), discord.Message)


async def test_no_connection_is_later_and_nothing_was_sent(room: Room) -> None:
    discord.http.Route.BASE = "http://127.0.0.1:9/api/v10"

    trouble = await send(room)

    assert isinstance(trouble, Trouble)
    assert (trouble.end, trouble.unknown) == (End.LATER, False)


async def test_a_refused_token_is_told_once_to_the_operator(room: Room) -> None:
    room.server.faults.add("POST", Route.MESSAGES, Fault(Kind.STATUS, status=401), times=3)

    with capture_logs() as logs:
        for _ in range(3):
            assert isinstance(await send(room), Trouble)
        assert isinstance(await send(room), discord.Message)

    assert [line["log_level"] for line in logs].count("error") == 1


async def test_no_line_of_the_log_holds_the_interactions_token(room: Room) -> None:
    webhook = discord.Webhook.partial(int(room.server.application_id), SECRET, client=room.client)

    with capture_logs() as logs:
        trouble = await room.calls.tried("edit", lambda: webhook.edit_message(5, content="x"), by_token=True)

    assert isinstance(trouble, Trouble)
    assert trouble.end is End.TOKEN
    assert len(logs) == 1
    assert SECRET not in str(logs)


async def test_a_bug_is_no_trouble_of_discords(room: Room) -> None:
    def broken() -> Awaitable[None]:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        await room.calls.tried("edit", broken)


async def nothing() -> str:
    return "sent"


async def test_progress_stops_where_discord_is_displeased_and_goes_on_when_it_forgets() -> None:
    clock = FakeClock()
    invalid = InvalidRequests(clock)
    calls = Calls(invalid)
    for _ in range(CAREFUL - 1):
        invalid.note()
    assert await calls.tried("progress", nothing, can_wait=True) == "sent"

    with capture_logs() as logs:
        invalid.note()
        stopped = [await calls.tried("progress", nothing, can_wait=True) for _ in range(2)]

    assert all(isinstance(one, Trouble) and one.named for one in stopped)
    assert [line["log_level"] for line in logs] == ["error"]
    assert await calls.tried("final", nothing) == "sent"
    await clock.advance(WINDOW_S + 1)
    assert await calls.tried("progress", nothing, can_wait=True) == "sent"


async def test_everything_waits_long_before_discord_shuts_us_out() -> None:
    clock = FakeClock()
    invalid = InvalidRequests(clock)
    calls = Calls(invalid)
    for _ in range(STILL):
        invalid.note()

    with capture_logs() as logs:
        waits = [await calls.tried("final", nothing) for _ in range(2)]

    assert all(isinstance(one, Trouble) and one.end is End.LATER for one in waits)
    assert len(logs) == 1
    await clock.advance(WINDOW_S + 1)
    assert await calls.tried("final", nothing) == "sent"


async def test_every_request_of_the_client_counts_that_discord_turns_down(room: Room) -> None:
    room.server.faults.add("POST", Route.MESSAGES, Fault(Kind.STATUS, status=403, code=50013), times=2)
    room.server.faults.add("GET", Route.CHANNEL, Fault(Kind.STATUS, status=401))
    for _ in range(2):
        await send(room)
    with pytest.raises(discord.HTTPException):
        await room.client.fetch_channel(int(room.channel.id))
    for _ in range(CAREFUL - 4):
        room.invalid.note()

    before = room.invalid.is_careful
    room.invalid.note()
    assert (before, room.invalid.is_careful) == (False, True)
    assert room.server.invalid_requests == 3
