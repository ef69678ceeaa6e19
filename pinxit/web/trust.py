"""Who the caller is, and what that allows.

A key says it, or the operator's password, or that the request comes from a program on this machine: over loopback, to
a localhost name, past no proxy and, from a browser, from our own pages. Anybody else is asked for a key.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation when it runs

from pinxit.data.keys import KeyScope
from pinxit.data.sessions import proof
from pinxit.domain.caller import ANONYMOUS, API, OPERATOR, Caller
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import GuildId, PersonId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.datastructures import Headers
    from starlette.requests import HTTPConnection

    from pinxit.config.tree import WebSettings
    from pinxit.data.keys import AccessKey, Keys
    from pinxit.data.sessions import Sessions
    from pinxit.domain.ports import Clock
    from pinxit.web.tries import Tries

COOKIE = "pinxit_session"  # Set by the login page; its SameSite=Strict keeps strangers' pages from using it.

_MOST_ROLES = 250  # Discord has as many in a guild: discord.com, "Server limits", read 2026-11.
_NAME = re.compile(r"[A-Za-z0-9_.:@-]{1,100}")
_LOCAL_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_FORWARDED_PREFIX = "x-forwarded"
_FORWARDED = frozenset(
    {
        "forwarded",
        "via",
        "x-real-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-original-forwarded-for",
        "x-original-host",
        "x-envoy-external-address",
        "x-envoy-internal",
        "true-client-ip",
        "client-ip",
        "cf-connecting-ip",
        "cf-ray",
        "fastly-client-ip",
        "fly-client-ip",
    }
)


@dataclass(frozen=True, slots=True)
class Trust:
    """Tells who is calling. Every method raises Refused where the answer is "nobody we know".

    `tries`: wrong passwords so far, here and at the login page.
    """

    keys: Keys
    sessions: Sessions
    web: WebSettings
    clock: Clock
    tries: Tries

    async def caller(self, request: HTTPConnection, *, is_visit: bool = False, is_look: bool = False) -> Caller:
        """Return who asks. `is_visit`: for a page, which may be opened by a link on a stranger's page.

        `is_look`: for a picture, which a key of scope admin opens as well: somebody has to decide about it.
        """
        key = await self._key(request)
        if key is not None:
            is_admin = is_look and KeyScope.ADMIN in key.scopes
            return _holder(key, KeyScope.ADMIN if is_admin else KeyScope.SUBMIT)
        if self._is_operator(request):
            return OPERATOR
        is_strange = is_cross_origin(request.headers, request.url.scheme, self.web.public_url)
        if is_strange and not (is_visit and is_navigation(request.headers)):
            # Whatever a browser adds by itself must not let a stranger's page act.
            raise Refused(Code.KEY_MISSING)
        if (known := await self.session_caller(request)) is not None:
            return known
        if is_local(None if request.client is None else request.client.host, request.headers):
            return OPERATOR
        if not self.web.authentication:
            return ANONYMOUS
        raise Refused(Code.KEY_MISSING)

    async def session_caller(self, request: HTTPConnection) -> Caller | None:
        """Return who logged in with this browser, or None: nobody, too long ago, or what was shown holds no more."""
        token = request.cookies.get(COOKIE)
        session = None if not token else await self.sessions.find(token, self.clock.now())
        if token is None or session is None:
            return None
        if session.key is not None:
            key = await self.keys.key(session.key, self.clock.now())
            return None if key is None else _holder(key, KeyScope.SUBMIT)
        password = self.web.password
        is_same = password is not None and hmac.compare_digest(session.proof, proof(token, password.get_secret_value()))
        return OPERATOR if is_same else None

    def gate(self, own_token: str) -> Callable[[Request], Awaitable[None]]:
        """Return the dependency of the workers' endpoint: only a key of scope `worker`, or this program's own token."""

        async def gate(request: Request) -> None:
            said = request.headers.get("authorization", "").encode("latin-1")
            if own_token and hmac.compare_digest(said, f"Bearer {own_token}".encode()):
                return
            key = await self._key(request)
            if key is None:
                raise Refused(Code.KEY_MISSING)
            _holder(key, KeyScope.WORKER)

        return gate

    async def require(self, request: HTTPConnection, scope: KeyScope) -> None:
        """Return if the caller is the operator, a program on this machine, or holds a key of this scope."""
        key = await self._key(request)
        if key is not None:
            _holder(key, scope)
            return
        if not (await self.caller(request)).is_trusted:
            raise Refused(Code.KEY_MISSING)

    async def admin(self, request: HTTPConnection) -> Caller:
        """Return who asks, if that is the operator, a program on this machine, or who holds a key of scope admin."""
        key = await self._key(request)
        if key is not None:
            return _holder(key, KeyScope.ADMIN)
        caller = await self.caller(request)
        if not caller.is_admin:
            raise Refused(Code.KEY_MISSING)
        return caller

    async def _key(self, request: HTTPConnection) -> AccessKey | None:
        """Return the key that was shown, or None if none was."""
        said = request.headers.getlist("authorization")
        if not said:
            return None
        scheme, _, secret = said[0].partition(" ")
        if len(said) > 1 or scheme.lower() not in ("bearer", "basic"):
            raise Refused(Code.KEY_INVALID)
        if scheme.lower() == "basic":
            return None
        key = await self.keys.find(secret.strip(), self.clock.now())
        if key is None:
            raise Refused(Code.KEY_INVALID)
        return key

    def _is_operator(self, request: HTTPConnection) -> bool:
        """Tell whether the operator's password was shown, by our own pages or a program."""
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        if is_cross_origin(request.headers, request.url.scheme, self.web.public_url):
            raise Refused(Code.KEY_MISSING)
        client, now_s = client_of(request), self.clock.monotonic()
        self.tries.check(client, now_s)
        if self.web.password is None or not hmac.compare_digest(
            _password(encoded), self.web.password.get_secret_value().encode()
        ):
            self.tries.note(client, now_s)
            raise Refused(Code.KEY_INVALID)
        return True


