"""From errors to answers: the status, the sentence in the caller's language, and when to try again."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

import structlog
from starlette.exceptions import HTTPException

from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.facts import shown
from pinxit.web.answers import to_json
from pinxit.web.fields import SeveralRefused
from pinxit.web.schemas import Problem, Refusal
from pinxit.wording import LANGUAGES, say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from pinxit.actions.studio import Studio
    from pinxit.domain.errors import Fact
    from pinxit.domain.ids import PoolName
    from pinxit.domain.place import LaneLoad

ErrorPage: TypeAlias = "Callable[[Request, Refused, int], Response]"

log = structlog.get_logger(__name__)

STATUS: Mapping[Code, int] = {
    Code.BODY_MISSING: 400,
    Code.BODY_NOT_JSON: 400,
    Code.BODY_TOO_DEEP: 400,
    Code.KEY_MISSING: 401,
    Code.KEY_INVALID: 401,
    Code.SCOPE_MISSING: 403,
    Code.SECRET_WRONG: 403,
    Code.NOT_YOURS: 403,
    Code.NOT_ADMIN: 403,
    Code.NOT_ADMITTED: 403,
    Code.BANNED: 403,
    Code.GUILD_BANNED: 403,
    Code.MODEL_NOT_ALLOWED: 403,
    Code.IMAGE_WITHHELD: 403,
    Code.JOB_UNKNOWN: 404,
    Code.IMAGE_UNKNOWN: 404,
    Code.GUILD_UNKNOWN: 404,
    Code.PERSON_UNKNOWN: 404,
    Code.REPORT_UNKNOWN: 404,
    Code.NOT_FOUND: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.CHANNEL_UNKNOWN: 404,
    Code.JOB_ENDED: 409,
    Code.JOB_NOT_ENDED: 409,
    Code.JOBS_RUNNING: 409,
    Code.CONFIRM_NEEDED: 409,
    Code.NAME_TAKEN: 409,
    Code.LINK_SELF: 409,
    Code.LINK_NOTHING: 409,
    Code.LINK_WRONG: 403,
    Code.TICKET_GONE: 410,
    Code.SOURCE_GONE: 410,
    Code.IMAGE_GONE: 410,
    Code.IMAGE_BROKEN: 410,
    Code.BODY_TOO_LARGE: 413,
    Code.MEDIA_TYPE: 415,
    Code.FULL_PERSON: 429,
    Code.FULL_GUILD: 429,
    Code.FULL_ALL: 429,
    Code.QUOTA_SPENT: 429,
    Code.COOLDOWN: 429,
    Code.REPORTS_FULL: 429,
    Code.LOGIN_TRIES: 429,
    Code.INTERNAL: 500,
    Code.CHAT_SILENT: 503,
    Code.DM_CLOSED: 409,
    Code.STOPPING: 503,
    Code.STREAMS_FULL: 503,
}
WRONG = 422  # Everything else is about what the request asks for.
_FULL = (Code.FULL_PERSON, Code.FULL_GUILD, Code.FULL_ALL)
_BEARER = 'Bearer realm="pinxit"'
_FOR_PROGRAMS = ("/api/", "/worker/", "/health", "/metrics", "/openapi.json", "/static/")
_STOPPING_S = 10
_LONGEST_S = 60
_TAG = re.compile(r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")


def status_of(code: Code, facts: Mapping[str, Fact]) -> int:
    """Return the HTTP status of a refusal; pure. What is not there is a wrong field where a field names it."""
    status = STATUS.get(code, WRONG)
    return WRONG if status in (404, 410) and "field" in facts else status


def locale_of(accept_language: str) -> str:
    """Return the language of ours that the caller likes best, English if none; pure."""
    liked: dict[str, float] = {}
    for part in accept_language[:1000].split(","):
        if match := _TAG.fullmatch(part):
            language = match[1].lower()
            liked[language] = max(liked.get(language, 0.0), float(match[2] or 1))
    known = [language for language in liked if language in LANGUAGES and liked[language] > 0]
    return max(known, key=lambda language: liked[language], default="en")


def retry_after_s(
    refused: Refused, lanes: Iterable[LaneLoad], workers: Mapping[PoolName, int], now: datetime
) -> int | None:
    """Return when it is worth trying again, None where it never is; pure.

    Full: about how long until one of the jobs that wait has gone. `lanes`: of all pools.
    """
    if refused.code in (Code.STOPPING, Code.STREAMS_FULL):
        return _STOPPING_S
    if refused.code in (Code.LOGIN_TRIES, Code.COOLDOWN):
        wait_s = refused.facts.get("retry_after_s")
        return max(1, math.ceil(wait_s)) if isinstance(wait_s, int | float) else None
    if refused.code is Code.QUOTA_SPENT and isinstance(resets := refused.facts.get("resets_at"), str):
        return max(1, math.ceil((datetime.fromisoformat(resets) - now).total_seconds()))
    if refused.code not in _FULL:
        return None
    queued, backlog_s = 0, 0.0
    for lane in lanes:
        queued += lane.queued
        backlog_s += lane.backlog_s
    mean_s = backlog_s / queued if queued else 1.0
    return min(_LONGEST_S, max(1, math.ceil(mean_s / max(1, sum(workers.values())))))


class Refusals:
    """Answers every error of a request."""

    def __init__(self, studio: Studio, *, has_password: bool, page: ErrorPage | None = None) -> None:
        """`page`: draws a refusal for somebody who opens an address that is not the API's."""
        self._studio = studio
        self._page = page
        self._challenge = _BEARER
        if has_password:
            self._challenge += ', Basic realm="pinxit", charset="UTF-8"'

    def attach(self, app: FastAPI) -> None:
        """Let `app` answer its errors with this."""
        handlers: Sequence[tuple[type[Exception], Callable[..., Awaitable[Response]]]] = (
            (Refused, self.refused),
            (Unavailable, self.unavailable),
            (HTTPException, self.unrouted),
        )
        for kind, handler in handlers:
            app.add_exception_handler(kind, handler)

    async def refused(self, request: Request, error: Refused) -> Response:
        """Answer a refusal."""
        queue = self._studio.queue
        lanes = (lane for lanes in queue.lanes().values() for lane in lanes)
        wait_s = retry_after_s(error, lanes, queue.workers(), self._studio.clock.now())
        headers = {} if wait_s is None else {"Retry-After": str(wait_s)}
        status = status_of(error.code, error.facts)
        if status == 401:  # noqa: PLR2004 - the status that must name how to show a key
            # To our own pages a browser would add a window that asks for a password; they have a page for that.
            is_our_page = request.headers.get("sec-fetch-site") == "same-origin"
            headers["WWW-Authenticate"] = _BEARER if is_our_page else self._challenge
        return self._answer(request, error, status, headers, wait_s)

    async def unavailable(self, request: Request, error: Unavailable) -> Response:
        """Answer that the server is stopping, or cannot write."""
        log.warning("unavailable", reason=str(error))
        return await self.refused(request, Refused(Code.STOPPING))

    async def unrouted(self, request: Request, error: HTTPException) -> Response:
        """Answer an address or a method that we do not have."""
        headers = dict(error.headers or {})
        if error.status_code == 405:  # noqa: PLR2004 - the framework's own
            allowed = sorted(filter(None, (method.strip() for method in headers.get("Allow", "").split(","))))
            refused = Refused(Code.METHOD_NOT_ALLOWED, value=shown(request.method), allowed=allowed)
        elif error.status_code == 404:  # noqa: PLR2004 - the framework's own
            refused = Refused(Code.NOT_FOUND, value=shown(request.url.path))
        else:
            refused = Refused(Code.INTERNAL)
        return self._answer(request, refused, error.status_code, headers, None)

    def internal(self, request: Request) -> Response:
        """Answer that we made a mistake, and say nothing about it."""
        mistake = Refused(Code.INTERNAL)
        try:
            return self._answer(request, mistake, 500, {}, None)
        except Exception:  # The mistake may be in what every page is made with.
            log.exception("an error cannot be shown as a page")
            return self._as_json(request, mistake, 500, {}, None)

    def _answer(
        self, request: Request, error: Refused, status: int, headers: Mapping[str, str], wait_s: int | None
    ) -> Response:
        if self._page is not None and is_for_eyes(request):
            log.info("refused", code=error.code.value, status=status)
            page = self._page(request, error, status)
            page.headers.update(headers)
            return page
        return self._as_json(request, error, status, headers, wait_s)

    def _as_json(
        self, request: Request, error: Refused, status: int, headers: Mapping[str, str], wait_s: int | None
    ) -> Response:
        locale = getattr(request.state, "locale", "") or locale_of(request.headers.get("accept-language", ""))
        correlation = str(request.state.correlation_id)
        extra = {"retry_after_s": wait_s, "correlation_id": correlation}
        first = _problem(error, locale, extra)
        several = error.all if isinstance(error, SeveralRefused) else ()
        refusal = Refusal(
            error=first.error,
            message=first.message,
            field=first.field,
            allowed=first.allowed,
            retry_after_s=wait_s,
            errors=[_problem(one, locale, extra) for one in several] or None,
            correlation_id=correlation,
        )
        log.info("refused", code=error.code.value, status=status, field=first.field)
        return to_json(refusal, status, headers, is_brief=True)


def is_for_eyes(request: Request) -> bool:
    """Tell whether a browser opens this as a page of the console; pure. Scripts and programs read JSON."""
    return (
        request.method == "GET"
        and "text/html" in request.headers.get("accept", "").lower()
        and request.headers.get("sec-fetch-dest", "document") == "document"
        and not request.scope["path"].startswith(_FOR_PROGRAMS)
    )


def _problem(error: Refused, locale: str, extra: Mapping[str, Fact]) -> Problem:
    field, allowed = error.facts.get("field"), error.facts.get("allowed")
    return Problem(
        error=error.code.value,
        field=field if isinstance(field, str) else None,
        message=say(locale, error.code, {**error.facts, **extra}),
        allowed=list(allowed) if isinstance(allowed, list) else None,
    )
