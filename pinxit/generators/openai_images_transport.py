"""The connections of the openai SDK, bounded: no answer of any length, none compressed, no proxy of the environment."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx2

from pinxit.domain.errors import Broken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

_ERROR_BYTES = 2**20  # Of an answer that is an error, more is not read.
# All that is sent of what the SDK would: it takes further headers and keys out of the environment, for another server.
_SENT = frozenset({"accept", "connection", "content-length", "content-type", "host", "transfer-encoding"})


class Bounded(httpx2.AsyncHTTPTransport):
    """Sends `headers`, the key among them, with every call, and none but those that a call needs.

    Reads at most `most_bytes` of an answer, over at most `at_once` connections. `name`: the provider's, for errors.
    `is_tls`: else no certificates are loaded, which takes 30 ms, and no https address could be asked.

    Raises Broken out of the SDK's own errors: an answer that is longer, or compressed, which could unfold to gigabytes.
    """

    def __init__(self, name: str, headers: Mapping[str, str], *, most_bytes: int, at_once: int, is_tls: bool) -> None:
        verify = True if is_tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().__init__(verify=verify, trust_env=False, limits=httpx2.Limits(max_connections=at_once))
        self._name = name
        self._headers = headers
        self._most_bytes = most_bytes

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the answer; its body is counted while it is read, and an error's is cut."""
        needed = {name: value for name, value in request.headers.items() if name.lower() in _SENT}
        # A request of our own: the SDK reads its own headers again when the answer is there.
        sent = httpx2.Request(
            request.method,
            request.url,
            headers={**needed, **self._headers},
            stream=request.stream,
            extensions=request.extensions,
        )
        response = await super().handle_async_request(sent)
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
            await response.aclose()
            raise Broken(f"{self._name} answers with compressed data, which was not asked for")
        if isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Counted(response.stream, self._name, self._most_bytes, is_error=response.is_error)
        return response


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, name: str, most_bytes: int, *, is_error: bool) -> None:
        self._stream = stream
        self._name = name
        self._most_bytes = _ERROR_BYTES if is_error else most_bytes
        self._is_error = is_error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = self._most_bytes
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                if self._is_error:
                    return
                raise Broken(f"{self._name} answers with more than the {self._most_bytes} bytes that are taken")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
