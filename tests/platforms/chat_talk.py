"""What the tests of the chat say to it, and how they read its log."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from typing import TYPE_CHECKING, Any

import aiohttp

from pinxit.domain.delivery import Card, Delivery, Shown
from pinxit.domain.job import Job, JobState
from tests.builders import a_delivery, a_png
from tests.platforms.chat_log import Effect, Post, read_effects
from tests.platforms.chat_mood import MOODS
from tests.platforms.chat_platform import ChatPlatform

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pinxit.domain.image import Image
    from tests.platforms.chat_process import RunningChat


@contextlib.asynccontextmanager
async def talking_to(chat: RunningChat) -> AsyncIterator[ChatPlatform]:
    """Yield a platform on a chat that starts out honest."""
    await set_mood(chat)
    async with ChatPlatform(chat.url, picture, timeout_s=10.0) as platform:
        yield platform


async def picture(image: Image) -> bytes:
    return a_png(image.seed)


async def placed(platform: ChatPlatform, job: Job, **changes: object) -> Delivery:
    """Place the job's queued card and return the delivery with its message."""
    delivery = a_delivery(job=job.id, **changes)
    return dataclasses.replace(delivery, message_id=shown(await platform.place(delivery, Card(queued(job)))))


def shown(answer: object) -> str:
    assert isinstance(answer, Shown), answer
    return answer.message_id


def queued(job: Job) -> Job:
    return dataclasses.replace(job, state=JobState.QUEUED, images=())


def running(job: Job) -> Job:
    return dataclasses.replace(job, state=JobState.RUNNING, images=())


def effects_of(chat: RunningChat, job: Job) -> list[Effect]:
    return [effect for effect in read_effects(chat.log) if effect.post and effect.post.job == job.id]


def last_post(chat: RunningChat, job: Job) -> Post:
    post = effects_of(chat, job)[-1].post
    assert post is not None
    return post


def phases(chat: RunningChat, job: Job) -> list[str]:
    return [effect.post.phase for effect in effects_of(chat, job) if effect.post]


async def set_mood(chat: RunningChat, **probabilities: float) -> None:
    await tell(chat, "/admin/mood", **{**dict.fromkeys(MOODS, 0.0), **probabilities})


async def tell(chat: RunningChat, path: str, **body: object) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession(chat.url, raise_for_status=True) as session,
        session.post(path, json=body) as answer,
    ):
        told: dict[str, Any] = await answer.json()
        return told


async def counts_of(chat: RunningChat) -> dict[str, int]:
    async with aiohttp.ClientSession(chat.url) as session, session.get("/admin/counts") as answer:
        counts: dict[str, int] = await answer.json()
        return counts


async def until(chat: RunningChat, condition: Callable[[dict[str, int]], bool]) -> None:
    """Ask for the chat's counts until they fulfil the condition."""
    async with asyncio.timeout(10):
        while not condition(await counts_of(chat)):
            pass
