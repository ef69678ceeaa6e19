"""The routes of what can be done with a picture that is there: again, a little different, larger, kept, gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from pinxit.actions.delete import delete_image, delete_job
from pinxit.actions.favourite import set_favourite
from pinxit.actions.look import find_image
from pinxit.actions.outpaint import outpaint
from pinxit.actions.reroll import reroll
from pinxit.actions.upscale import upscale
from pinxit.actions.vary import vary
from pinxit.domain.errors import Unavailable
from pinxit.web.answers import API, image_details, links, to_json
from pinxit.web.ids import to_image_id, to_job_id
from pinxit.web.jobs import KEY_HEADER, idempotency_key, taken_answer
from pinxit.web.openapi import refusal
from pinxit.web.schemas import Accepted, ImageDetails
from pinxit.web.schemas_again import (
    NoBody,
    OutpaintAgainBody,
    UpscaleBody,
    VaryBody,
)
from pinxit.web.taking import refuses, take, takes

if TYPE_CHECKING:
    from pinxit.actions.imagine import Accepted as Taken
    from pinxit.actions.studio import Studio
    from pinxit.web.closing import Closing
    from pinxit.web.trust import Trust

_REFUSED: dict[int | str, dict[str, Any]] = {
    401: refusal("A key is needed, or the one sent is not valid."),
    403: refusal("It is somebody else's, or withheld (image_withheld), or you may not ask at all (banned …)."),
    404: refusal("There is no such job or image, or it is not for you."),
    410: refusal("The image was deleted."),
    422: refusal("A field is wrong, or no generator here can do it."),
}
_TOO_MUCH: dict[int | str, dict[str, Any]] = {
    **refuses(400, 503),
    **_REFUSED,
    429: refusal("Too much waits, or the quota is spent; Retry-After says when to try again."),
}


def again_router(studio: Studio, trust: Trust, closing: Closing, *, public_url: str | None = None) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=API, tags=["again"])

    async def answer(taken: Taken, request: Request) -> Response:
        return await taken_answer((taken,), studio, request, links(request, public_url))

    def open_for(request: Request) -> str | None:
        if closing:
            raise Unavailable("the server is stopping")
        return idempotency_key(request.headers)

    @router.post(
        "/jobs/{job_id}/reroll",
        status_code=202,
        response_model=Accepted,
        responses=_TOO_MUCH,
        openapi_extra=takes(NoBody, headers=[KEY_HEADER]),
    )
    async def reroll_job(job_id: str, request: Request) -> Response:
        """Ask for the same with a new seed."""
        caller, key = await trust.caller(request), open_for(request)
        await take(request, NoBody)
        return await answer(await reroll(to_job_id(job_id), caller, studio, key=key), request)

    @router.delete("/jobs/{job_id}", status_code=204, response_class=Response, responses=_REFUSED)
    async def drop_job(job_id: str, request: Request) -> Response:
        """Delete the pictures of a job that has ended, files included."""
        await delete_job(to_job_id(job_id), await trust.caller(request), studio)
        return Response(status_code=204)

    @router.post(
        "/images/{image_id}/vary",
        status_code=202,
        response_model=Accepted,
        responses=_TOO_MUCH,
        openapi_extra=takes(VaryBody, headers=[KEY_HEADER]),
    )
    async def vary_image(image_id: str, request: Request) -> Response:
        """Ask for something close to a picture."""
        caller, key = await trust.caller(request), open_for(request)
        body = await take(request, VaryBody)
        return await answer(await vary(to_image_id(image_id), caller, studio, strength=body.strength, key=key), request)

    @router.post(
        "/images/{image_id}/upscale",
        status_code=202,
        response_model=Accepted,
        responses=_TOO_MUCH,
        openapi_extra=takes(UpscaleBody, headers=[KEY_HEADER]),
    )
    async def upscale_image(image_id: str, request: Request) -> Response:
        """Ask for a picture enlarged."""
        caller, key = await trust.caller(request), open_for(request)
        body = await take(request, UpscaleBody)
        return await answer(await upscale(to_image_id(image_id), caller, studio, factor=body.factor, key=key), request)

    @router.post(
        "/images/{image_id}/outpaint",
        status_code=202,
        response_model=Accepted,
        responses=_TOO_MUCH,
        openapi_extra=takes(OutpaintAgainBody, headers=[KEY_HEADER]),
    )
    async def outpaint_image(image_id: str, request: Request) -> Response:
        """Ask for a picture continued beyond its edges."""
        caller, key = await trust.caller(request), open_for(request)
        body = await take(request, OutpaintAgainBody)
        taken = await outpaint(to_image_id(image_id), caller, studio, zoom=body.zoom, pan=body.pan or "", key=key)
        return await answer(taken, request)

    @router.delete("/images/{image_id}", status_code=204, response_class=Response, responses=_REFUSED)
    async def drop_image(image_id: str, request: Request) -> Response:
        """Delete one picture, file included."""
        await delete_image(to_image_id(image_id), await trust.caller(request), studio)
        return Response(status_code=204)

    @router.put("/images/{image_id}/favourite", response_model=ImageDetails, responses=_REFUSED)
    async def keep(image_id: str, request: Request) -> Response:
        """Put a picture among the caller's favourites."""
        caller = await trust.caller(request)
        await set_favourite(to_image_id(image_id), caller, studio, on=True)
        image = await find_image(to_image_id(image_id), caller, studio)
        return to_json(image_details(image, links(request, public_url)))

    @router.delete("/images/{image_id}/favourite", status_code=204, response_class=Response, responses=_REFUSED)
    async def forget(image_id: str, request: Request) -> Response:
        """Take a picture out of the caller's favourites."""
        await set_favourite(to_image_id(image_id), await trust.caller(request), studio, on=False)
        return Response(status_code=204)

    return router
