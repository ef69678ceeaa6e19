"""Fetch the pictures that providers name by URL: no key, https and public addresses, bounded in bytes and redirects."""

from __future__ import annotations

import ipaddress
import socket
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from pinxit import __version__
from pinxit.domain.addresses import NO_URL, fault_in_target, fault_in_text, is_allowed, is_public
from pinxit.domain.errors import Broken, Temporary
from pinxit.generators.http_answers import is_compressed, read_at_most
from pinxit.generators.http_retry import Later, retry_after_s

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

_MAX_REDIRECTS = 5
_HEADERS = {
    "User-Agent": f"Pinxit/{__version__}",
    "Accept": "image/*",
    # A small compressed answer could unfold to gigabytes, and images gain nothing by it.
    "Accept-Encoding": "identity",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429})


async def fetch(
    name: str,
    url: str,
    *,
    allow_hosts: Collection[str],
    most_bytes: int,
    lookup: AbstractResolver | None,
    now: datetime,
) -> bytes:
    """Return what lies at `url`, asked without any key, cookie or proxy. The caller bounds the time.

    `name`: the provider's, for errors, none of which holds the URL: who has it may have the picture.
    `allow_hosts`: where private addresses, plain http and any port are right. `lookup`: who resolves names; None: the
    system. Raises Broken, Later (an answer or a fault that may pass), aiohttp.ClientError.
    """
    target = _checked(name, url, allow_hosts)
    resolver = PublicOnly(lookup or aiohttp.ThreadedResolver(), allow_hosts)
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                async with session.get(target, allow_redirects=False) as response:
                    if response.status not in _REDIRECTS:
                        return await _body(name, response, most_bytes, now)
                    place = response.headers.get("Location", "")
            except PrivateAddressError:
                raise _refused(name, "its host is not public") from None
            try:
                onward = urljoin(str(target), place)
            except ValueError:
                raise _refused(name, "it redirects to something that is no URL") from None
            target = _checked(name, onward, allow_hosts)
    raise _refused(name, f"it redirects more than {_MAX_REDIRECTS} times")


async def _body(name: str, response: aiohttp.ClientResponse, most_bytes: int, now: datetime) -> bytes:
    status = response.status
    if status >= 500 or status in _LATER:  # noqa: PLR2004 - the class of a server's own errors
        after_s = retry_after_s(response.headers.get("Retry-After", ""), now)
        text = f"{name}: the server of a finished picture has trouble of its own ({status})"
        raise Later(Temporary(text, retry_after_s=after_s))
    if status != HTTPStatus.OK:
        raise Broken(f"{name}: a finished picture cannot be fetched, its server answered {status}")
    if is_compressed(response):
        raise Broken(f"{name}: a finished picture came compressed, which was not asked for")
    data, is_whole = await read_at_most(response, most_bytes)
    if not is_whole:
        raise Broken(f"{name}: a finished picture has more than the {most_bytes} bytes that are taken")
    return data


def _checked(name: str, url: str, allow_hosts: Collection[str]) -> URL:
    fault = fault_in_text(url)
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
    raise _refused(name, fault)


def _refused(name: str, fault: str) -> Broken:
    return Broken(f"{name} names a picture by an address that is not asked: {fault}")


class PrivateAddressError(Exception):
    """A name leads to an address that is not public."""


class PublicOnly(AbstractResolver):
    """Resolve names for the connection itself, so that no second answer of a name server can come between."""

    def __init__(self, lookup: AbstractResolver, allow_hosts: Collection[str]) -> None:
        self._lookup = lookup
        self._allow_hosts = allow_hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host. Raises PrivateAddressError: one of them is not public."""
        found = await self._lookup.resolve(host, port, family)
        # One private address among public ones is reason enough: which of them is tried first is chance.
        is_right = is_allowed(host.lower().removesuffix("."), port, self._allow_hosts)
        if not is_right and not all(is_public(ipaddress.ip_address(one["host"])) for one in found):
            raise PrivateAddressError
        return found

    async def close(self) -> None:
        """Close what was asked."""
        await self._lookup.close()
