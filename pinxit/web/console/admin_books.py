"""The operator's pages about people and about what was done: bans, reports, audit, ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request

from pinxit.actions.admin.audit import AuditQuery, audit_page
from pinxit.actions.admin.bans import bans
from pinxit.actions.admin.ledger import sizes
from pinxit.actions.admin.reports import open_reports
from pinxit.domain.ids import GuildId, is_id
from pinxit.web.console.admin_pages import admin_answer, admin_page
from pinxit.web.console.rendering import short_name
from pinxit.web.console.site import channel_address
from pinxit.web.queries import read_query, to_moment

if TYPE_CHECKING:
    from starlette.responses import Response

    from pinxit.data.reports import Report
    from pinxit.domain.ids import PersonId
    from pinxit.web.console.site import Site
    from pinxit.web.console.visitors import Visitor

_AUDIT_ROWS = 50
_FILTER = ("guild", "actor", "act", "since", "until")
_MOST_CHARS = 200


def books_router(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(include_in_schema=False)
    pages = BookPages(site)
    for path, make in (
        ("/admin/bans", pages.bans),
        ("/admin/reports", pages.reports),
        ("/admin/audit", pages.audit),
        ("/admin/ledger", pages.ledger),
    ):
        router.add_api_route(path, admin_page(site, make), methods=["GET"])
    return router


class BookPages:
    """Endpoints."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._studio = site.studio

    async def bans(self, request: Request, visitor: Visitor) -> Response:
        """Show who is banned, and offer to ban somebody or to end it."""
        found = [
            {
                "scope": ban.scope,
                "scope_id": ban.scope_id,
                "guild": ban.guild,
                "reason": ban.reason,
                "set_by": ban.set_by,
                "until": "" if ban.until_at is None else f"{ban.until_at:%Y-%m-%d %H:%M} UTC",
            }
            for ban in await bans(None, visitor.caller, self._studio)
        ]
        return await admin_answer(self._site, request, visitor, "bans", bans=found)

    async def reports(self, request: Request, visitor: Visitor) -> Response:
        """Show reported pictures, covered, with what is to be known to decide."""
        found = await open_reports(None, visitor.caller, self._studio)
        people = {person for report in found for person in (*report.reporters, report.picture.person)}
        names = await self._studio.store.people.names(sorted(people))
        called = {person: _called(person, names[person], visitor.locale) for person in people}
        shown = [_shown(report, called) for report in found]
        return await admin_answer(self._site, request, visitor, "reports", reports=shown)

    async def audit(self, request: Request, visitor: Visitor) -> Response:
        """Show what admins did and what was refused, the newest first."""
        said = read_query(request.query_params, (*_FILTER, "before"))
        before = said.get("before", "")
        query = AuditQuery(
            guild=GuildId(said["guild"]) if "guild" in said else None,
            actor=said.get("actor"),
            act=said.get("act"),
            since=to_moment(said, "since"),
            until=to_moment(said, "until"),
            before=before if is_id(before) else None,
            most=_AUDIT_ROWS,
        )
        page = await audit_page(query, visitor.caller, self._studio)
        rows = [
            {
                "at": f"{row.noted_at:%Y-%m-%d %H:%M:%S}",
                "actor": row.entry.actor,
                "act": row.entry.act,
                "guild": row.entry.guild,
                "subject": row.entry.subject,
                "details": json.dumps(dict(row.entry.details), ensure_ascii=False) if row.entry.details else "",
            }
            for row in page.rows
        ]
        asked = {name: said.get(name, "")[:_MOST_CHARS] for name in _FILTER}
        kept = {name: value for name, value in asked.items() if value}
        older = "" if page.before is None else f"/admin/audit?{urlencode({**kept, 'before': page.before})}"
        files = {form: f"/api/v1/admin/audit?{urlencode({**kept, 'format': form})}" for form in ("csv", "jsonl")}
        values = {"rows": rows, "query": asked, "older": older, "files": files}
        return await admin_answer(self._site, request, visitor, "audit", **values)

    async def ledger(self, request: Request, visitor: Visitor) -> Response:
        """Offer to verify the ledger and to take it away."""
        rows, counters, grants = await sizes(visitor.caller, self._studio)
        counts = {"rows": rows, "counters": counters, "grants": grants}
        return await admin_answer(self._site, request, visitor, "ledger", counts=counts)


def _called(person: PersonId, name: str, locale: str) -> str:
    return short_name(person, locale) if name in ("", person) else name


def _shown(report: Report, names: dict[PersonId, str]) -> dict[str, object]:
    picture = report.picture
    said = zip(report.reporters, report.reasons, strict=False)
    return {
        "id": report.id,
        "guild": report.guild,
        "at": f"{report.created_at:%Y-%m-%d %H:%M} UTC",
        "count": report.count,
        "said": [(names[person], reason) for person, reason in said],
        "person": names[picture.person],
        "person_id": picture.person,
        "prompt": report.prompt,
        "painted": picture.prompt if picture.prompt != report.prompt else "",
        "image": picture.id,
        "width_px": picture.width_px,
        "height_px": picture.height_px,
        "url": f"{channel_address(report.guild)}?at={picture.job}",
    }
