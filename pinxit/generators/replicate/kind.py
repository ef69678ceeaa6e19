"""Replicate as a generator: one prediction an image, polled by its own address, also after a crash."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, ConfigError, LeaseLost, PinxitError, Refused
from pinxit.domain.facts import shown
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch
from pinxit.domain.seeds import image_seed
from pinxit.generators.canvas import cut
from pinxit.generators.catalogue import chosen
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.costs import told_micro
from pinxit.generators.gravest import gravest
from pinxit.generators.options import read_options
from pinxit.generators.orders import Orders
from pinxit.generators.replicate.answers import Gone, Prediction, end_fault, is_lost, read_url
from pinxit.generators.replicate.inputs import Wanted, Wire, prompt_for, read_wire, seeded, wanted_for
from pinxit.generators.replicate.predictions import Predictions
from pinxit.generators.side_by_side import results

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request
    from pinxit.generators.catalogue import Catalogue, Model
    from pinxit.generators.http import Picture

_HIDDEN = "hidden"  # What an official model says instead of its version.


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say.

    `models`: those that may be asked for; none: all of the catalogue's. `model`: the default. `timeout_s`: for one
    picture; Replicate ends it then. `wait_s`: how long the call that orders a picture waits for it, 0 to 60; a cancel
    is heard only afterwards.
    """

    api_key: str = ""
    base_url: str = "https://api.replicate.com"
    model: str = ""
    models: tuple[str, ...] = ()
    timeout_s: float = 300.0
    wait_s: float = 5.0

    def __post_init__(self) -> None:
        if not self.api_key:
            raise ValueError("api_key is missing; write the key, or put it into a file that api_key_file names")
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s is {self.timeout_s:g}; write seconds, such as 300")
        if not 0 <= self.wait_s <= 60:  # noqa: PLR2004 - Prefer: wait's most
            raise ValueError(f"wait_s is {self.wait_s:g}; write 0 to 60")


