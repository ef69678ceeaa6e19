"""BFL's API as a generator: one task an image, side by side, polled at the address that each is given."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, ConfigError, GeneratorError, PinxitError, Refused, Temporary
from pinxit.domain.facts import nearest, shown
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch
from pinxit.domain.seeds import image_seed
from pinxit.generators.bfl.answers import (
    STATE_BYTES,
    Gone,
    Placed,
    Ready,
    Settled,
    ended,
    not_created,
    progress,
    read_created,
    read_placed,
    ready,
)
from pinxit.generators.bfl.bodies import Body, Look, body_for
from pinxit.generators.bfl.wire import wires
from pinxit.generators.catalogue import chosen
from pinxit.generators.catalogue_entries import capabilities_of
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

_OWN_HOSTS = (".bfl.ai",)  # A task lives in a region, and its polling_url names that region's host.
_TOLERANCES = range(6)
_CALL_S = 60.0


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say.

    `model`: the default, `models`: those that may be asked for; none: all of the catalogue's. `timeout_s`: for one
    picture. `output_format`: "png" or "jpeg". `safety_tolerance`: 0 (strict) to 5.
    """

    api_key: str = ""
    base_url: str = "https://api.bfl.ai"
    model: str = ""
    models: tuple[str, ...] = ()
    timeout_s: float = 300.0
    output_format: str = "png"
    safety_tolerance: int = 2

    def __post_init__(self) -> None:
        if not self.api_key:
            raise ValueError("api_key is missing; write the key, or put it into a file that api_key_file names")
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s is {self.timeout_s:g}; write seconds, such as 300")
        if self.output_format not in ("png", "jpeg"):
            raise ValueError(f'output_format is "{self.output_format[:20]}"; write "png" or "jpeg"')
        if self.safety_tolerance not in _TOLERANCES:
            raise ValueError(f"safety_tolerance is {self.safety_tolerance}; write 0 (strict) to {_TOLERANCES[-1]}")


class Bfl:
    """Paints with the FLUX models of Black Forest Labs."""

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> None:
        self.name = name
        self._options = read = read_options(Options, name, options)
        try:
            self._models = chosen(catalogue.of_kind("bfl"), read.models, read.model)
            self.capabilities = capabilities_of(self._models, Capabilities(runs_inline=True, remote=True))
            self._api = Api(
                name,
                read.base_url,
                clock,
                headers={"x-key": read.api_key},
                timeout_s=_CALL_S,
                secrets=(read.api_key,),
                also_hosts=_OWN_HOSTS,
            )
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error
        self._wires = wires(self._models)
        self._look = Look(read.output_format, read.safety_tolerance)

    def quote(self, request: Request) -> Quote:
        """Price a request by the catalogue; what BFL says in the end is what is booked."""
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
            body = await asyncio.to_thread(body_for, task, model, self._wires[model.name], self._look)
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
            except (Gone, Broken):  # Expired: a picture lies there for ten minutes or an hour only.
                orders.forget(index)
        if watch.is_cancelled(task.job):
            return None
        await orders.before_a_call()
        placed = await self._create(self._model(task.request), body, image_seed(task.request.seed, index))
        await orders.place(index, asdict(placed))
        try:
            return await self._fetch(task, index, body, watch, orders, placed)
        except Gone:
            raise Temporary(f"{self.name} has lost a picture; it may be asked again", unanswered=True) from None

    async def _create(self, model: Model, body: Body, seed: int) -> Placed:
        """Have BFL take a task, which is billed."""
        fields = {**body.fields, **({"seed": seed} if model.seed else {})}
        placed = read_created(
            await self._api.call(
                "POST",
                f"v1/{self._wires[model.name].path or model.name}",
                json=fields,
                is_billed=True,
                refused=partial(not_created, self.name, model.name, fields=fields.keys()),
                most_bytes=STATE_BYTES,
            )
        )
        if placed is None:
            raise Broken(f"{self.name} takes a task without a polling_url; is BFL's API really at its base_url?")
        return placed

    async def _fetch(
        self, task: Task, index: int, body: Body, watch: Watch, orders: Orders, placed: Placed
    ) -> Made | None:
        """Return the picture of a task, or None if it is not wanted any more; BFL paints it then all the same."""

        async def look() -> Ready | None:
            refused = partial(ended, self.name)
            answer = await self._api.call("GET", placed.url, refused=refused, most_bytes=STATE_BYTES)
            found = ready(self.name, answer)
            orders.tell(index, 0.95 * progress(answer))
            return found

        is_cancelled = partial(watch.is_cancelled, task.job)
        try:
            found = await self._api.poll(look, timeout_s=self._options.timeout_s, is_cancelled=is_cancelled)
        except GeneratorError as error:  # BFL paints on, and is paid, though nobody will fetch the picture.
            if placed.cost_micro is not None:
                watch.charged(task.job, placed.cost_micro)
            elif isinstance(error, Temporary):
                raise Temporary(str(error), retry_after_s=error.retry_after_s, unanswered=True) from error
            raise
        if found is None:
            if placed.cost_micro is not None:
                watch.charged(task.job, placed.cost_micro)
            return None
        watch.charged(task.job, self._cost_micro(task.request, placed, found))
        picture = await self._api.download(found.sample)
        if watch.is_cancelled(task.job):
            return None
        orders.tell(index, 1.0)
        return self._made(task, index, picture, body, found)

    def _cost_micro(self, request: Request, placed: Placed, found: Ready) -> int:
        """Return what a picture cost: as BFL said in the end, or at first, or else as the catalogue has it."""
        listed = self.quote(replace(request, count=1)).dollars_micro
        return next(told for told in (found.cost_micro, placed.cost_micro, listed) if told is not None)

    def _made(self, task: Task, index: int, picture: Picture, body: Body, found: Ready) -> Made:
        request, model = task.request, self._model(task.request)
        size_px, wanted_px = (picture.width_px, picture.height_px), (request.width_px, request.height_px)
        # Only where sides in pixels were sent does BFL promise them.
        if self._wires[model.name].size == "sides" and size_px != wanted_px:
            sizes = f"{size_px[0]}x{size_px[1]} for {wanted_px[0]}x{wanted_px[1]}"
            raise Broken(f"{self.name} sent a picture of another size, {sizes}; correct {model.name} in the catalogue")
        recipe: dict[str, Json] = {"kind": "bfl", "call": self._wires[model.name].path or model.name}
        if found.prompt and found.prompt != body.prompt:
            recipe["revised_prompt"] = found.prompt
        seed = image_seed(request.seed, index)
        return Made(
            task.job, index, picture.data, picture.media_type, *size_px, seed, body.prompt, model.name, recipe=recipe
        )


build = Bfl
