"""The routes of what is the caller's own: quota, styles, descriptions, reports, personal data, the original prompt."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from pinxit.actions.describe import describe
from pinxit.actions.models import painters
from pinxit.actions.mydata import delete_mydata, export_mydata
from pinxit.actions.quota import balance
from pinxit.actions.report import report
from pinxit.actions.styles import Previews, list_styles
from pinxit.actions.use_original import use_original
from pinxit.domain.errors import Unavailable
from pinxit.domain.ids import ImageId, is_id
from pinxit.web.answers import API, links, to_json
from pinxit.web.answers_models import models_answer
from pinxit.web.answers_own import balance_answer, description_answer, style_answer
from pinxit.web.body import read_object
from pinxit.web.drafts import to_bytes
from pinxit.web.exports import LEAVE_S, download
from pinxit.web.fields import check_fields
from pinxit.web.ids import to_image_id, to_job_id
from pinxit.web.jobs import KEY_HEADER, idempotency_key, taken_answer
from pinxit.web.leave import Leave
from pinxit.web.queries import read_query
from pinxit.web.schemas import Accepted
from pinxit.web.schemas_models import ModelsAnswer
from pinxit.web.schemas_own import (
    BalanceAnswer,
    DeletedAnswer,
    DescribeBody,
    DescriptionAnswer,
    ReportBody,
    ReportedAnswer,
    StylesAnswer,
)
from pinxit.web.taking import asks, refuses, take, takes
from pinxit.web.trust import speak_for

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.web.closing import Closing
    from pinxit.web.trust import Trust

_FOR = {
    "guild": "Whose settings and limits; only for trusted callers.",
    "person": "Whose; only for trusted callers.",
}
_ROLES = {"roles": "The person's roles in the guild, with commas between; only for trusted callers."}
_PREVIEW = "image/webp"


def own_router(studio: Studio, trust: Trust, closing: Closing, *, public_url: str | None = None) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=API, tags=["own"])
    previews = Previews()

    async def spoken(request: HTTPConnection, *known: str) -> Caller:
        """Return the caller, as whom the query names."""
        caller = await trust.caller(request)
        said = read_query(request.query_params, (*_FOR, *known))
        roles = said["roles"].split(",") if "roles" in said else ()
        return speak_for(caller, said.get("guild"), said.get("person"), roles)

    @router.get(
        "/quota",
        response_model=BalanceAnswer,
        responses=refuses(401, 403, 422),
        openapi_extra=asks(**_FOR, **_ROLES),
    )
    async def quota(request: Request) -> Response:
        """Say what the caller may still ask for: every limit that holds, and what grants are left."""
        return to_json(balance_answer(await balance(await spoken(request, *_ROLES), studio)))

    @router.get("/models", response_model=ModelsAnswer, responses=refuses(401, 403, 422), openapi_extra=asks(**_FOR))
    async def models(request: Request) -> Response:
        """List who can paint: generators with their state and models, other names for models, and chains."""
        return to_json(models_answer(await painters(await spoken(request), studio)))

    @router.get("/styles", response_model=StylesAnswer, responses=refuses(401, 403, 422), openapi_extra=asks(**_FOR))
    async def styles(request: Request) -> Response:
        """List the styles that can be named: the guild's own, and those that everybody has."""
        found = await list_styles(await spoken(request), studio)
        link = links(request, public_url)
        return to_json(StylesAnswer(styles=[style_answer(style, link) for style in found]))

    @router.get(
        "/styles/{name}/preview",
        response_class=Response,
        responses={
            **refuses(401, 403, 422),
            200: {"description": "192 by 128 pixels.", "content": {_PREVIEW: {}}},
            304: {"description": "If-None-Match names the picture."},
        },
        openapi_extra=asks(**_FOR),
    )
    async def preview(name: str, request: Request) -> Response:
        """Show a style, drawn by sketch: the same subject for all of them."""
        data = await previews.preview(name, await spoken(request), studio)
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "Cache-Control": "private, no-cache"}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(data, headers=headers, media_type=_PREVIEW)

    @router.post(
        "/describe",
        response_model=DescriptionAnswer,
        responses=refuses(400, 401, 403, 404, 410, 422, 503),
        openapi_extra=takes(DescribeBody),
    )
    async def in_words(request: Request) -> Response:
        """Put a picture into words: what its file says, else what a model sees. Nothing is stored."""
        caller = await trust.caller(request)
        body = check_fields(await read_object(request, unchecked=("image",)), DescribeBody)
        text = body.image.strip()
        picture = ImageId(text) if is_id(text) else await to_bytes("image", text, studio.house.limits)
        found = await describe(picture, caller, studio, studio.describer, studio.moderator)
        return to_json(description_answer(found, links(request, public_url)))

    @router.post(
        "/images/{image_id}/report",
        status_code=201,
        response_model=ReportedAnswer,
        responses=refuses(400, 401, 403, 404, 410, 422, 429),
        openapi_extra=takes(ReportBody),
    )
    async def complain(image_id: str, request: Request) -> Response:
        """Report a picture to those who decide about it; a second report by the same person changes nothing."""
        caller = await trust.caller(request)
        body = await take(request, ReportBody)
        return to_json(ReportedAnswer(id=await report(to_image_id(image_id), body.reason, caller, studio)), 201)

    @router.post(
        "/jobs/{job_id}/original",
        status_code=202,
        response_model=Accepted,
        responses=refuses(401, 403, 404, 409, 422, 429, 503),
        openapi_extra={"parameters": [KEY_HEADER]},
    )
    async def original(job_id: str, request: Request) -> Response:
        """Ask for the same again, with the same seed and the prompt as it was typed."""
        caller = await trust.caller(request)
        if closing:
            raise Unavailable("the server is stopping")
        key = idempotency_key(request.headers)
        taken = await use_original(to_job_id(job_id), caller, studio, key=key)
        return await taken_answer((taken,), studio, request, links(request, public_url))

    @router.get(
        "/mydata",
        response_class=Response,
        responses={
            **refuses(401, 403, 422),
            200: {"description": "A zip file.", "content": {"application/zip": {}}},
        },
        openapi_extra=asks(**_FOR),
    )
    async def mydata(request: Request) -> Response:
        """Give everything that is kept about the caller: rows as JSON lines, and the pictures."""
        caller = await spoken(request)
        leave = Leave(caller, partial(spoken, request), studio.clock, LEAVE_S)
        return await download(export_mydata(caller, studio), "pinxit-mydata.zip", "application/zip", leave)

    @router.delete(
        "/mydata",
        response_model=DeletedAnswer,
        responses=refuses(401, 403, 409, 422, 503),
        openapi_extra=asks(**_FOR),
    )
    async def forget(request: Request) -> Response:
        """Delete everything about the caller: pictures, prompts, names. It cannot be undone."""
        caller = await spoken(request)
        if closing:
            raise Unavailable("the server is stopping")
        gone = await delete_mydata(caller, studio)
        return to_json(DeletedAnswer(jobs=gone.jobs, images=gone.images, cancelled=gone.cancelled))

    return router
