"""Generators that misbehave, each in one way: `kind = "tests.generators_for_tests:build_raises"`.

In another process, `PYTHONPATH=tests` and `generators_for_tests:build_raises` do as well.
"""

# ruff: noqa: ARG002 - most of them misbehave before they look at what they were asked

from __future__ import annotations

import asyncio
import io
import os
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
from PIL import Image

from pinxit.domain.errors import Broken, Code, ConfigError, Refused, Temporary
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch
from pinxit.domain.seeds import image_seed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ids import JobId
    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request

SIDE_PX = 8
STEPS = 10


def png(seed: int) -> bytes:
    """Return a tiny picture, another one for each seed."""
    file = io.BytesIO()
    Image.new("RGB", (SIDE_PX, SIDE_PX), (seed & 255, seed >> 8 & 255, seed >> 16 & 255)).save(file, "PNG")
    return file.getvalue()


class Plain:
    """Does what it is asked; the others override `paint`. Options: `max_batch`, `seconds` (its own estimate)."""

    api_version = API_VERSION
    is_inline = True

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        self.name = name
        self.options = options
        self.clock = clock
        self.capabilities = Capabilities(
            models=(name,),
            default_size_px=(64, 64),
            max_batch=int(self.number("max_batch", 1)),
            runs_inline=self.is_inline,
        )

    def number(self, key: str, default: float) -> float:
        """Return an option as a number."""
        value = self.options.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ConfigError([f"generators.{self.name}.{key} is {value}; write a number"])
        return float(value)

    def quote(self, request: Request) -> Quote:
        """Price every image alike."""
        return Quote(100 * request.count, 0, self.number("seconds", 0.01) * request.count)

    def batch_key(self, request: Request) -> str:
        """Let every request share a batch."""
        return self.name

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Yield an image for each index."""
        for task in batch:
            for index in task.indices:
                if watch.is_cancelled(task.job):
                    break
                data = await self.paint(task, index, watch)
                seed = image_seed(task.request.seed, index)
                prompt = task.request.final_prompt
                yield Made(task.job, index, data, "image/png", SIDE_PX, SIDE_PX, seed, prompt, self.name)

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        """Return a picture's bytes."""
        watch.progress(task.job, (index + 1) / task.request.count)
        return png(image_seed(task.request.seed, index))

    async def aclose(self) -> None:
        """Hold nothing."""


class Raises(Plain):
    """Has a bug."""

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        raise RuntimeError(f"a bug in {self.name} at image {index}")


class Blocks(Plain):
    """Blocks its event loop for ever."""

    is_inline = False

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        while True:
            time.sleep(1)  # noqa: ASYNC251 - that is its misbehaviour


class Hangs(Plain):
    """Never returns and does not take a cancellation for an answer."""

    is_inline = False

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue


class Exits(Plain):
    """Takes its process down."""

    is_inline = False

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        os._exit(3)


class Slow(Plain):
    """Takes `seconds` for each image, in ten steps, telling its progress and hearing a cancellation at each."""

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        for step in range(STEPS):
            if watch.is_cancelled(task.job):
                break
            await self.clock.sleep(self.number("seconds", 1.0) / STEPS)
            watch.progress(task.job, (index + (step + 1) / STEPS) / task.request.count)
        return png(image_seed(task.request.seed, index))


class Fickle(Plain):
    """Asks for another try `times` times for each job, then paints. Option `retry_after_s`."""

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        super().__init__(name, options, clock)
        self._asked: Counter[JobId] = Counter()

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        if self._asked[task.job] < self.number("times", 1):
            self._asked[task.job] += 1
            raise Temporary("busy", retry_after_s=self.number("retry_after_s", 0.0))
        return await super().paint(task, index, watch)


class GivesUp(Plain):
    """Cannot do it, whatever the wait."""

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        raise Broken("out of order")


class Refuses(Plain):
    """Does not like the content."""

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        raise Refused(Code.MODERATED, reason="violence")


class Partial(Plain):
    """Makes only the images whose index is below `first`, then asks for another try."""

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        if index >= self.number("first", 1):
            raise Temporary("tired", retry_after_s=0.0)
        return await super().paint(task, index, watch)


class Billed(Plain):
    """Buys each image from `url`, which answers a POST with its bytes and counts."""

    async def paint(self, task: Task, index: int, watch: Watch) -> bytes:
        await watch.sent(task.job, None)
        asked = {"job": task.job, "index": index, "seed": image_seed(task.request.seed, index)}
        try:
            async with aiohttp.ClientSession() as session, session.post(str(self.options["url"]), json=asked) as answer:
                answer.raise_for_status()
                return await answer.read()
        except aiohttp.ClientError as error:
            raise Temporary(f"the provider cannot be reached: {type(error).__name__}") from error


class FromTheFuture(Plain):
    """Speaks a version of the interface that Pinxit does not know."""

    api_version = API_VERSION + 1


class Fine(Plain):
    """Lists the LoRAs that it has."""

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        super().__init__(name, options, clock)
        self.capabilities = replace(self.capabilities, loras=True, lora_names=("film grain", "neon"))


build_plain = Plain
build_with_loras = Fine
build_raises = Raises
build_blocks = Blocks
build_hangs = Hangs
build_exits = Exits
build_slow = Slow
build_temporary = Fickle
build_broken = GivesUp
build_refuses = Refuses
build_partial = Partial
build_billed = Billed
build_from_the_future = FromTheFuture
