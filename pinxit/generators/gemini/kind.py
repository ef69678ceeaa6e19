"""Gemini as a generator: one call an image, which answers with the picture itself."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from pinxit.domain.errors import Broken, Code, ConfigError, PinxitError, Refused
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch
from pinxit.domain.seeds import image_seed
from pinxit.generators.catalogue import Catalogue, Model, chosen
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.gemini.answers import Reading, read
from pinxit.generators.gemini.bodies import body_of, with_seed, words_of
from pinxit.generators.gemini.faults import fault
from pinxit.generators.gemini.terms import Terms
from pinxit.generators.gravest import gravest
from pinxit.generators.http import Api
from pinxit.generators.options import read_options
from pinxit.generators.side_by_side import results

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request
    from pinxit.generators.http import Answer, Picture

_TIMES = 2  # How often it is asked where it answers without a picture and without a reason that would stay.


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say. `model`: the default. `models`: those that may be asked for; none: all.

    `timeout_s`: for one picture.
    """

    api_key: str = ""
    base_url: str = "https://generativelanguage.googleapis.com/v1beta"
    model: str = ""
    models: tuple[str, ...] = ()
    timeout_s: float = 180.0

    def __post_init__(self) -> None:
        if not self.api_key:
            raise ValueError("api_key is missing; write the key, or put it into a file that api_key_file names")
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s is {self.timeout_s:g}; write seconds, such as 180")


class Gemini:
    """Asks Google's picture models; the images of a job are painted side by side."""

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> None:
        self.name, self._clock = name, clock
        given = read_options(Options, name, options)
        try:
            self._models = chosen(catalogue.of_kind("gemini"), given.models, given.model)
            self._terms = {model.name: Terms.of(model) for model in self._models}
            self.capabilities = capabilities_of(self._models, Capabilities(runs_inline=True, remote=True))
            self._api = Api(
                name,
                given.base_url,
                clock,
                headers={"x-goog-api-key": given.api_key},
                timeout_s=given.timeout_s,
                secrets=(given.api_key,),
            )
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error

    def quote(self, request: Request) -> Quote:
        """Price a request; a picture's dollars depend on its tier."""
        model = self._model(request)
        more_micro = self._terms[model.name].more_micro((request.width_px, request.height_px)) * request.count
        plain = model.quote(request)
        return replace(plain, dollars_micro=plain.dollars_micro + more_micro)

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch: the model."""
        return self._model(request).name

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Ask once for each image. Images that came are kept when another one's call fails."""
        for task in batch:
            if watch.is_cancelled(task.job):
                continue
            body = await asyncio.to_thread(body_of, task, self._terms[self._model(task.request).name])
            await watch.sent(task.job, None)
            done: list[int] = []
            errors: list[PinxitError] = []
            calls = (self._paint(task, index, body, watch, done) for index in task.indices)
            async with aclosing(results(calls)) as painted:
                async for made in painted:
                    if isinstance(made, PinxitError):
                        errors.append(made)
                    elif made is not None and not watch.is_cancelled(task.job):
                        yield made
            if (error := gravest(errors)) is not None and not watch.is_cancelled(task.job):
                raise error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    def _model(self, request: Request) -> Model:
        wanted = request.model.casefold()
        return next((model for model in self._models if model.name.casefold() == wanted), self._models[0])

    async def _paint(
        self, task: Task, index: int, body: dict[str, Json], watch: Watch, done: list[int]
    ) -> Made | PinxitError | None:
        """Return one image, or why there is none; None: nobody wants it any more. `done`: the images made so far."""
        request, model = task.request, self._model(task.request)
        seed = image_seed(request.seed, index)
        try:
            picture = await self._ask(task, model, with_seed(body, seed), watch)
        except PinxitError as error:
            return error
        if picture is None:
            return None
        done.append(index)
        watch.progress(task.job, len(done) / len(task.indices))
        size_px = (picture.width_px, picture.height_px)
        said = words_of(request)
        return Made(task.job, index, picture.data, picture.media_type, *size_px, seed, said, model=model.name)

    async def _ask(self, task: Task, model: Model, body: dict[str, Json], watch: Watch) -> Picture | None:
        """Return the picture, None if nobody wants it any more. Raises Refused, Temporary, Broken."""
        reading = Reading(None)
        for _ in range(_TIMES):
            if watch.is_cancelled(task.job):
                return None
            reading = await asyncio.to_thread(read, self.name, await self._call(model, body))
            watch.charged(task.job, self._cost_micro(task.request, model, reading))
            if reading.refused:
                raise Refused(Code.MODERATED, generator=self.name, categories=[reading.refused])
            if reading.data is not None:
                return await asyncio.to_thread(self._api.picture, reading.data)
        why = f" ({reading.ended})" if reading.ended else ""
        raise Broken(f"{self.name} answered {_TIMES} times without a picture{why}; ask in other words")

    async def _call(self, model: Model, body: dict[str, Json]) -> Answer:
        def refused(answer: Answer) -> PinxitError | None:
            return fault(self.name, model.name, answer, self._clock.now())

        return await self._api.call(
            "POST", f"models/{quote(model.name, safe='')}:generateContent", json=body, is_billed=True, refused=refused
        )

    def _cost_micro(self, request: Request, model: Model, reading: Reading) -> int:
        """Return what a call cost: by its tokens, and where they are not told, as quoted for a picture that came."""
        if reading.usage is not None and (reading.usage.pictures or reading.data is None):
            cost_micro = self._terms[model.name].cost_micro(reading.usage)
            if cost_micro is not None:
                return cost_micro
        return 0 if reading.data is None else self.quote(replace(request, count=1)).dollars_micro