def client_of(request: HTTPConnection) -> str:
    """Return the address that a request comes from; behind a proxy that is the proxy's."""
    return "" if request.client is None else request.client.host


def is_local(client: str | None, headers: Headers) -> bool:
    """Tell whether a program on this machine speaks to us directly; pure.

    The Host stops a stranger's page whose name was bound anew to 127.0.0.1; the headers stop a proxy on this machine,
    behind which anybody may be.
    """
    if client is None or not _is_loopback(client):
        return False
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _LOCAL_HOST.fullmatch(hosts[0]):
        return False
    return not any(name in _FORWARDED or name.startswith(_FORWARDED_PREFIX) for name in map(str.lower, headers))


def is_cross_origin(headers: Headers, scheme: str, public_url: str | None = None) -> bool:
    """Tell whether a browser sends this for a page that is not ours; pure. A program sends neither header."""
    site = headers.getlist("sec-fetch-site")
    if any(said not in ("same-origin", "none") for said in site):
        return True
    origins = headers.getlist("origin")
    ours = {f"{scheme}://{headers.get('host', '')}".lower()}
    if public_url is not None:
        parts = urlsplit(public_url)
        ours.add(f"{parts.scheme}://{parts.netloc}".lower())
    return any(origin.lower() not in ours for origin in origins)


def is_navigation(headers: Headers) -> bool:
    """Tell whether a browser opens this as a page of its own; pure. The page that led there cannot read it."""
    return (
        headers.getlist("sec-fetch-mode") == ["navigate"]
        and headers.getlist("sec-fetch-dest") == ["document"]
        and "origin" not in headers  # A form sends one.
    )


def speak_for(caller: Caller, guild: str | None, person: str | None, roles: Sequence[str] = ()) -> Caller:
    """Return the caller as the guild and the person that the body names, with that person's roles there; pure.

    Raises Refused: SCOPE_MISSING (not trusted), FIELD_RANGE (not a name).
    """
    if len(roles) > _MOST_ROLES:
        raise Refused(Code.FIELD_RANGE, field="roles", value=str(len(roles)), allowed=[f"at most {_MOST_ROLES}"])
    for field, name in (("guild", guild), ("person", person), *(("roles", role) for role in roles)):
        if name is None:
            continue
        if not caller.is_trusted:
            raise Refused(Code.SCOPE_MISSING, field=field, value=shown(name), scope=KeyScope.ACT_AS.value, allowed=[])
        if not _NAME.fullmatch(name):
            allowed = ["1 to 100 letters, digits and _ . : @ -"]
            raise Refused(Code.FIELD_RANGE, field=field, value=shown(name), allowed=allowed)
    return replace(
        caller,
        guild=caller.guild if guild is None else GuildId(guild),
        person=caller.person if person is None else PersonId(person),
        roles=tuple(roles) or caller.roles,
    )


def startup_problem(host: str, *, has_password: bool, has_keys: bool, authentication: bool) -> str | None:
    """Return why the server must not listen on `host`, as a sentence with the cure, or None; pure."""
    if _is_loopback(host) or has_password or has_keys or not authentication:
        return None
    return (
        f"web.host is {host}, where others can reach the server, and nobody needs a key; "
        "set web.password, make a key with `pinxit keys create`, listen on 127.0.0.1, "
        "or let everybody in with ENABLE_AUTHENTICATION=false"
    )


def _holder(key: AccessKey, scope: KeyScope) -> Caller:
    may_act_as = KeyScope.ACT_AS in key.scopes
    if scope not in key.scopes and not (scope is KeyScope.SUBMIT and may_act_as):
        raise Refused(Code.SCOPE_MISSING, scope=scope.value)
    return Caller(key.guild, key.person, API, is_trusted=may_act_as, is_admin=KeyScope.ADMIN in key.scopes)


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _password(encoded: str) -> bytes:
    """Return the password of a Basic header, whoever it names; empty if it cannot be read."""
    try:
        return base64.b64decode(encoded.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
