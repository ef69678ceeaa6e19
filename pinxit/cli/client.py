"""The HTTP API as the command line asks it."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode

import aiohttp

from pinxit.cli.exits import LOCALE, Failure
from pinxit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from types import TracebackType

    from pinxit.cli.connection import Address

ASK_S = 30.0
SILENCE_S = 45.0  # The server breaks the silence of a stream every 15 s.
LONG_S = 3600.0  # Recomputing a large ledger, deleting many pictures.
_CONNECT_S = 10.0
_PROXY_STATUS = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
_LONGEST_LINE_BYTES = 4 * 2**20


class Declined(Failure):
    """The server refused; the text is its own sentence, `code` its word for the reason."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code


class Client:
    """One server. Use `async with`.

    Every call raises Unavailable where no answer of the server comes, Declined where it refuses, and Failure where
    what answers is something else.
    """

    def __init__(self, address: Address) -> None:
        self.url = address.url.rstrip("/")
        self._authorization = address.authorization

    async def __aenter__(self) -> Self:
        headers = {"Accept-Language": LOCALE}
        if self._authorization is not None:
            headers["Authorization"] = self._authorization
        # No cookies and no proxy from the environment: the key goes to this server and nowhere else.
        self._session = aiohttp.ClientSession(
            headers=headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            read_bufsize=_LONGEST_LINE_BYTES,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, path: str) -> dict[str, Any]:
        """Return the object at `path`."""
        return _object(await self._call("GET", path))

    async def post(
        self, path: str, body: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Send `body` as JSON and return the object that comes back."""
        return _object(await self._call("POST", path, body, headers))

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, object] | None = None,
        patience_s: float = ASK_S,
    ) -> dict[str, Any]:
        """Return the object that comes back, empty where nothing does. What is None in `query` is left out."""
        answer = await self._call(method, path_with(path, query or {}), body, patience_s=patience_s)
        return _object(answer) if answer else {}

    async def download(self, path: str) -> bytes:
        """Return the file at `path`."""
        return await self._call("GET", path)

    async def stream(self, path: str) -> AsyncGenerator[bytes, None]:
        """Yield the file at `path` piece by piece, however long it is; one that is cut off raises Unavailable."""
        patience = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S, sock_read=SILENCE_S)
        try:
            async with self._session.get(self.url + path, timeout=patience, allow_redirects=False) as response:
                if response.status != HTTPStatus.OK:
                    raise _refusal(response.status, await response.read())
                async for piece in response.content.iter_any():
                    yield piece
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _unreachable(error) from error

    async def events(self, path: str) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the object of each server-sent event, until the server ends the stream.

        Source: WHATWG HTML, "Server-sent events", read 2026-11.
        """
        patience = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S, sock_read=SILENCE_S)
        try:
            async with self._session.get(self.url + path, timeout=patience, allow_redirects=False) as response:
                if response.status != HTTPStatus.OK:
                    raise _refusal(response.status, await response.read())
                async for line in response.content:
                    name, _, value = line.partition(b":")
                    if name == b"data":  # Ours are one line each.
                        yield _object(value)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _unreachable(error) from error

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        patience_s: float = ASK_S,
    ) -> bytes:
        patience = aiohttp.ClientTimeout(total=patience_s, sock_connect=_CONNECT_S)
        try:
            async with self._session.request(
                method, self.url + path, json=body, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                status, answer = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise _unreachable(error) from error
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise _refusal(status, answer)
        return answer


def path_with(path: str, query: Mapping[str, object]) -> str:
    """Return a path with what is asked behind it; what is None is left out. Pure."""
    said = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{path}?{said}" if said else path


def _unreachable(error: BaseException) -> Unavailable:
    return Unavailable(f"the server cannot be reached ({type(error).__name__})")


def _refusal(status: int, answer: bytes) -> Failure | Unavailable:
    """Return the server's own sentence, or that it is stopping, or that somebody else answers."""
    try:
        said = json.loads(answer)
        sentence, code = str(said["message"]), str(said.get("error", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        sentence, code = f"What answers there is no Pinxit server (status {status}). Check the URL", ""
    return Unavailable(sentence) if status in _PROXY_STATUS else Declined(sentence, code)


def _object(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Failure("What answers there is no Pinxit server. Check the URL")
    return value
