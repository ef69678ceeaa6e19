"""The test chat's Platform sends whole cards, names each answer rightly and repeats without harm."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.delivery import Card, Done, Later, Urgency
from pinxit.domain.job import JobState
from tests.builders import a_delivery, a_finished_job, a_job, a_png, an_image
from tests.platforms.chat_platform import ChatPlatform
from tests.platforms.chat_process import RunningChat, running_chat
from tests.platforms.chat_talk import effects_of, last_post, phases, picture, placed, set_mood, shown, talking_to, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.image import Image


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningChat]:
    """Run a chat that a test makes hostile in the one way it is about."""
    with running_chat(tmp_path_factory.mktemp("chat") / "chat.jsonl") as chat:
        yield chat


async def test_a_final_placed_on_a_known_nonce_is_shown(chat: RunningChat) -> None:
    job = a_finished_job()
    async with talking_to(chat) as platform:
        delivery = await placed(platform, job)
        again = await platform.place(delivery, Card(job))

    assert shown(again) == delivery.message_id
    assert phases(chat, job) == ["queued", "succeeded"]


async def test_an_expired_token_becomes_the_bots_own_edit(chat: RunningChat) -> None:
    job = a_finished_job()
    token = (await tell(chat, "/tokens"))["token"]
    async with talking_to(chat) as platform:
        delivery = await placed(platform, job, target={"secret": {"token": token}})
        await set_mood(chat, expire=1)
        answer = await platform.show(delivery, Card(job), Urgency.FINAL)

    assert answer == Done()
    assert [effect.token for effect in effects_of(chat, job)] == [token, ""]


CUT = a_png()[:-1]
SPOILT = a_png()[:40] + b"?" + a_png()[41:]


@pytest.mark.parametrize(
    ("arrives", "claimed"),
    [(CUT, a_png()), (SPOILT, a_png()), (CUT, CUT)],
    ids=["cut", "spoilt", "stored cut"],
)
async def test_a_damaged_file_is_logged_as_not_whole(chat: RunningChat, arrives: bytes, claimed: bytes) -> None:
    claim = an_image(sha256=hashlib.sha256(claimed).hexdigest(), size_bytes=len(claimed))
    job = a_finished_job(images=(claim,))

    async def fetch(_image: Image) -> bytes:
        return arrives

    async with ChatPlatform(chat.url, fetch) as platform:
        delivery = await placed(platform, job)
        await platform.show(delivery, Card(job), Urgency.FINAL)

    assert [image.whole for image in last_post(chat, job).images] == [False]


async def test_only_images_that_are_ready_are_attached_and_in_their_order(chat: RunningChat) -> None:
    first, second = an_image(index=0), an_image(index=1)
    job = a_finished_job(images=(second, an_image(is_ready=False), an_image(is_deleted=True), first))
    async with talking_to(chat) as platform:
        await platform.place(a_delivery(), Card(job))

    assert [image.name for image in last_post(chat, job).images] == [first.id, second.id]


async def test_a_job_that_failed_shows_no_image(chat: RunningChat) -> None:
    job = a_finished_job(state=JobState.FAILED)
    async with talking_to(chat) as platform:
        await platform.place(a_delivery(), Card(job))

    assert last_post(chat, job).phase == "failed"
    assert last_post(chat, job).images == ()


async def test_a_file_that_cannot_be_read_sends_nothing(chat: RunningChat) -> None:
    job = a_finished_job()

    async def missing(image: Image) -> bytes:
        raise FileNotFoundError(image.path)

    async with ChatPlatform(chat.url, missing) as platform:
        delivery = await placed(platform, job)
        answer = await platform.show(delivery, Card(job), Urgency.FINAL)

    assert isinstance(answer, Later)
    assert not answer.unknown
    assert phases(chat, job) == ["queued"]


async def test_a_chat_that_nobody_can_reach_is_not_unknown(unused_tcp_port: int) -> None:
    async with ChatPlatform(f"http://127.0.0.1:{unused_tcp_port}", picture) as platform:
        answer = await platform.place(a_delivery(), Card(a_job()))

    assert isinstance(answer, Later)
    assert not answer.unknown
