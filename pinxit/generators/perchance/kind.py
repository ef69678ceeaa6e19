"""Perchance as a generator: three shapes, one picture after the other, watched so that a cancel ends it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, ConfigError, PinxitError, Refused, Temporary
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch
from pinxit.domain.seeds import image_seed
from pinxit.generators.catalogue import chosen
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.http import PICTURE_BYTES
from pinxit.generators.http_origin import Origin
from pinxit.generators.http_pictures import read_picture
from pinxit.generators.options import read_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ids import JobId
    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request
    from pinxit.generators.catalogue import Catalogue
    from pinxit.generators.perchance.site import Site

KIND = "perchance"
GUIDANCE = (1.0, 30.0)  # perchance 0.1.0, ImageGenerator.image, read 2026-11.
LOOK_S = 0.5  # Between two looks whether the picture is still wanted.


@dataclass(frozen=True, slots=True)
class Options:
    """`chromium`: the path of the browser; "": the one that `playwright install chromium` brings.

    `timeout_s`: for one picture, its download included.
    """

    base_url: str = "https://image-generation.perchance.org/api"
    model: str = ""
    models: tuple[str, ...] = ()
    chromium: str = ""
    timeout_s: float = 90.0

    def __post_init__(self) -> None:
        Origin(self.base_url)
        if self.timeout_s <= 0:
            raise ValueError(f"timeout_s is {self.timeout_s:g}; write seconds, such as 90")


class Perchance:
    """Has Perchance paint in a browser, which is opened for the first picture and stays.

    Not inline: a browser that hangs is ended with the process that it lives in.
    """

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> None:
        self.name = name
        self._clock = clock
        self._options = wanted = read_options(Options, name, options)
        if find_spec("perchance") is None or find_spec("playwright") is None:
            lacking = f'generators.{name}.kind is "{KIND}", whose package is not installed'
            raise ConfigError([f"{lacking}; install it with pip install 'pinxit[{KIND}]'"])
        try:
            models = chosen(catalogue.of_kind(KIND), wanted.models, wanted.model)
            self.capabilities = capabilities_of(models, Capabilities(remote=True))
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error
        self._models = {model.name: model for model in models}
        self._site: Site | None = None
        self._turn = asyncio.Lock()  # Perchance paints one at a time for one visitor.

    def quote(self, request: Request) -> Quote:
        """Price a request: credits and seconds, no dollars."""
        model = self._models.get(request.model, next(iter(self._models.values())))
        one = model.quote(request)
        return Quote(one.credits_milli, one.dollars_micro, model.seconds * request.count)

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch: the model, though batches are of one."""
        return request.model

    def check(self, request: Request) -> None:
        """Return if the guidance is one that the site knows. Raises Refused (FIELD_RANGE)."""
        least, most = GUIDANCE
        if not least <= request.guidance_scale <= most:
            allowed = [f"{least:g} – {most:g}"]
            raise Refused(
                Code.FIELD_RANGE, field="guidance_scale", value=f"{request.guidance_scale:g}", allowed=allowed
            )

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Have one image after the other painted. Nothing is billed, so after a crash they are simply painted again."""
        for task in batch:
            for place, index in enumerate(task.indices):
                async with self._turn:
                    made = await self._watched(task, index, watch)
                if made is None:
                    break
                if isinstance(made, PinxitError):
                    raise made
                watch.progress(task.job, (place + 1) / len(task.indices))
                yield made

    async def aclose(self) -> None:
        """End the browser."""
        if self._site is not None:
            await self._site.close()
            self._site = None

    async def _watched(self, task: Task, index: int, watch: Watch) -> Made | PinxitError | None:
        """Return an image, why there is none, or None if the job is cancelled, which ends it within LOOK_S."""
        if watch.is_cancelled(task.job):
            return None
        try:
            site = await self._opened()
        except Broken as error:
            return error
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._paint(site, task, index))
            looks = group.create_task(self._unwanted(work, task.job, watch))
            work.add_done_callback(lambda _: looks.cancel())
        return None if work.cancelled() or watch.is_cancelled(task.job) else work.result()

    async def _unwanted(self, work: asyncio.Task[Made | PinxitError], job: JobId, watch: Watch) -> None:
        """Cancel the painting when nobody wants it any more."""
        while not watch.is_cancelled(job):
            await self._clock.sleep(LOOK_S)
        work.cancel()

    async def _opened(self) -> Site:
        """Return the site in a living browser; one that ended by itself is replaced. Raises Broken."""
        from pinxit.generators.perchance.site import Site  # noqa: PLC0415 - only what paints needs the browser's library

        if self._site is not None and not self._site.is_open:
            await self.aclose()
        if self._site is None:
            self._site = Site(self.name, self._options.base_url, self._options.chromium, self._clock)
            await self._site.open()
        return self._site

    async def _paint(self, site: Site, task: Task, index: int) -> Made | PinxitError:
        """Return the image, or why there is none."""
        from pinxit.generators.perchance.site import Wish  # noqa: PLC0415 - as above

        request = task.request
        size_px = (request.width_px, request.height_px)
        prompt, seed = request.final_prompt, image_seed(request.seed, index)
        wish = Wish(prompt, request.negative_prompt, seed, _shape(size_px), request.guidance_scale)
        try:
            async with asyncio.timeout(self._options.timeout_s):  # The package itself would wait for ever.
                painted = await site.paint(wish)
            if len(painted.data) > PICTURE_BYTES:
                return Broken(f"{self.name} sent more than the {PICTURE_BYTES} bytes that are taken")
            picture = await asyncio.to_thread(read_picture, self.name, painted.data)
        except TimeoutError:
            text = f"{self.name} did not answer within {self._options.timeout_s:g} s; it may be asked again later"
            return Temporary(text)
        except PinxitError as error:
            return error
        if (picture.width_px, picture.height_px) != size_px:
            got, wanted = f"{picture.width_px}x{picture.height_px}", f"{size_px[0]}x{size_px[1]}"
            return Broken(f"{self.name} sent a picture of another size, {got} for {wanted}")
        return Made(
            task.job,
            index,
            picture.data,
            picture.media_type,
            *size_px,
            painted.seed,
            prompt,
            model=request.model or next(iter(self._models)),
            recipe={"kind": KIND, "maybe_nsfw": painted.maybe_nsfw},
        )


def _shape(size_px: tuple[int, int]) -> str:
    width_px, height_px = size_px
    return "square" if width_px == height_px else "landscape" if width_px > height_px else "portrait"
