"""The two image workers on Cloudflare that take nothing but a prompt: Flux by GET, SDXL by POST with a key.

Source: the workers' own page, "ImageGenerator API Reference", 2024-01-15: statuses, sentences, pauses and limits.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote

from yarl import URL

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.generator import API_VERSION, Capabilities, Made, Quote, Task, Watch, in_words
from pinxit.domain.pricing import credits_milli
from pinxit.domain.seeds import image_seed
from pinxit.generators.gravest import gravest
from pinxit.generators.http import PICTURE_BYTES, Api, Retry
from pinxit.generators.http_retry import retry_after_s
from pinxit.generators.options import read_options
from pinxit.generators.side_by_side import results

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request
    from pinxit.generators.http import Answer

CONNECT_S, ANSWER_S = 30.0, 120.0
CONNECTIONS = 10
# Without jitter, and for nothing but a broken network and a server's own errors: 400, 401, 405 and 429 end it at once.
PAUSES_S = (1.0, 2.0, 4.0)
SIDE_PX = 1024  # What both models paint; the workers take no size.
_PAINTS_S = {"flux": 10.0, "sdxl": 15.0}  # The page's upper ends.
_ONCE = Retry(times=0)  # Api's limit in time is for all tries of a call, the page's for each: so they are counted here.


class Dialect(StrEnum):
    """How a worker is asked."""

    FLUX = "flux"  # GET ?prompt=A%20cat
    SDXL = "sdxl"  # POST {"prompt": "A cat"} with Authorization: Bearer


@dataclass(frozen=True, slots=True)
class Options:
    """`timeout_s`: for one call. `side_px`: of the pictures that come, which are square; no worker takes a size.

    `dollars_per_image`: what one costs you at Cloudflare, as you reckon it.
    """

    base_url: str
    dialect: str = Dialect.FLUX.value
    api_key: str = ""
    timeout_s: float = ANSWER_S
    connect_timeout_s: float = CONNECT_S
    side_px: int = SIDE_PX
    dollars_per_image: float = 0.0

    def __post_init__(self) -> None:
        if not _is_address(self.base_url):
            raise ValueError(
                "base_url is no address; write one without a query, such as https://flux.example.workers.dev"
            )
        if self.dialect not in list(Dialect):
            raise ValueError(f'dialect is "{self.dialect[:20]}"; write "flux" or "sdxl"')
        for name, limit_s, usual_s in (
            ("timeout_s", self.timeout_s, ANSWER_S),
            ("connect_timeout_s", self.connect_timeout_s, CONNECT_S),
        ):
            if limit_s <= 0:
                raise ValueError(f"{name} is {limit_s:g}; write seconds, such as {usual_s:g}")
        if self.side_px < 1:
            raise ValueError(f"side_px is {self.side_px}; write pixels, such as {SIDE_PX}")
        if self.dollars_per_image < 0:
            raise ValueError(f"dollars_per_image is {self.dollars_per_image:g}; write 0 or more")


class CloudflareWorker:
    """Asks one worker; the images of a job are painted side by side.

    Not configured is told when it is asked, as a Broken that lets the route go on: another generator may have a key.
    """

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        self.name = name
        self._options = chosen = read_options(Options, name, options)
        self._dialect = Dialect(chosen.dialect)
        self._url = URL(chosen.base_url)
        self._clock = clock
        self._is_billed = chosen.dollars_per_image > 0
        self._places = asyncio.Semaphore(CONNECTIONS)
        self.capabilities = Capabilities(
            default_size_px=(chosen.side_px, chosen.side_px),
            sizes_px=((chosen.side_px, chosen.side_px),),
            max_side_px=chosen.side_px,
            default_steps=1,
            max_steps=1,
            guidance=False,
            seed=False,
            negative_prompt=False,
            negative_in_words=True,
            runs_inline=True,
            remote=True,
            takes_sources=False,
            repeats=False,
        )
        is_sdxl = self._dialect is Dialect.SDXL
        self._api = Api(
            name,
            str(self._url.origin()),
            clock,
            headers={"Authorization": f"Bearer {chosen.api_key}"} if is_sdxl else {},
            timeout_s=2 * chosen.timeout_s,  # Never reached: `_call` has the page's own limit.
            at_once=CONNECTIONS,
            connect_s=chosen.connect_timeout_s,
            secrets=(chosen.api_key,) if chosen.api_key else (),
        )

    def quote(self, request: Request) -> Quote:
        """Price a request: credits by its size, dollars as the operator reckons them."""
        dollars_micro = round(self._options.dollars_per_image * 1_000_000) * request.count
        credit = credits_milli(request.width_px, request.height_px, request.count, 1, 1)
        # Side by side: more images take longer only by the crowd at the worker, a tenth each; reckoned, not measured.
        return Quote(credit, dollars_micro, _PAINTS_S[self._dialect] * (1 + 0.1 * (request.count - 1)))

    def batch_key(self, request: Request) -> str:  # noqa: ARG002 - every request is the same to it
        """Name what must agree within a batch: nothing."""
        return self.name

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Ask once for each image. Images that came are kept when another one's call fails."""
        if self._dialect is Dialect.SDXL and not self._options.api_key:
            raise Broken("SDXL API key not configured")
        for task in batch:
            if watch.is_cancelled(task.job):
                continue
            if self._is_billed:
                await watch.sent(task.job, None)
            done: list[int] = []
            errors: list[PinxitError] = []
            calls = (self._paint(task, index, watch, done) for index in task.indices)
            async with aclosing(results(calls)) as painted:
                async for made in painted:
                    if isinstance(made, Made):
                        yield made
                    elif made is not None:
                        errors.append(made)
            if (error := gravest(errors)) is not None:
                raise error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()

    async def _paint(self, task: Task, index: int, watch: Watch, done: list[int]) -> Made | PinxitError | None:
        """Return one image, or why there is none; None: nobody wants it any more. `done`: the images made so far."""
        request = task.request
        prompt = " ".join(filter(None, (request.final_prompt, in_words(request.negative_prompt))))
        try:
            async with self._places:
                if watch.is_cancelled(task.job):
                    return None
                answer = await self._ask(prompt)
            if not answer.media_type.startswith("image/"):
                # What it says instead stays untold: nothing that comes from outside gets into an error.
                return Broken(f"{self.name} answers with something that it does not call an image; look at the worker")
            picture = await asyncio.to_thread(self._api.picture, answer.data)
        except PinxitError as error:
            return error
        done.append(index)
        watch.progress(task.job, len(done) / len(task.indices))
        return Made(
            task.job,
            index,
            picture.data,
            picture.media_type,
            picture.width_px,
            picture.height_px,
            image_seed(request.seed, index),
            prompt,
            model=self._dialect.value,
        )

    async def _ask(self, prompt: str) -> Answer:
        """Return the worker's answer, asked up to four times. Raises Refused, Temporary, Broken in its page's words."""
        for pause_s in (*PAUSES_S, None):
            try:
                async with asyncio.timeout(self._options.timeout_s):
                    return await self._call(prompt)
            except TimeoutError:
                raise Temporary("Image generation request timed out", unanswered=self._is_billed) from None
            except _Told as told:
                error, is_last = told.error, pause_s is None or not told.may_pass
            except Temporary as fault:
                text = f"Network error during image generation: {fault}"
                error, is_last = Temporary(text, unanswered=self._is_billed), pause_s is None
            if is_last or pause_s is None:
                raise error
            await self._clock.sleep(pause_s)
        raise AssertionError("the last pause is None")

    async def _call(self, prompt: str) -> Answer:
        path = self._url.raw_path
        body: dict[str, Json] | None = None
        if self._dialect is Dialect.FLUX:
            path = f"{path}?prompt={quote(prompt, safe='')}"
        else:
            body = {"prompt": prompt}
        return await self._api.call(
            "GET" if body is None else "POST",
            path,
            json=body,
            refused=self._told,
            most_bytes=PICTURE_BYTES,
            retry=_ONCE,
        )

    def _told(self, answer: Answer) -> _Told | None:
        """Return what the page says of a status, or None: a picture, or a status that the page does not know."""
        later_s = retry_after_s(answer.headers.get("Retry-After", ""), self._clock.now())
        match answer.status:
            case 400:
                return _Told(Refused(Code.PROMPT_NOT_TAKEN, field="prompt", generator=self.name))
            case 401 if self._dialect is Dialect.SDXL:
                return _Told(Broken("SDXL API key invalid or missing"))
            case 405:
                return _Told(Broken("Invalid request method"))
            case 408 | 425:
                return _Told(Temporary(f"{self.name} is not ready ({answer.status})", retry_after_s=later_s))
            case 429:
                return _Told(Temporary("Rate limit exceeded. Try again in a minute", retry_after_s=later_s))
            case status if status >= 500:  # noqa: PLR2004 - the class of a server's own errors
                return _Told(
                    Temporary(f"Service error {status}. Try again later", retry_after_s=later_s), may_pass=True
                )
        return None


build = CloudflareWorker


class _Told(PinxitError):
    """The worker answered with an error of its page. `may_pass`: it is asked again."""

    def __init__(self, error: PinxitError, *, may_pass: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.may_pass = may_pass


def _is_address(text: str) -> bool:
    try:
        url = URL(text)
    except ValueError:
        return False
    return url.scheme in ("http", "https") and bool(url.host) and not (url.query_string or url.fragment or url.user)
