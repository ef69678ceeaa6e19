"""AI Horde as a generator: one request an image, because the seeds of several in one request cannot be foretold."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pinxit import __version__
from pinxit.domain.errors import Broken, Code, ConfigError, LeaseLost, PinxitError, Refused, Temporary
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch
from pinxit.domain.seeds import image_seed
from pinxit.generators.catalogue import Catalogue, Model, chosen
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.gravest import gravest
from pinxit.generators.horde.bodies import (
    Wish,
    body_of,
    cut,
    free_steps,
    prompt_of,
    sampler_of,
    whole_px,
    with_seed,
)
from pinxit.generators.horde.calls import Calls, Lost
from pinxit.generators.horde.jobs import Progress, Requests
from pinxit.generators.options import read_options
from pinxit.generators.side_by_side import results

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request
    from pinxit.generators.http import Picture

ANONYMOUS = "0000000000"
_CONTACT = re.compile(r"[!-~]{1,100}")
_TIMES = 2  # How often a picture is asked for where the Horde loses it.


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say. `model`: the default. `models`: those that may be asked for; none: all.

    `contact`: where the Horde's people reach you, such as an address of a page. `timeout_s`: for one picture, the wait
    included; the Horde forgets a request after some 20 minutes. `nsfw`, `trusted_workers`, `replacement_filter`: as
    `Wish` has them.
    """

    api_key: str = ANONYMOUS
    base_url: str = "https://aihorde.net/api"
    model: str = ""
    models: tuple[str, ...] = ()
    contact: str = ""
    timeout_s: float = 900.0
    nsfw: bool = False
    trusted_workers: bool = False
    replacement_filter: bool = False

    def __post_init__(self) -> None:
        if not self.api_key:
            raise ValueError(f'api_key is empty; write the key, or "{ANONYMOUS}" to be anonymous')
        if self.contact and not _CONTACT.fullmatch(self.contact):
            raise ValueError("contact is of another form; write an address without spaces, such as https://example.org")
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s is {self.timeout_s:g}; write seconds, such as 900")


class Horde:
    """Asks volunteers; the images of a job wait side by side."""

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> None:
        self.name = name
        given = read_options(Options, name, options)
        self._wish = Wish(given.nsfw, given.trusted_workers, given.replacement_filter)
        self._is_anonymous = given.api_key == ANONYMOUS
        agent = f"Pinxit:{__version__}:{given.contact or 'no-contact'}"
        headers = {"apikey": given.api_key, "Client-Agent": agent}
        secrets = () if self._is_anonymous else (given.api_key,)  # Ten noughts may well stand in a picture.
        try:
            self._models = chosen(catalogue.of_kind("horde"), given.models, given.model)
            shared = Capabilities(runs_inline=True, remote=True, clip_skip=True, weights=True)
            self.capabilities = capabilities_of(self._models, shared)
            self._calls = Calls(name, given.base_url, clock, headers, secrets, given.timeout_s)
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error

    def quote(self, request: Request) -> Quote:
        """Price a request; the Horde takes no money."""
        return self._model(request).quote(request)

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch: the model."""
        return self._model(request).name

    def check(self, request: Request) -> None:
        """Return if an anonymous key may have so many steps. Raises Refused."""
        model = self._model(request)
        if not self._is_anonymous or not model.steps:
            return
        most = free_steps(sampler_of(request, model), model.steps[1])
        if request.steps > most:
            raise Refused(Code.FIELD_RANGE, field="steps", value=str(request.steps), allowed=[f"1 to {most}"])

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Ask once for each image, and go on with what an earlier attempt asked for.

        Images that came are kept when another one fails.
        """
        for task in batch:
            body = await asyncio.to_thread(body_of, task, self._model(task.request), self._wish)
            requests, progress = Requests(task, watch), Progress(task, watch)
            errors: list[PinxitError] = []
            calls = (self._paint(task, index, body, watch, requests, progress) for index in task.indices)
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
        await self._calls.aclose()

    def _model(self, request: Request) -> Model:
        wanted = request.model.casefold()
        return next((model for model in self._models if model.name.casefold() == wanted), self._models[0])

    async def _paint(
        self, task: Task, index: int, body: dict[str, Json], watch: Watch, requests: Requests, progress: Progress
    ) -> Made | PinxitError | None:
        """Return one image, or why there is none; None: nobody wants it any more."""
        request, model = task.request, self._model(task.request)
        seed = image_seed(request.seed, index)
        try:
            picture = await self._wait(task, index, with_seed(body, seed), watch, requests, progress)
            if picture is None:
                return None
            data, media_type = await self._fitted(request, picture)
        except PinxitError as error:
            return error
        progress.done(index)
        size_px = (request.width_px, request.height_px)
        return Made(task.job, index, data, media_type, *size_px, seed, prompt_of(request, model), model=model.name)

    async def _wait(
        self, task: Task, index: int, body: dict[str, Json], watch: Watch, requests: Requests, progress: Progress
    ) -> Picture | None:
        """Return the picture, asked for anew if the Horde does not know it any more."""
        is_cancelled = partial(watch.is_cancelled, task.job)
        tell = partial(progress.look, index)
        number = requests.number(index)
        # What an earlier attempt asked for is tried beside the usual times: nobody knows how old it is.
        for _ in range(_TIMES + (number is not None)):
            if is_cancelled():
                if number is not None:
                    await self._calls.cancel(number)
                return None
            try:
                number = number or await self._ask(index, body, requests, is_cancelled)
                if number is None:
                    return None
                return await self._calls.wait(number, is_cancelled, tell)
            except Lost:
                number = None
        raise Temporary(f"{self.name} lost the picture {_TIMES} times; it may be asked again later")

    async def _ask(
        self, index: int, body: dict[str, Json], requests: Requests, is_cancelled: Callable[[], bool]
    ) -> str | None:
        number = await self._calls.ask(body, is_cancelled)
        if number is None:
            return None
        try:
            await requests.keep(index, number)
        except LeaseLost:
            await self._calls.cancel(number)
            raise
        return number

    async def _fitted(self, request: Request, picture: Picture) -> tuple[bytes, str]:
        """Return the bytes and their media type in the size that was wished. Raises Broken for another size."""
        asked_px, wished_px = whole_px(request), (request.width_px, request.height_px)
        if (picture.width_px, picture.height_px) != asked_px:
            size = f"{picture.width_px}x{picture.height_px} for {asked_px[0]}x{asked_px[1]}"
            raise Broken(f"{self.name} answers with a picture of another size, {size}")
        if asked_px == wished_px:
            return picture.data, picture.media_type
        return await asyncio.to_thread(cut, picture.data, wished_px), "image/png"
