"""One provider over HTTP: bounded calls that are made again where that is right, polling, and its pictures."""

from __future__ import annotations

import asyncio
import json as json_text
import random
from typing import TYPE_CHECKING, Self, TypeVar

import aiohttp

from pinxit import __version__
from pinxit.domain.errors import Broken, Temporary
from pinxit.generators.http_answers import Answer, Mask, read_answer
from pinxit.generators.http_downloads import fetch
from pinxit.generators.http_errors import NOT_BILLED, error_of, fault_of
from pinxit.generators.http_origin import Origin
from pinxit.generators.http_pictures import Picture, read_picture
from pinxit.generators.http_retry import Later, Retry, again

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from types import TracebackType

    from aiohttp.abc import AbstractResolver
    from yarl import URL

    from pinxit.domain.errors import PinxitError
    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json

__all__ = ["Answer", "Api", "Picture", "Retry"]

T = TypeVar("T")

ANSWER_BYTES = 64 * 2**20  # Four pictures of 10 MB in base64 have room in it.
PICTURE_BYTES = 30 * 2**20
_CONNECT_S = 10.0
_PATIENT = Retry()


class Api:
    """One provider, for `async with` or until `aclose`; concurrent calls share its connections.

    `name`: as error texts call it. `headers`: sent with every call, the key among them, and never with a download.
    `timeout_s`: for a whole call with everything that is made again; waiting for one of the `at_once` places does not
    count. `retries`: the most for any call. `secrets`: texts that no answer and no error holds. `also_hosts`: further
    hosts of the provider that get the key, over https; ".bfl.ai" means every host below. `chance`: 0 … 1, for jitter.
    `lookup`: who resolves the names of downloads; None: the system. Proxies of the environment are not heeded.
    Raises ValueError for a base_url that is no http(s) URL.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        clock: Clock,
        *,
        headers: Mapping[str, str] = {},
        timeout_s: float = 60.0,
        retries: int = 3,
        at_once: int = 10,
        secrets: Collection[str] = (),
        also_hosts: Collection[str] = (),
        connect_s: float = _CONNECT_S,
        chance: Callable[[], float] | None = None,
        lookup: AbstractResolver | None = None,
    ) -> None:
        self.name = name
        self._origin = Origin(base_url, also_hosts)
        self._clock = clock
        self._headers = {"User-Agent": f"Pinxit/{__version__}", "Accept-Encoding": "identity", **headers}
        self._timeout_s = timeout_s
        self._retries = retries
        self._places = asyncio.Semaphore(at_once)
        self._at_once = at_once
        self._mask = Mask(secrets)
        self._connect_s = connect_s
        self._chance = chance or random.random
        self._lookup = lookup
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Let go of the connections; no call can be made afterwards."""
        self._is_closed = True
        if self._session is not None:
            await self._session.close()

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Json | None = None,
        form: aiohttp.FormData | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        is_billed: bool = False,
        refused: Callable[[Answer], PinxitError | None] | None = None,
        most_bytes: int = ANSWER_BYTES,
        retry: Retry = _PATIENT,
    ) -> Answer:
        """Return the provider's 2xx answer.

        `path`: below base_url, or a whole URL of the same origin or of `also_hosts`; a query in it is sent as it is
        written, while a space in `params` becomes "+". `is_billed`: never made again where it may have been billed.
        `refused`: sees every answer first, 2xx included, and returns the error that it is, or None.
        Raises what `refused` returns; Temporary (network, 408, 425, 429, 5xx, too slow; `unanswered` where a billed
        call's end is unknown); Broken (anything else, a redirect, more than `most_bytes`). No redirect is followed.
        """
        url = self._origin.url(path)
        if url is None:
            raise Broken(f"{self.name} names an address that is not its own, so it is not asked; correct its base_url")
        if params:
            url = url.update_query(params)
        body, sent = await _body(json, form)
        patience = Retry(min(retry.times, self._retries), retry.pauses_s, retry.statuses)
        whole_s = self._timeout_s if timeout_s is None else timeout_s
        allowed = retry.statuses & NOT_BILLED if is_billed else retry.statuses

        async def attempt(left_s: float) -> Answer:
            try:
                async with asyncio.timeout(left_s):
                    answer = await self._ask(
                        method, url, body, {**self._headers, **sent, **(headers or {})}, most_bytes
                    )
            except (aiohttp.ClientError, OSError, ValueError) as error:
                # `from None`: the library's errors hold URLs and headers.
                raise fault_of(self.name, error, whole_s, is_billed=is_billed) from None
            meaning = error_of(self.name, answer.status, answer.headers, self._clock.now(), is_billed=is_billed)
            fault = _refusal(refused, answer, meaning) or meaning
            if isinstance(fault, Temporary) and answer.status in allowed:
                raise Later(fault)
            if fault is not None:
                raise fault
            return answer

        return await self._again(attempt, patience, whole_s)

    async def download(
        self,
        url: str,
        *,
        allow_hosts: Collection[str] = (),
        most_bytes: int = PICTURE_BYTES,
        timeout_s: float = 60.0,
    ) -> Picture:
        """Return the picture at a URL that the provider named, asked without the key.

        Only https at public addresses, and any address of base_url's own host and port or of `allow_hosts` ("nas.local"
        or "127.0.0.1:8080"); every redirect is checked again. Raises Broken, Temporary; neither holds the URL.
        """
        allowed = {self._origin.host, *allow_hosts}

        async def attempt(left_s: float) -> bytes:
            try:
                async with asyncio.timeout(left_s):
                    return await fetch(
                        self.name,
                        url,
                        allow_hosts=allowed,
                        most_bytes=most_bytes,
                        lookup=self._lookup,
                        now=self._clock.now(),
                    )
            except (aiohttp.ClientError, OSError) as error:
                raise fault_of(f"{self.name}: the server of a picture", error, timeout_s, is_billed=False) from None

        data = await self._again(attempt, Retry(self._retries), timeout_s)
        return await asyncio.to_thread(self.picture, data)

    def picture(self, data: bytes, **words: str) -> Picture:
        """Return the picture in `data`. Decodes all of it, some 10 ms a megapixel: call it by `asyncio.to_thread`.

        `words`: those of `read_picture`. Raises Broken: empty, no PNG, JPEG, WebP or GIF, cut off, too many pixels, or
        black all over.
        """
        return read_picture(self.name, data, **words)

    async def poll(
        self,
        ask: Callable[[], Awaitable[T | None]],
        *,
        timeout_s: float,
        pauses_s: Sequence[float] = (0.5, 1.0, 2.0),
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> T | None:
        """Return the first answer of `ask` that is not None, or None as soon as `is_cancelled` says so.

        `pauses_s`: before each time that it is asked again; the last one goes on. Raises Temporary after `timeout_s`.
        """
        end_s = self._clock.monotonic() + timeout_s
        pauses = iter(pauses_s)
        while not is_cancelled():
            found = await ask()
            if found is not None:
                return found
            pause_s = next(pauses, pauses_s[-1])
            if self._clock.monotonic() + pause_s > end_s:
                raise Temporary(f"{self.name} has not finished within {timeout_s:g} s; it may be asked again later")
            await self._clock.sleep(pause_s)
        return None

    async def _again(self, attempt: Callable[[float], Awaitable[T]], retry: Retry, timeout_s: float) -> T:
        return await again(
            attempt, retry, timeout_s=timeout_s, clock=self._clock, chance=self._chance, places=self._places
        )

    async def _ask(
        self, method: str, url: URL, body: bytes | None, headers: Mapping[str, str], most_bytes: int
    ) -> Answer:
        session = self._opened()
        async with session.request(method, url, data=body, headers=headers, allow_redirects=False) as response:
            return await read_answer(self.name, response, most_bytes, self._mask)

    def _opened(self) -> aiohttp.ClientSession:
        if self._is_closed:
            raise RuntimeError("this Api is closed")
        if self._session is None:  # Here, and not where it is made: a session belongs to the loop that it lives on.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._at_once),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._connect_s),
            )
            # aiohttp 3.14 asks a GET whose connection broke once more by itself: a call that nobody counts.
            self._session._retry_connection = False  # noqa: SLF001 - there is no public switch
        return self._session


def _refusal(
    refused: Callable[[Answer], PinxitError | None] | None, answer: Answer, meaning: PinxitError | None
) -> PinxitError | None:
    try:
        return refused(answer) if refused else None
    except Broken:
        # Somebody in between answers an error with a page of his own; it means what its status does.
        if meaning is None:
            raise
        return None


async def _body(json: Json | None, form: aiohttp.FormData | None) -> tuple[bytes | None, Mapping[str, str]]:
    """Return the body as bytes, which can be sent twice, and its headers."""
    if form is not None:
        payload = form()
        return await payload.as_bytes(), {"Content-Type": payload.headers["Content-Type"]}
    if json is not None:
        return json_text.dumps(json).encode(), {"Content-Type": "application/json"}
    return None, {}
