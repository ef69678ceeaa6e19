"""What OpenAI's images API and all that speak it have in common: a job's images, call by call, from one server."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import structlog

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.generator import API_VERSION, Made, Quote, Task, Watch
from pinxit.domain.request import Json, Mode
from pinxit.domain.seeds import image_seed
from pinxit.generators.gravest import gravest
from pinxit.generators.openai_images_answers import Drawn, read_drawn, small, spent_micro
from pinxit.generators.openai_images_bodies import (
    Brush,
    Call,
    Dialect,
    Terms,
    call_for,
    for_images,
    per_call,
    quality_of,
)
from pinxit.generators.side_by_side import results

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from pinxit.domain.generator import Capabilities
    from pinxit.domain.request import Request
    from pinxit.generators.http import Api, Picture
    from pinxit.generators.openai_images_server import Server

log = structlog.get_logger(__name__)

_PARTIAL_TOKENS = (
    100  # What a partial picture costs beyond the whole one; OpenAI's image generation guide, read 2026-11.
)


class ImagesGenerator:
    """Has one server paint, several calls at once.

    `brushes`: the models by the names people use, the default first. `api`: fetches what the server names by address.
    `is_billed`: its calls cost money. `at_once`: how many calls run side by side.
    """

    api_version = API_VERSION

    def __init__(
        self,
        name: str,
        kind: str,
        brushes: Sequence[Brush],
        terms: Terms,
        capabilities: Capabilities,
        server: Server,
        api: Api,
        *,
        is_billed: bool,
        at_once: int,
    ) -> None:
        self.name = name
        self.capabilities = capabilities
        self._kind = kind
        self._brushes = {brush.offered.name: brush for brush in brushes}
        self._terms = terms
        self._server = server
        self._api = api
        self._is_billed = is_billed
        self._places = asyncio.Semaphore(at_once)
        self._told: set[str] = set()

    def quote(self, request: Request) -> Quote:
        """Price a request as the catalogue has it; partial pictures cost too."""
        brush = self._brush(request)
        quote = brush.offered.quote(request)
        price = _tokens(brush).get("image_out", 0.0)
        each = self._terms.partial_images * _PARTIAL_TOKENS * (price if isinstance(price, int | float) else 0.0)
        return replace(quote, dollars_micro=quote.dollars_micro + round(each * request.count))

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch: the model."""
        return self._brush(request).offered.name

    def check(self, request: Request) -> None:
        """Return if it takes the request. Raises Refused: a picture widened beyond the model's ratio."""
        ratio = self._brush(request).paints.max_ratio
        sides = sorted((request.width_px, request.height_px))
        if request.mode is Mode.OUTPAINT and ratio and sides[1] > ratio * sides[0]:
            value, allowed = f"{request.width_px}x{request.height_px}", [f"1:{ratio:g} to {ratio:g}:1"]
            raise Refused(Code.FIELD_RANGE, field="outpaint", value=value, allowed=allowed)

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Make the images, as many with a call as the model allows. Images that came are kept when a call fails."""
        for task in batch:
            if watch.is_cancelled(task.job):
                continue
            brush = self._brush(task.request)
            self._say_what_paints(brush)
            call = await asyncio.to_thread(call_for, task, brush, self._terms)
            if self._is_billed:
                await watch.sent(task.job, None)
            sitting = _Sitting(task, watch, brush, call)
            most = per_call(brush, self._terms, task.request)
            chunks = [task.indices[at : at + most] for at in range(0, len(task.indices), most)]
            errors: list[PinxitError] = []
            async with aclosing(results(self._paint(sitting, indices) for indices in chunks)) as painted:
                async for several in painted:
                    for made in several:
                        if isinstance(made, Made):
                            yield made
                        else:
                            errors.append(made)
            if (error := gravest(errors)) is not None:
                raise error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._server.aclose()
        await self._api.aclose()

    async def _paint(self, sitting: _Sitting, indices: tuple[int, ...]) -> list[Made | PinxitError]:
        """Return the images of one call and what went wrong with it; nothing if nobody wants them any more."""
        task, watch = sitting.task, sitting.watch
        shown = 0

        async def show(text: str) -> None:
            nonlocal shown
            if shown == self._terms.partial_images:
                return  # More than were asked for.
            shown += 1
            if seen := await asyncio.to_thread(small, self.name, text):
                sitting.tell(shown / (self._terms.partial_images + 1), seen)

        try:
            async with self._places:
                if watch.is_cancelled(task.job):
                    return []
                drawn = await self._drawn(sitting, indices, show)
        except PinxitError as error:
            return [error]
        if watch.is_cancelled(task.job):
            return []
        found = [await self._made(sitting, index, one) for index, one in zip(indices, drawn, strict=False)]
        if len(drawn) < len(indices):
            found.append(Temporary(f"{self.name} answers with fewer pictures than asked; the others are asked again"))
        return found

    async def _drawn(
        self, sitting: _Sitting, indices: tuple[int, ...], show: Callable[[str], Awaitable[None]]
    ) -> list[Drawn]:
        """Return what one call made, and tell what it cost."""
        request, charged = sitting.task.request, partial(sitting.watch.charged, sitting.task.job)
        said = await self._server.ask(for_images(sitting.call, sitting.task, indices, self._terms), show)
        spent = spent_micro(said, _tokens(sitting.brush))
        if spent is not None:
            charged(spent)
        drawn = await asyncio.to_thread(read_drawn, self.name, said, len(indices))
        if spent is None and self._is_billed:
            # Of a job's several calls only those are booked that were spoken of, once one was.
            charged(self.quote(replace(request, count=len(drawn))).dollars_micro)
        return drawn

    async def _made(self, sitting: _Sitting, index: int, drawn: Drawn) -> Made | PinxitError:
        request, brush, call = sitting.task.request, sitting.brush, sitting.call
        try:
            picture = await self._picture(drawn)
            size_px = (picture.width_px, picture.height_px)
            # Servers that only speak alike paint what they can; OpenAI's own models promise the size.
            if self._terms.dialect is Dialect.GPT_IMAGE and size_px != call.size_px:
                size = f"{size_px[0]}x{size_px[1]} for {call.size_px[0]}x{call.size_px[1]}"
                raise Broken(f"{self.name} answers with a picture of another size, {size}")
        except PinxitError as error:
            return error
        sitting.done += 1
        sitting.tell()
        recipe: dict[str, Json] = {"kind": self._kind, "size": f"{call.size_px[0]}x{call.size_px[1]}"}
        said = {
            "quality": quality_of(request, brush),
            "sent_model": brush.sent if brush.sent != brush.paints.name else "",
            "revised_prompt": drawn.revised_prompt,
        }
        return Made(
            sitting.task.job,
            index,
            picture.data,
            picture.media_type,
            *size_px,
            image_seed(request.seed, index),
            call.prompt,
            model=brush.paints.name,
            recipe=recipe | {key: value for key, value in said.items() if value},
        )

    async def _picture(self, drawn: Drawn) -> Picture:
        if not drawn.url:
            return await asyncio.to_thread(self._api.picture, drawn.data)
        try:
            address = urljoin(f"{self._server.base_url}/", drawn.url)
        except ValueError:
            raise Broken(f"{self.name} names a picture by an address that is none") from None
        return await self._api.download(address)

    def _brush(self, request: Request) -> Brush:
        wanted = request.model.casefold()
        found = (brush for name, brush in self._brushes.items() if name.casefold() == wanted)
        return next(found, next(iter(self._brushes.values())))

    def _say_what_paints(self, brush: Brush) -> None:
        notice = brush.offered.extra.get("notice")
        if isinstance(notice, str) and brush.offered.name not in self._told:
            self._told.add(brush.offered.name)
            asked, paints = brush.offered.name, brush.paints.name
            log.warning(notice, generator=self.name, asked_for=asked, paints_instead=paints)


@dataclass(slots=True)
class _Sitting:
    """One job while it is painted. `done`: images so far; `fraction`: the last one told, which never sinks."""

    task: Task
    watch: Watch
    brush: Brush
    call: Call
    done: int = 0
    fraction: float = 0.0

    def tell(self, more: float = 0.0, small: bytes | None = None) -> None:
        """Tell how far the job is; `more`: of one further image, 0 … 1."""
        self.fraction = max(self.fraction, min(1.0, (self.done + more) / len(self.task.indices)))
        self.watch.progress(self.task.job, self.fraction, small)


def _tokens(brush: Brush) -> Mapping[str, Json]:
    """Return what a million tokens cost in dollars, by kind of token; empty if that is not known."""
    tokens = brush.paints.extra.get("tokens")
    return tokens if isinstance(tokens, dict) else {}
