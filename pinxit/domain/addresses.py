"""Which addresses may be asked because somebody outside named them: public ones, and those that the operator allows."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from pinxit.domain.facts import is_text, shown

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_URL_CHARS = 2048
_START = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})+")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # How a host ends that some resolvers take for an address.
_HERE = (".localhost", ".local", ".internal", ".home.arpa")
_HTTPS_PORT = 443

_IPV6_GLOBAL = ipaddress.IPv6Network("2000::/3")  # All that IANA gives out; read 2026-11.
_IPV6_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address.
# Python 3.11 calls these global, and they lead elsewhere or nowhere.
_NOT_PUBLIC = (
    ipaddress.IPv4Network("192.0.0.0/24"),  # RFC 6890, protocol assignments; Oracle Cloud's metadata is there
    ipaddress.IPv4Network("192.88.99.0/24"),  # RFC 7526, 6to4 relays
    ipaddress.IPv4Network("168.63.129.16/32"),  # Microsoft, "What is IP address 168.63.129.16?", read 2026-11
    ipaddress.IPv6Network("2002::/16"),  # RFC 3056, 6to4: an IPv4 address inside
    ipaddress.IPv6Network("3fff::/20"),  # RFC 9637, documentation
)

NO_URL = "it is not a whole URL"


def fault_in_text(url: str) -> str | None:
    """Return why a URL must not even be parsed, or None; pure. No reason repeats the URL: parts of it may be secret."""
    start = _START.match(url)
    if len(url) > MAX_URL_CHARS:
        return f"it is longer than {MAX_URL_CHARS} characters"
    # Parsers disagree about white space, backslashes and escapes, so a URL that could be read twice is none.
    if not start or not is_text(url) or any(map(str.isspace, url)) or set(start[2]) & set("\\%"):
        return NO_URL
    if "@" in start[2]:
        return "it holds a user name or a password"
    _, bracket, inside = start[2].partition("[")
    if bracket and ":" not in inside.partition("]")[0]:  # RFC 3986 lets brackets hold future kinds of addresses.
        return NO_URL
    return None


def fault_in_target(scheme: str, host: str, port: int | None, allow_hosts: Collection[str]) -> str | None:
    """Return why a parsed URL must not be asked, or None, as far as it can be judged without the network; pure.

    `host`: in lower case, without a dot at its end. `allow_hosts`: "nas.local" or "127.0.0.1:8080"; there private
    addresses, plain http and any port are right.
    """
    if scheme in ("http", "https") and is_allowed(host, port, allow_hosts):
        return None
    if scheme != "https":
        return f"it starts with {shown(scheme)}://"
    if port != _HTTPS_PORT:
        return f"it names port {port}"
    return None if _may_be_public(host) else "its host is not public"


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Tell whether an address is on the open Internet; an IPv4 address inside an IPv6 one is judged by itself; pure."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _IPV6_NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        if address not in _IPV6_GLOBAL or address.scope_id is not None:
            return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address.version == network.version and address in network for network in _NOT_PUBLIC)


def is_allowed(host: str, port: int | None, allow_hosts: Collection[str]) -> bool:
    """Tell whether the operator named this host, with this port or with none; pure."""
    bracketed = f"[{host}]" if ":" in host else host
    return bool(host) and any(entry.lower() in (host, bracketed, f"{bracketed}:{port}") for entry in allow_hosts)


def _may_be_public(host: str) -> bool:
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        # 127.1, 0x7f.1 and 2130706433 are no addresses here, and are to the C library.
        is_name = _NAME.fullmatch(host) is not None and _NUMBER.fullmatch(host) is None
        return is_name and not host.endswith(_HERE)
