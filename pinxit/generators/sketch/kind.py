"""The sketch as a generator: it paints in threads, a slice at a time, and hears a cancel between any two."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from PIL import ImageFilter

from pinxit.domain.errors import Refused
from pinxit.domain.generator import API_VERSION, Capabilities, Failed, Made, Origin, Quote, Task, Watch
from pinxit.domain.pricing import credits_milli
from pinxit.domain.request import Json, Mode, Request
from pinxit.domain.seeds import image_seed
from pinxit.generators.options import read_options
from pinxit.generators.pictures import preview
from pinxit.generators.sketch.making import VERSION, make
from pinxit.generators.sketch.png import encoded
from pinxit.generators.sketch.sources import open_sources
from pinxit.generators.sketch.styles import STYLES
from pinxit.generators.sketch.words import read

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence

    from pinxit.domain.ports import Clock
T = TypeVar("T")

BEATS = 16  # A paced image rests so often.
_REST_S = 0.04  # The longest rest in which a cancel is not heard.
_HOP_S = 0.008  # Slices that are run in one hop to a thread.
_DRAFTS_PX = (48, 128)  # Longer sides of the drafts that are shown while a large picture is painted.
_DRAFTED_PX = 600  # Only a picture with a longer side than this has drafts.
_UNSURE = (2, 3)  # Pixels over which drafts are blurred: their detail lies elsewhere than the picture's will.
_USUAL_SLICES = 100
_LAST = 0.96  # Progress when all is painted, and only the file is to be written.


@dataclass(frozen=True, slots=True)
class Options:
    """`pace_s`: seconds that each image takes longer, so that progress can be watched."""

    pace_s: float = 0.0


class Sketch:
    """Paints what it understands of a prompt; equal prompt, parameters and seed give equal pixels."""

    api_version = API_VERSION
    capabilities = Capabilities(
        frozenset(Mode), ("sketch",), styles=tuple(STYLES), tile=True, max_batch=4, runs_inline=True
    )

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        self.name, self._pace_s, self._clock = name, read_options(Options, name, options).pace_s, clock

    def quote(self, request: Request) -> Quote:
        """Price a request; its seconds were measured on one core of a machine of 2026-11."""
        size, count, default = (request.width_px, request.height_px), request.count, self.capabilities.default_steps
        seconds = count * (0.06 + size[0] * size[1] * 3.6e-7 + self._pace_s)
        return Quote(credits_milli(*size, count, request.steps, default), 0, seconds)

    def batch_key(self, request: Request) -> str:  # noqa: ARG002 - any two sketches go together
        """Name what must agree within a batch: nothing."""
        return "sketch"

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made | Failed]:
        """Paint one image after the other; a job that nobody wants any more is left at its next slice."""
        for task in batch:
            try:
                for place, index in enumerate(task.indices):
                    if made := await _Sitting(task, index, place, watch, self._clock, self._pace_s).paint():
                        yield made
            except Refused as error:
                yield Failed(task.job, error)

    async def aclose(self) -> None:
        """Let go of nothing: nothing is held."""


class _Cancelled(Exception):
    """Nobody wants the image any more."""


class _Sitting:
    """The painting of one image, with what is told about it."""

    def __init__(self, task: Task, index: int, place: int, watch: Watch, clock: Clock, pace_s: float) -> None:
        self._task, self._index, self._place = task, index, place
        self._watch, self._clock, self._pace_s = watch, clock, pace_s
        self._fraction, self._beats, self._slices = 0.0, 0, 0

    async def paint(self) -> Made | None:
        """Return the image, or None if the job is cancelled."""
        request, seed = self._task.request, image_seed(self._task.request.seed, self._index)
        try:
            self._listen()
            sources = await self._heard(lambda: open_sources(self._task))
            scene = await asyncio.to_thread(read, request)
            longer, usual = max(request.width_px, request.height_px), _USUAL_SLICES
            for number, side in enumerate(_DRAFTS_PX if longer > _DRAFTED_PX else ()):
                draft = await self._run(make(request, scene, sources, seed, side / longer), None)
                draft = draft.filter(ImageFilter.BoxBlur(_UNSURE[number]))
                await self._show((0.06, 0.15)[number], await asyncio.to_thread(preview, draft))
                usual = self._slices
            picture = await self._run(make(request, scene, sources, seed), usual)
            await self._show(_LAST, await asyncio.to_thread(preview, picture) if longer > _DRAFTED_PX else None)
            data = await self._run(encoded(picture), None)
            await self._show(1.0)
        except _Cancelled:
            return None
        recipe: Mapping[str, Json] = {
            "kind": "sketch",
            "version": VERSION,
            **({"undrawn": list(scene.undrawn)} if scene.undrawn else {}),
        }
        return Made(
            self._task.job,
            self._index,
            data,
            "image/png",
            *picture.size,
            seed,
            request.final_prompt,
            "sketch",
            recipe=recipe,
            origin=Origin.ALGORITHMIC,
        )

    async def _heard(self, work: Callable[[], T]) -> T:
        """Do work that cannot be cut into slices in a thread, and listen meanwhile; a cancel does not wait for it."""
        working = asyncio.ensure_future(asyncio.to_thread(work))
        try:
            while not (await asyncio.wait((working,), timeout=_REST_S / 2))[0]:
                self._listen()
            return working.result()
        finally:
            working.cancel()

    async def _run(self, slices: Generator[None, None, T], usual: int | None) -> T:
        """Take the slices in threads; `usual`: about how many there are, None for a draft."""
        begin, self._slices = self._fraction, 0
        while True:
            self._listen()
            await self._watch.rest()
            count, result = await asyncio.to_thread(_some, slices)
            self._slices += count
            if result is not None:
                return result
            if usual is not None:
                share = min(1.0, self._slices / (usual + 1))
                await self._show(begin + (_LAST - 0.01 - begin) * share)

    async def _show(self, fraction: float, picture: bytes | None = None) -> None:
        """Tell how far the image is, and rest where the pace asks for it."""
        self._fraction = max(self._fraction, fraction)
        whole = (self._place + self._fraction) / len(self._task.indices)
        self._watch.progress(self._task.job, whole, picture)
        while self._pace_s and self._beats < int(self._fraction * BEATS):
            self._beats += 1
            rests = math.ceil(self._pace_s / BEATS / _REST_S)
            for _ in range(rests):
                self._listen()
                await self._clock.sleep(self._pace_s / BEATS / rests)

    def _listen(self) -> None:
        if self._watch.is_cancelled(self._task.job):
            raise _Cancelled


def _some(slices: Generator[None, None, T]) -> tuple[int, T | None]:
    """Run slices for a moment; return how many, and their result if that was all."""
    end, count = time.perf_counter() + _HOP_S, 0
    while True:
        try:
            next(slices)
        except StopIteration as done:
            result: T = done.value
            return count, result
        count += 1
        if time.perf_counter() >= end:
            return count, None
