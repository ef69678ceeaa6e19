"""The page about the API. It tells nothing about anybody, so it needs no key, and loads nothing from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request

from pinxit.domain.errors import Refused
from pinxit.web.console.api_values import api_description
from pinxit.web.console.rendering import Shell
from pinxit.web.console.visitors import language, theme

if TYPE_CHECKING:
    from starlette.responses import Response

    from pinxit.web.console.site import Site


def api_page_router(site: Site) -> APIRouter:
    """Return the route."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        app: FastAPI = request.app
        return site.answer(request, "docs.html", await _shell(request), api=api_description(app.openapi()))

    async def _shell(request: Request) -> Shell:
        try:
            visitor = await site.visitors.visitor(request, is_visit=True)
        except Refused:
            return Shell(language(request), theme(request), "docs")
        return await site.shell(request, visitor, "docs")

    return router
