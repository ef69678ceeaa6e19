"""Every route that only admins may use, together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from pinxit.web.admin_books import books_router
from pinxit.web.admin_guilds import guilds_router, queue_router
from pinxit.web.admin_people import people_router
from pinxit.web.admin_quotas import quotas_router

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.web.trust import Trust


def admin_router(studio: Studio, trust: Trust, *, public_url: str | None = None) -> APIRouter:
    """Return the routes: for the operator, programs on this machine, and keys of the scope admin."""
    router = APIRouter()
    for routes in (
        quotas_router(studio, trust),
        guilds_router(studio, trust),
        queue_router(studio, trust),
        people_router(studio, trust, public_url=public_url),
        books_router(studio, trust),
    ):
        router.include_router(routes)
    return router
