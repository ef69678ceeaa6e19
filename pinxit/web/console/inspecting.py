"""Reading a picture that somebody drops onto the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from pinxit.actions.inspect import inspect
from pinxit.chat.readings import command_of, fields_of, kind_of
from pinxit.domain.errors import Code, Refused
from pinxit.web.body import read_object
from pinxit.web.console.bodies import InspectBody
from pinxit.web.drafts import to_sources
from pinxit.web.fields import check_fields

if TYPE_CHECKING:
    from starlette.responses import Response

    from pinxit.web.console.site import Site

FIELD = "image"


def inspecting_router(site: Site) -> APIRouter:
    """Return the route."""
    router = APIRouter(include_in_schema=False)

    @router.post("/inspect")
    async def read(request: Request) -> Response:
        visitor = await site.visitors.visitor(request)
        body = check_fields(await read_object(request, unchecked=(FIELD,)), InspectBody)
        (source,) = await to_sources([body.image], None, None, site.studio.house.limits)
        if source.data is None:
            raise Refused(Code.SOURCE_INVALID, field=FIELD, reason="it is not base64", allowed=["base64"])
        reading = await inspect(source.data, visitor.caller, site.studio)
        shown = {
            "kind": kind_of(reading),
            "fields": fields_of(reading, visitor.locale),
            "not_understood": list(reading.not_understood),
            "known": "" if reading.known is None else f"/details/{reading.known.job}?index={reading.known.index}",
            "command": command_of(reading),
        }
        return site.answer(request, "inspect_result.html", site.piece(visitor, "inspect"), reading=shown)

    return router
