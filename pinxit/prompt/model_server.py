"""An OpenAI-compatible server, asked once and bounded in time; every failure is Temporary and tells no secret."""

from __future__ import annotations

import asyncio
import base64
import importlib
import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit

from pinxit.domain.errors import Temporary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence
    from types import TracebackType

    from httpx2 import Request
    from openai import AsyncOpenAI, Omit
    from openai.types import ModerationMultiModalInputParam
    from openai.types.chat import ChatCompletionContentPartImageParam, ChatCompletionMessageParam

T = TypeVar("T")

# All that is sent of what the SDK would: OPENAI_CUSTOM_HEADERS is for another server.
_SENT = frozenset(
    {
        *("accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"),
        *("transfer-encoding", "user-agent"),
    }
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderation server says of a text; `categories` as that server names them."""

    is_flagged: bool
    categories: tuple[str, ...]


class ModelServer:
    """One server with one model. The SDK is imported when this is entered, so it costs nothing unless configured.

    `api_key`: None sends none. `timeout_s`: for a whole call; a call is never repeated here.
    """

    def __init__(self, base_url: str, api_key: str | None, model: str, timeout_s: float) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._model = model
        self._timeout_s = timeout_s
        self._client: AsyncOpenAI | None = None

    async def __aenter__(self) -> Self:
        self._client = await asyncio.to_thread(self._open)  # The import alone takes half a second.
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.close()

    @property
    def is_on_this_machine(self) -> bool:
        """Tell whether what it is asked stays here: its host is a loopback address, or named localhost."""
        host = urlsplit(self._base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    async def complete(self, system: str, prompt: str) -> str:
        """Return what the model says to `prompt`, untouched. Raises Temporary, also where it was cut short."""
        return await self._chat([{"role": "system", "content": system}, {"role": "user", "content": prompt}])

    async def look(self, system: str, prompt: str, image: bytes, media_type: str) -> str:
        """Return what the model says to `prompt` about a picture, untouched. Raises Temporary, as `complete` does."""
        shown: ChatCompletionContentPartImageParam = {
            "type": "image_url",
            "image_url": {"url": _data_url(image, media_type)},
        }
        return await self._chat(
            [
                {"role": "system", "content": system},
                {"role": "user", "content": [{"type": "text", "text": prompt}, shown]},
            ]
        )

    async def _chat(self, messages: Sequence[ChatCompletionMessageParam]) -> str:
        client = self._opened()
        call = client.chat.completions.create(
            model=self._model, messages=messages, stream=False, extra_headers=self._headers()
        )
        answer = await self._ask(call)
        # The SDK checks nothing of an answer: any field may be missing or of another type.
        try:
            choice = answer.choices[0]
            said, ending = choice.message.content, choice.finish_reason
        except (AttributeError, IndexError, KeyError, TypeError):
            said, ending = None, "stop"
        if not isinstance(said, str) or ending == "length":
            raise Temporary(f"{self._base_url} gave no whole answer")
        return said

    async def moderate(self, text: str) -> Verdict:
        """Return the server's verdict. Raises Temporary, also for an answer that is no verdict."""
        return await self._judge(text)

    async def moderate_image(self, data: bytes, media_type: str) -> Verdict:
        """Return the server's verdict on a picture. Raises Temporary, as `moderate` does."""
        return await self._judge([{"type": "image_url", "image_url": {"url": _data_url(data, media_type)}}])

    async def _judge(self, given: str | list[ModerationMultiModalInputParam]) -> Verdict:
        from openai import omit  # noqa: PLC0415 - the SDK is imported where it is configured

        client = self._opened()
        call = client.moderations.create(input=given, model=self._model or omit, extra_headers=self._headers())
        answer = await self._ask(call)
        try:
            found = [(result.flagged, result.categories) for result in answer.results]
        except (AttributeError, TypeError):
            found = []
        if not found or not all(isinstance(flagged, bool) for flagged, _ in found):
            raise Temporary(f"{self._base_url} gave an answer that is no moderation")
        names = {name for _, categories in found for name in _true_names(categories)}
        return Verdict(any(flagged for flagged, _ in found), tuple(sorted(names)))

    async def _ask(self, call: Awaitable[T]) -> T:
        import openai  # noqa: PLC0415 - see the class

        # `from None` throughout: servers repeat the key or the prompt in their errors, and a traceback would show it.
        try:
            async with asyncio.timeout(self._timeout_s):
                return await call
        except (TimeoutError, openai.APITimeoutError):
            raise Temporary(f"{self._base_url} did not answer within {self._timeout_s:g} s") from None
        except openai.APIStatusError as error:
            later = _seconds(error.response.headers.get("retry-after", ""))
            raise Temporary(f"{self._base_url} answered {error.status_code}", retry_after_s=later) from None
        # JSON that is none is a ValueError, JSON that is too deep a RecursionError.
        except (openai.OpenAIError, ValueError, RecursionError) as error:
            raise Temporary(f"{self._base_url} cannot be asked: {type(error).__name__}") from None

    def _open(self) -> AsyncOpenAI:
        import openai  # noqa: PLC0415 - see the class

        for part in ("chat", "moderations"):  # The SDK would import them in the middle of the first call.
            importlib.import_module(f"openai.resources.{part}")
        return openai.AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",  # Without one the SDK takes OPENAI_API_KEY, which is for another server.
            timeout=self._timeout_s,
            max_retries=0,
            # A redirect would carry the prompt to a server that nobody configured.
            http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False, event_hooks={"request": [_strip]}),
        )

    def _opened(self) -> AsyncOpenAI:
        if self._client is None:
            raise RuntimeError("use a ModelServer inside `async with`")
        return self._client

    def _headers(self) -> Mapping[str, str | Omit]:
        from openai import omit  # noqa: PLC0415 - see the class

        # The SDK reads OPENAI_ORG_ID and OPENAI_PROJECT_ID by itself; they are for another server too.
        key = f"Bearer {self._api_key}" if self._api_key else omit
        return {"Authorization": key, "OpenAI-Organization": omit, "OpenAI-Project": omit}


class Asker:
    """Somebody who asks one model server, for `async with`: it is opened and closed with them."""

    def __init__(self, base_url: str, api_key: str | None, model: str, timeout_s: float) -> None:
        self._server = ModelServer(base_url, api_key, model, timeout_s)

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.__aexit__(kind, error, trace)

    @property
    def is_on_this_machine(self) -> bool:
        """Tell whether what it asks stays here."""
        return self._server.is_on_this_machine


async def _strip(request: Request) -> None:
    for name in set(request.headers) - _SENT:
        del request.headers[name]


def _data_url(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def _true_names(categories: object) -> list[str]:
    told = categories.to_dict() if hasattr(categories, "to_dict") else categories
    return [str(name) for name, value in told.items() if value is True] if isinstance(told, dict) else []


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
