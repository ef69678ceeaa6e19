"""Fetch what a person names by URL: https, public addresses, bounded in time, bytes and redirects."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from pinxit import __version__
from pinxit.domain.addresses import NO_URL, fault_in_target, fault_in_text
from pinxit.domain.errors import Code, Refused, Temporary
from pinxit.domain.facts import shown
from pinxit.generators.http_downloads import PrivateAddressError, PublicOnly

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import TracebackType

    from aiohttp.abc import AbstractResolver

MAX_REDIRECTS = 5
_CHUNK_BYTES = 64 * 1024
_HEADERS = {
    "User-Agent": f"Pinxit/{__version__}",
    "Accept": "image/*",
    # A small compressed answer could unfold to gigabytes, and images gain nothing by it.
    "Accept-Encoding": "identity",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429})


class Downloads:
    """One HTTP client for sources. Concurrent fetches share nothing: no cookies, no connections, no cached names.

    `allow_hosts`: "nas.local" or "127.0.0.1:8080"; there private addresses, plain http and any port are right.
    `timeout_s`: for a whole fetch, redirects included. `lookup`: who resolves names; None: the system.
    Environment variables for proxies are not heeded: a proxy would resolve names by itself, unchecked.
    """

    def __init__(
        self,
        allow_hosts: Collection[str],
        timeout_s: float,
        max_bytes: int,
        *,
        lookup: AbstractResolver | None = None,
    ) -> None:
        self._allow_hosts = frozenset(allow_hosts)
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._lookup = lookup
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        resolver = PublicOnly(self._lookup or aiohttp.ThreadedResolver(), self._allow_hosts)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),  # `fetch` has the one clock for everything.
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(self, url: str, *, field: str = "images") -> bytes:
        """Return what lies at `url`, whatever it is. `field`: the request's field that named it.

        Raises Refused: SOURCE_URL_REFUSED, SOURCE_TOO_LARGE, SOURCE_INVALID (compressed), SOURCE_UNREACHABLE.
        Raises Temporary: too slow, 5xx, 408, 425, 429, or a network that may come back. No error holds the URL.
        """
        target = check_url(url, self._allow_hosts, field=field)
        host = shown(target.host)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(target, field)
        except TimeoutError as error:
            raise Temporary(f"a source at {host} did not come within {self._timeout_s:g} s") from error
        except (aiohttp.ClientError, PrivateAddressError) as error:
            raise _translated(error, field, host) from error

    async def _follow(self, target: URL, field: str) -> bytes:
        assert self._session is not None  # noqa: S101 - `async with` opened it
        for _ in range(MAX_REDIRECTS + 1):
            async with self._session.get(target, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    return await self._body(response, field)
                place = response.headers.get("Location", "")
            try:
                target = check_url(urljoin(str(target), place), self._allow_hosts, field=field)
            except ValueError as error:
                raise _refused_url("it redirects to something that is no URL", field) from error
        raise _refused_url(f"it redirects more than {MAX_REDIRECTS} times", field)

    async def _body(self, response: aiohttp.ClientResponse, field: str) -> bytes:
        status = response.status
        if status >= 500 or status in _LATER:  # noqa: PLR2004 - the class of a server's own errors
            raise Temporary(f"a source's server answered {status}", retry_after_s=_retry_after_s(response))
        if status != 200:  # noqa: PLR2004 - anything else is not the file, or not all of it
            reason = f"its server answered {status}"
            raise Refused(Code.SOURCE_UNREACHABLE, field=field, value=shown(response.url.host), reason=reason)
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            reason = f"it came compressed ({shown(encoding)}), which was not asked for"
            raise Refused(Code.SOURCE_INVALID, field=field, reason=reason)
        if response.content_length is not None and response.content_length > self._max_bytes:
            raise self._too_large(field)
        data = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            data += chunk
            if len(data) > self._max_bytes:
                raise self._too_large(field)
        return bytes(data)

    def _too_large(self, field: str) -> Refused:
        allowed = [f"at most {self._max_bytes} bytes"]
        return Refused(Code.SOURCE_TOO_LARGE, field=field, value="more", allowed=allowed)


def check_url(url: str, allow_hosts: Collection[str], *, field: str = "images") -> URL:
    """Return the address to ask, without its fragment, as far as it can be judged without the network; pure.

    `allow_hosts`: as for Downloads. Raises Refused (SOURCE_URL_REFUSED), whose facts hold the host at most: the rest of
    a URL may be a secret.
    """
    fault, host = fault_in_text(url), ""
    if fault is None:
        try:
            target = URL(url).with_fragment(None)
            host = (target.raw_host or "").lower().removesuffix(".")
            fault = fault_in_target(target.scheme, host, target.port, allow_hosts)
        except ValueError:
            fault = NO_URL
        else:
            if fault is None:
                return target
    raise _refused_url(fault, field, host)


def _translated(error: Exception, field: str, host: str) -> Refused | Temporary:
    if isinstance(error, PrivateAddressError):
        return _refused_url("its host is not public", field, host)
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    reason = "its server does not speak HTTP as it should"
    if isinstance(error, aiohttp.ClientSSLError) or isinstance(cause, ssl.SSLError | ssl.CertificateError):
        reason = "its server has no valid certificate"
    elif isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
        reason = "there is no such host"
    elif isinstance(cause, ConnectionRefusedError):
        reason = "its server does not answer"
    elif isinstance(error, aiohttp.ClientConnectorError):
        return Temporary(f"a source's server at {host} cannot be reached: {type(cause).__name__}")
    elif isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientOSError | aiohttp.ServerDisconnectedError):
        reason = "the connection was cut before the whole file had come"
    return Refused(Code.SOURCE_UNREACHABLE, field=field, value=host, reason=reason)


def _refused_url(reason: str, field: str, host: str = "") -> Refused:
    allowed = ["an https:// address of a public host"]
    return Refused(Code.SOURCE_URL_REFUSED, field=field, value=shown(host), reason=reason, allowed=allowed)


def _retry_after_s(response: aiohttp.ClientResponse) -> float | None:
    """Read Retry-After in seconds; its other form, a date, is left to the queue's own pause."""
    text = response.headers.get("Retry-After", "").strip()
    return float(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
