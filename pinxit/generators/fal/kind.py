"""fal's queue as a generator: one request an image, side by side, polled and cancelled at the addresses it is given."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, ConfigError, LeaseLost, PinxitError, Refused, Temporary
from pinxit.domain.facts import nearest, shown
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch
from pinxit.domain.seeds import image_seed
from pinxit.generators.canvas import cut
from pinxit.generators.catalogue import chosen
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.fal.answers import Gone, Placed, Settled, read_placed
from pinxit.generators.fal.bodies import Body, body_for
from pinxit.generators.fal.requests import Requests
from pinxit.generators.fal.wire import wires
from pinxit.generators.gravest import gravest
from pinxit.generators.http import Api
from pinxit.generators.options import read_options
from pinxit.generators.orders import Orders
from pinxit.generators.side_by_side import results

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request
    from pinxit.generators.catalogue import Catalogue, Model
    from pinxit.generators.http import Picture

_OWN_HOSTS = (".fal.run", ".falrun.com")  # The second one stands in where the first fails.
_CALL_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say.

    `model`: the default, `models`: those that may be asked for; none: all of the catalogue's. `timeout_s`: for one
    picture. `output_format`: "png" or "jpeg".
    """

    api_key: str = ""
    base_url: str = "https://queue.fal.run"
    model: str = ""
    models: tuple[str, ...] = ()
    timeout_s: float = 300.0
    output_format: str = "png"

    def __post_init__(self) -> None:
        if not self.api_key:
            raise ValueError("api_key is missing; write the key, or put it into a file that api_key_file names")
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s is {self.timeout_s:g}; write seconds, such as 300")
        if self.output_format not in ("png", "jpeg"):
            raise ValueError(f'output_format is "{self.output_format[:20]}"; write "png" or "jpeg"')


class Fal:
    """Paints with models at fal.

    A call could make four pictures of one seed, of which only the first could be made again alone; so each picture is
    a call of its own with the seed seed + i, and costs the same.
    """

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> None:
        self.name = name
        self._options = read = read_options(Options, name, options)
        try:
            self._models = chosen(catalogue.of_kind("fal"), read.models, read.model)
            self.capabilities = capabilities_of(self._models, Capabilities(runs_inline=True, remote=True))
            self._api = Api(
                name,
                read.base_url,
                clock,
                headers={"Authorization": f"Key {read.api_key}"},
                timeout_s=_CALL_S,
                secrets=(read.api_key,),
                also_hosts=_OWN_HOSTS,
            )
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error
        self._requests = Requests(name, self._api, read.timeout_s)
        self._wires = wires(self._models)

    def quote(self, request: Request) -> Quote:
        """Price a request by the catalogue; fal's answers do not say what they cost."""
        return self._model(request).quote(request)

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch: the model."""
        return self._model(request).name

    def check(self, request: Request) -> None:
        """Refuse a model that is not there or cannot do the mode, and steps or guidance that it does not take."""
        model = self._model(request)
        if request.model and request.model.casefold() != model.name.casefold():
            names = [one.name for one in self._models]
            facts = {"value": shown(request.model), "nearest": nearest(request.model, names)}
            raise Refused(Code.MODEL_UNKNOWN, field="model", allowed=names, **facts)
        if request.mode.value not in model.modes:
            mode = request.mode.value
            raise Refused(Code.MODE_UNSUPPORTED, field="mode", value=mode, mode=mode, allowed=sorted(model.modes))
        self._wires[model.name].check(request, model)

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Make the images of each job side by side. Images that came are kept when another one's call fails."""
        for task in batch:
            if watch.is_cancelled(task.job):
                continue
            self.check(task.request)
            model, orders = self._model(task.request), Orders(task, watch)
            wire, output_format = self._wires[model.name], self._options.output_format
            body = await asyncio.to_thread(body_for, task, model, wire, output_format)
            await orders.begin()
            errors: list[PinxitError] = []
            calls = (self._paint(task, index, body, watch, orders) for index in task.indices)
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

    def _model(self, request: Request) -> Model:
        """Return the model that a request names; where it names none, the first that can do its mode."""
        wanted = request.model.casefold()
        fits = (one for one in self._models if one.name.casefold() == wanted)
        able = (one for one in self._models if request.mode.value in one.modes)
        return next(fits if wanted else able, self._models[0])

    async def _paint(
        self, task: Task, index: int, body: Body, watch: Watch, orders: Orders
    ) -> Made | PinxitError | None:
        """Return one image, or why there is none; None: nobody wants it any more."""
        try:
            return await self._image(task, index, body, watch, orders)
        except Settled as settled:
            return settled.error
        except PinxitError as error:
            return error

    async def _image(self, task: Task, index: int, body: Body, watch: Watch, orders: Orders) -> Made | None:
        if (placed := read_placed(orders.of(index))) is not None:
            try:
                return await self._fetch(task, index, body, watch, orders, placed)
            except (Gone, Broken):  # Expired, or its picture is.
                orders.forget(index)
        if watch.is_cancelled(task.job):
            return None
        await orders.before_a_call()
        model, seed = self._model(task.request), image_seed(task.request.seed, index)
        path = self._wires[model.name].path or model.name
        fields = {**body.fields, **({"seed": seed} if model.seed else {})}
        placed = await self._requests.create(path, model.name, fields)
        try:
            await orders.place(index, asdict(placed))
        except LeaseLost:
            await self._requests.cancel(placed)  # Nobody else knows of it.
            raise
        try:
            return await self._fetch(task, index, body, watch, orders, placed)
        except Gone:
            raise Temporary(f"{self.name} has lost a picture; it may be asked again", unanswered=True) from None

    async def _fetch(
        self, task: Task, index: int, body: Body, watch: Watch, orders: Orders, placed: Placed
    ) -> Made | None:
        """Return the picture of a request, or None if it is not wanted any more, which fal is told."""
        tell, is_unwanted = partial(orders.tell, index), partial(watch.is_cancelled, task.job)
        status = await self._requests.ended(placed, tell, is_unwanted)
        if status is None:
            return None
        found = await self._requests.image(placed, status)
        # fal does not say what a call cost; whatever becomes of the picture now, it is made.
        watch.charged(task.job, self.quote(replace(task.request, count=1)).dollars_micro)
        picture = await self._api.download(found.url)
        if watch.is_cancelled(task.job):
            return None
        orders.tell(index, 1.0)
        return await self._made(task, index, picture, body, found.prompt)

    async def _made(self, task: Task, index: int, picture: Picture, body: Body, said: str) -> Made:
        request, model = task.request, self._model(task.request)
        size_px, wanted_px = (picture.width_px, picture.height_px), (request.width_px, request.height_px)
        if body.size_px is not None and size_px != body.size_px:
            sizes = f"{size_px[0]}x{size_px[1]} for {body.size_px[0]}x{body.size_px[1]}"
            raise Broken(f"{self.name} sent a picture of another size, {sizes}; correct {model.name} in the catalogue")
        data, media_type = picture.data, picture.media_type
        if body.size_px is not None and body.size_px != wanted_px:
            data, media_type, size_px = await asyncio.to_thread(cut, data, wanted_px), "image/png", wanted_px
        recipe: dict[str, Json] = {"kind": "fal", "call": self._wires[model.name].path or model.name}
        if said and said != body.prompt:
            recipe["revised_prompt"] = said
        seed = image_seed(request.seed, index)
        return Made(task.job, index, data, media_type, *size_px, seed, body.prompt, model.name, recipe=recipe)


build = Fal
