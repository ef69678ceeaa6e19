"""One server of the images API, asked through the openai SDK; what may have been billed is never asked again."""

from __future__ import annotations

import asyncio
import importlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from multidict import CIMultiDict

from pinxit import __version__
from pinxit.domain.errors import Broken, Temporary
from pinxit.generators.http import ANSWER_BYTES
from pinxit.generators.http_answers import Answer, Mask
from pinxit.generators.http_errors import NOT_BILLED, error_of
from pinxit.generators.http_retry import Later, Retry, again
from pinxit.generators.openai_images_faults import fault_of_answer, fault_of_call
from pinxit.generators.openai_images_stream import read_stream

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    import httpx2
    from openai import AsyncOpenAI

    from pinxit.domain.errors import PinxitError
    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json
    from pinxit.generators.openai_images_bodies import Call

_CONNECT_S = 10.0
_RETRY = Retry()


@dataclass(frozen=True, slots=True)
class Access:
    """Where a server is and how it is entered.

    `api_key`: "" sends none. `is_azure`: the key goes into the header api-key. `api_version`: of Azure's classic
    addresses, with the deployment's name in them; "": its new ones, which are OpenAI's below /openai/v1.
    """

    base_url: str
    api_key: str = field(default="", repr=False)
    is_azure: bool = False
    api_version: str = ""


