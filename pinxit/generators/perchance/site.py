"""Perchance's site as its package drives it, in a browser of our choice and with errors of ours.

Only what paints imports this: the package brings Playwright, and with it a second of starting and much memory.
Source: perchance 0.1.0, read 2026-11.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict
from perchance import ImageGenerator  # type: ignore[import-untyped]  # The package has no types.
from perchance.errors import (  # type: ignore[import-untyped]  # As above.
    AuthenticationError,
    PerchanceError,
    RateLimitError,
)
from playwright.async_api import Error, async_playwright

from pinxit.domain.errors import Broken, GeneratorError, Temporary
from pinxit.domain.seeds import SEED_LIMIT
from pinxit.generators.http_errors import error_of
from pinxit.generators.http_retry import retry_after_s

if TYPE_CHECKING:
    from playwright.async_api import Browser, Response

    from pinxit.domain.ports import Clock

# Cloudflare's check comes as 403; a page of 200 without a key is one of another make.
_CLOSED = frozenset({200, 401, 403})
_KEPT_OUT_S = 1800.0  # Nothing but a person in front of a browser lets anybody in again.
# On every page that checks for a person. Cloudflare, "Detecting a Challenge Page", 2026-11.
_CHALLENGE = "cf-mitigated"


@dataclass(frozen=True, slots=True)
class Wish:
    """One picture as the package takes it. `shape`: square, portrait or landscape. `guidance_scale`: 1 to 30."""

    prompt: str
    negative_prompt: str
    seed: int
    shape: str
    guidance_scale: float


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture's file as it came. `seed`: which one the site used. `maybe_nsfw`: what the site's own filter says."""

    data: bytes
    seed: int
    maybe_nsfw: bool


class Site:
    """The site in one browser, from `open` to `close`; one picture at a time.

    `name`: the generator's, for errors. `chromium`: the browser's path; "": the one that Playwright installs.
    """

    def __init__(self, name: str, base_url: str, chromium: str, clock: Clock) -> None:
        self._name = name
        self._clock = clock
        self._package = _Package(base_url, chromium)

    @property
    def is_open(self) -> bool:
        """Tell whether there is a browser, and it lives."""
        return self._package.browser is not None and self._package.browser.is_connected()

    async def open(self) -> None:
        """Start the browser, in half a minute at most. Raises Broken where it does not start."""
        try:
            await self._package.open()
        except Error as error:
            cure = f"run `playwright install chromium`, or set generators.{self._name}.chromium to the path of one"
            raise Broken(f"{self._name} cannot start Chromium; {cure}") from error

    async def close(self) -> None:
        """End the browser and all that belongs to it."""
        await self._package.close()

    async def paint(self, wish: Wish) -> Painted:
        """Return the picture. Cancelled, it closes the page, which breaks the call off.

        Raises Temporary and Broken; no text holds anything that the site says.
        """
        self._package.last = None
        try:
            result = await self._package.image(
                wish.prompt,
                negative_prompt=wish.negative_prompt or None,
                seed=wish.seed,
                shape=wish.shape,
                guidance_scale=wish.guidance_scale,
            )
            data = (await result.download()).getvalue()
        except (PerchanceError, Error, KeyError, TypeError, ValueError) as error:
            # `from None`: the browser's error quotes the answer, which may repeat the prompt.
            raise self._meaning(error) from None
        finally:
            await self._package.close_pages()
        is_seed = isinstance(result.seed, int) and 0 <= result.seed < SEED_LIMIT
        return Painted(data, result.seed if is_seed else wish.seed, result.maybe_nsfw is True)

    def _meaning(self, error: Exception) -> GeneratorError:
        """Return our error; the status of the last answer says more than the package does."""
        name, last = self._name, self._package.last
        headers = CIMultiDict(last.headers if last else {})
        if isinstance(error, RateLimitError):
            after_s = retry_after_s(headers.get("Retry-After", ""), self._clock.now())
            return Temporary(f"{name} is asked too often; it may be asked again later", retry_after_s=after_s)
        status = last.status if last else 0
        if (
            _CHALLENGE in headers
            or status in (401, 403)
            or (isinstance(error, AuthenticationError) and status in _CLOSED)
        ):
            return Broken(
                f"{name} is kept out: Perchance lets no program in at the moment, only people in a browser;"
                " name another generator",
                rest_s=_KEPT_OUT_S,
            )
        if last and (known := error_of(name, status, headers, self._clock.now(), is_billed=False)):
            return known
        if isinstance(error, KeyError | TypeError | ValueError):
            # {"status": "invalid_key"} and whatever else has no picture in it; the package keeps to itself what it was.
            return Temporary(
                f"{name} answers without a picture, as where its own key has expired; it may be asked again"
            )
        return Temporary(f"{name} cannot be reached, or breaks off; it may be asked again later")


class _Package(ImageGenerator):  # type: ignore[misc]  # The package has no types.
    """The package's generator with our address and browser. `last`: the site's last answer."""

    def __init__(self, base_url: str, chromium: str) -> None:
        super().__init__()
        self.BASE_URL = base_url
        self.last: Response | None = None
        self._chromium = chromium
        self._browser: Browser | None
        self._pw: Any
        self._context: Any

    @property
    def browser(self) -> Browser | None:
        return self._browser

    async def open(self) -> None:
        await self._start()

    async def close(self) -> None:
        try:
            await super().close()
        except Error:  # The browser has died, which leaves what drives it.
            await self._pw.stop()

    async def close_pages(self) -> None:
        """Close what the site's own scripts have opened; the package closes only what it opens itself."""
        for page in self._context.pages if self._context is not None else ():
            with suppress(Error):
                await page.close()

    async def _start(self) -> None:
        """Start what is not there yet; the package does it before each picture, with no say in which browser."""
        if self._pw is None:
            self._pw = await async_playwright().start()
        if self._browser is None:
            self._browser = await self._pw.chromium.launch(executable_path=self._chromium or None, headless=True)
        is_new = self._context is None
        await super()._start()
        if is_new:
            self._context.on("response", self._note)

    def _note(self, response: Response) -> None:
        if response.url.startswith(self.BASE_URL):
            self.last = response
