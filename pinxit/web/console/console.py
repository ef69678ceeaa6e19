"""The console put together: what `app.py` serves beside the API."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from pinxit.web.console.acting import acting_router
from pinxit.web.console.admin_acting import admin_acting_router
from pinxit.web.console.admin_books import books_router
from pinxit.web.console.admin_pages import admin_router
from pinxit.web.console.api_page import api_page_router
from pinxit.web.console.channel_pages import channel_router
from pinxit.web.console.feed import Feed
from pinxit.web.console.inspecting import inspecting_router
from pinxit.web.console.login import login_router
from pinxit.web.console.own_pages import own_router
from pinxit.web.console.rendering import Rendering
from pinxit.web.console.side_pages import side_router
from pinxit.web.console.site import Site
from pinxit.web.console.static_files import StaticFiles

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from pinxit.actions.studio import Studio
    from pinxit.config.tree import WebSettings
    from pinxit.web.console.feed import FeedPace
    from pinxit.web.refusals import ErrorPage
    from pinxit.web.trust import Trust


@dataclass(frozen=True, slots=True)
class Pages:
    """The console's routes, and its answer to a browser whose request came to nothing."""

    routers: tuple[APIRouter, ...]
    error: ErrorPage


@asynccontextmanager
async def console(
    studio: Studio, trust: Trust, web: WebSettings, *, pace: FeedPace | None = None, most_streams: int = 2000
) -> AsyncIterator[Pages]:
    """Give the console's pages, with what changes in the channels followed for as long as the block lasts."""
    static = StaticFiles()
    rendering = Rendering(static)
    async with Feed(studio, rendering, pace=pace, most=most_streams) as feed:
        site = Site(studio, trust, feed, rendering, static)
        routers = (
            static_router(static),
            login_router(site, trust, web),
            channel_router(site),
            side_router(site),
            own_router(site),
            inspecting_router(site),
            admin_router(site),
            books_router(site),
            admin_acting_router(site),
            acting_router(site),
            api_page_router(site),
        )
        yield Pages(routers, site.error)


def static_router(static: StaticFiles) -> APIRouter:
    """Return the route of scripts, styles and pictures. They tell nothing about anybody, so they need no key."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/{version}/{path:path}")
    async def file(version: str, path: str, request: Request) -> Response:
        return static.answer(version, path, request)

    return router
