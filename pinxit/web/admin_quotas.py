"""The routes of limits, grants, and who uses most."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from pinxit.actions.admin.amounts import read_amount
from pinxit.actions.admin.quota import (
    SETTABLE,
    GrantWish,
    QuotaWish,
    grant,
    reset_quota,
    set_quota,
    show_quotas,
    top,
)
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import GuildId
from pinxit.domain.quota import Period, Scope, Unit
from pinxit.web.answers import API, to_json
from pinxit.web.answers_own import whole
from pinxit.web.queries import check_said, read_query, to_choice, to_most
from pinxit.web.schemas_admin import (
    GrantAnswer,
    GrantBody,
    QuotaAnswer,
    QuotaBody,
    QuotasAnswer,
    QuotaSetAnswer,
    ResetBody,
    TopAnswer,
    TopLineAnswer,
)
from pinxit.web.taking import asks, refuses, take, takes

if TYPE_CHECKING:
    from pinxit.actions.admin.quota import LimitLine
    from pinxit.actions.studio import Studio
    from pinxit.web.trust import Trust

TOP_MOST = 100
_WHICH = {
    "scope": "person, member, role, guild or everyone.",
    "name": "Which person, role or guild.",
    "guild": "In which guild, for a member or a role.",
    "unit": "credit or dollar; absent: credit.",
    "period": "day, week, month or total.",
}
_GUILD = {"guild": "Of one guild; absent: of all."}
_TOP = {**_GUILD, "period": "day, week, month or total; absent: day.", "unit": "credit or dollar.", "most": "1 to 100."}


def quotas_router(studio: Studio, trust: Trust) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=f"{API}/admin", tags=["admin"])

    @router.get("/quotas", response_model=QuotasAnswer, responses=refuses(401, 403, 422), openapi_extra=asks(**_GUILD))
    async def show(request: Request) -> Response:
        """List the limits, of a guild with its roles and members, or all."""
        caller = await trust.admin(request)
        said = read_query(request.query_params, tuple(_GUILD))
        found = await show_quotas(GuildId(said["guild"]) if "guild" in said else None, caller, studio)
        return to_json(QuotasAnswer(quotas=[_limit(line) for line in found]))

    @router.put(
        "/quotas",
        response_model=QuotaSetAnswer,
        responses=refuses(400, 401, 403, 404, 422),
        openapi_extra=takes(QuotaBody),
    )
    async def put(request: Request) -> Response:
        """Set a limit."""
        caller = await trust.admin(request)
        body = await take(request, QuotaBody)
        unit, name = Unit(body.unit), _whole_name(body.scope, body.name, body.guild)
        amount = _amount(body.amount, unit)
        before = await set_quota(QuotaWish(body.scope, name, unit, body.period, amount), caller, studio)
        return to_json(
            QuotaSetAnswer(amount=whole(amount, unit), before=None if before is None else whole(before, unit))
        )

    @router.delete(
        "/quotas",
        status_code=204,
        response_class=Response,
        responses=refuses(401, 403, 404, 422),
        openapi_extra=asks(**_WHICH),
    )
    async def remove(request: Request) -> Response:
        """Take a limit away."""
        caller = await trust.admin(request)
        said = read_query(request.query_params, tuple(_WHICH))
        check_said(said, "scope", "period")
        scope = to_choice(said, "scope", SETTABLE) or ""
        name = _whole_name(scope, said.get("name", ""), said.get("guild"))
        wish = QuotaWish(scope, name, said.get("unit", Unit.CREDIT), said["period"], None)
        await set_quota(wish, caller, studio)
        return Response(status_code=204)

    @router.post(
        "/quotas/reset",
        status_code=204,
        response_class=Response,
        responses=refuses(400, 401, 403, 404, 422),
        openapi_extra=takes(ResetBody),
    )
    async def reset(request: Request) -> Response:
        """Forgive what was used, in every window; what open jobs reserved stays reserved."""
        caller = await trust.admin(request)
        body = await take(request, ResetBody)
        await reset_quota(body.scope, _whole_name(body.scope, body.name, body.guild), body.unit, caller, studio)
        return Response(status_code=204)

    @router.post(
        "/grants",
        status_code=201,
        response_model=GrantAnswer,
        responses=refuses(400, 401, 403, 404, 422),
        openapi_extra=takes(GrantBody),
    )
    async def give(request: Request) -> Response:
        """Give extra credits or dollars."""
        caller = await trust.admin(request)
        body = await take(request, GrantBody)
        unit, name = Unit(body.unit), _whole_name(body.scope, body.name, body.guild)
        wish = GrantWish(body.scope, name, unit, _amount(body.amount, unit), body.expires_days, body.note)
        return to_json(GrantAnswer(id=await grant(wish, caller, studio)), 201)

    @router.get("/top", response_model=TopAnswer, responses=refuses(401, 403, 422), openapi_extra=asks(**_TOP))
    async def ranked(request: Request) -> Response:
        """List who used most."""
        caller = await trust.admin(request)
        said = read_query(request.query_params, tuple(_TOP))
        unit = Unit(to_choice(said, "unit", Unit) or Unit.CREDIT)
        period = to_choice(said, "period", Period) or Period.DAY
        guild = GuildId(said["guild"]) if "guild" in said else None
        found = await top(guild, period, unit, caller, studio, most=to_most(said, TOP_MOST, 20))
        lines = [
            TopLineAnswer(person=line.person, name=line.name, used=whole(line.used, unit), jobs=line.jobs)
            for line in found
        ]
        return to_json(TopAnswer(top=lines))

    return router


def _whole_name(scope: str, name: str, guild: str | None) -> str:
    """Return a name as the actions take it: a member's and a role's with its guild. Raises Refused (FIELD_CONFLICT)."""
    if not guild:
        return name
    if scope not in (Scope.MEMBER, Scope.ROLE):
        raise Refused(Code.FIELD_CONFLICT, field="guild", value=shown(guild), other=scope, allowed=["member", "role"])
    return f"{guild}/{name}"


def _amount(number: float, unit: Unit) -> int:
    """Return credits or dollars as they are counted. Raises Refused."""
    return read_amount(f"{Decimal(repr(number)):f}", unit)


def _limit(line: LimitLine) -> QuotaAnswer:
    return QuotaAnswer(
        scope=line.scope.value,
        guild=line.guild,
        name=line.name,
        unit=line.unit.value,
        period=line.period.value,
        amount=whole(line.amount, line.unit),
        set_by=line.set_by,
        set_at=line.set_at,
    )
