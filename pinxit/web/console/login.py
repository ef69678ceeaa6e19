"""Coming in from elsewhere: an access key or the operator's password becomes a cookie."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from pinxit.data.keys import KeyScope
from pinxit.data.sessions import LASTS
from pinxit.domain.errors import Code, Refused
from pinxit.web.answers import to_json
from pinxit.web.body import read_object
from pinxit.web.console.rendering import Shell
from pinxit.web.console.site import HEADERS
from pinxit.web.console.visitors import language, theme
from pinxit.web.fields import check_fields
from pinxit.web.schemas import Answered, Sent
from pinxit.web.trust import COOKIE, client_of, is_cross_origin

if TYPE_CHECKING:
    from pinxit.config.tree import WebSettings
    from pinxit.domain.ids import KeyId
    from pinxit.web.console.site import Site
    from pinxit.web.trust import Trust

_MOST_SECRET_CHARS = 1000


class SecretBody(Sent):
    """What is shown at the door."""

    secret: str = Field(max_length=_MOST_SECRET_CHARS)


class Done(Answered):
    """It worked."""

    ok: bool = True


def login_router(site: Site, trust: Trust, web: WebSettings) -> APIRouter:
    """Return the routes of the door."""
    router = APIRouter(include_in_schema=False)
    door = Door(site, trust, web)
    router.add_api_route("/login", door.show, methods=["GET"])
    router.add_api_route("/login", door.come_in, methods=["POST"])
    router.add_api_route("/logout", door.leave, methods=["POST"])
    return router


class Door:
    """Endpoints."""

    def __init__(self, site: Site, trust: Trust, web: WebSettings) -> None:
        self._site = site
        self._trust = trust
        self._studio = site.studio
        self._web = web

    async def show(self, request: Request) -> Response:
        """Ask for a secret, or go on where the visitor is known."""
        following = safe_address(request.query_params.get("next", ""))
        try:
            await self._site.visitors.visitor(request, is_visit=True)
        except Refused:
            shell = Shell(language(request), theme(request), "login")
            return self._site.answer(request, "login.html", shell, next=following)
        return RedirectResponse(following, 303, HEADERS)

    async def come_in(self, request: Request) -> Response:
        """Open a session. Raises Refused: SECRET_WRONG, SCOPE_MISSING, LOGIN_TRIES; KEY_MISSING for a strange page."""
        self._check_origin(request)
        body = check_fields(await read_object(request), SecretBody)
        key = await self._prove(body.secret, client_of(request))
        sessions = self._studio.store.sessions
        token = await sessions.open(key, body.secret, self._studio.clock.now())
        if before := request.cookies.get(COOKIE):
            await sessions.close(before)  # Its cookie is about to go, and nobody else is to have it.
        answer = to_json(Done())
        address = self._web.public_url or str(request.url)
        answer.set_cookie(
            COOKIE,
            token,
            max_age=int(LASTS.total_seconds()),
            secure=address.startswith("https:"),
            httponly=True,
            samesite="strict",
        )
        return answer

    async def leave(self, request: Request) -> Response:
        """End the session, if there is one."""
        self._check_origin(request)
        if token := request.cookies.get(COOKIE):
            await self._studio.store.sessions.close(token)
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    async def _prove(self, secret: str, client: str) -> KeyId | None:
        """Return the key that the secret is, or None for the operator's password.

        A key has 256 random bits, so it is looked up first: who holds one is not kept out by others' wrong guesses
        from behind the same proxy.
        """
        key = await self._studio.store.keys.find(secret, self._studio.clock.now())
        if key is not None:
            if not key.scopes & {KeyScope.SUBMIT, KeyScope.ACT_AS}:
                raise Refused(Code.SCOPE_MISSING, scope=KeyScope.SUBMIT.value)
            return key.id
        now_s = self._studio.clock.monotonic()
        self._trust.tries.check(client, now_s)
        password = self._web.password
        if password is None or not hmac.compare_digest(secret.encode(), password.get_secret_value().encode()):
            self._trust.tries.note(client, now_s)
            raise Refused(Code.SECRET_WRONG)
        return None

    def _check_origin(self, request: Request) -> None:
        if is_cross_origin(request.headers, request.url.scheme, self._web.public_url):
            raise Refused(Code.KEY_MISSING)


def safe_address(said: str) -> str:
    """Return a path of our own site to go on to, "/" where another one is meant; pure."""
    # Browsers read a backslash as a slash, and pass over tabs and line feeds.
    is_ours = said.startswith("/") and not said.startswith("//") and "\\" not in said and said.isprintable()
    return said if is_ours else "/"