class Replicate:
    """Asks Replicate; the images of a job are made side by side."""

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> None:
        self.name = name
        self._options = own = read_options(Options, name, options)
        try:
            listed = chosen(catalogue.of_kind("replicate"), own.models, own.model)
            self._wires = {model.name: read_wire(model) for model in listed}
            models = [_shaped(model, self._wires[model.name]) for model in listed]
            self._models = {model.name: model for model in models}
            self.capabilities = capabilities_of(models, Capabilities(runs_inline=True, remote=True))
            self._predictions = Predictions(
                name, own.base_url, own.api_key, clock, wait_s=own.wait_s, timeout_s=own.timeout_s
            )
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error

    def quote(self, request: Request) -> Quote:
        """Price a request by its model."""
        return (self._find(request) or next(iter(self._models.values()))).quote(request)

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
        """Make one prediction for each image. Images that came are kept when another one fails."""
        for task in batch:
            if watch.is_cancelled(task.job):
                continue
            model = self._find(task.request)
            if model is None:
                wish = shown(task.request.model or task.request.mode.value)
                raise Broken(f"{self.name} is not set up for {wish}; name a model in generators.{self.name}.models")
            wanted = await asyncio.to_thread(wanted_for, task, model, self._wires[model.name])
            orders = Orders(task, watch)
            await orders.begin()
            errors: list[PinxitError] = []
            calls = (self._paint(task, index, model, wanted, watch, orders) for index in task.indices)
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
        await self._predictions.aclose()

    def _find(self, request: Request) -> Model | None:
        """Return the named model, or the first that can do it where none is named; None: there is none."""
        if request.model:
            return self._models.get(request.model)
        return next((model for model in self._models.values() if request.mode.value in model.modes), None)

    async def _paint(
        self, task: Task, index: int, model: Model, wanted: Wanted, watch: Watch, orders: Orders
    ) -> Made | PinxitError | None:
        """Return one image, or why there is none; None: nobody wants it any more."""
        seat = _Seat(task, index, model, wanted, watch, orders)
        try:
            prediction, picture = await self._earlier(seat)
            if picture is None:
                prediction, picture = await self._new(seat)
            if picture is None or prediction is None or seat.is_unwanted():
                return None
            return await self._made(seat, prediction, picture)
        except PinxitError as error:
            return error

    async def _earlier(self, seat: _Seat) -> tuple[Prediction | None, Picture | None]:
        """Return what an attempt before a crash has ordered; nothing where that is gone or has to be made again."""
        url = read_url(seat.orders.of(seat.index))
        if url is None or seat.is_unwanted():
            return None, None
        try:
            ended = await self._ended(seat, await self._predictions.fetch(url))
        except Gone:
            return None, None
        if ended is None or is_lost(ended):
            return None, None
        if (fault := end_fault(self.name, ended)) is not None and not isinstance(fault, Gone):
            raise fault
        try:
            return ended, await self._picture(seat, ended)
        except Broken:  # Its file is there for an hour only, and the prediction does not always say so.
            return None, None

    async def _new(self, seat: _Seat) -> tuple[Prediction | None, Picture | None]:
        if seat.is_unwanted():
            return None, None
        wire = self._wires[seat.model.name]
        await seat.orders.before_a_call()
        body = seeded(seat.wanted, wire, seat.seed)
        created = await self._predictions.create(seat.model.name, wire.version, body)
        try:
            await seat.orders.place(seat.index, created.get_url)
        except LeaseLost:
            await self._predictions.cancel(created)  # Nobody else knows of it.
            raise
        ended = await self._ended(seat, created)
        return (None, None) if ended is None else (ended, await self._picture(seat, ended))

    async def _ended(self, seat: _Seat, prediction: Prediction) -> Prediction | None:
        return await self._predictions.ended(
            prediction, lambda fraction: seat.orders.tell(seat.index, fraction), seat.is_unwanted
        )

    async def _picture(self, seat: _Seat, ended: Prediction) -> Picture:
        """Return what a prediction made, which is paid whatever becomes of the file."""
        if ended.outputs:
            price = self._wires[seat.model.name].dollars_per_second
            told = told_micro(ended.predict_s, price) if price else None
            listed = self.quote(replace(seat.task.request, count=1)).dollars_micro
            seat.watch.charged(seat.task.job, listed if told is None else told)
        return await self._predictions.picture(ended)

    async def _made(self, seat: _Seat, prediction: Prediction, picture: Picture) -> Made:
        data, media_type, size = picture.data, picture.media_type, (picture.width_px, picture.height_px)
        if seat.wanted.cut_px is not None:
            if size != seat.wanted.whole_px:
                asked = f"{seat.wanted.whole_px[0]}x{seat.wanted.whole_px[1]}"
                raise Broken(f"{self.name} answers with a picture of {size[0]}x{size[1]} where {asked} is due")
            size = seat.wanted.cut_px
            data, media_type = await asyncio.to_thread(cut, data, size), "image/png"
        seat.orders.tell(seat.index, 1.0)
        version = "" if prediction.version == _HIDDEN else prediction.version
        return Made(
            seat.task.job,
            seat.index,
            data,
            media_type,
            *size,
            seat.seed,
            seat.wanted.prompt,
            seat.model.name,
            recipe={"kind": "replicate", **({"version": version} if version else {})},
        )


@dataclass(frozen=True, slots=True)
class _Seat:
    """One image of a task while it is made."""

    task: Task
    index: int
    model: Model
    wanted: Wanted
    watch: Watch
    orders: Orders

    @property
    def seed(self) -> int:
        """Return this image's own seed."""
        return image_seed(self.task.request.seed, self.index)

    def is_unwanted(self) -> bool:
        """Tell whether the job is cancelled."""
        return self.watch.is_cancelled(self.task.job)


def _shaped(model: Model, wire: Wire) -> Model:
    return replace(model, sizes=tuple(f"{width}x{height}" for width, height in wire.shapes)) if wire.shapes else model
