"""The routes of bans and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from pinxit.actions.admin.bans import BanWish, ban, bans, unban
from pinxit.actions.admin.reports import handle, open_reports, unhide
from pinxit.data.bans import GUILD, PERSON
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId
from pinxit.web.answers import API, image_details, links, to_json
from pinxit.web.ids import to_image_id
from pinxit.web.queries import check_said, read_query, to_choice
from pinxit.web.schemas_admin import BanAnswer, BanBody, BansAnswer
from pinxit.web.schemas_guild import HandleBody, ReportAnswer, ReportsAnswer
from pinxit.web.taking import asks, refuses, take, takes

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.data.bans import Ban
    from pinxit.data.reports import Report
    from pinxit.web.answers import Links
    from pinxit.web.trust import Trust

_GUILD = {"guild": "Of one guild; absent: of all."}
_WHOM = {
    "scope": "person or guild.",
    "scope_id": "Which person or guild.",
    "guild": "Where the person's ban holds; absent: everywhere.",
}


def people_router(studio: Studio, trust: Trust, *, public_url: str | None = None) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=f"{API}/admin", tags=["admin"])

    @router.get("/bans", response_model=BansAnswer, responses=refuses(401, 403, 422), openapi_extra=asks(**_GUILD))
    async def show(request: Request) -> Response:
        """List the bans that hold now, the newest first."""
        caller = await trust.admin(request)
        found = await bans(_guild_of(request), caller, studio)
        return to_json(BansAnswer(bans=[_ban(one) for one in found]))

    @router.post(
        "/bans",
        status_code=201,
        response_model=BanAnswer,
        responses=refuses(400, 401, 403, 404, 422),
        openapi_extra=takes(BanBody),
    )
    async def put(request: Request) -> Response:
        """Ban a person, in one guild or everywhere, or a guild; what they have waiting stays."""
        caller = await trust.admin(request)
        body = await take(request, BanBody)
        wish = BanWish(body.scope, body.scope_id, body.guild, body.reason, body.hours)
        return to_json(_ban(await ban(wish, caller, studio)), 201)

    @router.delete(
        "/bans",
        status_code=204,
        response_class=Response,
        responses=refuses(401, 403, 404, 422),
        openapi_extra=asks(**_WHOM),
    )
    async def lift(request: Request) -> Response:
        """End a ban; 404 where there is none."""
        caller = await trust.admin(request)
        said = read_query(request.query_params, tuple(_WHOM))
        check_said(said, "scope", "scope_id")
        scope = to_choice(said, "scope", (PERSON, GUILD)) or PERSON
        if not await unban(BanWish(scope, said["scope_id"], said.get("guild", "")), caller, studio):
            raise Refused(Code.NOT_FOUND, value="ban")
        return Response(status_code=204)

    @router.get(
        "/reports", response_model=ReportsAnswer, responses=refuses(401, 403, 422), openapi_extra=asks(**_GUILD)
    )
    async def reported(request: Request) -> Response:
        """List the open reports, one for each picture, the oldest first, at most 100."""
        caller = await trust.admin(request)
        found = await open_reports(_guild_of(request), caller, studio)
        link = links(request, public_url)
        return to_json(ReportsAnswer(reports=[_report(report, link) for report in found]))

    @router.post(
        "/reports/{report_id}",
        response_model=ReportAnswer,
        responses=refuses(400, 401, 403, 404, 422),
        openapi_extra=takes(HandleBody),
    )
    async def decide(report_id: str, request: Request) -> Response:
        """Decide about a reported picture; all its open reports are ended by that."""
        caller = await trust.admin(request)
        body = await take(request, HandleBody)
        report = await handle(report_id, body.verdict, caller, studio, body.hours)
        return to_json(_report(report, links(request, public_url)))

    @router.delete(
        "/images/{image_id}/hidden", status_code=204, response_class=Response, responses=refuses(401, 403, 404)
    )
    async def show_again(image_id: str, request: Request) -> Response:
        """Show a picture again that an admin hid; one that sexualizes minors stays hidden (403)."""
        caller = await trust.admin(request)
        await unhide(to_image_id(image_id), caller, studio)
        return Response(status_code=204)

    return router


def _guild_of(request: Request) -> GuildId | None:
    said = read_query(request.query_params, tuple(_GUILD))
    return GuildId(said["guild"]) if "guild" in said else None


def _ban(found: Ban) -> BanAnswer:
    return BanAnswer(
        scope=found.scope,
        scope_id=found.scope_id,
        guild=found.guild,
        reason=found.reason,
        set_by=found.set_by,
        created_at=found.created_at,
        until_at=found.until_at,
    )


def _report(report: Report, link: Links) -> ReportAnswer:
    return ReportAnswer(
        id=report.id,
        guild=report.guild,
        image=image_details(report.picture, link),
        prompt=report.prompt,
        verdict=None if report.picture.verdict is None else list(report.picture.verdict.categories),
        hidden=report.picture.is_hidden,
        person=report.picture.person,
        reasons=list(report.reasons),
        reporters=list(report.reporters),
        count=report.count,
        created_at=report.created_at,
    )
