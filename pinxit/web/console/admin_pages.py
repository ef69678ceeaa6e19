"""The operator's pages: how things stand, guilds with their settings, and limits."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from pinxit.actions.admin.guild_settings import FIELDS, Kind, load_guild, values_of
from pinxit.actions.admin.lanes import load_paused
from pinxit.actions.admin.quota import GRANTABLE, RESETTABLE, SETTABLE, show_quotas, top
from pinxit.actions.admin.reports import open_reports
from pinxit.actions.admin.rights import check_admin
from pinxit.actions.lines import queue_view
from pinxit.chat.admin_commands import fields_shown
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.ids import GuildId
from pinxit.domain.quota import Period, Scope, Unit
from pinxit.domain.request import Enhance
from pinxit.web.console.rendering import place_name, short_name
from pinxit.wording import LANGUAGES, Phrase, admin_ui, say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from starlette.responses import Response

    from pinxit.actions.admin.guild_fields import Field
    from pinxit.actions.admin.quota import LimitLine
    from pinxit.web.console.site import Site
    from pinxit.web.console.visitors import Visitor

SECTIONS = ("overview", "guilds", "quotas", "bans", "reports", "audit", "ledger")
_TOP_LINES = 10
_LINES = ("blocked_words", "blocked_patterns", "allowed_words", "models")  # Lists, an entry a line.
_LONG = (*_LINES, "negative_prompt")


def admin_router(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    pages = AdminPages(site)
    for path, make in (
        ("/admin", pages.overview),
        ("/admin/guilds", pages.guilds),
        ("/admin/guilds/{place}", pages.guild),
        ("/admin/quotas", pages.quotas),
    ):
        router.add_api_route(path, admin_page(site, make), methods=["GET"])
    return router


def admin_page(
    site: Site, make: Callable[[Request, Visitor], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a page that only the operator is shown."""

    async def guarded(request: Request, visitor: Visitor) -> Response:
        check_admin(visitor.caller)
        return await make(request, visitor)

    return site.page(guarded)


async def admin_answer(site: Site, request: Request, visitor: Visitor, section: str, **values: Any) -> Response:  # noqa: ANN401 - what templates show
    """Return one of the operator's pages; its template is named like the section."""
    shell = await site.shell(request, visitor, f"admin-{section}")
    texts = admin_ui(visitor.locale)
    return site.answer(request, f"admin_{section}.html", shell, a=texts, sections=SECTIONS, section=section, **values)


class AdminPages:
    """Endpoints."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._studio = site.studio

    async def overview(self, request: Request, visitor: Visitor) -> Response:
        """Show what runs, who used most today, and whether a report is open."""
        caller, locale = visitor.caller, visitor.locale
        paused = await load_paused(caller, self._studio)
        pools = [
            {**asdict(pool), "is_paused": pool.pool in paused.pools} for pool in await queue_view(caller, self._studio)
        ]
        ranked = await top(None, Period.DAY, Unit.CREDIT, caller, self._studio, _TOP_LINES)
        users = [
            {
                "name": short_name(line.person, locale) if line.name in ("", line.person) else line.name,
                "person": line.person,
                "used": _amount(line.used, Unit.CREDIT, locale),
                "jobs": line.jobs,
            }
            for line in ranked
        ]
        reports = await open_reports(None, caller, self._studio)
        values = {"pools": pools, "users": users, "reports": len(reports), "paused": sorted(paused.guilds)}
        return await admin_answer(self._site, request, visitor, "overview", **values)

    async def guilds(self, request: Request, visitor: Visitor) -> Response:
        """List the guilds."""
        paused = await load_paused(visitor.caller, self._studio)
        found = [
            {
                "id": row.id,
                "name": place_name(row.id, row.name or row.id, visitor.locale),
                "platform": row.platform,
                "is_paused": row.id in paused.guilds,
            }
            for row in await self._studio.store.guilds.seen_by(visitor.caller.person)
        ]
        return await admin_answer(self._site, request, visitor, "guilds", guilds=found)

    async def guild(self, request: Request, visitor: Visitor) -> Response:
        """Show everything that can be decided about a guild."""
        guild = GuildId(request.path_params["place"])
        settings = await load_guild(guild, visitor.caller, self._studio)
        values = fields_shown(values_of(settings))
        limits = await show_quotas(guild, visitor.caller, self._studio)
        return await admin_answer(
            self._site,
            request,
            visitor,
            "guild",
            guild=guild,
            called=place_name(guild, settings.name or guild, visitor.locale),
            settings=settings,
            fields=[self._field(field, values[field.name], visitor.locale) for field in FIELDS],
            styles=sorted(settings.rules.styles.values(), key=lambda style: style.name),
            limits=limit_rows(limits, visitor.locale),
        )

    async def quotas(self, request: Request, visitor: Visitor) -> Response:
        """Show every limit, and offer to set one, to grant something, to forgive."""
        limits = await show_quotas(None, visitor.caller, self._studio)
        return await admin_answer(
            self._site,
            request,
            visitor,
            "quotas",
            limits=limit_rows(limits, visitor.locale),
            settable=[scope.value for scope in SETTABLE],
            grantable=[scope.value for scope in GRANTABLE],
            resettable=[scope.value for scope in RESETTABLE],
            periods=[period.value for period in Period],
            units=[unit.value for unit in Unit],
        )

    def _field(self, field: Field, value: str, locale: str) -> dict[str, object]:
        about = admin_ui(locale)[f"field_{field.name}"]
        shown = "\n".join(value.split(", ")) if field.name in _LINES else value
        return {
            "name": field.name,
            "about": about,
            "kind": field.kind.value,
            "value": shown,
            "choices": self._choices(field, locale),
            "is_long": field.name in _LONG,
        }

    def _choices(self, field: Field, locale: str) -> Sequence[tuple[str, str]]:
        """Return (value, what it is called) of a field with few values."""
        texts = admin_ui(locale)
        if field.kind is Kind.FLAG:
            return [("on", texts["yes"]), ("off", texts["no"])]
        names: Mapping[str, Sequence[str]] = {
            "locale": list(LANGUAGES),
            "generator": list(self._studio.generators),
            "model": sorted({name for one in self._studio.generators.values() for name in one.capabilities.models}),
            "enhance": [by.value for by in Enhance if by is not Enhance.LLM or self._studio.house.can_enhance],
            "nsfw": [rule.value for rule in ImageRule],
        }
        return [(name, name) for name in names.get(field.name, ())]


def limit_rows(limits: Sequence[LimitLine], locale: str) -> list[dict[str, str]]:
    """Return limits as a table shows them, with what a form sends to take one away."""
    return [
        {
            "scope": line.scope.value,
            "guild": line.guild if line.scope is not Scope.GUILD else "",
            "name": line.name,
            "unit": line.unit.value,
            "period": line.period.value,
            "amount": _amount(line.amount, line.unit, locale),
            "set_by": line.set_by,
            "set_at": f"{line.set_at:%Y-%m-%d %H:%M}",
        }
        for line in limits
    ]


def _amount(amount: int, unit: Unit, locale: str) -> str:
    return say(locale, Phrase.SAID_AMOUNT, {"amount": amount, "unit": unit.value})