class Server:
    """One server, until `aclose`. The SDK is imported at the first call, so it costs nothing unless it paints.

    `timeout_s`: for a whole call with everything that is made again. `is_billed`: a call that may have been billed is
    never made again. `chance`: 0 … 1, for jitter. Proxies of the environment are not heeded, redirects not followed.
    """

    def __init__(
        self,
        name: str,
        access: Access,
        clock: Clock,
        *,
        timeout_s: float,
        at_once: int,
        is_billed: bool,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._access = access
        self._clock = clock
        self._timeout_s = timeout_s
        self._at_once = at_once
        self._is_billed = is_billed
        self._chance = chance
        self._mask = Mask((access.api_key,) if access.api_key else ())
        self._client: AsyncOpenAI | None = None
        self._opening = asyncio.Lock()

    @property
    def base_url(self) -> str:
        """Return the address that everything is below, without a slash at its end."""
        return self._access.base_url.rstrip("/")

    async def aclose(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.close()

    async def ask(self, call: Call, on_partial: Callable[[str], Awaitable[None]]) -> Mapping[str, Json]:
        """Return the server's answer, a JSON object with `data` and perhaps `usage`, streamed or not.

        `on_partial`: gets each partial picture as base64. Raises Refused (MODERATED and others), Temporary, Broken.
        """
        client = await self._opened()
        statuses = _RETRY.statuses & NOT_BILLED if self._is_billed else _RETRY.statuses

        async def attempt(left_s: float) -> Mapping[str, Json]:
            try:
                async with asyncio.timeout(left_s):
                    response = await self._ask(client, call)
                    if response.is_success and "text/event-stream" in response.headers.get("Content-Type", ""):
                        answer, streamed = await self._streamed(response, on_partial)
                    else:
                        answer, streamed = await self._whole(response), None
            except Exception as error:  # noqa: BLE001 - a bug is raised again there
                # `from None`: the SDK's errors hold the prompt, the URL and what the server said.
                raise fault_of_call(self.name, error, self._timeout_s, is_billed=self._is_billed) from None
            meaning = error_of(self.name, answer.status, answer.headers, self._clock.now(), is_billed=self._is_billed)
            said, fault = await asyncio.to_thread(_read, answer, streamed, meaning)
            if isinstance(fault, Temporary) and answer.status in statuses:
                raise Later(fault)
            if fault is not None:
                raise fault
            return said

        return await again(attempt, _RETRY, timeout_s=self._timeout_s, clock=self._clock, chance=self._chance)

    async def _ask(self, client: AsyncOpenAI, call: Call) -> httpx2.Response:
        """Return the answer, read or not yet, whatever its status is."""
        import openai  # noqa: PLC0415 - see the class

        images = client.images.with_raw_response
        given: dict[str, Any] = {**call.fields, "extra_body": call.extra or None}
        try:
            if call.images:
                files = [(f"image{number}.png", data, "image/png") for number, data in enumerate(call.images)]
                given["image"] = files if len(files) > 1 else files[0]
                if call.mask is not None:
                    given["mask"] = ("mask.png", call.mask, "image/png")
                raw = await images.edit(**given)
            else:
                raw = await images.generate(**given)
        except openai.APIStatusError as error:
            return error.response
        return cast("httpx2.Response", raw.http_response)

    async def _whole(self, response: httpx2.Response) -> Answer:
        data = await response.aread()
        headers = CIMultiDict((name, self._mask.of_text(value)) for name, value in response.headers.items())
        return Answer(response.status_code, headers, await asyncio.to_thread(self._mask.of, data), self.name)

    async def _streamed(
        self, response: httpx2.Response, on_partial: Callable[[str], Awaitable[None]]
    ) -> tuple[Answer, Mapping[str, Json]]:
        """Return a stream's end as an answer without a body, and what that body would have said."""
        status, said = await read_stream(self.name, response, self._mask, on_partial)
        if not said:
            text = f"{self.name} ended its stream without a picture; it may be asked again later"
            raise Temporary(text, unanswered=self._is_billed)
        return Answer(status, {}, b"", self.name), said

    def _headers(self) -> Mapping[str, str]:
        access = self._access
        headers = {"User-Agent": f"Pinxit/{__version__}", "Accept-Encoding": "identity"}
        if access.api_key and access.is_azure:
            return {**headers, "api-key": access.api_key}
        return {**headers, "Authorization": f"Bearer {access.api_key}"} if access.api_key else headers

    async def _opened(self) -> AsyncOpenAI:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._open)  # The import alone takes half a second.
            return self._client

    def _open(self) -> AsyncOpenAI:
        import httpx2  # noqa: PLC0415 - see the class
        import openai  # noqa: PLC0415 - see the class

        from pinxit.generators.openai_images_transport import Bounded  # noqa: PLC0415 - it imports httpx2

        importlib.import_module("openai.resources.images")  # The SDK would import it in the middle of the first call.
        access = self._access
        timeout = httpx2.Timeout(self._timeout_s, connect=_CONNECT_S)
        client = openai.DefaultAsyncHttpxClient(
            transport=Bounded(
                self.name,
                self._headers(),
                most_bytes=ANSWER_BYTES,
                at_once=self._at_once,
                is_tls=not access.base_url.startswith("http:"),
            ),
            trust_env=False,
            follow_redirects=False,  # A redirect would carry the key to a server that nobody configured.
            timeout=timeout,
        )
        key = "none"  # The transport has the right one; without any the SDK takes OPENAI_API_KEY.
        if access.api_version:
            return openai.AsyncAzureOpenAI(
                azure_endpoint=access.base_url,
                api_version=access.api_version,
                api_key=key,
                timeout=timeout,
                max_retries=0,
                http_client=client,
            )
        return openai.AsyncOpenAI(
            base_url=access.base_url, api_key=key, timeout=timeout, max_retries=0, http_client=client
        )


def _read(
    answer: Answer, streamed: Mapping[str, Json] | None, meaning: PinxitError | None
) -> tuple[Mapping[str, Json], PinxitError | None]:
    """Return what the answer says and the error that it is, or None. Blocks: an answer may have 60 MB."""
    try:
        said = answer.json() if streamed is None else streamed
    except Broken as error:
        # Somebody in between answers an error with a page of his own; it means what its status does.
        return {}, meaning or error
    if not isinstance(said, dict):
        return {}, meaning or Broken(f"{answer.name} answers with something that is no JSON object")
    return said, fault_of_answer(answer, said) or meaning
