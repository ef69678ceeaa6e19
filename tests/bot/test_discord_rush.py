"""Where many ask at once, an answer says only that it comes: it is committed first, and filled in as soon as may be."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.mydata import delete_mydata
from pinxit.domain.caller import Caller
from pinxit.queue.rush import CROWD
from tests.bot.living import NOBODY_PAINTS, living
from tests.bot.painted import is_final, jobs_of
from tests.platforms.discord.entities import Callback
from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer


@contextmanager
def crowd(life: Living) -> Iterator[None]:
    """Let as many others wait for an answer as make a crowd."""
    with ExitStack() as others:
        for _ in range(CROWD):
            others.enter_context(life.studio.rush.answering())
        yield


@pytest.mark.parametrize("private", [False, True])
async def test_in_a_crowd_the_answer_is_promised_and_becomes_the_message(
    server: DiscordServer,
    program: Living,
    channel: Channel,
    ada: Person,
    private: bool,  # noqa: FBT001 - of the table
) -> None:
    with crowd(program):
        used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64", private=private)
        await used.acknowledged()
        job = (await jobs_of(program.studio))[0]
        assert used.message.is_loading
    seen = await used.wait(is_final)

    assert used.callback is Callback.DEFERRED_MESSAGE
    assert job.private is private
    assert [(one.id, one.only_for) for one in server.state.messages_in(channel.id)] == [
        (seen.id, ada.id if private else None)
    ]
    assert server.log.finals() == {seen.id: 1}


async def test_a_promise_is_filled_with_the_place_in_line_while_its_job_waits(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS) as life:
        with crowd(life):
            used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64")
            await used.acknowledged()
        seen = await used.wait()

    assert "a red fox" in seen.text
    assert "Cancel" in seen.buttons


async def test_a_promise_that_a_dead_program_left_is_kept_by_the_next_one(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    with ExitStack() as others:  # They wait longer than that program lives.
        async with living(server, tmp_path, NOBODY_PAINTS) as life:
            others.enter_context(crowd(life))
            used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64")
            await used.acknowledged()
        assert used.message.is_loading
    async with living(server, tmp_path):
        seen = await used.wait(is_final)

    assert [one.id for one in server.state.messages_in(channel.id)] == [seen.id]


async def test_in_a_crowd_a_refusal_is_still_the_answer(program: Living, channel: Channel, ada: Person) -> None:
    with crowd(program):
        used = await ada.slash(channel, "imagine", prompt="a red fox", size="1x1")
        seen = await used.wait()

    assert used.callback is Callback.MESSAGE
    assert "out of range" in seen.text
    assert seen.is_ephemeral


async def test_in_a_crowd_an_answer_with_something_to_tell_beside_it_is_the_message(
    program: Living, channel: Channel, ada: Person
) -> None:
    with crowd(program):
        used = await ada.slash(channel, "imagine", prompt="a (red:1.4) fox", size="64x64")
        hint = await used.follow_up()

    assert used.callback is Callback.MESSAGE
    assert "weights" in hint.text
    assert "fox" in used.message.text


async def test_a_place_in_line_that_nobody_looked_at_in_the_crowd_is_put_right_after_it(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS) as life:
        await (await ada.slash(channel, "imagine", prompt="a grey fox", size="64x64")).wait()
        with crowd(life):
            used = await ada.slash(channel, "imagine", prompt="a (red:1.4) fox", size="64x64")
            await used.acknowledged()
        seen = await used.wait(lambda shown: "2nd in line" in shown.text)

    assert used.callback is Callback.MESSAGE
    assert "red fox" in seen.text


@pytest.mark.parametrize("private", [False, True])
async def test_a_promise_that_came_too_late_is_one_message_all_the_same(
    server: DiscordServer,
    program: Living,
    channel: Channel,
    ada: Person,
    private: bool,  # noqa: FBT001 - of the table
) -> None:
    state = server.state
    server.faults.add("POST", Route.CALLBACK, Fault(Kind.STATUS, status=404, code=10062))
    own = state.dm(state.bot.id, ada.id).id

    with crowd(program):
        await ada.slash(channel, "imagine", prompt="a red fox", size="64x64", private=private)
        await state.wait_for(lambda: server.log.of("POST", Route.CALLBACK))
    await state.wait_for(
        lambda: any(one.json["attachments"] for room in (channel.id, own) for one in state.messages_in(room))
    )

    assert len(state.messages_in(own if private else channel.id)) == 1
    assert state.messages_in(channel.id if private else own) == []


async def test_a_promise_whose_answer_got_lost_is_kept(
    server: DiscordServer, program: Living, channel: Channel, ada: Person
) -> None:
    server.faults.add("POST", Route.CALLBACK, Kind.LOST)

    with crowd(program):
        used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64")
        await used.acknowledged()
    seen = await used.wait(is_final)

    assert used.callback is Callback.DEFERRED_MESSAGE
    assert [one.id for one in server.state.messages_in(channel.id)] == [seen.id]


async def test_a_promise_to_somebody_who_deletes_everything_is_taken_back(
    server: DiscordServer, channel: Channel, ada: Person, tmp_path: Path
) -> None:
    async with living(server, tmp_path, NOBODY_PAINTS) as life:
        with crowd(life):
            used = await ada.slash(channel, "imagine", prompt="a red fox", size="64x64")
            await used.acknowledged()
            (job,) = await jobs_of(life.studio)
            await delete_mydata(Caller(job.guild, job.person, job.platform), life.studio)
            assert used.message.is_loading
        await used.gone()

    assert server.state.messages_in(channel.id) == []
