"""The routes of jobs: ask, look, listen, cancel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from pinxit.actions.cancel import cancel
from pinxit.actions.imagine import imagine_all
from pinxit.actions.look import find_job
from pinxit.actions.wishes import asks_of
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.facts import shown
from pinxit.web.answers import API, accepted, job_answer, links, to_json
from pinxit.web.body import read_object
from pinxit.web.drafts import SOURCE_FIELDS, to_fields
from pinxit.web.fields import check_fields
from pinxit.web.ids import to_job_id
from pinxit.web.leave import Leave
from pinxit.web.openapi import refusal
from pinxit.web.refusals import locale_of
from pinxit.web.schemas import Accepted, JobAnswer, JobBody
from pinxit.web.stream import Follower, Pace, follow
from pinxit.web.trust import speak_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.datastructures import Headers

    from pinxit.actions.imagine import Accepted as Taken
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.job import Job
    from pinxit.web.answers import Links
    from pinxit.web.closing import Closing
    from pinxit.web.trust import Trust

KEY = "Idempotency-Key"
REPLAY = "Idempotent-Replay"
_MAX_KEY_CHARS = 200
_REFUSED: dict[int | str, dict[str, Any]] = {
    status: refusal(text)
    for status, text in (
        (400, "The body is no JSON object."),
        (401, "A key is needed, or the one sent is not valid."),
        (403, "The key may not do this."),
        (413, "The body is too large."),
        (415, "The body is not application/json."),
        (422, "A field is wrong; `field` and `allowed` say how. Or the idempotency key was used for another wish."),
        (429, "Too much waits, or the quota is spent; Retry-After says when to try again."),
        (503, "The server is stopping; Retry-After says when to try again."),
    )
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {
    401: _REFUSED[401],
    403: _REFUSED[403],
    404: refusal("There is no such job, or it is not for you."),
}
KEY_HEADER = {
    "name": KEY,
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": _MAX_KEY_CHARS},
    "description": "Makes repeating harmless: the same key and body answer the same job. Printable ASCII.",
}
_BODY = {
    "parameters": [KEY_HEADER],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{JobBody.__name__}"}}},
    },
}


def jobs_router(
    studio: Studio, trust: Trust, closing: Closing, *, public_url: str | None = None, pace: Pace | None = None
) -> APIRouter:
    """Return the routes of jobs."""
    router = APIRouter(prefix=f"{API}/jobs", tags=["jobs"])
    stream_pace = pace or Pace()

    async def answer(job: Job, caller: Caller, request: Request) -> Response:
        card = await studio.queue.card(job)
        link, locale = links(request, public_url), locale_of(request.headers.get("accept-language", ""))
        now = studio.clock.now()
        return to_json(job_answer(card, link, locale, now, is_operator=caller.is_trusted))

    @router.post(
        "",
        status_code=202,
        response_model=Accepted,
        responses={200: {"model": Accepted, "description": "Only priced (dry_run)."}, **_REFUSED},
        openapi_extra=_BODY,
    )
    async def submit(request: Request) -> Response:
        """Ask for images.

        The job is durable when this answers: it survives whatever happens to the server. `Idempotent-Replay: true` says
        that it was there already.
        """
        caller = await trust.caller(request)
        if closing:
            raise Unavailable("the server is stopping")
        key = idempotency_key(request.headers)
        body = check_fields(await read_object(request, unchecked=SOURCE_FIELDS), JobBody)
        caller = speak_for(caller, body.guild, body.person, body.roles or ())
        fields = await to_fields(body, studio.house.limits)
        group = await imagine_all(asks_of(body.prompt or "", fields, caller, studio, key=key), studio)
        return await taken_answer(group, studio, request, links(request, public_url))

    @router.get("/{job_id}", response_model=JobAnswer, responses=_UNKNOWN)
    async def look(job_id: str, request: Request) -> Response:
        """Say how a job is going."""
        caller = await trust.caller(request)
        return await answer(await find_job(to_job_id(job_id), caller, studio), caller, request)

    @router.get(
        "/{job_id}/events",
        response_class=Response,
        responses={
            **_UNKNOWN,
            200: {
                "description": "Events named `state`, each with the job as JSON.",
                "content": {"text/event-stream": {}},
            },
            204: {"description": "The job has ended, and Last-Event-ID is its last state."},
        },
    )
    async def events(job_id: str, request: Request) -> Response:
        """Tell of every change of a job until it ends.

        `Last-Event-ID` names the state that the caller has already; it is not sent again.
        """
        caller = await trust.caller(request)
        locale = locale_of(request.headers.get("accept-language", ""))
        follower = Follower(to_job_id(job_id), caller, links(request, public_url), locale)
        leave = Leave(caller, partial(trust.caller, request), studio.clock, stream_pace.heartbeat_s)
        return await follow(follower, request.headers.get("last-event-id", ""), studio, closing, stream_pace, leave)

    @router.post(
        "/{job_id}/cancel",
        response_model=JobAnswer,
        responses={
            **_UNKNOWN,
            403: refusal("The job is somebody else's, or the key may not do this."),
            409: refusal("The job has ended."),
        },
    )
    async def stop(job_id: str, request: Request) -> Response:
        """Cancel a job: at once if it waits; if it runs, `cancel_requested` is true until its worker has stopped."""
        caller = await trust.caller(request)
        return await answer(await cancel(to_job_id(job_id), caller, studio), caller, request)

    @router.get(
        "/{job_id}/preview",
        response_class=Response,
        responses={**_UNKNOWN, 200: {"description": "At most 256 pixels a side.", "content": {"image/jpeg": {}}}},
    )
    async def preview(job_id: str, request: Request) -> Response:
        """Show what is being painted; 404 where there is nothing to show."""
        job = await find_job(to_job_id(job_id), await trust.caller(request), studio)
        data = studio.events.progress(job.id).preview
        if data is None:
            raise Refused(Code.NOT_FOUND, value="preview")
        return Response(data, media_type="image/jpeg")

    return router


async def taken_answer(group: Sequence[Taken], studio: Studio, request: Request, link: Links) -> Response:
    """Return the answer to wishes that became jobs, had become some before, or were only priced."""
    first, locale = group[0], locale_of(request.headers.get("accept-language", ""))
    if first.job is None:
        return to_json(accepted(group, None, link, locale))
    place = (await studio.queue.card(first.job)).place
    return to_json(accepted(group, place, link, locale), 202, {} if first.is_new else {REPLAY: "true"})


def idempotency_key(headers: Headers) -> str | None:
    """Return the caller's key, or None if it sent none. Raises Refused."""
    keys = headers.getlist(KEY)
    if not keys:
        return None
    if len(keys) > 1:
        raise Refused(Code.FIELD_CONFLICT, field=KEY, value=shown(keys[0]), other=shown(keys[1]), allowed=[])
    return check_key(keys[0])


def check_key(key: str) -> str:
    """Return a key that makes repeating harmless, if it is one. Raises Refused."""
    if not 1 <= len(key) <= _MAX_KEY_CHARS or not (key.isascii() and key.isprintable()):
        allowed = [f"1 to {_MAX_KEY_CHARS} printable ASCII characters"]
        raise Refused(Code.FIELD_RANGE, field=KEY, value=shown(key), allowed=allowed)
    return key
