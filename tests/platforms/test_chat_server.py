"""The hostile chat does each of its hostilities, keeps its two promises, and its platform gives each the right name."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from typing import TYPE_CHECKING

import aiohttp
import pytest

from pinxit.domain.delivery import Card, Done, Gone, Later, Urgency
from tests.builders import a_delivery, a_finished_job, a_request
from tests.platforms.chat_log import Kind, read_effects
from tests.platforms.chat_platform import ChatPlatform
from tests.platforms.chat_process import RunningChat, running_chat
from tests.platforms.chat_talk import (
    counts_of,
    effects_of,
    last_post,
    phases,
    picture,
    placed,
    queued,
    running,
    set_mood,
    shown,
    talking_to,
    tell,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


LATE_S = 0.8


@pytest.fixture(scope="module")
def brisk_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChat]:
    """Run a chat in which everything has happened after less than a second."""
    log = tmp_path_factory.mktemp("chat") / "brisk.jsonl"
    with running_chat(log, "--late-s", str(LATE_S), "--slow-s", "30", "--retry-after-s", "0.25") as chat:
        yield chat


@pytest.fixture(scope="module")
def patient_chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChat]:
    """Run a chat that may hold an edit for longer than any test takes."""
    log = tmp_path_factory.mktemp("chat") / "patient.jsonl"
    with running_chat(log, "--late-s", "60") as chat:
        yield chat


async def test_an_honest_chat_logs_each_effect_once_and_in_order(brisk_chat: RunningChat) -> None:
    job = a_finished_job(request=a_request(seed=41, count=2))
    async with talking_to(brisk_chat) as platform:
        delivery = await placed(platform, job)
        assert await platform.show(delivery, Card(running(job), progress=0.5), Urgency.PROGRESS) == Done()
        assert await platform.show(delivery, Card(job), Urgency.FINAL) == Done()

    effects = effects_of(brisk_chat, job)
    assert [(effect.kind, effect.post and effect.post.phase) for effect in effects] == [
        (Kind.CREATED, "queued"),
        (Kind.EDITED, "running"),
        (Kind.EDITED, "succeeded"),
    ]
    assert [effect.seq for effect in effects] == sorted({effect.seq for effect in effects})
    final = last_post(brisk_chat, job)
    assert final.seed == 41
    assert [(image.name, image.seed, image.whole) for image in final.images] == [
        (image.id, image.seed, True) for image in job.images
    ]


async def test_a_lost_answer_is_unknown_and_the_nonce_finds_its_message(brisk_chat: RunningChat) -> None:
    job = a_finished_job()
    delivery = a_delivery(job=job.id)
    async with talking_to(brisk_chat) as platform:
        await set_mood(brisk_chat, lose_answer=1)
        lost = await platform.place(delivery, Card(queued(job)))
        await set_mood(brisk_chat)
        again = await platform.place(delivery, Card(queued(job)))

    assert isinstance(lost, Later)
    assert lost.unknown
    assert [effect.message for effect in effects_of(brisk_chat, job)] == [shown(again)]


async def test_a_slow_answer_comes_after_the_client_gave_up_and_long_after_the_effect(brisk_chat: RunningChat) -> None:
    job = a_finished_job()
    async with talking_to(brisk_chat) as platform:
        delivery = await placed(platform, job)
        await set_mood(brisk_chat, slow_answer=1)
        async with ChatPlatform(brisk_chat.url, picture, timeout_s=0.5) as hasty:
            answer = await hasty.show(delivery, Card(job), Urgency.FINAL)

    assert isinstance(answer, Later)
    assert answer.unknown
    assert phases(brisk_chat, job) == ["queued", "succeeded"]


async def test_a_delayed_edit_outlives_its_client_but_never_comes_too_late(brisk_chat: RunningChat) -> None:
    job = a_finished_job()
    async with talking_to(brisk_chat) as platform:
        delivery = await placed(platform, job)
        await set_mood(brisk_chat, delay=1)
        before = await counts_of(brisk_chat)
        edits = [asyncio.create_task(platform.show(delivery, Card(running(job)), Urgency.PROGRESS)) for _ in range(5)]
        await until(brisk_chat, lambda counts: counts["delay"] == before["delay"] + 5)
        for edit in edits:
            edit.cancel()
        await asyncio.gather(*edits, return_exceptions=True)
        await until(brisk_chat, lambda counts: counts["held"] == 0)
        dropped = (await counts_of(brisk_chat))["dropped"] - before["dropped"]

    applied = [effect.after_s for effect in effects_of(brisk_chat, job)[1:]]
    assert len(applied) + dropped == 5  # A machine that stalls makes the chat drop what it can no longer do in time.
    assert LATE_S / 10 < max(applied) <= LATE_S


async def test_a_held_edit_lands_after_the_later_one(patient_chat: RunningChat) -> None:
    job = a_finished_job()
    async with talking_to(patient_chat) as platform, asyncio.TaskGroup() as group:
        delivery = await placed(platform, job)
        await set_mood(patient_chat, reorder=1)
        held = group.create_task(platform.show(delivery, Card(running(job), progress=0.9), Urgency.PROGRESS))
        await until(patient_chat, lambda counts: counts["held"] == 1)
        await set_mood(patient_chat)
        assert await platform.show(delivery, Card(job), Urgency.FINAL) == Done()

        assert await held == Done()

    assert phases(patient_chat, job) == ["queued", "succeeded", "running"]


async def test_a_refusal_has_no_effect(brisk_chat: RunningChat) -> None:
    job = a_finished_job()
    async with talking_to(brisk_chat) as platform:
        delivery = await placed(platform, job)
        await set_mood(brisk_chat, refuse=1, forget=1, close=1)
        answer = await platform.show(delivery, Card(job), Urgency.FINAL)

    assert isinstance(answer, Later)
    assert not answer.unknown
    assert phases(brisk_chat, job) == ["queued"]


async def test_a_rate_limit_says_when_to_come_back(brisk_chat: RunningChat) -> None:
    job = a_finished_job()
    async with talking_to(brisk_chat) as platform:
        await set_mood(brisk_chat, limit=1)
        answer = await platform.place(a_delivery(job=job.id), Card(queued(job)))

    assert answer == Later(0.25, "429 rate_limited", named=True)
    assert phases(brisk_chat, job) == []


async def test_a_forgotten_message_is_gone_and_its_nonce_still_leads_to_it(brisk_chat: RunningChat) -> None:
    job = a_finished_job()
    async with talking_to(brisk_chat) as platform:
        delivery = await placed(platform, job)
        await set_mood(brisk_chat, forget=1)
        answer = await platform.show(delivery, Card(job), Urgency.FINAL)
        await set_mood(brisk_chat)
        known = await platform.place(delivery, Card(job))
        anew = await platform.place(dataclasses.replace(delivery, creation=1), Card(job))

    assert answer == known == Gone("404 message_unknown")
    assert shown(anew) != delivery.message_id
    assert [effect.kind for effect in read_effects(brisk_chat.log) if effect.message == delivery.message_id] == [
        Kind.CREATED,
        Kind.FORGOTTEN,
    ]


async def test_a_closed_channel_is_gone_with_everything_in_it(brisk_chat: RunningChat) -> None:
    job = a_finished_job()
    async with talking_to(brisk_chat) as platform:
        delivery = await placed(platform, job, channel="doomed")
        await set_mood(brisk_chat, close=1)
        first = await platform.show(delivery, Card(job), Urgency.FINAL)
        await set_mood(brisk_chat)
        second = await platform.place(a_delivery(channel="doomed"), Card(job))

    assert first == second == Gone("403 channel_forbidden", channel=True)


async def test_a_request_that_was_sent_too_long_ago_is_dropped(brisk_chat: RunningChat) -> None:
    job = a_finished_job()
    body = {"job": job.id, "phase": "queued", "seed": 7, "progress": 0, "text": "", "images": []}
    async with (
        aiohttp.ClientSession(brisk_chat.url) as session,
        session.post(
            "/channels/channel-1/messages", json=body, headers={"X-Sent-At": str(time.time() - LATE_S - 0.01)}
        ) as answer,
    ):
        assert answer.status == 503

    assert phases(brisk_chat, job) == []


@pytest.mark.parametrize(
    "wrong", [{"phase": "done"}, {"seed": "x"}, {"images": [{}]}, {"images": 1}, {"progress": None}]
)
async def test_a_post_that_makes_no_sense_is_refused_and_not_logged(
    brisk_chat: RunningChat, wrong: dict[str, object]
) -> None:
    before = len(read_effects(brisk_chat.log))
    body = {"job": "j", "phase": "queued", "seed": 7, "progress": 0, "text": "", "images": [], **wrong}

    with pytest.raises(aiohttp.ClientResponseError, match="400"):
        await tell(brisk_chat, "/channels/channel-1/messages", **body)

    assert len(read_effects(brisk_chat.log)) == before


async def test_a_killed_chat_goes_on_from_its_log(tmp_path: Path) -> None:
    log = tmp_path / "chat.jsonl"
    first, second = a_finished_job(), a_finished_job()
    with running_chat(log) as chat:
        async with talking_to(chat) as platform:
            kept = await placed(platform, first)
            forgotten = await placed(platform, second)
            await tell(chat, "/admin/forget", message_id=forgotten.message_id)
            chat.process.kill()
            chat.process.wait()
            silence = await platform.show(kept, Card(first), Urgency.FINAL)
    with log.open("ab") as torn:
        torn.write(b'{"seq": 99, "kin')

    with running_chat(log) as chat:
        async with talking_to(chat) as platform:
            again = await platform.place(kept, Card(queued(first)))
            gone = await platform.show(forgotten, Card(second), Urgency.FINAL)
            done = await platform.show(kept, Card(first), Urgency.FINAL)

    assert isinstance(silence, Later)
    assert shown(again) == kept.message_id
    assert gone == Gone("404 message_unknown")
    assert done == Done()
    assert [effect.seq for effect in read_effects(log)] == list(range(1, len(read_effects(log)) + 1))


def test_a_chat_ends_when_its_parent_is_gone_and_when_its_time_is_over(tmp_path: Path) -> None:
    with (
        running_chat(tmp_path / "a.jsonl") as orphan,
        running_chat(tmp_path / "b.jsonl", "--seconds", "0.1") as brief,
    ):
        assert orphan.process.stdin is not None
        orphan.process.stdin.close()

        assert orphan.process.wait(timeout=5) == 0
        assert brief.process.wait(timeout=5) == 0
