"""Workers AI as a generator: one call an image, several side by side."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, ConfigError, PinxitError, Refused
from pinxit.domain.facts import shown
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch
from pinxit.domain.seeds import image_seed
from pinxit.generators.canvas import cut
from pinxit.generators.catalogue import chosen
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.cloudflare_ai.answers import NotTaken, cost_micro, fault, picture_bytes
from pinxit.generators.cloudflare_ai.bodies import (
    Values,
    Wanted,
    as_form,
    as_json,
    prompt_for,
    read_wire,
    wanted_for,
)
from pinxit.generators.gravest import gravest
from pinxit.generators.http import Api
from pinxit.generators.options import read_options
from pinxit.generators.side_by_side import results

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request
    from pinxit.generators.catalogue import Catalogue, Model
    from pinxit.generators.http import Answer

_TILE_PX = 512
_ACCOUNT = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say.

    `account_id`: as Cloudflare's dashboard shows it. `models`: those that may be asked for; none: all of the
    catalogue's. `model`: the default. `timeout_s`: for one picture.
    """

    account_id: str = ""
    api_key: str = ""
    base_url: str = "https://api.cloudflare.com"
    model: str = ""
    models: tuple[str, ...] = ()
    timeout_s: float = 120.0

    def __post_init__(self) -> None:
        if not self.account_id:
            raise ValueError("account_id is missing; write the one that Cloudflare's dashboard shows")
        if not _ACCOUNT.fullmatch(self.account_id):
            raise ValueError("account_id is of another form; write the one that Cloudflare's dashboard shows")
        if not self.api_key:
            raise ValueError("api_key is missing; write the key, or put it into a file that api_key_file names")
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s is {self.timeout_s:g}; write seconds, such as 120")


class CloudflareAi:
    """Asks Workers AI; the images of a job are made side by side."""

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> None:
        self.name, self._clock = name, clock
        own = read_options(Options, name, options)
        try:
            models = chosen(catalogue.of_kind("cloudflare_ai"), own.models, own.model)
            self._models = {model.name: model for model in models}
            self._wires = {model.name: read_wire(model) for model in models}
            self.capabilities = capabilities_of(models, Capabilities(runs_inline=True, remote=True))
            self._api = Api(
                name,
                own.base_url,
                clock,
                headers={"Authorization": f"Bearer {own.api_key}"},
                timeout_s=own.timeout_s,
                secrets=(own.api_key,),
            )
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error
        self._path = f"client/v4/accounts/{own.account_id}/ai/run"
        self._seedless: set[str] = set()  # Models that have refused a seed since the start.

    def quote(self, request: Request) -> Quote:
        """Price a request by its model; Cloudflare's free neurons are not counted."""
        model = self._find(request) or next(iter(self._models.values()))
        quote, wire = model.quote(request), self._wires[model.name]
        tiles = -(-request.width_px // _TILE_PX) * -(-request.height_px // _TILE_PX)
        by_step = (wire.tile_step * tiles + wire.source_step * len(request.sources)) * request.steps * request.count
        return replace(quote, dollars_micro=quote.dollars_micro + round(by_step * 1_000_000))

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch: the model."""
        return request.model

    def check(self, request: Request) -> None:
        """Raise Refused for a guidance scale or a prompt that the model does not take."""
        model = self._find(request)
        if model is None:
            return
        span = self._wires[model.name].guidance
        if span is not None and not span[0] <= request.guidance_scale <= span[1]:
            value, allowed = f"{request.guidance_scale:g}", [f"{span[0]:g} to {span[1]:g}"]
            raise Refused(Code.FIELD_RANGE, field="guidance_scale", value=value, allowed=allowed)
        chars = len(prompt_for(request, model))
        if model.prompt_chars and chars > model.prompt_chars:
            allowed = [f"at most {model.prompt_chars} characters"]
            raise Refused(Code.PROMPT_TOO_LONG, field="prompt", value=f"{chars} characters", allowed=allowed)

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Ask once for each image. Images that came are kept when another one's call fails."""
        for task in batch:
            if watch.is_cancelled(task.job):
                continue
            model = self._find(task.request)
            if model is None:
                wish = shown(task.request.model or task.request.mode.value)
                raise Broken(f"{self.name} is not set up for {wish}; name a model in generators.{self.name}.models")
            wanted = await asyncio.to_thread(wanted_for, task, model, self._wires[model.name])
            await watch.sent(task.job, None)
            done: list[int] = []
            errors: list[PinxitError] = []
            calls = (self._paint(task, index, model, wanted, watch, done) for index in task.indices)
            async with aclosing(results(calls)) as painted:
                async for made in painted:
                    if isinstance(made, Made):
                        yield made
                    elif made is not None:
                        errors.append(made)
            if (error := gravest(errors)) is not None:
                raise error

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._api.aclose()

    def _find(self, request: Request) -> Model | None:
        """Return the named model, or the first that can do it where none is named; None: there is none."""
        if request.model:
            return self._models.get(request.model)
        return next((model for model in self._models.values() if request.mode.value in model.modes), None)

    async def _paint(
        self, task: Task, index: int, model: Model, wanted: Wanted, watch: Watch, done: list[int]
    ) -> Made | PinxitError | None:
        """Return one image, or why there is none; None: nobody wants it any more. `done`: the images made so far."""
        if watch.is_cancelled(task.job):
            return None
        seed = image_seed(task.request.seed, index)
        try:
            answer, is_seeded = await self._ask(model, wanted.values, seed)
            told = cost_micro(answer)
            listed = self.quote(replace(task.request, count=1)).dollars_micro
            watch.charged(task.job, listed if told is None else told)
            if watch.is_cancelled(task.job):
                return None
            picture = await asyncio.to_thread(lambda: self._api.picture(picture_bytes(answer)))
            data, media_type, size = picture.data, picture.media_type, (picture.width_px, picture.height_px)
            if wanted.cut_px is not None:
                if size != wanted.whole_px:
                    asked = f"{wanted.whole_px[0]}x{wanted.whole_px[1]}"
                    raise Broken(f"{self.name} answers with a picture of {size[0]}x{size[1]} where {asked} is due")
                size = wanted.cut_px
                data, media_type = await asyncio.to_thread(cut, data, size), "image/png"
        except PinxitError as error:
            return error
        done.append(index)
        watch.progress(task.job, len(done) / len(task.indices))
        recipe: dict[str, Json] = {"kind": "cloudflare_ai", **({} if is_seeded else {"seed_taken": False})}
        return Made(task.job, index, data, media_type, *size, seed, wanted.prompt, model.name, recipe=recipe)

    async def _ask(self, model: Model, values: Values, seed: int) -> tuple[Answer, bool]:
        """Return the answer, and whether the seed was taken.

        A model whose schema leaves open whether it takes one is asked again without; nothing was billed till then.
        """
        wire = self._wires[model.name]
        theirs = wire.fields.get("seed")
        if theirs is None or model.name in self._seedless:
            return await self._call(model, values), False
        try:
            return await self._call(model, {**values, theirs: seed}), True
        except NotTaken:
            if not wire.seed_unsure:
                raise
        answer = await self._call(model, values)
        self._seedless.add(model.name)
        return answer, False

    async def _call(self, model: Model, values: Values) -> Answer:
        is_form = self._wires[model.name].is_form
        return await self._api.call(
            "POST",
            f"{self._path}/{model.name}",  # "@" and "/" of a name stay as they are.
            json=None if is_form else as_json(values),
            form=as_form(values) if is_form else None,
            is_billed=True,
            refused=lambda answer: fault(self.name, model.name, answer, self._clock.now()),
        )
