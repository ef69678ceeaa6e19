"""The routes of the two books: the audit, and the ledger."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from pinxit.actions.admin.audit import PAGE_MOST, AuditQuery, audit_page, audit_rows, to_csv, to_json_lines
from pinxit.actions.admin.ledger import COLUMNS, export, sizes, verify
from pinxit.actions.admin.sheets import csv_lines, json_lines
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import GuildId, is_id
from pinxit.web.answers import API, to_json
from pinxit.web.exports import FORMATS, LEAVE_S, download
from pinxit.web.leave import Leave
from pinxit.web.queries import read_query, to_choice, to_moment, to_most
from pinxit.web.schemas_guild import AuditAnswer, AuditsAnswer, VerifiedAnswer
from pinxit.web.taking import asks, refuses

if TYPE_CHECKING:
    from typing import Any

    from starlette.datastructures import QueryParams

    from pinxit.actions.studio import Studio
    from pinxit.data.audit import Noted
    from pinxit.web.trust import Trust

_SINCE = {"since": "From this moment on, as 2026-11-21 or 2026-11-21T18:00:00Z; UTC where nothing is said."}
_AUDIT = {
    "format": "csv or jsonl: every row, as a file; absent: a page as JSON.",
    "guild": "Of one guild; absent: of all.",
    "actor": "Of one person.",
    "act": "Of one kind, as guild.set.",
    **_SINCE,
    "until": "Before this moment.",
    "before": "Goes on behind a row.",
    "most": f"1 to {PAGE_MOST}.",
}
_DIFFERENCES = 1000  # Nobody reads more.
_LEDGER = {"format": "csv or jsonl; absent: csv.", **_SINCE}


def books_router(studio: Studio, trust: Trust) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=f"{API}/admin", tags=["admin"])

    async def leave_of(request: Request) -> Leave:
        return Leave(await trust.admin(request), partial(trust.admin, request), studio.clock, LEAVE_S)

    @router.get(
        "/audit",
        response_model=AuditsAnswer,
        responses={**refuses(401, 403, 422), 200: _files("A page; or, with `format`, every row, the newest first.")},
        openapi_extra=asks(**_AUDIT),
    )
    async def audit(request: Request) -> Response:
        """List what admins did and what was refused, the newest first; or give all of it as a file."""
        caller = await trust.admin(request)
        form = to_choice(request.query_params, "format", FORMATS)
        query = _audit(request.query_params)
        if form is None:
            page = await audit_page(query, caller, studio)
            return to_json(AuditsAnswer(rows=[_row(row) for row in page.rows], before=page.before))
        rows = audit_rows(query, caller, studio)
        lines = to_csv(rows) if form == "csv" else to_json_lines(rows)
        return await download(lines, f"pinxit-audit.{form}", FORMATS[form], await leave_of(request))

    @router.get(
        "/ledger",
        response_class=Response,
        responses={**refuses(401, 403, 422), 200: _files("Every row, by id.")},
        openapi_extra=asks(**_LEDGER),
    )
    async def ledger(request: Request) -> Response:
        """Give the ledger as a file. Amounts are thousandths of a credit or millionths of a dollar, times epoch ms."""
        caller = await trust.admin(request)
        said = read_query(request.query_params, tuple(_LEDGER))
        form = to_choice(said, "format", FORMATS) or "csv"
        rows = export(caller, studio, to_moment(said, "since"))
        lines = csv_lines(COLUMNS, rows) if form == "csv" else json_lines(rows)
        return await download(lines, f"pinxit-ledger.{form}", FORMATS[form], await leave_of(request))

    @router.post("/ledger/verify", response_model=VerifiedAnswer, responses=refuses(401, 403))
    async def check(request: Request) -> Response:
        """Recompute every balance from the ledger's rows."""
        caller = await trust.admin(request)
        wrong, (rows, counters, grants) = await verify(caller, studio), await sizes(caller, studio)
        return to_json(
            VerifiedAnswer(
                is_right=not wrong,
                differences=list(wrong[:_DIFFERENCES]),
                difference_count=len(wrong),
                rows=rows,
                counters=counters,
                grants=grants,
            )
        )

    return router


def _audit(params: QueryParams) -> AuditQuery:
    said = read_query(params, tuple(_AUDIT))
    if "before" in said and not is_id(said["before"]):
        allowed = ["the `before` of the last page"]
        raise Refused(Code.FIELD_TYPE, field="before", value=shown(said["before"]), allowed=allowed)
    return AuditQuery(
        guild=GuildId(said["guild"]) if "guild" in said else None,
        actor=said.get("actor"),
        act=said.get("act"),
        since=to_moment(said, "since"),
        until=to_moment(said, "until"),
        before=said.get("before"),
        most=to_most(said, PAGE_MOST, 50),
    )


def _row(row: Noted) -> AuditAnswer:
    entry = row.entry
    return AuditAnswer(
        id=row.id,
        at=row.noted_at,
        actor=entry.actor,
        act=entry.act,
        guild=entry.guild,
        subject=entry.subject,
        details=dict(entry.details),
    )


def _files(about: str) -> dict[str, Any]:
    return {"description": about, "content": {media_type.partition(";")[0]: {} for media_type in FORMATS.values()}}
