"""The pages about what one may ask for: the styles that can be named, and the limits that hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request

from pinxit.actions.quota import balance
from pinxit.actions.styles import SIZE_PX, list_styles
from pinxit.chat.quota_lines import grant_said, limit_said
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.ids import GuildId
from pinxit.prompt.escapes import quoted

if TYPE_CHECKING:
    from starlette.responses import Response

    from pinxit.domain.caller import Caller
    from pinxit.web.console.site import Site
    from pinxit.web.console.visitors import Visitor


def own_router(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    pages = OwnPages(site)
    router.add_api_route("/styles", site.page(pages.styles), methods=["GET"])
    router.add_api_route("/quota", site.page(pages.quota), methods=["GET"])
    return router


class OwnPages:
    """Endpoints. `?guild=` names another channel than the visitor's own."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._studio = site.studio

    async def styles(self, request: Request, visitor: Visitor) -> Response:
        """Show every style that can be named, with a picture of it."""
        caller = _there(request, visitor)
        query = "" if caller.guild == visitor.caller.guild else f"?{urlencode({'guild': caller.guild})}"
        styles = [
            {
                "name": style.name,
                "about": style.about or style.suffix,
                "suffix": style.suffix,
                "preview": f"/api/v1/styles/{quote(style.name, safe='')}/preview{query}",
                "text": f"--style {quoted(style.name)} ",
            }
            for style in await list_styles(caller, self._studio, visitor.locale)
        ]
        shell = await self._site.shell(request, visitor, "styles")
        return self._site.answer(request, "styles.html", shell, styles=styles, size_px=SIZE_PX)

    async def quota(self, request: Request, visitor: Visitor) -> Response:
        """Show what the visitor may still ask for, and when that frees."""
        found = await balance(_there(request, visitor), self._studio)
        limits = [
            {"said": limit_said(line, visitor.locale), "limit": line.limit, "used": min(line.used, line.limit)}
            for line in found.lines
        ]
        grants = [grant_said(grant, visitor.locale) for grant in found.grants]
        shell = await self._site.shell(request, visitor, "quota")
        return self._site.answer(request, "quota.html", shell, limits=limits, grants=grants)


def _there(request: Request, visitor: Visitor) -> Caller:
    """Return the visitor as one who asks in the channel that the query names."""
    named = request.query_params.get("guild", "")
    if not named or named == visitor.caller.guild:
        return visitor.caller
    if not visitor.caller.is_trusted or not is_text(named):
        raise Refused(Code.CHANNEL_UNKNOWN, value=shown(named))
    return replace(visitor.caller, guild=GuildId(named))
